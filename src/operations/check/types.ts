import type {ModuleKey} from '../../module-key.ts'
/** Something that is not as it should be; the shape is part of --json (docs/reference/json.md). */
export interface Problem {
  /**
   * lockfile: it does not follow the manifest; digest: a file is not as locked; needs: something is not there that a
   * module needs; layout: Prosody would load another file; compatibility: code and Prosody do not fit; module: what is
   * known of a module; project: the manifest and the configuration around it; configuration: what the user's configuration
   * of Prosody says does not fit; boot: Prosody did not load it; advisory: it has a known flaw.
   */
  readonly kind:
    | 'lockfile'
    | 'digest'
    | 'needs'
    | 'layout'
    | 'compatibility'
    | 'module'
    | 'project'
    | 'configuration'
    | 'boot'
    | 'advisory'
  /** error: it can't work; warning: it may not; note: worth knowing. */
  readonly severity: 'error' | 'warning' | 'note'
  /** source/name; null for what is about no module */
  readonly module: ModuleKey | null
  /** Of a tree: the module of it that this is about, where it is about that one alone; null else. */
  readonly part: string | null
  /** The file's path from the project's folder. */
  readonly path: string | null
  /** Line of the file, from 1. */
  readonly line: number | null
  readonly message: string
  /** What else keeps modules from working in the same words; null where the message is about this module alone. */
  readonly cause: string | null
  readonly hint: string | null
}

/** An entry of the lockfile with the verdict on it. */
export interface CheckedModule {
  /** source/name */
  readonly module: ModuleKey
  readonly version: string
  /**
   * some-cannot-work: of a tree. unknown: nothing is known of the line of Prosody, and nothing else speaks against it.
   */
  readonly verdict: 'works' | 'works-with-notes' | 'some-cannot-work' | 'cannot-work' | 'unknown'
  /** Of a tree: its modules; null for a single one. */
  readonly parts: readonly CheckedPart[] | null
}

/** A module of a tree with the verdict on it. */
export interface CheckedPart {
  /** source/name */
  readonly module: ModuleKey
  /** Whether the configuration enables it; null where there is none, or it does not tell. */
  readonly enabled: boolean | null
  /** Whether no error is about it; what nobody enables has none. */
  readonly works: boolean
}

/** The configuration by which trees were judged. */
export interface CheckedConfig {
  readonly files: readonly string[]
  /** How many of the project's modules it enables. */
  readonly enabled: number
  /** What it does not tell without being run, one line each. */
  readonly unknown: readonly string[]
}
