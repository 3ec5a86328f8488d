import {moduleOfPath} from '../module-name.ts'
import {splitKey, type ModuleKey, entriesIn, moduleKey} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import {hasModule} from '../resolve/layout.ts'
import type {OwnTree} from '../resolve/owners.ts'
import {listReleases} from '../sources/index.ts'
import type {Workbench} from '../workbench/workbench.ts'

/** A lockfile that a project has, and the manifest that declares its sources. */
export interface LockedProject {
  readonly lock: Lockfile
  readonly manifest: Manifest
}

/**
 * Tells what the release of a flat tree that a project has locked says of one of its modules; undefined where nothing
 * else of that tree is locked, or where what the release holds is not known.
 */
export async function ownTree(
  key: ModuleKey,
  {lock, manifest}: LockedProject,
  bench: Workbench,
): Promise<OwnTree | undefined> {
  const [source, name] = splitKey(key)
  const whole = lock.modules[moduleKey(source, '*')]
  if (whole !== undefined) {
    const has = Object.keys(whole.files).some((path) => moduleOfPath(path) === name)
    return {version: whole.version, whole: true, has}
  }
  const locked = entriesIn(lock.modules).find(
    ([other, {layout}]) => layout === 'flat' && splitKey(other)[0] === source && other !== key,
  )?.[1]
  const definition = sourceDefinition(source, manifest, bench.environment.registry)
  if (locked === undefined || definition === undefined) return undefined
  const known = await listReleases(definition, bench.context, name)
  const contents = known.find(({version}) => version === locked.version)?.contents
  if (contents === undefined) return undefined
  const has = hasModule(contents, definition.layout, name)
  return {version: locked.version, whole: false, has}
}
