import type {RegistryRelease, RegistryReleases} from '../registry/types.ts'
import {historyRelease, historyReleases, isAt, type KnownRef} from './history-releases.ts'
import {publishedAt, type SourceDefinition} from './kinds.ts'
import type {ReleaseContents, ReleaseFile, ReleaseRef, SourceContext} from './types.ts'

interface Known {
  readonly source: SourceDefinition
  readonly refs: readonly KnownRef[]
}

// Each module of a source asks for all of its releases, and a release may have thousands of files.
const lists = new WeakMap<RegistryReleases, Known>()

/**
 * Lists the releases of a module that the registry knows, digests included; where it has no history of its own, those of
 * its source, which may lack it. @param module name, or `*` for those of the source
 */
export function knownReleases(
  source: SourceDefinition,
  {registry}: Pick<SourceContext, 'registry'>,
  module: string,
): readonly ReleaseRef[] {
  const table = registry.releases(source.id)
  const snapshots = tableReleases(source, table)
  const history = module === '*' ? undefined : registry.history(source.id, module)
  return history === undefined ? snapshots : historyReleases({source, history, table, snapshots}, registry)
}

/**
 * Returns the first of those releases that has a version, and a revision as wanted; undefined where there is none.
 * @param wanted the version, and which revisions are the one
 */
export function knownRelease(
  source: SourceDefinition,
  wanted: {
    readonly module: string
    readonly version: string
    readonly isRevision: (revision: string) => boolean
  },
  {registry}: Pick<SourceContext, 'registry'>,
): ReleaseRef | undefined {
  const {module, version, isRevision} = wanted
  const table = registry.releases(source.id)
  const snapshots = tableReleases(source, table)
  const history = module === '*' ? undefined : registry.history(source.id, module)
  if (history !== undefined) return historyRelease({source, history, table, snapshots}, wanted, registry)
  return snapshots.find((one) => one.version === version && isAt(one, isRevision))
}

function tableReleases(source: SourceDefinition, table: RegistryReleases): readonly KnownRef[] {
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
