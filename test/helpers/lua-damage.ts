import type {ProgramOutput} from './program.ts'
import {seeded} from './random.ts'

/** What readers of Lua stumble over. */
const nasty = [
  ...['\0', '\xff', '\xef\xbb\xbf', '\r', '\n\r', '\x1a', '\x0b', '\xc3', '\xa0'],
  ...[
    '--[==[',
    ']]',
    '--[[',
    '[=',
    '[==[',
    ']==]',
    '--',
    '"',
    "'",
    '\\',
    '"\\u{',
    '"\\z',
    '"\\x4',
    '"\\400"',
  ],
  ...['1e999', '0x.p', '0x', '1e', '..', '...', '3..2', '0x1p', '1LL', '9a'],
  ...[
    ' goto continue ',
    '::continue::',
    ' <const>',
    ' <close>',
    ' local x <const> = 1 ',
    '<',
    '>',
    '~',
    '//',
  ],
  ...[
    '(',
    ')',
    '{',
    '}',
    ' end ',
    ' do ',
    ' until ',
    ' function ',
    ' return ',
    ' break ',
    ',',
    ';',
    ';;',
    '=',
    ':',
  ],
  ...[' -- luacheck: push\n', ' -- luacheck: ignore [\n', ' -- luacheck: std x\n', '--% a: b\n', '#!', '#'],
]

/** Bytes of real files, damaged at one to four places by a seed; as latin1. */
export function damaged(sources: readonly string[], seed: number): string {
  const random = seeded(seed)
  const one = <T>(all: readonly T[]): T => {
    const found = all[random(all.length)]
    if (found === undefined) throw new Error('nothing to choose from')
    return found
  }
  let text = one(sources)
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(text.length + 1)
    const length = random(3) === 0 ? random(200) : 1
    const before = text.slice(0, at)
    const behind = text.slice(at)
    switch (random(8)) {
      case 0:
        text = before + String.fromCharCode((behind.charCodeAt(0) || 0) ^ (1 << random(8))) + behind.slice(1)
        break
      case 1:
        text = before + behind.slice(length)
        break
      case 2:
        text = before + behind.slice(0, length) + behind
        break
      case 3:
        text = before
        break
      case 4: {
        const other = one(sources)
        const from = random(other.length + 1)
        text = before + other.slice(from, from + random(300)) + behind
        break
      }
      default:
        text = before + one(nasty) + behind
    }
  }
  return text
}

/**
 * Whether Lua 5.4's compiler (its output for a source) and our parser (its problem) may differ on a source: only as
 * docs/lint.md says.
 */
export function mayDiffer(
  source: string,
  {code, stderr}: ProgramOutput,
  problem: string | undefined,
): boolean {
  if (code === 0) {
    if (problem?.includes('UTF-8 value too large') === true) return /\\u\{[0-9a-fA-F]{6,}\}/.test(source)
    if (problem?.startsWith("malformed number near '0") === true) return /0[xX]\.[0-9a-fA-F]/.test(source)
    return problem?.includes("'#'") === true && /^(?:\xef\xbb\xbf)?#(?!!)/.test(source)
  }
  const number = /malformed number near '(.*)'$/m.exec(stderr)?.[1]
  if (number !== undefined) return isNumberAndMore(number)
  return /attempt to assign to const variable|multiple to-be-closed|too many local variables|C stack overflow|label '\w+' already defined/.test(
    stderr,
  )
}

/** Lua reads letters and points behind a number as a part of it; luacheck takes them for what follows. */
function isNumberAndMore(text: string): boolean {
  const [number = ''] =
    /^0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*(?:[pP][+-]?[0-9]+)?|^[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?/.exec(text) ??
    []
  return /[0-9a-fA-F]/.test(number.replace(/^0[xX]/, '')) && number.length < text.length
}

/** Whether luacheck itself ends with an error: at a pattern that is none, and at a loop down to a string. */
export function stopsLuacheck(source: string): boolean {
  return /luacheck:.*[[(%]/.test(source) || /=\s*#[^,\n]*,\s*["'[]/.test(source)
}

/** Whether luacheck's rows may differ from ours: only as docs/lint.md says, and where ours say that it is not Lua. */
export function rowsMayDiffer(source: string, own: readonly string[]): boolean {
  if (own.length !== 1 || own[0]?.includes('(E011)') !== true) return false
  return [
    /<\s*(?!(?:const|close)\s*>)[A-Za-z_]\w*\s*>/,
    /[0-9a-fA-F.](?:[uU]?[lL][lL][uU]?|[iI])\b/,
    /\\u\{[0-9a-fA-F]{6,}\}/,
    /0[xX]\.[0-9a-fA-F]/,
    /(?:[-+*/%^&|~]|\.\.|<<|>>)=/,
    /\bgoto\b/,
  ].some((pattern) => pattern.test(source))
}
