import {exitCodes, ProsodyModsError} from '../errors.ts'

interface Failed {
  /** What was asked for. */
  readonly subject: string
  readonly error: ProsodyModsError
}

/** Judges several things that were asked for at once, so that all that is wrong with them is told in one run. */
export class Failures {
  readonly #found: Failed[] = []

  /** What the work gives; undefined where it failed. What is the machine's own trouble, or an interrupt, ends it all. */
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
  return new ProsodyModsError(
    worst?.error.code ?? 'INTERNAL',
    [`${found.length} things are wrong with what was asked for`, ...found.map(text)].join('\n'),
    {
      hint: 'nothing was written; all of them are told here, so mend them and run the command again',
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

/** Indented, with its hint below. */
function text({subject, error: {message, hint}}: Failed): string {
  const name = message.includes(subject) ? '' : `${subject}: `
  const lines = [`- ${name}${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])]
  return lines
    .join('\n')
    .split('\n')
    .map((line, index) => (index === 0 ? line : `  ${line}`))
    .join('\n')
}
