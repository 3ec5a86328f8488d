/**
 * A change that mends a finding: bytes from `start` to before `end` give way to `text`. Rules declare it in offsets of
 * `Syntax.source`, that is in a file without its byte order mark, and with bytes as latin1.
 */
export interface Fix {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Chooses the fixes that can be made in one go, by place: of two that meet, the one that starts first. */
export function withoutOverlaps(fixes: readonly Fix[]): Fix[] {
  const chosen: Fix[] = []
  let from = 0
  for (const fix of [...fixes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = chosen.at(-1)
    // Two insertions at one place have no order of their own.
    if (fix.start < from || (fix.start === last?.start && fix.end === last.end)) continue
    chosen.push(fix)
    from = fix.end
  }
  return chosen
}

/**
 * Returns a source with fixes made in it.
 * @param fixes without overlaps, by place
 */
export function applied(source: string, fixes: readonly Fix[]): string {
  let text = ''
  let at = 0
  for (const fix of fixes) {
    text += source.slice(at, fix.start) + fix.text
    at = fix.end
  }
  return text + source.slice(at)
}

/** Tells whether a fix changes nothing but white space and a semicolon, so that the same program is left. */
export function isLayout({start, end, text}: Fix, source: string): boolean {
  return /^[ \t\v\f]*$/.test(text) && /^[ \t\v\f]*;?(?:\r\n|\n\r|\n|\r)?$/.test(source.slice(start, end))
}

/** Takes out the semicolon of an empty statement, and its line where nothing else stands on it. */
export function withoutSemicolon(source: string, semicolon: number): Fix {
  let start = semicolon
  while (start > 0 && ' \t\v\f'.includes(source.charAt(start - 1))) start -= 1
  const lineEnd = /\r\n|\n\r|\n|\r|$/y
  lineEnd.lastIndex = semicolon + 1
  const ending = lineEnd.exec(source)?.[0]
  const startsLine = start === 0 || '\r\n'.includes(source.charAt(start - 1))
  if (ending !== undefined && startsLine) return {start, end: semicolon + 1 + ending.length, text: ''}
  if (ending !== undefined) return {start, end: semicolon + 1, text: ''}
  const joins = /^\w;\w$/.test(source.slice(semicolon - 1, semicolon + 2))
  return {start: semicolon, end: semicolon + 1, text: joins ? ' ' : ''}
}
