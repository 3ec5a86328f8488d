import {isOfFiles, type Advisory, type AffectedFiles} from '../../src/registry/advisories.ts'
import {statesOf} from '../../src/registry/history.ts'
import type {Sha256} from '../../src/digest.ts'
import type {ModuleHistory, RegistryReleases, RegistrySource} from '../../src/registry/types.ts'
import type {Version} from '../../src/versioning/types.ts'
import {schemes} from '../../src/versioning/index.ts'

/** What a registry knows of a source. */
export interface KnownSource {
  readonly source: RegistrySource
  readonly table: RegistryReleases
  /** Of modules that change by themselves. */
  readonly historyOf: (module: string) => ModuleHistory | undefined
}

/** A content that a file has in a release, or after a change of its module. */
interface Content {
  readonly path: string
  readonly sha256: Sha256
  readonly version: string
  readonly isAffected: boolean
}

/** Puts the digests in that the files of an advisory have in the releases from `introduced` up to `fixed`. */
export function withDigests(
  advisory: Advisory,
  known: (source: string) => KnownSource | undefined,
): Advisory {
  const affected = advisory.affected.map((one) => {
    const source = isOfFiles(one) ? known(one.ecosystem_specific.source) : undefined
    return isOfFiles(one) && source !== undefined ? filled(one, source) : one
  })
  return {...advisory, affected}
}

function filled(affected: AffectedFiles, known: KnownSource): AffectedFiles {
  const specific = affected.ecosystem_specific
  const contents = contentsOf(affected, known).filter(({isAffected}) => isAffected)
  const files = Object.keys(specific.files)
    .sort()
    .map((path) => {
      const digests = contents.filter((one) => one.path === path).map(({sha256}) => sha256)
      return [path, [...new Set(digests)]] as const
    })
  return {...affected, ecosystem_specific: {...specific, files: Object.fromEntries(files)}}
}

/** Lists what is wrong with the files that an advisory names: what the releases say otherwise, one line a fault. */
export function wrongDigests(affected: AffectedFiles, known: KnownSource): string[] {
  const {modules, introduced, fixed, files} = affected.ecosystem_specific
  const scheme = schemes[known.source.scheme]
  const [from, to] = [scheme.parse(introduced), scheme.parse(fixed)]
  if (from?.text !== introduced || to?.text !== fixed)
    return [`${introduced} and ${fixed} are no versions of ${known.source.id} in their canonical spelling`]
  if (scheme.compare(from, to) >= 0) return [`${fixed} is not later than ${introduced}`]
  const contents = contentsOf(affected, known)
  const named = new Set(Object.values(files).flat())
  const found = Object.entries(filled(affected, known).ecosystem_specific.files)
  return [
    ...modules
      .filter((name) => !Object.hasOwn(known.table.names, name))
      .map((name) => `${known.source.id} has no module ${name}`),
    ...[introduced, fixed]
      .filter((version) => !contents.some((one) => one.version === version))
      .map((version) => `the registry has no ${known.source.id} ${version}`),
    ...found
      .filter(([path, digests]) => digests.length === 0 || digests.join() !== files[path]?.join())
      .map(([path, digests]) =>
        digests.length === 0
          ? `${path} is in no release from ${introduced} up to ${fixed}`
          : `${path} has other digests in the releases from ${introduced} up to ${fixed}: run the advisories command`,
      ),
    ...contents
      .filter(({isAffected, sha256}) => !isAffected && named.has(sha256))
      .map(
        ({path, sha256, version}) =>
          `${sha256} is ${path} of ${version}, which is not from ${introduced} up to ${fixed}`,
      ),
  ]
}

/** All contents of the source's files, in whatever release, oldest first. */
function contentsOf(
  {ecosystem_specific: {introduced, fixed, files}}: AffectedFiles,
  known: KnownSource,
): Content[] {
  const scheme = schemes[known.source.scheme]
  const [from, to] = [scheme.parse(introduced), scheme.parse(fixed)]
  const isWithin = (version: Version | undefined): boolean =>
    version !== undefined &&
    from !== undefined &&
    to !== undefined &&
    scheme.compare(version, from) >= 0 &&
    scheme.compare(version, to) < 0
  const {releases, digests} = known.table
  return [
    ...releases.flatMap((release) => {
      const isAffected = isWithin(scheme.parse(release.version))
      return Object.entries(release.files).flatMap(([path, index]) => {
        const sha256 = digests[index]?.sha256
        return sha256 === undefined ? [] : [{path, sha256, version: release.version, isAffected}]
      })
    }),
    ...foldersIn(files).flatMap((folder) => historyContents(folder, {introduced, fixed}, known)),
  ]
}

function foldersIn(files: AffectedFiles['ecosystem_specific']['files']): string[] {
  const folders = Object.keys(files).flatMap((path) => /^mod_[^/]+(?=\/)/.exec(path)?.[0] ?? [])
  return [...new Set(folders)]
}

/** A version is the last change of its day: with it the flaw came, or went. */
function historyContents(
  folder: string,
  {introduced, fixed}: {readonly introduced: string; readonly fixed: string},
  {table, historyOf}: KnownSource,
): Content[] {
  const history = historyOf(folder.replace(/^mod_/, ''))
  if (history === undefined || table.history === undefined) return []
  const states = statesOf(history, table.history)
  const first = states.findLastIndex(({version}) => version === introduced)
  const last = states.findLastIndex(({version}) => version === fixed)
  return states.flatMap(({change, version}, index) =>
    Object.entries(change.files ?? {}).flatMap(([path, place]) => {
      const sha256 = history.digests[place]?.sha256
      const isAffected = first !== -1 && index >= first && index < last
      return sha256 === undefined ? [] : [{path: `${folder}/${path}`, sha256, version, isAffected}]
    }),
  )
}
