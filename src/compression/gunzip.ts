import {pipeline} from 'node:stream/promises'
import {createGunzip} from 'node:zlib'

import {systemCode} from '../errors.ts'
import {corrupt} from './failures.ts'

/**
 * Unpacks a gzip stream of one or more members, their checksums verified by zlib. Errors of the source pass unchanged.
 * @throws ARCHIVE_CORRUPT for what is not gzip, damaged, cut off, or followed by anything else
 */
export async function* gunzip(source: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  const engine = createGunzip({chunkSize: 64 * 1024})
  let fed = 0
  async function* feed() {
    for await (const chunk of source) {
      fed += chunk.length
      yield chunk
    }
  }
  const feeding = pipeline(feed, engine)
  feeding.catch(() => undefined)
  try {
    for await (const chunk of engine) yield chunk as Buffer
  } catch (error) {
    throw asCorrupt(error, label)
  } finally {
    engine.destroy()
  }
  // Node's gunzip drops zeros after the last member, and all that follows them, without a word
  if (engine.bytesWritten !== fed) {
    throw corrupt(label, 'gz', {expected: 'the end of the data', got: 'zeros after the last gzip member'})
  }
}

function asCorrupt(error: unknown, label: string): unknown {
  if (!(systemCode(error)?.startsWith('Z_') ?? false)) return error
  return corrupt(label, 'gz', {expected: 'whole gzip data', got: (error as Error).message})
}
