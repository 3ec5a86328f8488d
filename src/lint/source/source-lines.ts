import {isUtf8} from 'node:buffer'
import type {SourceText} from './text.ts'

/** A line or a part of it, as text whose characters are the columns of findings. */
export interface SourcePart {
  readonly source: string
  /** The column of its first character, where that is not the line's first. */
  readonly sourceColumn?: number
}

/** Characters of a line that are kept of it. */
const longest = 1000
/** How many of them stand before a finding that is not among the first ones. */
const before = 250

/** Gives lines of a file as text: where the file is not UTF-8, every byte is a character, that of Latin-1. */
export class SourceLines {
  readonly #text: SourceText
  /** The line asked for last: findings come by line. */
  #last: {readonly line: number; readonly characters: string | readonly string[]} | undefined

  constructor(text: SourceText) {
    this.#text = text
  }

  /** Returns the beginning of a line, or what is around a column that lies far from there. */
  part(line: number, column: number): SourcePart {
    if (this.#last?.line !== line) this.#last = {line, characters: this.#characters(line)}
    const {characters} = this.#last
    const first = column <= longest - before ? 0 : column - 1 - before
    const part = characters.slice(first, first + longest)
    const source = typeof part === 'string' ? part : part.join('')
    return first === 0 ? {source} : {source, sourceColumn: first + 1}
  }

  #characters(line: number): string | readonly string[] {
    const {source, lineEnds, isUnicode} = this.#text
    const bytes = source.slice(this.#text.startOf(line), lineEnds[line - 1])
    return isUnicode && /[\x80-\xff]/.test(bytes) ? decoded(bytes) : bytes
  }
}

/** Forms that luacheck takes for characters and that are none (overlong ones, surrogates) count as one, too. */
function decoded(bytes: string): string[] {
  const found = bytes.match(/[\xc0-\xff][\x80-\xbf]*|[^]/g) ?? []
  return found.map((one) => {
    const character = Buffer.from(one, 'latin1')
    return isUtf8(character) ? character.toString() : '\ufffd'
  })
}
