import {ProsodyModsError} from '../errors.ts'
import {splitKey, type ModuleKey, entriesIn, keysIn, moduleKey} from '../module-key.ts'
import {emptyLock, type Lockfile} from '../project/lockfile.ts'
import {exceptIn, includesIn, type Manifest, type ManifestEntry} from '../project/manifest.ts'
import type {ManifestChange} from '../project/manifest-edit.ts'
import {AmbiguousModule, candidatesFor, ownerOf, type Candidate, type OwnTree} from '../resolve/owners.ts'
import type {SourceLayout} from '../registry/types.ts'
import type {Spec} from '../resolve/spec.ts'
import {declareSource, modulesOfSource, type FoundModules} from './declare-source.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {pathPlace} from './path-place.ts'
import {ownTree, type LockedProject} from './own-tree.ts'
import type {Workbench} from '../workbench/workbench.ts'
import type {DeclaredSource} from '../sources/kinds.ts'

/** One entry that the manifest shall have. */
export interface Entry {
  readonly key: ModuleKey
  /** As asked for; undefined for the newest. */
  readonly versionText: string | undefined
  /** Modules to leave out of a whole tree; absent where nothing is said of it. */
  readonly except?: readonly string[]
}

/** The specs that a user gave, and how to read them. */
export interface EntriesRequest {
  readonly parsed: readonly Spec[]
  /** Of paths and URLs; undefined for what their files show. */
  readonly layout?: SourceLayout | undefined
  /** Asks which of several qualified names is meant; absent where nobody can be asked. */
  readonly choose?: (name: string, candidates: readonly Candidate[]) => Promise<ModuleKey>
  /** Goes on after a spec that can't be: undefined then. Without it the first one throws. */
  readonly judge?: Judge
}

type Judge = <T>(spec: Spec, work: () => Promise<T>) => Promise<T | undefined>

/** The entries of a manifest that specs stand for, with the sources that they bring. */
export interface Entries {
  readonly entries: readonly Entry[]
  /** With the sources that the entries come from. */
  readonly manifest: Manifest
  /** What declares those sources. */
  readonly changes: readonly ManifestChange[]
  /** What is worth knowing of what lies in those sources and is not among the entries. */
  readonly notes: readonly string[]
}

/** A project, or what stands for one. */
export interface Around {
  readonly folder: string
  readonly manifest: Manifest
  readonly lock?: Lockfile | undefined
}

/** Finds the manifest entries that specs stand for, with the sources that paths and URLs need declared. */
export async function entriesFor(
  project: Around,
  request: EntriesRequest,
  bench: Workbench,
): Promise<Entries> {
  let manifest = project.manifest
  const entries: Entry[] = []
  const changes: ManifestChange[] = []
  const notes: string[] = []
  const judge: Judge = request.judge ?? ((_spec, work) => work())
  for (const spec of request.parsed) {
    if (spec.kind === 'module') {
      const at = {manifest, request, lock: project.lock ?? emptyLock}
      const entry = await judge(spec, async () => moduleEntry(spec, at, bench))
      if (entry !== undefined) entries.push(entry)
      continue
    }
    const declared = await judge(spec, async () =>
      declaredBy(spec, {...project, manifest, layout: request.layout}, bench),
    )
    if (declared === undefined) continue
    const {id, names, source} = declared
    manifest = {...manifest, sources: {...manifest.sources, [id]: source}}
    changes.push({path: ['sources', id], value: source})
    entries.push(...names.map((name) => ({key: moduleKey(id, name), versionText: undefined})))
    notes.push(...declared.notes)
  }
  refuseTwoVersions(entries)
  return {entries, manifest, changes, notes}
}

/** The source that a path or URL is, and its modules. */
async function declaredBy(
  spec: Exclude<Spec, {kind: 'module'}>,
  {layout, ...project}: Around & Pick<EntriesRequest, 'layout'>,
  bench: Workbench,
): Promise<FoundModules & {readonly id: string}> {
  const {manifest} = project
  const {wanted, only} = wantedSource(spec, project, bench)
  const declared = declareSource(wanted, manifest, bench.environment.registry)
  return {id: declared.id, ...(await modulesOfSource(declared, {manifest, layout, only}, bench))}
}

