import {isAbsolute, relative} from 'node:path'
import {packagePlace} from './package-files.ts'
import {workingFolder} from './working-folder.ts'

/**
 * Returns where a page that comes with the package lies: as whoever reads a hint can open it, from the working
 * directory.
 */
export function docsPage(page: `docs/${string}.md`): string {
  return fromHere(packagePlace(page))
}

/** Returns where all pages lie, for `--help`, which names them as `docs/…`. */
export function docsFolder(): string {
  return fromHere(packagePlace('docs'))
}

function fromHere(path: string): string {
  const here = workingFolder()
  if (here === undefined || !isAbsolute(path)) return path
  const below = relative(here, path)
  return below.startsWith('..') || isAbsolute(below) ? path : below
}
