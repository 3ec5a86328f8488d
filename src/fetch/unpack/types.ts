import type {Readable} from 'node:stream'
import type {ArchiveFormat} from '../../sources/archive-format.ts'
import type {Barred} from '../../sources/types.ts'

export type {ArchiveFormat}

/** Bounds on what an archive may make us do; crossing one is an error of its own code. */
export interface UnpackLimits {
  /** How many entries of every type there may be, links and folders included. */
  readonly entries: number
  /** How many unpacked bytes the whole tar stream may have. */
  readonly bytes: number
  /** How many unpacked bytes there may be for each packed one, once `ratioFloor` unpacked bytes are passed. */
  readonly ratio: number
  readonly ratioFloor: number
  /** How many UTF-8 bytes one path may have. */
  readonly pathLength: number
}

/** Takes the body of one file; awaited, so that a slow sink slows the reading down. */
export interface FileSink {
  write(chunk: Buffer): void | Promise<void>
  end(): void | Promise<void>
}

/** A regular file that an archive has. */
export interface ArchiveFile {
  /** The path relative to the request's root: no leading `./` or `/`, no `.`, `..` or empty components. */
  readonly path: string
  /** How many bytes it has. */
  readonly size: number
}

/** An archive, and what is wanted of it. */
export interface UnpackRequest {
  readonly input: Readable
  readonly format: ArchiveFormat
  /** What messages call the archive: its URL, redacted, or its path. */
  readonly label: string
  /** Only what lies under this folder is unpacked; '' for everything. No leading or trailing slash. */
  readonly root: string
  /** Drop this many leading path components before `root` is looked at (a tarball's top folder). */
  readonly strip: number
  readonly limits?: Partial<UnpackLimits>
  /** The commit that it has to be of, where it says so as git-archive(1) does. */
  readonly commit?: string | undefined
  /** Told of which commit it is, where it says so. */
  readonly onCommit?: (commit: string) => void
  readonly signal?: AbortSignal
  /** Called for each regular file under root, in archive order; undefined skips its body. */
  onFile(file: ArchiveFile): FileSink | undefined
  /**
   * Asked after each entry: true ends the reading, and the result then has the files that came until then and no links.
   * For who proves each file by itself, and so needs nothing of what the rest of the archive says.
   */
  readonly isDone?: (() => boolean) | undefined
}

/** What an archive had. */
export interface UnpackResult {
  /** Every regular file under root. */
  readonly files: readonly ArchiveFile[]
  /**
   * Links under root (symbolic and hard), link path → the path that it leads to, both relative to root; a file or
   * folder is known to be there in the tree, and chains are resolved to their end.
   */
  readonly links: ReadonlyMap<string, string>
  /**
   * Symbolic links under root that are no file or folder in it: a repository with a link gone stale is worth its
   * modules all the same. What they lead to is as the archive writes it.
   */
  readonly barred: ReadonlyMap<string, Barred>
}
