import {lstatSync} from 'node:fs'
import {join} from 'node:path'
import {writeFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {isOwn} from '../plain-file.ts'
import {FolderHandle, withHandle} from './folder-handle.ts'
import {journalName, readJournal} from './journal.ts'
import type {Ground} from './journal-record.ts'
import {
  canGoForward,
  finish,
  finishDurably,
  goBack,
  goForward,
  naming,
  withPlaces,
  type Site,
} from './site.ts'
import {Staged, stagedName} from './staged.ts'
import {enterOwnFolder, foreign, lockName, workFolder} from './work-folder.ts'

/**
 * Ends what an earlier command could not: 'forward', 'back', or undefined where nothing was left over. Throws
 * WORK_FOLDER_FOREIGN for what this user did not leave here.
 */
export async function recover(ground: Ground): Promise<'forward' | 'back' | undefined> {
  return withPlaces(ground.folder, async (places) => {
    const work = naming(places.shown(workFolder), () => enterOwnFolder(places.root, workFolder))
    if (work === undefined) return undefined
    try {
      return await recoverIn({places, work}, ground)
    } catch (error) {
      throw writeFailed(work.path, error)
    } finally {
      work.close()
    }
  })
}

async function recoverIn(
  {places, work}: Pick<Site, 'places' | 'work'>,
  ground: Ground,
): Promise<'forward' | 'back' | undefined> {
  const journal = readJournal(work, ground)
  const staged = Staged.find(work)
  if (journal === undefined) {
    // Cut off before the journal stood: nothing outside the work folder was touched.
    staged?.close()
    if (staged !== undefined) finish(work, {ground, sha256: undefined})
    return undefined
  }
  if (staged === undefined) throw foreign(join(work.path, stagedName), 'is gone, and a journal needs it')
  try {
    const site = {places, work, staged}
    const {steps, sha256, destination} = journal
    places.keepAbove(destination?.modules)
    const forward = steps.every((step, index) => canGoForward(site, step, index))
    if (forward) await goForward(site, steps)
    else goBack(site, steps)
    await finishDurably(work, {ground, sha256})
    return forward ? 'forward' : 'back'
  } finally {
    staged.close()
  }
}

/**
 * Tells whether something lies where commands work that whoever writes has to look at first; cheap enough to ask at
 * every start, and only looks.
 */
export function needsRecovery(project: string): boolean {
  try {
    const found = lstatSync(join(project, workFolder), {throwIfNoEntry: false})
    if (found === undefined) return false
    if (!found.isDirectory() || isNoFolder(join(project, workFolder, lockName))) return true
    return [journalName, stagedName].some(
      (name) => lstatSync(join(project, workFolder, name), {throwIfNoEntry: false}) !== undefined,
    )
  } catch (error) {
    // Another user's, which can't be looked into.
    return systemCode(error) === 'EACCES'
  }
}

/**
 * Finds what an earlier command has left: `cut` where it was in the midst of changing the project, `early` where it
 * had not begun to, `foreign` where it was none of this user's on this machine. Only looks.
 */
export function leftoverOf(ground: Ground): 'none' | 'cut' | 'early' | 'foreign' {
  if (!needsRecovery(ground.folder)) return 'none'
  try {
    return withHandle(FolderHandle.open(join(ground.folder, workFolder)), (work) => {
      if (!isOwn(work.stats)) return 'foreign'
      if ([lockName, stagedName].some((name) => isNoFolder(work.at(name)))) return 'foreign'
      return readJournal(work, ground) === undefined ? 'early' : 'cut'
    })
  } catch {
    return 'foreign'
  }
}

function isNoFolder(path: string): boolean {
  return lstatSync(path, {throwIfNoEntry: false})?.isDirectory() === false
}
