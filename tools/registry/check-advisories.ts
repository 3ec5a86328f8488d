import {isOfFiles, type Advisory, type Affected, type VersionRange} from '../../src/registry/advisories.ts'
import {schemes} from '../../src/versioning/index.ts'
import type {DebianSuite, RegistryReleases, RegistrySource} from '../../src/registry/types.ts'
import {wrongDigests, type KnownSource} from './advisories.ts'
import {readFolder, readRegistry} from './files.ts'
import {readHistory} from './import-history.ts'

/** Finds what a registry knows of a source; undefined for one that it does not have. */
export function knownSources(folder: string): (id: string) => KnownSource | undefined {
  const sources = readFolder(folder, 'sources') as RegistrySource[]
  return (id) => {
    const source = sources.find((one) => one.id === id)
    const table = readRegistry(folder, `releases/${id}.json`) as RegistryReleases | undefined
    return source === undefined || table === undefined
      ? undefined
      : {source, table, historyOf: (module) => readHistory(folder, id, module)}
  }
}

/** Lists what is wrong with a registry's advisories, one line a fault. */
export function checkAdvisories(folder: string, suites: readonly DebianSuite[]): string[] {
  const advisories = readFolder(folder, 'advisories') as Advisory[]
  const known = knownSources(folder)
  return [
    ...advisories.flatMap((advisory) =>
      advisory.affected
        .flatMap((affected) => checkAffected(affected, suites, known))
        .map((fault) => `advisories/${advisory.id}.json: ${fault}`),
    ),
    ...advisories.flatMap((advisory) => checkIds(advisory, advisories)),
  ]
}

function checkIds({id, aliases = []}: Advisory, all: readonly Advisory[]): string[] {
  const names = new Set([id, ...aliases])
  const twice = all.filter(
    (other) => other.id > id && [other.id, ...(other.aliases ?? [])].some((one) => names.has(one)),
  )
  return [
    ...(aliases.join() === [...aliases].sort().join()
      ? []
      : [`advisories/${id}.json: aliases must stand in order`]),
    ...twice.map((other) => `advisories/${id}.json: ${other.id} is about the same`),
  ]
}

function checkAffected(
  affected: Affected,
  suites: readonly DebianSuite[],
  known: (source: string) => KnownSource | undefined,
): string[] {
  if (isOfFiles(affected)) {
    const {source} = affected.ecosystem_specific
    const own = known(source)
    return own === undefined ? [`there is no source ${source}`] : wrongDigests(affected, own)
  }
  const {ranges} = affected
  if (!('package' in affected)) return ranges.flatMap((range) => disorder(range, 'semver'))
  const {ecosystem} = affected.package
  const isKnown = suites.some(({number}) => ecosystem === `Debian:${number}`)
  return [
    ...(isKnown ? [] : [`${ecosystem} is not in suites.json`]),
    ...ranges.flatMap((range) => disorder(range, 'debian')),
  ]
}

/** By turns introduced and fixed, each later than the one before. */
function disorder({events}: VersionRange, id: 'semver' | 'debian'): string[] {
  const scheme = schemes[id]
  const kinds = events.map((event) => ('introduced' in event ? 'introduced' : 'fixed'))
  const versions = events.map((event) => ('introduced' in event ? event.introduced : event.fixed))
  if (kinds.some((kind, index) => kind !== (index % 2 === 0 ? 'introduced' : 'fixed')))
    return ['events must be introduced and fixed by turns']
  return versions.flatMap((version, index) => {
    if (index === 0 && version === '0') return []
    const [before, now] = [scheme.parse(versions[index - 1] ?? '0'), scheme.parse(version)]
    if (now === undefined) return [`${version} is no version`]
    return index === 0 || before === undefined || scheme.compare(before, now) < 0
      ? []
      : [`${version} is not later than ${before.text}`]
  })
}
