import {splitKey, type ModuleKey, keysIn} from '../../module-key.ts'
import {emptyLock} from '../../project/lockfile.ts'
import {manifestName, parseManifest, type Manifest, versionIn, versionPath} from '../../project/manifest.ts'
import {editManifest} from '../../project/manifest-edit.ts'
import type {Project} from '../../project/project.ts'
import {pinAfter} from '../../resolve/choose.ts'
import type {ReleaseRef} from '../../sources/types.ts'
import {chooseBump, explainGone, type Choice} from './choose.ts'
import {
  bringLines,
  compareReleases,
  linesOf,
  moveNotes,
  type Compared,
  type ReleaseComparison,
} from '../compare-releases.ts'
import {reportOf, type ChangeReport} from '../diff/report.ts'
import {bumpGroups} from './groups.ts'
import type {Environment} from '../../workbench/environment.ts'
import {changeProject} from '../../workbench/open-project.ts'
import {resolveLock, type LockRequest, type ResolvedLock} from '../../locking/resolve-lock.ts'
import {summaryOf, type ModuleSummary, type WriteResult} from '../../context/write-result.ts'
import {withUserSources} from '../../workbench/user-config.ts'
import {withWorkbench, type Workbench} from '../../workbench/workbench.ts'
import {shownVersion} from '../../text/shown-version.ts'
import {writeProject} from '../../context/write-project.ts'

/** What `bump` is asked for. */
export interface BumpRequest {
  /** `[source/]name[@version]`, or `source[@version]` for all that the manifest has of it. */
  readonly specs: readonly string[]
  /** Whether to ask the publisher for the newest release. */
  readonly latest: boolean
  readonly allowDowngrade: boolean
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
  /** Absolute paths of configurations, in place of those that are found in the project. */
  readonly config?: readonly string[] | undefined
}

/** One entry of the manifest that moved. */
export interface BumpedEntry extends ModuleSummary {
  /** The entry as it was locked; null for one that was not, and came along with others of its tree. */
  readonly previous: {readonly version: string; readonly revision: string | null} | null
  /** How the manifest's value changes; `to` is the same where a range admits the release. */
  readonly pin: {readonly from: string; readonly to: string}
}

/** Entries that took one release together: one, or all of a flat tree. */
export interface BumpMove extends ReleaseComparison {
  readonly source: string
  readonly from: string
  readonly to: string
  readonly entries: readonly BumpedEntry[]
}

/** How many modules, or files, change in which way. */
export interface BumpCounts {
  readonly added: number
  readonly removed: number
  readonly renamed: number
  readonly changed: number
}

/**
 * An entry of the manifest that stays at its release: the one that was found or, asked for no version, a newer one.
 */
export interface StayedEntry {
  /** source/name */
  readonly module: ModuleKey
  readonly version: string
  readonly found: string
  /**
   * version: the one asked for; known: the newest that needs no publisher; latest: the publisher's newest; none: of a path or
   * URL, which have no releases.
   */
  readonly asked: 'version' | 'known' | 'latest' | 'none'
}

/** What `bump` did; the shape is part of --json (docs/reference/json.md). */
export interface BumpResult extends WriteResult {
  /** What the moves mean, as `diff` tells it. */
  readonly report: ChangeReport
  readonly moved: readonly BumpMove[]
  readonly stayed: readonly StayedEntry[]
  /** How many modules and files change over all moves. */
  readonly counts: {readonly modules: BumpCounts; readonly files: BumpCounts}
  /** What is worth knowing: where modules went, which entries had to move along. */
  readonly notes: readonly string[]
}

/**
 * Moves locked modules to another release: manifest, lockfile and context, with what that changes. Throws USAGE,
 * NOT_INSTALLED, DOWNGRADE, MODULE_GONE, VERSION_UNSATISFIABLE, and whatever resolving, fetching and writing throw.
 */
export async function bump(request: BumpRequest, environment: Environment): Promise<BumpResult> {
  return changeProject(
    environment,
    (project) =>
      withWorkbench(environment, {...project, offline: request.offline, writes: true}, (bench) =>
        bumpIn(project, request, bench),
      ),
    request,
  )
}

async function bumpIn(project: Project, request: BumpRequest, bench: Workbench): Promise<BumpResult> {
  const previous = project.lock ?? emptyLock
  const choices: Choice[] = []
  for (const group of bumpGroups(request, project, bench))
    choices.push(
      await chooseBump(group, {lock: previous, manifest: project.manifest, options: request}, bench),
    )
  const {manifest, manifestText} = await repinned(project, choices, bench)
  const {refresh, releases} = resolving(choices)
  const outcome = await resolved({manifest, previous, refresh, releases}, choices, bench)
  const compared = {before: previous, after: outcome.lock, lines: linesOf(project, bench)}
  for (const {group, kind} of choices) if (kind !== 'stays') await bringLines(group.keys, compared, bench)
  const moved = movesOfChoices(choices, {project, manifest, compared}, bench)
  const {force, dryRun} = request
  const {lock, closure} = outcome
  const wanted = {
    lock,
    closure,
    resolved: outcome.resolved,
    manifest,
    manifestText,
    writeLock: true,
    force,
    dryRun,
  }
  return {
    ...(await writeProject(project, wanted, bench)),
    report: await reportOf(previous, lock, {project: {...project, manifest}, config: request.config, bench}),
    moved,
    stayed: stayedEntries(choices, moved, request),
    counts: {
      modules: counted(moved.map(({modules}) => modules)),
      files: counted(moved.map(({files}) => files)),
    },
    notes: [...notesOn(choices, moved, bench), ...movedAlong(manifest, compared, bench)],
  }
}

