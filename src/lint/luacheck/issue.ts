import type {Fix} from '../fix.ts'
import type {Key, Span} from './model.ts'

/** A finding before options are applied, with all that these and its message may ask for. */
export interface Issue {
  readonly code: string
  readonly place: Span
  readonly details: Details
}

/** What is to be known of an issue besides its code and place; each code has some of these. */
export interface Details {
  /** Name of the variable, as bytes. */
  readonly name?: string
  /** Whether the variable takes a further value of a call of which another value is used. */
  readonly secondary?: boolean
  /** Whether the variable is `self` of a method. */
  readonly self?: boolean
  /** Whether the variable is a `_` that is of no use. */
  readonly useless?: boolean
  readonly isFunction?: boolean
  readonly recursion?: 'self' | 'mutual'
  /** The place of what overwrites, or was defined before. */
  readonly other?: Span
  readonly label?: string
  readonly limit?: string
  readonly operators?: readonly [string, string]
  /** The field of a table, and whether it is one by position. */
  readonly field?: {readonly text: string; readonly isIndex: boolean}
  readonly complexity?: {readonly value: number; readonly what: string}
  readonly global?: GlobalUse
  readonly text?: string
  readonly fix?: Fix
}

/** A use of a global, or of a field below it. */
export interface GlobalUse {
  readonly keys: readonly Key[]
  /** For how many of the names, from the global's, a local variable stands. */
  readonly aliased: number | undefined
  readonly isTop: boolean
  /** Whether a local variable stands for the global. */
  readonly indirect: boolean
}

const nothing: Details = {}

/** How many issues are found in one file at most: what nobody reads would cost gigabytes. */
export const mostIssues = 200_000

/** Thrown by the issue beyond `mostIssues`. */
export class TooManyIssues extends Error {}

/** A collection of the issues that are found in a file. */
export class Issues {
  readonly all: Issue[] = []

  /** Adds an issue. Throws TooManyIssues where there are more than anybody reads. */
  add(code: string, place: Span, details: Details = nothing): void {
    if (this.all.length === mostIssues) throw new TooManyIssues()
    this.all.push({code, place, details})
  }
}
