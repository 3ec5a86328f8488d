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
  return table.releases.map((release) => ({
    version: release.version,
    resolved: resolve(release),
    date: release.date,
    ...(release.aliases === undefined ? {} : {aliases: release.aliases}),
    get contents() {
      return contentsOf(table, release)
    },
  }))
}

/** Each module of a source asks for all of its releases, and a release may have thousands of files. */
const known = new WeakMap<RegistryRelease, ReleaseContents>()

function contentsOf(table: RegistryReleases, release: RegistryRelease): ReleaseContents {
  const before = known.get(release)
  if (before !== undefined) return before
  const contents = readContents(table, release)
  known.set(release, contents)
  return contents
}

/** The files of one release with their digests looked up. */
function readContents(table: RegistryReleases, release: RegistryRelease): ReleaseContents {
  const files = new Map<string, ReleaseFile>()
  for (const [path, index] of Object.entries(release.files)) {
    const digest = table.digests[index]
    if (digest !== undefined) files.set(path, digest)
  }
  return {files, links: new Map(Object.entries(release.links ?? {}))}
}
