import {splitKey, type ModuleKey} from '../module-key.ts'
import type {LockedModule} from '../project/lockfile.ts'
import type {Registry} from '../registry/registry.ts'
import {newestFirst} from '../resolve/choose.ts'
import {listed} from '../resolve/gone.ts'
import {knownReleases} from '../sources/known-releases.ts'
import {revisionOf} from '../sources/revision.ts'
import {schemes} from '../versioning/index.ts'

/**
 * Returns the version at which a module's companions of the same source go with it: its own, where a release is of the
 * whole source. Modules that change by themselves go with what the repository had as long as this one was so; undefined
 * for the newest of each, where it still is.
 */
export function companionVersion(
  key: ModuleKey,
  locked: Pick<LockedModule, 'version' | 'resolved'>,
  registry: Registry,
): string | undefined {
  const [id, name] = splitKey(key)
  const source = registry.source(id)
  if (source === undefined || registry.history(id, name) === undefined) return locked.version
  const choice = listed(knownReleases(source, {registry}, name))
  const [newest, ...others] = newestFirst(choice, schemes[source.scheme]).map(({ref}) => ref)
  const isIt = (ref: typeof newest): boolean =>
    ref?.version === locked.version && revisionOf(ref) === revisionOf(locked)
  if (isIt(newest)) return undefined
  return others.find(isIt)?.until ?? locked.version
}
