import type {ChangedModule, WriteResult} from '../../context/write-result.ts'
import type {MadeProject} from '../add/in-new-project.ts'
import type {Digest} from '../../digest.ts'

/**
 * What became of a line: taken into the project; not needed any more; it stays as it is, since it is about no module; or not
 * understood.
 */
export type LineState = 'taken' | 'not-needed' | 'stays' | 'not-understood'

/** A step of the input and what became of it, or a line that could not be read. */
export interface ImportLine {
  /** From 1; 0 of a folder's files. */
  readonly line: number
  readonly lastLine: number
  /** As it is written, lines joined; of a folder the path of the file. */
  readonly text: string
  readonly state: LineState
  /** What was made of it or why not, for people. */
  readonly what: string
  /** What to do by hand; null where there is nothing. */
  readonly hint: string | null
}

/** A module, or a whole tree, that was taken over. */
export interface ImportedModule {
  /** As the manifest has it: `community/muc_moderation`, `jitsi/*`. */
  readonly module: string
  /** As `add` was asked. */
  readonly spec: string
  readonly version: string
  /** Lines of the input that bring it, in order. */
  readonly lines: readonly number[]
}

/** A library or package that the input installs. */
export interface ImportedLibrary {
  readonly by: 'apt' | 'apk' | 'dnf' | 'pacman' | 'luarocks'
  readonly name: string
  readonly version: string | null
  readonly line: number
  /** Modules of the project that need what it brings. */
  readonly neededBy: readonly string[]
}

/** What the input's image is like; all of it stays as it is there. */
export interface ImportedImage {
  readonly from: string | null
  readonly user: string | null
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
}

/** How a file of the project compares with what the input fetches. */
export interface VerifiedFile {
  /** In the project. */
  readonly path: string
  /** What it was compared with. */
  readonly from: string
  readonly state: 'same' | 'different' | 'not-to-be-had'
  readonly expected: Digest
  readonly found: Digest | null
  /** Why it could not be had; null where it could. */
  readonly reason: string | null
}

/** What went into the project, as `add` tells it. */
export interface ImportedAddition extends WriteResult {
  readonly added: readonly ChangedModule[]
  readonly notes: readonly string[]
  readonly made?: MadeProject
}

/** What `import` found and did; the shape is part of --json (docs/reference/json.md). */
export interface ImportResult {
  readonly input: {
    /** As it was asked for. */
    readonly path: string
    readonly kind: 'dockerfile' | 'script' | 'env' | 'text' | 'folder'
    /** Of a folder: files. */
    readonly lines: number
  }
  /** Absolute. */
  readonly folder: string
  readonly dryRun: boolean
  readonly lines: readonly ImportLine[]
  readonly modules: readonly ImportedModule[]
  readonly libraries: readonly ImportedLibrary[]
  readonly image: ImportedImage | null
  /** Names that the configuration which goes with it enables. */
  readonly enabled: readonly string[]
  /** plugin_paths of that configuration; null where none was seen. */
  readonly pluginPaths: readonly string[] | null
  /** Patches by what they are for, as the manifest has them. */
  readonly patches: Readonly<Record<string, readonly string[]>>
  /** Variables that are used without a value. */
  readonly missing: readonly {readonly name: string; readonly line: number}[]
  readonly notes: readonly string[]
  /** The input as it is to be; null for what is no Dockerfile and where nothing changes. */
  readonly dockerfile: {readonly path: string; readonly diff: string} | null
  /** What was added to the project; null where nothing was. */
  readonly added: ImportedAddition | null
  /** With --verify. */
  readonly verified: readonly VerifiedFile[] | null
}
