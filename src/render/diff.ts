import {isOfAdvisory} from '../changes/advisories.ts'
import type {Change} from '../changes/types.ts'
import type {Impact} from '../changes/impact.ts'
import type {DiffResult} from '../operations/diff/diff.ts'
import type {ChangeReport} from '../operations/diff/report.ts'
import type {Extent, ReleaseLabel, SourceDiff} from '../operations/diff/compare-locks.ts'
import type {NeedsDiff, NeededLibrary} from '../operations/diff/needs.ts'
import {visible} from '../plain-text.ts'
import {shownVersion} from '../text/shown-version.ts'
import {changeText, kindsOf, listed, placeOf} from './change-text.ts'
import {out as pc} from './colours.ts'
import {byKey, lines} from './common.ts'
import {firstOf} from './room.ts'

/** How much is shown. */
export interface DiffView {
  /** Everything; else a screenful. */
  readonly all: boolean
}

/** Changes of one severity that are shown of a source before the rest is counted. */
const screenful = {breaking: 12, notable: 8, news: 4} as const

/** Writes for people what `diff` found. */
export function renderDiff(result: DiffResult, view: DiffView): string {
  const {sources, only} = result
  if (sources.length === 0) {
    const what = only.length === 0 ? '' : ` about ${only.join(', ')}`
    const {from, to} = result
    return lines(
      from === to ? `nothing differs: both are ${from}` : `nothing differs${what} between ${from} and ${to}`,
    )
  }
  return lines(diffLines(result, view))
}

/** Writes what differs between two locks, as `diff` and the commands that move modules show it. */
export function diffLines(report: ChangeReport, view: DiffView): string[] {
  const {sources, needs} = report
  const parts = [
    impactLines(report, view),
    ...sources.map((source) => sourceLines(source, view)),
    ...(needs === null ? [] : [needsLines(needs, view)]),
  ].filter(({length}) => length > 0)
  return parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}

/**
 * Writes what moves mean, behind lines that have said which modules come, go and are renamed: their notes and news of
 * them are left out.
 */
export function meaningLines(report: ChangeReport, view: DiffView): string[] {
  const {sources, needs} = report
  const told = sources.map((source) => {
    const changes = source.changes
      .filter(({kind}) => kind !== 'module-added')
      .map((change) => (change.kind.startsWith('module-') ? {...change, note: null} : change))
    return {...source, changes}
  })
  const parts = [
    impactLines(report, view),
    ...told
      .filter(({changes}) => changes.length > 0)
      .map((source) => [`what that means, ${pc.bold(titleOf(source))}:`, ...changeGroups(source, view)]),
    ...(needs === null ? [] : [needsLines(needs, view)]),
  ].filter(({length}) => length > 0)
  return parts.flatMap((part) => ['', ...part])
}

/** What stands first: what it means for the project's own configuration. */
function impactLines({impacts, configuration, sources}: ChangeReport, {all}: DiffView): string[] {
  const {items: shown, rest} = firstOf(impacts, screenful.breaking, {all})
  const unread = (configuration?.problems ?? []).map(
    ({file, line, column, message}) =>
      `  ${pc.yellow(`${visible(file)}:${line}:${column}`)} was not read: ${visible(message)}`,
  )
  const files = configuration?.files ?? []
  if (impacts.length === 0) {
    if (files.length === 0 || sources.length === 0) return unread
    return [pc.green(`nothing in ${listed(files, {all})} is touched`), ...unread]
  }
  return [
    `${pc.bold('in this project')} (${impacts.length})`,
    ...shown.flatMap((impact) => impactText(impact)),
    ...(rest > 0 ? [pc.dim(`  … and ${rest} more (--all)`)] : []),
    ...unread,
  ]
}

function impactText({severity, message, places, certain, hint}: Impact): string[] {
  const [first, ...others] = places
  const at = first === undefined ? '' : `${visible(first.file)}:${first.line}: `
  const more =
    others.length === 0
      ? ''
      : pc.dim(
          ` (and ${listed(
            others.map(({file, line}) => `${visible(file)}:${line}`),
            {all: false},
          )})`,
        )
  const perhaps = certain ? '' : ', as far as can be told without running it'
  return [
    `  ${colourOf(severity)(severity === 'breaking' ? 'breaks' : 'differs')} ${at}${visible(message)}${perhaps}${more}`,
    ...(hint === null ? [] : [`    ${pc.cyan('hint:')} ${visible(hint)}`]),
  ]
}

function sourceLines(source: SourceDiff, view: DiffView): string[] {
  const {partial} = source
  return [
    pc.bold(titleOf(source)),
    `  ${sumOf(source)}`,
    ...changeGroups(source, view),
    ...(isSilent(source) ? [`  the code differs ${silence}`] : []),
    ...(partial.length === 0
      ? []
      : [
          `  ${pc.yellow('not known:')} files of ${listed(partial, view)} could not be looked at; without --offline, "diff --text" brings them in`,
        ]),
  ]
}

/** What is said of code that differs where nothing else can be told of it. */
export const silence =
  'in none of what is compared: options, events, routes, stores, libraries, rules; "diff --text" shows the lines'

