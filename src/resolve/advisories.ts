import {toSha256} from '../digest.ts'
import {isOfFiles, type Advisory, type AffectedFiles} from '../registry/advisories.ts'
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
