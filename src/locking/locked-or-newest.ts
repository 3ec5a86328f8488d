import {splitKey} from '../module-key.ts'
import {emptyLock} from '../project/lockfile.ts'
import type {Entry} from './entries.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {lockModule, type LockResult} from './lock-module.ts'
import {neededFiles} from '../workbench/needed-files.ts'
import {withPatches} from './patches.ts'
import type {NearProject} from '../workbench/open-project.ts'
import {isKnownFile, readLua} from '../workbench/read-lua.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {isLocal} from '../sources/kinds.ts'

/**
 * Returns what the project has locked or, where a version is asked for or nothing is locked, the release that is
 * meant. The store has its files unless all is known of them.
 */
export async function lockedOrNewest(
  {key, versionText}: Entry,
  {manifest, lock}: Pick<NearProject, 'manifest' | 'lock'>,
  bench: Workbench,
): Promise<Pick<LockResult, 'locked' | 'readme'>> {
  const known = versionText === undefined ? lock.modules[key] : undefined
  if (known !== undefined && !isLocal(known.resolved)) {
    const needed = neededFiles({...emptyLock, modules: {[key]: known}})
    if (!needed.every((file) => isKnownFile(file, bench))) await fetchAndRead(needed, bench, readLua)
    const locked = await withPatches(
      key,
      {published: known, previous: lock, trees: lock.modules, manifest},
      bench,
    )
    return {locked, readme: undefined}
  }
  const definition = definitionFor(key, manifest, bench)
  return lockModule({definition, name: splitKey(key)[1], versionText}, manifest, bench)
}
