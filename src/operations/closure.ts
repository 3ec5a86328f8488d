import {ProsodyModsError, exitCodes} from '../errors.ts'
import type {LayoutConflict} from '../lua/layout-proof.ts'
import {mainOf} from '../lua/module-files.ts'
import {splitKey, type LockedModule, type Lockfile, type LockTarget, type Needs} from '../project/lockfile.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import type {ProsodyLine} from '../registry/types.ts'
import {lockTargetOf} from '../resolve/differences.ts'
import {
  isCoreLibrary,
  missing,
  missingNeeds,
  missingText,
  needsOf,
  ofEntry,
  Providers,
  reachable,
  type MissingNeed,
  type Named,
  type NamedNeeds,
  type NeedsTarget,
} from '../resolve/needs.ts'
import {flatSources} from '../resolve/owners.ts'
import {definitionFor} from './definition-for.ts'
import {fetchAndRead} from './fetch-and-read.ts'
import {gatherNeeds} from './gather-needs.ts'
import {lockModule, type LockResult} from './lock-module.ts'
import {neededFiles, releasePath} from './needed-files.ts'
import {pluginOrder} from './plugin-order.ts'
import {readLua} from './read-lua.ts'
import {nothingNeeded} from './results.ts'
import type {NeededFile} from './wants.ts'
import type {Workbench} from './workbench.ts'

/** What modules need; the shape is part of --json (docs/reference/json.md). */
export interface ClosureReport {
  /** Modules that came in because others need them. */
  readonly broughtIn: readonly {
    /** source/name */
    readonly module: string
    readonly version: string
    readonly neededBy: readonly string[]
  }[]
  /** Modules that others would use, if they were there. */
  readonly offered: readonly {
    readonly name: string
    /** `source/name` of those who publish it. */
    readonly publishedBy: readonly string[]
    readonly usedBy: readonly string[]
  }[]
  /** What nothing serves, one line each. */
  readonly problems: readonly string[]
}

export interface OpenLock {
  /** What the manifest wants, locked. */
  readonly modules: Readonly<Record<string, LockedModule>>
  readonly manifest: Manifest
  readonly previous: Lockfile
}

export interface ClosedLock {
  readonly lock: Lockfile
  /** Modules that were resolved because others need them. */
  readonly resolved: readonly LockResult[]
  readonly report: ClosureReport
}

/**
 * Adds to a lock what its modules need: modules from the same source where it has them, else from the one that the
 * registry knows; what the target's Prosody has is left to it. Needs of each module are written down. Throws what
 * fetching throws; what nobody publishes is reported.
 */
export async function closeLock(open: OpenLock, bench: Workbench): Promise<ClosedLock> {
  const {registry} = bench.environment
  const target = lockTargetOf(open.manifest, registry)
  // Nothing is known of the line: what it has, and lacks, can't be told.
  if (target === undefined) return {lock: withoutNeeds(open.modules), resolved: [], report: nothingNeeded}
  const closing = new Closing(open, target, bench)
  await closing.run()
  return closing.result()
}

function withoutNeeds(modules: Readonly<Record<string, LockedModule>>): Lockfile {
  const bare = Object.entries(modules).map(([key, locked]) => [key, withNeeds(locked, {})] as const)
  return {lockfileVersion: 1, modules: Object.fromEntries(bare)}
}

/** A locked module with other needs; without any where there are none. */
function withNeeds(locked: LockedModule, needs: Needs): LockedModule {
  const entries = Object.entries(locked).filter(([name]) => name !== 'needs')
  if (Object.keys(needs).length > 0) entries.push(['needs', needs])
  return Object.fromEntries(entries) as unknown as LockedModule
}

interface Dependency {
  readonly key: string
  /** A version, or undefined for the newest. */
  readonly versionText: string | undefined
}

