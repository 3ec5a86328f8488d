import type {RuleReport} from './rule-report.ts'

/** A file that was looked at, and what the rules say of it. */
export interface Reported {
  /** The path of the file, with slashes. */
  readonly path: string
  readonly report: RuleReport
}

/** What lies around files that were looked at. */
export interface Surroundings {
  /** Other files that run beside those that are reported: they fire events, set globals and call what these have. */
  readonly others: readonly Reported[]
  /** Whether more files will be looked at where they matter: what these may do away with is kept until then. */
  readonly isFirst?: boolean
  /** Gives the path of the file that `module:require(library)` in a file gives; undefined where it finds none. */
  readonly libraryAt: (path: string, library: string) => string | undefined
}
