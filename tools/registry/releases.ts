import type {Sha256} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import type {
  DigestBasis,
  RegistryDeb,
  RegistryDigest,
  RegistryRelease,
  RegistryReleases,
  RegistrySource,
} from '../../src/registry/types.ts'
import {schemes} from '../../src/versioning/index.ts'
import {moduleNames} from './module-names.ts'
import {differences} from './differences.ts'

/** A release as an import read it, before its digests are looked up in the table. */
export interface IncomingRelease {
  /** Any spelling that the source's scheme accepts: a tag will do. */
  readonly version: string
  readonly revision: string
  /** YYYY-MM-DD, UTC. */
  readonly date: string
  /** The date was read from the revision itself, so it corrects one that a table gave. */
  readonly dateProven?: true
  readonly tag?: string
  readonly aliases?: readonly string[]
  readonly evidence?: string
  readonly deb?: RegistryDeb
  readonly partial?: true
  readonly links?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, IncomingFile>>
}

export interface IncomingFile {
  readonly sha256: Sha256
  /** Bytes. */
  readonly size: number
  readonly basis: DigestBasis
}

export interface Merged {
  readonly table: RegistryReleases
  readonly added: readonly string[]
  readonly known: readonly string[]
}

/**
 * Adds releases to a source's table. Digests only ever join at the end, so that the numbers of known
 * files stay; a digest seen upstream stays `upstream`. A known release may gain aliases, its .deb,
 * a proven date, evidence and that it is a selection; any other difference throws DIGEST_MISMATCH: a release never changes.
 */
export function mergeReleases(
  source: RegistrySource,
  table: RegistryReleases,
  incoming: readonly IncomingRelease[],
): Merged {
  const digests = digestTable(table.digests)
  const releases = new Map(table.releases.map((release) => [release.version, release]))
  const [added, known]: [string[], string[]] = [[], []]
  for (const item of inOrder(source, incoming)) {
    const before = releases.get(item.version)
    const now = toRelease(item, digests)
    releases.set(
      item.version,
      before === undefined ? now : confirm({source, before, now, item, digests: digests.list}),
    )
    ;(before === undefined ? added : known).push(item.version)
  }
  const sorted = inOrder(source, [...releases.values()])
  const names = withNames(table.names, moduleNames(source, sorted))
  return {table: {...table, source: source.id, digests: digests.list, releases: sorted, names}, added, known}
}

/** Adds names to the known ones and sorts them; what is known of a name stays. */
export function withNames(
  known: RegistryReleases['names'],
  names: Iterable<string>,
): RegistryReleases['names'] {
  const all = [...new Set([...Object.keys(known), ...names])].sort()
  return Object.fromEntries(all.map((name) => [name, known[name] ?? {}]))
}

/** Releases with their versions in canonical spelling, oldest first. */
export function inOrder<T extends {readonly version: string}>(
  source: RegistrySource,
  releases: readonly T[],
): T[] {
  const scheme = schemes[source.scheme]
  return releases
    .map((release) => {
      const version = scheme.parse(release.version)
      if (version !== undefined) return {version, release: {...release, version: version.text}}
      throw new ProsodyModsError('VERSION_INVALID', `"${release.version}" is no version of ${source.id}`, {
        hint: `expected ${scheme.spelling}`,
      })
    })
    .sort((a, b) => scheme.compare(a.version, b.version))
    .map(({release}) => release)
}

interface DigestTable {
  readonly list: RegistryDigest[]
  indexOf(file: IncomingFile): number
}

function digestTable(known: readonly RegistryDigest[]): DigestTable {
  const list = [...known]
  const indexes = new Map(list.map(({sha256}, index) => [sha256, index]))
  function indexOf({sha256, size, basis}: IncomingFile): number {
    const index = indexes.get(sha256) ?? list.length
    const before = list[index]
    if (before !== undefined && before.size !== size) {
      throw new ProsodyModsError(
        'DIGEST_MISMATCH',
        `${sha256}: one digest, two sizes\n  expected ${before.size} bytes\n  got      ${size} bytes`,
      )
    }
    indexes.set(sha256, index)
    list[index] = {sha256, size, basis: before?.basis === 'upstream' ? 'upstream' : basis}
    return index
  }
  return {list, indexOf}
}

function toRelease(item: IncomingRelease, digests: DigestTable): RegistryRelease {
  const paths = Object.keys(item.files).sort()
  const files = paths.map((path): [string, number] => [path, digests.indexOf(fileAt(item, path))])
  return inFileOrder({...item, files: Object.fromEntries(files)})
}

/** The same release with its keys in the order that files have them, without empty lists. */
export function inFileOrder(item: RegistryRelease): RegistryRelease {
  const links = Object.entries(item.links ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    version: item.version,
    revision: item.revision,
    date: item.date,
    ...(item.tag === undefined ? {} : {tag: item.tag}),
    ...(item.aliases === undefined || item.aliases.length === 0 ? {} : {aliases: item.aliases}),
    ...(item.evidence === undefined ? {} : {evidence: item.evidence}),
    ...(item.deb === undefined ? {} : {deb: item.deb}),
    ...(item.partial === undefined ? {} : {partial: item.partial}),
    ...(links.length === 0 ? {} : {links: Object.fromEntries(links)}),
    files: item.files,
  }
}

function fileAt(item: IncomingRelease, path: string): IncomingFile {
  const file = item.files[path]
  if (file === undefined) throw new ProsodyModsError('INTERNAL', `${path}: no such file in ${item.version}`)
  return file
}

interface Confirmation {
  readonly source: RegistrySource
  readonly before: RegistryRelease
  readonly now: RegistryRelease
  readonly item: IncomingRelease
  readonly digests: readonly RegistryDigest[]
}

function confirm({source, before, now, item, digests}: Confirmation): RegistryRelease {
  const found = differences(before, now, digests)
  if (found.length > 0) {
    throw new ProsodyModsError(
      'DIGEST_MISMATCH',
      `${source.id} ${before.version} is known, and this is something else\n${found.join('\n')}`,
      {
        hint: 'a release never changes: find out why the tag or package moved; nothing was written',
        details: {source: source.id, version: before.version, differences: found},
      },
    )
  }
  const aliases = [...new Set([...(before.aliases ?? []), ...(now.aliases ?? [])])].sort()
  const deb = before.deb ?? now.deb
  const evidence = now.evidence ?? before.evidence
  const date = item.dateProven ? now.date : before.date
  const partial = before.partial ?? now.partial
  return inFileOrder({
    ...before,
    date,
    aliases,
    ...(evidence === undefined ? {} : {evidence}),
    ...(deb === undefined ? {} : {deb}),
    ...(partial === undefined ? {} : {partial}),
  })
}
