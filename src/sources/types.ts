import type {Sha256} from '../digest.ts'
import type {ArchiveFormat} from './archive-format.ts'
import type {DigestBasis, SourceLayout} from '../registry/types.ts'
import type {Registry} from '../registry/registry.ts'
import type {Upstream} from '../net/upstream.ts'
import type {SchemeId} from '../versioning/types.ts'

export const sourceKinds = ['debian', 'github', 'hg', 'path', 'url'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** A .deb by its place in a mirror's pool; `root` is the folder in it that holds the modules. */
export interface DebReference {
  readonly package: string
  readonly version: string
  readonly path: string
  readonly sha256: Sha256
  /** Bytes; unknown for packages that a user declares without it. */
  readonly size?: number
  readonly root: string
  /** Base URL of the archive that has it; undefined for Debian's own, of which any mirror will do. */
  readonly archive?: string
}

/** A package that is looked up in the signed index of an archive. */
export interface DebianIndex {
  readonly package: string
  readonly root: string
  /** Base URL without a slash at the end; undefined for Debian's own archive at this machine's mirrors. */
  readonly archive?: string
  /** Below dists/; one that ends in a slash is a folder of an archive without dists/. */
  readonly suite: string
  /** Of suites below dists/. */
  readonly component: string
  readonly architecture: string
  /** File with the keys that the archive signs with, relative to the project; undefined for Debian's own. */
  readonly signedBy?: string
}

interface Declared {
  readonly id: string
  readonly scheme: SchemeId
  readonly layout: SourceLayout
}

export type HgDefinition = Declared & {
  readonly kind: 'hg'
  /** URL of the repository on hgweb. */
  readonly repository: string
}
export type GithubDefinition = Declared & {
  readonly kind: 'github'
  /** owner/name */
  readonly repository: string
  /** Folder of the repository that release paths are relative to; '' for its root. */
  readonly folder: string
  /** What stands before the version in the names of tags. */
  readonly tagPrefix?: string
}
/** Packages that are known by their digest, or by the signed index of an archive. */
export type DebianDefinition = Declared & {
  readonly kind: 'debian'
  readonly debs: readonly DebReference[]
  readonly index?: DebianIndex
}
/** `path` as the manifest has it: relative to the project, `/`-separated, or absolute. */
export type PathDefinition = Declared & {readonly kind: 'path'; readonly path: string}
export type UrlDefinition = Declared & {readonly kind: 'url'; readonly url: string; readonly sha256?: Sha256}

/** A publisher of modules: from the registry or from the manifest. */
export type SourceDefinition =
  HgDefinition | GithubDefinition | DebianDefinition | PathDefinition | UrlDefinition

/** What exactly was resolved; goes into the lockfile as it is. */
export type Resolved =
  | {readonly kind: 'hg'; readonly repository: string; readonly revision: string}
  | {
      readonly kind: 'github'
      readonly repository: string
      readonly revision: string
      readonly folder: string
      readonly tag?: string
      /** Whose tip it was when it was asked for; HEAD where that is no branch. */
      readonly branch?: string
    }
  | ({readonly kind: 'debian'} & DebReference)
  | {readonly kind: 'path'; readonly path: string}
  | {readonly kind: 'url'; readonly url: string; readonly sha256?: Sha256}

export type ResolvedOf<K extends SourceKind> = Extract<Resolved, {kind: K}>
export type DefinitionOf<K extends SourceKind> = Extract<SourceDefinition, {kind: K}>

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
