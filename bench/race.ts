import {mustRun} from '../test/helpers/program.ts'

/** One side of a comparison. Only `run` is timed; `check` rejects when the result of that run is wrong. */
export interface Contestant {
  readonly name: string
  prepare?(): Promise<void>
  run(): Promise<void>
  check?(): Promise<void>
}

export interface Series {
  readonly name: string
  /** Wall-clock milliseconds, one for each round. */
  readonly times: readonly number[]
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * Runs all contestants once in turn, round after round (A B C, A B C, …), so that whatever else the machine does
 * falls on all of them. What was written and removed before a run is brought to the disk before it, since a program that
 * waits for the disk would wait for that, too. The first round is a warm-up and is not counted.
 */
export async function race(contestants: readonly Contestant[], rounds: number): Promise<readonly Series[]> {
  const series = contestants.map(({name}) => ({name, times: [] as number[]}))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      await contestant.prepare?.()
      await mustRun(['sync'])
      const start = performance.now()
      await contestant.run()
      const time = performance.now() - start
      await contestant.check?.()
      if (round > 0) series[index]?.times.push(time)
    }
  }
  return series
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
  return {median, min: at(0), max: at(sorted.length - 1)}
}

/** How many times longer `over` took than `under`, round by round. */
export function ratioOf(over: Series, under: Series): Spread {
  return spreadOf(over.times.map((time, round) => time / (under.times[round] ?? Number.NaN)))
}
