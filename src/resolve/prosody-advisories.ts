import type {Advisory, AffectedPackage, VersionRange} from '../registry/advisories.ts'
import {debian} from '../versioning/debian.ts'

/** A Prosody that somebody names. */
export interface ProsodyVersion {
  /** `13.0.4`, or that of a package: `13.0.1-1+deb131u`. */
  readonly version: string
  /** Of Debian's package: the number of the release of Debian. */
  readonly debian?: string | undefined
}

/** A flaw that a Prosody is known to have, and the first version without it. */
export interface ProsodyFlaw {
  readonly advisory: Advisory
  readonly fixed: string
}

/**
 * Finds the flaws that a version of Prosody is known to have. Of a version that Debian mended without changing its
 * number nothing is known but by its package.
 */
export function prosodyFlaws(named: ProsodyVersion, advisories: readonly Advisory[]): ProsodyFlaw[] {
  return advisories.flatMap((advisory) => {
    const fixed = fixedIn(named, advisory)
    return fixed === undefined ? [] : [{advisory, fixed}]
  })
}

function fixedIn({version, debian: number}: ProsodyVersion, {affected}: Advisory): string | undefined {
  const upstream = upstreamOf(version)
  const mended = affected.filter((one): one is AffectedPackage => 'package' in one)
  const sameNumber = mended.filter(({ranges}) =>
    ranges.some(({events}) => fixesIn(events).some((one) => upstreamOf(one) === upstream)),
  )
  if (sameNumber.length > 0) {
    const own = sameNumber.find(({package: {ecosystem}}) => ecosystem === `Debian:${number ?? ''}`)
    return own?.ranges.map((range) => fixIn(version, range)).find((one) => one !== undefined)
  }
  const ranges = affected.flatMap((one) => ('program' in specificOf(one) ? (one.ranges ?? []) : []))
  return ranges.map((range) => fixIn(upstream, range)).find((one) => one !== undefined)
}

function specificOf(affected: Advisory['affected'][number]): object {
  return 'ecosystem_specific' in affected ? affected.ecosystem_specific : {}
}

function fixesIn(events: VersionRange['events']): string[] {
  return events.flatMap((event) => ('fixed' in event ? [event.fixed] : []))
}

/** The end of the part of a range that a version is in; undefined where it is in none. */
function fixIn(version: string, {events}: VersionRange): string | undefined {
  let introduced: string | undefined
  for (const event of events) {
    if ('introduced' in event) introduced = event.introduced
    else if (introduced !== undefined && isBetween(version, introduced, event.fixed)) return event.fixed
  }
  return undefined
}

function isBetween(version: string, introduced: string, fixed: string): boolean {
  const [at, from, to] = [debian.parse(version), debian.parse(introduced), debian.parse(fixed)]
  if (at === undefined || from === undefined || to === undefined) return false
  return debian.compare(at, from) >= 0 && debian.compare(at, to) < 0
}

/** Without the epoch and the revision of a package. */
function upstreamOf(version: string): string {
  return version.replace(/^\d+:/, '').replace(/-[^-]*$/, '')
}
