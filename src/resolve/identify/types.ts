import type {Sha256} from '../../digest.ts'
import type {SourceLayout} from '../../registry/types.ts'
import type {ReleaseContents, ReleaseFile} from '../../sources/types.ts'

/** The sha256 of a file, or that it was not read: no release can have it, by its size. */
export type FolderFile = Sha256 | 'unread'

/** The files of a folder by their paths below it. */
export type FolderFiles = ReadonlyMap<string, FolderFile>

/** Those of a folder that are a release's, by path below it. */
export type MatchedFiles = ReadonlyMap<string, Sha256>

/** Tells whether a file of a folder has one of these contents. */
export function isOneOf(digests: ReadonlySet<Sha256>, file: FolderFile | undefined): boolean {
  return file !== undefined && file !== 'unread' && digests.has(file)
}

/** A release whose contents are known: version, and digests by path. */
export interface KnownRelease {
  /** Its version, or a revision where it is found by that alone. */
  readonly version: string
  readonly contents: ReleaseContents
  /** Whether another one stands for it where both have the same files. */
  readonly isSecond?: true
  /** Of the main file, where it is known without looking at the contents. */
  readonly main?: Sha256
}

/** A module with a history of its own. */
export interface KnownModule {
  /** All that it has been, newest first. */
  readonly releases: readonly KnownRelease[]
  /** Every content that its files have had. */
  readonly files: readonly Pick<ReleaseFile, 'sha256' | 'size'>[]
}

/** A source with the releases of which every digest is known. */
export interface KnownSource {
  readonly id: string
  readonly layout: SourceLayout
  /** Newest first. */
  readonly releases: readonly KnownRelease[]
  /** Modules whose own histories stand in place of the releases; those that the folder has by name. */
  readonly modules?: ReadonlyMap<string, KnownModule>
}

/** Lists the releases that may have a module. */
export function releasesOf({releases, modules}: KnownSource, name: string): readonly KnownRelease[] {
  return modules?.get(name)?.releases ?? releases
}

/** Collects every file that a source is known to have, whatever the release. */
export function* filesOf({releases, modules}: KnownSource): Generator<Pick<ReleaseFile, 'sha256' | 'size'>> {
  for (const {contents} of releases) yield* contents.files.values()
  for (const {files} of modules?.values() ?? []) yield* files
}

/** A file that keeps a module or tree from being what a release has. */
export interface Differing {
  /** From the folder; of a missing one, where it would lie. */
  readonly path: string
  /** modified: no release has these bytes; other-release: one has, but not this one. */
  readonly state: 'modified' | 'missing' | 'other-release'
  /** Releases that have these bytes at this place, newest first. */
  readonly versions: readonly string[]
}

/**
 * exact: all its files are those of a release; incomplete: those that are there are; mixed: its files come from
 * several releases, or from another one than the tree around it; modified: a file of it is in no release.
 */
export type ModuleState = 'exact' | 'incomplete' | 'mixed' | 'modified'

/** How well one release explains a module that lies somewhere. */
export interface ModuleMatch {
  readonly source: string
  readonly name: string
  readonly state: ModuleState
  /** The release that explains it best: the newest of `versions`. */
  readonly version: string
  /** All that explain it as well, newest first. */
  readonly versions: readonly string[]
  /** Those of its files that are the release's. */
  readonly files: MatchedFiles
  readonly differing: readonly Differing[]
  /** Folder of the flat tree that it is a part of, with a slash at its end; undefined for a module by itself. */
  readonly tree?: string
}

/** A flat tree that lies in a folder, whole or in part. */
export interface TreeMatch {
  readonly source: string
  /** From the folder, with a slash at its end; '' for the folder itself. */
  readonly folder: string
  readonly version: string
  readonly versions: readonly string[]
  /** Whether every file of the release is there, with its bytes. */
  readonly complete: boolean
  /** Those of its files that are the release's. */
  readonly files: MatchedFiles
  readonly differing: readonly Differing[]
}
