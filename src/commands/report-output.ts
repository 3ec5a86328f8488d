import {reportAll, reportConfig, reportExitCode, reportFormat} from '../cli/flags.ts'
import type {Output} from '../cli/definition.ts'
import type {ReportFormat} from '../cli/report-format.ts'
import {findingsExit} from '../errors.ts'
import {breaks} from '../operations/diff/breaks.ts'
import type {ChangeReport} from '../operations/diff/report.ts'
import {jsonText} from '../plain-text.ts'
import {diffMarkdown} from '../render/diff-markdown.ts'

/** Flags of every command that reports changes. */
export const reportFlags = {
  config: reportConfig,
  all: reportAll,
  format: reportFormat,
  'exit-code': reportExitCode,
}

/** What a command that reports changes has to show. */
export interface Reported {
  readonly result: unknown
  readonly report: ChangeReport
  /** Releases that were passed over for their age. */
  readonly heldBack?: Parameters<typeof diffMarkdown>[1]
  /** Writes the result for people. */
  readonly text: () => string
}

/** Returns what such a command gives back, in the form that was asked for. */
export function reportOutput(
  format: ReportFormat,
  {result, report, heldBack, text}: Reported,
  isExitCode: boolean,
): Output {
  return {
    json: result,
    verbatim: format !== 'text',
    exitCode: isExitCode && breaks(report) ? findingsExit : 0,
    text: {text, markdown: () => diffMarkdown(report, heldBack), json: () => `${jsonText(result, 2)}\n`}[
      format
    ],
  }
}
