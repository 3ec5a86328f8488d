/** A source as luacheck counts in it: lines, and columns in characters where the whole file is UTF-8, else in bytes. */
export class SourceText {
  readonly source: string
  /** Byte offsets; line 1 is the first. */
  readonly lineStarts: readonly number[]
  /** Where the line's end begins. */
  readonly lineEnds: readonly number[]
  /** Bytes before an offset that only continue a character; undefined where columns are bytes. */
  readonly #continuations: Int32Array | undefined

  /** @param source bytes as latin1 */
  constructor(source: string) {
    this.source = source
    this.#continuations = continuationsOf(source)
    const {starts, ends} = linesOf(source)
    this.lineStarts = starts
    this.lineEnds = ends
  }

  /** Whether the file has characters of more than one byte, and all of it is UTF-8. */
  get isUnicode(): boolean {
    return this.#continuations !== undefined
  }

  startOf(line: number): number {
    return this.lineStarts[line - 1] ?? 0
  }

  /** Without the line's end, in characters. */
  lengthOf(line: number): number {
    return this.#characters(this.startOf(line), this.lineEnds[line - 1] ?? 0)
  }

  /** The line with an offset, from 1. */
  lineAt(offset: number): number {
    let low = 0
    let high = this.lineStarts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** From 1; never behind the end of the line, not even for what ends on another one. */
  column(line: number, offset: number): number {
    return this.#within(line, this.#characters(this.startOf(line), offset) + 1)
  }

  /** The column of the last character before an offset. */
  endColumn(line: number, end: number): number {
    return this.#within(line, this.#characters(this.startOf(line), end))
  }

  #within(line: number, column: number): number {
    return Math.max(1, Math.min(this.lengthOf(line), column))
  }

  #characters(start: number, end: number): number {
    const continuations = this.#continuations
    if (continuations === undefined) return end - start
    return end - start - ((continuations[end] ?? 0) - (continuations[start] ?? 0))
  }
}

// As luacheck's decoder has it: overlong forms and surrogates pass, what is above U+10FFFF does not.
const utf8 =
  /^(?:[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})$/

function continuationsOf(source: string): Int32Array | undefined {
  if (!/[\x80-\xff]/.test(source)) return undefined
  const counts = new Int32Array(source.length + 1)
  for (let at = 0, count = 0; at < source.length;) {
    const length = characterLength(source.charCodeAt(at))
    if (length > 1 && !utf8.test(source.slice(at, at + length))) return undefined
    if (length === 0) return undefined
    for (let inside = 0; inside < length; inside += 1) {
      counts[at + inside] = count
      if (inside > 0) count += 1
    }
    at += length
    counts[at] = count
  }
  return counts
}

/** Any of \n, \r, \r\n and \n\r ends a line, as Lua's own lexer has it. */
function linesOf(source: string): {readonly starts: number[]; readonly ends: number[]} {
  const starts = [0]
  const ends: number[] = []
  if (source.includes('\r')) {
    for (const {0: end, index} of source.matchAll(/\r\n|\n\r|\n|\r/g)) {
      ends.push(index)
      starts.push(index + end.length)
    }
  } else {
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) {
      ends.push(at)
      starts.push(at + 1)
    }
  }
  ends.push(source.length)
  return {starts, ends}
}

/** In bytes, by the first one; 0 for what begins no character. */
function characterLength(byte: number): number {
  if (byte < 0x80) return 1
  if (byte < 0xc0) return 0
  if (byte < 0xe0) return 2
  if (byte < 0xf0) return 3
  return byte < 0xf8 ? 4 : 0
}
