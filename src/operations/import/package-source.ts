import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {versionIn, type ReadVersion} from './known-source.ts'

/** Finds the source that Debian packages of a name are built from; undefined for others. */
export function sourceOfPackage(name: string, registry: Registry): RegistrySource | undefined {
  const known = name === 'jitsi-meet-tokens' || name === 'jitsi-meet-prosody' ? 'jitsi-meet-prosody' : name
  return registry.index.sources
    .flatMap((id) => registry.source(id) ?? [])
    .find(({id}) => registry.packages(id)?.package === known)
}

/** Reads the version of a package, of which a table says what release of the source it has: `1.0.8384-1`. */
export function packageVersion(source: RegistrySource, ref: string | undefined): ReadVersion {
  const upstream = ref?.replace(/^\d+:/, '').replace(/-[^-]*$/, '')
  if (upstream === undefined || /[*$]/.test(upstream)) return versionIn(source, undefined, [])
  // A table says which release that is: `add` looks there.
  return {version: upstream, note: undefined}
}
