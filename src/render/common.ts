import {shownVersion} from '../text/shown-version.ts'
import type {ToldFlaw} from '../resolve/advisories.ts'
import {out as pc} from './colours.ts'
import type {FetchReport} from '../fetch/report.ts'
import type {Placement} from '../facts/placement.ts'
import {contextFolder, type Trust} from '../project/lockfile.ts'
import type {LintSummary} from '../context/lint-summary.ts'
import type {AppliedPatch, ModuleSummary, WriteResult} from '../context/write-result.ts'
import {inLine, visible} from '../plain-text.ts'
import {ageText, type HeldBack} from '../resolve/release-age.ts'
import {shellWord} from '../text/shell-word.ts'
import {tellsDetails} from './detail.ts'
import {count} from '../text/count.ts'
import type {WarningCode} from '../warning.ts'
import {widthOf} from './width.ts'

export {count} from '../text/count.ts'

/** Joins lines to a text, each with a newline; '' where there are none. */
export function lines(...parts: readonly (string | readonly string[])[]): string {
  const all = parts.flat()
  return all.length === 0 ? '' : `${all.join('\n')}\n`
}

/** Lists names in a sentence, the first few where there are many: `a, b, c and 4 more`. */
export function namesText(names: readonly string[]): string {
  const few = names.length > mostNamed + 1 ? names.slice(0, mostNamed) : names.slice(0, -1)
  const last = names.length > mostNamed + 1 ? `${names.length - mostNamed} more` : (names.at(-1) ?? '')
  return few.length === 0 ? last : `${few.join(', ')} and ${last}`
}

/** Groups items by a key, in the order in which their keys come first. */
export function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** Writes a module's name, version and revision: `community/muc_moderation 2026.7.23 (0971c99bfbc9)`. */
export function moduleTitle({module, version, revision}: ModuleSummary): string {
  const shown = version === 'local' || version === revision ? '' : ` ${version}`
  return `${pc.bold(module)}${shown}${revision === null ? '' : pc.dim(` (${revision.slice(0, 12)})`)}`
}

const basisTexts = {
  upstream: "seen in the publisher's repository",
  debian: "seen in Debian's package (not compared with the publisher's bytes)",
  fork: "some seen in one fork of the publisher's repository only",
} as const

/** Says what a module does, on a line of its own that is moved in; [] where nobody has written it down. */
export function summaryLines(summary: string | null, indent: number): string[] {
  return summary === null ? [] : [`${' '.repeat(indent)}${visible(summary)}`]
}

/** Says in words who vouches for the digests. */
export function trustText({by, basis}: Trust): string {
  switch (by) {
    case 'registry':
      return `digests from the registry, ${basisTexts[basis ?? 'upstream']}`
    case 'signature':
      return 'named in the signed index of its archive'
    case 'first-use':
      return pc.yellow('trusted on first use: no registry vouches for these bytes')
    case 'user':
      return 'named by you'
  }
}

/** Says where and how to enable a module. */
export function placementText(name: string, {where, component, evidence}: Placement): string {
  const why = pc.dim(`  -- ${inLine(evidence)}`)
  switch (where) {
    case 'authentication':
      return `authentication = "${name.replace(/^auth_/, '')}" on a VirtualHost${why}`
    case 'storage':
      return `storage = "${name.replace(/^storage_/, '')}"${why}`
    case 'muc-component':
      return `add "${name}" to modules_enabled of Component "conference.…" "muc"${why}`
    case 'in-component':
      return `add "${name}" to modules_enabled of Component "${component ?? ''}.…" "${component ?? ''}"${why}`
    case 'component':
      return `Component "<host>" "${name}"${why}`
    case 'global':
      return `add "${name}" to modules_enabled at the top, for the whole server${why}`
    case 'host':
      return `add "${name}" to modules_enabled at the top or of a VirtualHost${why}`
  }
}

/** Says what was fetched from where, and what did not answer. */
export function fetchLines({served, failures, fromStore}: FetchReport): string[] {
  const found = Object.entries(served).map(
    ([label, files]) => `fetched ${count(files, 'file')} from ${label}`,
  )
  if (fromStore > 0) found.push(`took ${count(fromStore, 'file')} from the store`)
  return [...found, ...failures.map(({label, reason}) => pc.dim(visible(`  ${label}: ${reason}`)))]
}

/** Says which releases were not chosen for their age, a line each. */
export function heldBackLines(heldBack: readonly HeldBack[]): string[] {
  return heldBack.map((one) => `${pc.cyan('note:')} ${one.module} ${visible(ageText(one))}`)
}

const verbs = {
  added: ['added', 'would add', pc.green],
  changed: ['changed', 'would change', pc.yellow],
  moved: ['moved', 'would move', pc.yellow],
  removed: ['removed', 'would remove', pc.red],
  write: ['wrote', 'would write', pc.green],
  replace: ['updated', 'would update', pc.yellow],
  remove: ['removed', 'would remove', pc.red],
  chmod: ['chmod', 'would chmod', pc.yellow],
} as const

/** Writes what is done to a module or file, as wide as all such words are, with the blank behind it. */
export function verbText(verb: keyof typeof verbs, dryRun: boolean): string {
  const [done, planned, colour] = verbs[verb]
  return dryRun ? colour(planned.padEnd(13)) : colour(done.padEnd(8))
}

