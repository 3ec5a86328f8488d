import {readBracket} from './bracket.ts'
import {commonEscapes} from './common-escapes.ts'
import {NotExact} from './not-exact.ts'
import type {Pattern} from './pattern.ts'

/** What GNU's expressions have besides those of POSIX. */
const escapes: Readonly<Record<string, string>> = {
  ...commonEscapes,
  '<': String.raw`\b(?=\w)`,
  '>': String.raw`\b(?<=\w)`,
}

/**
 * Reads a regular expression of sed as one of here. Throws NotExact for what has no exact counterpart.
 * @param isExtended whether it is one of `sed -E`
 */
export function posixPattern(text: string, isExtended: boolean, ignoresCase: boolean): Pattern {
  return new Reader(text, isExtended).read(ignoresCase)
}

/** What has been read last, that a quantifier may be behind. */
interface Atom {
  readonly source: string
  readonly isGroup: boolean
  /** Whether it may match texts of more than one length. */
  readonly isLoose: boolean
}

class Reader {
  readonly #text: string
  readonly #isExtended: boolean
  #at = 0
  #groups = 0
  readonly #closed = new Set<number>()
  #endless = 0
  #quantifiers = 0
  #hasChoice = false
  #hasLooseGroups = false

  constructor(text: string, isExtended: boolean) {
    this.#text = text
    this.#isExtended = isExtended
  }

  read(ignoresCase: boolean): Pattern {
    const {source} = this.#alternatives(0)
    return {
      source,
      ignoresCase,
      groups: this.#groups,
      endless: this.#endless,
      wantsLongest: this.#hasChoice || this.#quantifiers > 1 || this.#hasLooseGroups,
      hasUnclearGroups: this.#groups > 0 && (this.#hasChoice || this.#hasLooseGroups),
    }
  }

