/** Thrown inside of this folder by what can't be understood exactly; the message says what, for people. */
export class NotExact extends Error {}

/** Runs work that throws NotExact; its message in `why` in place of a value. */
export function exactly<T>(work: () => T): {readonly value: T} | {readonly why: string} {
  try {
    return {value: work()}
  } catch (error) {
    if (error instanceof NotExact) return {why: error.message}
    throw error
  }
}
