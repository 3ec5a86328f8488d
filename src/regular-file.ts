import {closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats} from 'node:fs'
import {open, type FileHandle} from 'node:fs/promises'
import {devNull} from 'node:os'

const mebibyte = 2 ** 20

/** How many bytes a file may have at most, by what it is. */
export const sizeBounds = {
  manifest: 4 * mebibyte,
  lockfile: 64 * mebibyte,
  configuration: 4 * mebibyte,
  credentials: mebibyte,
  certificates: 16 * mebibyte,
  patch: 4 * mebibyte,
  /** Of a module. */
  module: 16 * mebibyte,
  /** Prosody's own configuration. */
  prosodyConfig: 4 * mebibyte,
  /** A Dockerfile, or Git's attributes. */
  dockerfile: mebibyte,
  keyring: 16 * mebibyte,
  log: 1024 * mebibyte,
} as const

/** What a file is that others may have made. */
export type FileKind = keyof typeof sizeBounds

/** Thrown where a file that can be opened is not read. Has a `code`, as the system's errors do, and a `path`. */
export class FileRefused extends Error {
  readonly code: 'NOT_REGULAR' | 'TOO_LARGE'
  readonly path: string

  constructor(code: FileRefused['code'], path: string, message: string) {
    super(message)
    this.code = code
    this.path = path
  }
}

/**
 * Reads a file that others may have made. Throws what opening throws, and FileRefused for what is no file (a pipe or a
 * device may never end), and for what is larger than its kind ever is. Links are followed; the null
 * device is an empty file.
 */
export function readRegular(path: string, kind: FileKind): Buffer {
  if (path === devNull) return Buffer.alloc(0)
  return withRegular(path, followed, (file) => readBounded(file, path, sizeBounds[kind]))
}

/** Opening a pipe that nobody writes to would wait. Windows knows none of these. */
const followed = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK)
const unfollowed = followed | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW)

/** Flags that a file is opened with, of which a link may, or may not, be followed. */
export const opening = {followed, unfollowed} as const

/**
 * Opens a file that somebody else may have put there, as the one door to such files: looks at what was opened, and
 * closes it after `work`. Throws what opening and `work` throw, EISDIR for a folder, and FileRefused for what is no
 * file.
 * @param path byte for byte where it is a buffer
 */
export function withRegular<T>(
  path: string | Buffer,
  flags: number,
  work: (file: number, stats: Stats) => T,
): T {
  if (flags === unfollowed && process.platform === 'win32' && lstatSync(path).isSymbolicLink())
    throw notRegular(path)
  const file = openSync(path, flags)
  try {
    return work(file, regular(fstatSync(file), path))
  } finally {
    closeSync(file)
  }
}

/** Opens a regular file to be read bit by bit; whoever calls it closes it. Throws what `withRegular` throws. */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, followed)
  try {
    regular(await handle.stat(), path)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

function regular(stats: Stats, path: string | Buffer): Stats {
  if (stats.isFile()) return stats
  throw stats.isDirectory() ? isFolder(String(path)) : notRegular(path)
}

function notRegular(path: string | Buffer): FileRefused {
  return new FileRefused('NOT_REGULAR', String(path), 'it is no regular file')
}

/** Reads an open file; throws FileRefused where it has more than so many bytes. */
export function readBounded(file: number, path: string, most: number): Buffer {
  const {size} = fstatSync(file)
  const pieces: Buffer[] = []
  let left = most + 1
  // Some files of the system have no size, and others grow: what is read decides.
  while (size <= most) {
    const piece = Buffer.alloc(Math.min(pieces.length === 0 ? size + 1 : 64 * 1024, left))
    const count = readSync(file, piece, 0, piece.length, null)
    if (count > 0) pieces.push(piece.subarray(0, count))
    left -= count
    if (left === 0) break
    if (count === 0 || (count === size && pieces.length === 1)) return whole(pieces)
  }
  throw new FileRefused('TOO_LARGE', path, `it is larger than the ${most} bytes that are read of such a file`)
}

function whole(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces)
}

/** As reading it would say. */
function isFolder(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`EISDIR: illegal operation on a directory, read '${path}'`), {
    code: 'EISDIR',
    errno: -21,
    syscall: 'read',
    path,
  })
}
