import {closeSync, fsync, mkdirSync, openSync} from 'node:fs'
import {dirname} from 'node:path'
import {promisify} from 'node:util'
import {ProsodyModsError, messageOf, systemCode} from './errors.ts'

/** Makes a created, renamed or removed name in `folder` survive a power cut. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    await syncFile(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Makes the bytes of a file descriptor survive a power cut: fsync(2). The one call on small files that is worth leaving
 * the main thread for: the others take less time than the way to another thread and back.
 */
export const syncFile = promisify(fsync)

/**
 * Makes a folder and those above it. Node's own recursive mkdir says ENOENT on a read-only file system; this
 * gives the system's answer.
 */
export function makeFolders(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    makeFolders(dirname(folder))
    // Not from the start: below a link that leads nowhere it would never end.
    makeFolder(folder)
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
  ELOOP: 'its links lead in a circle',
  EIO: 'input/output error',
  EXDEV: 'it lies on another file system than the project',
  ENOTEMPTY: 'a folder that is not empty is in its place',
}

/**
 * Makes the error of a machine that could not write (or remove) `path`: exit 1, naming the path and the system's
 * reason.
 */
export function writeFailed(path: string, error: unknown): ProsodyModsError {
  return failed('WRITE_FAILED', path, error)
}

/**
 * Makes the error of a machine that could not read `path`, or what the system names below it: exit 1, naming the path
 * and the system's reason.
 */
export function readFailed(path: string, error: unknown): ProsodyModsError {
  const below = error instanceof Error && 'path' in error ? error.path : undefined
  const isName = typeof below === 'string' && !below.startsWith('/proc/self/fd/')
  return failed('READ_FAILED', isName ? below : path, error)
}

const failures = {
  READ_FAILED: {verb: 'read', hint: 'make it a file or folder that this user can read'},
  WRITE_FAILED: {verb: 'write', hint: 'make the folder writable for this user'},
} as const

function failed(code: keyof typeof failures, path: string, error: unknown): ProsodyModsError {
  if (error instanceof ProsodyModsError) return error
  const {verb, hint} = failures[code]
  const system = systemCode(error)
  return new ProsodyModsError(code, `can't ${verb} ${path}: ${reasonOf(error)}`, {
    hint: `${hintOn(system, path) ?? hint}, then run the command again`,
    details: {path, ...(system === undefined ? {} : {systemCode: system})},
    cause: error,
  })
}

function reasonOf(error: unknown): string {
  const system = systemCode(error)
  return (system === undefined ? undefined : reasons[system]) ?? messageOf(error)
}

/** Where the path's permissions are not the trouble. */
function hintOn(system: string | undefined, path: string): string | undefined {
  if (system === 'ENOSPC' || system === 'EDQUOT') return `free some space where ${dirname(path)} lies`
  if (system === 'EMFILE') return 'allow more open files (ulimit -n)'
  return undefined
}
