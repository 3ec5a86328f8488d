import {entriesIn, splitKey} from '../../module-key.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import {knownContents} from '../../resolve/lock-claims.ts'
import {knownCompatibility} from '../../workbench/known-compatibility.ts'
import {ShippedFacts} from '../../workbench/shipped-facts.ts'
import {problem} from './problem.ts'
import type {Problem} from './types.ts'

/** Tells of modules whose README says that they do not work with the target, as far as the registry knows it. */
export function readmeNotes({modules}: Lockfile, {prosody}: LockTarget, registry: Registry): Problem[] {
  const shipped = new ShippedFacts(registry)
  return entriesIn(modules).flatMap(([key, locked]) => {
    const [source, name] = splitKey(key)
    const definition = registry.source(source)
    if (definition === undefined) return []
    const contents = knownContents(key, locked, {definition, registry})
    const rows = (contents && knownCompatibility(contents, {...definition, name}, shipped)) ?? []
    if (!rows.some((row) => row.works === false && isLine(row.prosody, prosody))) return []
    // Nobody proves it, and it may be of another year.
    const message = `its README says that it does not work with Prosody ${prosody}`
    return [problem(['module', 'note'], message, {module: key})]
  })
}

/** Authors write 13 for 13.0. */
function isLine(version: string, prosody: string): boolean {
  return version === prosody || `${version}.0` === prosody
}
