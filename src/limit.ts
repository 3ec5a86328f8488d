interface LimitOptions {
  /** How many run at once. */
  readonly limit: number
  readonly signal?: AbortSignal
}

/**
 * Runs `work` over all items, a bounded number at once. After the first failure no further item is
 * started; it rejects with that failure once the running ones have ended, to which `isOver` tells of it.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  {limit, signal}: LimitOptions,
  work: (item: T, isOver: () => boolean) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const failures: unknown[] = []
  async function worker(): Promise<void> {
    for (const item of queue) {
      try {
        signal?.throwIfAborted()
        await work(item, () => failures.length > 0)
      } catch (error) {
        failures.push(error)
      }
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({length: Math.min(limit, items.length)}, worker))
  if (failures.length > 0) throw failures[0]
}

/** Work that goes on beside whoever starts it, a bounded number at once. */
export class Beside {
  readonly #limit: number
  readonly #running = new Set<Promise<void>>()
  readonly #failures: unknown[] = []

  /** @param limit how many go on at once */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Starts work as soon as there is room. Rejects with the first failure of what was started before. */
  async start(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#limit) await Promise.race(this.#running)
    this.#throwFailure()
    const running = work()
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Waits until all has ended. Rejects with the first failure. */
  async finish(): Promise<void> {
    await this.settle()
    this.#throwFailure()
  }

  /** Waits until all has ended, in whatever way. */
  async settle(): Promise<void> {
    await Promise.all(this.#running)
  }

  #throwFailure(): void {
    if (this.#failures.length > 0) throw this.#failures[0]
  }
}

/** Turns of which a bounded number is taken at once, in the order in which they were asked for. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #free: number

  /** @param limit how many are taken at once */
  constructor(limit: number) {
    this.#free = limit
  }

  /** Waits for a turn, does work in it, and gives it back, whatever becomes of the work. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
