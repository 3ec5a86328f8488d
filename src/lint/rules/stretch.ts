/** A part of a file, by the byte offsets of its beginning and of what lies behind it. */
export interface Stretch {
  readonly start: number
  readonly end: number
}
