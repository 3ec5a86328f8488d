import {printable} from './printable.ts'
import {Problem, type Place, type SyntaxProblem, type Unclosed} from './problem.ts'
import type {SourceText} from './text.ts'
import {Tokens, type Token} from './tokens.ts'

/**
 * Looks for luacheck's place and words in a file that could not be parsed; undefined where luacheck finds nothing
 * wrong with it. Throws RangeError where the code is nested too deeply.
 */
export function syntaxProblem(text: SourceText): SyntaxProblem | undefined {
  const found = recognise(text, undefined)
  if (found?.unclosed === undefined) return found
  // A block that is not closed: indentation may tell better where its end is missing.
  return recognise(text, found.unclosed) ?? found
}

function recognise(text: SourceText, unclosed: Unclosed | undefined): Problem | undefined {
  try {
    const recogniser = new Recogniser(text, unclosed)
    recogniser.run()
    return recogniser.first
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

interface Opened {
  readonly kind: string
  readonly token: Token
  readonly indent: number
  readonly eligible: boolean
  guess: Token | undefined
}

interface Loop {
  readonly loops: number
  readonly dots: boolean
  readonly labels: Map<string, Token>[]
  readonly jumps: {
    readonly token: Token
    readonly name: string
    readonly blocks: readonly Map<string, Token>[]
  }[]
}

const closers: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  do: 'end',
  if: 'end',
  else: 'end',
  elseif: 'end',
  while: 'end',
  repeat: 'until',
  for: 'end',
  function: 'end',
}

const blockEnds = new Set(['end', '<eof>', 'else', 'elseif', 'until'])
const literals = new Set(['number', 'string', 'nil', 'true', 'false'])
const unary = new Set(['not', '-', '~', '#'])
const compound = new Set(['+', '-', '*', '%', '^', '/', '//', '&', '|', '~', '<<', '>>', '..'])
/** Binding of operators to the left and to the right (reference manual, 3.4.8). */
const priorities: Readonly<Record<string, readonly [number, number]>> = {
  or: [1, 1],
  and: [2, 2],
  ...Object.fromEntries(['<', '>', '<=', '>=', '~=', '=='].map((one) => [one, [3, 3] as const])),
  '|': [4, 4],
  '~': [5, 5],
  '&': [6, 6],
  '<<': [7, 7],
  '>>': [7, 7],
  '..': [9, 8],
  '+': [10, 10],
  '-': [10, 10],
  '*': [11, 11],
  '/': [11, 11],
  '//': [11, 11],
  '%': [11, 11],
  '^': [14, 13],
}
const unaryPriority = 12

class Recogniser {
  /** The first problem that is none of grammar: those count only where the grammar is kept. */
  first: Problem | undefined
  readonly #text: SourceText
  readonly #tokens: Tokens
  readonly #unclosed: Unclosed | undefined
  readonly #open: Opened[] = []
  #guessed: Opened | undefined
  #token: Token
  #function: Loop = {loops: 0, dots: true, labels: [], jumps: []}
  #loops = 0

  constructor(text: SourceText, unclosed: Unclosed | undefined) {
    this.#text = text
    this.#unclosed = unclosed
    this.#tokens = new Tokens(text)
    this.#token = this.#tokens.next()
  }

  run(): void {
    this.#block(undefined, '')
    this.#land()
  }

  // Tokens

  #skip(): void {
    this.#token = this.#tokens.next()
  }

  #test(kind: string): boolean {
    if (this.#token.kind !== kind) return false
    this.#skip()
    return true
  }

  #expect(kind: string): void {
    if (!this.#test(kind)) this.#fail(`expected ${shown(kind)}`)
  }

  #name(): string {
    const {text} = this.#token
    this.#expect('name')
    return text
  }

  #fail(message: string, {prefix = '', suffix = '', unclosed, token = this.#token}: Failing = {}): never {
    const near = token.kind === '<eof>' ? '<eof>' : `'${printable(this.#firstLine(token))}'`
    throw new Problem(token, `${message} near ${prefix}${near}${suffix}`, unclosed)
  }

  #firstLine({start, end}: Token): string {
    return /^[^\r\n]*/.exec(this.#text.source.slice(start, end))?.[0] ?? ''
  }

  // Blocks

  /** @param kind '' for the main chunk */
  #block(opening: Token | undefined, kind: string): void {
    if (opening !== undefined) this.#enter(opening, kind)
    const labels = new Map<string, Token>()
    this.#function.labels.push(labels)
    while (!blockEnds.has(this.#token.kind)) {
      if (this.#test(';')) continue
      this.#check()
      const isReturn = this.#token.kind === 'return'
      this.#statement()
      if (isReturn) {
        this.#test(';')
        break
      }
    }
    if (opening !== undefined) this.#leave()
    this.#closing(opening, kind)
    if (kind !== 'repeat') this.#function.labels.pop()
  }

  #closing(opening: Token | undefined, kind: string): void {
    const closer = closers[kind] ?? '<eof>'
    const {kind: found} = this.#token
    if (found === closer) return
    if ((kind === 'if' || kind === 'elseif') && (found === 'else' || found === 'elseif')) return
    const isBlock = closer === 'end' || closer === 'until'
    const unclosed = isBlock && this.#unclosed === undefined ? {at: this.#token.start, closer} : undefined
    this.#missing(opening, kind, {unclosed})
  }

  #missing(opening: Token | undefined, kind: string, failing: Failing): never {
    const closer = closers[kind] ?? '<eof>'
    const token = failing.token ?? this.#token
    const where =
      opening !== undefined && opening.line !== token.line
        ? ` (to close ${shown(kind)} on line ${opening.line})`
        : ''
    this.#fail(`expected ${shown(closer)}${where}`, failing)
  }

  #close(opening: Token, kind: string): void {
    this.#closing(opening, kind)
    this.#skip()
  }

  // Guesses by indentation, of a second reading

  #enter(token: Token, kind: string): void {
    if (this.#unclosed === undefined) return
    const eligible = closers[kind] === this.#unclosed.closer
    this.#open.push({kind, token, indent: this.#indent(token.line), eligible, guess: undefined})
  }

  #leave(): void {
    if (this.#unclosed === undefined) return
    this.#check()
    this.#open.pop()
    if (this.#open.length === 0) this.#guessed = undefined
  }

  #check(): void {
    if (this.#unclosed === undefined) return
    const token = this.#token
    const top = this.#open.at(-1)
    if (top?.eligible === true && token.line > top.token.line && this.#guessed === undefined) {
      const indent = this.#indent(token.line)
      const isBranch = (top.kind === 'if' || top.kind === 'elseif') && ['else', 'elseif'].includes(token.kind)
      const closes = token.kind === closers[top.kind] || isBranch
      if (indent < top.indent || (indent === top.indent && !closes)) {
        top.guess = token
        this.#guessed = top
      }
    }
    const guessed = this.#guessed
    if (
      token.start !== this.#unclosed.at ||
      guessed?.guess === undefined ||
      guessed.guess.start === token.start
    )
      return
    const prefix = guessed.guess.kind === closers[guessed.kind] ? 'less indented ' : ''
    this.#missing(guessed.token, guessed.kind, {
      prefix,
      suffix: ' (indentation-based guess)',
      token: guessed.guess,
    })
  }

  #indent(line: number): number {
    const white = /[ \t\v\f]*/y
    white.lastIndex = this.#text.startOf(line)
    return white.exec(this.#text.source)?.[0].length ?? 0
  }

  // Statements

  #statement(): void {
    const opening = this.#token
    switch (opening.kind) {
      case 'if':
        this.#if(opening)
        break
      case 'while':
        this.#skip()
        this.#expression('condition')
        this.#expect('do')
        this.#loop(opening, 'while')
        this.#skip()
        break
      case 'do':
        this.#skip()
        this.#block(opening, 'do')
        this.#skip()
        break
      case 'for':
        this.#for(opening)
        break
      case 'repeat':
        this.#skip()
        this.#loop(opening, 'repeat')
        this.#skip()
        this.#expression('condition')
        this.#function.labels.pop()
        break
      case 'function':
        this.#skip()
        this.#name()
        while (this.#test('.')) this.#name()
        if (this.#test(':')) this.#name()
        this.#body(opening)
        break
      case 'local':
        this.#local()
        break
      case '::':
        this.#label(opening)
        break
      case 'return':
        this.#skip()
        if (!blockEnds.has(this.#token.kind) && this.#token.kind !== ';') this.#expressions()
        break
      case 'break':
        this.#skip()
        if (this.#loops === 0) this.#note(opening, "'break' is not inside a loop")
        break
      case 'goto':
        this.#skip()
        this.#function.jumps.push({token: opening, name: this.#name(), blocks: [...this.#function.labels]})
        break
      default:
        this.#expressionStatement(opening)
    }
  }

  #if(start: Token): void {
    let opening = start
    let kind = 'if'
    for (;;) {
      this.#skip()
      this.#expression('condition')
      this.#expect('then')
      this.#block(opening, kind)
      opening = this.#token
      if (opening.kind === 'else') {
        this.#skip()
        this.#block(opening, 'else')
        break
      }
      if (opening.kind !== 'elseif') break
      kind = 'elseif'
    }
    this.#skip()
  }

  #for(opening: Token): void {
    this.#skip()
    this.#name()
    if (this.#test('=')) {
      this.#expression()
      this.#expect(',')
      this.#expression()
      if (this.#test(',')) this.#expression()
    } else if (this.#token.kind === ',' || this.#token.kind === 'in') {
      while (this.#test(',')) this.#name()
      this.#expect('in')
      this.#expressions()
    } else this.#fail("expected '=', ',' or 'in'")
    this.#expect('do')
    this.#loop(opening, 'for')
    this.#skip()
  }

  #loop(opening: Token, kind: string): void {
    this.#loops += 1
    this.#block(opening, kind)
    this.#loops -= 1
  }

  #local(): void {
    this.#skip()
    const opening = this.#token
    if (this.#test('function')) {
      this.#name()
      this.#body(opening)
      return
    }
    do {
      this.#name()
      if (this.#test('<')) {
        this.#name()
        this.#expect('>')
      }
    } while (this.#test(','))
    if (this.#test('=')) this.#expressions()
  }

  #label(opening: Token): void {
    this.#skip()
    const name = this.#name()
    const {end} = this.#token
    this.#expect('::')
    const labels = this.#function.labels.at(-1)
    const before = labels?.get(name)
    if (before !== undefined)
      this.#note({...opening, end}, `label '${name}' already defined on line ${before.line}`)
    labels?.set(name, opening)
  }

  #expressionStatement(opening: Token): void {
    let start = opening
    let isFirst = true
    for (;;) {
      const expected = isFirst ? 'statement' : 'identifier or field'
      const kind = this.#suffixed(expected)
      if (kind === 'parentheses') throw new Problem(start, `expected ${expected} near '('`)
      if (kind === 'call') {
        if (isFirst) return
        this.#fail('expected call or indexing')
      }
      isFirst = false
      if (!this.#test(',')) break
      start = this.#token
    }
    if (compound.has(this.#token.kind)) this.#skip()
    this.#expect('=')
    this.#expressions()
  }

  // Expressions

  #expressions(): void {
    do this.#expression()
    while (this.#test(','))
  }

  #expression(kind = 'expression', limit = 0): void {
    if (unary.has(this.#token.kind)) {
      this.#skip()
      this.#expression('expression', unaryPriority)
    } else this.#simple(kind)
    for (;;) {
      const [left, right] = priorities[this.#token.kind] ?? [0, 0]
      if (left <= limit) return
      this.#skip()
      this.#expression('expression', right)
    }
  }

  #simple(kind: string): void {
    const opening = this.#token
    if (literals.has(opening.kind)) this.#skip()
    else if (opening.kind === '...') {
      this.#skip()
      if (!this.#function.dots) this.#note(opening, "cannot use '...' outside a vararg function")
    } else if (opening.kind === '{') this.#table(opening)
    else if (opening.kind === 'function') {
      this.#skip()
      this.#body(opening)
    } else this.#suffixed(kind)
  }

  #suffixed(expected: string): 'call' | 'field' | 'parentheses' {
    let kind: 'call' | 'field' | 'parentheses' = 'field'
    const opening = this.#token
    if (this.#test('(')) {
      this.#expression()
      this.#close(opening, '(')
      kind = 'parentheses'
    } else if (!this.#test('name')) this.#fail(`expected ${expected}`)
    for (;;) {
      const token = this.#token
      if (token.kind === '.') {
        this.#skip()
        this.#name()
        kind = 'field'
      } else if (token.kind === '[') {
        this.#skip()
        this.#expression()
        this.#close(token, '[')
        kind = 'field'
      } else if (token.kind === ':') {
        this.#skip()
        this.#name()
        if (!this.#arguments()) this.#fail('expected method arguments')
        kind = 'call'
      } else if (this.#arguments()) kind = 'call'
      else return kind
    }
  }

  #arguments(): boolean {
    const opening = this.#token
    if (opening.kind === '{') this.#table(opening)
    else if (this.#test('(')) {
      if (this.#token.kind !== ')') this.#expressions()
      this.#close(opening, '(')
    } else return this.#test('string')
    return true
  }

  #table(opening: Token): void {
    this.#skip()
    do {
      const token = this.#token
      if (token.kind === '}') break
      if (token.kind === '[') {
        this.#skip()
        this.#expression()
        this.#close(token, '[')
        this.#expect('=')
      } else if (token.kind === 'name' && this.#tokens.peek().kind === '=') {
        this.#skip()
        this.#skip()
      }
      this.#expression()
    } while (this.#test(',') || this.#test(';'))
    this.#close(opening, '{')
  }

  #body(opening: Token): void {
    const parentheses = this.#token
    this.#expect('(')
    let dots = false
    if (this.#token.kind !== ')') {
      do {
        if (this.#test('...')) {
          dots = true
          break
        }
        if (!this.#test('name')) this.#fail('expected argument')
      } while (this.#test(','))
    }
    this.#close(parentheses, '(')
    const [around, loops] = [this.#function, this.#loops]
    this.#function = {loops: 0, dots, labels: [], jumps: []}
    this.#loops = 0
    this.#block(opening, 'function')
    this.#land()
    this.#function = around
    this.#loops = loops
    this.#skip()
  }

  // What is no matter of grammar

  #note(place: Place, message: string): void {
    this.first ??= new Problem(place, message)
  }

  #land(): void {
    for (const {token, name, blocks} of this.#function.jumps)
      if (!blocks.some((labels) => labels.has(name))) this.#note(token, `no visible label '${name}'`)
  }
}

interface Failing {
  readonly prefix?: string
  readonly suffix?: string
  readonly unclosed?: Unclosed | undefined
  readonly token?: Token
}

function shown(kind: string): string {
  if (kind === 'name') return 'identifier'
  return kind === '<eof>' ? kind : `'${kind}'`
}
