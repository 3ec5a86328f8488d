import {ProsodyModsError} from '../errors.ts'
import {splitKey, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import {checkConflicts} from '../resolve/conflicts.ts'
import {differences} from '../resolve/differences.ts'
import type {ReleaseRef, SourceDefinition} from '../sources/types.ts'
import {lockModule, type LockResult} from './lock-module.ts'
import {explainMissing} from './missing-module.ts'
import type {Workbench} from './workbench.ts'

export interface LockRequest {
  readonly manifest: Manifest
  readonly previous: Lockfile
  /** Keys to resolve anew although what is locked still satisfies the manifest. */
  readonly refresh: ReadonlySet<string>
  /** Releases that were chosen already, by key. */
  readonly releases?: ReadonlyMap<string, ReleaseRef>
}

export interface ResolvedLock {
  readonly lock: Lockfile
  /** What was resolved in this run; the rest was taken from the previous lock. */
  readonly resolved: readonly LockResult[]
}

/** The lock that follows a manifest, keeping every locked module that still satisfies it. */
export async function resolveLock(request: LockRequest, bench: Workbench): Promise<ResolvedLock> {
  const {manifest, previous, refresh, releases} = request
  const registry = bench.environment.registry
  const stale = new Set(differences(manifest, previous, registry).map(({key}) => key))
  const modules: Record<string, LockedModule> = {}
  const resolved: LockResult[] = []
  for (const [key, versionText] of Object.entries(manifest.modules ?? {})) {
    const definition = definitionFor(key, manifest, bench)
    const kept = previous.modules[key]
    // A local folder may have changed since; reading it anew is as cheap as comparing it.
    if (kept !== undefined && !stale.has(key) && !refresh.has(key) && definition.kind !== 'path') {
      modules[key] = kept
      continue
    }
    const [, name] = splitKey(key)
    const wanted = {definition, name, versionText, ref: releases?.get(key)}
    const result = await lockModule(wanted, manifest, bench).catch(async (error: unknown) => {
      throw await explainMissing(error, {key, lock: previous, manifest}, bench)
    })
    modules[key] = result.locked
    resolved.push(result)
  }
  const lock: Lockfile = {lockfileVersion: 1, modules}
  checkConflicts(lock)
  return {lock, resolved}
}

/** The definition of the source in a key. Throws SOURCE_UNKNOWN, and USAGE for `*` of a source of folders. */
export function definitionFor(key: string, manifest: Manifest, bench: Workbench): SourceDefinition {
  const [source, name] = splitKey(key)
  const {registry} = bench.environment
  const definition = sourceDefinition(source, manifest, registry)
  if (definition === undefined) {
    const known = [...registry.index.sources, ...Object.keys(manifest.sources ?? {})]
    throw new ProsodyModsError('SOURCE_UNKNOWN', `${key}: there is no source ${source}`, {
      hint: `known sources: ${known.join(', ')}`,
      details: {source, known},
    })
  }
  if (name === '*' && definition.layout !== 'flat') {
    throw new ProsodyModsError('USAGE', `${key}: only a flat tree can be taken as a whole`, {
      hint: `name the modules that you want: ${source}/<module>${registry.source(source) === undefined ? '' : `; "prosody-mods search --source ${source}" lists them`}`,
    })
  }
  return definition
}
