import type SemverRange from 'semver/classes/range.js'
import type parseSemver from 'semver/functions/parse.js'
import {requirePackage} from '../package-files.ts'
import type {Comparator, Version, VersionScheme} from './types.ts'

/**
 * The scheme that Semantic Versioning 2.0.0 describes; a leading v is accepted, build metadata is no part of a
 * version's identity.
 */
export const semver: VersionScheme = {
  id: 'semver',
  spelling: 'a semantic version such as 1.8.1 (also v1.8.1; 1.8 or 1 for the newest that begins so)',
  parse,
  compare,
  components: (version) => version.key.slice(0, 3).map(Number),
}

/**
 * Reads one term of a range (`^1.2.3`, `~1.2`, `1.x`, `>=2`) by the semver package's own rules. Undefined when it can't
 * be read.
 */
export function semverComparators(term: string): readonly Comparator[] | undefined {
  return rangeOf(term)?.set[0]?.map((comparator) =>
    comparator.value
      ? {op: comparator.operator || '=', version: versionOf(comparator.semver.version)}
      : // the package's "anything" has no number; it takes no pre-release, just as >=0.0.0
        {op: '>=', version: versionOf('0.0.0')},
  )
}

/**
 * Tells whether comparisons take a version as far as pre-releases go: one is taken only where a comparison names a
 * pre-release of the same three numbers, so that >=1.2.3-rc.1 takes 1.2.3-rc.2 and not 1.2.4-rc.1.
 */
export function semverAdmits(version: Version, comparators: readonly Comparator[]): boolean {
  if (!isPrerelease(version)) return true
  return comparators.some(
    (comparator) =>
      isPrerelease(comparator.version) &&
      [0, 1, 2].every((at) => comparator.version.key[at] === version.key[at]),
  )
}

function isPrerelease(version: Version): boolean {
  return version.key.length > 3
}

function rangeOf(term: string): SemverRange | undefined {
  const {Range} = library()
  try {
    return new Range(term)
  } catch {
    return undefined
  }
}

function parse(text: string): Version | undefined {
  // Most versions are three numbers, which take no package to read. 15 digits are a safe integer whatever they are.
  const plain = /^v?(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})$/.exec(text)
  if (plain !== null) {
    const key = plain.slice(1).map(Number)
    return {scheme: 'semver', text: key.join('.'), key}
  }
  if (!/^v?\d\S*$/.test(text)) return undefined
  const parsed = library().parse(text)
  if (!parsed) return undefined
  const {major, minor, patch, prerelease, version} = parsed
  return {scheme: 'semver', text: version, key: [major, minor, patch, ...prerelease]}
}

function versionOf(text: string): Version {
  const version = parse(text)
  if (!version) throw new TypeError(`not a semantic version: ${text}`)
  return version
}

/** Semantic Versioning 11: numbers, then pre-releases before their release, identifier by identifier. */
function compare(a: Version, b: Version): number {
  const length = Math.max(a.key.length, b.key.length)
  for (let at = 0; at < length; at += 1) {
    const difference = compareIdentifiers(a.key[at], b.key[at], at === 3)
    if (difference !== 0) return difference
  }
  return 0
}

type Identifier = number | string | undefined

/** `first`: at the first pre-release identifier, where having none is more; later it is less. */
function compareIdentifiers(a: Identifier, b: Identifier, first: boolean): number {
  if (a === b) return 0
  if (a === undefined) return first ? 1 : -1
  if (b === undefined) return first ? -1 : 1
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : 1
}

interface Library {
  readonly parse: typeof parseSemver
  readonly Range: typeof SemverRange
}

let loaded: Library | undefined

/** Loading the package takes some milliseconds, which a start without semantic versions does not pay. */
function library(): Library {
  if (loaded) return loaded
  loaded = {
    parse: requirePackage('semver/functions/parse.js') as typeof parseSemver,
    Range: requirePackage('semver/classes/range.js') as typeof SemverRange,
  }
  return loaded
}
