/** A file of the lockfile. */
export interface LockedPath {
  readonly key: string
  /** Below the source's folder in the context. */
  readonly file: string
}
