import {moduleOfPath} from '../module-name.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import type {BumpCounts, BumpMove, BumpResult, BumpedEntry, StayedEntry} from '../operations/bump/bump.ts'
import type {ModuleComparison, RenamedModule} from '../resolve/compare.ts'
import {meaningLines, type DiffView} from './diff.ts'
import {closureLines} from './needs.ts'
import {
  byKey,
  changeLines,
  count,
  fetchLines,
  heldBackLines,
  lines,
  lintLines,
  patchedText,
  trustText,
  closingLines,
  doneText,
  verbText,
  warningLines,
} from './common.ts'

/** Names of one kind that are shown; what leaves or is renamed is always shown. */
const shown = 20

/** Writes for people what `bump` found or did. */
export function renderBump(result: BumpResult, view: DiffView): string {
  return lines(
    result.moved.flatMap((move) => moveLines(move, result.dryRun)),
    stayedLines(result.stayed),
    result.notes.map((note) => `${pc.cyan('note:')} ${note}`),
    heldBackLines(result.heldBack),
    summaryLines(result),
    meaningLines(result.report, view),
    closureLines(result.needs, result.dryRun),
    fetchLines(result.fetch),
    lintLines(result.lint),
    warningLines(result),
    changeLines(result),
    closingLines(doneText(result, {renamed: result.counts.modules.renamed})),
  )
}

function moveLines(move: BumpMove, dryRun: boolean): string[] {
  const {entries, modules, files, sameFiles} = move
  const [first] = entries
  const trust = first === undefined ? [] : [`  ${trustText(first.trust)}`, ...entries.flatMap(patchedLines)]
  if (sameFiles) {
    const pins = move.from === move.to ? "the manifest's value changes" : 'only the pin moves'
    return [
      ...entries.map((entry) => title(entry, dryRun)),
      ...trust,
      `  the same files, which is no news: ${pins}`,
    ]
  }
  const others = {
    added: files.added.filter((path) => modules === null || moduleOfPath(path) === undefined),
    removed: files.removed.filter((path) => modules === null || moduleOfPath(path) === undefined),
    renamed: files.renamed
      .filter(({from}) => modules === null || moduleOfPath(from) === undefined)
      .map(({from, to}) => `${from} → ${to}`),
    changed: files.changed.filter((path) => modules === null || moduleOfPath(path) === undefined),
  }
  return [
    ...entries.map((entry) => title(entry, dryRun)),
    ...trust,
    ...(modules === null
      ? []
      : groupLines('modules', {...modules, renamed: modules.renamed.map(renamedText)})),
    ...groupLines(modules === null ? 'files' : 'other files', others),
  ]
}

function patchedLines({module, patched}: BumpedEntry): string[] {
  return patched.length === 0 ? [] : [`  ${module} ${patchedText(patched)}`]
}

/** `jitsi/* 9955 → 10008 (a603a8df3cdd)` */
function title({module, previous, version, revision, pin}: BumpedEntry, dryRun: boolean): string {
  const from = previous === null ? 'not locked' : shownVersion(previous.version)
  const isSameVersion = previous?.version === version
  const before =
    isSameVersion && previous.revision !== revision ? ` (${previous.revision?.slice(0, 12) ?? '-'})` : ''
  const at = revision === null || revision === version ? '' : pc.dim(` (${revision.slice(0, 12)})`)
  const value = pin.from === pin.to && pin.to !== version ? `, admitted by "${pin.to}" in the manifest` : ''
  const wrote = pin.from !== pin.to && pin.to !== version ? `, as "${pin.to}" in the manifest` : ''
  return `${verbText('moved', dryRun)}${pc.bold(module)} ${from}${before} → ${shownVersion(version)}${at}${value}${wrote}`
}

const tones = {removed: pc.red, renamed: pc.yellow, added: pc.green, changed: pc.yellow} as const

type Named = Readonly<Record<keyof BumpCounts, readonly string[]>>

function groupLines(what: string, names: Named): string[] {
  const found = (['removed', 'renamed', 'added', 'changed'] as const).flatMap((kind) => {
    const all = names[kind]
    const limit = kind === 'removed' || kind === 'renamed' ? all.length : shown
    const rest = all.length - limit
    return [
      ...all.slice(0, limit).map((name) => `    ${tones[kind](kind.padEnd(8))}${name}`),
      ...(rest > 0 ? [pc.dim(`    … and ${rest} more ${kind} (--json lists all)`)] : []),
    ]
  })
  return found.length === 0 ? [] : [`  ${what}:`, ...found]
}

function renamedText({from, to, evidence, share}: RenamedModule): string {
  const lines = share === null ? '' : `${Math.floor(share * 100)}% of its lines are the same`
  const why =
    evidence === 'same-files'
      ? 'the same file'
      : evidence === 'similar'
        ? lines
        : `as its publisher says${lines === '' ? '' : `; ${lines}`}`
  return `${from} → ${to} (${why})`
}

/** Entries that are named one by one where one thing is to be said of them; of more, their number. */
const mostStayed = 3

function stayedLines(stayed: readonly StayedEntry[]): string[] {
  const isNewest = ({found, version, asked}: StayedEntry): boolean =>
    found === version && (asked === 'known' || asked === 'latest')
  return [...byKey(stayed, (one) => (isNewest(one) ? one.asked : one.module)).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined || group.length <= mostStayed) return group.map((one) => stayedLine(one))
    return first.asked === 'latest'
      ? `${count(group.length, 'module')} are at the newest release that their publishers have`
      : `${count(group.length, 'module')} are at the newest known release already; ${askLatest}`
  })
}

const askLatest = '--latest asks publishers for newer ones'

function stayedLine({module, version, found, asked}: StayedEntry): string {
  const name = pc.bold(module)
  const ask = '--latest asks its publisher for newer ones'
  switch (asked) {
    case 'none':
      return `${name} comes from a path or URL, which has no releases; "prosody-mods update" takes what is there now`
    case 'version':
      return `${name} is at ${shownVersion(version)} already`
    case 'known':
      return found === version
        ? `${name} is at ${shownVersion(version)} already, the newest known release that has it; ${ask}`
        : `${name} stays at ${shownVersion(version)}: the newest known release is ${shownVersion(found)}; ${ask}`
    case 'latest':
      return found === version
        ? `${name} is at ${shownVersion(version)} already, the newest that its publisher has`
        : `${name} stays at ${shownVersion(version)}: the newest release that changed it is ${shownVersion(found)}`
  }
}

function summaryLines({moved, counts}: BumpResult): string[] {
  if (moved.length === 0) return []
  const trees: (ModuleComparison | null)[] = moved.map(({modules}) => modules)
  return [
    ...(trees.every((modules) => modules === null) ? [] : [`modules: ${countsText(counts.modules)}`]),
    `files: ${countsText(counts.files)}`,
  ]
}

function countsText(counts: BumpCounts): string {
  const told = (['added', 'removed', 'renamed', 'changed'] as const).filter((kind) => counts[kind] > 0)
  return told.length === 0 ? 'the same' : told.map((kind) => `${counts[kind]} ${kind}`).join(', ')
}
