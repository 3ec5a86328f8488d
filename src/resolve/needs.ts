import type {LockedModule, Lockfile, LockTarget, Needs} from '../project/lockfile.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryLibraries} from '../registry/types.ts'
import {namesIn} from './conflicts.ts'
import {coreLibrary} from '../prosody/core-library.ts'
import {libraryPaths} from '../prosody/module-files.ts'
import {isProsodyName, serveLibrary, servedText, type LibraryTarget} from './libraries.ts'
import {entriesIn, type ModuleKey, isModuleKey} from '../module-key.ts'

/** Something that a module's code names, and where. */
export interface Named {
  readonly name: string
  /** The path below the source's folder in the context; undefined where only the name is known. */
  readonly file: string | undefined
  /** Line of the file from 1; 0 where only the name is known. */
  readonly line: number
  /** Whether the module does without it. */
  readonly optional: boolean
}

/** What a module's code names that others have to bring. */
export interface NamedNeeds {
  /** Modules that it names by module:depends. */
  readonly modules: readonly Named[]
  /** Lua libraries that it names by require. */
  readonly libraries: readonly Named[]
  /** Libraries that it names by module:require, and that are not among the module's own files. */
  readonly shared: readonly Named[]
}

/** What a target has by itself. */
export interface NeedsTarget extends LibraryTarget {
  readonly coreModules: ReadonlySet<string>
  /** Libraries of core modules, as module:require names them. */
  readonly moduleLibs: readonly string[]
}

/** Tells what a target has by itself, of a line of Prosody that the registry knows. */
export function needsTargetOf(target: LockTarget, registry: Pick<Registry, 'prosodyLine'>): NeedsTarget {
  const line = registry.prosodyLine(target.prosody)
  if (line === undefined) throw new Error(`nothing is known of Prosody ${target.prosody}`)
  return {
    line,
    lua: target.lua,
    suite: target.debian,
    coreModules: new Set(line.coreModules),
    moduleLibs: line.moduleLibs,
  }
}

/** What the modules of a lock bring, by name. */
export class Providers {
  readonly #modules = new Map<string, ModuleKey>()
  readonly #files = new Map<string, ModuleKey>()
  readonly #leftOut = new Map<string, ModuleKey>()

