import {commonEscapes} from './common-escapes.ts'
import {NotExact} from './not-exact.ts'
import type {Pattern} from './pattern.ts'
import {literal} from './posix-pattern.ts'

/** What reads the same in both, but for the signs of lines' ends. */
const classes: Readonly<Record<string, string>> = {
  ...commonEscapes,
  d: '[0-9]',
  D: '[^0-9]',
  r: String.raw`\r`,
}

/** Reads a regular expression of perl as one of here. Throws NotExact for what is not surely the same. */
export function perlPattern(text: string, flags: string): Pattern {
  if (text === '') throw new NotExact('an empty expression')
  return new Reader(text, flags).read()
}

class Reader {
  readonly #text: string
  readonly #flags: string
  #at = 0
  #groups = 0
  #endless = 0
  /** How many parts were endless where each open group began. */
  readonly #open: number[] = []

  constructor(text: string, flags: string) {
    this.#text = text
    this.#flags = flags
  }

  read(): Pattern {
    let source = ''
    while (this.#at < this.#text.length) source += this.#next(source === '')
    if (this.#open.length > 0) throw new NotExact('a group without an end')
    return {
      source,
      ignoresCase: this.#flags.includes('i'),
      groups: this.#groups,
      endless: this.#endless,
      wantsLongest: false,
      hasUnclearGroups: false,
    }
  }

  /** Takes what an expression finds right here; '' for nothing. */
  #take(expression: RegExp): string {
    expression.lastIndex = this.#at
    const [found = ''] = expression.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  #rest(): string {
    return this.#text.slice(this.#at, this.#at + 10)
  }

  #next(isFirst: boolean): string {
    const char = this.#text[this.#at] ?? ''
    switch (char) {
      case '\\':
        return this.#escape()
      case '[':
        return this.#bracket()
      case '(':
      case ')':
        return this.#group(char)
      case '$':
      case '@':
        return this.#end(char)
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#quantifier(char, isFirst)
    }
    this.#at += 1
    if (char === '^') return this.#flags.includes('m') ? String.raw`(?:(?<![\s\S])|(?<=\n)(?=[\s\S]))` : '^'
    if (char === '.') return this.#flags.includes('s') ? String.raw`[\s\S]` : String.raw`[^\n]`
    return char === '|' ? '|' : literal(char)
  }

  #escape(): string {
    const char = this.#text[this.#at + 1] ?? ''
    this.#at += 2
    if (/[1-9]/.test(char)) {
      if (Number(char) > this.#groups) throw new NotExact(`\\${char} without such a group`)
      return `(?:\\${char})`
    }
    const known = Object.hasOwn(classes, char) ? classes[char] : undefined
    if (known !== undefined) return known
    if (char === '' || /[A-Za-z0-9]/.test(char)) throw new NotExact(`\\${char} in an expression`)
    return literal(char)
  }

  #bracket(): string {
    const rest = this.#rest()
    const all = this.#take(/\[\^?(?:[\w .,:;!?"'=<>/+*(){}|&%#~-]|\\[nrtdws\][^./"'\\-])+\]/y)
    if (all === '' || all.includes('[:')) throw new NotExact(`${rest} in an expression`)
    return all
  }

  #group(char: '(' | ')'): string {
    if (char === '(') {
      const rest = this.#rest()
      const opening = this.#take(/\((?!\?)|\(\?[:=!]/y)
      if (opening === '') throw new NotExact(`${rest} in an expression`)
      if (opening === '(') this.#groups += 1
      this.#open.push(this.#endless)
      return opening
    }
    this.#at += 1
    const before = this.#open.pop()
    if (before === undefined) throw new NotExact('a group without a beginning')
    if (this.#endless > before && /^[*+{]/.test(this.#rest()))
      throw new NotExact('a repeated group whose parts are repeated')
    return ')'
  }

  #end(char: '$' | '@'): string {
    if (char === '@' || !/^\$(?:$|[|)])/.test(this.#text.slice(this.#at)))
      throw new NotExact(`${this.#rest()}, which may be a variable`)
    this.#at += 1
    return this.#flags.includes('m') ? String.raw`(?=\n|(?![\s\S]))` : String.raw`(?=\n?(?![\s\S]))`
  }

  #quantifier(char: string, isFirst: boolean): string {
    const rest = this.#rest()
    const all = this.#take(/[*+?](?!\+)|\{\d{1,3}(?:,\d{0,3})?\}(?!\+)/y)
    if (all === '' && char === '{' && !/^\{\d*,?\d*\}/.test(this.#text.slice(this.#at))) {
      this.#at += 1
      return String.raw`\{`
    }
    if (all === '' || isFirst) throw new NotExact(`${rest} in an expression`)
    if (char !== '?') this.#endless += 1
    return all
  }
}
