import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {copyFile, mkdir, rm, rmdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {syncFile, syncFolder, writeFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {forEachLimited} from '../limit.ts'
import {diskState, type DiskState} from './disk.ts'
import {readJournal, writeJournal} from './journal.ts'
import type {FileChange} from './plan.ts'

/** Lives in the project only while a command works or after one was cut off. */
export const workFolder = '.prosody-mods'

/** Each file that is staged holds up to two open files, of which a process may have few. */
const stagedAtOnce = 16

/** A change with the bytes that shall stand at its path; null removes the file. */
export interface Step extends FileChange {
  readonly bytes: Buffer | null
}

/**
 * Applies all steps or none, in order. New bytes and copies of what they replace are made durable in
 * .prosody-mods/staged first, then the journal, which names every path with its old and new digest; from
 * there on only renames and removals are left, so that whoever comes after a cut can go on or go back.
 * Throws WRITE_FAILED, and OWNED_FILE_CHANGED where something else stands than the step says, with everything
 * as it was.
 */
export async function applySteps(project: string, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return
  const work = join(project, workFolder)
  try {
    await stage(project, steps)
    await writeJournal(work, {
      journalVersion: 1,
      steps: steps.map(({path, before, after}) => ({path, before, after})),
    })
  } catch (error) {
    await quietly(() => finish(project))
    throw error
  }
  try {
    await goForward(project, steps)
  } catch (error) {
    await goBack(project, steps)
    await finish(project)
    throw error
  }
  await finish(project)
}

/** Ends what an earlier command could not: 'forward', 'back', or undefined where nothing was left over. */
export async function recover(project: string): Promise<'forward' | 'back' | undefined> {
  const work = join(project, workFolder)
  const journal = readJournal(work)
  if (journal === undefined) {
    // Cut off before the journal stood: nothing outside the work folder was touched.
    if (existsSync(join(work, 'staged'))) await finish(project)
    return undefined
  }
  const forward = journal.steps.every((step, index) => canGoForward(project, step, index))
  await (forward ? goForward(project, journal.steps) : goBack(project, journal.steps))
  await finish(project)
  return forward ? 'forward' : 'back'
}

/** Whether an earlier command was cut off; cheap enough to ask at every start. */
export function needsRecovery(project: string): boolean {
  return (
    existsSync(join(project, workFolder, 'journal.json')) || existsSync(join(project, workFolder, 'staged'))
  )
}

async function stage(project: string, steps: readonly Step[]): Promise<void> {
  const folder = join(project, workFolder, 'staged')
  try {
    await rm(folder, {recursive: true, force: true})
    await mkdir(folder, {recursive: true})
  } catch (error) {
    throw writeFailed(folder, error)
  }
  await forEachLimited([...steps.entries()], {limit: stagedAtOnce}, ([index, step]) =>
    stageOne(project, step, index),
  )
  await syncFolderIfThere(folder)
}

async function stageOne(project: string, step: Step, index: number): Promise<void> {
  const target = join(project, step.path)
  try {
    if (step.before !== null) {
      const copy = stagedPath(project, 'old', index)
      await copyFile(target, copy)
      await syncFileAt(copy)
      if (!is(diskState(project, `${workFolder}/staged/old-${index}`), step.before))
        throw changedMeanwhile(target)
    } else if (diskState(project, step.path) !== 'absent') throw changedMeanwhile(target)
    if (step.bytes !== null) {
      const fresh = stagedPath(project, 'new', index)
      const file = openSync(fresh, 'wx')
      try {
        writeFileSync(file, step.bytes)
        // The image's Prosody runs as another user; a replaced file keeps its mode.
        fchmodSync(file, step.before === null ? 0o644 : lstatSync(target).mode & 0o777)
        await syncFile(file)
      } finally {
        closeSync(file)
      }
    }
  } catch (error) {
    throw writeFailed(target, error)
  }
}

/** Fetching takes its time: what the plan saw may have been edited since. */
function changedMeanwhile(path: string): ProsodyModsError {
  return new ProsodyModsError('OWNED_FILE_CHANGED', `${path} was changed while this command worked`, {
    hint: 'nothing was written; run the command again',
    details: {paths: [path]},
  })
}

async function goForward(project: string, steps: readonly FileChange[]): Promise<void> {
  const folders = new Set<string>()
  for (const [index, step] of steps.entries()) {
    const target = join(project, step.path)
    try {
      if (step.after === null) removeFile(target)
      else if (!is(diskState(project, step.path), step.after)) {
        for (const made of makeFolder(dirname(target))) folders.add(dirname(made))
        renameSync(stagedPath(project, 'new', index), target)
      }
      folders.add(dirname(target))
    } catch (error) {
      throw writeFailed(target, error)
    }
  }
  await forEachLimited([...folders], {limit: stagedAtOnce}, syncFolderIfThere)
  await pruneFolders(
    project,
    steps.filter(({after}) => after === null),
  )
}

/** Puts back what a step replaced; what somebody has changed since is left alone. */
async function goBack(project: string, steps: readonly FileChange[]): Promise<void> {
  for (const [index, step] of [...steps.entries()].reverse()) {
    const target = join(project, step.path)
    const state = diskState(project, step.path)
    try {
      if (step.before === null) {
        if (step.after !== null && is(state, step.after)) removeFile(target)
      } else if (state === 'absent' || (step.after !== null && is(state, step.after))) {
        const copy = stagedPath(project, 'old', index)
        if (!existsSync(copy)) continue
        makeFolder(dirname(target))
        renameSync(copy, target)
      }
    } catch (error) {
      throw writeFailed(target, error)
    }
  }
  await pruneFolders(
    project,
    steps.filter(({before}) => before === null),
  )
}

function canGoForward(project: string, step: FileChange, index: number): boolean {
  const state = diskState(project, step.path)
  if (step.after !== null && is(state, step.after)) return true
  const untouched = step.before === null ? state === 'absent' : is(state, step.before)
  if (step.after === null) return untouched || state === 'absent'
  return untouched && is(diskState(project, `${workFolder}/staged/new-${index}`), step.after)
}

function is(state: DiskState, sha256: string): boolean {
  return typeof state === 'object' && state.sha256 === sha256
}

function stagedPath(project: string, kind: 'new' | 'old', index: number): string {
  return join(project, workFolder, 'staged', `${kind}-${index}`)
}

/** The journal goes first: without it the staged files mean nothing, and the next command clears them away. */
async function finish(project: string): Promise<void> {
  const work = join(project, workFolder)
  try {
    await rm(join(work, 'journal.json'), {force: true})
  } catch (error) {
    throw writeFailed(work, error)
  }
  await quietly(() => syncFolder(work))
  await quietly(() => rm(join(work, 'journal.json.new'), {force: true}))
  await quietly(() => rm(join(work, 'staged'), {recursive: true, force: true}))
}

async function pruneFolders(project: string, gone: readonly FileChange[]): Promise<void> {
  for (const {path} of gone) {
    let folder = dirname(path)
    while (folder !== '.' && folder !== '/') {
      if (!(await quietly(() => rmdir(join(project, folder))))) break
      folder = dirname(folder)
    }
  }
}

/** Gives the folders that it had to make. */
function makeFolder(folder: string): readonly string[] {
  const first = mkdirSync(folder, {recursive: true})
  const made: string[] = []
  if (first === undefined) return made
  for (let at = folder; at.length >= first.length; at = dirname(at)) {
    // mkdir's mode is cut by the umask; the image's Prosody must be able to enter.
    chmodSync(at, 0o755)
    made.push(at)
  }
  return made
}

function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

async function syncFileAt(path: string): Promise<void> {
  const file = openSync(path, 'r+')
  try {
    await syncFile(file)
  } finally {
    closeSync(file)
  }
}

async function syncFolderIfThere(folder: string): Promise<void> {
  try {
    if (existsSync(folder)) await syncFolder(folder)
  } catch (error) {
    throw writeFailed(folder, error)
  }
}

/** Whether it went well. */
async function quietly(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch {
    return false
  }
}
