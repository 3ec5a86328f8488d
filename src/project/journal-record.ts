import {closeSync, lstatSync, mkdirSync, openSync, unlinkSync, writeFileSync} from 'node:fs'
import {dirname, isAbsolute, join, relative, sep} from 'node:path'
import type {Sha256} from '../digest.ts'
import {syncFile, syncFolder, writeFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {isOwn, readPlainFile} from '../plain-file.ts'
import type {Destination} from './destination.ts'

/** A project, and where this user keeps a record of the journals that were written. */
export interface Ground {
  /** The project's folder, absolute. */
  readonly folder: string
  /** The folder of the user's state: outside of every project, and nobody else's. */
  readonly stateFolder: string
  /** Paths of files that are generated: beside what lockfiles own, all that commands write in the project; a folder ends with a slash. */
  readonly generatedPaths: readonly string[]
  /** Where things lie in a folder that is no project. */
  readonly destination?: Destination
}

/**
 * Notes durably that this user wrote a journal on this machine: without such a note no later command believes it. Where
 * the user has no folder for that none is made, and a command that is cut off then has to be ended by hand. Throws
 * WRITE_FAILED, for a full disk.
 */
export async function recordJournal(ground: Ground, sha256: Sha256): Promise<void> {
  const folder = folderOf(ground)
  if (folder === undefined) return
  const path = join(folder, sha256)
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    if (!isPrivate(folder)) return
    const file = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(file, `${ground.folder}\n`)
      await syncFile(file)
    } finally {
      closeSync(file)
    }
    await syncFolder(folder)
  } catch (error) {
    if (!unavailable.includes(systemCode(error) ?? '')) throw writeFailed(path, error)
  }
}

const unavailable = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ELOOP']

/** Tells whether this user wrote the journal of this digest here, and has not ended it. */
export function isRecorded(ground: Ground, sha256: Sha256): boolean {
  const folder = folderOf(ground)
  try {
    if (folder === undefined || !isPrivate(folder)) return false
    return readPlainFile(join(folder, sha256), 64 * 1024, isOwn) !== undefined
  } catch {
    return false
  }
}

/** Removes the record of a journal that has been ended; what can't be removed does no harm. */
export function forgetJournal(ground: Ground, sha256: Sha256): void {
  const folder = folderOf(ground)
  try {
    if (folder !== undefined) unlinkSync(join(folder, sha256))
  } catch {
    // Without a journal of that digest it says nothing.
  }
}

/** Undefined for a state that lies in the project, and could have come with it; a file system comes with nothing. */
function folderOf({folder, stateFolder}: Ground): string | undefined {
  const inside = relative(folder, stateFolder)
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
  return isOutside || dirname(folder) === folder ? join(stateFolder, 'journals') : undefined
}

function isPrivate(folder: string): boolean {
  const stats = lstatSync(folder)
  return stats.isDirectory() && isOwn(stats) && (process.platform === 'win32' || (stats.mode & 0o022) === 0)
}