  /** Tells whether an operator stands here, which has a backslash in one of the two kinds. */
  #sees(operator: string): boolean {
    const written = this.#isExtended ? operator : `\\${operator}`
    return this.#text.startsWith(written, this.#at)
  }

  #skip(operator: string): void {
    this.#at += this.#isExtended ? operator.length : operator.length + 1
  }

  #alternatives(depth: number): {readonly source: string; readonly isLoose: boolean} {
    if (depth > 9) throw new NotExact('groups in groups')
    const first = this.#sequence(depth)
    const all = [first.source]
    while (this.#sees('|')) {
      this.#skip('|')
      this.#hasChoice = true
      all.push(this.#sequence(depth).source)
    }
    if (all.length > 1 && all.includes('')) throw new NotExact('an empty alternative')
    return {source: all.join('|'), isLoose: first.isLoose || all.length > 1}
  }

  #sequence(depth: number): {readonly source: string; readonly isLoose: boolean} {
    let source = ''
    let isLoose = false
    let isFirst = true
    while (this.#at < this.#text.length && !this.#sees('|') && !(depth > 0 && this.#sees(')'))) {
      const anchor = this.#anchor(source === '', depth)
      if (anchor !== undefined) {
        source += anchor
        isFirst &&= anchor === '^'
        continue
      }
      const atom = this.#atom(isFirst, depth)
      const quantifier = this.#quantifier(atom)
      source += atom.source + quantifier
      isLoose ||= atom.isLoose || quantifier !== ''
      isFirst = false
    }
    return {source, isLoose}
  }

  #anchor(isFirst: boolean, depth: number): string | undefined {
    const char = this.#text[this.#at]
    if (char === '^' && (isFirst || this.#isExtended)) {
      if (!isFirst) throw new NotExact('^ in the middle of an expression')
      this.#at += 1
      return '^'
    }
    if (char !== '$') return undefined
    const rest = this.#text.slice(this.#at + 1)
    const ends = this.#isExtended ? /^(?:$|\||\))/ : /^(?:$|\\\||\\\))/
    if (!ends.test(rest) || (rest.startsWith(')') && depth === 0)) {
      if (this.#isExtended) throw new NotExact('$ in the middle of an expression')
      return undefined
    }
    this.#at += 1
    return String.raw`(?![\s\S])`
  }

  #atom(isFirst: boolean, depth: number): Atom {
    const char = this.#text[this.#at] ?? ''
    if (this.#sees('(')) return this.#group(depth)
    if (this.#sees(')')) throw new NotExact('a group without a beginning')
    if (this.#isExtended && /[*+?{]/.test(char)) throw new NotExact(`${char} with nothing in front of it`)
    if (!this.#isExtended && (this.#sees('+') || this.#sees('?') || this.#sees('{')))
      throw new NotExact(`\\${this.#text[this.#at + 1] ?? ''} with nothing in front of it`)
    if (char === '[') {
      const {source, end} = readBracket(this.#text, this.#at)
      this.#at = end
      return plain(source)
    }
    if (char === '\\') return this.#escape()
    this.#at += 1
    if (char === '.') return plain(String.raw`[\s\S]`)
    if (char === '*' && !isFirst) throw new NotExact('* behind *')
    return plain(literal(char))
  }

  #group(depth: number): Atom {
    this.#skip('(')
    this.#groups += 1
    const number = this.#groups
    const before = this.#endless
    const {source, isLoose} = this.#alternatives(depth + 1)
    if (!this.#sees(')')) throw new NotExact('a group without an end')
    this.#skip(')')
    this.#closed.add(number)
    return {source: `(${source})`, isGroup: true, isLoose: isLoose || this.#endless > before}
  }

  #escape(): Atom {
    const char = this.#text[this.#at + 1] ?? ''
    this.#at += 2
    if (/[1-9]/.test(char)) {
      if (!this.#closed.has(Number(char))) throw new NotExact(`\\${char} without such a group`)
      this.#hasLooseGroups = true
      return {source: `(?:\\${char})`, isGroup: true, isLoose: true}
    }
    const known = Object.hasOwn(escapes, char) ? escapes[char] : undefined
    if (known !== undefined) return plain(known)
    if (char === '' || /[A-Za-z0-9`']/.test(char) || (char === '}' && !this.#isExtended))
      throw new NotExact(`\\${char} in an expression`)
    return plain(literal(char))
  }

  #quantifier(atom: Atom): string {
    const found = this.#quantifierHere()
    if (found === '') return ''
    if (this.#quantifierHere() !== '') throw new NotExact('a quantifier behind a quantifier')
    if (/\\b/i.test(atom.source) && !atom.isGroup && !atom.source.startsWith('['))
      throw new NotExact('a quantifier behind what matches no text')
    const isEndless = found !== '?'
    if (atom.isGroup && atom.isLoose && found !== '?')
      throw new NotExact('a repeated group whose parts are repeated')
    if (atom.isGroup) this.#hasLooseGroups = true
    if (isEndless) this.#endless += 1
    this.#quantifiers += 1
    return found
  }

  #quantifierHere(): string {
    if (this.#text[this.#at] === '*') {
      this.#at += 1
      return '*'
    }
    for (const one of ['+', '?'])
      if (this.#sees(one)) {
        this.#skip(one)
        return one
      }
    if (!this.#sees('{')) return ''
    const shape = this.#isExtended ? /^\{(\d{1,3})(,(\d{0,3}))?\}/ : /^\\\{(\d{1,3})(,(\d{0,3}))?\\\}/
    const [all, from, more = '', to = ''] = shape.exec(this.#text.slice(this.#at)) ?? []
    if (all === undefined || from === undefined) throw new NotExact('{ with no number')
    this.#at += all.length
    return `{${from}${more === '' ? '' : `,${to}`}}`
  }
}

function plain(source: string): Atom {
  return {source, isGroup: false, isLoose: false}
}

/** Writes a character that stands for itself. */
export function literal(char: string): string {
  if (char === '\n') return String.raw`\n`
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char
}
