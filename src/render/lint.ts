import type {LintFinding, LintResult} from '../operations/lint.ts'
import {luacheckRows, unreadable} from '../lint/rows.ts'
import {out as pc} from './colours.ts'
import {count, lines, visible} from './common.ts'

/** Characters of a line that are shown. */
const width = 100

/** Findings with the lines that they are about. */
export function renderLint({files, errors, warnings, findings, config}: LintResult): string {
  const problems = (config?.notUnderstood ?? []).map(
    ({line, column, message}) =>
      `${visible(config?.path ?? '')}:${line}:${column}: ${pc.yellow('not understood')}: ${visible(message)}`,
  )
  const found =
    findings.length === 0 ? 'no findings' : `${count(errors, 'error')}, ${count(warnings, 'warning')}`
  return lines(
    problems,
    findings.flatMap((finding) => [...findingLines(finding), '']),
    `${found} in ${count(files, 'file')}`,
  )
}

/** As `luacheck --formatter plain --codes --ranges` prints them. */
export function renderLuacheck({findings}: LintResult): string {
  return lines(findings.flatMap((finding) => luacheckRows(finding.path, [finding])))
}

function findingLines({
  path,
  line,
  column,
  endColumn,
  code,
  message,
  severity,
  source,
}: LintFinding): string[] {
  if (code === unreadable) return [`${visible(path)}: ${pc.red('unreadable')} ${visible(message)}`]
  const kind = severity === 'error' ? pc.red(`E${code}`) : pc.yellow(`W${code}`)
  const gutter = String(line)
  // Of a long line, what is around the finding.
  const from = column > width ? column - Math.floor(width / 2) : 1
  const text = visible(
    Array.from(source)
      .slice(from - 1, from - 1 + width)
      .join('')
      .replaceAll('\t', ' '),
  )
  const length = Math.max(1, Math.min(endColumn, from + width - 1) - column + 1)
  return [
    `${visible(path)}:${line}:${column}: ${kind} ${visible(message)}`,
    `  ${pc.dim(`${gutter} |`)} ${text}`,
    `  ${pc.dim(`${' '.repeat(gutter.length)} |`)} ${' '.repeat(column - from)}${pc.red('^'.repeat(length))}`,
  ]
}
