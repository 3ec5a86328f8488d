import {relative, resolve, sep} from 'node:path'

/** Where paths start from. */
export interface Folders {
  /** Paths of findings. */
  readonly from: string
  /** Paths that are shown: the folder that whoever reads them works in. */
  readonly to: string
}

/** A path of a finding from the working folder, with `/` between its parts. */
export function relativePath(path: string, {from, to}: Folders): string {
  const found = relative(to, resolve(from, path))
  return sep === '/' ? found : found.replaceAll(sep, '/')
}
