import type {Sha256} from '../../digest.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import {defaultProsody} from '../../project/manifest.ts'
import {lockTargetOf} from '../../resolve/out-of-date.ts'
import type {Environment} from '../../workbench/environment.ts'
import {projectOrNone, type NearProject} from '../../workbench/open-project.ts'
import {withWorkbench, type Workbench} from '../../workbench/workbench.ts'
import {compareLocks, type LocksCompared, type SourceDiff} from './compare-locks.ts'
import {knowledgeOf, linesIn, type Bytes} from './knowledge.ts'
import {compareNeeds, type NeedsDiff} from './needs.ts'
import {knownSizes} from './sizes.ts'
import {fileSide, lockedSide, operandOf, releaseSide, revisionSide, type Operand, type Side} from './sides.ts'
import {bareName} from '../../module-name.ts'

/** What `diff` is asked for. */
export interface DiffRequest {
  /** Releases, lockfiles or revisions: two, or one that is compared with the project; and names of modules. */
  readonly operands: readonly string[]
  readonly offline: boolean
}

/** What differs between two locks, as `bump`, `update` and `outdated` tell it, too. */
export interface LockDiff {
  /** By source, without those that have no difference. */
  readonly sources: readonly SourceDiff[]
  readonly needs: NeedsDiff | null
}

/** What `diff` found; the shape is part of --json (docs/reference/json.md). */
export interface DiffResult extends LockDiff {
  readonly from: string
  readonly to: string
  /** The line of Prosody that it was judged for. */
  readonly prosody: string
  /** The modules that were asked for; [] for all. */
  readonly only: readonly string[]
}

/**
 * Compares two releases, two lockfiles, or what is locked with an earlier revision. Throws USAGE, NOT_INSTALLED,
 * LOCKFILE_INVALID, PATH_NOT_FOUND, and what finding a release throws.
 */
export async function diff(request: DiffRequest, environment: Environment): Promise<DiffResult> {
  const project = await projectOrNone(environment)
  return withWorkbench(environment, {...project, offline: request.offline}, async (bench) => {
    const {before, after, only} = await sidesOf(request.operands, project, bench)
    const target = targetOf(project, after.lock, bench)
    const found = diffLocks(before.lock, after.lock, {target, bench, wholeSource: wholeOf(before, after)})
    return {
      ...{from: before.label, to: after.label, prosody: target?.prosody ?? defaultProsody, only},
      sources: only.length === 0 ? found.sources : found.sources.flatMap((one) => ofModules(one, only)),
      needs: only.length === 0 ? found.needs : null,
    }
  })
}

/** For what modules are to run with: the project's manifest says it, else a lockfile. */
function targetOf({manifest}: NearProject, lock: Lockfile, {environment}: Workbench): LockTarget | undefined {
  return lockTargetOf(manifest, environment.registry) ?? lock.target
}

function wholeOf({whole: before}: Side, {whole: after}: Side): LocksCompared['wholeSource'] {
  return before === undefined || after === undefined ? undefined : {before, after}
}

/** What two locks are compared for. */
export interface DiffWorld {
  readonly target: LockTarget | undefined
  readonly bench: Workbench
  readonly wholeSource?: LocksCompared['wholeSource']
}

/** Compares two locks by what the registry and the store know of their files. */
export function diffLocks(
  before: Lockfile,
  after: Lockfile,
  {target, bench, wholeSource}: DiffWorld,
): LockDiff {
  const {registry} = bench.environment
  const bytes: Bytes = {read: (sha256) => bench.session.read(sha256)}
  const known = knowledgeOf(bench.analyses, registry, bytes)
  const sizes = knownSizes([before, after], registry)
  return {
    sources: compareLocks({
      ...{before, after, known, wholeSource, line: target?.prosody ?? defaultProsody, registry},
      sizeOf: (sha256: Sha256) => sizes.get(sha256) ?? bytes.read(sha256)?.length,
      linesOf: linesIn(bytes),
    }),
    needs: target === undefined ? null : compareNeeds(before, after, {target, registry, known}),
  }
}

interface Sides {
  readonly before: Side
  readonly after: Side
  readonly only: readonly string[]
}

async function sidesOf(texts: readonly string[], project: NearProject, bench: Workbench): Promise<Sides> {
  const operands = texts.map((text) => operandOf(text, project, bench))
  const sides = operands.filter(({kind}) => kind !== 'name')
  const names = operands.filter(({kind}) => kind === 'name')
  if (sides.length > 2) {
    throw new ProsodyModsError('USAGE', `diff compares two, not ${sides.length}: ${texts.join(' ')}`, {
      hint: 'give two releases, lockfiles or revisions, and then names of modules',
    })
  }
  const [first = {kind: 'revision', text: 'HEAD'} as const, second] = sides
  const only = names.map((one) => (one.kind === 'name' ? bareName(one.text) : ''))
  const [one, other] = [await sideOf(first, project, bench), second && (await sideOf(second, project, bench))]
  if (other !== undefined) return {before: one, after: other, only}
  // A release is where the project may go, a lockfile or revision where it comes from.
  if (first.kind === 'release') return {before: lockedSide(one, project), after: one, only}
  return {before: one, after: {label: 'the lockfile', lock: project.lock}, only}
}

async function sideOf(operand: Operand, project: NearProject, bench: Workbench): Promise<Side> {
  switch (operand.kind) {
    case 'release':
      return releaseSide(operand.text, project, bench)
    case 'lockfile':
      return fileSide(operand.path)
    case 'revision':
    case 'name':
      return revisionSide(operand.text, {folder: project.folder, env: bench.environment.env})
  }
}

/** What is told of some modules alone; a source counts for all of its own. */
function ofModules(one: SourceDiff, names: readonly string[]): SourceDiff[] {
  if (names.includes(one.source)) return [one]
  const isMeant = (name: string): boolean => names.some((wanted) => wanted.split('/').at(-1) === name)
  const changes = one.changes.filter(({name, modules}) => modules.some(isMeant) || isMeant(name))
  const {added, removed, renamed, changed} = one.modules
  const modules = {
    added: added.filter(isMeant),
    removed: removed.filter(isMeant),
    renamed: renamed.filter(({from, to}) => isMeant(from) || isMeant(to)),
    changed: changed.filter(isMeant),
  }
  const isThere = changes.length > 0 || Object.values(modules).some(({length}) => length > 0)
  return isThere ? [{...one, changes, modules}] : []
}
