/** Ids that stand for every kind of explanation; docs/guide/explaining.md tells of each. */
export const explanationIds = [
  'module-not-installed',
  'module-unreached',
  'module-moved',
  'module-of-other-prosody',
  'module-of-core-missing',
  'module-prefix',
  'module-unknown',
  'file-unreadable',
  'library-missing',
  'library-unknown',
  'library-of-other-prosody',
  'library-incompatible',
  'library-failed-before',
  'library-shadowed',
  'shared-library-missing',
  'sql-library-missing',
  'start-library-missing',
  'start-library-old',
  'program-incomplete',
  'dependency-disabled',
  'metadata-refused',
  'syntax-error',
  'shadowed',
  'api-missing',
  'lua-missing',
  'nil-value',
  'component-only',
  'host-only',
  'module-error',
  'storage-lost',
  'storage-damaged',
  'option-value',
  'option-missing',
  'option-misplaced',
  'module-says',
  'deprecated-api',
  'global-missing',
  'global-set',
  'config-unread',
  'config-invalid',
  'config-warning',
  'config-template',
  'no-hosts',
  'port-taken',
  'port-shared',
  'certificate',
  'no-sasl-mechanism',
  'installer-manifest',
  'already-running',
  'run-as-root',
  'shutdown-at-start',
  'component-not-connected',
  'token-refused',
  'no-such-host',
  'wrong-prosody',
] as const

/** The id of a kind of explanation. */
export type ExplanationId = (typeof explanationIds)[number]

/** What a message comes from, or may come from. */
export interface Cause {
  readonly text: string
  /** False where it may be the cause. */
  readonly sure: boolean
  /** Where that is known from: `file:line`, a key of the lockfile, a file of the registry. */
  readonly evidence: readonly string[]
}

/** Something to do about a message. */
export interface Step {
  readonly text: string
  /** A command for a shell; null where something has to be done by hand. */
  readonly command: string | null
}

/** What one kind of message is about; messages with the same id and subject become one explanation. */
export interface Draft {
  readonly id: ExplanationId
  /** The module to tell of, in place of the one that the message names. */
  readonly module?: string
  readonly subject: string
  readonly happened: string
  readonly causes: readonly Cause[]
  readonly steps: readonly Step[]
}

/** What messages about one thing come from; the shape is part of --json (docs/reference/json.md). */
export interface Explanation extends Omit<Draft, 'subject' | 'module'> {
  /** The module's name without `mod_`; null where the message names none. */
  readonly module: string | null
  readonly hosts: readonly string[]
  /** The first such message as it stands in the text. */
  readonly message: string
  /** Line of the text, from 1. */
  readonly line: number
  readonly count: number
}

/** Makes a cause that was looked up and is so. */
export function sure(text: string, ...evidence: readonly string[]): Cause {
  return {text, sure: true, evidence}
}

/** Makes a cause that may be. */
export function maybe(text: string, ...evidence: readonly string[]): Cause {
  return {text, sure: false, evidence}
}

/** Makes a step, with a command where a shell can do it. */
export function step(text: string, command: string | null = null): Step {
  return {text, command}
}
