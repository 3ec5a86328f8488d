import {bareName, mainFile} from '../module-name.ts'
import {splitKey, type ModuleKey, entriesIn, moduleKey, keysIn} from '../module-key.ts'
import type {LockedModule, Lockfile, LockTarget, Needs} from '../project/lockfile.ts'
import {ProsodyModsError} from '../errors.ts'
import type {Registry} from '../registry/registry.ts'
import {
  edgesOf,
  isCoreLibrary,
  missing,
  missingNeeds,
  missingText,
  needsOf,
  ofEntry,
  Providers,
  reachable,
  type MissingNeed,
  type NamedNeeds,
  type NeedsTarget,
} from './needs.ts'
import {mainName} from './release-tree.ts'
import {flatTrees, type FlatTree} from './owners.ts'

/** What came in, or is missing, because modules need it; the shape is part of --json (docs/reference/json.md). */
export interface ClosureReport {
  /** Modules that came in because others need them. */
  readonly broughtIn: readonly {
    /** source/name */
    readonly module: ModuleKey
    readonly version: string
    readonly neededBy: readonly ModuleKey[]
    /** What it needs itself. */
    readonly needs: Needs
  }[]
  /** Modules that others would use, if they were there. */
  readonly offered: readonly {
    readonly name: string
    /** `source/name` of those who publish it. */
    readonly publishedBy: readonly ModuleKey[]
    readonly usedBy: readonly ModuleKey[]
  }[]
  /** Needs that nothing serves, and files that Prosody would not load, one line each. */
  readonly problems: readonly string[]
  /** Those of them that are files which Prosody would not load. */
  readonly notLoaded: readonly string[]
  /** Those of them that were there before, for the same bytes. */
  readonly known: readonly string[]
}

/** The modules of a lock by key. */
export type Modules = Readonly<Record<ModuleKey, LockedModule>>

/** What a closure has to be told before it can go on. */
export type ClosureStep =
  /** What the code of a module names: to be told by `read`. */
  | {readonly kind: 'read'; readonly key: ModuleKey; readonly locked: LockedModule}
  /** A module of a source, or that there is none: to be told by `bring`. */
  | ({readonly kind: 'bring'; readonly neededBy: ModuleKey} & Dependency)

/** A module that another one needs. */
export interface Dependency {
  /** source/name */
  readonly key: ModuleKey
  /** The version that is wanted; undefined for the newest. */
  readonly versionText: string | undefined
}

/** What a closure is found for, and by what it knows modules. */
export interface ClosureWorld {
  readonly target: NeedsTarget
  readonly registry: Pick<Registry, 'index' | 'publishers' | 'source' | 'releases' | 'libraries'>
}

/**
 * Finds what modules need: asks by `next` for what it has to know, step by step, and touches nothing itself. Modules come
 * from the same source where it has them, else from the one that the registry knows; what the target's Prosody has is
 * left to it.
 */
export class Closure {
  readonly #world: ClosureWorld
  readonly #modules = new Map<ModuleKey, LockedModule>()
  readonly #named = new Map<ModuleKey, NamedNeeds>()
  readonly #providers = new Providers()
  /** Keys that turned out to be nowhere. */
  readonly #hopeless = new Set<ModuleKey>()
  /** Keys to be looked at, in this order, and how many of them have been. */
  readonly #open: ModuleKey[] = []
  #looked = 0
  #dependencies: Iterator<ClosureStep> = [][Symbol.iterator]()
  /** By source, of what stands first of its flat tree. */
  readonly #trees = new Map<string, {readonly key: ModuleKey; readonly version: string}>()
  #flat: readonly FlatTree[] | undefined

  constructor(modules: Modules, world: ClosureWorld) {
    this.#world = world
    for (const [key, locked] of sorted(entriesIn(modules))) this.#take(key, locked)
  }

  /** Returns what has to be told next; undefined when all is known. */
  next(): ClosureStep | undefined {
    const dependency = this.#dependencies.next()
    if (dependency.done !== true) return dependency.value
    const key = this.#open[this.#looked]
    const locked = key === undefined ? undefined : this.#modules.get(key)
    if (key === undefined || locked === undefined) return undefined
    this.#looked += 1
    return {kind: 'read', key, locked}
  }

  /** Takes in what the code of a module names, for which a step of kind `read` asked. */
  read(key: ModuleKey, named: NamedNeeds): void {
    this.#named.set(key, named)
    this.#dependencies = this.#unserved(key, named)
  }