/** Tells whether files differ, and nothing can be told of what that means. */
export function isSilent({changes, partial, files}: SourceDiff): boolean {
  return changes.length + partial.length === 0 && files.changed.length > 0
}

function changeGroups({changes}: Pick<SourceDiff, 'changes'>, view: DiffView): string[] {
  const others = changes.filter((one) => !isOfAdvisory(one))
  return [
    ...advisoryLines(changes.filter(isOfAdvisory)),
    ...(['breaking', 'notable', 'news'] as const).flatMap((severity) =>
      severityLines(
        severity,
        others.filter((one) => one.severity === severity),
        view,
      ),
    ),
  ]
}

/** All of them, whatever there is room for. */
function advisoryLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return []
  const colour = changes.some(({kind}) => kind === 'advisory-opened') ? pc.red : pc.green
  return [
    '',
    `  ${colour(advisoryTitle)} (${changes.length})`,
    ...changes.flatMap((change) => changeLines(change)),
  ]
}

/** Names what is compared. */
export function titleOf({source, entries, from, to}: SourceDiff): string {
  const [first = source] = entries
  const what = entries.length === 1 ? first : source
  return `${what} ${labelText(from)} → ${labelText(to)}`
}

function labelText(label: ReleaseLabel | null): string {
  return label === null ? 'not there' : shownVersion(label.version)
}

/** Counts what differs, in a line. */
export function sumOf({modules, files, extent, changedShare}: SourceDiff): string {
  const total = files.added.length + files.removed.length + files.renamed.length + files.changed.length
  const counts = (['removed', 'renamed', 'added', 'changed'] as const).flatMap((kind) =>
    modules[kind].length === 0 ? [] : [`${modules[kind].length} ${kind}`],
  )
  const share =
    changedShare === null ? '' : `, ${Math.ceil(changedShare * 100)}% of the lines of changed files`
  return [
    `modules: ${counts.length === 0 ? 'the same' : counts.join(', ')}`,
    `files: ${total} differ, of ${extent.before.files} and ${extent.after.files}${share}`,
    ...bytesText(extent.before, extent.after),
  ].join('; ')
}

function bytesText({bytes: before}: Extent, {bytes: after}: Extent): string[] {
  return before === null || after === null ? [] : [`${kilobytes(before)} → ${kilobytes(after)}`]
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`
}

/** What stands above advisories. */
export const advisoryTitle = 'security advisories'

/** What changes of each severity have in common. */
export const severityTitles = {
  breaking: 'does not work as before',
  notable: 'comes out otherwise, or is gone',
  news: 'new, or of no consequence by itself',
} as const

function severityLines(severity: Change['severity'], changes: readonly Change[], {all}: DiffView): string[] {
  if (changes.length === 0) return []
  const {items: shown, rest} = firstOf(changes, screenful[severity], {all})
  return [
    '',
    `  ${colourOf(severity)(severityTitles[severity])} (${changes.length})`,
    ...notedOnce(shown).flatMap((change) => changeLines(change)),
    ...(rest > 0 ? [pc.dim(`    … and ${rest} more: ${kindsOf(changes.slice(shown.length))} (--all)`)] : []),
  ]
}

/** Brings changes together that have the same note, which stands below the last of them. */
function notedOnce(changes: readonly Change[]): readonly Change[] {
  const groups = byKey(changes, ({note}) => note ?? '')
  const told = new Set<string>()
  return changes.flatMap((change) => {
    if (change.note === null) return [change]
    if (told.has(change.note)) return []
    told.add(change.note)
    const group = groups.get(change.note) ?? []
    return group.map((one, at) => (at === group.length - 1 ? one : {...one, note: null}))
  })
}

function colourOf(severity: Change['severity']): (text: string) => string {
  return severity === 'breaking' ? pc.red : severity === 'notable' ? pc.yellow : pc.cyan
}

function changeLines(change: Change): string[] {
  const {note} = change
  return [
    `    ${visible(changeText(change))}${pc.dim(placeText(change))}`,
    ...(note === null ? [] : [`      ${pc.dim(visible(note))}`]),
  ]
}

function placeText(change: Change): string {
  const place = placeOf(change)
  return place === null ? '' : `  ${visible(place.file)}:${place.line}`
}

function needsLines({libraries, packages, apt}: NeedsDiff, {all}: DiffView): string[] {
  const names = (of: readonly NeededLibrary[]): string[] =>
    of.map(({library, by, neededBy}) => `${library} (${broughtBy(by)}), for ${listed(neededBy, {all})}`)
  const told = [
    ...names(libraries.added).map((text) => `  needed now: ${text}`),
    ...names(libraries.removed).map((text) => `  not needed any more: ${text}`),
    ...(packages.added.length === 0 ? [] : [`  packages to add: ${packages.added.join(' ')}`]),
    ...(packages.removed.length === 0 ? [] : [`  packages to leave out: ${packages.removed.join(' ')}`]),
  ]
  if (told.length === 0) return []
  const line = all && apt.before !== apt.after && apt.after !== null ? [`  RUN ${apt.after}`] : []
  return [pc.bold('Lua libraries'), ...told, ...line]
}

/** Says what brings a library. */
export function broughtBy(by: string): string {
  return by === 'unknown' ? 'which nothing known brings' : by
}
