import type {Fix} from '../fix.ts'
import type {When} from './functions.ts'
import type {RuleId} from './ids.ts'
import type {Pending} from './pending.ts'
import type {Severity} from './types.ts'

/**
 * Something that a rule about Prosody found in a file, as plain data, as findings of a cache are. Lines and columns
 * from 1, in characters where the file is UTF-8.
 */
export interface RuleFinding {
  readonly rule: RuleId
  readonly severity: Severity
  readonly line: number
  readonly column: number
  readonly endColumn: number
  readonly message: string
  readonly hint?: string
  /** Byte offsets behind a byte order mark. */
  readonly fix?: Fix
  /** What other files may say so that the finding does not hold. */
  readonly pending?: Pending
}

/** What the rules say of a file, and what the file has that others may count on. */
export interface RuleReport {
  /** In the order of lines. */
  readonly findings: readonly RuleFinding[]
  /** Global variables that the file sets. */
  readonly globals: readonly string[]
  /** Events that the file fires; `*` stands for what is computed. */
  readonly fires: readonly string[]
  /** Methods that the file adds to `module` for all modules. */
  readonly methods: readonly string[]
  /** What the file asks module:require for. */
  readonly asks: readonly string[]
  /** Names by which the file calls what is none of Prosody's or Lua's own, and when at the latest. */
  readonly uses: Readonly<Record<string, When>>
  /** Fields of the table that the file returns; null where they can't all be known. */
  readonly gives: readonly string[] | null
}

/** The report on a file that nothing is found in. */
export const emptyReport: RuleReport = {
  findings: [],
  globals: [],
  fires: [],
  methods: [],
  asks: [],
  uses: {},
  gives: null,
}
