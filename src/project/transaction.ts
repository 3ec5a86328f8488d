import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {readFailed, writeFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {forEachLimited} from '../limit.ts'
import {readPlainFile, type PlainFile} from '../plain-file.ts'
import {recordPath, type Destination} from './destination.ts'
import {writeJournal} from './journal.ts'
import type {Ground} from './journal-record.ts'
import {lockfileName} from './lockfile.ts'
import {manifestName} from './manifest.ts'
import {ownedPaths, type OwnedPaths} from './owned-paths.ts'
import type {Places} from './places.ts'
import type {FileChange} from './plan.ts'
import {finish, finishDurably, goBack, goForward, naming, quietly, withPlaces, type Site} from './site.ts'
import {Staged, stagedName} from './staged.ts'
import {makeOwnFolder, workFolder} from './work-folder.ts'

/** Each file that is staged holds an open file, of which a process may have few. */
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
export async function applySteps(ground: Ground, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return
  await withPlaces(ground.folder, async (places) => {
    const work = naming(places.shown(workFolder), () => makeOwnFolder(places.root, workFolder))
    try {
      await applyIn({places, work}, steps, ground)
    } finally {
      work.close()
    }
  })
}

async function applyIn(
  {places, work}: Pick<Site, 'places' | 'work'>,
  steps: readonly Step[],
  ground: Ground,
): Promise<void> {
  const staged = naming(join(work.path, stagedName), () => Staged.make(work))
  const site = {places, work, staged}
  const {destination} = ground
  places.keepAbove(destination?.modules)
  let sha256: Sha256 | undefined
  try {
    try {
      const lockfiles = lockfilesOf(site, steps, destination)
      refuseStray(steps, ownedPaths(lockfiles, ground.generatedPaths, destination))
      await stage(site, steps)
      const named = steps.map(({path, before, after}) => ({path, before, after}))
      const journal = {journalVersion: 2, steps: named, lockfiles, ...(destination && {destination})} as const
      sha256 = await writeJournal(work, journal, ground)
    } catch (error) {
      quietly(() => finish(work, {ground, sha256}))
      throw error
    }
    try {
      await goForward(site, steps)
    } catch (error) {
      goBack(site, steps)
      await finishDurably(work, {ground, sha256})
      throw error
    }
    await finishDurably(work, {ground, sha256})
  } finally {
    staged.close()
  }
}

/** Texts of the lockfile as it stands, and as it shall. */
function lockfilesOf({places}: Site, steps: readonly Step[], destination?: Destination): readonly string[] {
  const lockfile = destination === undefined ? lockfileName : recordPath(destination)
  const before = readAt(places, lockfile)?.bytes
  const after = steps.find(({path}) => path === lockfile)?.bytes
  return [before, after].flatMap((bytes) => bytes?.toString('utf8') ?? [])
}

/** What no lockfile owns is never written, whatever asks for it. */
function refuseStray(steps: readonly Step[], owned: OwnedPaths): void {
  const stray = steps.find(({path}) => !owned.has(path))
  if (stray === undefined) return
  throw new ProsodyModsError('FILE_IN_THE_WAY', `${stray.path} is no path that prosody-mods writes`, {
    hint: 'nothing was written; take the lockfile back from version control',
    details: {paths: [stray.path]},
  })
}

async function stage(site: Site, steps: readonly Step[]): Promise<void> {
  await forEachLimited([...steps.entries()], {limit: stagedAtOnce}, async ([index, step]) => {
    try {
      await stageOne(site, step, index)
    } catch (error) {
      throw writeFailed(site.places.shown(step.path), error)
    }
  })
  try {
    await site.staged.sync()
  } catch (error) {
    throw writeFailed(join(site.work.path, stagedName), error)
  }
}

async function stageOne({places, staged}: Site, step: Step, index: number): Promise<void> {
  let mode = 0o644
  if (step.before !== null) {
    const found = readAt(places, step.path)
    if (found === undefined || sha256Of(found.bytes) !== step.before)
      throw changedMeanwhile(places.shown(step.path))
    const kept = found.stats.mode & 0o777
    await staged.write({kind: 'old', index}, found.bytes, kept)
    // A replaced file keeps its mode; the image's Prosody, which runs as another user, has to read what it loads.
    mode = [manifestName, lockfileName].includes(step.path) ? kept : kept | 0o444
  } else if (places.state(step.path) !== 'absent') throw changedMeanwhile(places.shown(step.path))
  if (step.bytes !== null) await staged.write({kind: 'new', index}, step.bytes, mode)
}

/** Undefined for what is no regular file, or not there. */
function readAt(places: Places, path: string): PlainFile | undefined {
  try {
    return places.at(path, (way) => readPlainFile(way, Number.MAX_SAFE_INTEGER))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(systemCode(error) ?? '')) return undefined
    throw readFailed(places.shown(path), error)
  }
}

/** Fetching takes its time: what the plan saw may have been edited since. */
function changedMeanwhile(path: string): ProsodyModsError {
  return new ProsodyModsError('OWNED_FILE_CHANGED', `${path} was changed while this command worked`, {
    hint: 'nothing was written; run the command again',
    details: {paths: [path]},
  })
}
