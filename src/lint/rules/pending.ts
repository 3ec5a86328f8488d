/** What only those who see other files can tell. */
export type Pending =
  | {readonly kind: 'event'; readonly name: string}
  | {readonly kind: 'library'; readonly name: string}
  | {readonly kind: 'method'; readonly name: string}
  | {readonly kind: 'global'; readonly name: string}
  /**
   * It runs while the server works only if other files call one of these functions then. uncalled: those that their own
   * file does not call; madeInside: it stands in a function that these make, and runs later than they do.
   */
  | {
      readonly kind: 'caller'
      readonly called: readonly string[]
      readonly uncalled: readonly string[]
      readonly madeInside: boolean
    }
  /** The file that module:require gives has to lack a field; where it gives none, Prosody's own library. */
  | {readonly kind: 'member'; readonly library: string; readonly name: string; readonly lackedByCore: boolean}
