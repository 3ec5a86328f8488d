import type {RuleReport} from './index.ts'

/** A file that was looked at. */
export interface Reported {
  /** With slashes. */
  readonly path: string
  readonly report: RuleReport
}

export interface Surroundings {
  /** Other files that run beside those that are reported: they fire events, set globals and call what these have. */
  readonly others: readonly Reported[]
  /** Whether more files will be looked at where they matter: what these may do away with is kept until then. */
  readonly isFirst?: boolean
  /** The path of the file that `module:require(library)` in a file gives; undefined where it finds none. */
  readonly libraryAt: (path: string, library: string) => string | undefined
}
