import {splitKey} from '../../module-key.ts'
import {emptyLock} from '../../project/lockfile.ts'
import {parseManifest, manifestName, type Manifest, versionPath} from '../../project/manifest.ts'
import {editManifest, type ManifestChange} from '../../project/manifest-edit.ts'
import type {Project} from '../../project/project.ts'
import {pinOf} from '../../resolve/choose.ts'
import type {Registry} from '../../registry/registry.ts'
import {addressNotes} from '../../resolve/address/recognise.ts'
import type {RegistryMove} from '../../registry/types.ts'
import {ownValue} from '../../own-value.ts'
import {changeNotes} from './notes.ts'
import type {Environment} from '../../workbench/environment.ts'
import {withEntries, type Entry} from '../../locking/entries.ts'
import {Failures} from '../../workbench/failures.ts'
import {changeProject} from '../../workbench/open-project.ts'
import {worldOf} from '../../workbench/address-world.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import {resolveLock, type LockRequest, type ResolvedLock} from '../../locking/resolve-lock.ts'
import {changedModule, type ChangedModule, type WriteResult} from '../../context/write-result.ts'
import type {UserConfig} from '../../workbench/user-config.ts'
import {withWorkbench, type Workbench} from '../../workbench/workbench.ts'
import {writeProject} from '../../context/write-project.ts'
import type {DeclaredSource} from '../../sources/kinds.ts'
import {jitsiTagFor} from '../../image/jitsi-contents.ts'
import {enablingInEnv, installCommand, variablesIn} from '../image/jitsi-enable.ts'
import {enablingOf, type Enabling} from '../user-config/enabling.ts'
import {configurationToChange} from '../user-config/for-change.ts'
import {inNewProject, isInProject, type MadeProject} from './in-new-project.ts'
import {
  namingInit,
  refuseIdleLayout,
  specOf,
  type AddRequest,
  type JudgedRequest,
  type ParsedSpec,
} from './request.ts'
import {judgedEntries, refuseIdleExcept, withExcept, withNewest} from './asked-entries.ts'
import {missingDrafts, withDrafts} from './draft-files.ts'
import {resolveWithMade, type WithMade} from './made-patches.ts'
import {moveNotes, movesToTell, tipNotes} from './move-notes.ts'

/** A module that was asked for. */
export interface AddedModule extends ChangedModule {
  /** What it does; null where the registry does not say. */
  readonly summary: string | null
  /** What to do to the project's own configuration for it; null where none was found, and for whole trees. */
  readonly enabling: readonly Enabling[] | null
}

/** What `add` did; the shape is part of --json (docs/reference/json.md). */
export interface AddResult extends WriteResult {
  readonly added: readonly AddedModule[]
  /** What is worth knowing about a module that was asked for: that it moved, or is part of Prosody now. */
  readonly notes: readonly string[]
  /** What the registry knows of where these modules went: what `notes` tells of it. */
  readonly moves: readonly RegistryMove[]
  /** The project that was made for it, where one was. */
  readonly made?: MadeProject
}

/** Resolves, fetches and verifies modules and writes them into manifest, lockfile and context. */
export async function add(
  request: AddRequest,
  environment: Environment,
  failures = new Failures(),
): Promise<AddResult> {
  const parsed: ParsedSpec[] = []
  const world = await worldOf(request.specs, environment)
  for (const text of request.specs) {
    const spec = await failures.judge(text, () => specOf(text, world, environment))
    if (spec !== undefined) parsed.push({text, spec, notes: addressNotes(text, world)})
  }
  if (parsed.length === 0) failures.throwIfAny()
  const isNew = request.init === true && !isInProject(environment)
  const work = (project: Project): Promise<AddResult> =>
    withWorkbench(environment, {...project, offline: request.offline, writes: true}, (bench) =>
      addTo(project, {...request, parsed, failures, isNew}, bench),
    )
  if (isNew) return inNewProject(request, environment, work)
  return changeProject(environment, work, request).catch((error: unknown) => {
    throw namingInit(error, request.specs)
  })
}

async function addTo(opened: Project, request: JudgedRequest, bench: Workbench): Promise<AddResult> {
  const project = await withChanges(opened, request)
  const {registry} = bench.environment
  refuseIdleLayout(request)
  const {failures} = request
  const {releases, ...found} = await withNewest(await judgedEntries(project, request, bench), request, bench)
  const wanted = {...found, entries: withExcept(found.entries, request.except)}
  const own = await parseManifest(project.manifestText, manifestName)
  const draft = withEntries(wanted.manifest, wanted.entries, ({versionText}) => versionText ?? '*')
  const keys = wanted.entries.map(({key}) => key)
  const previous = project.lock ?? emptyLock
  const refresh = new Set(keys)
  const made = await resolved({manifest: draft, previous, refresh, releases, failures}, request, bench)
  const {outcome} = made
  refuseIdleExcept(wanted.entries, outcome)
  const pins = (entry: Entry): string => pinFor(entry, {outcome, manifest: draft, bench})
  const manifestText = editManifest(project.manifestText, [
    ...wanted.changes,
    ...made.changes,
    ...takenOver(wanted.entries, own, bench.user),
    ...wanted.entries.map((entry) => entryChange(entry, own, pins(entry))),
  ])
  const drafts = missingDrafts(opened.folder, bench)
  const write = async (): Promise<WriteResult> =>
    writeProject(
      request.isNew === true ? {...opened, manifestText: ''} : opened,
      {
        lock: outcome.lock,
        closure: outcome.closure,
        resolved: outcome.resolved,
        manifest: await parseManifest(manifestText, manifestName),
        manifestText,
        writeLock: true,
        force: request.force,
        dryRun: request.dryRun,
      },
      bench,
    )
  const result = request.dryRun ? await write() : await withDrafts(opened.folder, drafts, write)
  return {
    ...result,
    changes: [...[...drafts.keys()].map((path) => ({path, action: 'write'}) as const), ...result.changes],
    added: addedModules(wanted.entries, outcome, {project, manifest: draft, registry}),
    notes: [
      ...request.parsed.flatMap(({notes}) => notes),
      ...wanted.notes,
      ...(await moveNotes(keys, {lock: previous, manifest: draft}, bench)),
      ...keyringNotes(wanted.entries, own, bench.user),
      ...(await tipNotes(wanted.entries, outcome, {manifest: draft, bench})),
      ...jitsiNotes(project.folder, draft),
      ...keys.flatMap((key) => changeNotes(key, {previous, lock: outcome.lock, manifest: draft}, bench)),
    ],
    moves: [...new Set(keys.flatMap((key) => movesToTell(key, draft, registry)))],
  }
}

