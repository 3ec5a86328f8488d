import {ProsodyModsError} from '../errors.ts'

const formats = ['text', 'markdown', 'json'] as const

/** How a report of changes is written. */
export type ReportFormat = (typeof formats)[number]

/** Reads --format of a command that reports changes. Throws USAGE for one that there is not. */
export function reportFormatOf(text = 'text'): ReportFormat {
  const format = formats.find((one) => one === text)
  if (format !== undefined) return format
  throw new ProsodyModsError('USAGE', `--format: there is no format ${JSON.stringify(text)}`, {
    hint: `formats are ${formats.join(', ')}`,
    details: {flag: '--format'},
  })
}
