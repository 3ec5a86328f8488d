import type {Registry} from '../../src/registry/registry.ts'
import type {RegistrySource} from '../../src/registry/types.ts'
import {digestIn, hasModule, selectModule} from '../../src/resolve/layout.ts'
import {newestFirst} from '../../src/resolve/choose.ts'
import {knownReleases} from '../../src/sources/known-releases.ts'
import {revisionOf} from '../../src/sources/revision.ts'
import type {ReleaseRef} from '../../src/sources/types.ts'
import {prefixed} from '../../src/module-name.ts'
import {schemes} from '../../src/versioning/index.ts'

/** One release as Renovate's custom datasources take it. */
interface RenovateRelease {
  readonly version: string
  /** ISO 8601: the end of the release's day in UTC, which is all that is known of it. */
  readonly releaseTimestamp?: string
  /** The publisher's revision. */
  readonly digest?: string
  readonly changelogUrl?: string
  readonly isDeprecated?: true
}

/** What Renovate reads about one package, oldest release first. */
export interface RenovatePackage {
  readonly releases: readonly RenovateRelease[]
  readonly homepage: string
  readonly sourceUrl?: string
  readonly sourceDirectory?: string
}

/**
 * Makes what Renovate reads about the modules of a registry, by path: `<source>/<module>.json`, and `<source>.json` for a
 * flat tree as a whole, which manifests call `<source>/*`.
 */
export function renovatePackages(registry: Registry): Map<string, RenovatePackage> {
  const packages = new Map<string, RenovatePackage>()
  for (const id of registry.index.sources) {
    const source = registry.source(id)
    if (source === undefined) continue
    const names = Object.keys(registry.releases(id).names)
    for (const name of source.layout === 'flat' ? ['*', ...names] : names) {
      const releases = releasesOf(source, name, registry)
      if (releases.length === 0) continue
      const path = name === '*' ? `${id}.json` : `${id}/${name}.json`
      packages.set(path, {releases, ...placeOf(source, name)})
    }
  }
  return packages
}

function releasesOf(source: RegistrySource, name: string, registry: Registry): RenovateRelease[] {
  const refs = newestFirst(knownReleases(source, {registry}, name), schemes[source.scheme])
    .map(({ref}) => ref)
    .filter(({foundBy}) => foundBy === undefined)
  const isGone = lacks(refs[0], source, name)
  return listed(source, name, refs.toReversed()).map((ref) => ({
    version: ref.version,
    ...timestampOf(ref),
    ...revisionsOf(source, name, ref),
    ...(isGone ? {isDeprecated: true as const} : {}),
  }))
}

/** Whether the newest release has the module no more: of a source with folders its publisher has to say so. */
function lacks(newest: ReleaseRef | undefined, {layout}: RegistrySource, name: string): boolean {
  if (newest?.contents === undefined || layout === 'folders') return newest?.withoutMain === true
  return name !== '*' && !hasModule(newest.contents, layout, name)
}

/**
 * All releases of a flat tree, whose modules move together; else those with other files than the one before, as the same
 * files are no news.
 */
function listed(source: RegistrySource, name: string, refs: readonly ReleaseRef[]): readonly ReleaseRef[] {
  let before = ''
  return refs.filter(({contents, withoutMain}) => {
    if (contents === undefined || withoutMain === true) return false
    if (name === '*') return true
    if (!hasModule(contents, source.layout, name)) return false
    if (source.layout === 'flat') return true
    const paths = [...(selectModule(contents, source.layout, name) ?? [])]
    const files = paths.map(([path, real]) => `${path} ${digestIn(contents, real)}`).sort()
    const isNews = files.join('\n') !== before
    before = files.join('\n')
    return isNews
  })
}

function timestampOf({date}: ReleaseRef): Pick<RenovateRelease, 'releaseTimestamp'> {
  return date === undefined ? {} : {releaseTimestamp: `${date}T23:59:59Z`}
}

function revisionsOf(
  source: RegistrySource,
  name: string,
  ref: ReleaseRef,
): Pick<RenovateRelease, 'digest' | 'changelogUrl'> {
  const revision = revisionOf(ref)
  if (revision === undefined || source.kind === 'debian') return {}
  const folder = folderOf(source, name)
  const log =
    source.kind === 'hg'
      ? `${source.repository}/log/${revision}/${folder}`
      : `https://github.com/${source.repository}/commits/${revision}/${folder}`
  return {digest: revision, changelogUrl: log}
}

function placeOf(source: RegistrySource, name: string): Omit<RenovatePackage, 'releases'> {
  const {homepage} = source
  if (source.kind === 'debian') return {homepage}
  const sourceDirectory = folderOf(source, name)
  const sourceUrl = source.kind === 'hg' ? source.repository : `https://github.com/${source.repository}`
  return {homepage, sourceUrl, ...(sourceDirectory === '' ? {} : {sourceDirectory})}
}

/** The folder of the repository that has a module, as far as it has one of its own. */
function folderOf(source: Exclude<RegistrySource, {kind: 'debian'}>, name: string): string {
  if (source.kind === 'hg') return prefixed(name)
  return source.folder
}
