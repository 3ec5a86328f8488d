import type {Fix} from './fix.ts'
import type {Place} from './model.ts'
import type {SourceText} from './text.ts'

/** A finding before options are applied, with all that they and its message may ask for. */
export interface Issue {
  readonly code: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  /** Of the variable, as bytes. */
  readonly name?: string | undefined
  readonly details: Details
}

export interface Details {
  /** Of a variable that takes a further value of a call of which another value is used. */
  readonly secondary?: boolean
  /** About `self` of a method. */
  readonly self?: boolean
  /** About `_` where it is of no use. */
  readonly useless?: boolean
  readonly isFunction?: boolean
  readonly recursion?: 'self' | 'mutual'
  /** The line that overwrites, or that defined before. */
  readonly otherLine?: number
  readonly label?: string
  readonly limit?: string
  readonly operators?: readonly [string, string]
  /** Of a table, and whether by position. */
  readonly field?: {readonly text: string; readonly isIndex: boolean}
  readonly complexity?: {readonly value: number; readonly what: string}
  readonly global?: GlobalUse
  readonly text?: string
  readonly fix?: Fix
}

/** A key of a global: its name; true where that is not known, false where it is no string. */
export type Key = string | boolean

export interface GlobalUse {
  readonly keys: readonly Key[]
  /** How many of the names, from the global's, a local variable stands for. */
  readonly aliased: number | undefined
  readonly isTop: boolean
  /** Whether a local variable stands for the global. */
  readonly indirect: boolean
}

/** Collects issues by place. */
export class Issues {
  readonly all: Issue[] = []
  readonly #text: SourceText

  constructor(text: SourceText) {
    this.#text = text
  }

  add(code: string, {line, start, end}: Place, about: Details & {readonly name?: string} = {}): void {
    const {name, ...details} = about
    this.all.push({
      code,
      line,
      column: this.#text.column(line, start),
      endColumn: this.#text.endColumn(line, end),
      name,
      details,
    })
  }
}
