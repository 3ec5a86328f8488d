import type {RegistryRelease, RegistrySource} from '../../src/registry/types.ts'

/** The names of the modules in these releases: `mod_<name>` without its prefix. */
export function moduleNames(source: RegistrySource, releases: readonly RegistryRelease[]): Set<string> {
  const names = new Set<string>()
  for (const release of releases) {
    for (const path of Object.keys(release.files)) {
      const name = moduleName(source, path)
      if (name !== undefined) names.add(name)
    }
  }
  return names
}

/**
 * The module that a path makes known. On hg each folder `mod_X` is one, whatever it holds (mod_lib_ldap
 * is a library only). In a flat tree it is `mod_X.lua` or `mod_X/mod_X.lua`; elsewhere `mod_X.lua` at the
 * top or in any folder of the top (jitsi-contrib's auth_hybrid_matrix_token holds three modules).
 */
function moduleName(source: RegistrySource, path: string): string | undefined {
  if (source.kind === 'hg') return /^mod_([a-z0-9][a-z0-9_-]*)\//.exec(path)?.[1]
  const [, folder, name] = /^(?:([^/]+)\/)?mod_([a-z0-9][a-z0-9_-]*)\.lua$/.exec(path) ?? []
  const ownFolder = folder === undefined || folder === `mod_${name ?? ''}`
  return source.layout === 'flat' && !ownFolder ? undefined : name
}
