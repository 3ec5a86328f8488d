/** Bytes that have a meaning of their own in Lua. */
export const signs = {
  quote: 0x22,
  apostrophe: 0x27,
  opening: 0x28,
  closing: 0x29,
  minus: 0x2d,
  semicolon: 0x3b,
  less: 0x3c,
  equals: 0x3d,
  greater: 0x3e,
  bracket: 0x5b,
  backslash: 0x5c,
} as const

/** By byte, 1 for white space. */
const blank = Uint8Array.from({length: 256}, (_, code) =>
  ' \t\v\f\r\n'.includes(String.fromCharCode(code)) ? 1 : 0,
)

/** Returns where white space ends that begins at an offset, if any does. */
export function blanksEnd(source: string, start: number): number {
  let at = start
  while (blank[source.charCodeAt(at)] === 1) at += 1
  return at
}

/** Returns where white space starts that ends at an offset, if any does. */
export function blanksStart(source: string, end: number): number {
  let at = end
  while (blank[source.charCodeAt(at - 1)] === 1) at -= 1
  return at
}

/** Returns the length of the opening long bracket at an offset; 0 where there is none. */
export function longBracketAt(source: string, start: number): number {
  if (source.charCodeAt(start) !== signs.bracket) return 0
  let at = start + 1
  while (source.charCodeAt(at) === signs.equals) at += 1
  return source.charCodeAt(at) === signs.bracket ? at + 1 - start : 0
}

/** Returns the offset behind a long bracket that opens at an offset. */
export function longBracketEnd(source: string, start: number, opened: number): number {
  const end = source.indexOf(`]${'='.repeat(opened - 2)}]`, start + opened)
  return end === -1 ? source.length : end + opened
}

/** Returns where the next token starts. */
export function tokenFrom(source: string, start: number): number {
  for (let at = blanksEnd(source, start); ; at = blanksEnd(source, at)) {
    if (!source.startsWith('--', at)) return at
    const opened = longBracketAt(source, at + 2)
    if (opened > 0) at = longBracketEnd(source, at + 2, opened)
    else while (at < source.length && source[at] !== '\n' && source[at] !== '\r') at += 1
  }
}
