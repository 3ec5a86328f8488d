import type {RegistryRelease, RegistryReleases} from '../registry/types.ts'
import type {
  GithubDefinition,
  HgDefinition,
  ReleaseContents,
  ReleaseFile,
  ReleaseRef,
  Resolved,
  SourceContext,
} from './types.ts'

/** The releases of a source that the registry knows, digests included. */
export function knownReleases(
  source: HgDefinition | GithubDefinition,
  context: SourceContext,
  resolve: (release: RegistryRelease) => Resolved,
): ReleaseRef[] {
  const table = context.registry.releases(source.id)
  return table.releases.map((release) => {
    let contents: ReleaseContents | undefined
    return {
      version: release.version,
      resolved: resolve(release),
      date: release.date,
      ...(release.aliases === undefined ? {} : {aliases: release.aliases}),
      get contents() {
        return (contents ??= contentsOf(table, release))
      },
    }
  })
}

/** The files of one release with their digests looked up. */
function contentsOf(table: RegistryReleases, release: RegistryRelease): ReleaseContents {
  const files = new Map<string, ReleaseFile>()
  for (const [path, index] of Object.entries(release.files)) {
    const digest = table.digests[index]
    if (digest !== undefined) files.set(path, digest)
  }
  return {files, links: new Map(Object.entries(release.links ?? {}))}
}
