import type {Fix} from './fix.ts'
import type {RuleReport} from './rules/rule-report.ts'

/**
 * Something that lint found in a file, placed as luacheck does: lines and columns from 1, in characters where the file
 * is UTF-8.
 */
export interface Finding {
  readonly code: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  readonly message: string
  /** Name of the variable that the finding is about. */
  readonly name?: string
  /** The change that mends it, where that is safe: offsets behind a byte order mark. */
  readonly fix?: Fix
}

/**
 * What one file comes to by itself, before others are looked at. It is plain data: it can be computed in any thread,
 * sent, and kept as JSON for as long as neither the file nor its options change.
 */
export interface FileResult {
  readonly findings: readonly Finding[]
  /** Findings that what stands in other files may do away with. */
  readonly pending: readonly Pending[]
  /** Globals that the file defines for all of them, and those that it uses. */
  readonly defines: readonly string[]
  readonly uses: readonly string[]
  /** What the rules about Prosody found, where they are applied and the file is Lua. */
  readonly rules?: RuleReport
}

/** What a file comes to in which nothing is found. */
export const nothingFound: FileResult = {findings: [], pending: [], defines: [], uses: []}

/** A finding that counts unless some file defines, or uses, a global. */
export interface Pending {
  readonly finding: Finding
  /** The global that the finding is about, and what must not be done with it anywhere. */
  readonly name: string
  readonly unless: 'defined' | 'used'
}

/** Orders findings as luacheck does. */
export function compareFindings(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
}

/**
 * Decides about the findings of several files together: where options let globals be defined, what one file defines
 * others may use.
 */
export function resolveFindings(results: readonly FileResult[]): (readonly Finding[])[] {
  const defined = new Set<string>()
  for (const {defines} of results) for (const name of defines) defined.add(name)
  const used = defined.size === 0 ? defined : new Set(results.flatMap(({uses}) => uses))
  return results.map(({findings, pending}) => {
    if (pending.length === 0) return findings
    const left = pending.filter(({name, unless}) => !(unless === 'defined' ? defined : used).has(name))
    return [...findings, ...left.map(({finding}) => finding)].sort(compareFindings)
  })
}
