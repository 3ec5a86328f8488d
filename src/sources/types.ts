import type {Sha256} from '../digest.ts'
import type {ArchiveFormat} from './archive-format.ts'
import type {DigestBasis} from '../registry/types.ts'
import type {Registry} from '../registry/registry.ts'
import type {Upstream} from '../net/upstream.ts'
import type {DefinitionOf, Resolved, ResolvedOf, SourceKind} from './kinds.ts'

/** One file of a release. */
export interface ReleaseFile {
  readonly sha256: Sha256
  /** Bytes. */
  readonly size: number
  readonly basis?: DigestBasis
  /** Whether it was found to hold a private key; undefined where nobody has looked. */
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
  /** Name of the folder that the release's root is; undefined where it says nothing. */
  readonly rootName?: string
  readonly barred?: ReadonlyMap<string, Barred>
  /** Git's commit, 40 digits, where the archive that was read says of which it is. */
  readonly commit?: string
}

/** A file that a publisher lists without its digest. */
export interface ListedPath {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** The bytes under its URL are where the link leads to. */
  readonly isLink: boolean
}

/** What a source lists. Without contents, the digests become known by fetching (fetch/contents.ts). */
export interface ReleaseRef {
  /** Canonical in the source's scheme. */
  readonly version: string
  readonly resolved: Resolved
  /** YYYY-MM-DD, UTC. */
  readonly date?: string
  readonly aliases?: readonly string[]
  readonly contents?: ReleaseContents
  /** The publisher has something of the module there, but not its main file: such a release is none of the module. */
  readonly withoutMain?: true
}

/** Somewhere the bytes of a release can be had. */
export type Location =
  | FilesLocation
  | ArchiveLocation
  | FolderLocation
  | {readonly type: 'skipped'; readonly label: string; readonly reason: string}

/** A folder of this machine. */
export interface FolderLocation {
  readonly type: 'folder'
  readonly label: string
  /** Absolute. */
  readonly path: string
  /** Folders that it has to lie in, once links are followed, and where links in it may lead. */
  readonly within: readonly string[]
  /** Folders in it that are none of its own. */
  readonly except: readonly string[]
  /** How to let it lie elsewhere. */
  readonly hint: string
}

/** Each file under its own URL. */
export interface FilesLocation {
  readonly type: 'files'
  readonly label: string
  url(path: string): string
}

/** One download that holds many files, or (format undefined) is itself the one file. */
export interface ArchiveLocation {
  readonly type: 'archive'
  readonly label: string
  readonly url: string
  readonly format: ArchiveFormat | undefined
  /** Of the archive itself, where somebody vouches for it. */
  readonly sha256?: Sha256
  /** Bytes of the archive. */
  readonly size?: number
  /** Folder in the archive that release paths are relative to. */
  readonly root: string
  /** Drops the top folder: 1 always, 'single' when everything lies in one. */
  readonly strip: 0 | 1 | 'single'
  /** Much more comes with it than what is wanted: how much is told before it does. */
  readonly large?: true
  /** Git's commit, or its beginning, that it has to be of where it says of which it is. */
  readonly commit?: string
  /** Named by a whole revision: what it holds never changes, so that it is read once. */
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

/** Of contexts in which no path source is asked for. */
export const noFolders: AllowedFolders = {folders: [], except: [], config: ''}

/** What sources work with: the registry, the project's place, and where Debian's packages can be had. */
export interface SourceContext {
  readonly registry: Registry
  /** Absolute folder that relative paths of the manifest start from. */
  readonly projectFolder: string
  readonly allowed: AllowedFolders
  /** Base URLs of Debian mirrors, best first, or why there are none. Asked for once, when first needed. */
  debianMirrors(): Promise<{readonly urls: readonly string[]; readonly reason: string}>
}

/** Of which day the newest index of an archive was that this user has seen; what can't be kept is not. */
export interface SeenDates {
  /** The date that was kept last. */
  read(of: string): string | undefined
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
  /** Everything that there is is wanted, to show what there would be. */
  readonly all?: true
}

/** How one kind of source is reached. It says what exists and where; it never downloads or hashes. */
export interface Source<K extends SourceKind> {
  readonly kind: K
  /** What is known without asking anybody. */
  listReleases(definition: DefinitionOf<K>, context: SourceContext): Promise<readonly ReleaseRef[]>
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
  /** @param module name, or `*`: what of the release is wanted, for locations that can give a part */
  locate(resolved: ResolvedOf<K>, module: string, context: SourceContext): Promise<readonly Location[]>
}
