import type {Differing, ModuleState} from '../../resolve/identify/types.ts'
import type {Adoption} from './adopt.ts'
import type {PassedOver} from './survey.ts'

/** A flat tree that lies in the folder, or Prosody's own modules. */
export interface IdentifiedTree {
  /** The id of the source; `prosody` for Prosody's own. */
  readonly source: string
  /** The path from the folder, with a slash at its end; '' for the folder itself. */
  readonly folder: string
  /** The newest of `versions`. */
  readonly version: string
  /** Releases that explain most of its files, all equally well; newest first. */
  readonly versions: readonly string[]
  /** Whether every file of the release is there, with its bytes. */
  readonly complete: boolean
  /** How many files of the release are there, with its bytes. */
  readonly matching: number
  readonly differing: readonly Differing[]
}

/** One main file, and the module that it is. */
export interface IdentifiedModule {
  /** source/name, `prosody/name` of Prosody's own; null where no release has a module of this name, or several sources may be its publisher. */
  readonly module: string | null
  readonly name: string
  /** The path of its main file from the folder. */
  readonly path: string
  readonly state: ModuleState | 'unknown'
  /** The newest release that explains it best. */
  readonly version: string | null
  /** All releases that explain it as well, newest first. */
  readonly versions: readonly string[]
  /** Those of its files that are the release's, shared libraries too. */
  readonly files: readonly string[]
  readonly differing: readonly Differing[]
  /** Of an unknown one: sources that are known to publish the name; `prosody` where Prosody ships one. */
  readonly publishers: readonly string[]
}

/** What `identify` found in a folder; the shape is part of --json (docs/reference/json.md). */
export interface IdentifyResult {
  /** The folder's path, absolute. */
  readonly folder: string
  /** How many files were looked at. */
  readonly files: number
  readonly trees: readonly IdentifiedTree[]
  readonly modules: readonly IdentifiedModule[]
  /** Files in the place of a release's, with bytes that no release has there. */
  readonly modified: readonly string[]
  /** Files that a release has, but not where they lie here. */
  readonly stray: readonly string[]
  /** Files that no release has. */
  readonly unknown: readonly string[]
  /** Lua files that count as a release's, and have line ends of Windows where it has those of Unix. */
  readonly lineEnds: readonly string[]
  /** How many files are documentation, patches or hidden. */
  readonly ignored: number
  readonly unreadable: readonly PassedOver[]
  readonly skipped: readonly PassedOver[]
  /** What went into the project; null without `adopt`. */
  readonly adoption: Adoption | null
}
