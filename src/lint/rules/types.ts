import type {Fix} from '../fix.ts'
import type {Code} from './code.ts'
import type {RuleId} from './ids.ts'
import type {Pending} from './pending.ts'
import type {Stretch} from './stretch.ts'
import type {Known} from './target.ts'

export const severities = ['error', 'warning', 'note'] as const

export type Severity = (typeof severities)[number]

/** By the id of a rule: how what it finds counts, or that it is not looked for. */
export type RuleSettings = Readonly<Partial<Record<RuleId, Severity | 'off'>>>

/** What a rule says of a stretch of the file. */
export interface Said {
  readonly message: string
  readonly severity: Severity
  readonly hint?: string
  readonly fix?: Fix
  readonly pending?: Pending
}

export type Say = (at: Stretch, said: Said) => void

export interface Rule {
  /** What it counts as at most where nothing is set; off: only where it is asked for. */
  readonly standard: Severity | 'off'
  check(code: Code, known: Known, say: Say): void
}
