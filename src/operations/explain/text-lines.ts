import {StringDecoder} from 'node:string_decoder'
import {ProsodyModsError} from '../../errors.ts'
import {sizeBounds} from '../../regular-file.ts'

/** Longer lines are given in part; what a log says of modules stands in their heads. */
const longest = 65_536

/**
 * Yields the lines of a text that comes in pieces. Bytes that are no UTF-8 become replacement characters. Throws
 * READ_FAILED.
 */
export async function* textLines(
  chunks: AsyncIterable<Buffer | string> | Iterable<string>,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let [rest, length] = ['', 0]
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > sizeBounds.log) throw tooLong()
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n')
    rest = (lines.pop() ?? '').slice(0, longest)
    yield* lines
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}

function tooLong(): ProsodyModsError {
  return new ProsodyModsError('READ_FAILED', `the text is longer than ${sizeBounds.log} bytes`, {
    hint: 'give the end of it, from the last start of Prosody on: tail -n 100000 prosody.log | prosody-mods explain',
  })
}
