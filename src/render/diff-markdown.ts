import type {Impact} from '../changes/impact.ts'
import type {Change, Severity} from '../changes/types.ts'
import type {ChangeReport} from '../operations/diff/report.ts'
import type {SourceDiff} from '../operations/diff/compare-locks.ts'
import type {NeedsDiff, NeededLibrary} from '../operations/diff/needs.ts'
import {inLine, jsonText} from '../plain-text.ts'
import {ageText, type HeldBack} from '../resolve/release-age.ts'
import {changeText, kindsOf, listed, placeOf, severityTitles, sumOf, titleOf} from './diff.ts'

/** What a pull request's text may have: GitHub's takes 65,536 characters. */
const most = 60_000

/** What breaks more is told by the text. */
const mostImpacts = 50

/** Room that what is said of the cut needs. */
const reserve = 600

/** Writes what differs in Markdown for a pull request: worst first, the rest folded, cut where it gets too long. */
export function diffMarkdown({sources, needs, impacts, configuration}: ChangeReport): string {
  const page = new Page()
  page.add(impactBlock(impacts))
  page.add(unreadBlock(configuration))
  if (sources.length === 0) page.add(['Nothing differs.'])
  for (const source of sources) sourceParts(source, page)
  if (needs !== null) page.add(needsLines(needs))
  return page.text()
}

/** Writes the result of a command that reports changes. @param text writes it for people */
export function reportText(
  format: 'text' | 'markdown' | 'json',
  result: {readonly report: ChangeReport; readonly heldBack: readonly HeldBack[]},
  text: () => string,
): string {
  if (format === 'json') return `${jsonText(result, 2)}\n`
  if (format === 'text') return text()
  const held = result.heldBack.map((one) => `- ${code(one.module)} ${escaped(ageText(one))}`)
  return `${diffMarkdown(result.report)}${held.length === 0 ? '' : `\n### Held back\n\n${held.slice(0, mostImpacts).join('\n')}\n`}`
}

function impactBlock(impacts: readonly Impact[]): string[] {
  if (impacts.length === 0) return []
  const shown = impacts.slice(0, mostImpacts)
  const rest = impacts.length - shown.length
  return [
    `### In this project (${impacts.length})`,
    '',
    ...shown.map(({severity, message, places, certain, hint}) => {
      const at = places
        .slice(0, 3)
        .map(({file, line}) => code(`${file}:${line}`))
        .join(', ')
      const perhaps = certain ? '' : ', as far as can be told without running it'
      const what = severity === 'breaking' ? '**breaks**' : 'differs'
      return `- ${what}${at === '' ? '' : ` ${at}`}: ${escaped(message)}${perhaps}${hint === null ? '' : `<br>${escaped(hint)}`}`
    }),
    ...(rest > 0 ? [`- _and ${rest} more_`] : []),
  ]
}

function unreadBlock(configuration: ChangeReport['configuration']): string[] {
  return (configuration?.problems ?? [])
    .slice(0, mostImpacts)
    .map(
      ({file, line, column, message}) =>
        `- not read: ${code(`${file}:${line}:${column}`)}: ${escaped(message)}`,
    )
}

/** Collects blocks as long as there is room, and counts what there was none for. */
class Page {
  readonly #lines: string[] = []
  readonly #left: Change[] = []
  #length = 0

  /** Adds a block whole, or not at all. */
  add(lines: readonly string[]): boolean {
    const length = lines.reduce((sum, line) => sum + line.length + 1, 1)
    if (lines.length === 0 || this.#length + length > most - reserve) return lines.length === 0
    if (this.#lines.length > 0) this.#lines.push('')
    this.#lines.push(...lines)
    this.#length += length
    return true
  }

  /** Adds as many changes as there is room for, between lines that stand around them. */
  addChanges(before: readonly string[], changes: readonly Change[], after: readonly string[]): void {
    const frame = [...before, ...after].reduce((sum, line) => sum + line.length + 1, 1)
    const shown: string[] = []
    let length = this.#length + frame
    for (const change of changes) {
      const line = changeLine(change)
      if (length + line.length + 1 > most - reserve) break
      shown.push(line)
      length += line.length + 1
    }
    this.#left.push(...changes.slice(shown.length))
    if (shown.length > 0) this.add([...before, ...shown, ...after])
  }

  text(): string {
    const cut =
      this.#left.length === 0
        ? []
        : ['', `_Cut, since a pull request has no room for it: ${kindsOf(this.#left)}._`]
    return `${[...this.#lines, ...cut].join('\n')}\n`
  }
}

function sourceParts(source: SourceDiff, page: Page): void {
  const {changes, partial} = source
  page.add([`### ${escaped(titleOf(source))}`, '', escaped(sumOf(source))])
  for (const severity of ['breaking', 'notable', 'news'] as const) {
    const own = changes.filter((one) => one.severity === severity)
    if (own.length === 0) continue
    const [before, after] = frameOf(severity, own.length)
    page.addChanges(before, own, after)
  }
  if (partial.length > 0)
    page.add([`Not known, since their files could not be looked at: ${listed(partial, {all: false}, code)}.`])
}

/** What breaks stands open, the rest is folded. */
function frameOf(severity: Severity, count: number): readonly [before: string[], after: string[]] {
  const title = severityTitles[severity]
  const text = `${title.charAt(0).toUpperCase()}${title.slice(1)} (${count})`
  if (severity === 'breaking') return [[`**${text}**`, ''], []]
  return [
    ['<details>', `<summary>${text}</summary>`, ''],
    ['', '</details>'],
  ]
}

function changeLine(change: Change): string {
  const place = placeOf(change)
  const at = place === null ? '' : ` (${code(`${place.file}:${place.line}`)})`
  const note = change.note === null ? '' : `<br>${escaped(change.note)}`
  return `- ${changeText(change, {code, text: escaped})}${at}${note}`
}

function needsLines({libraries, packages}: NeedsDiff): string[] {
  const lines = (what: string, all: readonly NeededLibrary[]): string[] =>
    all.map(
      ({library, by, neededBy}) =>
        `- ${what} ${code(library)} (${code(by)}), for ${listed(neededBy, {all: false}, code)}`,
    )
  const told = [
    ...lines('needed now:', libraries.added),
    ...lines('not needed any more:', libraries.removed),
    ...(packages.added.length === 0 ? [] : [`- packages to add: ${packages.added.map(code).join(' ')}`]),
    ...(packages.removed.length === 0
      ? []
      : [`- packages to leave out: ${packages.removed.map(code).join(' ')}`]),
  ]
  return told.length === 0 ? [] : ['### Lua libraries', '', ...told]
}

/** As code, whatever is in it. */
function code(text: string): string {
  const line = inLine(text)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** As text: what Markdown or HTML would take for its own is escaped. */
function escaped(text: string): string {
  return inLine(text).replace(/[\\`*[\]<>|#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (mark) => `\\${mark}`)
}
