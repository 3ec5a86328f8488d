import type {Sha256} from '../../digest.ts'
import type {ImageModules} from './modules.ts'
import type {ImageSettings} from './settings.ts'

/** A file of a package that is copied to where the image's Lua finds it. */
export interface CopiedFile {
  readonly from: string
  readonly to: string
}

/** A rock, in the version that is known to serve; null for the newest. */
export interface InstalledRock {
  readonly rock: string
  readonly version: string | null
}

/** A file of a rock that is nothing but Lua; it lies in the project, and is copied to where the image's Lua finds it. */
export interface LibraryFile {
  /** From the project's folder. */
  readonly path: string
  readonly sha256: Sha256
  /** In bytes. */
  readonly size: number
  /** Whose file it is, for messages: `net-url 0.9-1`. */
  readonly rock: string
  readonly from: {readonly repository: string; readonly revision: string; readonly path: string}
}

/** A patch of Prosody itself that an image gets. */
export interface ProsodyPatch {
  /** From the project's folder. */
  readonly path: string
  /** Absolute folder of the image that its names start from. */
  readonly folder: string
  /** Folders to leave out at the beginning of its names. */
  readonly strip: number
}

/** All that the files of an image are made from. */
export interface ImageContents {
  readonly settings: ImageSettings
  readonly modules: ImageModules
  /** Absolute folder that prosody-modules/ is copied to. */
  readonly modulesPath: string
  /** Absolute folders in which Prosody looks for modules, first to last, its own at the end. */
  readonly folders: readonly string[]
  /** Packages of Debian, sorted. */
  readonly packages: readonly string[]
  readonly copies: readonly CopiedFile[]
  /** Sorted by path. */
  readonly libraries: readonly LibraryFile[]
  /** Rocks that are installed by LuaRocks, since they are compiled or their files are not known. */
  readonly rocks: readonly InstalledRock[]
  /** Packages that the rocks are installed with. */
  readonly rockPackages: readonly string[]
  /** Patches of Prosody itself, in their order. */
  readonly patches: readonly ProsodyPatch[]
  /** Of all files of all modules. */
  readonly digest: string
}
