import type {Sha256} from '../digest.ts'
import type {ArchiveFormat} from './archive-format.ts'
import type {DigestBasis} from '../registry/types.ts'
import type {Registry} from '../registry/registry.ts'
import type {Upstream} from '../net/upstream.ts'
import type {DefinitionOf, Resolved, ResolvedOf, SourceKind} from './kinds.ts'

/** One file of a release. */
export interface ReleaseFile {
  readonly sha256: Sha256
  /** Bytes of the file. */
  readonly size: number
  readonly basis?: DigestBasis
  /** Whether the file was found to hold a private key; undefined where nobody has looked. */
  readonly isKey?: boolean
}

/** What lies in a release and can't be had. */
export type Barred =
  | {readonly why: 'special'}
  /** A link that leads where nothing may be taken from, or to nothing. */
  | {
      readonly why: 'escapes' | 'broken'
      readonly to: string
      /** Whether it lies in an archive, which its user can't mend. */
      readonly isPublished?: true
    }

/** What a release holds: path relative to the release's root → file; links likewise, both ends. */
export interface ReleaseContents {
  readonly files: ReadonlyMap<string, ReleaseFile>
  readonly links: ReadonlyMap<string, string>
  /** Name of the folder that the release's root is; undefined where that says nothing. */
  readonly rootName?: string
  readonly barred?: ReadonlyMap<string, Barred>
  /** The Git commit, 40 digits, where the archive that was read says of which it is. */
  readonly commit?: string
}

/** A file that a publisher lists without its digest. */
export interface ListedPath {
  readonly path: string
  /** Bytes of the file. */
  readonly size: number
  /** Whether the file is a link: the bytes under its URL are where the link leads to. */
  readonly isLink: boolean
}

/** A release as a source lists it. Without contents, the digests become known by fetching (fetch/contents.ts). */
export interface ReleaseRef {
  /** The version, canonical in the source's scheme. */
  readonly version: string
  readonly resolved: Resolved
  /** The day of the release in UTC, YYYY-MM-DD. */
  readonly date?: string
  readonly aliases?: readonly string[]
  /** How the revision is known to be this release, where nobody saw the publisher's own tag. */
  readonly evidence?: string
  readonly contents?: ReleaseContents
  /**
   * Whether the publisher has something of the module there, but not its main file: such a release is none of the
   * module.
   */
  readonly withoutMain?: true
  /**
   * The last day on which the module is known to be as it is there, as a version; absent where only the release's own
   * day is known.
   */
  readonly until?: string
  /**
   * How it is found, where it is none of the versions that there are to choose from: by its revision alone, or by its
   * exact version, too.
   */
  readonly foundBy?: 'revision' | 'name'
}

/** Somewhere the bytes of a release can be had. */
export type Location =
  | FilesLocation
  | ArchiveLocation
  | FolderLocation
  | {readonly type: 'skipped'; readonly label: string; readonly reason: string}

/** A location of a release that is a folder of this machine. */
export interface FolderLocation {
  readonly type: 'folder'
  readonly label: string
  /** The folder's absolute path. */
  readonly path: string
  /** Folders that the folder has to lie in, once links are followed, and where links in it may lead. */
  readonly within: readonly string[]
  /** Folders inside of the folder that are none of its own. */
  readonly except: readonly string[]
  /** What to do to let the folder lie elsewhere, for messages. */
  readonly hint: string
}

/** A location of a release in which each file has its own URL. */
export interface FilesLocation {
  readonly type: 'files'
  readonly label: string
  /** Returns the URL of a file. @param path in the release */
  url(path: string): string
}

/**
 * A location of a release that is one download: it holds many files, or (format undefined) is itself the one file.
 */
