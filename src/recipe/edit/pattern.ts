import {NotExact} from './not-exact.ts'

/** A regular expression of another program, as one of here. */
export interface Pattern {
  readonly source: string
  readonly ignoresCase: boolean
  /** How many groups it has. */
  readonly groups: number
  /** How many of its parts may be repeated often. */
  readonly endless: number
  /** Whether the program takes the longest match where this one may take a shorter one. */
  readonly wantsLongest: boolean
  /** Whether what groups hold may be told otherwise there. */
  readonly hasUnclearGroups: boolean
}

/** A match in a text. */
export interface Match {
  readonly start: number
  readonly end: number
  /** From 0, which is all of it; undefined of a group that is not part of it. */
  readonly groups: readonly (string | undefined)[]
}

/** How much looking for a match may cost, in steps: a second or two. */
const most = 1e9

/** Finds the first match from an offset on. Throws NotExact where the other program would find a longer one. */
export function matchFrom(pattern: Pattern, text: string, from: number): Match | undefined {
  if (text.length ** (pattern.endless + (isAnchored(pattern) ? 0 : 1)) > most)
    throw new NotExact('its expression may take very long on a line of this length')
  const expression = compiled(pattern.source, pattern.ignoresCase ? 'gi' : 'g')
  expression.lastIndex = from
  const found = expression.exec(text)
  if (found === null) return undefined
  const match = {start: found.index, end: found.index + found[0].length, groups: [...found]}
  if (pattern.wantsLongest && hasLonger(pattern, text, match))
    throw new NotExact('its expression has matches of several lengths, of which sed takes the longest')
  return match
}

/** Others are tried at each letter anew. */
function isAnchored({source}: Pattern): boolean {
  return source.startsWith('^') && !source.includes('|')
}

function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch {
    throw new NotExact('an expression that is none')
  }
}

/** Tells whether another match begins there and ends behind this one. */
function hasLonger({source, ignoresCase}: Pattern, text: string, {start, end}: Match): boolean {
  if (end === text.length) return false
  const longer = new RegExp(`(?:${source})(?![\\s\\S]{${text.length - end}})`, ignoresCase ? 'iy' : 'y')
  longer.lastIndex = start
  return longer.test(text)
}