  /** Adds a locked module: its names and files serve others, unless one that was added before has them. */
  add(key: ModuleKey, locked: LockedModule): void {
    for (const name of locked.except ?? []) this.#leftOut.set(name, key)
    for (const name of namesIn(key, locked)) if (!this.#modules.has(name)) this.#modules.set(name, key)
    for (const path of Object.keys(locked.files)) if (!this.#files.has(path)) this.#files.set(path, key)
  }

  /** Returns the key of what brings a module. */
  module(name: string): ModuleKey | undefined {
    return this.#modules.get(name)
  }

  /** Returns the key of the tree that leaves out a module, where nothing else brings one of that name. */
  leftOutOf(name: string): ModuleKey | undefined {
    return this.#modules.has(name) ? undefined : this.#leftOut.get(name)
  }

  /**
   * Returns the key of what brings a library that any module can load: at the top of a tree, or by its module's name.
   */
  shared(library: string): ModuleKey | undefined {
    return this.sharedFile(library)?.key
  }

  /** Returns the path of a shared library below the folder of the source that has it; undefined where none has. */
  sharedFile(library: string): {readonly key: ModuleKey; readonly path: string} | undefined {
    // A file at the top is found in the search for the asking module's own, before any by the library's name.
    const atTop = [`${library}.lib.lua`, `${library}.lua`]
    const byName = libraryPaths(library, library).filter((path) => path.endsWith('.lib.lua'))
    for (const path of [...atTop, ...byName]) {
      const key = this.#files.get(path)
      if (key !== undefined) return {key, path}
    }
    return undefined
  }
}

/** The value that stands for a need which nothing serves. */
export const missing = 'missing'
/** The value that stands for a need which Prosody itself serves. */
export const core = 'prosody'

/** Tells whether the target has a module:require'd library in its own modules: `adhoc` is mod_adhoc/adhoc.lib.lua. */
export function isCoreLibrary(library: string, {moduleLibs}: NeedsTarget): boolean {
  return coreLibrary(library, moduleLibs) !== undefined
}

/**
 * Chooses what an entry needs for certain. Of a whole tree nobody knows which modules will be enabled, so what another
 * source would have to bring for one of them is left to the user.
 */
export function ofEntry(
  key: ModuleKey,
  named: NamedNeeds,
  {providers, target}: {readonly providers: Providers; readonly target: NeedsTarget},
): NamedNeeds {
  if (!key.endsWith('/*')) return named
  const isOwn = (name: string): boolean =>
    (providers.module(name) ?? providers.leftOutOf(name)) === key || target.coreModules.has(name)
  const modules = named.modules.map((one) => (isOwn(one.name) ? one : {...one, optional: true}))
  return {...named, modules}
}

/** Tells what serves each need of a module, as the lockfile records it. */
export function needsOf(
  key: ModuleKey,
  given: NamedNeeds,
  world: {
    readonly providers: Providers
    readonly target: NeedsTarget
    readonly libraries: RegistryLibraries
  },
): Needs {
  const {providers, target, libraries} = world
  const named = ofEntry(key, given, world)
  const modules = table(named.modules, (name) => {
    const provider = providers.module(name)
    if (provider === key) return undefined
    return provider ?? (target.coreModules.has(name) ? core : missing)
  })
  const shared = table(named.shared, (name) => {
    const provider = providers.shared(name)
    if (provider === key) return undefined
    // The core's own are not worth a line: they come with the core.
    return provider ?? (isCoreLibrary(name, target) ? undefined : missing)
  })
  const lua = table(named.libraries, (name) => {
    const served = serveLibrary(name, target, libraries)
    if (served.by === 'lua' || served.by === 'prosody') return undefined
    return served.by === 'unknown' ? missing : servedText(served)
  })
  const optional = compact({
    modules: modules.optional,
    shared: shared.optional,
    libraries: lua.optional,
  })
  return compact({
    modules: modules.needed,
    shared: shared.needed,
    libraries: lua.needed,
    optional: Object.keys(optional).length === 0 ? undefined : optional,
  })
}

type Table = Readonly<Record<string, string>>

/** Names with what serves them, apart by whether anything needs them for certain. */
function table(
  named: readonly Named[],
  serve: (name: string) => string | undefined,
): {readonly needed: Table | undefined; readonly optional: Table | undefined} {
  const certain = new Set<string>()
  const rest = new Set<string>()
  for (const {name, optional} of named) if (!optional) certain.add(name)
  for (const {name} of named) if (!certain.has(name)) rest.add(name)
  return {needed: served(certain, serve), optional: served(rest, serve)}
}

function served(names: Iterable<string>, serve: (name: string) => string | undefined): Table | undefined {
  const rows: (readonly [string, string])[] = []
  for (const name of names) {
    const server = serve(name)
    if (server !== undefined) rows.push([name, server])
  }
  return rows.length === 0 ? undefined : Object.fromEntries(rows)
}

function compact<T extends object>(value: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** Lists the keys of what a module can't do without, itself left out. */
export function neededKeys({needs}: LockedModule): ModuleKey[] {
  const keys = new Set<ModuleKey>()
  for (const servers of [needs?.modules, needs?.shared]) {
    for (const server of Object.values(servers ?? {})) if (isModuleKey(server)) keys.add(server)
  }
  return [...keys]
}

/** The keys that each key of a lock can't do without. */
export type Edges = ReadonlyMap<ModuleKey, readonly ModuleKey[]>

/** Collects what the modules of a lock can't do without. */
export function edgesOf({modules}: Lockfile): Edges {
  return new Map(entriesIn(modules).map(([key, locked]) => [key, neededKeys(locked)]))
}

/** Finds all keys of a lock that some of its keys can't do without, those among them. */
export function reachable(edges: Edges, from: Iterable<ModuleKey>): Set<ModuleKey> {
  const found = new Set<ModuleKey>()
  const open = [...from]
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const needed = edges.get(key)
    if (needed === undefined || found.has(key)) continue
    found.add(key)
    for (const one of needed) open.push(one)
  }
  return found
}

/** A need that nothing serves. */
export interface MissingNeed extends Named {
  readonly kind: 'modules' | 'shared' | 'libraries'
}

/** Lists what a module can't do without and nothing serves, with the first place that names it. */
export function missingNeeds(named: NamedNeeds, needs: Needs): MissingNeed[] {
  const of = (kind: MissingNeed['kind']): MissingNeed[] => {
    const places = firstPlaces(named[kind])
    return Object.entries(needs[kind] ?? {}).flatMap(([name, server]) => {
      const place = server === missing ? places.get(name) : undefined
      return place === undefined ? [] : [{...place, kind}]
    })
  }
  // The linter's rule unknown-library tells of Prosody's own.
  return [...of('modules'), ...of('shared'), ...of('libraries').filter(({name}) => !isProsodyName(name))]
}

/** By name, where something that can't be done without is named first. */
function firstPlaces(named: readonly Named[]): ReadonlyMap<string, Named> {
  const places = new Map<string, Named>()
  for (const one of named) if (!one.optional && !places.has(one.name)) places.set(one.name, one)
  return places
}

/** Says in words that nothing serves a need: `mod_x, which no known source publishes` */
export function missingText({kind, name}: MissingNeed): string {
  switch (kind) {
    case 'modules':
      return `mod_${name}, which no known source publishes`
    case 'shared':
      return `${name}.lib.lua, which no module here has`
    case 'libraries':
      return `the Lua library ${name}, which nothing known serves`
  }
}
/** A need of a module, and what serves it. */
export interface Need {
  readonly kind: 'modules' | 'shared' | 'libraries'
  readonly name: string
  readonly server: string
  readonly optional: boolean
}

/** Lists needs as the lockfile has them, the certain ones first. */
export function listNeeds({optional = {}, ...certain}: Needs): Need[] {
  const of = (table: Omit<Needs, 'optional'>, isOptional: boolean): Need[] =>
    (['modules', 'shared', 'libraries'] as const).flatMap((kind) =>
      Object.entries(table[kind] ?? {}).map(([name, server]) => ({kind, name, server, optional: isOptional})),
    )
  return [...of(certain, false), ...of(optional, true)]
}
