import {entriesIn, splitKey} from '../../module-key.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import {readmeOf} from '../../resolve/layout.ts'
import {knownRelease} from '../../sources/known-releases.ts'
import {revisionOf} from '../../sources/revision.ts'
import {ShippedFacts} from '../../workbench/shipped-facts.ts'
import {problem} from './problem.ts'
import type {Problem} from './types.ts'

/** Tells of modules whose README says that they do not work with the target, as far as the registry knows it. */
export function readmeNotes({modules}: Lockfile, {prosody}: LockTarget, registry: Registry): Problem[] {
  const shipped = new ShippedFacts(registry)
  return entriesIn(modules).flatMap(([key, locked]) => {
    const [source, module] = splitKey(key)
    const definition = registry.source(source)
    if (definition === undefined) return []
    const own = revisionOf(locked)
    const isRevision = (revision: string): boolean => revision === own
    const contents = knownRelease(
      definition,
      {module, version: locked.version, isRevision},
      {registry},
    )?.contents
    const path = contents && readmeOf(contents, definition.layout, module)
    const readme = path === undefined ? undefined : contents?.files.get(path)
    const rows = (readme && shipped.readme(readme.sha256)?.compatibility) ?? []
    const says = rows.some((row) => row.works === false && isLine(row.prosody, prosody))
    // Nobody proves it, and it may be of another year.
    return says
      ? [
          problem(['module', 'note'], `its README says that it does not work with Prosody ${prosody}`, {
            module: key,
          }),
        ]
      : []
  })
}

/** Authors write 13 for 13.0. */
function isLine(version: string, prosody: string): boolean {
  return version === prosody || `${version}.0` === prosody
}
