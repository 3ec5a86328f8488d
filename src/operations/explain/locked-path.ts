import type {ModuleKey} from '../../module-key.ts'

/** A file that the lockfile names. */
export interface LockedPath {
  readonly key: ModuleKey
  /** The path below the source's folder in the context. */
  readonly file: string
}