  /**
   * Tells what a step asked for.
   * @param locked undefined where the source has no such module
   */
  bring(key: ModuleKey, locked: LockedModule | undefined): void {
    if (locked === undefined) this.#hopeless.add(key)
    else this.#take(key, locked)
  }

  /**
   * Returns the lock with needs written down, and what nothing serves.
   * @param previous what was locked before: what it lacked already is known
   */
  result(
    target: LockTarget,
    previous: Modules = {},
  ): {readonly lock: Lockfile} & Pick<ClosureReport, 'problems' | 'known'> {
    const {target: needsTarget, registry} = this.#world
    const world = {providers: this.#providers, target: needsTarget, libraries: registry.libraries}
    const problems: string[] = []
    const known: string[] = []
    const modules: Record<ModuleKey, LockedModule> = {}
    for (const [key, locked] of sorted(this.#modules)) {
      const named = this.#named.get(key)
      if (named === undefined) throw new Error(`${key} was not looked at`)
      const needs = needsOf(key, named, world)
      const lacking = missingNeeds(named, needs)
      for (const need of lacking) this.#refuseLeftOut(key, need)
      for (const need of lacking) {
        const text = `${problemText(key, need)}${this.#treesWith(need)}`
        problems.push(text)
        if (previous[key]?.needs?.[need.kind]?.[need.name] === missing) known.push(text)
      }
      modules[key] = withNeeds(locked, needs)
    }
    return {lock: {lockfileVersion: 1, target, modules}, problems, known}
  }

  #refuseLeftOut(key: ModuleKey, need: MissingNeed): void {
    const module = need.kind === 'shared' ? ownerName(need.name) : need.name
    const tree = need.kind === 'libraries' ? undefined : this.#providers.leftOutOf(module)
    if (tree === undefined) return
    const place = need.file === undefined ? '' : ` (${splitKey(key)[0]}/${need.file}:${need.line})`
    throw new ProsodyModsError(
      'MODULE_EXCEPTED',
      `${tree} leaves out ${module}, and ${key} needs it${place}`,
      {
        hint: `take "${module}" out of "except" of ${tree}, or leave out what needs it, too`,
        details: {tree, module, neededBy: key, file: need.file ?? null, line: need.line},
      },
    )
  }

  /** A library in a folder of a tree belongs to no module that could be brought in alone. */
  #treesWith({kind, name}: MissingNeed): string {
    const ids = kind === 'shared' && name.includes('/') ? this.#flatSources(name) : []
    return ids.length === 0 ? '' : `; ${ids.map((id) => `"prosody-mods add ${id}"`).join(' or ')} brings it`
  }

