import {prefixed} from '../module-name.ts'
import {
  hasModule,
  knownUntil,
  snapshotsOf,
  statesOf,
  type ModuleState,
  type Snapshot,
} from '../registry/history.ts'
import type {Registry} from '../registry/registry.ts'
import type {KnownUntil, ModuleHistory, RegistryReleases} from '../registry/types.ts'
import {publishedAt, type SourceDefinition} from './kinds.ts'
import {revisionOf} from './revision.ts'
import type {ReleaseFile, ReleaseRef} from './types.ts'

/** A module with a history, the table of its source, and the snapshots in that as releases. */
export interface Recorded {
  readonly source: SourceDefinition
  readonly history: ModuleHistory
  readonly table: RegistryReleases
  /** In the order of the table. */
  readonly snapshots: readonly KnownRef[]
}

/** A release of the registry's, which has the digests of its files. */
export type KnownRef = ReleaseRef & Required<Pick<ReleaseRef, 'date' | 'contents'>>

const lists = new WeakMap<
  ModuleHistory,
  {readonly source: SourceDefinition; readonly refs: readonly ReleaseRef[]}
>()

/**
 * Lists the releases of a module that has a history, oldest first: the days on which it changed, and snapshots that are
 * newer. What is found by its name alone (an earlier change of a day, a snapshot of a day that the history tells of) is
 * among them, and says so.
 */
export function historyReleases(recorded: Recorded, registry: Registry): readonly ReleaseRef[] {
  const {source, history, table} = recorded
  const before = lists.get(history)
  if (before?.source === source) return before.refs
  const states = statesIn(recorded)
  const refs = [
    ...states.map((_, index) => refAt(index, recorded, registry)),
    ...snapshotRefs(snapshotsOf(history, table), recorded),
  ]
  lists.set(history, {source, refs})
  return refs
}

/** Returns the first of `historyReleases` that has a version and a revision, without making the others. */
export function historyRelease(
  recorded: Recorded,
  {version, isRevision}: {readonly version: string; readonly isRevision: (revision: string) => boolean},
  registry: Registry,
): ReleaseRef | undefined {
  const {history, table, snapshots} = recorded
  // Most are of another publication of the same repository: its days need not be made for that.
  const mayBe = history.changes.some(({revision}) => isRevision(revision))
  const index = mayBe
    ? statesIn(recorded).findIndex((state) => state.version === version && isRevision(state.change.revision))
    : -1
  if (index >= 0) return refAt(index, recorded, registry)
  const releases = table.releases.filter(
    (release) => release.version === version && isRevision(release.revision),
  )
  // Of a snapshot that is no newer than the history, nothing else needs to be known.
  const [release] = releases
  const ref = release && snapshots[table.releases.indexOf(release)]
  if (release === undefined || ref === undefined) return undefined
  if (releases.length === 1 && release.date <= (table.history?.date ?? ''))
    return hasModule(release, history, table) ? found(ref) : undefined
  return historyReleases(recorded, registry).find((one) => one.version === version && isAt(one, isRevision))
}

/** Tells whether a release is of a revision as wanted. */
export function isAt(ref: ReleaseRef, isRevision: (revision: string) => boolean): boolean {
  const revision = revisionOf(ref)
  return revision !== undefined && isRevision(revision)
}

function statesIn({history, table}: Recorded): readonly ModuleState[] {
  return statesOf(history, table.history ?? unknown)
}

const unknown: KnownUntil = {revision: '', date: ''}

/** The release that a state is, by its place among all. */
function refAt(index: number, recorded: Recorded, registry: Registry): ReleaseRef {
  const {history, table} = recorded
  const states = statesIn(recorded)
  const state = states[index]
  if (state === undefined) throw new Error(`no state ${index} of ${history.module}`)
  const {until} = state
  const isLast = index === states.length - 1 && until !== undefined
  return refOf(
    isLast ? {...state, until: knownUntil(snapshotsOf(history, table), until)} : state,
    recorded,
    registry,
  )
}

function refOf(
  {change, version, until, isModule}: ModuleState,
  {source, history, table}: Recorded,
  registry: Registry,
): ReleaseRef {
  let files: ReadonlyMap<string, ReleaseFile> | undefined
  const {revision, date} = change
  return {
    version,
    resolved: publishedAt(source, {version, revision, date, files: {}}),
    date,
    ...(until === undefined ? {foundBy: 'revision'} : {until}),
    ...(isModule ? {} : {withoutMain: true}),
    get contents() {
      files ??= new Map([
        ...filesOf(change.files, history),
        ...sharedFiles({date, except: history.module}, table, registry),
      ])
      return {files, links: new Map()}
    },
  }
}

function filesOf(
  files: Readonly<Record<string, number>> | undefined,
  history: ModuleHistory,
): [string, ReleaseFile][] {
  const digests = digestsOf(history)
  const folder = `${prefixed(history.module)}/`
  return Object.entries(files ?? {}).flatMap(([path, index]): [string, ReleaseFile][] => {
    const digest = digests[index]
    return digest === undefined ? [] : [[folder + path, digest]]
  })
}

const digestLists = new WeakMap<ModuleHistory, readonly ReleaseFile[]>()

/** All of a module's versions share them. */
function digestsOf(history: ModuleHistory): readonly ReleaseFile[] {
  const before = digestLists.get(history)
  const digests = before ?? history.digests.map((digest) => ({...digest, basis: 'upstream'}) as const)
  digestLists.set(history, digests)
  return digests
}

/** Libraries that modules share lie in folders of their own, `mod_lib_<name>`. */
function sharedFiles(
  {date, except}: {readonly date: string; readonly except: string},
  table: RegistryReleases,
  registry: Registry,
): [string, ReleaseFile][] {
  return librariesIn(table).flatMap((name) => {
    const history = name === except ? undefined : registry.history(table.source, name)
    const then = history?.changes.findLast((change) => change.date <= date)
    return history === undefined ? [] : filesOf(then?.files, history)
  })
}

const libraryNames = new WeakMap<RegistryReleases, readonly string[]>()

function librariesIn(table: RegistryReleases): readonly string[] {
  const names = libraryNames.get(table) ?? Object.keys(table.names).filter((name) => name.startsWith('lib_'))
  libraryNames.set(table, names)
  return names
}

function snapshotRefs(all: readonly Snapshot[], {table, snapshots}: Recorded): ReleaseRef[] {
  return all.flatMap(({release, kind}) => {
    const ref = snapshots[table.releases.indexOf(release)]
    if (ref === undefined) return []
    if (kind === 'absent') {
      const {version, resolved, date} = ref
      return [{version, resolved, date, withoutMain: true as const}]
    }
    return [kind === 'covered' ? found(ref) : ref]
  })
}

/** The same release, found by its name alone; what it holds is still looked up when it is asked for. */
function found(ref: KnownRef): ReleaseRef {
  const {version, resolved, date} = ref
  return {
    version,
    resolved,
    date,
    foundBy: 'name',
    get contents() {
      return ref.contents
    },
  }
}