function wantedSource(
  spec: Exclude<Spec, {kind: 'module'}>,
  {folder}: Around,
  {environment}: Workbench,
): {readonly wanted: DeclaredSource; readonly only?: string | undefined} {
  if (spec.kind === 'url')
    return {wanted: {kind: 'url', url: spec.url, ...(spec.sha256 === undefined ? {} : {sha256: spec.sha256})}}
  const {path, only} = pathPlace(spec.path, folder, environment.cwd)
  return {wanted: {kind: 'path', path}, only}
}

function refuseTwoVersions(entries: readonly Entry[]): void {
  const asked = new Map<ModuleKey, string>()
  for (const {key, versionText} of entries) {
    if (versionText === undefined) continue
    const before = asked.get(key) ?? versionText
    if (before !== versionText) {
      throw new ProsodyModsError('USAGE', `${key} is asked to be at ${before} and at ${versionText}`, {
        hint: 'give one version',
        details: {versions: [before, versionText]},
      })
    }
    asked.set(key, versionText)
  }
}

async function moduleEntry(
  spec: Extract<Spec, {kind: 'module'}>,
  at: {readonly manifest: Manifest; readonly request: EntriesRequest; readonly lock: Lockfile},
  bench: Workbench,
): Promise<Entry> {
  const {manifest, lock} = at
  const found =
    spec.source === undefined ? await owner(spec.name, at, bench) : {source: spec.source, name: spec.name}
  const key = moduleKey(found.source, found.name)
  const definition = definitionFor(key, manifest, bench)
  if (definition.layout !== 'flat' || spec.versionText !== undefined)
    return {key, versionText: spec.versionText}
  // All modules of a flat tree come from one release: the one that the project has already.
  const sibling = entriesIn(lock.modules).find(
    ([other]) => splitKey(other)[0] === found.source && other !== key,
  )
  return {key, versionText: sibling?.[1].version === 'local' ? undefined : sibling?.[1].version}
}

async function owner(
  name: string,
  {request, ...project}: LockedProject & {readonly request: EntriesRequest},
  bench: Workbench,
): Promise<{readonly source: string; readonly name: string}> {
  const {manifest} = project
  const query = {
    name,
    manifestKeys: keysIn(manifest.modules),
    declaredSources: Object.keys(manifest.sources ?? {}),
    own: await ownTrees(name, project, bench),
  }
  try {
    return ownerOf(query, bench.environment.registry)
  } catch (error) {
    if (!(error instanceof AmbiguousModule) || request.choose === undefined) throw error
    const chosen = await request.choose(name, error.choices)
    const [source, module] = splitKey(chosen)
    return {source, name: module}
  }
}

async function ownTrees(
  name: string,
  project: LockedProject,
  bench: Workbench,
): Promise<ReadonlyMap<ModuleKey, OwnTree>> {
  const trees = new Map<ModuleKey, OwnTree>()
  for (const key of candidatesFor(name, bench.environment.registry)) {
    const own = await ownTree(key, project, bench)
    if (own !== undefined) trees.set(key, own)
  }
  return trees
}

/** Lists the modules that an entry leaves out of its tree: as asked for, else as the manifest has it. */
export function exceptOf({key, except}: Entry, manifest: Manifest): readonly string[] {
  return except ?? exceptIn(manifest, key)
}

/**
 * Returns the manifest with entries added or replaced; what it includes and leaves out stays.
 * @param value the version or range to write for an entry
 */
export function withEntries(
  manifest: Manifest,
  entries: readonly Entry[],
  value: (entry: Entry) => string,
): Manifest {
  const added = Object.fromEntries(
    entries.map((entry): [string, ManifestEntry] => {
      const include = includesIn(manifest, entry.key)
      const except = exceptOf(entry, manifest)
      const version = value(entry)
      if (include.length + except.length === 0) return [entry.key, version]
      return [
        entry.key,
        {
          version,
          ...(include.length === 0 ? {} : {include}),
          ...(except.length === 0 ? {} : {except}),
        },
      ]
    }),
  )
  return {...manifest, modules: {...manifest.modules, ...added}}
}
