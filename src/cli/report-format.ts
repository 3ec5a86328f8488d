import {ProsodyModsError} from '../errors.ts'

/** How reports of changes can be written. */
export const reportFormats = ['text', 'markdown', 'json'] as const

/** How a report of changes is written. */
export type ReportFormat = (typeof reportFormats)[number]

/** Reads --format of a command that reports changes. Throws USAGE for one that there is not. */
export function reportFormatOf(text = 'text'): ReportFormat {
  const format = reportFormats.find((one) => one === text)
  if (format !== undefined) return format
  throw new ProsodyModsError('USAGE', `--format: there is no format ${JSON.stringify(text)}`, {
    hint: `formats are ${reportFormats.join(', ')}`,
    details: {flag: '--format'},
  })
}