/** What the manifest locks, with patches that are made of it. */
async function resolved(
  asked: LockRequest,
  {patching}: JudgedRequest,
  bench: Workbench,
): Promise<Omit<WithMade, 'manifest'>> {
  if (patching === undefined || patching.paths.length === 0)
    return {outcome: await resolveLock(asked, bench), changes: []}
  return resolveWithMade(asked.manifest, patching, {
    bench,
    resolve: (manifest, first) =>
      resolveLock(
        first === undefined ? {...asked, manifest} : {manifest, previous: first, refresh: new Set()},
        bench,
      ),
  })
}

/** The project as if its manifest had what else it shall say. */
async function withChanges(project: Project, {changes = []}: AddRequest): Promise<Project> {
  if (changes.length === 0) return project
  const manifestText = editManifest(project.manifestText, changes)
  const {sources} = project.manifest
  const fresh = await parseManifest(manifestText, manifestName)
  return {...project, manifestText, manifest: {...fresh, sources: {...sources, ...fresh.sources}}}
}

function entryChange(entry: Entry, own: Manifest, version: string): ManifestChange {
  const {key, except} = entry
  if (except === undefined) return {path: versionPath(own, key), value: version}
  const value = withEntries(own, [entry], () => version).modules?.[key]
  return {path: ['modules', key], value}
}

/** The user's own sources that entries come from: the manifest declares them too, or nobody else could read it. */
function takenOver(entries: readonly Entry[], {sources = {}}: Manifest, user: UserConfig): ManifestChange[] {
  const ids = new Set(entries.map(({key}) => splitKey(key)[0]))
  return [...ids].flatMap((id) => {
    const value = Object.hasOwn(sources, id) ? undefined : ownValue(user.sources, id)
    return value === undefined ? [] : [{path: ['sources', id], value}]
  })
}

/** A keyring of this machine is one that others do not have. */
function keyringNotes(entries: readonly Entry[], own: Manifest, user: UserConfig): string[] {
  return takenOver(entries, own, user).flatMap(({path: [, id = ''], value}) => {
    const {signedBy} = {signedBy: undefined, ...(value as DeclaredSource)}
    if (signedBy === undefined) return []
    return [`${id}: copy ${signedBy} into the project and name it so in "signedBy", for others to have it`]
  })
}

function jitsiNotes(folder: string, manifest: Manifest): string[] {
  if (jitsiTagFor(manifest) === undefined) return []
  return [
    `"prosody-mods image env" prints all lines for .env; "${installCommand(variablesIn(folder))}" puts the modules where docker-jitsi-meet's Compose file mounts them from`,
  ]
}

interface Resolved {
  readonly outcome: ResolvedLock
  readonly manifest: Manifest
  readonly bench: Workbench
}

function pinFor({key, versionText}: Entry, {outcome, manifest, bench}: Resolved): string {
  const result = outcome.resolved.find((one) => one.key === key)
  if (result === undefined) return versionText ?? '*'
  const [, name] = splitKey(key)
  return pinOf({definition: definitionFor(key, manifest, bench), name, versionText}, result.ref)
}

function addedModules(
  entries: readonly Entry[],
  {resolved, lock}: ResolvedLock,
  {
    project,
    manifest,
    registry,
  }: {readonly project: Project; readonly manifest: Manifest; readonly registry: Registry},
): AddedModule[] {
  const tag = jitsiTagFor(manifest)
  const configuration = configurationToChange({folder: project.folder, manifest})
  const asked = new Set(entries.map(({key}) => key))
  const all = resolved
    .filter(({key}) => asked.has(key))
    .map((result) => changedModule(result, {before: project.lock, after: lock}))
  const placed = all.flatMap(({name, placement}) => (placement === null ? [] : [{name, ...placement}]))
  const inEnv = tag === undefined ? undefined : enablingInEnv(placed, tag, variablesIn(project.folder))
  return all.map((changed) => {
    const {name, placement, source} = changed
    return {
      ...changed,
      summary: registry.summary(source, name)?.summary ?? null,
      enabling:
        inEnv?.get(name) ??
        (configuration === undefined || placement === null
          ? null
          : enablingOf(name, placement, configuration)),
    }
  })
}