  #take(key: ModuleKey, locked: LockedModule): void {
    this.#modules.set(key, locked)
    this.#providers.add(key, locked)
    this.#open.push(key)
    if (locked.layout !== 'flat') return
    const [source] = splitKey(key)
    const first = this.#trees.get(source)
    if (first === undefined || key < first.key) this.#trees.set(source, {key, version: locked.version})
  }

  /** What has to come from somewhere; libraries of a tree count as modules of it. */
  *#unserved(key: ModuleKey, given: NamedNeeds): Generator<ClosureStep> {
    const {target} = this.#world
    const {modules, shared} = ofEntry(key, given, {providers: this.#providers, target})
    for (const {name, optional} of modules) {
      if (optional || target.coreModules.has(name)) continue
      // What came in for the one before may serve the next.
      if (this.#providers.module(name) !== undefined) continue
      yield* this.#candidates(name, key)
    }
    for (const {name, optional} of shared) {
      if (optional || isCoreLibrary(name, target)) continue
      if (this.#providers.shared(name) !== undefined) continue
      yield* this.#candidates(ownerName(name), key)
    }
  }

  *#candidates(name: string, neededBy: ModuleKey): Generator<ClosureStep> {
    // Code names anything; not all of it can be the name of a module.
    if (mainName(mainFile(name)) === undefined) return
    const tree = this.#providers.leftOutOf(name)
    for (const dependency of this.#publishers(name, neededBy)) {
      if (tree !== undefined && splitKey(tree)[0] === splitKey(dependency.key)[0]) continue
      if (this.#hopeless.has(dependency.key)) continue
      if (this.#providers.module(name) !== undefined) return
      yield {kind: 'bring', neededBy, ...dependency}
    }
  }

  *#publishers(name: string, key: ModuleKey): Generator<Dependency> {
    const [own] = splitKey(key)
    const version = this.#modules.get(key)?.version
    const {registry} = this.#world
    const ids = registry.publishers(name)
    if (ids.includes(own)) yield {key: moduleKey(own, name), versionText: version}
    else if (registry.source(own) === undefined) yield {key: moduleKey(own, name), versionText: version}
    const others = ids.filter((id) => id !== own)
    const [only] = others
    if (only !== undefined && others.length === 1 && !ids.includes(own))
      yield {key: moduleKey(only, name), versionText: this.#treeVersion(only)}
    if (ids.length === 0)
      for (const id of this.#flatSources(name))
        yield {key: moduleKey(id, name), versionText: this.#treeVersion(id)}
  }

  /** All of a flat tree comes from one release. */
  #treeVersion(source: string): string | undefined {
    return this.#trees.get(source)?.version
  }

  /** Flat trees of which the newest known release has a library that others may load. */
  #flatSources(library: string): string[] {
    // Read only where something is asked for that nobody publishes as a module.
    this.#flat ??= flatTrees(this.#world.registry)
    return this.#flat.filter(({files}) => Object.hasOwn(files, `${library}.lib.lua`)).map(({id}) => id)
  }
}

/** Of a library as module:require names it: the module in whose folder it is, or that has its name. */
function ownerName(library: string): string {
  const [module = ''] = library.split('/')
  return library.includes('/') ? bareName(module) : library
}

/** Returns a locked module with other needs; without any where there are none. */
export function withNeeds(locked: LockedModule, needs: Needs): LockedModule {
  const {version, layout, resolved, trust, integrity, files, from, include, except} = locked
  const {patches, published} = locked
  return {
    version,
    layout,
    resolved,
    trust,
    integrity,
    files,
    ...(from === undefined ? {} : {from}),
    ...(include === undefined ? {} : {include}),
    ...(except === undefined ? {} : {except}),
    ...(patches === undefined ? {} : {patches}),
    ...(published === undefined ? {} : {published}),
    ...(Object.keys(needs).length === 0 ? {} : {needs}),
  }
}

/** Reports what a closed lock has beyond what it was made of, but for what nothing serves. */
export function reportOf(
  lock: Lockfile,
  before: {
    /** What the manifest wants. */
    readonly explicit: Modules
    readonly previous: Modules
  },
  registry: Pick<Registry, 'publishers'>,
): Omit<ClosureReport, 'problems' | 'known' | 'notLoaded'> {
  const parents = parentsIn(lock, keysIn(before.explicit))
  const broughtIn = entriesIn(lock.modules)
    .filter(([key]) => !Object.hasOwn(before.explicit, key) && !Object.hasOwn(before.previous, key))
    .map(([module, {version, needs = {}}]) => ({module, version, neededBy: parents.get(module) ?? [], needs}))
  return {broughtIn, offered: offeredTo(lock, before.previous, registry)}
}

/** By key, what can't do without it, of all that is reached from some keys. */
function parentsIn(lock: Lockfile, from: readonly ModuleKey[]): Map<ModuleKey, ModuleKey[]> {
  const edges = edgesOf(lock)
  const kept = reachable(edges, from)
  const parents = new Map<ModuleKey, ModuleKey[]>()
  for (const [key, needed] of edges) if (kept.has(key)) for (const one of needed) append(parents, one, key)
  return parents
}

function offeredTo(
  {modules}: Lockfile,
  previous: Modules,
  registry: Pick<Registry, 'publishers'>,
): ClosureReport['offered'] {
  const users = new Map<string, ModuleKey[]>()
  for (const [key, {needs}] of entriesIn(modules)) {
    if (Object.hasOwn(previous, key)) continue
    for (const [name, server] of Object.entries(needs?.optional?.modules ?? {}))
      if (server === missing) append(users, name, key)
  }
  return [...users].flatMap(([name, usedBy]) => {
    const publishedBy = registry.publishers(name).map((id) => moduleKey(id, name))
    return publishedBy.length === 0 ? [] : [{name, publishedBy, usedBy}]
  })
}

function append<K>(lists: Map<K, ModuleKey[]>, name: K, value: ModuleKey): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}

function sorted(
  modules: Iterable<readonly [ModuleKey, LockedModule]>,
): (readonly [ModuleKey, LockedModule])[] {
  return [...modules].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

function problemText(key: ModuleKey, need: MissingNeed): string {
  const place = need.file === undefined ? '' : ` (${splitKey(key)[0]}/${need.file}:${need.line})`
  return `${key} needs ${missingText(need)}${place}`
}
/** The report of a lock in which nothing is needed. */
export const nothingNeeded: ClosureReport = {
  broughtIn: [],
  offered: [],
  problems: [],
  notLoaded: [],
  known: [],
}
