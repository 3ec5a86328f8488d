import {randomBytes} from 'node:crypto'
import {closeSync, openSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {syncFile, writeFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {readPlainFile} from '../plain-file.ts'
import {shellWord} from '../text/shell-word.ts'
import type {Destination} from './destination.ts'
import type {FolderHandle} from './folder-handle.ts'
import {isRecorded, recordJournal, type Ground} from './journal-record.ts'
import {ownedPaths} from './owned-paths.ts'
import type {FileChange} from './plan.ts'
import {foreign} from './work-folder.ts'

/** Name of the journal in the folder where commands work. */
export const journalName = 'journal.json'

/** More than any journal has: a path and two digests a file, and two lockfiles. */
const maxBytes = 256 * 1024 * 1024

/** What a command is about to do, in order. */
export interface Journal {
  readonly journalVersion: 2
  readonly steps: readonly FileChange[]
  /**
   * Texts of the lockfiles of before and after: no step changes what neither of them owns, but for generated files.
   */
  readonly lockfiles: readonly string[]
  /** Where the files lie, of a change to no project. */
  readonly destination?: Destination
}

/** A journal with the digest of its file, under which it is recorded. */
export interface KnownJournal extends Journal {
  readonly sha256: Sha256
}

/** Writes the journal into the work folder, durable and whole, once it is recorded as this user's. Throws WRITE_FAILED. */
export async function writeJournal(work: FolderHandle, journal: Journal, ground: Ground): Promise<Sha256> {
  // No two journals are alike: the record of one says nothing of another.
  const text = JSON.stringify({id: randomBytes(16).toString('hex'), ...journal})
  const sha256 = sha256Of(text)
  await recordJournal(ground, sha256)
  try {
    const file = openSync(work.at(`${journalName}.new`), 'wx', 0o600)
    try {
      writeFileSync(file, text)
      await syncFile(file)
    } finally {
      closeSync(file)
    }
    renameSync(work.at(`${journalName}.new`), work.at(journalName))
    if (work.file !== undefined) await syncFile(work.file)
  } catch (error) {
    throw writeFailed(join(work.path, journalName), error)
  }
  return sha256
}

/**
 * Reads the journal of a command that was cut off; undefined without one. Throws WORK_FOLDER_FOREIGN for one that
 * this user did not write here, and for one that names what no lockfile of its own owns.
 */
export function readJournal(work: FolderHandle, ground: Ground): KnownJournal | undefined {
  const bytes = bytesOf(work)
  if (bytes === undefined) return undefined
  const sha256 = sha256Of(bytes)
  if (!isRecorded(ground, sha256)) throw notOurs(work, 'was not written by this user on this machine')
  const journal = JSON.parse(bytes.toString('utf8')) as Journal
  const {lockfiles, destination} = journal
  if ((destination === undefined) !== (ground.destination === undefined))
    throw notOurs(work, `is of ${destination === undefined ? 'a project' : '"install --destdir"'}`)
  const owned = ownedPaths(lockfiles, ground.generatedPaths, destination)
  const stray = journal.steps.find(({path}) => !owned.has(path))
  if (stray !== undefined) throw notOurs(work, `names ${JSON.stringify(stray.path)}, which no lockfile owns`)
  return {...journal, sha256}
}

function bytesOf(work: FolderHandle): Buffer | undefined {
  try {
    const file = readPlainFile(
      work.at(journalName),
      maxBytes,
      ({uid, nlink}) => uid === work.stats.uid && nlink === 1,
    )
    if (file !== undefined) return file.bytes
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    if (code !== 'ELOOP' && code !== 'ENXIO' && code !== 'EACCES') throw error
  }
  throw notOurs(work, 'is no plain file of this user')
}

function notOurs(work: FolderHandle, what: string) {
  const folder = shellWord(work.path)
  return foreign(
    join(work.path, journalName),
    `${what}, so nothing of it was done`,
    `where it came with the project, run "rm -r ${folder}". Where a command of your own was cut off elsewhere (in a container, on another machine, as another user), run prosody-mods there once more; where that is gone, ${join(work.path, 'staged')} has copies of the files of before (old-*) and after (new-*): take prosody-mods.json and prosody-mods.lock.json from there or from version control, remove ${folder}, and run "prosody-mods install --force", which brings back every file that the lockfile owns`,
  )
}
