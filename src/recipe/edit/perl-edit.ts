import type {Word} from '../types.ts'
import {exactly, NotExact} from './not-exact.ts'
import {perlPattern} from './perl-pattern.ts'
import {refuseUnknown, type ReadEdit} from './sed-edit.ts'
import type {Piece, Substitution} from './types.ts'

/** Reads what `perl -pi -e` does to each of its files: substitutions alone. */
export function perlEdit(args: readonly Word[]): ReadEdit {
  return exactly(() => {
    let isWhole = false
    let isPrinting = false
    const scripts: Word[] = []
    for (let at = 0; at < args.length; at += 1) {
      const {text = ''} = args[at] ?? {}
      if (!text.startsWith('-')) break
      const [, zero, letters] = /^-(0(?:777)?)?([pis]*(?:i\.\w+)?e?)$/.exec(text) ?? []
      if (letters === undefined) throw new NotExact(`${text} of perl`)
      isWhole ||= zero !== undefined
      isPrinting ||= /^[is]*p/.test(letters)
      if (!letters.endsWith('e')) continue
      at += 1
      const script = args[at]
      if (script !== undefined) scripts.push(script)
    }
    refuseUnknown(scripts)
    if (!isPrinting || scripts.length === 0) throw new NotExact('a program of perl')
    const substitutions = readPerlScript(scripts.map(({text}) => text).join('\n'))
    return {kind: 'perl' as const, substitutions, isWhole}
  })
}

const closing: Readonly<Record<string, string>> = {'{': '}', '(': ')', '[': ']', '<': '>'}

function readPerlScript(script: string): readonly Substitution[] {
  const found: Substitution[] = []
  let rest = script
  for (;;) {
    rest = rest.replace(/^[\s;]+/, '')
    if (rest === '') break
    const delimiter = /^s([^\w\s#;'])/.exec(rest)?.[1]
    if (delimiter === undefined) throw new NotExact(`${rest.slice(0, 20)} of perl`)
    const close = closing[delimiter]
    const first = delimited(rest.slice(2), close ?? delimiter, close === undefined ? undefined : delimiter)
    const gap = close === undefined ? '' : (/^\s*/.exec(first.rest)?.[0] ?? '')
    const behind = first.rest.slice(gap.length)
    if (close !== undefined && !behind.startsWith(delimiter)) throw new NotExact('two kinds of delimiters')
    const second = delimited(
      close === undefined ? behind : behind.slice(1),
      close ?? delimiter,
      close === undefined ? undefined : delimiter,
    )
    const [flags = ''] = /^\w*/.exec(second.rest) ?? []
    if (!/^[gims]*$/.test(flags)) throw new NotExact(`the flags ${flags} of s`)
    const ends = /^\s*(?:;|$)/.exec(second.rest.slice(flags.length))
    if (ends === null) throw new NotExact(`${second.rest.slice(flags.length).trim()} behind s`)
    const pattern = perlPattern(first.text, flags)
    found.push({
      pattern,
      pieces: piecesOf(second.text, pattern.groups),
      nth: 1,
      isGlobal: flags.includes('g'),
    })
    rest = second.rest.slice(flags.length)
  }
  if (found.length === 0) throw new NotExact('it has no command')
  return found
}

function delimited(
  text: string,
  close: string,
  open: string | undefined,
): {readonly text: string; readonly rest: string} {
  let depth = 0
  let found = ''
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === close && depth === 0) return {text: found, rest: text.slice(at + 1)}
    if (char === open) depth += 1
    if (char === close) depth -= 1
    if (char === '\\') {
      at += 1
      const next = text[at] ?? ''
      // A delimiter that means something without its backslash could be either.
      if (next === close && /[|.$^*+?()[\]{}]/.test(next) && open === undefined)
        throw new NotExact(`\\${next} where ${next} is the delimiter`)
      found += next === close && open === undefined ? next : `\\${next}`
    } else found += char
  }
  throw new NotExact(`no second ${close}`)
}

function piecesOf(text: string, groups: number): readonly Piece[] {
  const pieces: Piece[] = []
  const known = /\\([1-9])(?!\d)|\$([1-9])(?![\d[{])|\$\{([1-9])\}|\$(&)|\\([nt])|\\([^\w\s])|([^\\$@])/gy
  let at = 0
  for (const match of text.matchAll(known)) {
    at = match.index + match[0].length
    const [, old, group, braced, all, letter, escaped, plain] = match
    const number = all === undefined ? (old ?? group ?? braced) : '0'
    if (number === undefined) {
      const char = letter === undefined ? (escaped ?? plain ?? '') : letter === 'n' ? '\n' : '\t'
      pieces.push(char)
    } else if (Number(number) > groups) throw new NotExact(`$${number} without such a group`)
    else pieces.push(Number(number))
  }
  if (at < text.length) throw new NotExact(`${text.slice(at, at + 10)} in a replacement`)
  return pieces
}
