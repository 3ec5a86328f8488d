import type {ModuleKey} from '../../module-key.ts'
/** A file of the lockfile. */
export interface LockedPath {
  readonly key: ModuleKey
  /** Below the source's folder in the context. */
  readonly file: string
}
