import {corrupt} from './failures.ts'

/**
 * Unpacks a zstd file of one or more frames (RFC 8878), windows up to 128 MiB. Errors of the source pass unchanged.
 * Node.js has zstd of its own from 22.15 only.
 * @throws ARCHIVE_CORRUPT for what is not zstd, damaged, cut off or followed by anything else
 */
export async function* unzstd(source: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  const {ZSTDDecoder} = await import('zstddec/stream')
  const decoder = new ZSTDDecoder()
  await decoder.init()
  const input = source[Symbol.asyncIterator]()
  const queue: Buffer[] = []
  const unpacked = decoder.decodeStreaming(drain(queue))
  let isEmpty = true
  let silent = 0
  for (;;) {
    // The decoder asks for at most one chunk before it answers, and can't wait for it: it must lie there.
    if (queue.length === 0) {
      const chunk = await nextChunk(input)
      if (chunk !== undefined) queue.push(chunk)
    }
    const before = queue.length
    const value = next(unpacked, label)
    if (value === undefined) break
    isEmpty = false
    // It tells no errors: what it can't read it goes on not reading, and gives nothing for ever.
    silent = value.length === 0 && queue.length === before ? silent + 1 : 0
    if (silent > maxSilence) throw damaged(label)
    if (value.length > 0) yield Buffer.from(value.buffer, value.byteOffset, value.length)
  }
  if (isEmpty) throw corrupt(label, 'zstd', {expected: 'whole zstd data', got: 'no data'})
}

/** Answers in a row without a byte taken or given; sound data need one or two. */
const maxSilence = 64

/** Undefined at the end. */
function next(unpacked: Generator<Uint8Array, unknown>, label: string): Uint8Array | undefined {
  try {
    const result = unpacked.next()
    return result.done === true ? undefined : result.value
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Incomplete stream')) throw damaged(label)
    throw corrupt(label, 'zstd', {expected: 'whole zstd data', got: 'an end in the middle'})
  }
}

function damaged(label: string): Error {
  return corrupt(label, 'zstd', {
    expected: 'whole zstd data',
    got: 'damaged data, a window above 128 MiB, or bytes after the end that are not zstd',
  })
}

function* drain(queue: Buffer[]): Generator<Uint8Array> {
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) yield chunk
}

/** Undefined at the end; empty chunks are passed over. */
async function nextChunk(input: AsyncIterator<Buffer, unknown>): Promise<Buffer | undefined> {
  for (;;) {
    const result = await input.next()
    if (result.done === true) return undefined
    if (result.value.length > 0) return result.value
  }
}
