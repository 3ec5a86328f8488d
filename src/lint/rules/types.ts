import type {Fix} from '../fix.ts'
import type {Code} from './code.ts'
import type {RuleId} from './ids.ts'
import type {Known} from './target.ts'

export const severities = ['error', 'warning', 'note'] as const

export type Severity = (typeof severities)[number]

/** By the id of a rule: how what it finds counts, or that it is not looked for. */
export type RuleSettings = Readonly<Partial<Record<RuleId, Severity | 'off'>>>

/** What only those who see other files can tell. */
export type Pending =
  | {readonly kind: 'event'; readonly name: string}
  | {readonly kind: 'library'; readonly name: string}
  | {readonly kind: 'method'; readonly name: string}
  | {readonly kind: 'global'; readonly name: string}
  /**
   * It runs while the server works only if other files call one of these functions then. uncalled: those that their own
   * file does not call; madeInside: it stands in a function that these make, and runs later than they do.
   */
  | {
      readonly kind: 'caller'
      readonly called: readonly string[]
      readonly uncalled: readonly string[]
      readonly madeInside: boolean
    }
  /** The file that module:require gives has to lack a field; where it gives none, Prosody's own library. */
  | {readonly kind: 'member'; readonly library: string; readonly name: string; readonly lackedByCore: boolean}

/** What a rule says of a stretch of the file. */
export interface Said {
  readonly message: string
  readonly severity: Severity
  readonly hint?: string
  readonly fix?: Fix
  readonly pending?: Pending
}

/** Byte offsets. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

export type Say = (at: Stretch, said: Said) => void

export interface Rule {
  /** What it counts as at most where nothing is set; off: only where it is asked for. */
  readonly standard: Severity | 'off'
  check(code: Code, known: Known, say: Say): void
}
