interface LimitOptions {
  /** How many run at once. */
  readonly limit: number
  readonly signal?: AbortSignal
}

/**
 * Runs `work` over all items, a bounded number at once. After the first failure no further item is
 * started; it rejects with that failure once the running ones have ended.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  {limit, signal}: LimitOptions,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const failures: unknown[] = []
  async function worker(): Promise<void> {
    for (const item of queue) {
      try {
        signal?.throwIfAborted()
        await work(item)
      } catch (error) {
        failures.push(error)
      }
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({length: Math.min(limit, items.length)}, worker))
  if (failures.length > 0) throw failures[0]
}
