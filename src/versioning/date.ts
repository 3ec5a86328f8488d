import {isCalendarDate} from './calendar.ts'
import {compareNumbers} from './keys.ts'
import type {Version, VersionScheme} from './types.ts'

/** The scheme of releases that are tagged with their date, as jitsi-contrib does: tag `v20260306`. */
export const date: VersionScheme = {
  id: 'date',
  spelling: 'a date such as 20260306 (also v20260306 or 2026-03-06)',
  parse: parseDate,
  compare: compareNumbers,
  components: (version) => version.key.map(Number),
}

function parseDate(text: string): Version | undefined {
  if (!/^(?:v?\d{8}|\d{4}-\d{2}-\d{2})$/.test(text)) return undefined
  const digits = text.replace(/\D/g, '')
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number)
  if (!isCalendarDate(year ?? 0, month ?? 0, day ?? 0)) return undefined
  return {scheme: 'date', text: digits, key: [Number(digits)]}
}
