import {compareNumbers} from './keys.ts'
import type {Version, VersionScheme} from './types.ts'

/** The scheme whose versions are the UTC dates that revisions of a repository have, without leading zeros: 2025.4.2. */
export const calendar: VersionScheme = {
  id: 'calendar',
  spelling:
    "the revision's UTC date such as 2025.4.2 (also 2025-04-02; 2025.4 or 2025 for the last of that time)",
  parse: parseCalendar,
  compare: compareNumbers,
  components: (version) => version.key.map(Number),
}

/** A span of time: from its first day up to, but without, the day after its last. */
export interface CalendarSpan {
  readonly from: Version
  readonly before: Version
}

/** Returns a year, or a month of the year (1 to 12), as a span. */
export function calendarSpan(year: number, month?: number): CalendarSpan {
  if (month === undefined) return {from: versionOf(year, 1, 1), before: versionOf(year + 1, 1, 1)}
  const before = month === 12 ? versionOf(year + 1, 1, 1) : versionOf(year, month + 1, 1)
  return {from: versionOf(year, month, 1), before}
}

/** Returns the version of a day that there is (YYYY-MM-DD). */
export function versionOfDay(date: string): string {
  return date.replaceAll('-0', '.').replaceAll('-', '.')
}

/** Returns the version of the day before one that there is (YYYY-MM-DD). */
export function dayBefore(date: string): string {
  const day = Number(date.slice(8))
  // Without a calendar in all days of a month but the first: histories have thousands.
  if (day > 1) return `${date.slice(0, 4)}.${Number(date.slice(5, 7))}.${day - 1}`
  return dayAt(Date.parse(`${date}T00:00:00Z`) - oneDay).text
}

/** Returns the days before and after one; [] for what is no day. */
export function neighboursOf({scheme, key}: Version): readonly Version[] {
  if (scheme !== 'calendar') return []
  const [year = 0, month = 0, day = 0] = key.map(Number)
  const at = Date.UTC(year, month - 1, day)
  return [dayAt(at - oneDay), dayAt(at + oneDay)]
}

const oneDay = 24 * 60 * 60 * 1000

function dayAt(milliseconds: number): Version {
  const at = new Date(milliseconds)
  return versionOf(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate())
}

/** Tells whether a day exists; years from 1000 to 9999, months from 1, days from 1. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  if (year < 1000 || month < 1 || month > 12) return false
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/**
 * Tells whether a text may be (the beginning of) a commit or changeset id: 7 to 40 lower-case hex digits. `20260306` is
 * both that and a date: ask the scheme first, a version that it parses wins.
 */
export function looksLikeRevision(text: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(text)
}

function parseCalendar(text: string): Version | undefined {
  const match = /^(\d{4})([.-])(\d{1,2})\2(\d{1,2})$/.exec(text)
  if (!match) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[4])]
  return isCalendarDate(year, month, day) ? versionOf(year, month, day) : undefined
}

function versionOf(year: number, month: number, day: number): Version {
  return {scheme: 'calendar', text: `${year}.${month}.${day}`, key: [year, month, day]}
}
