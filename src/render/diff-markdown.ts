import {isOfAdvisory} from '../changes/advisories.ts'
import type {Impact} from '../changes/impact.ts'
import type {Change, Severity} from '../changes/types.ts'
import type {ChangeReport} from '../operations/diff/report.ts'
import type {SourceDiff} from '../operations/diff/compare-locks.ts'
import type {NeedsDiff, NeededLibrary} from '../operations/diff/needs.ts'
import {inLine} from '../plain-text.ts'
import {ageText, type HeldBack} from '../resolve/release-age.ts'
import {changeText, kindsOf, listed, placeOf} from './change-text.ts'
import {advisoryTitle, broughtBy, isSilent, severityTitles, silence, sumOf, titleOf} from './diff.ts'

/** What a pull request's text may have: GitHub's takes 65,536 characters. */
const most = 60_000

/** Blocks that are named where there was no room for them. */
const mostCut = 5

/** Room that what is said of the cut needs. */
const reserve = 600

/**
 * Writes what differs in Markdown for a pull request: worst first, the rest folded, cut where it gets too long.
 * @param heldBack releases that were passed over for their age
 */
export function diffMarkdown(
  {sources, needs, impacts, configuration}: ChangeReport,
  heldBack: readonly HeldBack[] = [],
): string {
  const page = new Page()
  page.addList(
    [`### In this project (${impacts.length})`, ''],
    impacts.map(impactLine),
    'what breaks the project',
  )
  page.addList([], (configuration?.problems ?? []).map(problemLine), 'what was not read')
  if (sources.length === 0) page.add(['Nothing differs.'], 'nothing')
  for (const source of sources) sourceParts(source, page)
  page.addList(['### Lua libraries', ''], needs === null ? [] : needsLines(needs), 'Lua libraries')
  page.addList(
    ['### Held back', ''],
    heldBack.map((one) => `- ${code(one.module)} ${escaped(ageText(one))}`),
    'releases that are held back',
  )
  return page.text()
}

function impactLine({severity, message, places, certain, hint}: Impact): string {
  const at = places
    .slice(0, 3)
    .map(({file, line}) => code(`${file}:${line}`))
    .join(', ')
  const perhaps = certain ? '' : ', as far as can be told without running it'
  const what = severity === 'breaking' ? '**breaks**' : 'differs'
  return `- ${what}${at === '' ? '' : ` ${at}`}: ${escaped(message)}${perhaps}${hint === null ? '' : `<br>${escaped(hint)}`}`
}

type Problem = NonNullable<ChangeReport['configuration']>['problems'][number]

function problemLine({file, line, column, message}: Problem): string {
  return `- not read: ${code(`${file}:${line}:${column}`)}: ${escaped(message)}`
}

/** Collects blocks as long as there is room, and what there was none for. */
class Page {
  readonly #lines: string[] = []
  readonly #left: Change[] = []
  readonly #cut: string[] = []
  #length = 0

  /** Adds lines that belong together, all or none. @param what names them where there is no room */
  add(lines: readonly string[], what: string): boolean {
    const length = lengthOf(lines)
    if (this.#length + length > most - reserve) {
      this.#cut.push(what)
      return false
    }
    if (this.#lines.length > 0) this.#lines.push('')
    this.#lines.push(...lines)
    this.#length += length
    return true
  }

  /** Adds as many lines of a list as there is room for. @param what names those that there is none for */
  addList(title: readonly string[], list: readonly string[], what: string): void {
    const shown = this.#fitting(list, lengthOf(title))
    if (shown.length > 0) this.add([...title, ...shown], what)
    if (shown.length < list.length) this.#cut.push(`${what} (${list.length - shown.length})`)
  }

  /** Adds as many changes as there is room for, between lines that stand around them. */
  addChanges(before: readonly string[], changes: readonly Change[], after: readonly string[]): void {
    const shown = this.#fitting(changes.map(changeLine), lengthOf([...before, ...after]))
    this.leave(changes.slice(shown.length))
    if (shown.length > 0) this.add([...before, ...shown, ...after], '')
  }

  /** Leaves changes out, to be counted. */
  leave(changes: readonly Change[]): void {
    this.#left.push(...changes)
  }

  text(): string {
    const left = [...this.#cut.slice(0, mostCut), ...(this.#left.length === 0 ? [] : [kindsOf(this.#left)])]
    const cut =
      left.length === 0 ? [] : ['', `_Cut, since a pull request has no room for it: ${left.join('; ')}._`]
    return `${[...this.#lines, ...cut].join('\n')}\n`
  }

  #fitting(lines: readonly string[], frame: number): readonly string[] {
    let length = this.#length + frame
    const end = lines.findIndex((line) => {
      length += line.length + 1
      return length > most - reserve
    })
    return end === -1 ? lines : lines.slice(0, end)
  }
}

/** With the ends of the lines, and one that stands before them. */
function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 1)
}

function sourceParts(source: SourceDiff, page: Page): void {
  const {changes, partial} = source
  const title = escaped(titleOf(source))
  if (!page.add([`### ${title}`, '', escaped(sumOf(source))], title)) {
    page.leave(changes)
    return
  }
  const advisories = changes.filter(isOfAdvisory)
  if (advisories.length > 0)
    page.addChanges([`**${capital(advisoryTitle)} (${advisories.length})**`, ''], advisories, [])
  for (const severity of ['breaking', 'notable', 'news'] as const) {
    const own = changes.filter((one) => one.severity === severity && !isOfAdvisory(one))
    if (own.length === 0) continue
    const [before, after] = frameOf(severity, own.length)
    page.addChanges(before, own, after)
  }
  if (isSilent(source)) page.add([`The code differs ${silence}.`], 'what does not differ')
  if (partial.length === 0) return
  const names = listed(partial, {all: false}, code)
  page.add([`Not known, since their files could not be looked at: ${names}.`], 'what is not known')
}

/** What breaks stands open, the rest is folded. */
function frameOf(severity: Severity, count: number): readonly [before: string[], after: string[]] {
  const title = severityTitles[severity]
  const text = `${capital(title)} (${count})`
  if (severity === 'breaking') return [[`**${text}**`, ''], []]
  return [
    ['<details>', `<summary>${text}</summary>`, ''],
    ['', '</details>'],
  ]
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
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
        `- ${what} ${code(library)} (${by === 'unknown' ? broughtBy(by) : code(by)}), for ${listed(neededBy, {all: false}, code)}`,
    )
  return [
    ...lines('needed now:', libraries.added),
    ...lines('not needed any more:', libraries.removed),
    ...(packages.added.length === 0 ? [] : [`- packages to add: ${packages.added.map(code).join(' ')}`]),
    ...(packages.removed.length === 0
      ? []
      : [`- packages to leave out: ${packages.removed.map(code).join(' ')}`]),
  ]
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
