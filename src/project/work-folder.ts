import {
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import {closeSync} from 'node:fs'
import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {isOwn} from '../plain-file.ts'
import {shellWord} from '../text/shell-word.ts'
import type {FolderHandle} from './folder-handle.ts'

/** The folder that lives in the project only while a command works or after one was cut off. */
export const workFolder = '.prosody-mods'

/** The folder in `workFolder` that says who works. */
export const lockName = 'lock'

/**
 * Enters a folder of this user in `parent`, made where it is missing: `.prosody-mods` in a project, and what lies in
 * it. Throws WORK_FOLDER_FOREIGN for a link, what is no folder, and another user's.
 */
export function makeOwnFolder(parent: FolderHandle, name: string): FolderHandle {
  try {
    mkdirSync(parent.at(name), {mode: 0o700})
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
  const folder = enterOwnFolder(parent, name)
  if (folder === undefined) throw Object.assign(new Error('removed meanwhile'), {code: 'ENOENT'})
  return folder
}

/**
 * Enters a folder of this user in `parent`; undefined where there is none. Throws WORK_FOLDER_FOREIGN as
 * `makeOwnFolder` does.
 */
export function enterOwnFolder(parent: FolderHandle, name: string): FolderHandle | undefined {
  const path = join(parent.path, name)
  let folder: FolderHandle
  try {
    folder = parent.enter(name)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR' || code === 'ELOOP' || code === 'EACCES') throw foreignAt(parent, name, error)
    throw error
  }
  if (!isOwn(folder.stats) && folder.stats.uid !== ownerOfNew(parent)) {
    folder.close()
    throw foreign(path, ownedByOther(folder.stats.uid))
  }
  // What others could write before is looked at by its owner and its digest.
  if (folder.file !== undefined && (folder.stats.mode & 0o022) !== 0) fchmodSync(folder.file, 0o700)
  return folder
}

/** Removes an empty folder; one that is not empty, or not there, is left. */
export function removeIfEmpty(parent: FolderHandle, name: string): void {
  try {
    rmdirSync(parent.at(name))
  } catch {
    // Another process waits in it, or a journal is left for the next command.
  }
}

/** Makes the error of what lies where prosody-mods works, and is none of its work: exit 4, with nothing touched. */
export function foreign(path: string, what: string, hint?: string): ProsodyModsError {
  const remove = `look at it, then remove it (rm -r ${shellWord(path)}) and run the command again`
  return new ProsodyModsError('WORK_FOLDER_FOREIGN', `${path} ${what}`, {
    hint: `nothing was touched: ${hint ?? `prosody-mods works only in what it made there itself as this user; ${remove}`}`,
    details: {path},
  })
}

/** Says in words that another user owns something. */
export function ownedByOther(uid: number): string {
  return `belongs to user ${uid}, and this is user ${process.geteuid?.() ?? 'another'}`
}

/** For what could not be opened as a folder. */
function foreignAt(parent: FolderHandle, name: string, error: unknown): ProsodyModsError {
  const path = join(parent.path, name)
  const found = lstatSync(parent.at(name), {throwIfNoEntry: false})
  if (found?.isSymbolicLink() === true) {
    return foreign(
      path,
      `is a symbolic link to ${readlinkSync(parent.at(name))}, where a folder of prosody-mods belongs`,
      `prosody-mods follows no link there; remove it (rm ${shellWord(path)}, without a slash at its end) and run the command again`,
    )
  }
  if (found?.isDirectory() === true) return foreign(path, ownedByOther(found.uid))
  if (found === undefined) throw error
  return foreign(path, 'is no folder, where a folder of prosody-mods belongs')
}

/** Whom a new file in a folder belongs to: there are file systems that keep no owners. */
function ownerOfNew(parent: FolderHandle): number | undefined {
  const way = parent.at(`.prosody-mods-${randomBytes(8).toString('hex')}`)
  try {
    const file = openSync(way, 'wx', 0o600)
    try {
      return fstatSync(file).uid
    } finally {
      closeSync(file)
      unlinkSync(way)
    }
  } catch {
    return undefined
  }
}
