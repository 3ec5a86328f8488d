/** A source as luacheck counts in it: lines, and columns in characters where the whole file is UTF-8, else in bytes. */
export class SourceText {
  readonly source: string
  /** Byte offsets at which lines start; line 1 is the first. */
  readonly lineStarts: readonly number[]
  /** Byte offsets at which the ends of lines begin. */
  readonly lineEnds: readonly number[]
  /** Offsets of bytes that only continue a character, ascending; undefined where columns are bytes. */
  readonly #continuations: readonly number[] | undefined

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

  /** Returns the offset at which a line begins. @param line from 1 */
  startOf(line: number): number {
    return this.lineStarts[line - 1] ?? 0
  }

  /** Returns the length of a line without its end, in characters. */
  lengthOf(line: number): number {
    return this.#characters(this.startOf(line), this.lineEnds[line - 1] ?? 0)
  }

  /** Returns the line with an offset, from 1. */
  lineAt(offset: number): number {
    return firstFrom(this.lineStarts, offset + 1)
  }

  /**
   * Returns the column of an offset from 1; never behind the end of the line, not even for what ends on another one.
   */
  column(line: number, offset: number): number {
    return this.#within(line, this.#characters(this.startOf(line), offset) + 1)
  }

  /** Returns the column of the last character before an offset. */
  endColumn(line: number, end: number): number {
    return this.#within(line, this.#characters(this.startOf(line), end))
  }

  #within(line: number, column: number): number {
    return Math.max(1, Math.min(this.lengthOf(line), column))
  }

  #characters(start: number, end: number): number {
    const continuations = this.#continuations
    if (continuations === undefined) return end - start
    return end - start - (firstFrom(continuations, end) - firstFrom(continuations, start))
  }
}

// As luacheck's decoder has it: overlong forms and surrogates pass, what is above U+10FFFF does not.
const character =
  /[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/y

function continuationsOf(source: string): number[] | undefined {
  const found: number[] = []
  const beyondAscii = /[\x80-\xff]/g
  for (let next = beyondAscii.exec(source); next !== null; next = beyondAscii.exec(source)) {
    character.lastIndex = next.index
    if (!character.test(source)) return undefined
    for (let at = next.index + 1; at < character.lastIndex; at += 1) found.push(at)
    beyondAscii.lastIndex = character.lastIndex
  }
  return found.length === 0 ? undefined : found
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

/** Index of the first of ascending numbers that is not below a bound. */
function firstFrom(numbers: readonly number[], bound: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) < bound) low = middle + 1
    else high = middle
  }
  return low
}
