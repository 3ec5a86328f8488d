import {bareName, mainFile} from '../module-name.ts'
import {calendar, dayBefore, versionOfDay} from '../versioning/calendar.ts'
import type {KnownUntil, ModuleChange, ModuleHistory, RegistryRelease, RegistryReleases} from './types.ts'
import type {Sha256} from '../digest.ts'

/** A change of a module, and what it is as a version. */
export interface ModuleState {
  readonly change: ModuleChange
  /** The day from which on the repository had it, as a version. */
  readonly version: string
  /** The last day on which it was so, as a version; undefined for what was changed again on its own day. */
  readonly until: string | undefined
  /** Whether there is a module: its main file, or libraries that others load. */
  readonly isModule: boolean
}

/**
 * Reads a history as versions, oldest first: a version is a day on which the module changed, and what it was at the end
 * of that day. A change that came in later than its date says counts from the day of the change before.
 */
export function statesOf(history: ModuleHistory, known: KnownUntil): readonly ModuleState[] {
  const before = stateLists.get(history)
  if (before?.known === known) return before.states
  const states = readStates(history, known)
  stateLists.set(history, {known, states})
  return states
}

const stateLists = new WeakMap<
  ModuleHistory,
  {readonly known: KnownUntil; readonly states: readonly ModuleState[]}
>()

function readStates({module, changes}: ModuleHistory, known: KnownUntil): readonly ModuleState[] {
  const days: string[] = []
  for (const {date} of changes) {
    const before = days.at(-1) ?? date
    days.push(date > before ? date : before)
  }
  return changes.map((change, index) => {
    const [day = '', next] = [days[index], days[index + 1]]
    return {
      change,
      version: versionOfDay(day),
      until:
        next === undefined
          ? versionOfDay(later(day, known.date))
          : next === day
            ? undefined
            : dayBefore(next),
      isModule: isModule(module, change.files ?? {}),
    }
  })
}

/**
 * Returns the last day on which a module is known to be as its history ends, as a version: a newer snapshot may have it
 * so.
 */
export function knownUntil(snapshots: readonly Snapshot[], until: string): string {
  const same = snapshots.filter(({kind}) => kind === 'covered').map(({release}) => release.version)
  return [until, ...same].reduce((one, other) => (isAfter(other, one) ? other : one))
}

/** What a snapshot of a repository says of a module beside the module's history. */
export interface Snapshot {
  readonly release: RegistryRelease
  /**
   * further: a version of its own, newer than the history and with other files; covered: the history tells of that day;
   * absent: newer than the history, and without the module though it has all.
   */
  readonly kind: 'further' | 'covered' | 'absent'
}

/** Sorts the snapshots of a source by what they say of a module: a selection that lacks it says nothing. */
export function snapshotsOf(history: ModuleHistory, table: RegistryReleases): readonly Snapshot[] {
  const known = table.history
  if (known === undefined) return []
  const states = statesOf(history, known)
  return table.releases.flatMap((release): Snapshot[] => {
    const isLater = release.date > known.date
    const has = filesIn(release, history.module, table)
    if (has.size === 0)
      return isLater && release.partial !== true && states.at(-1)?.isModule === true
        ? [{release, kind: 'absent'}]
        : []
    return [{release, kind: isLater && isNews(has, {history, states, table}) ? 'further' : 'covered'}]
  })
}

interface Known {
  readonly history: ModuleHistory
  readonly states: readonly ModuleState[]
  readonly table: RegistryReleases
}

/**
 * Whether a snapshot has what the history does not end with. Debian takes files out, and patches some: a patch that an
 * older snapshot had already, of the same bytes, is none.
 */
function isNews(files: ReadonlyMap<string, Sha256>, {history, states, table}: Known): boolean {
  const now = states.at(-1)
  return [...files].some(([path, sha256]) => {
    const own = digestAt(history, now, path)
    if (own === sha256) return false
    return !table.releases.some((release) => {
      const isOlder = release.date <= (table.history?.date ?? '')
      const had = isOlder ? filesIn(release, history.module, table).get(path) : undefined
      if (own === undefined || had !== sha256) return false
      const then = states.findLast(({version}) => !isAfter(version, release.version))
      return digestAt(history, then, path) === own
    })
  })
}

function digestAt(history: ModuleHistory, state: ModuleState | undefined, path: string): Sha256 | undefined {
  const index = state?.change.files?.[path]
  return index === undefined ? undefined : history.digests[index]?.sha256
}

/** Tells whether a snapshot has files of a module. */
export function hasModule(
  release: RegistryRelease,
  {module}: ModuleHistory,
  table: RegistryReleases,
): boolean {
  return filesIn(release, module, table).size > 0
}

type Folder = ReadonlyMap<string, Sha256>

const folders = new WeakMap<RegistryRelease, ReadonlyMap<string, Folder>>()
const nothing: Folder = new Map()

/** Path in the module's folder → digest. */
function filesIn(release: RegistryRelease, module: string, table: RegistryReleases): Folder {
  const known = folders.get(release) ?? foldersIn(release, table)
  folders.set(release, known)
  return known.get(module) ?? nothing
}

/** A release is asked for each of its modules. */
function foldersIn({files}: RegistryRelease, {digests}: RegistryReleases): ReadonlyMap<string, Folder> {
  const found = new Map<string, Map<string, Sha256>>()
  for (const [path, index] of Object.entries(files)) {
    const end = path.indexOf('/')
    const sha256 = digests[index]?.sha256
    if (end < 0 || sha256 === undefined) continue
    const module = bareName(path.slice(0, end))
    const folder = found.get(module) ?? new Map<string, Sha256>()
    found.set(module, folder.set(path.slice(end + 1), sha256))
  }
  return found
}

function isModule(module: string, files: Readonly<Record<string, number>>): boolean {
  const main = mainFile(module)
  if (Object.hasOwn(files, main) || Object.hasOwn(files, `${module}/${main}`)) return true
  return Object.keys(files).some((path) => /^[^/]+\.lib\.lua$/.test(withoutFolder(path, module)))
}

function withoutFolder(path: string, module: string): string {
  return path.startsWith(`${module}/`) ? path.slice(module.length + 1) : path
}

function isAfter(one: string, other: string): boolean {
  const [a, b] = [calendar.parse(one), calendar.parse(other)]
  return a !== undefined && b !== undefined && calendar.compare(a, b) > 0
}

function later(one: string, other: string): string {
  return one > other ? one : other
}

/** The newest version that is one of the module, and since when there is none. */
export interface Standing {
  readonly newest?: string
  readonly gone?: string
}

/** Sums a module's history and the snapshots of its source up. */
export function standingOf(history: ModuleHistory, table: RegistryReleases): Standing {
  if (table.history === undefined) return {}
  const states = statesOf(history, table.history)
  const days = states
    .filter(({until}) => until !== undefined)
    .map(({version, isModule: is}) => ({version, is}))
  const later = snapshotsOf(history, table).flatMap(({release: {version}, kind}) =>
    kind === 'covered' ? [] : [{version, is: kind === 'further'}],
  )
  const all = [...days, ...later]
  const last = all.findLastIndex(({is}) => is)
  const wasOne = states.some(({isModule: is}) => is) || last >= 0
  const [newest, gone] = [all[last]?.version, wasOne ? all[last + 1]?.version : undefined]
  return {...(newest === undefined ? {} : {newest}), ...(gone === undefined ? {} : {gone})}
}
