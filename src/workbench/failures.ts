import {exitCodes, ProsodyModsError} from '../errors.ts'

/** Something that failed. */
interface Failed {
  /** What was asked for. */
  readonly subject: string
  readonly error: ProsodyModsError
}

/** Judges several things that were asked for at once, so that all that is wrong with them is told in one run. */
export class Failures {
  readonly #found: Failed[] = []

  /** What has failed so far. */
  get found(): readonly Failed[] {
    return this.#found
  }

  /**
   * Gives what work gives; undefined where it failed. What is the machine's own trouble, or an interrupt, ends it all.
   */
  async judge<T>(subject: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ProsodyModsError) || !order.includes(error.exitCode)) throw error
      this.#found.push({subject, error})
      return undefined
    }
  }

  /** Throws the one error as it is, and several as one: docs/reference/exit-codes.md. */
  throwIfAny(): void {
    const [first, ...others] = this.#found
    if (first === undefined) return
    throw others.length === 0 ? first.error : together(this.#found)
  }
}

/** Exit codes, the one that matters most first: bytes that are not right, what has to be written otherwise, the network. */
const order: readonly number[] = [
  exitCodes.DIGEST_MISMATCH,
  exitCodes.USAGE,
  exitCodes.MODULE_UNKNOWN,
  exitCodes.LINT_ERRORS,
  exitCodes.UNREACHABLE,
]

function together(found: readonly Failed[]): ProsodyModsError {
  const [worst] = [...found].sort((a, b) => order.indexOf(a.error.exitCode) - order.indexOf(b.error.exitCode))
  const groups = grouped(found)
  const [only] = groups
  const isOne = groups.length === 1 && only !== undefined
  return new ProsodyModsError(
    worst?.error.code ?? 'INTERNAL',
    isOne
      ? titled(only)
      : [`${groups.length} things are wrong with what was asked for`, ...groups.map(text)].join('\n'),
    {
      hint:
        isOne && only.error.hint !== undefined
          ? only.error.hint
          : 'nothing was written; all of them are told here, so mend them and run the command again',
      details: {
        errors: found.map(({subject, error: {code, exitCode, message, hint, details}}) => ({
          subject,
          code,
          exitCode,
          message,
          hint: hint ?? null,
          details,
        })),
      },
    },
  )
}

interface Group {
  readonly subjects: readonly string[]
  readonly error: ProsodyModsError
}

/** What failed for one reason, such as a broken archive that several modules are in, is told once. */
function grouped(found: readonly Failed[]): readonly Group[] {
  const groups = new Map<string, {subjects: string[]; error: ProsodyModsError}>()
  for (const {subject, error} of found) {
    const isOwn = error.message.includes(subject)
    const key = JSON.stringify([isOwn ? subject : '', error.message, error.hint ?? ''])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, {subjects: [subject], error})
    else if (!group.subjects.includes(subject)) group.subjects.push(subject)
  }
  return [...groups.values()]
}

function titled({subjects, error: {message}}: Group): string {
  const isNamed = subjects.length === 1 && message.includes(subjects[0] ?? '')
  return isNamed ? message : `${subjects.join(', ')}: ${message}`
}

/** Indented, with its hint below. */
function text(group: Group): string {
  const {hint} = group.error
  const lines = [`- ${titled(group)}`, ...(hint === undefined ? [] : [`hint: ${hint}`])]
  return lines
    .join('\n')
    .split('\n')
    .map((line, index) => (index === 0 ? line : `  ${line}`))
    .join('\n')
}
