import {closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readFileSync} from 'node:fs'
import {join, posix} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {contextFolder} from './lockfile.ts'
import {naming, withPlaces} from './site.ts'

/** Read for all; folders can be entered, too. */
const forAll = {file: 0o444, folder: 0o555} as const

/** Windows has no modes. */
const hasModes = process.platform !== 'win32'

/**
 * Lists, of files that a Prosody of another user shall read, and of the context's folders, those that others can't;
 * sorted. What is not there, or neither file nor folder, is not among them.
 * @param modules the context's folder, from `folder`
 */
export function unreadablePaths(folder: string, paths: Iterable<string>, modules = contextFolder): string[] {
  if (!hasModes) return []
  const all = new Set<string>()
  for (const path of paths) {
    all.add(path)
    // Other folders may be closed for reasons of their own.
    for (
      let above = posix.dirname(path);
      isIn(modules, above) && !all.has(above);
      above = posix.dirname(above)
    )
      all.add(above)
  }
  const absent = new Set<string>()
  // Folders come before what is in them, and in what is not there nothing is looked for.
  return [...all].sort().filter((path) => {
    const state = absent.has(posix.dirname(path)) ? 'absent' : stateOf(join(folder, path))
    if (state === 'absent') absent.add(path)
    return state === 'closed'
  })
}

function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function stateOf(path: string): 'absent' | 'closed' | 'open' {
  try {
    const stats = lstatSync(path, {throwIfNoEntry: false})
    if (stats === undefined) return 'absent'
    const isClosed = stats.isDirectory()
      ? (stats.mode & 0o005) !== 0o005
      : stats.isFile() && (stats.mode & 0o004) === 0
    return isClosed ? 'closed' : 'open'
  } catch {
    return 'open'
  }
}

/**
 * Lets everybody read what `unreadablePaths` found. Files only while they hold the bytes of `expected`: nothing that was
 * put in their place is opened to others. Throws WRITE_FAILED.
 */
export async function makeReadable(
  folder: string,
  paths: readonly string[],
  expected: ReadonlyMap<string, Sha256>,
): Promise<void> {
  if (paths.length === 0) return
  await withPlaces(folder, (places) => {
    for (const path of paths)
      naming(places.shown(path), () => places.at(path, (way) => openToAll(way, expected.get(path))))
    return Promise.resolve()
  })
}

function openToAll(way: string, sha256: Sha256 | undefined): void {
  const file = openSync(way, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(file)
    const isMeant = stats.isDirectory()
      ? sha256 === undefined
      : stats.isFile() && sha256Of(readFileSync(file)) === sha256
    if (isMeant) fchmodSync(file, (stats.mode & 0o7777) | (stats.isDirectory() ? forAll.folder : forAll.file))
  } finally {
    closeSync(file)
  }
}
