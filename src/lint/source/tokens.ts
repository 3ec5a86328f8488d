import {printable} from './printable.ts'
import {Problem, type Place} from './problem.ts'
import type {SourceText} from './text.ts'

/** A token of Lua as luacheck reads them, and where it stands. */
export interface Token extends Place {
  /** A keyword or operator itself; name, number, string or <eof>. */
  readonly kind: string
  readonly text: string
}

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

const blank = /(?:[ \t\v\f\r\n]+|--(?!\[=*\[)[^\r\n]*)+/y
const word = /[A-Za-z_][A-Za-z0-9_]*/y
const operator = /\.\.\.|\.\.|::|==|~=|<=|>=|<<|>>|\/\/|[^]/y
const digits = /0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*|[0-9]*\.?[0-9]*/y
const suffix = /[iI]|[uU][lL][lL]|[lL][lL][uU]?/y
const bracket = /\[=*\[?/y

/** Reads the tokens of a source as luacheck does; throws Problem where there is none. */
export class Tokens {
  readonly #text: SourceText
  readonly #source: string
  #at = 0
  #peeked: Token | undefined

  constructor(text: SourceText) {
    this.#text = text
    this.#source = text.source
    if (this.#source.startsWith('#!')) this.#at = /[\r\n]|$/.exec(this.#source)?.index ?? 0
  }

  /** Returns the next token, which stays. */
  peek(): Token {
    return (this.#peeked ??= this.#read())
  }

  /** Returns the next token and goes past it. */
  next(): Token {
    const token = this.#peeked ?? this.#read()
    this.#peeked = undefined
    return token
  }

  #read(): Token {
    this.#skipBlanks()
    const start = this.#at
    const char = this.#source.charAt(start)
    if (char === '') return this.#token('<eof>', start, start + 1)
    if (/[A-Za-z_]/.test(char)) {
      const text = this.#take(word)
      return this.#token(keywords.has(text) ? text : 'name', start)
    }
    if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(this.#source.charAt(start + 1))))
      return this.#number(start)
    if (char === '"' || char === "'") return this.#string(start, char)
    if (char === '[') return this.#bracket(start)
    const text = this.#take(operator)
    if (text.charCodeAt(0) >= 0x80 && this.#text.isUnicode) this.#take(/[\x80-\xbf]*/y)
    return this.#token(text, start)
  }

  #token(kind: string, start: number, end = this.#at): Token {
    return {kind, text: this.#source.slice(start, end), line: this.#lineOf(start), start, end}
  }

  #lineOf(offset: number): number {
    return this.#text.lineAt(offset)
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#source)?.[0] ?? ''
    this.#at += text.length
    return text
  }

  #skipBlanks(): void {
    for (;;) {
      this.#take(blank)
      if (!this.#source.startsWith('--', this.#at)) return
      const start = this.#at
      this.#at += 2
      this.#long(this.#take(bracket).length, start, 'unfinished long comment')
    }
  }

  #long(opened: number, start: number, message: string): void {
    const end = this.#source.indexOf(`]${'='.repeat(opened - 2)}]`, this.#at)
    if (end === -1) this.#fail(start, message)
    this.#at = end + opened
  }

  #bracket(start: number): Token {
    const text = this.#take(bracket)
    if (text === '[') return this.#token('[', start)
    if (!text.endsWith('[')) this.#fail(start, 'invalid long string delimiter')
    this.#long(text.length, start, 'unfinished long string')
    return this.#token('string', start)
  }

  #number(start: number): Token {
    const text = this.#take(digits)
    const isHex = /^0[xX]/.test(text)
    const exponent = this.#take(isHex ? /[pP][+-]?[0-9]*/y : /[eE][+-]?[0-9]*/y)
    const hasDigits = /[0-9a-fA-F]/.test(isHex ? text.slice(2) : text)
    if (!hasDigits || (exponent !== '' && !/[0-9]$/.test(exponent))) this.#fail(start, 'malformed number')
    const isFloat = exponent !== '' || text.includes('.')
    if (isFloat) this.#take(/[iI]/y)
    else this.#take(suffix)
    return this.#token('number', start)
  }

  #string(start: number, quote: string): Token {
    this.#at += 1
    for (;;) {
      this.#take(/[^"'\\\r\n]*/y)
      const char = this.#source.charAt(this.#at)
      if (char === '' || char === '\r' || char === '\n') this.#fail(start, 'unfinished string')
      this.#at += 1
      if (char === quote) return this.#token('string', start)
      if (char === '\\') this.#escape()
    }
  }

  #escape(): void {
    const start = this.#at
    const simple = this.#take(/[abfnrtv\\"']|\r\n|\n\r|\r|\n|z[ \t\v\f\r\n]*|x[0-9a-fA-F]{2}/y)
    if (simple !== '') return
    const kind = this.#source.charAt(start)
    if (kind === 'x') {
      this.#take(/x[0-9a-fA-F]?/y)
      this.#failEscape(start, 'invalid hexadecimal escape sequence')
    } else if (kind === 'u') this.#unicode(start)
    else {
      const digitsOf = this.#take(/[0-9]{1,3}/y)
      if (digitsOf === '') this.#failEscape(start, 'invalid escape sequence')
      if (Number(digitsOf) <= 255) return
      this.#at -= 1
      this.#failEscape(start, 'invalid decimal escape sequence')
    }
  }

  #unicode(start: number): void {
    const text = this.#take(/u(?:\{[0-9a-fA-F]*)?/y)
    const isClosed = this.#source.charAt(this.#at) === '}'
    if (text.length > 2 && isClosed && parseInt(text.slice(2), 16) <= 0x7fffffff) {
      this.#at += 1
      return
    }
    this.#failEscape(start, 'invalid UTF-8 escape sequence')
  }

  #fail(start: number, message: string): never {
    throw new Problem({line: this.#lineOf(start), start, end: start + 1}, message)
  }

  /** From the backslash to the character that is wrong. */
  #failEscape(letter: number, message: string): never {
    const start = letter - 1
    const end = Math.min(this.#at + 1, this.#source.length)
    const text = /^[^\r\n]*/.exec(this.#source.slice(start, end))?.[0] ?? ''
    throw new Problem({line: this.#lineOf(start), start, end}, `${message} '${printable(text)}'`)
  }
}
