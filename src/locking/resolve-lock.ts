import {splitKey, keysIn, entriesIn, type ModuleKey} from '../module-key.ts'
import type {LockedModule, Lockfile} from '../project/lockfile.ts'
import {exceptIn, includesIn, versionIn, type Manifest} from '../project/manifest.ts'
import {checkConflicts} from '../resolve/conflicts.ts'
import {outOfDate, type OutOfDate} from '../resolve/out-of-date.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import {edgesOf, reachable} from '../resolve/needs.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {closeLock} from './supply.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {lockModule, type LockResult} from './lock-module.ts'
import {Failures} from '../workbench/failures.ts'
import {explainMissing} from './missing-module.ts'
import {refuseFirstUse} from '../workbench/refuse-disputes.ts'
import {prosodyPatches, refuseUnused, withPatches} from './patches.ts'
import {refuseUnneeded} from './refuse-unneeded.ts'
import {nothingNeeded} from '../resolve/closure.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {isLocal} from '../sources/kinds.ts'

/** A manifest to lock, what was locked before, and what of that may stay. */
export interface LockRequest {
  readonly manifest: Manifest
  readonly previous: Lockfile
  /** Keys to resolve anew although what is locked still satisfies the manifest. */
  readonly refresh: ReadonlySet<ModuleKey>
  /** Releases that were chosen already, by key. */
  readonly releases?: ReadonlyMap<ModuleKey, ReleaseRef>
  /** Takes what was locked as needed, and looks up nothing. */
  readonly frozen?: boolean
  /** Whether patches may be left without their module, for the caller to take them out of the manifest. */
  readonly leavesPatches?: boolean
  /** What went wrong before with what the manifest is made from; thrown together with what goes wrong here. */
  readonly failures?: Failures
}

/** The lock that follows a manifest, with what was resolved anew for it. */
export interface ResolvedLock {
  readonly lock: Lockfile
  /** What was resolved in this run; the rest was taken from the previous lock. */
  readonly resolved: readonly LockResult[]
  readonly closure: ClosureReport
}

/**
 * Makes the lock that follows a manifest, with all that its modules need, keeping every locked module that still
 * satisfies it. All entries are judged before anything is thrown.
 */
export async function resolveLock(request: LockRequest, bench: Workbench): Promise<ResolvedLock> {
  const {manifest, previous, refresh, releases} = request
  const registry = bench.environment.registry
  const found = outOfDate(manifest, previous, registry)
  const stale = new Set(found.filter(({kind}) => kind !== 'other-patches').map(({key}) => key))
  const modules: Record<string, LockedModule> = {}
  const resolved: LockResult[] = []
  const failures = request.failures ?? new Failures()
  for (const key of keysIn(manifest.modules)) {
    await failures.judge(key, async () => {
      const definition = definitionFor(key, manifest, bench)
      const kept = previous.modules[key]
      // A local folder may have changed since; reading it anew is as cheap as comparing it.
      if (kept !== undefined && !stale.has(key) && !refresh.has(key) && !isLocal(definition)) {
        modules[key] = kept
        return
      }
      const [, name] = splitKey(key)
      const [include, except] = [includesIn(manifest, key), exceptIn(manifest, key)]
      const wanted = {
        definition,
        name,
        versionText: versionIn(manifest, key),
        ref: releases?.get(key),
        include,
        except,
      }
      const result = await lockModule(wanted, manifest, bench).catch(async (error: unknown) => {
        throw await explainMissing(error, {key, lock: previous, manifest}, bench)
      })
      modules[key] = result.locked
      resolved.push(result)
    })
  }
  failures.throwIfAny()
  if (request.frozen === true)
    for (const key of reachable(edgesOf(previous), keysIn(modules))) modules[key] ??= lockedAt(previous, key)
  // Patches may lie in releases of other sources: all of them are chosen by now.
  const patching = {manifest, previous, trees: {...modules}}
  for (const [key, published] of entriesIn(modules))
    await failures.judge(key, async () => {
      modules[key] = await withPatches(key, {published, ...patching}, bench)
    })
  failures.throwIfAny()
  const patches = await prosodyPatches(patching, bench)
  if (request.frozen === true) {
    const lock: Lockfile = withProsodyPatches({...previous, modules}, patches)
    checkConflicts(lock)
    refuseUnused(lock, manifest)
    refuseFirstUse(lock, manifest)
    await refuseUnneeded(lock, manifest, bench)
    return {lock, resolved, closure: nothingNeeded}
  }
  checkConflicts({lockfileVersion: 1, modules})
  const closed = await closeLock({modules, manifest, previous: withoutStrangers(previous, found)}, bench)
  checkConflicts(closed.lock)
  if (request.leavesPatches !== true) refuseUnused(closed.lock, manifest)
  refuseFirstUse(closed.lock, manifest)
  const lock = withProsodyPatches(closed.lock, patches)
  return {lock, resolved: [...resolved, ...closed.resolved], closure: closed.report}
}

function withProsodyPatches(lock: Lockfile, patches: Lockfile['patches']): Lockfile {
  const {lockfileVersion, target, pluginPaths, modules} = lock
  return {
    lockfileVersion,
    ...(target === undefined ? {} : {target}),
    ...(pluginPaths === undefined ? {} : {pluginPaths}),
    ...(patches === undefined ? {} : {patches}),
    modules,
  }
}

/** What others need is kept only where it is from its source as that is defined now, and whole. */
function withoutStrangers(lock: Lockfile, found: readonly OutOfDate[]): Lockfile {
  const strange = new Set(
    found.filter(({kind}) => kind === 'other-source' || kind === 'other-files').map(({key}) => key),
  )
  if (strange.size === 0) return lock
  const kept = entriesIn(lock.modules).filter(([key]) => !strange.has(key))
  return {...lock, modules: Object.fromEntries(kept)}
}

function lockedAt({modules}: Lockfile, key: ModuleKey): LockedModule {
  const locked = modules[key]
  if (locked === undefined) throw new Error(`no ${key} in the lockfile`)
  return locked
}
