import {setImmediate} from 'node:timers/promises'

/** What hears signals, as long as work has pauses to do so in. */
export interface Hearing {
  start(): void
  stop(): void
}

let hearing: Hearing | undefined

/** Lets signals be heard in this way from now on; undefined for not at all. */
export function hearBy(what: Hearing | undefined): void {
  hearing = what
}

/**
 * Does what may take long without a pause and writes nothing. No signal is heard in it, so one ends the process by
 * itself, as it ends programs that don't listen: whatever was begun before is told apart from what is whole as after a
 * loss of power. Threads other than the main one never hear signals, and work on.
 */
export function withoutPause<T>(work: () => T): T {
  const heard = hearing
  if (heard === undefined) return work()
  heard.stop()
  hearing = undefined
  try {
    return work()
  } finally {
    hearing = heard
    heard.start()
  }
}

/** Bytes of one file that are gone through in a blink. */
const few = 64 * 1024

/** Does work on a file, by `withoutPause` where the file is large enough for its pauses to matter. */
export function withoutPauseFor<T>({length}: {readonly length: number}, work: () => T): T {
  return length > few ? withoutPause(work) : work()
}

/** Milliseconds between two pauses of work on many files. */
const breath = 50
let last = 0

/** Lets signals be heard now and then; throws the error of the interruption. */
export async function pause(signal: AbortSignal): Promise<void> {
  if (performance.now() - last < breath) return
  await setImmediate()
  last = performance.now()
  signal.throwIfAborted()
}
