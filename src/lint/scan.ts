import {blanksEnd, classes, classOf, longBracketAt, longBracketEnd, signs} from './characters.ts'
import type {SourceText} from './text.ts'

/** A pair of parentheses. */
export interface Parentheses {
  readonly start: number
  /** Behind the closing one. */
  readonly end: number
  /** Where the last token inside ends. */
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
  /** By where the first token inside starts: nothing else tells whether an expression stands in parentheses. */
  readonly parentheses: ReadonlyMap<number, Parentheses>
  readonly comments: readonly OptionComment[]
  /** Those that are no separators of a table. */
  readonly semicolons: readonly Semicolon[]
  /** By line, from 1. */
  readonly lineKinds: Uint8Array
}

interface Semicolon {
  readonly start: number
  /** Where the token before it ended, or -1 at the beginning. */
  readonly before: number
}

/** One reading of a source. Its own fields are plain ones: this loop sees every byte that is linted. */
interface Reading extends Scan {
  readonly text: SourceText
  readonly source: string
  readonly parentheses: Map<number, Parentheses>
  readonly comments: OptionComment[]
  readonly semicolons: Semicolon[]
  at: number
  line: number
  /** Where the last token ended; -1 before the first. An attribute does not count: the tree knows nothing of it. */
  lastEnd: number
  beforeAttribute: number
  attributeEnd: number
  /** Whether the last word may be an attribute. */
  isAttribute: boolean
  /** What is open: brackets by their character, blocks as 0; where it starts, and where its first token does. */
  readonly open: number[]
  readonly openStarts: number[]
  readonly openInsides: number[]
}

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
    lastEnd: -1,
    beforeAttribute: -1,
    attributeEnd: -1,
    isAttribute: false,
    open: [],
    openStarts: [],
    openInsides: [],
  }
  while (reading.at < source.length) readToken(reading)
  return reading
}

function readToken(reading: Reading): void {
  const {source, at} = reading
  const code = source.charCodeAt(at)
  switch (classOf[code]) {
    case classes.blank:
      reading.at = blanksEnd(source, at)
      return
    case classes.word:
      readWord(reading)
      return
    case classes.digit:
      begin(reading)
      readNumber(reading)
      return
    case classes.quote:
      begin(reading)
      reading.at = stringEnd(source, at)
      markLines(reading, at, lineKind.string)
      reading.lastEnd = reading.at
      return
    default:
      readOther(reading, code)
  }
}

/** Notes that a token starts: it may be the first one in brackets. */
function begin({open, openInsides, at}: Reading): void {
  const top = open.length - 1
  if (top >= 0 && openInsides[top] === -1) openInsides[top] = at
}

function readWord(reading: Reading): void {
  begin(reading)
  const {source, at: start} = reading
  let at = start + 1
  for (let kind = classOf[source.charCodeAt(at)]; kind === classes.word || kind === classes.digit;) {
    at += 1
    kind = classOf[source.charCodeAt(at)]
  }
  reading.at = at
  reading.lastEnd = at
  reading.isAttribute = false
  if (at - start <= longestWord && mayBeKeyword[source.charCodeAt(start)] === 1)
    readKeyword(reading, source.slice(start, at))
}

const longestWord = 'function'.length
const mayBeKeyword = Uint8Array.from({length: 256}, (_, code) =>
  'fdireuc'.includes(String.fromCharCode(code)) ? 1 : 0,
)

function readKeyword(reading: Reading, word: string): void {
  switch (word) {
    case 'function':
    case 'do':
    case 'if':
    case 'repeat':
      reading.open.push(0)
      reading.openStarts.push(0)
      reading.openInsides.push(0)
      return
    case 'end':
    case 'until':
      close(reading)
      return
    case 'const':
    case 'close':
      reading.isAttribute = true
  }
}

/** Of what was opened last. */
function close({open, openStarts, openInsides}: Reading): void {
  open.pop()
  openStarts.pop()
  openInsides.pop()
}

