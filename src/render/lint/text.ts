import type {FixReport} from '../../operations/lint/fix.ts'
import type {LintFinding, LintResult} from '../../operations/lint/lint.ts'
import {unreadable} from '../../lint/rows.ts'
import {isRuleId} from '../../lint/rules/ids.ts'
import {out as pc} from '../colours.ts'
import {inLine, visible} from '../../plain-text.ts'
import {byKey, count, lines} from '../common.ts'
import {hanging} from '../prose.ts'
import {link, pageAddress} from '../links.ts'
import {excerpt} from './excerpt.ts'
import {luacheckHelp} from './luacheck-help.ts'

/** The part of what lint found that is shown to a person. */
export interface LintView extends LintResult {
  readonly fixed: FixReport | null
  readonly maxWarnings: number
}

/** Writes findings by file, each with the line that it is about. */
export function renderLint(view: LintView, columns = 100): string {
  const files = byKey(view.findings, ({path}) => path)
  return lines(
    problemLines(view),
    [...files].flatMap(([path, findings]) => fileLines(path, findings, columns)),
    fixLines(view.fixed),
    summary(view),
  )
}

function problemLines({config}: LintView): string[] {
  const path = inLine(config?.path ?? '')
  const problems = (config?.notUnderstood ?? []).map(
    ({line, column, message}) =>
      `${path}:${line}:${column}: ${pc.yellow('not understood')}: ${visible(message)}`,
  )
  return problems.length === 0 ? [] : [...problems, '']
}

function fileLines(path: string, findings: readonly LintFinding[], columns: number): string[] {
  const gutter = findings.reduce((most, {line}) => Math.max(most, String(line).length), 0)
  const title = `${pc.bold(inLine(path))}  ${pc.dim(countsOf(findings))}`
  return [title, '', ...findings.flatMap((finding) => [...findingLines(finding, {gutter, columns}), ''])]
}

interface Layout {
  /** Digits of the longest line number of the file. */
  readonly gutter: number
  readonly columns: number
}

const colours = {error: pc.red, warning: pc.yellow, note: pc.cyan} as const

function findingLines(finding: LintFinding, {gutter, columns}: Layout): string[] {
  const {path, line, column, code, message, severity, hint} = finding
  const colour = colours[severity]
  if (code === unreadable)
    return [`${inLine(path)}: ${colour(severity)}: ${inLine(message)} ${pc.dim(`[${code}]`)}`]
  const margin = ' '.repeat(gutter)
  const {text, carets} = excerpt(finding, finding, Math.max(20, columns - gutter - 5))
  return [
    `${inLine(path)}:${line}:${column}: ${colour(severity)}: ${inLine(message)} ${pc.dim(`[${ruleName(finding)}]`)}`,
    `  ${pc.dim(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd(),
    `  ${pc.dim(`${margin} |`)} ${carets.replace(/\^+/, colour)}`,
    ...(hint === undefined ? [] : hanging(`  ${margin} ${pc.cyan('hint:')} `, inLine(hint), columns)),
  ]
}

/** A link to what explains the rule, where the terminal has links. */
function ruleName({code, rule}: LintFinding): string {
  if (rule === 'luacheck') return link(code, luacheckHelp)
  return isRuleId(code) ? link(code, pageAddress(`docs/lint/${code}.md`)) : code
}

/** `1 error, 2 warnings`; '' for none. */
function countsOf(findings: readonly LintFinding[]): string {
  const number = (one: LintFinding['severity']): number =>
    findings.filter(({severity}) => severity === one).length
  return (['error', 'warning', 'note'] as const)
    .filter((severity) => number(severity) > 0)
    .map((severity) => count(number(severity), severity))
    .join(', ')
}

function fixLines(fixed: FixReport | null): string[] {
  if (fixed === null) return []
  const {dryRun, problems, files, skipped} = fixed
  const verb = dryRun ? 'would fix' : 'fixed'
  return [
    ...skipped.map((path) => `${inLine(path)}: ${pc.yellow('not fixed')}: it was changed meanwhile`),
    `${verb} ${count(problems, 'problem')} in ${count(files.length, 'file')}`,
  ]
}

function summary({files, errors, warnings, notes, findings, maxWarnings}: LintView): string[] {
  const where = `in ${count(files, 'file')}`
  if (findings.length === 0) return [`no findings ${where}`]
  const found = [
    count(errors, 'error'),
    count(warnings, 'warning'),
    ...(notes > 0 ? [count(notes, 'note')] : []),
  ]
  const fixable = findings.filter(({fix}) => fix !== undefined).length
  const offer = fixable === 0 ? '' : `; --fix can mend ${fixable}`
  const limit = `${pc.yellow('too many warnings')}: ${warnings}, and --max-warnings allows ${maxWarnings}`
  return [`${found.join(', ')} ${where}${offer}`, ...(warnings > maxWarnings ? [limit] : [])]
}