export interface ArchiveLocation {
  readonly type: 'archive'
  readonly label: string
  readonly url: string
  readonly format: ArchiveFormat | undefined
  /** Digest of the archive itself, where somebody vouches for it. */
  readonly sha256?: Sha256
  /** Bytes of the archive. */
  readonly size?: number
  /** Folder in the archive that release paths are relative to. */
  readonly root: string
  /** How many top folders of the archive's paths are dropped: 1 always, 'single' when everything lies in one. */
  readonly strip: 0 | 1 | 'single'
  /** Whether much more comes with the archive than what is wanted: how much is told before it does. */
  readonly large?: true
  /** The Git commit, or its beginning, that the archive has to be of where it says of which it is. */
  readonly commit?: string
  /**
   * Whether what lies in the archive is expected and was not seen by those who vouch for its digest: other bytes there
   * mean "not this location", not an integrity error.
   */
  readonly unproved?: true
  /** Whether the archive is named by a whole revision: what it holds never changes, so that it is read once. */
  readonly immutable?: true
}

/** Where path sources may lie besides the project's own folder: it is the user who says so. All are absolute. */
export interface AllowedFolders {
  readonly folders: readonly string[]
  /** Folders that commands write into: nothing in them is anybody's source. */
  readonly except: readonly string[]
  /** The user's configuration, for messages. */
  readonly config: string
}

/** The allowed folders of contexts in which no path source is asked for. */
export const noFolders: AllowedFolders = {folders: [], except: [], config: ''}

/** What sources work with: the registry, the project's place, and where Debian's packages can be had. */
export interface SourceContext {
  readonly registry: Registry
  /** Absolute folder that relative paths of the manifest start from. */
  readonly projectFolder: string
  readonly allowed: AllowedFolders
  /** Finds the base URLs of Debian mirrors, best first, or why there are none. Asked for once, when first needed. */
  debianMirrors(): Promise<{readonly urls: readonly string[]; readonly reason: string}>
}

/** A memory of which day the newest index of an archive was that this user has seen; what can't be kept is not. */
export interface SeenDates {
  /** Reads the date that was kept last for an index; undefined without one. @param of what names the index */
  read(of: string): string | undefined
  /** Keeps the date of the newest index that was seen. */
  keep(of: string, date: string): Promise<void>
}

/** What asking a publisher needs besides. */
export interface AskingContext extends SourceContext {
  readonly upstream: Upstream
  readonly indexDates: {
    readonly seen: SeenDates
    /** From when on an index is taken though a newer one was seen, in milliseconds; undefined where none is. */
    readonly oldest: number | undefined
  }
}

/** What is looked for at a publisher. */
export interface ReleaseQuery {
  /** Module name, or `*`. */
  readonly module: string
  /** Version, range or revision; undefined for the newest. */
  readonly versionText: string | undefined
  /** Whether everything that there is is wanted, to show what there would be. */
  readonly all?: true
}

/** How one kind of source is reached. It says what exists and where; it never downloads or hashes. */
export interface Source<K extends SourceKind> {
  readonly kind: K
  /**
   * Lists the releases of a module that are known without asking anybody. @param module name, or `*` for those of the
   * whole source
   */
  listReleases(
    definition: DefinitionOf<K>,
    context: SourceContext,
    module: string,
  ): Promise<readonly ReleaseRef[]>
  /**
   * Asks the publisher for releases that may be what is looked for: never fewer than there are, but others may be
   * among them. Absent where listReleases tells everything. Throws UNREACHABLE, UPSTREAM_GARBLED, OFFLINE_MISSING.
   */
  findReleases?(
    definition: DefinitionOf<K>,
    query: ReleaseQuery,
    context: AskingContext,
  ): Promise<readonly ReleaseRef[]>
  /**
   * Asks the publisher for the paths of a module's files, where it gives single files and no archives. Throws UNREACHABLE,
   * UPSTREAM_GARBLED, OFFLINE_MISSING.
   */
  listFiles?(resolved: ResolvedOf<K>, module: string, context: AskingContext): Promise<readonly ListedPath[]>
  /** Asks the publisher for the names of its modules. Throws UNREACHABLE, UPSTREAM_GARBLED, OFFLINE_MISSING. */
  listModules?(definition: DefinitionOf<K>, context: AskingContext): Promise<readonly string[]>
  /**
   * Names the places where the bytes of a release can be had, best first.
   * @param module name, or `*`: what of the release is wanted, for locations that can give a part
   */
  locate(resolved: ResolvedOf<K>, module: string, context: SourceContext): Promise<readonly Location[]>
}
