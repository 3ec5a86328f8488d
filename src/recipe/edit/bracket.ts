import {NotExact} from './not-exact.ts'

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: String.raw` \t`,
  digit: '0-9',
  lower: 'a-z',
  punct: String.raw`!-\/:-@\[-${'`'}{-~`,
  space: String.raw` \t\n\v\f\r`,
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
}

/**
 * Reads a bracket expression of POSIX, as `[^]a-z[:digit:]]`, which begins at an offset; gives it as one of here, and the
 * offset behind it. Throws NotExact.
 */
export function readBracket(text: string, start: number): {readonly source: string; readonly end: number} {
  const isNegated = text[start + 1] === '^'
  const first = start + (isNegated ? 2 : 1)
  let at = first
  let inner = ''
  for (; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === ']' && at > first) return {source: `[${isNegated ? '^' : ''}${inner}]`, end: at + 1}
    if (char === '[' && /[.=:]/.test(text[at + 1] ?? '')) {
      const [all = '', name = ''] = /^\[:(\w+):\]/.exec(text.slice(at)) ?? []
      const known = Object.hasOwn(classes, name) ? classes[name] : undefined
      if (known === undefined) throw new NotExact(`${text.slice(at, at + 8)} in a bracket expression`)
      inner += known
      at += all.length - 1
      continue
    }
    if (char === '\\' && /[nt]/.test(text[at + 1] ?? '')) {
      at += 1
      inner += `\\${text[at] ?? ''}`
      continue
    }
    if (char === '\\' && /[A-Za-z0-9]/.test(text[at + 1] ?? ''))
      throw new NotExact(`\\${text[at + 1] ?? ''} in a bracket expression`)
    const isRange = char === '-' && at > first && text[at + 1] !== ']'
    if (isRange) {
      const [from = '', to = ''] = [text[at - 1], text[at + 1]]
      if (!/^(?:[0-9]{2}|[a-z]{2}|[A-Z]{2})$/.test(from + to) || from > to)
        throw new NotExact(`the range ${from}-${to}, which depends on the language`)
      inner += '-'
    } else inner += /[\\\]^[-]/.test(char) ? `\\${char}` : char
  }
  throw new NotExact('a bracket expression without an end')
}
