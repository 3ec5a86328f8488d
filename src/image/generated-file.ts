import type {Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import type {Warning} from '../warning.ts'

/** What generated files are made from. */
export interface GeneratedFrom {
  readonly lock: Lockfile
  readonly manifest: Manifest
  /** Absolute folder that plugin_paths start from, in place of the manifest's. */
  readonly modulesPath?: string | undefined
}

/** A file of a project that is made from manifest and lockfile rather than fetched. */
export interface GeneratedFile {
  /** From the project's folder, `/`-separated. */
  readonly path: string
  /** Undefined where this project has no such file: one of ours that stands there is taken away then. */
  readonly text: string | undefined
  /** Whether a text was written by prosody-mods, perhaps with changes of somebody else. */
  readonly isOurs: (text: string) => boolean
  /** Whether a text is as prosody-mods wrote it, now or earlier. */
  readonly isSealed: (text: string) => boolean
  /** What users should know before the text that stands there is replaced; `before` is the lockfile as it stands. */
  readonly warnings?: (present: string, before: Lockfile) => readonly Warning[]
  /** What to do about a text that stands there and is another; undefined where nothing particular is known. */
  readonly hint?: (present: string) => string | undefined
}

/** A generated file without its path, which is its place in the list. */
export type GeneratedContent = Omit<GeneratedFile, 'path'>