class Closing {
  readonly #open: OpenLock
  readonly #target: LockTarget
  readonly #line: ProsodyLine
  readonly #needsTarget: NeedsTarget
  readonly #bench: Workbench
  readonly #modules: Record<string, LockedModule>
  readonly #named = new Map<string, NamedNeeds>()
  readonly #providers = new Providers()
  readonly #resolved: LockResult[] = []
  /** Names that turned out to be nowhere. */
  readonly #hopeless = new Set<string>()

  constructor(open: OpenLock, target: LockTarget, bench: Workbench) {
    this.#open = open
    this.#target = target
    this.#line = lineOf(target, bench.environment.registry)
    this.#needsTarget = needsTargetOf(target, bench.environment.registry)
    this.#bench = bench
    this.#modules = {...open.modules}
    for (const [key, locked] of sorted(this.#modules)) this.#providers.add(key, locked)
  }

  async run(): Promise<void> {
    const open = sorted(this.#modules).map(([key]) => key)
    for (let key = open.shift(); key !== undefined; key = open.shift()) {
      const locked = this.#modules[key]
      if (locked === undefined || this.#named.has(key)) continue
      const named = await this.#needsNamed(key, locked)
      this.#named.set(key, named)
      for (const dependency of this.#unserved(key, named)) {
        const added = await this.#bring(dependency, key)
        if (added !== undefined) open.push(added)
      }
    }
  }

  /** What was written down serves where the code is at hand no more, and the target is the same. */
  async #needsNamed(key: string, locked: LockedModule): Promise<NamedNeeds> {
    const {modules, target} = this.#open.previous
    const isKept = Object.hasOwn(modules, key) && modules[key] === locked
    const isSame = target !== undefined && sameTarget(target, this.#target)
    if (isKept && isSame && lacking(key, locked, this.#bench).length > 0) return recalled(locked.needs ?? {})
    return namedNeeds(key, locked, this.#bench)
  }

  result(): ClosedLock {
    const {libraries} = this.#bench.environment.registry
    const world = {providers: this.#providers, target: this.#needsTarget, libraries}
    const problems: string[] = []
    const modules: Record<string, LockedModule> = {}
    for (const [key, locked] of sorted(this.#modules)) {
      const named = this.#named.get(key)
      if (named === undefined) throw new Error(`${key} was not looked at`)
      const needs = needsOf(key, named, world)
      problems.push(...missingNeeds(named, needs).map((need) => problemText(key, need)))
      modules[key] = withNeeds(locked, needs)
    }
    const lock = this.#inOrder({lockfileVersion: 1, target: this.#target, modules}, problems)
    return {lock, resolved: this.#resolved, report: {...this.#report(lock), problems}}
  }

  /** With the order of plugin_paths, where the usual one does not serve. */
  #inOrder(lock: Lockfile, problems: string[]): Lockfile {
    const {manifest, previous} = this.#open
    const chosen = pluginOrder({lock, manifest, line: this.#line}, this.#bench)
    const order = chosen === undefined ? previous.pluginPaths : chosen.order
    problems.push(...(chosen?.conflicts ?? []).map(conflictText))
    return order === undefined ? lock : {...lock, pluginPaths: order}
  }

  /** What has to come from somewhere; libraries of a tree count as modules of it. */
  *#unserved(key: string, named: NamedNeeds): Generator<Dependency> {
    const {modules, shared} = ofEntry(key, named, {providers: this.#providers, target: this.#needsTarget})
    for (const {name, optional} of modules) {
      if (optional || this.#needsTarget.coreModules.has(name)) continue
      // What came in for the one before may serve the next.
      if (this.#providers.module(name) !== undefined) continue
      yield* this.#publishers(name, key)
    }
    for (const {name, optional} of shared) {
      if (optional || isCoreLibrary(name, this.#needsTarget)) continue
      if (this.#providers.shared(name) !== undefined) continue
      const [module = ''] = name.split('/')
      yield* this.#publishers(name.includes('/') ? module.replace(/^mod_/, '') : name, key)
    }
  }

  *#publishers(name: string, key: string): Generator<Dependency> {
    const [own] = splitKey(key)
    const version = this.#modules[key]?.version
    const {registry} = this.#bench.environment
    const ids = Object.hasOwn(registry.index.names, name) ? (registry.index.names[name] ?? []) : []
    if (ids.includes(own)) yield {key: `${own}/${name}`, versionText: version}
    else if (registry.source(own) === undefined) yield {key: `${own}/${name}`, versionText: version}
    const others = ids.filter((id) => id !== own)
    const [only] = others
    if (only !== undefined && others.length === 1 && !ids.includes(own))
      yield {key: `${only}/${name}`, versionText: this.#treeVersion(only)}
    if (ids.length === 0)
      for (const id of flatSources(registry, name))
        yield {key: `${id}/${name}`, versionText: this.#treeVersion(id)}
  }

  /** All of a flat tree comes from one release. */
  #treeVersion(source: string): string | undefined {
    return sorted(this.#modules).find(
      ([key, {layout}]) => layout === 'flat' && splitKey(key)[0] === source,
    )?.[1].version
  }

  /** The key of what was added; undefined where there is no such module. */
  async #bring({key, versionText}: Dependency, neededBy: string): Promise<string | undefined> {
    const [source, name] = splitKey(key)
    if (this.#hopeless.has(key) || this.#providers.module(name) !== undefined) return undefined
    const {manifest, previous} = this.#open
    const {registry} = this.#bench.environment
    const definition = sourceDefinition(source, manifest, registry)
    if (definition === undefined) return undefined
    const before = Object.hasOwn(previous.modules, key) ? previous.modules[key] : undefined
    const isSame = before !== undefined && (versionText === undefined || before.version === versionText)
    if (isSame && definition.kind !== 'path') {
      this.#take(key, before)
      return key
    }
    const result = await this.#lock({key, versionText}, neededBy)
    if (result === undefined) {
      this.#hopeless.add(key)
      return undefined
    }
    this.#resolved.push(result)
    this.#take(key, result.locked)
    return key
  }

  async #lock({key, versionText}: Dependency, neededBy: string): Promise<LockResult | undefined> {
    const {manifest} = this.#open
    const definition = definitionFor(key, manifest, this.#bench)
    const name = splitKey(key)[1]
    // The release of the module that needs it, where it has it; else the newest.
    const wanted = versionText === 'local' ? undefined : versionText
    const versions = wanted === undefined || definition.layout === 'flat' ? [wanted] : [wanted, undefined]
    for (const version of versions) {
      try {
        return await lockModule({definition, name, versionText: version}, manifest, this.#bench)
      } catch (error) {
        if (!(error instanceof ProsodyModsError)) throw error
        if (error.exitCode === exitCodes.MODULE_UNKNOWN) continue
        throw neededError(error, key, neededBy)
      }
    }
    return undefined
  }

  #take(key: string, locked: LockedModule): void {
    this.#modules[key] = locked
    this.#providers.add(key, locked)
  }

  #report(lock: Lockfile): Omit<ClosureReport, 'problems'> {
    const explicit = new Set(Object.keys(this.#open.modules))
    const {previous} = this.#open
    const kept = reachable(lock, explicit)
    const parents = (key: string): string[] =>
      Object.entries(lock.modules)
        .filter(([other, {needs}]) => kept.has(other) && serversOf(needs).includes(key))
        .map(([other]) => other)
    const broughtIn = Object.entries(lock.modules)
      .filter(([key]) => !explicit.has(key) && !Object.hasOwn(previous.modules, key))
      .map(([module, {version}]) => ({module, version, neededBy: parents(module)}))
    return {broughtIn, offered: this.#offered(lock)}
  }

  #offered({modules}: Lockfile): ClosureReport['offered'] {
    const {names} = this.#bench.environment.registry.index
    const users = new Map<string, string[]>()
    for (const [key, {needs}] of Object.entries(modules)) {
      if (Object.hasOwn(this.#open.previous.modules, key)) continue
      for (const [name, server] of Object.entries(needs?.optional?.modules ?? {}))
        if (server === missing) users.set(name, [...(users.get(name) ?? []), key])
    }
    return [...users].flatMap(([name, usedBy]) => {
      const publishedBy = (Object.hasOwn(names, name) ? (names[name] ?? []) : []).map((id) => `${id}/${name}`)
      return publishedBy.length === 0 ? [] : [{name, publishedBy, usedBy}]
    })
  }
}

function serversOf(needs: Needs | undefined): string[] {
  return [...Object.values(needs?.modules ?? {}), ...Object.values(needs?.shared ?? {})]
}

function neededError(error: ProsodyModsError, key: string, neededBy: string): ProsodyModsError {
  const {code, message, hint, details} = error
  return new ProsodyModsError(code, `${message}\n${key} is needed by ${neededBy}`, {
    ...(hint === undefined ? {} : {hint}),
    details,
    cause: error,
  })
}

function sorted(modules: Readonly<Record<string, LockedModule>>): [string, LockedModule][] {
  return Object.entries(modules).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

function lineOf({prosody}: LockTarget, registry: Registry): ProsodyLine {
  const line = registry.prosodyLine(prosody)
  if (line === undefined) throw new Error(`nothing is known of Prosody ${prosody}`)
  return line
}

function conflictText({wanted: {file}, why, hint}: LayoutConflict): string {
  return `Prosody would not load ${file}: ${why}; ${hint}`
}

/** What a target has by itself. */
export function needsTargetOf(target: LockTarget, registry: Registry): NeedsTarget {
  const line = lineOf(target, registry)
  return {
    line,
    lua: target.lua,
    suite: target.debian,
    coreModules: new Set(line.coreModules),
    moduleLibs: new Set(line.moduleLibs),
  }
}

/** The Lua files of a module of which neither bytes nor facts are at hand. */
function lacking(key: string, locked: LockedModule, {analyses, session}: Workbench): NeededFile[] {
  return neededFiles({lockfileVersion: 1, modules: {[key]: locked}}).filter(
    ({path, sha256}) =>
      path.endsWith('.lua') &&
      analyses.facts(sha256, mainOf(path)) === undefined &&
      !session.store.has(sha256),
  )
}

function sameTarget(a: LockTarget, b: LockTarget): boolean {
  return a.prosody === b.prosody && a.lua === b.lua && a.debian === b.debian
}

/** What a lockfile has written down, without places. */
function recalled({optional = {}, ...certain}: Needs): NamedNeeds {
  const of = (kind: 'modules' | 'shared' | 'libraries'): Named[] => [
    ...Object.keys(certain[kind] ?? {}).map((name) => ({name, file: undefined, line: 0, optional: false})),
    ...Object.keys(optional[kind] ?? {}).map((name) => ({name, file: undefined, line: 0, optional: true})),
  ]
  return {modules: of('modules'), shared: of('shared'), libraries: of('libraries')}
}

/** What the code of a locked module names. Brings in what is not there yet. */
async function namedNeeds(key: string, locked: LockedModule, bench: Workbench): Promise<NamedNeeds> {
  const missingFiles = lacking(key, locked, bench)
  if (missingFiles.length > 0) await fetchAndRead(missingFiles, bench, readLua)
  return gatherNeeds(key, locked, (path, sha256) =>
    readLua({module: key, path: releasePath(locked, path), sha256}, bench),
  )
}

function problemText(key: string, need: MissingNeed): string {
  const place = need.file === undefined ? '' : ` (${splitKey(key)[0]}/${need.file}:${need.line})`
  return `${key} needs ${missingText(need)}${place}`
}