/** The manifest with the pins that have to change. */
async function repinned(
  {manifest, manifestText}: Project,
  choices: readonly Choice[],
  {user, environment}: Workbench,
): Promise<{readonly manifest: Manifest; readonly manifestText: string}> {
  const changes = choices.flatMap(({group, ref, kind}) =>
    kind === 'stays'
      ? []
      : group.keys.flatMap((key) => {
          const current = versionIn(manifest, key) ?? '*'
          const value = pinAfter(current, {...group, name: splitKey(key)[1]}, ref)
          return value === current ? [] : [{path: versionPath(manifest, key), value}]
        }),
  )
  const text = editManifest(manifestText, changes)
  const written = await parseManifest(text, manifestName)
  return {manifest: withUserSources(written, user, environment.registry), manifestText: text}
}

/** What is at its release already is resolved anew only where that asks nobody: the registry may vouch for it now. */
function resolving(choices: readonly Choice[]): {
  readonly refresh: ReadonlySet<ModuleKey>
  readonly releases: ReadonlyMap<ModuleKey, ReleaseRef>
} {
  const moving = choices.filter(
    ({kind, ref}) => kind === 'moves' || (kind === 'same' && ref.contents !== undefined),
  )
  const releases = new Map(moving.flatMap(({group, ref}) => group.keys.map((key) => [key, ref] as const)))
  return {refresh: new Set(releases.keys()), releases}
}

async function resolved(
  request: LockRequest,
  choices: readonly Choice[],
  bench: Workbench,
): Promise<ResolvedLock> {
  try {
    return await resolveLock(request, bench)
  } catch (error) {
    throw await explainGone(error, choices, bench)
  }
}

interface Outcome {
  readonly project: Project
  readonly manifest: Manifest
  readonly compared: Compared
}

/** Of choices that change the release, a pin or a file. */
function movesOfChoices(choices: readonly Choice[], outcome: Outcome, bench: Workbench): BumpMove[] {
  return choices.flatMap(({group: {definition, keys}, locked, ref, kind}) => {
    if (kind === 'stays') return []
    const entries = keys.flatMap((key) => entryOf(key, outcome))
    const comparison = compareReleases(keys, outcome.compared, bench)
    const isNews = kind === 'moves' || !comparison.sameFiles || entries.some(({pin}) => pin.from !== pin.to)
    const move = {source: definition.id, from: locked.version, to: ref.version, entries, ...comparison}
    return isNews ? [move] : []
  })
}

function entryOf(key: ModuleKey, {project, manifest, compared}: Outcome): BumpedEntry[] {
  const [before, after] = [compared.before.modules[key], compared.after.modules[key]]
  if (after === undefined) return []
  const from = before === undefined ? null : summaryOf(key, before)
  return [
    {
      ...summaryOf(key, after),
      previous: from === null ? null : {version: from.version, revision: from.revision},
      pin: {from: versionIn(project.manifest, key) ?? '*', to: versionIn(manifest, key) ?? '*'},
    },
  ]
}

function stayedEntries(
  choices: readonly Choice[],
  moved: readonly BumpMove[],
  {latest}: BumpRequest,
): StayedEntry[] {
  const keys = new Set(moved.flatMap(({entries}) => entries.map(({module}) => module)))
  return choices.flatMap(({group, locked, ref}) =>
    group.keys
      .filter((key) => !keys.has(key))
      .map((module) => ({
        module,
        version: locked.version,
        found: ref.version,
        asked: group.definition.scheme === 'single' ? 'none' : askedFor(group, latest),
      })),
  )
}

function askedFor({versionText}: Choice['group'], latest: boolean): StayedEntry['asked'] {
  if (versionText !== undefined) return 'version'
  return latest ? 'latest' : 'known'
}

function counted(
  all: readonly (Readonly<Record<keyof BumpCounts, readonly unknown[]>> | null)[],
): BumpCounts {
  const sum = (what: keyof BumpCounts): number =>
    all.reduce((total, one) => total + (one?.[what].length ?? 0), 0)
  return {added: sum('added'), removed: sum('removed'), renamed: sum('renamed'), changed: sum('changed')}
}

/** What is there because others need it, and is of another release now. */
function movedAlong({modules = {}}: Manifest, compared: Compared, bench: Workbench): string[] {
  const {before, after} = compared
  return keysIn(after.modules).flatMap((key) => {
    const [old, fresh] = [before.modules[key], after.modules[key]]
    if (Object.hasOwn(modules, key) || old === undefined || fresh === undefined) return []
    const [from, to] = [summaryOf(key, old), summaryOf(key, fresh)]
    const {sameFiles, files} = compareReleases([key], compared, bench)
    if (sameFiles || (from.version === to.version && from.revision === to.revision)) return []
    const sums = counted([files])
    return [
      `${key}, which others need, moves along: ${shownVersion(from.version)} → ${shownVersion(to.version)} (files: ${sums.added} added, ${sums.removed} removed, ${sums.renamed} renamed, ${sums.changed} changed)`,
    ]
  })
}

function notesOn(choices: readonly Choice[], moved: readonly BumpMove[], bench: Workbench): string[] {
  const together = moved
    .filter(({entries}) => entries.length > 1)
    .map(
      ({source, entries}) =>
        `all ${entries.length} entries of ${source} move together: modules of a flat tree come from one release`,
    )
  const notes = choices.flatMap(({group: {keys}}) => {
    const move = moved.find(({entries}) => entries.some(({module}) => keys.includes(module)))
    return moveNotes(keys, move ?? {modules: null}, bench)
  })
  return [...together, ...new Set(notes)]
}
