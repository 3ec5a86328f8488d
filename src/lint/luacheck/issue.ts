import type {Fix} from '../fix.ts'
import type {Key, Span} from './model.ts'

/** A finding before options are applied, with all that they and its message may ask for. */
export interface Issue {
  readonly code: string
  readonly place: Span
  readonly details: Details
}

export interface Details {
  /** Of the variable, as bytes. */
  readonly name?: string
  /** Of a variable that takes a further value of a call of which another value is used. */
  readonly secondary?: boolean
  /** About `self` of a method. */
  readonly self?: boolean
  /** About `_` where it is of no use. */
  readonly useless?: boolean
  readonly isFunction?: boolean
  readonly recursion?: 'self' | 'mutual'
  /** What overwrites, or defined before. */
  readonly other?: Span
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

export interface GlobalUse {
  readonly keys: readonly Key[]
  /** How many of the names, from the global's, a local variable stands for. */
  readonly aliased: number | undefined
  readonly isTop: boolean
  /** Whether a local variable stands for the global. */
  readonly indirect: boolean
}

const nothing: Details = {}

/** What is found in one file at most: what nobody reads would cost gigabytes. */
export const mostIssues = 200_000

/** Thrown by the one beyond the most. */
export class TooManyIssues extends Error {}

/** Collects what is found. */
export class Issues {
  readonly all: Issue[] = []

  add(code: string, place: Span, details: Details = nothing): void {
    if (this.all.length === mostIssues) throw new TooManyIssues()
    this.all.push({code, place, details})
  }
}
