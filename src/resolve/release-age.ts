import type {ModuleKey} from '../module-key.ts'
import type {MinimumAge} from '../project/minimum-age.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {packageAlias} from '../versioning/build.ts'
import {schemes} from '../versioning/index.ts'
import {isExact, parseRange} from '../versioning/range.ts'
import type {VersionScheme} from '../versioning/types.ts'
import type {Wanted} from './meaning.ts'

/** A release that is not chosen yet for its age; the shape is part of --json (docs/reference/json.md). */
export interface HeldBack {
  /** source/name */
  readonly module: ModuleKey
  readonly version: string
  /** The day of the release in UTC, YYYY-MM-DD; null where nobody says it. */
  readonly date: string | null
  /** Whole days since the end of that day. */
  readonly days: number | null
  /** As the manifest has it. */
  readonly minimumReleaseAge: string
  /** When it will be old enough, in ISO 8601; null where its day is not known. */
  readonly until: string | null
}

/** What tells how old a release is and has to be. */
export interface AgeRule {
  readonly minimum: MinimumAge
  /** Milliseconds since 1970. */
  readonly now: number
}

const oneDay = 24 * 60 * 60 * 1000

/** Tells whether one release is asked for by its version, alias, tag or revision, and nothing is left to choose. */
export function namesRelease({definition, versionText: text}: Wanted): boolean {
  if (definition.scheme === 'single') return true
  if (text === undefined) return false
  const scheme = schemes[definition.scheme]
  if (scheme.id === 'build' && packageAlias(text) !== undefined) return true
  try {
    return isExact(parseRange(scheme, text))
  } catch {
    return true
  }
}

/**
 * Returns what tells which of some releases are too young to be chosen. One whose day nobody says is, unless a later
 * version is old enough; one that only its name finds is not among those to choose from, and one in which the publisher
 * has retired the module brings no code.
 */
export function youngIn(
  refs: readonly ReleaseRef[],
  scheme: VersionScheme,
  rule: AgeRule,
): (ref: ReleaseRef) => boolean {
  const isOldEnough = (ref: ReleaseRef): boolean => {
    const end = endOf(ref, scheme)
    return end !== undefined && rule.now - end >= rule.minimum.milliseconds
  }
  const old = refs.filter(isOldEnough).flatMap(({version}) => scheme.parse(version) ?? [])
  return (ref) => {
    if (ref.foundBy !== undefined || ref.withoutMain === true || isOldEnough(ref)) return false
    const version = dayOf(ref, scheme) === undefined ? scheme.parse(ref.version) : undefined
    return version === undefined || !old.some((one) => scheme.compare(one, version) >= 0)
  }
}

/** Tells of a release that is too young how old it is and has to be. */
export function heldBack(
  module: ModuleKey,
  ref: ReleaseRef,
  {scheme, rule}: {readonly scheme: VersionScheme; readonly rule: AgeRule},
): HeldBack {
  const end = endOf(ref, scheme)
  const {minimum, now} = rule
  return {
    module,
    version: ref.version,
    date: dayOf(ref, scheme) ?? null,
    days: end === undefined ? null : Math.max(0, Math.floor((now - end) / oneDay)),
    minimumReleaseAge: minimum.text,
    until: end === undefined ? null : new Date(end + minimum.milliseconds).toISOString(),
  }
}

/** Writes for people why a release is not chosen: `2026.7.23 is 2 days old; minimumReleaseAge is 7 days`. */
export function ageText({version, days, minimumReleaseAge}: HeldBack): string {
  const age = days === null ? 'has no known date' : `is ${days} ${days === 1 ? 'day' : 'days'} old`
  return `${version} ${age}; minimumReleaseAge is ${minimumReleaseAge}`
}

/** The end of a release's day: only the day is known, and nothing shall be chosen too early. */
function endOf(ref: ReleaseRef, scheme: VersionScheme): number | undefined {
  const day = dayOf(ref, scheme)
  return day === undefined ? undefined : Date.parse(`${day}T00:00:00Z`) + oneDay
}

function dayOf({date, version}: ReleaseRef, scheme: VersionScheme): string | undefined {
  if (date !== undefined) return date
  if (scheme.id !== 'date' && scheme.id !== 'calendar') return undefined
  const parts = /^(\d{4})\.?(\d{1,2})\.?(\d{1,2})$/.exec(scheme.parse(version)?.text ?? '')
  return parts
    ?.slice(1)
    .map((part) => part.padStart(2, '0'))
    .join('-')
}
