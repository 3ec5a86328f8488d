import {ProsodyModsError} from '../errors.ts'
import {neighboursOf} from './calendar.ts'
import {semverAdmits} from './semver.ts'
import {readTerm} from './terms.ts'
import type {Term} from './terms.ts'
import type {Comparator, Range, Version, VersionScheme} from './types.ts'

/**
 * Reads a range: terms side by side are "and", `||` is "or", nothing at all and `*` are every version.
 * A bare version is an exact pin; the beginning of one (`2025`, `1.8`) is the range of all that begin so.
 * @throws ProsodyModsError VERSION_INVALID, details {text, scheme, got, at: offset of `got` in `text`}
 */
export function parseRange(scheme: VersionScheme, text: string): Range {
  const key = `${scheme.id} ${text}`
  const before = known.get(key)
  if (before !== undefined) return before
  const range = readRange(scheme, text)
  known.set(key, range)
  return range
}

// Thousands of modules are asked for by a handful of texts.
const known = new Map<string, Range>()

function readRange(scheme: VersionScheme, text: string): Range {
  const alternatives = splitTerms(text.trim() === '' ? '*' : text).map((terms) =>
    terms.flatMap((term) => {
      const meaning = readTerm(term, scheme)
      if (typeof meaning === 'string') throw invalidRange(scheme, text, {...term, reason: meaning})
      return meaning
    }),
  )
  return {text: text.trim(), alternatives, exact: exactPin(alternatives)}
}

/** Tells whether a version lies in a range; both must be of this scheme. */
export function satisfies(scheme: VersionScheme, version: Version, range: Range): boolean {
  return range.alternatives.some(
    (comparators) =>
      comparators.every((comparator) => holds(comparator.op, scheme.compare(version, comparator.version))) &&
      (scheme.id !== 'semver' || semverAdmits(version, comparators)),
  )
}

/** The first and the last of versions that lie side by side. */
export interface Span {
  readonly from: Version
  readonly until: Version
}

/**
 * Tells whether a range admits a version that lies in a span, its ends among them. Both ends and what the range compares
 * with, or its neighbours, are enough to look at.
 */
export function admitsSpan(scheme: VersionScheme, {from, until}: Span, range: Range): boolean {
  const named = range.alternatives.flat().flatMap(({version}) => [version, ...neighboursOf(version)])
  return [from, until, ...named].some(
    (one) =>
      scheme.compare(one, from) >= 0 && scheme.compare(one, until) <= 0 && satisfies(scheme, one, range),
  )
}

/** Tells whether a range is one exact pin: a bare version, `=version`, or `~N` of a one-number scheme. */
export function isExact(range: Range): range is Range & {readonly exact: Version} {
  return range.exact !== undefined
}

function holds(op: Comparator['op'], order: number): boolean {
  switch (op) {
    case '=':
      return order === 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

function exactPin(alternatives: Range['alternatives']): Version | undefined {
  const [comparators, ...others] = alternatives
  const [only, ...more] = comparators ?? []
  return others.length === 0 && more.length === 0 && only?.op === '=' ? only.version : undefined
}

/** A term and where it starts in the whole text. */
interface PlacedTerm extends Term {
  readonly at: number
  /** As written, operator included. */
  readonly got: string
}

function splitTerms(text: string): PlacedTerm[][] {
  let start = 0
  return text.split('||').map((part) => {
    const partStart = start
    start += part.length + 2
    const terms = [...part.matchAll(/([<>]=?|[=^~])\s*(\S*)|\S+/g)].map((match) => ({
      op: (match[1] ?? '') as Term['op'],
      text: match[2] ?? match[0],
      at: partStart + match.index,
      got: match[0],
    }))
    return terms.length > 0 ? terms : [{op: '', text: '', at: partStart, got: ''}]
  })
}

/** What other package managers, registries of images and repositories call the newest. */
const newest = new Set([
  'latest',
  'newest',
  'next',
  'head',
  'tip',
  'default',
  'main',
  'master',
  'stable',
  'release',
])

function invalidRange(
  scheme: VersionScheme,
  text: string,
  {at, got, reason}: PlacedTerm & {readonly reason: string},
): ProsodyModsError {
  return new ProsodyModsError(
    'VERSION_INVALID',
    `"${text}" is not a version or range\n  ${reason}\n  got      "${got}" at character ${at + 1}`,
    {
      hint: newest.has(text.trim().toLowerCase())
        ? 'without a version, the newest release that the registry knows is taken; "add --latest" asks the publisher for newer ones'
        : 'a range is *, ^version, ~version or >=, >, <=, < and a version; spaces mean "and", || means "or"',
      details: {text, scheme: scheme.id, got, at},
    },
  )
}
