import {sha256Of, type Sha256} from '../digest.ts'
import type {GeneratedFile} from '../image/generated-file.ts'
import {differsInLineEnds, diskBelow, linkOnWay} from '../project/disk.ts'
import {refuseUnseen} from '../project/lock-names.ts'
import {lockedFiles, lockedPatches, lockfileName, type Lockfile} from '../project/lockfile.ts'
import {manifestName, type Manifest} from '../project/manifest.ts'
import {makeReadable, unreadablePaths} from '../project/modes.ts'
import {planFiles, type FileChange, type Owned} from '../project/plan.ts'
import type {Ground} from '../project/journal-record.ts'
import type {Project} from '../project/project.ts'
import {applySteps, type Step} from '../project/transaction.ts'
import {lockText} from './lock-text.ts'
import {presentText} from './present-text.ts'

/** What the project shall become. */
export interface WantedState {
  readonly lock: Lockfile
  readonly manifestText: string
  readonly manifest: Manifest
  /** Replaces the manifest's image.modulesPath in the written configuration. */
  readonly modulesPath?: string | undefined
  /** Whether the lockfile is written; --frozen leaves it alone. */
  readonly writeLock: boolean
  readonly force: boolean
}

/** What a command that writes is to do to a project: the changes, and what the project shall have after them. */
export interface ContextPlan {
  readonly changes: readonly FileChange[]
  /** Files and folders that stand there, and that others can't read. */
  readonly closed: readonly string[]
  /** Path → sha256 of what belongs to the context. */
  readonly desired: ReadonlyMap<string, Sha256>
  /** Files that stand there as they shall. */
  readonly unchanged: number
  /** Text of the files that are not fetched, manifest and lockfile among them: path → text. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Compares what is wanted with the disk. Throws OWNED_FILE_CHANGED, FILE_IN_THE_WAY, and ARCHIVE_PATH_INVALID and
 * LUA_INVALID for names that the lockfile could not be read with.
 */
export function planContext(
  project: Pick<Project, 'folder' | 'lock' | 'lockText' | 'manifestText'>,
  wanted: WantedState,
  generated: readonly GeneratedFile[],
): ContextPlan {
  if (wanted.writeLock) refuseUnseen(wanted.lock)
  const texts = textsOf(generated)
  const desired = new Map([...lockedFiles(wanted.lock), ...lockedPatches(wanted.lock)])
  for (const [path, text] of texts) desired.set(path, sha256Of(text))
  const locked =
    project.lock === undefined ? [] : [...lockedFiles(project.lock), ...lockedPatches(project.lock)]
  const changes = planFiles({
    desired,
    owned: new Map<string, Owned>([...locked, ...ownedAmong(generated, project.folder)]),
    generatedPaths: generated.map(({path}) => path),
    disk: diskBelow(project.folder),
    linkOnWay: (path) => linkOnWay(project.folder, path),
    onlyLineEnds: (path, digest) => differsInLineEnds(project.folder, path, digest),
    force: wanted.force,
  })
  const plain: FileChange[] = []
  const replaceText = (path: string, before: string | undefined, after: string): void => {
    if (before === after) return
    texts.set(path, after)
    plain.push({path, before: before === undefined ? null : sha256Of(before), after: sha256Of(after)})
  }
  // The manifest before the lockfile: that one comes last, it is the commit point.
  replaceText(
    manifestName,
    project.manifestText === '' ? undefined : project.manifestText,
    wanted.manifestText,
  )
  if (wanted.writeLock) replaceText(lockfileName, project.lockText, lockText(project.lockText, wanted.lock))
  const touched = new Set(changes.map(({path}) => path))
  return {
    changes: [...changes, ...plain],
    closed: unreadablePaths(project.folder, desired.keys()).filter((path) => !touched.has(path)),
    desired,
    unchanged: [...desired.keys()].filter((path) => !touched.has(path)).length,
    texts,
  }
}

/** Path → text of the generated files that the project shall have. */
function textsOf(generated: readonly GeneratedFile[]): Map<string, string> {
  return new Map(generated.flatMap(({path, text}) => (text === undefined ? [] : [[path, text] as const])))
}

/** Lists the generated files that stand there and are ours, by path; those that were changed are ours all the same. */
export function ownedAmong(
  generated: readonly GeneratedFile[],
  folder: string,
): (readonly [string, Owned])[] {
  return generated.flatMap(({path, isOurs, isSealed}) => {
    const present = presentText(folder, path)
    if (present === undefined || !isOurs(present)) return []
    return [[path, isSealed(present) ? sha256Of(present) : 'edited'] as const]
  })
}

/** Writes a plan, and lets everybody read what belongs to the context; `blob` gives the verified bytes of a digest. */
export async function applyContext(
  ground: Ground,
  plan: ContextPlan,
  blob: (sha256: Sha256, path: string) => Buffer,
): Promise<void> {
  const steps: Step[] = plan.changes.map((change) => ({
    ...change,
    bytes: change.after === null ? null : bytesOf(change.path, change.after, {plan, blob}),
  }))
  await applySteps(ground, steps)
  await makeReadable(ground.folder, plan.closed, plan.desired)
}

function bytesOf(
  path: string,
  sha256: Sha256,
  {plan, blob}: {readonly plan: ContextPlan; readonly blob: (sha256: Sha256, path: string) => Buffer},
): Buffer {
  const text = plan.texts.get(path)
  return text === undefined ? blob(sha256, path) : Buffer.from(text, 'utf8')
}
