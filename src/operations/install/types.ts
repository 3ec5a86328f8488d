import type {ModuleSummary, WriteResult} from '../../context/write-result.ts'

/** What `install` is asked for. */
export interface InstallRequest {
  /** Whether to write the context from the lockfile alone, and never change the lockfile. */
  readonly frozen: boolean
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
  /** Absolute folder that the written plugin_paths start from, in place of the manifest's. */
  readonly modulesPath?: string
  /**
   * Absolute folder that stands for the root of a file system: modules and configuration go where they belong in it, from the
   * lockfile alone, and the project stays as it is.
   */
  readonly destdir?: string
}

/** What `install` did; the shape is part of --json (docs/reference/json.md). */
export interface InstallResult extends WriteResult {
  readonly modules: readonly ModuleSummary[]
  readonly upToDate: boolean
  /** What is worth knowing of how it was asked for. */
  readonly notes: readonly string[]
  /** Absolute; where `changes` start from in place of the project's folder. */
  readonly destdir?: string
}
