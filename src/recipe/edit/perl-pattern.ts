import {NotExact} from './not-exact.ts'
import {literal} from './posix-pattern.ts'
import type {Pattern} from './pattern.ts'

/** What reads the same in both, but for the signs of lines' ends and for what varies with Unicode. */
const classes: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[A-Za-z0-9_]',
  W: '[^A-Za-z0-9_]',
  s: String.raw`[ \t\n\v\f\r]`,
  S: String.raw`[^ \t\n\v\f\r]`,
  b: String.raw`\b`,
  B: String.raw`\B`,
  n: String.raw`\n`,
  t: String.raw`\t`,
  r: String.raw`\r`,
}

/** Reads a regular expression of perl as one of here. Throws NotExact for what is not surely the same. */
export function perlPattern(text: string, flags: string): Pattern {
  let source = ''
  let groups = 0
  let endless = 0
  const depths: number[] = []
  if (text === '') throw new NotExact('an empty expression')
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    const rest = text.slice(at)
    if (char === '\\') {
      at += 1
      source += escapeOf(text[at] ?? '', groups)
    } else if (char === '[') {
      const [all = ''] = /^\[\^?(?:[\w .,:;!?"'=<>/+*(){}|&%#~@-]|\\[\w\][^./"'\\-])+\]/.exec(rest) ?? []
      if (all === '' || /\[:|\\[^nrtdws\][^./"'\\-]|@\w/.test(all))
        throw new NotExact(`${rest.slice(0, 10)} in an expression`)
      source += all
      at += all.length - 1
    } else if (char === '(') {
      const isPlain = !rest.startsWith('(?')
      if (!isPlain && !/^\(\?[:=!]/.test(rest)) throw new NotExact(`${rest.slice(0, 4)} in an expression`)
      if (isPlain) groups += 1
      depths.push(endless)
      source += isPlain ? '(' : rest.slice(0, 3)
      at += isPlain ? 0 : 2
    } else if (char === ')') {
      const before = depths.pop()
      if (before === undefined) throw new NotExact('a group without a beginning')
      if (endless > before && /^\)(?:[*+]|\{)/.test(rest))
        throw new NotExact('a repeated group whose parts are repeated')
      source += ')'
    } else if (char === '$' || char === '@') {
      if (char === '@' || !/^\$(?:$|[|)])/.test(rest))
        throw new NotExact(`${rest.slice(0, 10)}, which may be a variable`)
      source += flags.includes('m') ? String.raw`(?=\n|(?![\s\S]))` : String.raw`(?=\n?(?![\s\S]))`
    } else if (char === '^') source += flags.includes('m') ? String.raw`(?<![^\n])` : '^'
    else if (char === '.') source += flags.includes('s') ? String.raw`[\s\S]` : String.raw`[^\n]`
    else if (/[*+?]/.test(char)) {
      if (source === '' || /^[*+?]\+/.test(rest)) throw new NotExact(`${rest.slice(0, 2)} in an expression`)
      if (char !== '?') endless += 1
      source += char
    } else if (char === '{') {
      const [all = ''] = /^\{\d{1,3}(?:,\d{0,3})?\}(?!\+)/.exec(rest) ?? []
      if (all === '') source += String.raw`\{`
      else {
        if (all.endsWith(',}')) endless += 1
        source += all
        at += all.length - 1
      }
    } else if (char === '|') source += '|'
    else source += literal(char)
  }
  if (depths.length > 0) throw new NotExact('a group without an end')
  return {
    source,
    ignoresCase: flags.includes('i'),
    groups,
    endless,
    wantsLongest: false,
    hasUnclearGroups: false,
  }
}

function escapeOf(char: string, groups: number): string {
  if (/[1-9]/.test(char)) {
    if (Number(char) > groups) throw new NotExact(`\\${char} without such a group`)
    return `(?:\\${char})`
  }
  const known = Object.hasOwn(classes, char) ? classes[char] : undefined
  if (known !== undefined) return known
  if (char === '' || /[A-Za-z0-9]/.test(char)) throw new NotExact(`\\${char} in an expression`)
  return literal(char)
}
