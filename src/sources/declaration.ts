import type {Sha256} from '../digest.ts'
import type {RegistryRelease, SourceLayout} from '../registry/types.ts'
import type {SchemeId} from '../versioning/types.ts'

/** What a manifest may say of a source of any kind. */
export interface DeclaredBase {
  /** How modules lie in the source; `folders` where nothing is said. */
  readonly layout?: SourceLayout
}

/** What is known of a source of any kind, once defaults are filled in. */
export interface DefinitionBase {
  readonly id: string
  readonly scheme: SchemeId
  readonly layout: SourceLayout
}

/**
 * Who vouches for a digest. user: a digest or folder that the user named; signature: the signed index of an archive;
 * first-use: nobody yet, what was first seen is pinned.
 */
export type Voucher = 'registry' | 'first-use' | 'user' | 'signature'

/** A publisher that gives other bytes under a version that is locked. */
export interface Replaced {
  /** What was replaced, with its version, for messages. */
  readonly what: string
  /** The locked digest: 64 lower-case hex digits. */
  readonly expected: Sha256
  readonly got: Sha256
}

/** Why a publisher that answers lists no release. */
export interface NothingListed {
  readonly message: string
  readonly hint: string
}

/**
 * What one kind of source means, apart from how it is reached: how the manifest declares it, what of it goes into the
 * lockfile, and what follows from the two. It is pure, and asks nobody.
 * @typeParam Declared as the manifest has it, without defaults
 * @typeParam Definition with defaults, and for kinds that the registry has, as the registry has it
 * @typeParam Resolved what exactly was resolved; goes into the lockfile as it is
 */
export interface Declaration<Declared, Definition, Resolved> {
  /** Returns the definition of a declared source, with its defaults filled in. */
  define(id: string, declared: Declared): Definition
  /** Names the place where a declared source lies, which tells two declarations of the kind apart. */
  place(declared: Declared): string
  /**
   * Says where a source lies, for people. @param release a version or revision of it, to be told along where it has
   * several
   */
  describe(definition: Definition, release?: string): string
  /** Tells whether what was resolved can have come from the source as it is defined now. */
  fits(definition: Definition, resolved: Resolved): boolean
  /** Tells who vouches for a release. @param isKnown whether the registry has the digests of the release */
  trust(definition: Definition, isKnown: boolean): Voucher
  /**
   * Returns the declaration with relative paths of this machine taken from a folder. Absent where the kind has none.
   */
  rooted?(declared: Declared, folder: string): Declared
  /** Lists the folders of this machine that a declaration names. Absent where the kind has none. */
  folders?(declared: Declared): readonly string[]
  /** Names a folder inside of a declared source as a declaration does. Absent where the kind has no folders. */
  inside?(declared: Declared, folder: string): string
  /** Lists the texts of a declaration that have to be URLs, by their keys. Absent where the kind has none. */
  urls?(declared: Declared): Readonly<Record<string, string>>
  /** Returns what a release of the registry resolves to. Absent for kinds that the registry has no source of. */
  published?(definition: Definition, release: RegistryRelease): Resolved
  /**
   * Returns the digest of the Debian package that something was resolved to. Absent where the kind has no packages.
   */
  packageDigest?(resolved: Resolved): Sha256
  /**
   * Tells what the publisher has put in the place of a locked release of the same version; undefined where it did
   * not. Absent where that can't be told.
   */
  replaced?(locked: Resolved, now: Resolved): Replaced | undefined
  /**
   * Says what is wrong where a publisher lists no release. Absent where there is no more to say than that nothing is
   * known.
   */
  nothingListed?(definition: Definition): NothingListed | undefined
  /**
   * Whether sources lie on this machine: what they hold may be another thing the next time, and nobody has to be
   * asked.
   */
  readonly isLocal?: true
  /**
   * Whether releases are tags, which say nothing of what they hold, and a tag, a branch or a commit that is no
   * version may be named in place of one.
   */
  readonly namesCommits?: true
  /** Whether publishers list what touched a module, rather than all releases, whatever is in them. */
  readonly listsByModule?: true
}
