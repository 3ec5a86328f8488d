import {pipeline, type Readable} from 'node:stream'
import {discard, guarded, tooLong, type BodyBounds} from './body.ts'

/**
 * Yields the bytes of a gzipped body, which is guarded as others are. A few bytes may stand for very many, so those
 * that are unpacked are bounded, too.
 */
export async function* gunzipped(body: Readable, bounds: BodyBounds): AsyncGenerator<Buffer, void> {
  const {createGunzip} = await import('node:zlib')
  let bytes = 0
  try {
    for await (const chunk of pipeline(guarded(body, bounds), createGunzip(), () => undefined)) {
      bytes += (chunk as Buffer).length
      if (bytes > bounds.maxBytes) throw tooLong('does not end when it is unpacked', bounds.maxBytes)
      yield chunk as Buffer
    }
  } finally {
    // A guard that waits for more can't be told to leave.
    discard(body)
  }
}
