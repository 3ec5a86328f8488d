import {mainOf} from '../module-name.ts'
import {toSha256, type Sha256} from '../digest.ts'
import {splitKey, type ModuleKey, moduleKey} from '../module-key.ts'
import type {LockedModule} from '../project/lockfile.ts'
import type {Registry} from '../registry/registry.ts'
import {statesOf} from '../registry/history.ts'
import type {RegistryReleases} from '../registry/types.ts'

/** A published module whose main file has the same bytes. */
export interface KnownBytes {
  /** source/name */
  readonly module: string
  /** Oldest and newest release with them. */
  readonly from: string
  readonly to: string
}

/**
 * Finds the module of the registry that has the bytes of a module's main file, whatever place they came from;
 * undefined for what came as that module.
 */
export function knownBytes(
  key: ModuleKey,
  {files}: LockedModule,
  registry: Registry,
): KnownBytes | undefined {
  const [, name] = splitKey(key)
  const digest = Object.entries(files).find(([path]) => mainOf(path) === name)?.[1]
  if (digest === undefined) return undefined
  const main = toSha256(digest)
  for (const source of registry.publishers(name)) {
    const module = moduleKey(source, name)
    const versions = versionsOf(main, {source, name}, registry)
    const [from, to] = [versions[0], versions.at(-1)]
    if (module !== key && from !== undefined && to !== undefined) return {module, from, to}
  }
  return registry.publishers(name).includes(splitKey(key)[0]) ? undefined : underAnotherName(main, registry)
}

/** A file may have been renamed, and then its module is called otherwise than where the bytes come from. */
function underAnotherName(main: Sha256, registry: Registry): KnownBytes | undefined {
  for (const source of registry.index.sources) {
    const {digests, releases} = registry.releases(source)
    const index = digests.findIndex(({sha256}) => sha256 === main)
    if (index === -1) continue
    const found = releases.flatMap(({version, files}) => {
      const path = Object.keys(files).find((one) => files[one] === index && mainOf(one) !== undefined)
      const name = path === undefined ? undefined : mainOf(path)
      return name === undefined ? [] : [{version, name}]
    })
    const [first, last] = [found[0], found.at(-1)]
    if (first !== undefined && last !== undefined)
      return {module: moduleKey(source, last.name), from: first.version, to: last.version}
  }
  return undefined
}

/** Oldest first. */
function versionsOf(
  sha256: Sha256,
  {source, name}: {readonly source: string; readonly name: string},
  registry: Registry,
): string[] {
  const history = registry.history(source, name)
  const table = registry.releases(source)
  if (history === undefined || table.history === undefined) return versionsWith(sha256, name, table)
  const {digests} = history
  const days = statesOf(history, table.history).filter(
    ({until, change: {files = {}}}) =>
      until !== undefined &&
      Object.entries(files).some(
        ([path, index]) => mainOf(path) === name && digests[index]?.sha256 === sha256,
      ),
  )
  // A snapshot has bytes of its own where Debian changed them.
  return days.length > 0 ? days.map(({version}) => version) : versionsWith(sha256, name, table)
}

function versionsWith(sha256: Sha256, name: string, {digests, releases}: RegistryReleases): string[] {
  return releases
    .filter(({files}) =>
      Object.entries(files).some(
        ([path, index]) => mainOf(path) === name && digests[index]?.sha256 === sha256,
      ),
    )
    .map(({version}) => version)
}
