import {ProsodyModsError} from '../errors.ts'
import {splitKey, entriesIn, keysIn, type ModuleKey} from '../module-key.ts'
import {emptyLock, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import {versionIn} from '../project/manifest.ts'
import type {Project} from '../project/project.ts'
import {newestFirst, stillSatisfies} from '../resolve/choose.ts'
import type {Wanted} from '../resolve/meaning.ts'
import {moduleGone} from '../resolve/gone.ts'
import {disputesOf} from '../resolve/lock-claims.ts'
import {parseSpec} from '../resolve/spec.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {shellWord} from '../text/shell-word.ts'
import {schemes} from '../versioning/index.ts'
import type {Environment} from '../workbench/environment.ts'
import {keyOf} from '../locking/key-of.ts'
import {newsOf} from '../locking/news.ts'
import {mendProject} from '../workbench/open-project.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {refuseDisputes} from '../workbench/refuse-disputes.ts'
import {reportOf, type ChangeReport} from './diff/report.ts'
import {resolveLock, type ResolvedLock} from '../locking/resolve-lock.ts'
import {changedModule, type ChangedModule, type WriteResult} from '../context/write-result.ts'
import {goneModule, withNotes, type GoneModule} from '../locking/where-it-went.ts'
import {withWorkbench, type Workbench} from '../workbench/workbench.ts'
import {writeProject} from '../context/write-project.ts'

/** What `update` is asked for. */
export interface UpdateRequest {
  /** `name`, `source/name`, or `source` for its whole tree; none for everything. */
  readonly specs: readonly string[]
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
  /** Chooses among what could move; all of it without. */
  readonly choose?: (offers: readonly UpdateOffer[]) => Promise<readonly UpdateOffer[]>
  /** Absolute paths of configurations, in place of those that are found in the project. */
  readonly config?: readonly string[] | undefined
}

/** What can move by itself: a module, or all modules of a flat tree. */
export interface UpdateOffer {
  readonly modules: readonly ModuleKey[]
  readonly from: string
  readonly to: string
}

/** What `update` did; the shape is part of --json (docs/reference/json.md). */
export interface UpdateResult extends WriteResult {
  /** What the moves mean, as `diff` tells it. */
  readonly report: ChangeReport
  readonly updated: readonly ChangedModule[]
  /** Modules with news that the manifest does not admit. */
  readonly held: readonly {readonly module: ModuleKey; readonly current: string; readonly latest: string}[]
  /** Modules that their publishers have retired: they stay as they are. */
  readonly gone: readonly GoneModule[]
  /** Modules whose publisher was not asked or did not answer. */
  readonly notAsked: readonly {readonly module: ModuleKey; readonly reason: string}[]
}

/**
 * Moves locked modules to the newest release with other files that the manifest admits. Modules of one flat tree move
 * together. Throws USAGE where a version is given, NOT_INSTALLED, MODULE_GONE of what is named, TAG_MOVED, UPSTREAM_GARBLED, and whatever fetching and writing throw.
 */
export async function update(request: UpdateRequest, environment: Environment): Promise<UpdateResult> {
  refuseVersions(request.specs)
  return mendProject(
    environment,
    (project) =>
      withWorkbench(environment, {...project, offline: request.offline, writes: true}, async (bench) => {
        const asked = request.specs.map((text) => keyOf(text, project))
        const looked = withSiblings(asked, project)
        const mendable = asked.length === 0 ? undefined : new Set([...looked, ...asked])
        const disputed = disputedOf(mendable, project, environment)
        const found = await newsFor(
          looked.filter((key) => !disputed.has(key)),
          project,
          bench,
        )
        refuseGone(asked, found)
        const admitted = releasesOf(found)
        const releases = await chosenOf(admitted, found, request.choose)
        const previous = without(project.lock ?? emptyLock, disputed)
        const {manifest, manifestText} = project
        const refresh = new Set(releases.keys())
        const outcome = await resolveLock({manifest, previous, refresh, releases}, bench)
        const {force, dryRun} = request
        const {lock, closure, resolved} = outcome
        const wanted = {lock, closure, resolved, manifest, manifestText, writeLock: true, force, dryRun}
        return {
          ...(await writeProject(project, wanted, bench)),
          report: await reportOf(previous, lock, {project, config: request.config, bench}),
          updated: updatedModules(outcome, previous),
          held: found.flatMap(({module, current, news: [latest]}) =>
            latest === undefined || admitted.has(module) ? [] : [{module, current, latest: latest.version}],
          ),
          gone: found.flatMap(({gone}) => gone ?? []),
          notAsked: found.flatMap(({module, reason}) => (reason === null ? [] : [{module, reason}])),
        }
      }),
    request,
  )
}

/** A version would be another request: what the manifest admits decides here. */
function refuseVersions(specs: readonly string[]): void {
  const given = specs.filter((text) => {
    const spec = parseSpec(text)
    return spec.kind === 'module' && spec.versionText !== undefined
  })
  if (given.length === 0) return
  throw new ProsodyModsError('USAGE', `update takes no version, got ${given.join(' ')}`, {
    hint: `to move to a version: prosody-mods bump ${given.map(shellWord).join(' ')}`,
    details: {specs: given},
  })
}

/** Of some keys, or of all where undefined, those of which the registry says otherwise than the lockfile. */
function disputedOf(
  keys: ReadonlySet<ModuleKey> | undefined,
  project: Project,
  environment: Environment,
): Set<ModuleKey> {
  const {lock = emptyLock, manifest} = project
  const {registry} = environment
  const all = disputesOf(lock, manifest, registry).map(({key}) => key)
  const mended = new Set(all.filter((key) => keys?.has(key) !== false))
  refuseDisputes(lock, manifest, {registry, mended})
  return mended
}

function without(lock: Lockfile, keys: ReadonlySet<ModuleKey>): Lockfile {
  const kept = entriesIn(lock.modules).filter(([key]) => !keys.has(key))
  return {...lock, modules: Object.fromEntries(kept)}
}

interface ModuleNews {
  readonly module: ModuleKey
  readonly wanted: Wanted
  readonly current: string
  /** Newest first. */
  readonly news: readonly ReleaseRef[]
  readonly gone: GoneModule | null
  readonly reason: string | null
}

/** What was asked for by its name can't be had; among all others it is only told of. Throws MODULE_GONE. */
function refuseGone(asked: readonly ModuleKey[], found: readonly ModuleNews[]): void {
  const gone = found.find((one) => one.gone !== null && asked.includes(one.module))?.gone
  if (gone) throw withNotes(moduleGone(gone.module, gone), gone)
}

/** Keys to look at: all, or those asked for with what must move along with them. */
function withSiblings(asked: readonly ModuleKey[], {manifest, lock}: Project): readonly ModuleKey[] {
  const keys = keysIn(manifest.modules).filter((key) => lock?.modules[key] !== undefined)
  if (asked.length === 0) return keys
  const flat = new Set(
    asked.filter((key) => lock?.modules[key]?.layout === 'flat').map((key) => splitKey(key)[0]),
  )
  return keys.filter((key) => asked.includes(key) || flat.has(splitKey(key)[0]))
}

async function newsFor(
  keys: readonly ModuleKey[],
  project: Project,
  bench: Workbench,
): Promise<ModuleNews[]> {
  const found: ModuleNews[] = []
  for (const module of keys) {
    const locked = project.lock?.modules[module]
    if (locked === undefined) continue
    const definition = definitionFor(module, project.manifest, bench)
    const wanted = {definition, name: splitKey(module)[1], versionText: versionIn(project.manifest, module)}
    const {news, gone, reason} = await newsOf(wanted, locked, bench)
    const retired = gone === null ? null : goneModule(module, {gone, locked, ...project}, bench)
    found.push({module, wanted, current: locked.version, news, gone: retired, reason})
  }
  return found
}

/** Key → the release that it moves to. */
function releasesOf(found: readonly ModuleNews[]): Map<ModuleKey, ReleaseRef> {
  const releases = new Map<ModuleKey, ReleaseRef>()
  for (const {module, wanted, news} of found) {
    if (wanted.definition.layout === 'flat') continue
    const ref = news.find((one) => stillSatisfies(wanted, one))
    if (ref !== undefined) releases.set(module, ref)
  }
  const flat = found.filter(({wanted}) => wanted.definition.layout === 'flat')
  for (const {id, scheme} of new Set(flat.map(({wanted}) => wanted.definition))) {
    const tree = flat.filter(({wanted}) => wanted.definition.id === id)
    const admitted = tree
      .flatMap(({news}) => news)
      .filter((one) => tree.every(({wanted}) => stillSatisfies(wanted, one)))
    const ref = newestFirst(admitted, schemes[scheme])[0]?.ref
    if (ref !== undefined) for (const {module} of tree) releases.set(module, ref)
  }
  return releases
}

/** Of releases to move to, those that were chosen. */
async function chosenOf(
  releases: ReadonlyMap<ModuleKey, ReleaseRef>,
  found: readonly ModuleNews[],
  choose: UpdateRequest['choose'],
): Promise<ReadonlyMap<ModuleKey, ReleaseRef>> {
  if (choose === undefined || releases.size === 0) return releases
  const groups = new Map<string, UpdateOffer>()
  for (const {module, current, wanted} of found) {
    const to = releases.get(module)?.version
    if (to === undefined) continue
    const id = wanted.definition.layout === 'flat' ? wanted.definition.id : module
    const modules = [...(groups.get(id)?.modules ?? []), module]
    groups.set(id, {modules, from: current, to})
  }
  const chosen = new Set((await choose([...groups.values()])).flatMap(({modules}) => modules))
  return new Map([...releases].filter(([key]) => chosen.has(key)))
}

function updatedModules({resolved, lock}: ResolvedLock, previous: Lockfile): ChangedModule[] {
  // What lies on this machine is read each time, and may be as it was.
  const moved = resolved.filter(({key}) => !isAsItWas(previous.modules[key], lock.modules[key]))
  return moved.map((result) => changedModule(result, {before: previous, after: lock}))
}

function isAsItWas(before: LockedModule | undefined, after: LockedModule | undefined): boolean {
  return before !== undefined && before.version === after?.version && before.integrity === after.integrity
}
