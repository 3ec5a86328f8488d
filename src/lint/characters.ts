/** Classes of bytes that a scan tells apart. */
export const classes = {other: 0, blank: 1, word: 2, digit: 3, quote: 4} as const

/** By byte. */
export const classOf = classTable()

/** Bytes that have a meaning of their own. */
export const signs = {
  quote: 0x22,
  apostrophe: 0x27,
  opening: 0x28,
  closing: 0x29,
  plus: 0x2b,
  minus: 0x2d,
  dot: 0x2e,
  semicolon: 0x3b,
  less: 0x3c,
  equals: 0x3d,
  greater: 0x3e,
  bracket: 0x5b,
  backslash: 0x5c,
  bracketEnd: 0x5d,
  brace: 0x7b,
  braceEnd: 0x7d,
} as const

function classTable(): Uint8Array {
  const table = new Uint8Array(256)
  const fill = (characters: string, what: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = what
  }
  fill(' \t\v\f\r\n', classes.blank)
  fill('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', classes.word)
  fill('0123456789', classes.digit)
  fill('"\'', classes.quote)
  return table
}

/** Where white space ends that begins at an offset, if any does. */
export function blanksEnd(source: string, start: number): number {
  let at = start
  while (classOf[source.charCodeAt(at)] === classes.blank) at += 1
  return at
}

/** Where white space starts that ends at an offset, if any does. */
export function blanksStart(source: string, end: number): number {
  let at = end
  while (classOf[source.charCodeAt(at - 1)] === classes.blank) at -= 1
  return at
}

/** Length of an opening long bracket; 0 where there is none. */
export function longBracketAt(source: string, start: number): number {
  if (source.charCodeAt(start) !== signs.bracket) return 0
  let at = start + 1
  while (source.charCodeAt(at) === signs.equals) at += 1
  return source.charCodeAt(at) === signs.bracket ? at + 1 - start : 0
}

/** Behind a long bracket that opens at an offset. */
export function longBracketEnd(source: string, start: number, opened: number): number {
  const end = source.indexOf(`]${'='.repeat(opened - 2)}]`, start + opened)
  return end === -1 ? source.length : end + opened
}

/** Where the next token starts. */
export function tokenFrom(source: string, start: number): number {
  for (let at = blanksEnd(source, start); ; at = blanksEnd(source, at)) {
    if (!source.startsWith('--', at)) return at
    const opened = longBracketAt(source, at + 2)
    if (opened > 0) at = longBracketEnd(source, at + 2, opened)
    else while (at < source.length && source[at] !== '\n' && source[at] !== '\r') at += 1
  }
}
