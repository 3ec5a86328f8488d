import {ProsodyModsError} from '../../errors.ts'

/** Work that can be called off, and the name that messages have for it. */
export interface Interruptible {
  readonly label: string
  readonly signal?: AbortSignal
}

/**
 * Does work; gives its outcome, or throws INTERRUPTED as soon as the signal says so, even while the work waits for a
 * sink that never answers.
 */
export async function untilAborted<T>(work: () => Promise<T>, task: Interruptible): Promise<T> {
  const {signal} = task
  checkSignal(task)
  if (!signal) return await work()
  return await new Promise<T>((resolve, reject) => {
    const abort = () => reject(interrupted(task))
    signal.addEventListener('abort', abort, {once: true})
    work()
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject)
  })
}

/**
 * Ends a task that was called off.
 * @throws INTERRUPTED
 */
export function checkSignal(task: Interruptible): void {
  if (task.signal?.aborted === true) throw interrupted(task)
}

function interrupted({label, signal}: Interruptible): ProsodyModsError {
  return new ProsodyModsError('INTERRUPTED', `${label}: unpacking was interrupted`, {cause: signal?.reason})
}
