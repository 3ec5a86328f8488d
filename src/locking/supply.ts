import {mainOf} from '../module-name.ts'
import {ProsodyModsError, says} from '../errors.ts'
import type {LayoutConflict} from '../prosody/layout-proof.ts'
import {splitKey, entriesIn, type ModuleKey} from '../module-key.ts'
import {toSha256} from '../digest.ts'
import {contextFolder, contextPathOf} from '../project/lockfile.ts'
import type {LockedModule, Lockfile, LockTarget, Needs} from '../project/lockfile.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import {Closure, reportOf, withNeeds, type ClosureReport, type Dependency} from '../resolve/closure.ts'
import {lockTargetOf} from '../resolve/out-of-date.ts'
import {needsTargetOf, type Named, type NamedNeeds} from '../resolve/needs.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {gatherNeeds} from '../resolve/gather-needs.ts'
import {lockModule, type LockResult} from './lock-module.ts'
import {neededFiles, releasePath} from '../workbench/needed-files.ts'
import {withPatches} from './patches.ts'
import {pluginOrder} from './plugin-order.ts'
import {readLua} from '../workbench/read-lua.ts'
import {isOnlyYoung} from './old-enough.ts'
import {companionVersion} from './companion-version.ts'
import {storeFromContext} from './store-from-context.ts'
import {jitsiContents, jitsiTagFor} from '../image/jitsi-contents.ts'
import type {Registry} from '../registry/registry.ts'
import {nothingNeeded} from '../resolve/closure.ts'
import type {NeededFile} from '../workbench/wants.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {isLocal} from '../sources/kinds.ts'

/** A lock of what the manifest names, before what those modules need is brought in. */
export interface OpenLock {
  /** What the manifest wants, locked. */
  readonly modules: Readonly<Record<string, LockedModule>>
  readonly manifest: Manifest
  readonly previous: Lockfile
}

/** A lock with all that its modules need, and what came in for that. */
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
  const closure = new Closure(open.modules, {target: needsTargetOf(target, registry), registry})
  const supply = new Supply(open, target, bench)
  for (let step = closure.next(); step !== undefined; step = closure.next()) {
    if (step.kind === 'read') closure.read(step.key, await supply.needsNamed(step.key, step.locked))
    else closure.bring(step.key, await supply.module(step, step.neededBy))
  }
  const closed = closure.result(target, open.previous.modules)
  const {lock, conflicts} = inOrder(closed.lock, open, bench)
  const before = {explicit: open.modules, previous: open.previous.modules}
  const notLoaded = conflicts.map(conflictText)
  const problems = [...closed.problems, ...notLoaded]
  const known = [
    ...closed.known,
    ...conflicts.filter((one) => isKnown(one, lock, open.previous)).map(conflictText),
  ]
  return {
    lock,
    resolved: supply.resolved,
    report: {...reportOf(lock, before, registry), problems, notLoaded, known},
  }
}

/** With the order of plugin_paths, where the usual one does not serve. */
function inOrder(
  lock: Lockfile,
  {manifest, previous}: OpenLock,
  bench: Workbench,
): {readonly lock: Lockfile; readonly conflicts: readonly LayoutConflict[]} {
  const line = bench.environment.registry.prosodyLine(lock.target?.prosody ?? '')
  const chosen = line && pluginOrder({lock, manifest, line}, bench)
  const order = chosen === undefined ? previous.pluginPaths : chosen.order
  return {
    lock: order === undefined ? lock : {...lock, pluginPaths: order},
    conflicts: chosen?.conflicts ?? [],
  }
}

/** What Prosody skips for what the file itself says was skipped before, too, where the file is the same. */
function isKnown({cause, wanted: {file}}: LayoutConflict, lock: Lockfile, previous: Lockfile): boolean {
  if (cause !== 'skipped' || !lock.target || !previous.target || !sameTarget(lock.target, previous.target))
    return false
  return entriesIn(lock.modules).some(([key, {files}]) =>
    Object.entries(files).some(
      ([path, digest]) =>
        file.endsWith(contextPathOf(key, path).slice(contextFolder.length)) &&
        previous.modules[key]?.files[path] === digest,
    ),
  )
}

function conflictText({wanted: {file}, why, hint}: LayoutConflict): string {
  return `Prosody would not load ${file}: ${why}; ${hint}`
}

function withoutNeeds(modules: Readonly<Record<string, LockedModule>>): Lockfile {
  const bare = entriesIn(modules).map(([key, locked]) => [key, withNeeds(locked, {})] as const)
  return {lockfileVersion: 1, modules: Object.fromEntries(bare)}
}

/** Answers what a closure asks for: from what is locked, the store, or publishers. */
class Supply {
  /** What was resolved to answer. */
  readonly resolved: LockResult[] = []
  readonly #brought = new Map<ModuleKey, LockedModule>()
  readonly #open: OpenLock
  readonly #target: LockTarget
  readonly #bench: Workbench

  constructor(open: OpenLock, target: LockTarget, bench: Workbench) {
    this.#open = open
    this.#target = target
    this.#bench = bench
  }

