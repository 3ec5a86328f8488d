import {isDeepStrictEqual} from 'node:util'
import {withoutBom} from '../lua/parse.ts'
import {readSyntax} from '../lua/syntax.ts'
import {applied, isLayout, withoutOverlaps, type Fix} from './fix.ts'
import {SourceText} from './source/text.ts'
import {Tokens, type Token} from './source/tokens.ts'

/** A file after fixes were made in it. */
export interface FixedFile {
  readonly bytes: Buffer
  /** How many fixes were made. */
  readonly fixes: number
}

/**
 * Makes as many fixes in a file as can be made in one go; undefined where none can. Those that leave the program alone
 * come first and by themselves: then tokens and tree must be what they were. Of any others, everything outside of them
 * must, and the result must be Lua. Fixes that break that are not made; where one of several does, fewer and fewer are
 * tried.
 * @param inFile with offsets that count a byte order mark
 */
export function fixFile(bytes: Buffer, inFile: readonly Fix[]): FixedFile | undefined {
  const body = withoutBom(bytes)
  const mark = bytes.subarray(0, bytes.length - body.length)
  const fixes = inFile.map(({start, end, text}) => ({
    start: start - mark.length,
    end: end - mark.length,
    text,
  }))
  const source = body.toString('latin1')
  const layout = fixes.filter((fix) => isLayout(fix, source))
  const sound = triesOf(layout, fixes).find((some) => some.length > 0 && isSound(body, withoutOverlaps(some)))
  if (sound === undefined) return undefined
  const chosen = withoutOverlaps(sound)
  const fixed = Buffer.from(applied(source, chosen), 'latin1')
  return {bytes: Buffer.concat([mark, fixed]), fixes: chosen.length}
}

/** How many sets of fixes are tried: each costs as much as the whole file. */
const mostTries = 32

function triesOf(layout: readonly Fix[], fixes: readonly Fix[]): readonly (readonly Fix[])[] {
  const tries = [layout, fixes]
  for (let parts = 2; parts <= fixes.length && tries.length < mostTries; parts *= 2) {
    const size = Math.ceil(fixes.length / parts)
    for (let start = 0; start < fixes.length; start += size) tries.push(fixes.slice(start, start + size))
  }
  if (fixes.length <= mostTries) tries.push(...fixes.map((fix) => [fix]))
  return tries.slice(0, 2 * mostTries)
}

function isSound(body: Buffer, fixes: readonly Fix[]): boolean {
  const source = body.toString('latin1')
  const text = applied(source, fixes)
  if (fixes.some(({start, end}) => start < 0 || end < start || end > source.length)) return false
  const before = kept(source, fixes)
  const after = kept(text, moved(fixes))
  if (before === undefined || after === undefined || !isDeepStrictEqual(before, after)) return false
  const old = programOf(body)
  const fresh = programOf(Buffer.from(text, 'latin1'))
  if (old === undefined || fresh === undefined) return false
  return !fixes.every((fix) => isLayout(fix, source)) || old === fresh
}

/** The places of what fixes put in, in the text that they give. */
function moved(fixes: readonly Fix[]): Fix[] {
  let shift = 0
  return fixes.map(({start, end, text}) => {
    const place = {start: start + shift, end: start + shift + text.length, text}
    shift += text.length - (end - start)
    return place
  })
}

/** Tokens outside of fixes; undefined where a fix cuts one in two, or what stands there can't be read. */
function kept(source: string, fixes: readonly Fix[]): string[] | undefined {
  const tokens = tokensOf(source)
  if (tokens === undefined) return undefined
  const outside: string[] = []
  let at = 0
  for (const {start, end, text} of tokens) {
    while ((fixes[at]?.end ?? Infinity) <= start) at += 1
    const fix = fixes[at]
    if (fix === undefined || fix.start >= end) outside.push(text)
    else if (start < fix.start || end > fix.end) return undefined
  }
  return outside
}

function tokensOf(source: string): Token[] | undefined {
  const found: Token[] = []
  try {
    const tokens = new Tokens(new SourceText(source))
    for (let token = tokens.next(); token.kind !== '<eof>'; token = tokens.next()) found.push(token)
    return found
  } catch {
    return undefined
  }
}

/** The tree without places, as text; undefined for what is not valid Lua. */
function programOf(body: Buffer): string | undefined {
  const read = readSyntax(body)
  if (read.problem !== undefined) return undefined
  const {chunk, attributes} = read.syntax
  try {
    return JSON.stringify([chunk, attributes], (key, value: unknown) => (places.has(key) ? undefined : value))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const places = new Set(['loc', 'range', 'comments', 'line', 'column'])
