import type {Fix} from '../fix.ts'
import type {Code} from './code.ts'
import type {RuleId} from './ids.ts'
import type {Pending} from './pending.ts'
import type {Stretch} from './stretch.ts'
import type {Known} from './target.ts'

/** How a finding can count, the gravest first. */
export const severities = ['error', 'warning', 'note'] as const

/** How a finding counts. */
export type Severity = (typeof severities)[number]

/** How what each rule finds counts, by the rule's id, or that it is not looked for. */
export type RuleSettings = Readonly<Partial<Record<RuleId, Severity | 'off'>>>

/** What a rule says of a stretch of the file. */
export interface Said {
  readonly message: string
  readonly severity: Severity
  readonly hint?: string
  readonly fix?: Fix
  readonly pending?: Pending
}

/** Reports what a rule has found at a stretch of the file. */
export type Say = (at: Stretch, said: Said) => void

/** A rule about Prosody, which looks at one file at a time. */
export interface Rule {
  check(code: Code, known: Known, say: Say): void
}
