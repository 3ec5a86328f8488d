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
import {widthOf} from './width.ts'

/** Joins lines to a text, each with a newline; '' where there are none. */
export function lines(...parts: readonly (string | readonly string[])[]): string {
  const all = parts.flat()
  return all.length === 0 ? '' : `${all.join('\n')}\n`
}

/** Writes a number of things: `1 file`, `2 files`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
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
  write: ['wrote', 'would write'],
  replace: ['updated', 'would update'],
  remove: ['removed', 'would remove'],
  chmod: ['chmod', 'would chmod'],
} as const

const longList = 20

/** Lists each changed file; long lists are summed up. */
export function changeLines({changes, dryRun}: Pick<WriteResult, 'changes' | 'dryRun'>): string[] {
  const tense = dryRun ? 1 : 0
  const shown = changes
    .slice(0, longList)
    .map(({path, action}) => `${verbs[action][tense].padEnd(dryRun ? 13 : 8)}${path}`)
  const rest = changes.length - longList
  return rest > 0 ? [...shown, pc.dim(`… and ${count(rest, 'more file')}`)] : shown
}

/** Says how many files of the context are touched, and lists each other file. */
export function changeCountLines({changes, dryRun}: Pick<WriteResult, 'changes' | 'dryRun'>): string[] {
  const inContext = changes.filter(({path}) => path.startsWith(`${contextFolder}/`))
  const counts = (['write', 'replace', 'remove', 'chmod'] as const).flatMap((action) => {
    const files = inContext.filter((change) => change.action === action).length
    return files === 0
      ? []
      : [`${verbs[action][dryRun ? 1 : 0]} ${count(files, 'file')} below ${contextFolder}/`]
  })
  return [...counts, ...changeLines({changes: changes.filter((one) => !inContext.includes(one)), dryRun})]
}

/** Writes warnings, a line each. */
export function warningLines(warnings: readonly string[]): string[] {
  const shown = warnings.slice(0, longList).map((text) => `${pc.yellow('warning:')} ${visible(text)}`)
  return warnings.length > longList ? [...shown, `… and ${warnings.length - longList} more warnings`] : shown
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
    `lint: ${found.join(' and ')} in ${modules.length > 3 ? count(modules.length, 'module') : modules.join(', ')}; "prosody-mods lint${modules.length === 1 ? ` ${shellWord(modules[0] ?? '')}` : ''}" shows them`,
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
