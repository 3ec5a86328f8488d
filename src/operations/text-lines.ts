import {StringDecoder} from 'node:string_decoder'

/** Longer lines are given in part; what a log says of modules stands in their heads. */
const longest = 65_536

/** The lines of a text that comes in pieces. Bytes that are no UTF-8 become replacement characters. */
export async function* textLines(
  chunks: AsyncIterable<Buffer | string> | Iterable<string>,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n')
    rest = (lines.pop() ?? '').slice(0, longest)
    yield* lines
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}
