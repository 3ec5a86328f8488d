import type {Severity} from '../lint/rules/types.ts'
import type {ModuleKey} from '../module-key.ts'

/** Something that lint found in a module. */
export interface ModuleFinding {
  /** source/name */
  readonly module: ModuleKey
  /** From the project's folder. */
  readonly path: string
  /** From 1, in characters. */
  readonly line: number
  readonly column: number
  readonly endColumn: number
  /** The rule. */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly hint?: string
}

/** What lint found in the modules that were brought in. */
export interface LintSummary {
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  readonly findings: readonly ModuleFinding[]
}

export const nothingLinted: LintSummary = {errors: 0, warnings: 0, notes: 0, findings: []}
