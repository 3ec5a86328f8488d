import type {Readable} from 'node:stream'
import {TransferError} from './transfer-error.ts'

/** Bytes a second; a body that stays below for twice as long as silence is borne is given up. */
const slowRate = 512

export interface BodyBounds {
  readonly maxBytes: number
  /** Milliseconds. */
  readonly silence: number
}

/** Ends a body that grows past its bound, and the drip of bytes that defeats an idle timeout. */
export async function* guarded(
  body: Readable,
  {maxBytes, silence}: BodyBounds,
): AsyncGenerator<Buffer, void> {
  const started = Date.now()
  let bytes = 0
  const timer = setInterval(() => {
    const elapsed = Date.now() - started
    if (elapsed > 2 * silence && bytes / (elapsed / 1000) < slowRate) {
      body.destroy(new TransferError('the answer comes too slowly', {retryable: true, hostSlow: true}))
    }
  }, 1000)
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length
      if (bytes > maxBytes) throw tooLong('does not end', maxBytes)
      yield chunk as Buffer
    }
  } finally {
    clearInterval(timer)
    discard(body)
  }
}

/** Ends a body that nobody will read; its connection is closed with it. */
export function discard(body: Readable): void {
  body.on('error', () => undefined)
  body.destroy()
}

export function tooLong(what: string, maxBytes: number): TransferError {
  return new TransferError(`the answer is too long: it ${what}, and at most ${maxBytes} bytes are taken`)
}
