import type {DeclaredSource} from '../../sources/kinds.ts'

/** A module, or whole tree, that an input brings in, as `add` would be asked for it. */
export interface Wanted {
  /** `source/name`, `source` of a whole tree, or a URL; without version. */
  readonly spec: string
  /** The name of the module; undefined of whole trees and archives. */
  readonly name: string | undefined
  /** A version, tag or revision; undefined for the newest that is known. */
  readonly version: string | undefined
  /** Modules to leave out of a whole tree. */
  readonly except: readonly string[]
  /** Whether nobody named it: it is one of all that a repository has, and where it can't be had, the others are. */
  readonly isOneOfAll?: boolean
  /** A source that has to be declared for it. */
  readonly declares?: {readonly id: string; readonly source: DeclaredSource}
}

/** What something that an input brings in stands for. */
export type Meaning =
  | {
      readonly kind: 'modules'
      readonly wanted: readonly Wanted[]
      /** What is worth knowing, for people. */
      readonly notes: readonly string[]
    }
  /** All it has is part of Prosody now. */
  | {readonly kind: 'core'; readonly names: readonly string[]}
  /** It is about no module. */
  | {readonly kind: 'unrelated'}
  /** It has modules, and none of them is in the image at the end. */
  | {readonly kind: 'unused'}
  /** It may be, and what it is can't be said. */
  | {readonly kind: 'open'; readonly why: string; readonly hint: string}

/** Writes what `add` takes for something that is wanted. */
export function specText({spec, version}: Wanted): string {
  return version === undefined ? spec : `${spec}@${version}`
}
