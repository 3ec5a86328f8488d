import {toDigest, toSha256, type Sha256} from '../digest.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {isOfFiles, shownId, type Advisory, type AffectedFiles} from '../registry/advisories.ts'
import type {ReleaseContents} from '../sources/types.ts'
import type {FileDigests} from './compare.ts'

/** A flaw that files have, as their digests show it. */
export interface FoundFlaw {
  readonly advisory: Advisory
  /** What of the advisory is about these files. */
  readonly affected: AffectedFiles['ecosystem_specific']
  /** The files that have it, sorted. */
  readonly paths: readonly string[]
}

/**
 * Finds the known flaws of files: whoever publishes them and wherever they lie, the same bytes have the same flaw, and
 * other bytes are said nothing of.
 */
export function flawsIn(files: FileDigests, advisories: readonly Advisory[]): FoundFlaw[] {
  const paths = new Map<string, string[]>()
  for (const [path, digest] of Object.entries(files)) {
    const sha256 = toSha256(digest)
    paths.set(sha256, [...(paths.get(sha256) ?? []), path])
  }
  return advisories.flatMap((advisory) =>
    advisory.affected.filter(isOfFiles).flatMap(({ecosystem_specific: affected}) => {
      const digests = Object.values(affected.files).flat()
      const found = digests.flatMap((sha256) => paths.get(sha256) ?? [])
      return found.length === 0 ? [] : [{advisory, affected, paths: [...new Set(found)].sort()}]
    }),
  )
}

/** A flaw in short, as commands tell it; the shape is part of --json (docs/reference/json.md). */
export interface ToldFlaw {
  /** CVE-…, or the publisher's own id */
  readonly id: string
  readonly aliases: readonly string[]
  /** What it lets happen. */
  readonly summary: string
  /** Where it is described; null where that is not known. */
  readonly url: string | null
  /** The source whose releases the versions are of. */
  readonly source: string
  /** The first version that has it, and the first without it. */
  readonly introduced: string
  readonly fixed: string
}

/** Tells a flaw in short. */
export function toldFlaw({advisory, affected}: Pick<FoundFlaw, 'advisory' | 'affected'>): ToldFlaw {
  const {aliases = [], summary, references} = advisory
  const {source, introduced, fixed} = affected
  const id = shownId(advisory)
  return {
    ...{id, aliases: aliases.filter((one) => one !== id), summary, url: references[0]?.url ?? null},
    ...{source, introduced, fixed},
  }
}

/** A module in a release, and all that is in it. */
export interface ModuleInRelease {
  readonly key: ModuleKey
  /** The module's own, by their paths. */
  readonly files: Readonly<Record<string, {readonly sha256: Sha256}>>
  readonly contents: ReleaseContents | undefined
}

/** Finds the known flaws of a module in a release: those of its files, and of libraries that it is known to load. */
export function releaseFlaws(
  {key, files, contents}: ModuleInRelease,
  advisories: readonly Advisory[],
): ToldFlaw[] {
  const [source, name] = splitKey(key)
  const loaded = advisories
    .flatMap(({affected}) => affected.filter(isOfFiles))
    .filter(({ecosystem_specific: one}) => one.source === source && one.modules.includes(name))
    .flatMap(({ecosystem_specific: one}) => Object.keys(one.files))
  const digests = [
    ...loaded.flatMap((path) => {
      const file = contents?.files.get(path)
      return file === undefined ? [] : [[path, toDigest(file.sha256)] as const]
    }),
    ...Object.entries(files).map(([path, {sha256}]) => [path, toDigest(sha256)] as const),
  ]
  return flawsIn(Object.fromEntries(digests), advisories).map(toldFlaw)
}
