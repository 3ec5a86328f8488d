import {exitCodes, ProsodyModsError, type ErrorCode} from '../../errors.ts'
import {describeCode} from '../../lint/descriptions.ts'
import {isRuleId, ruleIds} from '../../lint/rules/ids.ts'
import {ownValue} from '../../own-value.ts'
import {readPackageFile} from '../../package-files.ts'
import {out as pc} from '../../render/colours.ts'
import {inline} from '../../render/markdown/inline.ts'
import {renderPage} from '../../render/markdown/page.ts'
import {pageColumns, termRows, wrap} from '../../render/wrap.ts'
import {nearestWords} from '../../text/nearest-words.ts'
import {warningCodes, type WarningCode} from '../../warning.ts'

/** What there is to say of a code; the shape is part of --json (docs/reference/json.md). */
export interface Explanation {
  /** error, warning: of prosody-mods; rule: of lint, about Prosody; luacheck: of lint, as luacheck has it */
  readonly kind: 'error' | 'warning' | 'rule' | 'luacheck'
  readonly code: string
  /** What a command ends with that fails so; of lint, when there are such findings; 0 of a warning. */
  readonly exitCode: number
  /** Markdown: what it means, why it happens, what to do. */
  readonly text: string
}

/** Finds what there is to say of a code of an error, a warning or lint; undefined for a word that is none of them. */
export function explanationOf(word: string): Explanation | undefined {
  const code = word.toUpperCase().replaceAll('-', '_')
  if (isErrorCode(code))
    return {kind: 'error', code, exitCode: exitCodes[code], text: sectionOf(code, 'errors')}
  if (isWarningCode(code)) return {kind: 'warning', code, exitCode: 0, text: sectionOf(code, 'warnings')}
  return lintExplanation(word)
}

/** Finds what there is to say of a rule or code of lint; undefined for a word that is none. */
export function lintExplanation(word: string): Explanation | undefined {
  const code = word.replace(/^[EW](?=\d{3}$)/, '')
  const text = describeCode(code)
  if (text === undefined) return undefined
  const exitCode = exitCodes.LINT_ERRORS
  if (isRuleId(code))
    return {kind: 'rule', code, exitCode, text: bodyOf(readPackageFile(`docs/lint/${code}.md`).toString())}
  return {kind: 'luacheck', code, exitCode, text: `${text}.\n\n${luacheckText(code)}`}
}

/** Lays out what there is to say of a code for the terminal. */
export function renderExplanation({code, text}: Explanation): string {
  return `${pc.bold(code)}\n\n${renderPage(text, pageColumns())}`
}

/** Throws USAGE for what is written as a code and is none. */
export function refuseLikeCode(word: string): void {
  if (!/^[A-Z]+(?:_[A-Z]+)+$/.test(word)) return
  throw unknownCode(
    word,
    nearestWords(
      word.toLowerCase(),
      [...Object.keys(exitCodes), ...warningCodes].map((code) => code.toLowerCase()),
    ),
  )
}

/** Throws USAGE for a word that is no rule or code of lint. */
export function refuseRule(word: string): never {
  const near = nearestWords(word, ruleIds)
  throw new ProsodyModsError('USAGE', `lint has no rule or code "${word}"`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `rules are ${ruleIds.join(', ')}`,
    details: {rule: word, near},
  })
}

/** Lays out a list of all codes of errors, by the exit code that each ends with. */
export function renderErrors(): string {
  const columns = pageColumns()
  const codes = Object.keys(exitCodes) as ErrorCode[]
  const hang = Math.min(28, Math.floor(columns / 2.5))
  const parts = [...new Set(Object.values(exitCodes))].flatMap((exit) => [
    '',
    pc.bold(`EXIT CODE ${exit}`),
    ...termRows(
      codes
        .filter((code) => exitCodes[code] === exit)
        .map((code) => [code, inline(firstOf(sectionOf(code, 'errors')))] as const),
      {columns, indent: 2, hang},
    ),
  ])
  const warnings = warningCodes.map((code) => [code, inline(firstOf(sectionOf(code, 'warnings')))] as const)
  return [
    ...wrap(listIntro, {columns}),
    ...parts,
    '',
    pc.bold('WARNINGS'),
    ...termRows(warnings, {columns, indent: 2, hang}),
    '',
  ].join('\n')
}

const listIntro =
  'Codes of errors and warnings. "prosody-mods explain <CODE>" says why each happens, and what to do.'

function isErrorCode(code: string): code is ErrorCode {
  return ownValue(exitCodes, code) !== undefined
}

function isWarningCode(code: string): code is WarningCode {
  return warningCodes.some((one) => one === code)
}

/** Each code has a section of a page that has its name. */
function sectionOf(code: ErrorCode | WarningCode, page: 'errors' | 'warnings'): string {
  const text = readPackageFile(`docs/reference/${page}.md`).toString()
  const [, rest = ''] = text.split(`\n## ${code}\n`)
  return (rest.split('\n## ')[0] ?? '').trim()
}

function firstOf(text: string): string {
  return text.split('\n\n')[0] ?? ''
}

/** A page without its title. */
function bodyOf(page: string): string {
  return page.replace(/^# .*\n+/, '')
}

function luacheckText(code: string): string {
  const level = code.startsWith('0') ? 'an error' : 'a warning'
  return `One of luacheck's own codes, ${level}: \`prosody-mods lint\` finds it where luacheck does. \`-- luacheck: ignore ${code}\` in the file, or \`ignore = {"${code}"}\` in a \`.luacheckrc\`, switches it off.`
}

function unknownCode(word: string, near: readonly string[]): ProsodyModsError {
  return new ProsodyModsError('USAGE', `there is no code ${word}`, {
    hint:
      near.length > 0
        ? `did you mean ${near.map((one) => one.toUpperCase()).join(' or ')}?`
        : '"prosody-mods help errors" lists all codes',
    details: {code: word, near},
  })
}
