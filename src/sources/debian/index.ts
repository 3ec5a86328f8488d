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
import {encodePath} from '../url-path.ts'
import {versionsIn} from './archive.ts'

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
 */
export async function locateDeb(deb: DebReference, context: SourceContext): Promise<readonly Location[]> {
  const {urls, reason} =
    deb.archive === undefined ? await context.debianMirrors() : {urls: [deb.archive], reason: ''}
  const name = `Debian package ${deb.package} ${deb.version}`
  if (urls.length === 0) return [{type: 'skipped', label: name, reason}]
  return urls.map((mirror) => ({
    ...debArchive(deb),
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
}

/** Lists every .deb in the registry that holds at least one of these digests, newest first. */
export function debsHolding(digests: ReadonlySet<string>, context: SourceContext): KnownDeb[] {
  const found: (KnownDeb & {date: string})[] = []
  for (const id of context.registry.index.withDebs) {
    const table = context.registry.releases(id)
    for (const release of table.releases) {
      if (release.deb === undefined) continue
      const paths = new Map<string, string>()
      for (const [path, index] of Object.entries(release.files)) {
        const sha256 = table.digests[index]?.sha256
        if (sha256 !== undefined && digests.has(sha256)) paths.set(sha256, path)
      }
      if (paths.size > 0) found.push({deb: release.deb, paths, date: release.date})
    }
  }
  return found.sort((a, b) => (a.date < b.date ? 1 : -1))
}
