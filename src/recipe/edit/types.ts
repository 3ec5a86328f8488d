import type {Pattern} from './pattern.ts'

/** A part of what stands in place of a match: a text, or a group of it; 0 is all of it. */
export type Piece = string | number

/** `s/…/…/`. */
export interface Substitution {
  readonly pattern: Pattern
  readonly pieces: readonly Piece[]
  /** The first match that is replaced, from 1. */
  readonly nth: number
  /** Whether those behind it are replaced, too. */
  readonly isGlobal: boolean
}

/** Which line a command of sed is for. */
export type Address =
  | {readonly kind: 'line'; readonly number: number}
  | {readonly kind: 'last'}
  | {readonly kind: 'match'; readonly pattern: Pattern}
  /** Of the end of a range alone: so many lines behind its first one. */
  | {readonly kind: 'more'; readonly number: number}

/** A command of sed. */
export interface SedCommand {
  readonly from: Address | undefined
  readonly to: Address | undefined
  readonly isNegated: boolean
  readonly action:
    | {readonly kind: 'substitute'; readonly substitution: Substitution}
    | {readonly kind: 'delete'}
    | {readonly kind: 'group'; readonly commands: readonly SedCommand[]}
    /** Lines behind, in front of, or in place of the line, each with its end. */
    | {readonly kind: 'append' | 'insert' | 'replace'; readonly text: string}
}

/** An edit of a file that is understood exactly. */
export type FileEdit =
  | {readonly kind: 'sed'; readonly commands: readonly SedCommand[]}
  /** Substitutions of each line, or of the whole file. */
  | {
      readonly kind: 'perl'
      readonly substitutions: readonly Substitution[]
      readonly isWhole: boolean
    }
