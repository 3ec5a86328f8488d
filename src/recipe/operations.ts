import {withReplaced, withoutMatch} from './glob.ts'

/** Longer texts are left: a pattern is tried at each of their characters. */
const longestMatched = 4000

/**
 * Applies `#`, `##`, `%` or `%%` with a pattern, or `/`, `//`, `/#`, `/%` with a pattern and a replacement, to a text; undefined
 * where the text is too long for it.
 */
export function applyPattern(
  operator: string,
  [pattern, replacement]: readonly [string, string],
  text: string,
): string | undefined {
  if (text.length * (pattern.length + 1) > longestMatched * 10 || text.length > longestMatched)
    return undefined
  if (!operator.startsWith('/')) return withoutMatch(operator, pattern, text)
  return pattern === '' ? text : withReplaced(operator, [pattern, replacement], text)
}

/** Applies `^`, `^^`, `,` or `,,` to a text. */
export function applyCase(operator: string, text: string): string {
  const change = (part: string): string =>
    operator.startsWith('^') ? part.toUpperCase() : part.toLowerCase()
  return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1)
}

/** Cuts a text as `:offset:length` does, a negative number counted from the end; undefined for what are no numbers. */
export function applySlice(text: string, offset: string, length: string | undefined): string | undefined {
  const number = /^\s*-?\d+\s*$/
  if (!number.test(offset) || (length !== undefined && !number.test(length))) return undefined
  const start = Number(offset) < 0 ? text.length + Number(offset) : Number(offset)
  if (start < 0) return ''
  if (length === undefined) return text.slice(start)
  return Number(length) < 0
    ? text.slice(start, text.length + Number(length))
    : text.slice(start, start + Number(length))
}
