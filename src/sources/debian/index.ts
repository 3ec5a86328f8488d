import type {
  ArchiveLocation,
  AskingContext,
  Location,
  ReleaseQuery,
  ReleaseRef,
  Source,
  SourceContext,
} from '../types.ts'
import type {DebReference} from './declared.ts'
import type {DefinitionOf} from '../kinds.ts'
import type {RegistryRelease, RegistryReleases} from '../../registry/types.ts'
import {encodePath} from '../url-path.ts'
import {versionsIn} from './archive.ts'
import {archiveUrl} from './named-archive.ts'

/** Debian binary packages: known by path and sha256, so that no index has to be believed, or by a signed one. */
export const debian: Source<'debian'> = {
  kind: 'debian',
  listReleases: ({debs}) => Promise.resolve(debs.map(releaseOfDeb)),
  findReleases,
  locate: (resolved, _module, context) => locateDeb(resolved, context),
}

async function findReleases(
  {index}: DefinitionOf<'debian'>,
  _query: ReleaseQuery,
  context: AskingContext,
): Promise<readonly ReleaseRef[]> {
  return index === undefined ? [] : (await versionsIn(index, context)).map(releaseOfDeb)
}

function releaseOfDeb(deb: DebReference): ReleaseRef {
  return {version: deb.version, resolved: {kind: 'debian', ...deb}}
}

/**
 * Names one location of a package for each mirror; a single skipped one, with the reason, where no mirror is known.
 * @param isUnproved whether nobody has seen what lies in the package
 */
export async function locateDeb(
  deb: DebReference,
  context: SourceContext,
  isUnproved = false,
): Promise<readonly Location[]> {
  const {urls, reason} =
    deb.archive === undefined
      ? await context.debianMirrors()
      : {urls: [archiveUrl(deb.archive, context.registry)], reason: ''}
  const name = `Debian package ${deb.package} ${deb.version}`
  if (urls.length === 0) return [{type: 'skipped', label: name, reason}]
  return urls.map((mirror) => ({
    ...debArchive(deb),
    ...(isUnproved ? {unproved: true as const} : {}),
    label: `${name} (${mirror.replace(/^https?:\/\//, '')})`,
    url: `${mirror}/${encodePath(deb.path)}`,
  }))
}

function debArchive(deb: DebReference): Omit<ArchiveLocation, 'label' | 'url'> {
  return {
    type: 'archive',
    format: 'deb',
    sha256: deb.sha256,
    ...(deb.size === undefined ? {} : {size: deb.size}),
    root: deb.root,
    strip: 0,
  }
}

/** A known .deb and what it holds. */
export interface KnownDeb {
  readonly deb: DebReference
  /** Paths below the package's root, by the sha256 of what lies there. */
  readonly paths: ReadonlyMap<string, string>
  /** Whether that was not seen, but follows from how the package is built. */
  readonly isUnproved?: true
}

/** Lists every .deb in the registry that holds at least one of these digests, newest first. */
export function debsHolding(digests: ReadonlySet<string>, context: SourceContext): KnownDeb[] {
  const found: (KnownDeb & {date: string})[] = []
  for (const id of context.registry.index.withDebs) {
    const table = context.registry.releases(id)
    for (const release of table.releases) {
      if (release.deb === undefined) continue
      const paths = pathsIn(table, release, digests)
      if (paths.size > 0) found.push({deb: release.deb, paths, date: release.date})
    }
  }
  return found.sort((a, b) => (a.date < b.date ? 1 : -1))
}

/**
 * Lists the packages in the publisher's own archive whose releases hold at least one of these digests, newest first; []
 * for a source of which no packages are known.
 */
export function ownPackagesHolding(
  source: string,
  digests: ReadonlySet<string>,
  {registry}: SourceContext,
): KnownDeb[] {
  const own = registry.packages(source)
  if (own === undefined) return []
  const table = registry.releases(source)
  const byVersion = new Map(table.releases.map((release) => [release.version, release]))
  const {archive, package: name, root} = own
  const found = own.packages.flatMap(({release: version, ...one}): KnownDeb[] => {
    const release = byVersion.get(version)
    const paths = release === undefined ? new Map<string, string>() : pathsIn(table, release, digests)
    const {version: debVersion, path, sha256} = one
    const deb = {package: name, version: debVersion, path, sha256, root, archive}
    return paths.size === 0 ? [] : [{deb, paths, isUnproved: true}]
  })
  return found.reverse()
}

/** Which of these digests a release has, each with one path. */
function pathsIn(
  {digests}: RegistryReleases,
  {files}: RegistryRelease,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  for (const [path, index] of Object.entries(files)) {
    const sha256 = digests[index]?.sha256
    if (sha256 !== undefined && wanted.has(sha256)) paths.set(sha256, path)
  }
  return paths
}
