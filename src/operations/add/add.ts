import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import {emptyLock} from '../../project/lockfile.ts'
import {
  defaultProsody,
  parseManifest,
  manifestName,
  type Manifest,
  versionPath,
} from '../../project/manifest.ts'
import {editManifest, type ManifestChange} from '../../project/manifest-edit.ts'
import type {Project} from '../../project/project.ts'
import {pinOf} from '../../resolve/choose.ts'
import {isCommit, tagsText} from '../../resolve/commits.ts'
import {nearestNames} from '../../text/nearest.ts'
import type {Candidate} from '../../resolve/owners.ts'
import type {Registry} from '../../registry/registry.ts'
import {compareLines} from '../../registry/lines.ts'
import type {RegistryMove, SourceLayout} from '../../registry/types.ts'
import {movesOf} from '../../resolve/owners.ts'
import {parseSpec, type Spec} from '../../resolve/spec.ts'
import type {ReleaseRef} from '../../sources/types.ts'
import {ownValue} from '../../own-value.ts'
import {allReleases, newestOfAll} from '../../locking/all-releases.ts'
import {changeNotes} from './notes.ts'
import type {Environment} from '../../workbench/environment.ts'
import {entriesFor, withEntries, type Entries, type Entry} from '../../locking/entries.ts'
import {Failures} from '../../workbench/failures.ts'
import {explainMissing, offersFor} from '../../locking/missing-module.ts'
import {changeProject} from '../../workbench/open-project.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import {ownTree, type LockedProject} from '../../locking/own-tree.ts'
import {resolveLock, type ResolvedLock} from '../../locking/resolve-lock.ts'
import {changedModule, type ChangedModule, type WriteResult} from '../../context/results.ts'
import {refuseOwnModules, refuseShadows} from '../../locking/shadows.ts'
import type {UserConfig} from '../../workbench/user-config.ts'
import {withWorkbench, type Workbench} from '../../workbench/workbench.ts'
import {writeProject} from '../../context/write-project.ts'
import {branchOf} from '../../sources/revision.ts'
import type {DeclaredSource} from '../../sources/kinds.ts'

/** What `add` is asked for. */
export interface AddRequest {
  /** Specs as typed: `[source/]name[@version]`, paths, URLs. */
  readonly specs: readonly string[]
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
  /** Whether to ask the publisher for the newest release where no version is given. */
  readonly latest: boolean
  /** Modules to leave out of the whole trees that are named; undefined where nothing is said of it. */
  readonly except?: readonly string[] | undefined
  /** Whether a module may hide one of Prosody's own. */
  readonly allowShadow: boolean
  /** How modules lie in the paths and URLs among the specs; undefined for what their files show. */
  readonly layout?: SourceLayout | undefined
  /** Asks which of several qualified names is meant; absent where nobody can be asked. */
  readonly choose?: (name: string, candidates: readonly Candidate[]) => Promise<ModuleKey>
}

/** What `add` did; the shape is part of --json (docs/reference/json.md). */
export interface AddResult extends WriteResult {
  readonly added: readonly ChangedModule[]
  /** What is worth knowing about a module that was asked for: that it moved, or is part of Prosody now. */
  readonly notes: readonly string[]
  /** What the registry knows of where these modules went: what `notes` tells of it. */
  readonly moves: readonly RegistryMove[]
}

/** Resolves, fetches and verifies modules and writes them into manifest, lockfile and context. */
export async function add(request: AddRequest, environment: Environment): Promise<AddResult> {
  const failures = new Failures()
  const parsed: ParsedSpec[] = []
  for (const text of request.specs) {
    const spec = await failures.judge(text, () => specOf(text, environment))
    if (spec !== undefined) parsed.push({text, spec})
  }
  if (parsed.length === 0) failures.throwIfAny()
  return changeProject(environment, (project) =>
    withWorkbench(environment, {...project, offline: request.offline, writes: true}, (bench) =>
      addTo(project, {...request, parsed, failures}, bench),
    ),
  )
}

interface ParsedSpec {
  readonly text: string
  readonly spec: Spec
}

interface JudgedRequest extends AddRequest {
  readonly parsed: readonly ParsedSpec[]
  /** Of all specs, told together. */
  readonly failures: Failures
}

