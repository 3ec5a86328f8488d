import type {Word} from '../types.ts'
import type {Files, Mount} from './files.ts'
import type {ReadEdit} from '../edit/sed-edit.ts'
import type {Piece, Thing} from './thing.ts'

/**
 * What a command or an instruction does, as far as modules are concerned.
 *
 * fetch: brings something in; ask: reads an answer of the network that is kept nowhere; arrange: unpacks, copies, removes or
 * checks what was brought in; change: changes its contents; run: runs a program on it; install: has a package manager install
 * something; enable: changes Prosody's configuration; write: writes a file of its own; keep: what an image needs and modules
 * do not; unknown: may be about modules, and is not understood.
 */
export interface Deed {
  readonly kind:
    'fetch' | 'ask' | 'arrange' | 'change' | 'run' | 'install' | 'enable' | 'write' | 'keep' | 'unknown'
  /** What it is about, of what was brought in. */
  readonly things: readonly Thing[]
  /** Of unknown, and where it helps: why, for people. */
  readonly why?: string
}

/** A part of a recipe, and what it does. */
export interface Step {
  /** The index into the recipe's instructions. */
  readonly instruction: number
  /** The index into the instruction's statements; undefined for an instruction that has none. */
  readonly statement: number | undefined
  readonly line: number
  readonly lastLine: number
  /** As it is written, lines joined. */
  readonly text: string
  readonly condition: string | undefined
  readonly deed: Deed
}

/** Something that a package manager is told to install. */
export interface Installed {
  readonly by: 'apt' | 'apk' | 'dnf' | 'pacman' | 'luarocks' | 'prosodyctl'
  readonly name: string
  readonly version: string | undefined
  /** Of rocks: the server that is named. */
  readonly server: string | undefined
  readonly line: number
  /** Of what stage. */
  readonly stage: number
  /** The index into the steps. */
  readonly step: number
}

/** A patch that is applied. */
export interface AppliedPatch {
  /** Where the patch lies in the build context; undefined for one that comes from elsewhere. */
  readonly contextPath: string | undefined
  /** Where it lies in a thing, for one that does. */
  readonly thing: Thing | undefined
  readonly path: string
  /** Where the patch lies when it is applied: absolute; undefined where it comes through a pipe. */
  readonly at: string | undefined
  /** The folder or file that it changes: absolute. */
  readonly target: string
  /** The things that lie there. */
  readonly targets: readonly Thing[]
  readonly line: number
  readonly step: number
}

/** An edit of files that were brought in, by sed or perl. */
export interface AppliedEdit {
  /** What it does to each of them, or why that can't be said exactly. */
  readonly edit: ReadEdit
  /** For each of the files: what may lie there, the likeliest first. */
  readonly files: readonly (readonly Piece[])[]
  readonly line: number
  /** As it is written. */
  readonly text: string
  readonly step: number
}

/** A script of the build context that a step calls. */
export interface CalledScript {
  readonly step: number
  readonly text: string
}

/** A text that is written to a file, or put at its end. */
export interface Written {
  /** Absolute. */
  readonly path: string
  readonly text: string
  readonly line: number
}

/** Names that are changed in a file of Prosody's configuration, and may be modules. */
export interface Enabled {
  readonly names: readonly string[]
  readonly path: string
  readonly line: number
}

/** What the image is like that Prosody, or what is brought in, ends up in; without any, that of the last stage. */
export interface ImageFacts {
  /** Whether it is the last stage: another one may be an image of its own, and the one with Prosody. */
  readonly isLast: boolean
  /** As in FROM, variables put in, followed through stages; undefined for a script. */
  readonly from: string | undefined
  readonly user: string | undefined
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  /** User ids that are given to users, by name. */
  readonly uids: Readonly<Record<string, number>>
}

/** What a recipe does when it is followed. */
export interface Followed {
  readonly steps: readonly Step[]
  /** What lies where at the end, in images that are built: none of stages that others only copy from. */
  readonly placed: readonly Mount[]
  /** The images that are built: that of the last stage, and those of stages that no other starts or copies from. */
  readonly targets: readonly TargetStage[]
  /** All paths that something has lain at, in whatever stage. */
  readonly visited: readonly string[]
  readonly things: readonly Thing[]
  readonly installed: readonly Installed[]
  readonly patches: readonly AppliedPatch[]
  readonly edits: readonly AppliedEdit[]
  readonly scripts: readonly CalledScript[]
  readonly written: readonly Written[]
  readonly enabled: readonly Enabled[]
  readonly image: ImageFacts
}

/** A stage that makes an image, and what lies where in it at the end. */
export interface TargetStage {
  /** The numbers of the stages that it goes through, from the first to its own; [] of a script. */
  readonly stages: readonly number[]
  readonly placed: readonly Mount[]
}

/** What one stage, or the whole of a script, is in while it is followed. */
export interface Place {
  readonly files: Files
  cwd: string
  /** Of pushd and cd -. */
  readonly before: string[]
  /** What ENV and ARG say, which scripts of the build context see. */
  readonly variables: Map<string, string>
}

/** What goes through a pipe. */
export type Piped =
  {readonly kind: 'pieces'; readonly things: readonly Thing[]} | {readonly kind: 'text'; readonly text: Word}
