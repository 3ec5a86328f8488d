import {variable} from './expand.ts'

/** A URL as it stands in a text, its variables unfilled. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly text: string
}

const longest = 2000
const scheme = /(?:\b(?:git|hg)(?:::|\+))?\b(?:https?|ssh)$/i
const stop = /[\s"'<>`\\|^{},;]/

/** Finds all URLs of a text that begin with their scheme. */
export function urlsOf(text: string): readonly Span[] {
  const found: Span[] = []
  let last = 0
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const before = scheme.exec(text.slice(Math.max(last, at - 20), at))?.[0]
    if (before === undefined) continue
    const span = spanFrom(text, at - before.length, at + 3)
    if (span.end <= at + 3) continue
    found.push(span)
    last = span.end
    at = span.end - 1
  }
  return found
}

/** Finds words of a text that begin with a variable and go on as a path does: their variable may be a URL. */
export function pathsBehindVariables(text: string): readonly Span[] {
  const found: Span[] = []
  let last = 0
  for (const token of text.matchAll(variable)) {
    const start = token.index
    if (start < last || !/[\s"'=(:>,[]/.test(text[start - 1] ?? '\n')) continue
    const span = spanFrom(text, start, start)
    if (span.end > start) found.push(span)
    last = Math.max(last, span.end)
  }
  return found
}

function spanFrom(text: string, start: number, from: number): Span {
  let [at, depth] = [from, 0]
  const limit = Math.min(text.length, start + longest)
  while (at < limit) {
    const token = tokenAt(text, at)
    if (token > 0) {
      at += token
      continue
    }
    const char = text[at] ?? ' '
    if (stop.test(char)) break
    if (char === '(' || char === '[') depth++
    if ((char === ')' || char === ']') && depth-- === 0) break
    at++
  }
  while (at > from && /[.:!?*]/.test(text[at - 1] ?? '')) at--
  // A PKGBUILD often closes the quotes before what names the revision.
  const [behind = '', fragment = ''] = quotedFragment.exec(text.slice(at, limit)) ?? []
  return {start, end: at + behind.length, text: text.slice(start, at) + fragment}
}

const quotedFragment = /^["'](#(?:revision|commit|tag|branch)=[^\s"'()]+)/

const here = new RegExp(variable.source, 'y')

/** Returns the length of the variable that begins at an offset; 0 where none does. */
function tokenAt(text: string, at: number): number {
  const char = text[at]
  if (char !== '{' && char !== '$' && char !== '[') return 0
  here.lastIndex = at
  return here.exec(text)?.[0].length ?? 0
}
