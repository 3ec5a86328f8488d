import type {Sha256} from '../digest.ts'
import type {RegistryRelease, SourceLayout} from '../registry/types.ts'
import type {SchemeId} from '../versioning/types.ts'

/** What a manifest may say of a source of any kind. */
export interface DeclaredBase {
  /** How modules lie in it; `folders` where nothing is said. */
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
  /** 64 lower-case hex digits. */
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
  /** Fills in the defaults. */
  define(id: string, declared: Declared): Definition
  /** Where it lies, which tells two declarations of the kind apart. */
  place(declared: Declared): string
  /** Where it lies for people. @param release a version or revision of it, to be told along where it has several */
  describe(definition: Definition, release?: string): string
  /** Whether what was resolved can have come from the source as it is defined now. */
  fits(definition: Definition, resolved: Resolved): boolean
  /** @param isKnown whether the registry has the digests of the release */
  trust(definition: Definition, isKnown: boolean): Voucher
  /** The declaration with relative paths of this machine taken from a folder. Absent where it has none. */
  rooted?(declared: Declared, folder: string): Declared
  /** Folders of this machine that it names. Absent where it names none. */
  folders?(declared: Declared): readonly string[]
  /** How to declare a folder inside of it. Absent where it has no folders. */
  inside?(declared: Declared, folder: string): string
  /** By the key of the declaration, the texts that have to be URLs. Absent where it has none. */
  urls?(declared: Declared): Readonly<Record<string, string>>
  /** What a release of the registry resolves to. Absent for kinds that the registry has no source of. */
  published?(definition: Definition, release: RegistryRelease): Resolved
  /** The digest of the Debian package that it is. Absent where it is none. */
  packageDigest?(resolved: Resolved): Sha256
  /** Whether the publisher has replaced a locked release by another of its version. Absent where that can't be told. */
  replaced?(locked: Resolved, now: Resolved): Replaced | undefined
  /** Absent where there is no more to say than that nothing is known. */
  nothingListed?(definition: Definition): NothingListed | undefined
  /** It lies on this machine: what it holds may be another thing the next time, and nobody has to be asked. */
  readonly isLocal?: true
  /** Releases are tags, which say nothing of what they hold, and a tag, a branch or a commit that is no version may be named in place of one. */
  readonly namesCommits?: true
  /** The publisher lists what touched a module, rather than all releases, whatever is in them. */
  readonly listsByModule?: true
}
