import {processorTime} from './processor-time.ts'

/** What is linear grows 8 times, what is quadratic 64 times; the rest is what a processor's caches make of it. */
const times = 8
export const bound = 28

/** How many times the processor's time grows with 8 times as much: the least of a few tries, for others work beside. */
export async function growth(run: (count: number) => unknown): Promise<number> {
  let least = Infinity
  await processorTime(() => run(1000))
  for (let attempt = 0; attempt < 4 && least >= bound; attempt += 1) {
    const small = Math.max(await processorTime(() => run(1500)), 4000)
    least = Math.min(least, (await processorTime(() => run(1500 * times))) / small)
  }
  return least
}
