import {ProsodyModsError} from '../errors.ts'
import {splitKey, keysIn, entriesIn, type ModuleKey} from '../module-key.ts'
import type {LockedModule, Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {lockTargetOf, type Difference} from '../resolve/differences.ts'
import {neededKeys, needsOf, needsTargetOf, Providers} from '../resolve/needs.ts'
import {namedNeeds} from './supply.ts'
import type {Workbench} from '../workbench/workbench.ts'

/**
 * Proves by their code that modules need what stands in a lockfile for their sake alone: what the lockfile says of
 * needs is believed nowhere. Brings in code that is not at hand. Throws LOCKFILE_OUTDATED, and what fetching throws.
 */
export async function refuseUnneeded(lock: Lockfile, manifest: Manifest, bench: Workbench): Promise<void> {
  const explicit = keysIn(manifest.modules)
  const others = keysIn(lock.modules).filter((key) => !explicit.includes(key))
  if (others.length === 0) return
  const proved = await provedNeeds(lock, {explicit, manifest}, bench)
  const unneeded = others.filter((key) => !proved.has(key))
  if (unneeded.length === 0) return
  const found = unneeded.map((key): Difference => ({
    key,
    kind: 'not-wanted',
    text: `${key}: in the lockfile, not in the manifest, and no code of the other modules needs it`,
  }))
  throw new ProsodyModsError(
    'LOCKFILE_OUTDATED',
    `--frozen: the lockfile does not follow the manifest\n  ${found.map(({text}) => text).join('\n  ')}`,
    {hint: 'run "prosody-mods install" and commit the lockfile', details: {differences: found}},
  )
}

async function provedNeeds(
  lock: Lockfile,
  {explicit, manifest}: {readonly explicit: readonly ModuleKey[]; readonly manifest: Manifest},
  bench: Workbench,
): Promise<ReadonlySet<ModuleKey>> {
  const {registry} = bench.environment
  const target = lockTargetOf(manifest, registry)
  // Of a line that nobody knows, nothing is known of needs, and none are looked up.
  if (target === undefined) return new Set()
  const providers = new Providers()
  for (const [key, locked] of entriesIn(lock.modules)) providers.add(key, locked)
  const world = {providers, target: needsTargetOf(target, registry), libraries: registry.libraries}
  const proved = new Set<ModuleKey>()
  const open = [...explicit]
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const locked = lock.modules[key]
    if (locked === undefined || proved.has(key)) continue
    proved.add(key)
    const needs = needsOf(key, await namedNeeds(key, locked, bench), world)
    open.push(...suppliers(key, {...locked, needs}, bench))
  }
  return proved
}

/** A need is served by the module's own source, or by one of the registry's: no other is ever looked in. */
function suppliers(key: ModuleKey, locked: LockedModule, {environment: {registry}}: Workbench): ModuleKey[] {
  const [own] = splitKey(key)
  return neededKeys(locked).filter((needed) => {
    const [source] = splitKey(needed)
    return source === own || registry.source(source) !== undefined
  })
}
