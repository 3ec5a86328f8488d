import type {LintFinding, LintResult} from '../../operations/lint/lint.ts'
import {inLine} from '../../plain-text.ts'
import {lines} from '../common.ts'
import {relativePath, type Folders} from './paths.ts'

const commands = {error: 'error', warning: 'warning', note: 'notice'} as const

/** Writes findings as workflow commands of GitHub Actions, which shows them beside the lines that they are about. */
export function renderGithub({findings, config}: LintResult, folders: Folders): string {
  const problems = (config?.notUnderstood ?? []).map(({line, column, message}) =>
    command(
      'warning',
      {file: relativePath(config?.path ?? '', folders), line, col: column, title: 'not understood'},
      message,
    ),
  )
  return lines(
    problems,
    findings.map((finding) => ofFinding(finding, folders)),
  )
}

function ofFinding(finding: LintFinding, folders: Folders): string {
  const {path, line, column, endColumn, rule, code, message, hint, severity} = finding
  const properties = {
    file: relativePath(path, folders),
    line,
    col: column,
    endColumn,
    title: `${rule} ${code}`,
  }
  return command(commands[severity], properties, hint === undefined ? message : `${message}\nhint: ${hint}`)
}

function command(
  name: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${name} ${list.join(',')}::${data(message)}`
}

/** As the runner takes it apart: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
function data(text: string): string {
  return text.split('\n').map(inLine).join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