  /** What was written down serves where the code is at hand no more, and the target is the same. */
  async needsNamed(key: ModuleKey, locked: LockedModule): Promise<NamedNeeds> {
    const {modules, target} = this.#open.previous
    const isKept = Object.hasOwn(modules, key) && modules[key] === locked
    const isSame = target !== undefined && sameTarget(target, this.#target)
    await storeFromContext(key, locked, this.#bench)
    if (isKept && isSame && lacking(key, locked, this.#bench).length > 0) return recalled(locked.needs ?? {})
    return namedNeeds(key, locked, this.#bench)
  }

  /** Undefined where there is no such module. */
  async module({key, versionText}: Dependency, neededBy: ModuleKey): Promise<LockedModule | undefined> {
    const {manifest, previous} = this.#open
    const {registry} = this.#bench.environment
    const definition = sourceDefinition(splitKey(key)[0], manifest, registry)
    if (definition === undefined) return undefined
    const before = Object.hasOwn(previous.modules, key) ? previous.modules[key] : undefined
    const isSame = before !== undefined && (versionText === undefined || before.version === versionText)
    // Where the module that needs it stays as it is, so does this one, whatever release it is of.
    const isEnough = before !== undefined && definition.layout !== 'flat' && this.#isKept(neededBy)
    const isKept = (isSame || isEnough) && !isLocal(definition)
    const result = isKept ? undefined : await this.#lock({key, versionText}, neededBy)
    const published = isKept ? before : result?.locked
    if (published === undefined) return undefined
    if (result !== undefined) this.resolved.push(result)
    const locked = await withPatches(
      key,
      {published, previous, manifest, trees: this.#open.modules},
      this.#bench,
    )
    this.#brought.set(key, locked)
    return locked
  }

  #isKept(key: ModuleKey): boolean {
    const {modules, previous} = this.#open
    const now = Object.hasOwn(modules, key) ? modules[key] : this.#brought.get(key)
    return now !== undefined && Object.hasOwn(previous.modules, key) && previous.modules[key] === now
  }

  /** The version of the module that needs another is the other's, too, where one release has both. */
  #versionBeside(
    versionText: string | undefined,
    {key, neededBy}: {readonly key: ModuleKey; readonly neededBy: ModuleKey},
  ): string | undefined {
    const {modules} = this.#open
    const locked = Object.hasOwn(modules, neededBy) ? modules[neededBy] : this.#brought.get(neededBy)
    const isSibling = splitKey(key)[0] === splitKey(neededBy)[0]
    if (!isSibling || locked?.version !== versionText || locked === undefined) return versionText
    return companionVersion(neededBy, locked, this.#bench.environment.registry)
  }

  async #lock({key, versionText}: Dependency, neededBy: ModuleKey): Promise<LockResult | undefined> {
    const {manifest} = this.#open
    const definition = definitionFor(key, manifest, this.#bench)
    const name = splitKey(key)[1]
    // The release of the module that needs it, where it has it; else the newest.
    const wanted =
      (versionText === 'local' ? undefined : this.#versionBeside(versionText, {key, neededBy})) ??
      versionInImage(definition.id, manifest, this.#bench.environment.registry)
    const versions = wanted === undefined || definition.layout === 'flat' ? [wanted] : [wanted, undefined]
    for (const version of versions) {
      try {
        return await lockModule({definition, name, versionText: version}, manifest, this.#bench)
      } catch (error) {
        if (says(error, 'absent') && !isOnlyYoung(error)) continue
        throw error instanceof ProsodyModsError
          ? error.with({message: `${error.message}\n${key} is needed by ${neededBy}`})
          : error
      }
    }
    return undefined
  }
}

/** What comes in for a project whose image has Jitsi's modules is of the same release, so that both are the same files. */
function versionInImage(source: string, manifest: Manifest, registry: Registry): string | undefined {
  if (source !== 'jitsi') return undefined
  const tag = jitsiTagFor(manifest)
  const found = tag && jitsiContents(tag, registry).jitsi
  return found?.certain === true ? found.version : undefined
}

/** The Lua files of a module of which neither bytes nor facts are at hand. */
function lacking(key: ModuleKey, locked: LockedModule, {analyses, session}: Workbench): NeededFile[] {
  const {published = {}} = locked
  const replaced = new Set(
    Object.values(published).flatMap((digest) => (digest === null ? [] : toSha256(digest))),
  )
  // What patches have changed is in the store since.
  return neededFiles({lockfileVersion: 1, modules: {[key]: locked}}).filter(
    ({path, sha256}) =>
      path.endsWith('.lua') &&
      !replaced.has(sha256) &&
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

/**
 * Collects what the code of a locked module names, read in the store or the context; what neither has is brought in.
 * Throws what fetching throws, and LUA_INVALID.
 */
export async function namedNeeds(
  key: ModuleKey,
  locked: LockedModule,
  bench: Workbench,
): Promise<NamedNeeds> {
  await storeFromContext(key, locked, bench)
  const missingFiles = lacking(key, locked, bench)
  if (missingFiles.length > 0) await fetchAndRead(missingFiles, bench, readLua)
  return gatherNeeds(key, locked, (path, sha256) =>
    readLua({module: key, path: releasePath(locked, path), sha256}, bench),
  )
}
