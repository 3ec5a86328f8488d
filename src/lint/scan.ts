/** A pair of parentheses. */
export interface Parentheses {
  readonly start: number
  /** Behind the closing one. */
  readonly end: number
  /** Where the first token inside starts, and where the last one ends. */
  readonly insideStart: number
  readonly insideEnd: number
}

export interface ShortComment {
  readonly line: number
  readonly start: number
  readonly end: number
  /** What follows the two dashes. */
  readonly text: string
}

/** What the tree of a chunk leaves out of its text. */
export interface Scan {
  /** By `insideStart`: nothing else tells whether an expression stands in parentheses. */
  readonly parentheses: ReadonlyMap<number, Parentheses>
  readonly comments: readonly ShortComment[]
  /** Of semicolons that are no separators of a table, where the token before them ended, or -1 at the beginning. */
  readonly semicolons: ReadonlyMap<number, number>
  /** Offsets, ascending. */
  readonly thens: readonly number[]
  readonly functions: readonly number[]
  readonly colons: readonly number[]
  /** Of lines whose end lies in a comment or a string. */
  readonly lineEndings: ReadonlyMap<number, 'comment' | 'string'>
  /** Lines on which a token starts or ends. */
  readonly codeLines: ReadonlySet<number>
}

// Numbers swallow signs of exponents; a name or keyword, a short string, an opening long bracket, a comment, an operator.
const token =
  /[ \t\v\f]+|(\r\n|\n\r|\n|\r)|([A-Za-z_][A-Za-z0-9_]*)|(--)|(["'])|(\[=*\[)|(0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*(?:[pP][+-]?[0-9]+)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(::|\.\.\.|\.\.|[^])/y

const openers = new Set(['function', 'do', 'if', 'repeat'])

interface Open {
  readonly what: string
  readonly start: number
  inside: number
}

/** Reads the tokens of a chunk that is known to be valid Lua. */
export function scan(source: string): Scan {
  return new Scanner(source).run()
}

class Scanner {
  readonly #source: string
  #at = 0
  #line = 1
  /** Where the last token ended; -1 before the first. */
  #lastEnd = -1
  /** Where the last token before a `<` ended. */
  #beforeAttribute = -1
  /** Whether the last token may be an attribute: the tree knows nothing of them. */
  #isAttribute = false
  readonly #open: Open[] = []
  readonly #parentheses = new Map<number, Parentheses>()
  readonly #comments: ShortComment[] = []
  readonly #semicolons = new Map<number, number>()
  readonly #thens: number[] = []
  readonly #functions: number[] = []
  readonly #colons: number[] = []
  readonly #lineEndings = new Map<number, 'comment' | 'string'>()
  readonly #codeLines = new Set<number>()

  constructor(source: string) {
    this.#source = source
  }

  run(): Scan {
    if (this.#source.startsWith('#!')) this.#at = this.#lineEnd()
    while (this.#at < this.#source.length) this.#next()
    return {
      parentheses: this.#parentheses,
      comments: this.#comments,
      semicolons: this.#semicolons,
      thens: this.#thens,
      functions: this.#functions,
      colons: this.#colons,
      lineEndings: this.#lineEndings,
      codeLines: this.#codeLines,
    }
  }

  #next(): void {
    const start = this.#at
    token.lastIndex = start
    const match = token.exec(this.#source)
    if (match === null) throw new Error('no token')
    const [text, newline, word, comment, quote, long, , operator] = match
    this.#at = start + text.length
    if (newline !== undefined) this.#line += 1
    else if (comment !== undefined) this.#comment(start)
    else if (word !== undefined) this.#word(word, start)
    else if (quote !== undefined) this.#string(() => this.#shortString(quote), start)
    else if (long !== undefined) this.#string(() => this.#longBracket(long.length, 'string'), start)
    else if (operator !== undefined) this.#operator(operator, start)
    else if (text.trimStart() !== '') this.#token(start)
  }

  #token(start: number): void {
    const open = this.#open.at(-1)
    if (open?.inside === -1) open.inside = start
    this.#codeLines.add(this.#line)
    this.#lastEnd = this.#at
  }

  #word(word: string, start: number): void {
    this.#token(start)
    this.#isAttribute = word === 'const' || word === 'close'
    if (word === 'then') this.#thens.push(start)
    if (word === 'function') this.#functions.push(start)
    if (openers.has(word)) this.#open.push({what: word, start, inside: start})
    else if (word === 'end' || word === 'until') this.#open.pop()
  }

  #operator(operator: string, start: number): void {
    const before = this.#lastEnd
    if (operator === '<') this.#beforeAttribute = before
    if (operator === ')' || operator === ']' || operator === '}') this.#close(operator)
    this.#token(start)
    if (operator === '(' || operator === '[' || operator === '{') {
      this.#open.push({what: operator, start, inside: -1})
    } else if (operator === ':') this.#colons.push(start)
    else if (operator === '>' && this.#isAttribute) this.#lastEnd = this.#beforeAttribute
    else if (operator === ';' && this.#open.at(-1)?.what !== '{') this.#semicolons.set(start, before)
  }

  #close(operator: string): void {
    const open = this.#open.pop()
    if (operator !== ')' || open === undefined || open.inside === -1) return
    const {start, inside} = open
    this.#parentheses.set(inside, {start, end: this.#at, insideStart: inside, insideEnd: this.#lastEnd})
  }

  #string(skip: () => void, start: number): void {
    this.#token(start)
    skip()
    this.#codeLines.add(this.#line)
    this.#lastEnd = this.#at
  }

  #shortString(quote: string): void {
    const stops = quote === '"' ? /["\\]/g : /['\\]/g
    for (;;) {
      stops.lastIndex = this.#at
      const stop = stops.exec(this.#source)
      if (stop === null) throw new Error('unfinished string')
      this.#at = stop.index + 1
      if (stop[0] === quote) return
      this.#escape()
    }
  }

  /** Behind a backslash: only what may hold a newline or a quote matters. */
  #escape(): void {
    const skipped = /(z[ \t\v\f\r\n]*|\r\n|\n\r|[^])/y
    skipped.lastIndex = this.#at
    const text = skipped.exec(this.#source)?.[0] ?? ''
    this.#newlines(this.#at, this.#at + text.length, 'string')
    this.#at += text.length
  }

  /** @param opened length of the opening bracket */
  #longBracket(opened: number, what: 'comment' | 'string'): void {
    const from = this.#at
    const end = this.#source.indexOf(`]${'='.repeat(opened - 2)}]`, from)
    this.#at = end === -1 ? this.#source.length : end + opened
    this.#newlines(from, this.#at, what)
  }

  #newlines(from: number, to: number, what: 'comment' | 'string'): void {
    const count = this.#source.slice(from, to).match(/\r\n|\n\r|\n|\r/g)?.length ?? 0
    for (let left = count; left > 0; left -= 1) {
      this.#lineEndings.set(this.#line, what)
      this.#line += 1
    }
  }

  #comment(start: number): void {
    const bracket = /\[=*\[/y
    bracket.lastIndex = this.#at
    const long = bracket.exec(this.#source)?.[0]
    if (long !== undefined) {
      this.#at += long.length
      this.#longBracket(long.length, 'comment')
      return
    }
    const end = this.#lineEnd()
    this.#comments.push({line: this.#line, start, end, text: this.#source.slice(this.#at, end)})
    this.#lineEndings.set(this.#line, 'comment')
    this.#at = end
  }

  #lineEnd(): number {
    const end = /[\r\n]/g
    end.lastIndex = this.#at
    return end.exec(this.#source)?.index ?? this.#source.length
  }
}
