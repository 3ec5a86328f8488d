import {blanksEnd, blanksStart, longBracketAt, longBracketEnd, signs, tokenFrom} from './characters.ts'
import type {SourceText} from './text.ts'

/** A pair of parentheses that stands in code. */
export interface Parentheses {
  readonly start: number
  /** Byte offset behind the closing one. */
  readonly end: number
  /** Where the last token between the two ends. */
  readonly insideEnd: number
  /** Whether arguments of a call stand in them, which they do not group. */
  isCall: boolean
}

/** A comment to the end of its line that may hold options. */
export interface OptionComment {
  readonly start: number
  readonly end: number
  /** What follows the two dashes. */
  readonly text: string
  /** Whether anything but comments stands on its line. */
  readonly behindCode: boolean
}

/** What a line ends in, as numbers for an array of bytes. */
export const lineKind = {code: 0, comment: 1, string: 2} as const

/** What the tree of a chunk leaves out of its text. */
export interface Scan {
  /**
   * Pairs of parentheses by where the first token inside starts: nothing else tells whether an expression stands in
   * some.
   */
  readonly parentheses: ReadonlyMap<number, Parentheses>
  readonly comments: readonly OptionComment[]
  readonly semicolons: readonly Semicolon[]
  /** What each line ends in, by its number from 1. */
  readonly lineKinds: Uint8Array
}

interface Semicolon {
  readonly start: number
  /** Where the token before it ended, or -1 at the beginning. */
  readonly before: number
}

/** One reading of a source. Its own fields are plain ones: this loop sees all that is linted. */
interface Reading extends Scan {
  readonly text: SourceText
  readonly source: string
  readonly parentheses: Map<number, Parentheses>
  readonly comments: OptionComment[]
  readonly semicolons: Semicolon[]
  at: number
  line: number
  /** Of all comments so far. */
  readonly commentStarts: number[]
  readonly commentEnds: number[]
  /** Where the token before the last attribute ended, and where that does: the tree knows nothing of attributes. */
  beforeAttribute: number
  attributeEnd: number
  /** Where parentheses start that are open. */
  readonly open: number[]
}

/**
 * All that a scan stops at: a regular expression leaps over the rest many times faster than code that Node.js has only
 * just begun to compile.
 */
