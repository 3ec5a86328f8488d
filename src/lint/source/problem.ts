/** A stretch of the source, and the line on which it starts. */
export interface Place {
  /** From 1. */
  readonly line: number
  /** Byte offset. */
  readonly start: number
  /** Behind the last byte. */
  readonly end: number
}

/** What luacheck says of a file that is not valid Lua. */
export interface SyntaxProblem {
  readonly place: Place
  readonly message: string
}

export class Problem extends Error implements SyntaxProblem {
  readonly place: Place
  readonly unclosed: Unclosed | undefined

  constructor(place: Place, message: string, unclosed?: Unclosed) {
    super(message)
    this.place = place
    this.unclosed = unclosed
  }
}

/** A block that is not closed. */
export interface Unclosed {
  /** Where it was noticed. */
  readonly at: number
  readonly closer: string
}
