import {mainOf} from '../module-name.ts'
import {toSha256, type Sha256} from '../digest.ts'
import {splitKey, type ModuleKey, moduleKey} from '../module-key.ts'
import type {LockedModule} from '../project/lockfile.ts'
import type {Registry} from '../registry/registry.ts'
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
    const versions = versionsWith(main, name, registry.releases(source))
    const [from, to] = [versions[0], versions.at(-1)]
    if (module !== key && from !== undefined && to !== undefined) return {module, from, to}
  }
  return undefined
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
