/** A file that the lockfile names. */
export interface LockedPath {
  readonly key: string
  /** The path below the source's folder in the context. */
  readonly file: string
}
