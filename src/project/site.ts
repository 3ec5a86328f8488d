import {unlinkSync} from 'node:fs'
import {posix} from 'node:path'
import type {Sha256} from '../digest.ts'
import {syncFile, writeFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {forEachLimited} from '../limit.ts'
import type {DiskState} from './disk.ts'
import {FolderHandle} from './folder-handle.ts'
import {journalName} from './journal.ts'
import {forgetJournal, type Ground} from './journal-record.ts'
import {clearBeside, moveFile} from './move.ts'
import {Places} from './places.ts'
import type {FileChange} from './plan.ts'
import {Staged} from './staged.ts'
import {foreign} from './work-folder.ts'

/** Each is an open folder, of which a process may have few. */
const syncedAtOnce = 16

/** What a change works on. */
export interface Site {
  readonly places: Places
  /** `.prosody-mods` */
  readonly work: FolderHandle
  readonly staged: Staged
}

/** Runs `work` with the project's folder open. */
export async function withPlaces<T>(folder: string, work: (places: Places) => Promise<T>): Promise<T> {
  const root = FolderHandle.open(folder)
  const places = new Places(root)
  try {
    return await work(places)
  } finally {
    places.close()
    root.close()
  }
}

/** Puts every new file in place, and takes away what shall go. Throws WRITE_FAILED. */
export async function goForward({places, staged}: Site, steps: readonly FileChange[]): Promise<void> {
  const folders = new Set<string>()
  for (const [index, {path, after}] of steps.entries()) {
    naming(places.shown(path), () => {
      if (after === null) removeFile(places, path)
      else if (!is(places.state(path), after)) {
        for (const made of places.makeFolders(path)) folders.add(posix.dirname(made))
        places.at(path, (way) => moveFile(staged.way('new', index), way))
      }
      folders.add(posix.dirname(path))
    })
  }
  await forEachLimited([...folders], {limit: syncedAtOnce}, async (folder) => {
    try {
      await places.sync(folder)
    } catch (error) {
      throw writeFailed(places.shown(folder), error)
    }
  })
  for (const {path, after} of steps) if (after === null) places.pruneAbove(path)
}

/**
 * Puts back what a step replaced; what somebody has changed since is left alone. Throws WORK_FOLDER_FOREIGN, before
 * anything is touched, where a copy that is needed has other bytes.
 */
export function goBack(site: Site, steps: readonly FileChange[]): void {
  const {places, staged} = site
  const back = [...steps.entries()].reverse().filter(([, step]) => wasDone(site, step))
  for (const [index, {before}] of back) {
    if (before !== null && staged.holds('old', index, before) === false)
      throw foreign(staged.shown('old', index), 'is no more the copy that prosody-mods made')
  }
  for (const [index, {path, before}] of back) {
    naming(places.shown(path), () => {
      if (before === null) removeFile(places, path)
      else if (staged.holds('old', index, before) === true) {
        places.makeFolders(path)
        places.at(path, (way) => moveFile(staged.way('old', index), way))
      }
    })
  }
  for (const {path} of steps) quietly(() => places.at(path, clearBeside))
  for (const {path, before} of steps) if (before === null) places.pruneAbove(path)
}

/** Whether there is something to put back, and nobody has put anything else there. */
function wasDone({places}: Site, {path, before, after}: FileChange): boolean {
  const state = places.state(path)
  return (after !== null && is(state, after)) || (before !== null && state === 'absent')
}

/** Tells whether everything that a step needs is there, or the step is done. */
export function canGoForward({places, staged}: Site, step: FileChange, index: number): boolean {
  const state = places.state(step.path)
  if (step.after !== null && is(state, step.after)) return true
  const untouched = step.before === null ? state === 'absent' : is(state, step.before)
  if (step.after === null) return untouched || state === 'absent'
  return untouched && staged.holds('new', index, step.after) === true
}

function is(state: DiskState, sha256: Sha256): boolean {
  return typeof state === 'object' && state.sha256 === sha256
}

/** A change of the project that is done or undone, and whose journal is to go. */
export interface Ended {
  readonly ground: Ground
  /** The journal's; undefined where none was written. */
  readonly sha256: Sha256 | undefined
}

/** Ends a change that is complete, or undone. Throws WRITE_FAILED where the journal stays. */
export async function finishDurably(work: FolderHandle, ended: Ended): Promise<void> {
  naming(work.path, () => removeEntry(work, journalName))
  try {
    if (work.file !== undefined) await syncFile(work.file)
  } catch {
    // A journal that comes back is of a change that is complete, and is believed no more.
  }
  quietly(() => finish(work, ended))
}

/**
 * Removes what a change that is done or undone has left where commands work: the journal first, since without it the
 * staged files mean nothing, and the next command clears them away.
 */
export function finish(work: FolderHandle, {ground, sha256}: Ended): void {
  naming(work.path, () => removeEntry(work, journalName))
  if (sha256 !== undefined) forgetJournal(ground, sha256)
  quietly(() => removeEntry(work, `${journalName}.new`))
  Staged.clear(work)
}

function removeFile(places: Places, path: string): void {
  places.at(path, (way) => unlinkIfThere(way))
}

function removeEntry(work: FolderHandle, name: string): void {
  unlinkIfThere(work.at(name))
}

function unlinkIfThere(way: string): void {
  try {
    unlinkSync(way)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

/** Runs `work`, and throws the system's failures as failures to write the path that the user knows. */
export function naming<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw writeFailed(path, error)
  }
}

/** Does work whose failure does no harm: what is left over is cleared away by the next command. */
export function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // What is left over is cleared away by the next command.
  }
}
