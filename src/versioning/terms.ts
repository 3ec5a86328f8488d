import {packageAlias} from './build.ts'
import {calendarSpan, isCalendarDate} from './calendar.ts'
import {semverComparators} from './semver.ts'
import type {Comparator, SchemeId, Version, VersionScheme} from './types.ts'

/** One term that a range has: an operator (none for a bare version) and what stands behind it. */
export interface Term {
  readonly op: Comparator['op'] | '^' | '~' | ''
  readonly text: string
}

/** The comparisons that a term stands for, or the reason why there are none. */
export type Meaning = readonly Comparator[] | string

type Reader = (term: Term, scheme: VersionScheme) => Meaning

const readers = {
  build: readBuild,
  calendar: readCalendar,
  date: readOrdinal,
  debian: readDebian,
  semver: readSemver,
  single: readOrdinal,
} satisfies Record<SchemeId, Reader>

/** Tells what a term means to a scheme; `*` means every version (every release to semver). */
export function readTerm(term: Term, scheme: VersionScheme): Meaning {
  if (term.text === '') return `a version is missing ${term.op ? `after ${term.op}` : 'beside ||'}`
  if (term.text === '-') return 'hyphen ranges are not supported: write >=a <=b'
  if (!/^[*xX]$/.test(term.text)) return readers[scheme.id](term, scheme)
  if (term.op !== '') return `${term.op} has no meaning before ${term.text}`
  return scheme.id === 'semver' ? readSemver({op: '', text: '*'}, scheme) : []
}

function readBuild(term: Term, scheme: VersionScheme): Meaning {
  if (packageAlias(term.text)) {
    return `${term.text} is a package number, which is only known as another name of one release: expected ${scheme.spelling}`
  }
  return readOrdinal(term, scheme)
}

/** One component: ^N is N or newer, ~N is N alone. */
function readOrdinal({op, text}: Term, scheme: VersionScheme): Meaning {
  const version = scheme.parse(text)
  if (!version) return notAVersion(scheme)
  if (op === '^') return [{op: '>=', version}]
  return [{op: op === '' || op === '~' ? '=' : op, version}]
}

function readDebian({op, text}: Term, scheme: VersionScheme): Meaning {
  if (op === '^' || op === '~') return `${op} ranges do not exist for Debian versions: write >=a <b`
  if (op === '' && /\.[xX*]$/.test(text)) {
    return `${text.slice(-1)} is no wildcard in Debian versions: write >=a <b`
  }
  const version = scheme.parse(text)
  return version ? [{op: op || '=', version}] : notAVersion(scheme)
}

const partialSemver = /^v?\d+(?:\.\d+|\.\d+\.[xX*]|\.[xX*](?:\.[xX*])?)?$/

function readSemver({op, text}: Term, scheme: VersionScheme): Meaning {
  const version = scheme.parse(text)
  if (version && op !== '^' && op !== '~') return [{op: op || '=', version}]
  if (!version && text !== '*' && !partialSemver.test(text)) return notAVersion(scheme)
  return semverComparators(op + text) ?? notAVersion(scheme)
}

function readCalendar({op, text}: Term, scheme: VersionScheme): Meaning {
  const version = scheme.parse(text)
  if (version) return readDay(op, version, scheme)
  const match = /^(\d{4})(?:\.[xX*]){0,2}$|^(\d{4})[.-](\d{1,2})(?:\.[xX*])?$/.exec(text)
  const year = Number(match?.[1] ?? match?.[2] ?? 0)
  const month = match?.[3] === undefined ? undefined : Number(match[3])
  return isCalendarDate(year, month ?? 1, 1) ? readSpan(op, year, month) : notAVersion(scheme)
}

/** ^ runs to the end of the year, ~ to the end of the month. */
function readDay(op: Term['op'], version: Version, scheme: VersionScheme): Meaning {
  if (op !== '^' && op !== '~') return [{op: op || '=', version}]
  const [year = 0, month = 0] = scheme.components(version)
  const {before} = calendarSpan(year, op === '^' ? undefined : month)
  return [
    {op: '>=', version},
    {op: '<', version: before},
  ]
}

function readSpan(op: Term['op'], year: number, month: number | undefined): Meaning {
  const {from, before} = calendarSpan(year, month)
  if (op === '>' || op === '>=') return [{op: '>=', version: op === '>' ? before : from}]
  if (op === '<' || op === '<=') return [{op: '<', version: op === '<' ? from : before}]
  return [
    {op: '>=', version: from},
    {op: '<', version: op === '^' ? calendarSpan(year).before : before},
  ]
}

function notAVersion(scheme: VersionScheme): string {
  return `expected ${scheme.spelling}`
}