async function addTo(project: Project, request: JudgedRequest, bench: Workbench): Promise<AddResult> {
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
  const outcome = await resolveLock({manifest: draft, previous, refresh, releases, failures}, bench)
  refuseIdleExcept(wanted.entries, outcome)
  const pins = (entry: Entry): string => pinFor(entry, {outcome, manifest: draft, bench})
  const manifestText = editManifest(project.manifestText, [
    ...wanted.changes,
    ...takenOver(wanted.entries, own, bench.user),
    ...wanted.entries.map((entry) => entryChange(entry, own, pins(entry))),
  ])
  const result = await writeProject(
    project,
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
  return {
    ...result,
    added: addedModules(wanted.entries, outcome, project),
    notes: [
      ...(await moveNotes(keys, {lock: previous, manifest: draft}, bench)),
      ...keyringNotes(wanted.entries, own, bench.user),
      ...(await tipNotes(wanted.entries, outcome, {manifest: draft, bench})),
      ...keys.flatMap((key) => changeNotes(key, {previous, lock: outcome.lock, manifest: draft}, bench)),
    ],
    moves: [...new Set(keys.flatMap((key) => movesToTell(key, draft, registry)))],
  }
}

/** The entries of the specs that can be; what is wrong with the others is among the failures. */
async function judgedEntries(project: Project, request: JudgedRequest, bench: Workbench): Promise<Entries> {
  const {failures, parsed, allowShadow} = request
  const {registry} = bench.environment
  const texts = new Map(parsed.map(({text, spec}) => [spec, text]))
  const wanted = await entriesFor(
    project,
    {
      ...request,
      parsed: parsed.map(({spec}) => spec),
      judge(spec, work) {
        const text = texts.get(spec) ?? ''
        return failures.judge(text, () => {
          if (!allowShadow) refuseOwnModules([spec], project.manifest, registry)
          return work().catch((error: unknown) => {
            throw asPath(error, [text], bench.environment)
          })
        })
      },
    },
    bench,
  )
  if (allowShadow) return wanted
  const entries: Entry[] = []
  for (const entry of wanted.entries) {
    const kept = await failures.judge(entry.key, () => {
      refuseShadows([entry.key], wanted.manifest, registry)
      return entry
    })
    if (kept !== undefined) entries.push(kept)
  }
  return {...wanted, entries}
}

/** Of what was asked for without a version at a publisher who has none: which commit it is, and why. */
async function tipNotes(
  entries: readonly Entry[],
  {resolved}: ResolvedLock,
  {manifest, bench}: Pick<Resolved, 'manifest' | 'bench'>,
): Promise<string[]> {
  const notes: string[] = []
  for (const {key, ref} of resolved) {
    const branch = isCommit(ref) ? branchOf(ref) : undefined
    const isNewest = entries.some((entry) => entry.key === key && entry.versionText === undefined)
    if (branch === undefined || !isNewest) continue
    const {otherTags} = await allReleases(definitionFor(key, manifest, bench), splitKey(key)[1], bench)
    notes.push(`${key}: the tip of ${branch}, pinned by its commit; ${tagsText(otherTags)}`)
  }
  return notes
}

/** Throws USAGE where nothing is named that could leave a module out. */
function withExcept(entries: readonly Entry[], names: readonly string[] | undefined): readonly Entry[] {
  if (names === undefined) return entries
  if (!entries.some(({key}) => key.endsWith('/*'))) {
    throw new ProsodyModsError('USAGE', '--except leaves modules out of a whole tree, and none is named', {
      hint: 'prosody-mods add jitsi --except smacks',
    })
  }
  const except = [...new Set(names.map((name) => name.replace(/^mod_/, '')))].sort()
  return entries.map((entry) => (entry.key.endsWith('/*') ? {...entry, except} : entry))
}

/** Throws MODULE_UNKNOWN for a module to leave out that the tree does not have. */
function refuseIdleExcept(entries: readonly Entry[], {resolved}: ResolvedLock): void {
  for (const {key, except = []} of entries) {
    const names = resolved.find((one) => one.key === key)?.names ?? []
    const unknown = except.find((name) => !names.includes(name))
    if (unknown === undefined) continue
    const near = nearestNames(unknown, names, 3)
    throw new ProsodyModsError(
      'MODULE_UNKNOWN',
      `${key}: it has no module ${unknown} that could be left out`,
      {
        ...(near.length === 0 ? {} : {hint: `did you mean ${near.join(', ')}?`}),
        details: {module: key, except: unknown},
      },
    )
  }
}

function entryChange(entry: Entry, own: Manifest, version: string): ManifestChange {
  const {key, except} = entry
  if (except === undefined) return {path: versionPath(own, key), value: version}
  const value = withEntries(own, [entry], () => version).modules?.[key]
  return {path: ['modules', key], value}
}

/** Sources of the registry and of the manifest say themselves how their modules lie. */
function refuseIdleLayout({
  layout,
  parsed,
}: {
  readonly layout?: SourceLayout | undefined
  readonly parsed: readonly ParsedSpec[]
}): void {
  if (layout === undefined || parsed.some(({spec}) => spec.kind !== 'module')) return
  throw new ProsodyModsError('USAGE', '--layout is about paths and URLs, and none is given', {
    hint: 'of a source that the manifest declares, write "layout" there',
  })
}

function specOf(text: string, environment: Environment): Spec {
  try {
    return parseSpec(text)
  } catch (error) {
    throw asPath(error, [text], environment)
  }
}

/** Of a spec that reads like a path and is one, that it has to begin with `./`; any other error as it is. */
function asPath(error: unknown, specs: readonly string[], {cwd}: Environment): unknown {
  const isMeant = error instanceof ProsodyModsError && ['SOURCE_UNKNOWN', 'SPEC_INVALID'].includes(error.code)
  if (!isMeant) return error
  const source = error.details['source']
  const path = specs.find(
    (text) =>
      /^[^@:~.\\/][^@:]*\//.test(text) &&
      (source === undefined || text.split('/')[0] === source) &&
      existsSync(resolve(cwd, text)),
  )
  if (path === undefined) return error
  return error.with({hint: `for the path, write ./ in front: prosody-mods add ./${path}`})
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

/** With --latest, of entries without a version the newest release that there is. */
async function withNewest(
  wanted: Entries,
  {latest, failures}: JudgedRequest,
  bench: Workbench,
): Promise<Entries & {readonly releases: ReadonlyMap<ModuleKey, ReleaseRef>}> {
  const releases = new Map<ModuleKey, ReleaseRef>()
  if (!latest) return {...wanted, releases}
  const entries: Entry[] = []
  for (const entry of wanted.entries) {
    const {key, versionText} = entry
    const found = await failures.judge(key, async () => {
      if (versionText !== undefined) return {ref: undefined}
      const definition = definitionFor(key, wanted.manifest, bench)
      const ref = await newestOfAll(definition, splitKey(key)[1], bench).catch(async (error: unknown) => {
        const project = {lock: bench.lock ?? emptyLock, manifest: wanted.manifest}
        throw await explainMissing(error, {key, ...project}, bench)
      })
      return {ref}
    })
    if (found !== undefined) entries.push(entry)
    if (found?.ref !== undefined) releases.set(key, found.ref)
  }
  return {...wanted, entries, releases}
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
  project: Project,
): ChangedModule[] {
  const asked = new Set(entries.map(({key}) => key))
  return resolved
    .filter(({key}) => asked.has(key))
    .map((result) => changedModule(result, {before: project.lock, after: lock}))
}

/** What is worth telling of a module that was taken: not that it hides one of Prosody's, which was asked for. */
function movesToTell(
  key: ModuleKey,
  {prosody = defaultProsody}: Manifest,
  registry: Registry,
): RegistryMove[] {
  const [source, name] = splitKey(key)
  return movesOf(name, source, registry).filter(
    ({change, core, since}) => change !== 'core' || core !== undefined || compareLines(since, prosody) > 0,
  )
}

async function moveNotes(
  keys: readonly ModuleKey[],
  project: LockedProject,
  bench: Workbench,
): Promise<string[]> {
  const notes: string[] = []
  for (const key of keys) {
    for (const {change, note, to = []} of movesToTell(key, project.manifest, bench.environment.registry)) {
      notes.push(`${key}: ${note}`)
      if (change !== 'official') continue
      for (const heir of to) {
        const own = await ownTree(heir, project, bench)
        if (own?.has !== true) continue
        const offers = await offersFor([heir], project, bench)
        notes.push(`${key}: ${[`${splitKey(heir)[0]} ${own.version} has it`, ...offers].join('; ')}`)
      }
    }
  }
  return [...new Set(notes)]
}
