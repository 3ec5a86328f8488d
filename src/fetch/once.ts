import {TransferError} from '../net/transfer-error.ts'

/**
 * A memory of work that is done once for each key. Failures are remembered too, those worth a retry until the next
 * round.
 */
export class Once<T> {
  readonly #started = new Map<string, Promise<T>>()
  readonly #retryable = new Set<string>()

  /** Runs work, unless it was started before for this key; gives the same promise to all who ask. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.#started.get(key)
    if (known !== undefined) return known
    const started = work()
    this.#started.set(key, started)
    started.catch((error: unknown) => {
      if (error instanceof TransferError && error.retryable) this.#retryable.add(key)
    })
    return started
  }

  /** Forgets a key, so that its work runs anew. */
  forget(key: string): void {
    this.#started.delete(key)
    this.#retryable.delete(key)
  }

  /** Forgets the failures that are worth a retry. */
  nextRound(): void {
    for (const key of this.#retryable) this.forget(key)
  }
}