const stop = /["'();>]|--|\[=*\[/g

/** Reads the tokens of a chunk that is known to be valid Lua. */
export function scan(text: SourceText): Scan {
  const {source, lineStarts} = text
  const reading: Reading = {
    text,
    source,
    parentheses: new Map(),
    comments: [],
    semicolons: [],
    lineKinds: new Uint8Array(lineStarts.length + 1),
    at: source.startsWith('#!') ? (text.lineEnds[0] ?? 0) : 0,
    line: 1,
    commentStarts: [],
    commentEnds: [],
    beforeAttribute: -1,
    attributeEnd: -1,
    open: [],
  }
  stop.lastIndex = reading.at
  while (stop.test(source)) {
    reading.at = stop.lastIndex
    readStop(reading, source.charCodeAt(reading.at - 1))
    stop.lastIndex = reading.at
  }
  return reading
}

/** @param code last character of what the reading has stopped behind */
function readStop(reading: Reading, code: number): void {
  const start = reading.at - 1
  switch (code) {
    case signs.quote:
    case signs.apostrophe:
      reading.at = stringEnd(reading.source, start)
      markLines(reading, start, lineKind.string)
      break
    case signs.opening:
      reading.open.push(start)
      break
    case signs.closing:
      readClosing(reading)
      break
    case signs.bracket:
      readLong(reading, {start: reading.source.lastIndexOf('[', start - 1), kind: lineKind.string})
      break
    case signs.minus:
      readComment(reading, start - 1)
      break
    case signs.semicolon:
      reading.semicolons.push({start, before: tokenEnd(reading, start)})
      break
    default:
      readGreater(reading)
  }
}

/** Where the last token ended before an offset that the reading has come to; -1 where there is none. */
function tokenEnd(
  {source, commentStarts, commentEnds, attributeEnd, beforeAttribute}: Reading,
  offset: number,
): number {
  let end = blanksStart(source, offset)
  for (let last = commentEnds.length - 1; last >= 0; last -= 1) {
    const start = commentStarts[last] ?? 0
    if ((commentEnds[last] ?? 0) < end) break
    // A comment may end in white space.
    if (start < end) end = blanksStart(source, start)
  }
  if (end === attributeEnd) return beforeAttribute
  return end === 0 ? -1 : end
}

/** An ending quote has an even number of backslashes before it. */
function stringEnd(source: string, start: number): number {
  const quote = source.charAt(start)
  for (let at = source.indexOf(quote, start + 1); at !== -1; at = source.indexOf(quote, at + 1)) {
    let first = at
    while (source.charCodeAt(first - 1) === signs.backslash) first -= 1
    if ((at - first) % 2 === 0) return at + 1
  }
  throw new Error('unfinished string')
}

function readClosing(reading: Reading): void {
  const {source, open, parentheses, at} = reading
  const start = open.pop() ?? 0
  const inside = tokenFrom(source, start + 1)
  if (inside >= at - 1) return
  parentheses.set(inside, {start, end: at, insideEnd: tokenEnd(reading, at - 1), isCall: false})
}

/** Notes an attribute that ends here; so may the comparison of a variable `close` look, which does no harm. */
function readGreater(reading: Reading): void {
  const {source, at} = reading
  const end = tokenEnd(reading, at - 1)
  const name = source.slice(Math.max(0, end - 'const'.length), end)
  if (name !== 'const' && name !== 'close') return
  const less = tokenEnd(reading, end - name.length)
  if (source.charCodeAt(less - 1) !== signs.less) return
  reading.beforeAttribute = tokenEnd(reading, less - 1)
  reading.attributeEnd = at
}

interface LongBracket {
  readonly start: number
  readonly kind: number
}

function readLong(reading: Reading, {start, kind}: LongBracket): void {
  reading.at = longBracketEnd(reading.source, start, longBracketAt(reading.source, start))
  markLines(reading, start, kind)
}

function readComment(reading: Reading, start: number): void {
  const {source, text} = reading
  if (longBracketAt(source, start + 2) > 0) readLong(reading, {start: start + 2, kind: lineKind.comment})
  else {
    const line = lineOf(reading, start)
    const end = text.lineEnds[line - 1] ?? source.length
    reading.lineKinds[line] = lineKind.comment
    const first = blanksEnd(source, start + 2)
    if (first < end && source.startsWith('luacheck:', first)) {
      const behindCode = isBehindCode(reading, text.startOf(line), start)
      reading.comments.push({start, end, text: source.slice(start + 2, end), behindCode})
    }
    reading.at = end
  }
  reading.commentStarts.push(start)
  reading.commentEnds.push(reading.at)
}

/** Whether a token ends between the start of a line and an offset in it. */
function isBehindCode({source, commentStarts, commentEnds}: Reading, line: number, offset: number): boolean {
  let end = blanksStart(source, offset)
  for (let last = commentEnds.length - 1; end > line && (commentEnds[last] ?? 0) >= end; last -= 1)
    end = blanksStart(source, commentStarts[last] ?? 0)
  return end > line
}

/** Marks the lines that end between an offset and where the reading is. */
function markLines(reading: Reading, start: number, kind: number): void {
  const {text, lineKinds, at} = reading
  for (let line = lineOf(reading, start); (text.lineStarts[line] ?? at) < at; line += 1)
    lineKinds[line] = kind
}

/** The line of an offset that is behind all that were asked for before. */
function lineOf(reading: Reading, offset: number): number {
  const {lineStarts} = reading.text
  let {line} = reading
  while (line < lineStarts.length && (lineStarts[line] ?? 0) <= offset) line += 1
  reading.line = line
  return line
}