function readNumber(reading: Reading): void {
  const {source} = reading
  let {at} = reading
  const isHex = (source.charCodeAt(at + 1) | lowerCase) === letters.x
  const exponent = isHex ? letters.p : letters.e
  for (;;) {
    const code = source.charCodeAt(at)
    const kind = classOf[code]
    if (kind !== classes.digit && kind !== classes.word && code !== signs.dot) break
    at += 1
    const next = source.charCodeAt(at)
    if ((code | lowerCase) === exponent && (next === signs.plus || next === signs.minus)) at += 1
  }
  reading.at = at
  reading.lastEnd = at
}

const lowerCase = 0x20
const letters = {e: 0x65, p: 0x70, x: 0x78} as const
/** Behind a backslash, only a quote and another backslash matter here. */
function stringEnd(source: string, start: number): number {
  const quote = source.charCodeAt(start)
  for (let at = start + 1; at < source.length; at += 1) {
    const code = source.charCodeAt(at)
    if (code === quote) return at + 1
    if (code === signs.backslash) at += 1
  }
  throw new Error('unfinished string')
}

function readOther(reading: Reading, code: number): void {
  const {source, at: start} = reading
  const next = source.charCodeAt(start + 1)
  if (code === signs.minus && next === signs.minus) {
    readComment(reading)
    return
  }
  if (code === signs.bracket && (next === signs.bracket || next === signs.equals)) {
    const opened = longBracketAt(source, start)
    if (opened > 0) {
      begin(reading)
      readLong(reading, opened, lineKind.string)
      reading.lastEnd = reading.at
      return
    }
  }
  if (code === signs.dot && classOf[next] === classes.digit) {
    begin(reading)
    readNumber(reading)
    return
  }
  readSign(reading, code)
}

function readSign(reading: Reading, code: number): void {
  const {source, at: start, lastEnd: before} = reading
  switch (code) {
    case signs.opening:
    case signs.bracket:
    case signs.brace:
      begin(reading)
      reading.open.push(code)
      reading.openStarts.push(start)
      reading.openInsides.push(-1)
      break
    case signs.closing:
      readClosing(reading)
      close(reading)
      begin(reading)
      break
    case signs.bracketEnd:
    case signs.braceEnd:
      close(reading)
      begin(reading)
      break
    case signs.less:
      reading.beforeAttribute = before
      begin(reading)
      break
    case signs.semicolon:
      begin(reading)
      if (reading.open.at(-1) !== signs.brace) reading.semicolons.push({start, before})
      break
    default:
      begin(reading)
  }
  reading.at = start + (code === signs.dot ? dotsAt(source, start) : 1)
  reading.lastEnd = reading.at
  if (code === signs.greater && reading.isAttribute) {
    reading.attributeEnd = reading.at
    reading.lastEnd = reading.beforeAttribute
  }
}

function readClosing({open, openStarts, openInsides, parentheses, at, lastEnd}: Reading): void {
  const top = open.length - 1
  const inside = openInsides[top] ?? -1
  if (inside === -1) return
  parentheses.set(inside, {start: openStarts[top] ?? 0, end: at + 1, insideEnd: lastEnd, isCall: false})
}

function dotsAt(source: string, start: number): number {
  if (source.charCodeAt(start + 1) !== signs.dot) return 1
  return source.charCodeAt(start + 2) === signs.dot ? 3 : 2
}

/** @param opened length of the opening bracket */
function readLong(reading: Reading, opened: number, kind: number): void {
  const {source, at: start} = reading
  reading.at = longBracketEnd(source, start, opened)
  markLines(reading, start, kind)
}

function readComment(reading: Reading): void {
  const {source, at: start, text} = reading
  const opened = longBracketAt(source, start + 2)
  if (opened > 0) {
    reading.at = start + 2
    readLong(reading, opened, lineKind.comment)
    return
  }
  const line = lineOf(reading, start)
  const end = text.lineEnds[line - 1] ?? source.length
  reading.lineKinds[line] = lineKind.comment
  const first = blanksEnd(source, start + 2)
  if (first < end && source.startsWith('luacheck:', first)) {
    const behindCode = Math.max(reading.lastEnd, reading.attributeEnd) > text.startOf(line)
    reading.comments.push({start, end, text: source.slice(start + 2, end), behindCode})
  }
  reading.at = end
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
