import {ProsodyModsError} from '../errors.ts'
import {hearBy} from '../pauses.ts'

const controller = new AbortController()

/** The signal that the first SIGINT or SIGTERM of this process aborts. */
export const interruptSignal: AbortSignal = controller.signal

/** Listens for signals until the returned function is called. A second signal ends the process at once. */
export function interruption(): () => void {
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(
      new ProsodyModsError('INTERRUPTED', 'interrupted', {
        hint: 'nothing is half-written; run the command again',
      }),
    )
  }
  const start = (): void => {
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  }
  const stop = (): void => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
  start()
  hearBy({start, stop})
  return () => {
    hearBy(undefined)
    stop()
  }
}

/** Returns the error of the interruption, once there was one. */
export function interrupted(): unknown {
  return controller.signal.aborted ? controller.signal.reason : undefined
}
