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

/** What there is to say of a code; the shape is part of --json (docs/reference/json.md). */
export interface Explanation {
  /** error: of prosody-mods; rule: of lint, about Prosody; luacheck: of lint, as luacheck has it */
  readonly kind: 'error' | 'rule' | 'luacheck'
  readonly code: string
  /** What a command ends with that fails so; of lint, when there are such findings. */
  readonly exitCode: number
  /** Markdown: what it means, why it happens, what to do. */
  readonly text: string
}

/** Finds what there is to say of an error's code, or of one of lint; undefined for a word that is neither. */
export function explanationOf(word: string): Explanation | undefined {
  const code = codeOf(word)
  return code === undefined
    ? lintExplanation(word)
    : {kind: 'error', code, exitCode: exitCodes[code], text: sectionOf(code)}
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
      Object.keys(exitCodes).map((code) => code.toLowerCase()),
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
        .map((code) => [code, inline(firstOf(sectionOf(code)))] as const),
      {columns, indent: 2, hang},
    ),
  ])
  return [...wrap(listIntro, {columns}), ...parts, ''].join('\n')
}

const listIntro = 'Codes of errors. "prosody-mods explain <CODE>" says why each happens, and what to do.'

/** In letters of either case. */
function codeOf(word: string): ErrorCode | undefined {
  const code = word.toUpperCase().replaceAll('-', '_')
  return ownValue(exitCodes, code) === undefined ? undefined : (code as ErrorCode)
}

/** Each code has a section of the page that has its name. */
function sectionOf(code: ErrorCode): string {
  const page = readPackageFile('docs/reference/errors.md').toString()
  const [, rest = ''] = page.split(`\n## ${code}\n`)
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
