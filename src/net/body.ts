import type {Readable} from 'node:stream'
import {TransferError} from './transfer-error.ts'

/** Bytes a second; a body that stays below for twice as long as silence is borne is given up. */
const slowRate = 512
/** Bytes a second: at this rate a whole body may come, however long that takes, within the bound on time. */
const steadyRate = 16 * 1024

/** Bounds on what a body may take: bytes, and milliseconds of silence. */
export interface BodyBounds {
  readonly maxBytes: number
  /** Milliseconds. */
  readonly silence: number
  /** Bytes, where they are known. */
  readonly length?: number
}

/** Yields a body, and ends it where it grows past its bound, or drips so slowly that no idle timeout notices. */
export async function* guarded(body: Readable, bounds: BodyBounds): AsyncGenerator<Buffer, void> {
  const {maxBytes, silence} = bounds
  const started = Date.now()
  const longest = longestOf(bounds)
  let bytes = 0
  const timer = setInterval(() => {
    const elapsed = Date.now() - started
    if (elapsed > 2 * silence && bytes / (elapsed / 1000) < slowRate) {
      body.destroy(new TransferError('the answer comes too slowly', {retryable: true, hostSlow: true}))
    }
    if (elapsed > longest) body.destroy(takesTooLong(longest, bytes))
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

/**
 * Computes how many milliseconds a body may take from its first byte to its last: what it takes at a steady rate beside
 * some pauses, and never more than 120 times as long as silence is borne.
 */
export function longestOf({maxBytes, silence, length}: BodyBounds): number {
  return Math.min(4 * silence + ((length ?? maxBytes) / steadyRate) * 1000, 120 * silence)
}

function takesTooLong(longest: number, bytes: number): TransferError {
  const seconds = Math.ceil(longest / 1000)
  return new TransferError(
    `the answer comes too slowly: it has not ended after ${seconds} s and ${bytes} bytes (PROSODY_MODS_TIMEOUT gives it more time)`,
    {hostSlow: true},
  )
}

/** Ends a body that nobody will read; its connection is closed with it. */
export function discard(body: Readable): void {
  body.on('error', () => undefined)
  body.destroy()
}

/** Makes the error of an answer that has more than `maxBytes` bytes. */
export function tooLong(what: string, maxBytes: number): TransferError {
  return new TransferError(`the answer is too long: it ${what}, and at most ${maxBytes} bytes are taken`)
}