const longList = 20

/** So many names are told of a kind, files of one folder of the context for one. */
const mostNamed = 3

/** Says which files are touched: of the context's folders by their number where there are many. */
export function changeLines({changes, dryRun}: Pick<WriteResult, 'changes' | 'dryRun'>): string[] {
  const groups = byKey(changes, ({path, action}) => {
    const [context = '', source = '', ...rest] = path.split('/')
    return context === contextFolder && rest.length > 0 ? `${action} ${context}/${source}/` : path
  })
  const all = [...groups].flatMap(([key, group]) => {
    const [{action} = {action: 'write' as const}] = group
    if (group.length > mostNamed && !tellsDetails())
      return [
        `${verbText(action, dryRun)}${key.slice(action.length + 1)} ${pc.dim(count(group.length, 'file'))}`,
      ]
    return group.map(({path}) => `${verbText(action, dryRun)}${path}`)
  })
  const rest = tellsDetails() ? 0 : all.length - longList
  return rest > 0 ? [...all.slice(0, longList), pc.dim(`… and ${count(rest, 'more file')}`)] : all
}

/** Ends what a command says with what it came to and, where somebody watches, how long it took. */
export function closingLines(text: string): string[] {
  if (!process.stdout.isTTY) return [text]
  return [`${text}${pc.dim(` in ${(performance.now() / 1000).toFixed(1)} s`)}`]
}

/**
 * Counts what was moved and written: `2 modules changed, 4 files written`. Modules of trees count one by one.
 * @param told what modules with other files are, and how many that came and went are one under another name
 */
export function doneText(
  {changes, dryRun, total}: Pick<WriteResult, 'changes' | 'dryRun' | 'total'>,
  {changed = 'changed', renamed = 0}: {readonly changed?: string; readonly renamed?: number} = {},
): string {
  const modules: readonly (readonly [number: number, what: string])[] = [
    [total.added - renamed, 'added'],
    [renamed, 'renamed'],
    [total.changed, changed],
    [total.removed - renamed, 'removed'],
  ]
  const written = changes.filter(({action}) => action === 'write' || action === 'replace').length
  const gone = changes.filter(({action}) => action === 'remove').length
  const parts = [
    ...modules.flatMap(([number, what]) => (number === 0 ? [] : [`${count(number, 'module')} ${what}`])),
    ...(written === 0 ? [] : [`${count(written, 'file')} written`]),
    ...(gone === 0 ? [] : [`${count(gone, 'file')} removed`]),
  ]
  if (parts.length === 0) return 'nothing changed'
  if (!dryRun) return parts.join(', ')
  const touched = modules.reduce((sum, [number]) => sum + number, 0)
  const what = [...(touched === 0 ? [] : [count(touched, 'module')]), count(changes.length, 'file')]
  return `dry run: ${what.join(', ')}; nothing was written`
}

/** Writes what stands before a warning: `warning[CORE_HIDDEN]:`. */
export function warningLabel(code: WarningCode): string {
  return `warning[${code}]:`
}

/** Writes warnings, a line each; those that were there before are counted. */
export function warningLines({codedWarnings}: Pick<WriteResult, 'codedWarnings'>): string[] {
  const fresh = codedWarnings.filter(({known}) => !known)
  const known = codedWarnings.length - fresh.length
  const shown = fresh
    .slice(0, longList)
    .map(({code, message}) => `${pc.yellow(warningLabel(code))} ${visible(message)}`)
  return [
    ...shown,
    ...(fresh.length > longList ? [`… and ${fresh.length - longList} more warnings`] : []),
    ...(known > 0 ? [pc.dim(`${count(known, 'warning')} as before: "prosody-mods check" shows them`)] : []),
  ]
}

/** Says what lint found in modules that were brought in: errors one by one, the rest by module. */
export function lintLines({errors, warnings, findings}: LintSummary): string[] {
  const wrong = findings
    .filter(({severity}) => severity === 'error')
    .map(
      ({path, line, column, message, code}) =>
        `${pc.yellow('warning:')} ${visible(path)}:${line}:${column}: ${visible(message)} [${code}]`,
    )
  if (errors + warnings === 0) return []
  const modules = [...new Set(findings.filter(({severity}) => severity !== 'note').map(({module}) => module))]
  const found = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ]
  return [
    ...wrong.slice(0, longList),
    `lint: ${found.join(' and ')} in ${namesText(modules)}; "prosody-mods lint${modules.length === 1 ? ` ${shellWord(modules[0] ?? '')}` : ''}" shows ${errors + warnings === 1 ? 'it' : 'them'}`,
  ]
}

/** Writes rows in columns as wide as their widest cell; the last one runs on. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))))
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : padded(cell, widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - widthOf(cell)))
}

/** Writes which patches a module's files were changed with. */
export function patchedText(patched: readonly AppliedPatch[]): string {
  const names = patched.map(({path, state}) =>
    state === 'already' ? `${path} (which changes nothing)` : path,
  )
  return `patched with ${visible(names.join(', '))}`
}

/** Writes a known flaw in a line: what it lets happen, and where it is mended. */
export function flawText({id, summary, source, fixed}: ToldFlaw): string {
  return visible(`${id}: ${summary}; fixed in ${source} ${shownVersion(fixed)}`)
}
