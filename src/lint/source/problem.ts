/** A stretch of the source, with the line on which it starts. */
export interface Place {
  /** Line of the source, from 1. */
  readonly line: number
  /** Byte offset. */
  readonly start: number
  /** Byte offset behind the last byte. */
  readonly end: number
}

/** What luacheck says of a file that is not valid Lua. */
export interface SyntaxProblem {
  readonly place: Place
  readonly message: string
}

/** Thrown for what luacheck does not read, at the place that it names. */
export class Problem extends Error implements SyntaxProblem {
  readonly place: Place
  readonly unclosed: Unclosed | undefined

  constructor(place: Place, message: string, unclosed?: Unclosed) {
    super(message)
    this.place = place
    this.unclosed = unclosed
  }
}

/** A block that nothing closes. */
export interface Unclosed {
  /** Byte offset where that was noticed. */
  readonly at: number
  readonly closer: string
}
