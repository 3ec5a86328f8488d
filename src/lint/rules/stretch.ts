/** Byte offsets. */
export interface Stretch {
  readonly start: number
  readonly end: number
}
