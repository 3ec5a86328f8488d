import {readFileSync, type Stats} from 'node:fs'
import {systemCode} from './errors.ts'
import {FileRefused, opening, withRegular} from './regular-file.ts'

/** The bytes of a regular file, and what the system said of it while it was open. */
export interface PlainFile {
  readonly bytes: Buffer
  readonly stats: Stats
}

/**
 * Reads a regular file's bytes. Undefined for a link, a pipe, a folder, what is longer than `maxBytes`, and what
 * `accept` does not take: all of that is looked at on the open file, so that nothing can be put in its place meanwhile.
 * Throws the system's error, ENOENT among others.
 */
export function readPlainFile(
  path: string,
  maxBytes: number,
  accept: (stats: Stats) => boolean = () => true,
): PlainFile | undefined {
  try {
    return withRegular(path, opening.unfollowed, (file, stats) =>
      stats.size <= maxBytes && accept(stats) ? {bytes: readFileSync(file), stats} : undefined,
    )
  } catch (error) {
    if (error instanceof FileRefused || systemCode(error) === 'EISDIR') return undefined
    throw error
  }
}

/** Tells whether this user made a file. Windows has no owners of this kind. */
export function isOwn({uid}: Pick<Stats, 'uid'>): boolean {
  return process.geteuid === undefined || process.geteuid() === uid
}

/** Tells whether nobody but this user, or root, could have written a file. */
export function isOnlyOurs(stats: Pick<Stats, 'uid' | 'mode'>): boolean {
  if (process.geteuid === undefined) return true
  return (isOwn(stats) || stats.uid === 0) && (stats.mode & 0o022) === 0
}
