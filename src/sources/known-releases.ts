import type {RegistryRelease, RegistryReleases} from '../registry/types.ts'
import {publishedAt, type SourceDefinition} from './kinds.ts'
import type {ReleaseContents, ReleaseFile, ReleaseRef, SourceContext} from './types.ts'

interface Known {
  readonly source: SourceDefinition
  readonly refs: readonly ReleaseRef[]
}

// Each module of a source asks for all of its releases, and a release may have thousands of files.
const lists = new WeakMap<RegistryReleases, Known>()

/** Lists the releases of a source that the registry knows, digests included. */
export function knownReleases(
  source: SourceDefinition,
  {registry}: Pick<SourceContext, 'registry'>,
): readonly ReleaseRef[] {
  const table = registry.releases(source.id)
  const before = lists.get(table)
  if (before?.source === source) return before.refs
  const refs = table.releases.map((release) => {
    let contents: ReleaseContents | undefined
    return {
      version: release.version,
      resolved: publishedAt(source, release),
      date: release.date,
      ...(release.aliases === undefined ? {} : {aliases: release.aliases}),
      ...(release.evidence === undefined ? {} : {evidence: release.evidence}),
      get contents() {
        return (contents ??= contentsOf(table, release))
      },
    }
  })
  lists.set(table, {source, refs})
  return refs
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
