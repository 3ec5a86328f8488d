import type {Severity} from '../lint/rules/types.ts'
import type {ModuleKey} from '../module-key.ts'

/** Something that lint found in a module. */
export interface ModuleFinding {
  /** source/name */
  readonly module: ModuleKey
  /** The file's path from the project's folder. */
  readonly path: string
  /** Line and columns from 1, in characters. */
  readonly line: number
  readonly column: number
  readonly endColumn: number
  /** The id of the rule. */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly hint?: string
}

/** What lint found in modules that were brought in. */
export interface LintSummary {
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  readonly findings: readonly ModuleFinding[]
}

/** The summary of a run that brought in nothing to lint. */
export const nothingLinted: LintSummary = {errors: 0, warnings: 0, notes: 0, findings: []}
