import {relative, resolve, sep} from 'node:path'

/** Folders where paths start from. */
export interface Folders {
  /** The folder that paths of findings start from. */
  readonly from: string
  /** The folder that shown paths start from, in which whoever reads them works. */
  readonly to: string
}

/** Writes a path of a finding from the working folder, with `/` between its parts. */
export function relativePath(path: string, {from, to}: Folders): string {
  const found = relative(to, resolve(from, path))
  return sep === '/' ? found : found.replaceAll(sep, '/')
}
