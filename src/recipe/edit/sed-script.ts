import {NotExact} from './not-exact.ts'
import {posixPattern} from './posix-pattern.ts'
import type {Pattern} from './pattern.ts'
import {readPieces} from './replacement.ts'
import type {Address, SedCommand} from './types.ts'

/** Reads a script of sed. Throws NotExact for what is not understood exactly. */
export function readSedScript(script: string, isExtended: boolean): readonly SedCommand[] {
  const reader = new Reader(script, isExtended)
  return reader.commands(0)
}

interface Addresses {
  readonly from: Address | undefined
  readonly to: Address | undefined
}

class Reader {
  readonly #text: string
  readonly #isExtended: boolean
  #at = 0

  constructor(text: string, isExtended: boolean) {
    this.#text = text
    this.#isExtended = isExtended
  }

  commands(depth: number): SedCommand[] {
    if (depth > 9) throw new NotExact('groups of commands in groups')
    const found: SedCommand[] = []
    for (;;) {
      this.#take(/[\s;]*/y)
      if (this.#take(/#[^\n]*/y) !== '') continue
      if (this.#at >= this.#text.length) {
        if (depth > 0) throw new NotExact('{ without }')
        return found
      }
      if (this.#text[this.#at] === '}') {
        if (depth === 0) throw new NotExact('} without {')
        this.#at += 1
        return found
      }
      found.push(this.#command(depth))
    }
  }

  /** Takes what an expression finds right here; '' for nothing. */
  #take(expression: RegExp): string {
    expression.lastIndex = this.#at
    const [found = ''] = expression.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  #command(depth: number): SedCommand {
    const addresses = this.#addresses()
    this.#take(/[ \t]*/y)
    const isNegated = this.#take(/!(?:[ \t]*)/y) !== ''
    const name = this.#take(/[\s\S]/y)
    return {...addresses, isNegated, action: this.#action(name, addresses, depth)}
  }

  #action(name: string, addresses: Addresses, depth: number): SedCommand['action'] {
    switch (name) {
      case '{': {
        const commands = this.commands(depth + 1)
        this.#end()
        return {kind: 'group', commands}
      }
      case 's': {
        const action = {kind: 'substitute' as const, substitution: this.#substitution(addresses)}
        this.#end()
        return action
      }
      case 'd':
        this.#end()
        return {kind: 'delete'}
      case 'a':
        return {kind: 'append', text: this.#lines()}
      case 'i':
        return {kind: 'insert', text: this.#lines()}
      case 'c':
        return {kind: 'replace', text: this.#lines()}
      default:
        throw new NotExact(`the command ${JSON.stringify(name)} of sed`)
    }
  }

  #end(): void {
    this.#take(/[ \t]*/y)
    const char = this.#text[this.#at]
    if (char !== undefined && !/[;\n}#]/.test(char)) throw new NotExact(`${char} behind a command`)
  }

  #addresses(): Addresses {
    const from = this.#address()
    if (from === undefined) return {from, to: undefined}
    this.#take(/[ \t]*/y)
    if (this.#take(/,[ \t]*/y) === '') return {from, to: undefined}
    const [, more] = /^\+(\d{1,6})$/.exec(this.#take(/\+\d+/y)) ?? []
    const to = more === undefined ? this.#address() : ({kind: 'more', number: Number(more)} as const)
    if (to === undefined) throw new NotExact('a range without an end')
    return {from, to}
  }

  #address(): Address | undefined {
    const number = this.#take(/\d{1,9}/y)
    if (number !== '') {
      if (Number(number) === 0 || this.#text[this.#at] === '~') throw new NotExact(`the address ${number}`)
      return {kind: 'line', number: Number(number)}
    }
    if (this.#take(/\$/y) !== '') return {kind: 'last'}
    const opening = this.#take(/\/|\\[^\n\\]/y)
    if (opening === '') return undefined
    const text = this.#delimited(opening.at(-1) ?? '/', true)
    const ignoresCase = this.#take(/I/y) !== ''
    if (text === '') throw new NotExact('an empty expression')
    return {kind: 'match', pattern: posixPattern(text, this.#isExtended, ignoresCase)}
  }

  /** Takes up to the delimiter, which may be escaped. */
  #delimited(delimiter: string, isPattern: boolean): string {
    let found = ''
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at] ?? ''
      if (char === delimiter) {
        this.#at += 1
        return found
      }
      if (char === '\n' && isPattern) break
      if (char !== '\\') {
        found += char
        continue
      }
      this.#at += 1
      const next = this.#text[this.#at] ?? ''
      if (next !== delimiter) found += `\\${next}`
      // What stands for something else without its backslash was read otherwise by sed of different years.
      else if (!/[\w\s^$.*+?()[\]{}|&]/.test(next)) found += next
      else throw new NotExact(`\\${next} where ${next} is the delimiter`)
    }
    throw new NotExact(`no second ${delimiter}`)
  }

  #substitution({from, to}: Addresses): Extract<SedCommand['action'], {kind: 'substitute'}>['substitution'] {
    const delimiter = this.#take(/[^\n\\]/y)
    if (delimiter === '') throw new NotExact('s without a delimiter')
    const text = this.#delimited(delimiter, true)
    const replacement = this.#delimited(delimiter, false)
    const flags = this.#take(/[A-Za-z0-9]*/y)
    const [, nth] = /^[gIi]*(\d{1,6})?[gIi]*$/.exec(flags) ?? []
    if (!/^[gIi]*(?:[1-9]\d{0,5})?[gIi]*$/.test(flags)) throw new NotExact(`the flags ${flags} of s`)
    const ignoresCase = /[Ii]/.test(flags)
    const pattern =
      text === '' ? lastOf(from, to, ignoresCase) : posixPattern(text, this.#isExtended, ignoresCase)
    const pieces = readPieces(replacement, pattern.groups)
    if (pattern.hasUnclearGroups && pieces.some((piece) => typeof piece === 'number' && piece > 0))
      throw new NotExact('what a group that is repeated or one of several holds')
    return {pattern, pieces, nth: nth === undefined ? 1 : Number(nth), isGlobal: flags.includes('g')}
  }

  /** Text of a, i and c: as GNU has it, in the same line or behind a backslash, up to a line end without one. */
  #lines(): string {
    this.#take(/[ \t]*/y)
    const isClassic = this.#take(/\\[ \t]*\n/y) !== ''
    if (!isClassic) this.#take(/\\/y)
    let text = ''
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at] ?? ''
      if (char === '\n') break
      if (char === '\\') {
        this.#at += 1
        const next = this.#text[this.#at]
        if (next !== '\n') throw new NotExact('a backslash in the text of a, i or c')
        text += '\n'
      } else text += char
    }
    if (text === '') throw new NotExact('a, i or c without text')
    return `${text}\n`
  }
}

/** An empty expression is the last one that was looked for: that of the address, where there is one. */
function lastOf(from: Address | undefined, to: Address | undefined, ignoresCase: boolean): Pattern {
  if (from?.kind !== 'match' || to !== undefined || ignoresCase) throw new NotExact('an empty expression')
  return from.pattern
}
