import type * as XzDecompress from 'xz-decompress'

import {keepFirstCode} from '../first-code.ts'
import {requirePackage} from '../package-files.ts'
import {archiveError, corrupt} from './failures.ts'

/** xz-embedded's return codes (xz.h, enum xz_ret), as far as a file can cause them. */
const damage: Readonly<Record<string, string>> = {
  '5': 'something else: no xz header where one must be',
  '7': 'damaged data: a checksum, a size or a code does not fit',
  '8': 'an end in the middle, or bytes after the end that are not xz',
}
const unsupported: Readonly<Record<string, string>> = {
  '2': 'a check of another kind',
  '3': 'a dictionary that found no memory',
  '4': 'a dictionary above 64 MiB',
  '6': 'another filter or check (x86, delta, SHA-256 ...), or a damaged header',
}

let lastInLine: Promise<void> = Promise.resolve()

/**
 * Unpacks an xz file of one or more streams with their padding. xz-decompress verifies its CRCs, index and end, and
 * takes dictionaries up to 64 MiB. Errors of the source pass unchanged.
 *
 * One at a time in a process, in order of arrival: the library holds a lock of its own from the first byte to the last
 * and loses count of it when a stream that waits for it is cancelled.
 * @throws ARCHIVE_CORRUPT for what is not xz, damaged, cut off or followed by garbage; ARCHIVE_UNSUPPORTED
 */
export async function* unxz(source: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  const release = await turn()
  const feed = new Feed(source)
  try {
    yield* unpacked(feed)
  } catch (error) {
    throw feed.failure ?? asArchiveError(error, label)
  } finally {
    release()
  }
}

async function* unpacked(feed: Feed): AsyncGenerator<Buffer> {
  const {XzReadableStream} = loadLibrary()
  // The library makes its unpacker before it gives anything.
  const end = keepFirstCode()
  const reader = new XzReadableStream(feed.stream).getReader()
  try {
    for (;;) {
      const {done, value} = await reader.read()
      end()
      if (done) return
      if (value.length > 0) yield Buffer.from(value.buffer, value.byteOffset, value.length)
    }
  } finally {
    // not awaited: the library may be waiting for a source that has stalled; its memory and lock are freed at once
    reader.cancel().catch(() => undefined)
    end()
  }
}

/** Loads the library, so that it is there when it is needed. */
export function prepareXz(): void {
  loadLibrary()
}

/** Required, not imported: Node, tsx and vitest each make another thing of this CommonJS package's default export. */
function loadLibrary(): typeof XzDecompress {
  return requirePackage('xz-decompress') as typeof XzDecompress
}

async function turn(): Promise<() => void> {
  const before = lastInLine
  const {promise, release} = gate()
  lastInLine = promise
  await before
  return release
}

function gate() {
  let release: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    release = resolve
  })
  return {promise, release: () => release()}
}

/** The source as the web stream that the library wants: read only when it asks; remembers the source's own failure. */
class Feed {
  failure: Error | undefined
  readonly stream: ReadableStream<Uint8Array>
  readonly #iterator: AsyncIterator<Buffer, unknown>

  constructor(source: AsyncIterable<Buffer>) {
    this.#iterator = source[Symbol.asyncIterator]()
    this.stream = new ReadableStream<Uint8Array>(
      {pull: (controller) => this.#pull(controller)},
      {highWaterMark: 0},
    )
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const next = await this.#iterator.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error))
      throw error
    }
  }
}

function asArchiveError(error: unknown, label: string): Error {
  const code = /error code (\d+)$/.exec((error as Error).message)?.[1] ?? ''
  const feature = unsupported[code]
  if (feature !== undefined) {
    const expected = 'xz: LZMA2 with a dictionary up to 64 MiB, checked by CRC'
    return archiveError('ARCHIVE_UNSUPPORTED', label, {expected, got: feature})
  }
  return corrupt(label, 'xz', {expected: 'whole xz data', got: damage[code] ?? 'no data'})
}
