import type {Sha256} from '../digest.ts'
import type {SchemeId} from '../versioning/types.ts'
import type {ModuleKey} from '../module-key.ts'

/** What a digest in the registry rests on (docs/reference/registry.md). */
export type DigestBasis = 'upstream' | 'debian' | 'fork'

/** How the modules of a source lie in a release: one folder a module, or one flat tree for all. */
export type SourceLayout = 'folders' | 'flat'

interface SourceCommon {
  readonly id: string
  readonly title: string
  readonly homepage: string
  /** SPDX expression. */
  readonly licence: string
  readonly scheme: SchemeId
  readonly layout: SourceLayout
}

/** A source as registry/sources/<id>.json describes it. */
export type RegistrySource =
  | (SourceCommon & {
      readonly kind: 'hg'
      /** URL of the repository on hgweb. */
      readonly repository: string
      /** URL of the page on a module, whose name stands for `{name}`. */
      readonly modulePage?: string
    })
  | (SourceCommon & {
      readonly kind: 'github'
      /** owner/name */
      readonly repository: string
      /** Folder of the repository that release paths are relative to; '' for its root. */
      readonly folder: string
    })
  | (SourceCommon & {
      readonly kind: 'debian'
      /** Packages that are known by their digests: none, as the index names them. */
      readonly debs: readonly []
      readonly index: RegistryDebIndex
    })

/** A package that is looked up in the signed index of an archive. */
export interface RegistryDebIndex {
  readonly package: string
  /** Folder in the package, without leading or trailing slash. */
  readonly root: string
  /** The archive by its name in archives.json. */
  readonly archive: string
  readonly suite: string
  readonly component: string
  readonly architecture: string
}

/** A digest that a source's releases share, and what it rests on. */
export interface RegistryDigest {
  readonly sha256: Sha256
  /** How many bytes it is of. */
  readonly size: number
  readonly basis: DigestBasis
}

/** A Debian binary package whose files under `root` are exactly the release's files. */
export interface RegistryDeb {
  readonly package: string
  readonly version: string
  /** Path below a mirror's base URL: pool/main/… */
  readonly path: string
  readonly sha256: Sha256
  readonly size: number
  /** Folder inside the package, without leading or trailing slash. */
  readonly root: string
}

/** A release that the registry knows, with the digests of its files. */
export interface RegistryRelease {
  /** The version in the source's scheme, canonical. */
  readonly version: string
  /** The immutable id that upstream has for it: git commit, hg node (12 or 40 hex digits). */
  readonly revision: string
  /** UTC date of the revision, YYYY-MM-DD. */
  readonly date: string
  /** The Git tag, where the release is one. */
  readonly tag?: string
  /** Other version numbers of the same release: Jitsi's package number 1.0.N. */
  readonly aliases?: readonly string[]
  /** How the revision is known to be this release, where nobody saw the publisher's own tag. */
  readonly evidence?: string
  readonly deb?: RegistryDeb
  /** Whether it is a selection: that it lacks a module then says nothing of the publisher. */
  readonly partial?: true
  /** What in-tree links lead to, by link path, both relative to the release's root. */
  readonly links?: Readonly<Record<string, string>>
  /** The index into `digests` of each file, by its path relative to the release's root. */
  readonly files: Readonly<Record<string, number>>
}

/** A content that a module's file has had, with its size in bytes. */
export interface HistoryDigest {
  readonly sha256: Sha256
  readonly size: number
}

/** What a revision of its publisher's repository made of a module. */
export interface ModuleChange {
  /** The changeset, 40 hex digits. */
  readonly revision: string
  /** UTC date of the revision, YYYY-MM-DD. */
  readonly date: string
  /** The index into `digests` of each file, by its path in the module's folder; absent where nothing was left of it. */
  readonly files?: Readonly<Record<string, number>>
}

/** What registry/history/<source>/<module>.json says: everything that a module has ever been at its publisher. */
export interface ModuleHistory {
  readonly source: string
  readonly module: string
  readonly digests: readonly HistoryDigest[]
  /** In the order of the repository, oldest first; dates may go back where a change came in late. */
  readonly changes: readonly ModuleChange[]
}

/** Up to which revision of a repository the histories of its modules are complete. */
export interface KnownUntil {
  readonly revision: string
  /** UTC date of the revision, YYYY-MM-DD. */
  readonly date: string
}

/** What is known of a module beyond its files. */
export interface RegistryName {
  /** Where the source's modules have histories: the newest version that is one of the module. */
  readonly newest?: string
  /** Where the source's modules have histories: the first version without the module. */
  readonly gone?: string

  readonly stage?: string
  readonly labels?: readonly string[]
  readonly supersededBy?: string
  readonly dependencies?: readonly string[]
}

/** The releases that a source has in registry/releases/<id>.json, oldest first. */
export interface RegistryReleases {
  readonly source: string
  /** Where each module has a history of its own: how far these go. */
  readonly history?: KnownUntil
  readonly digests: readonly RegistryDigest[]
  readonly releases: readonly RegistryRelease[]
  /** All module names of the source, those without a known release too. */
  readonly names: Readonly<Record<string, RegistryName>>
}

/** What a module does, in our own words. */
export interface RegistrySummary {
  /** One line of at most 60 characters; begins with a verb, ends without a full stop. */
  readonly summary: string
  /** The protocols that it implements or is about, in order: XEP-0045. */
  readonly xeps?: readonly string[]
}

/** What registry/summaries.json says of modules, by source and name; modules that left a source are among them. */
export interface RegistrySummaries {
  readonly summaries: Readonly<Record<string, Readonly<Record<string, RegistrySummary>>>>
}

/** What the code of a module names, each list in order; what is empty is left out. */
export interface ModuleTerms {
  readonly options?: readonly string[]
  /** Events that it hooks. */
  readonly hooks?: readonly string[]
  /** Lua libraries, as in `require`. */
  readonly libraries?: readonly string[]
  /** Namespaces that it announces in service discovery. */
  readonly features?: readonly string[]
}

/** What registry/terms.json says: what the newest known code of modules names, by source and name. */
export interface RegistryTerms {
  readonly terms: Readonly<Record<string, Readonly<Record<string, ModuleTerms>>>>
}

/** What registry/index.json says: which source publishes a name, so that one look-up reads one source. */
export interface RegistryIndex {
  readonly sources: readonly string[]
  /** Sources whose releases carry Debian packages. */
  readonly withDebs: readonly string[]
  /** The ids of the sources that publish each module name. */
  readonly names: Readonly<Record<string, readonly string[]>>
}

/** A line of Prosody's releases, as registry/prosody/<line>.json describes it. */
export interface ProsodyLine {
  readonly line: string
  readonly version: string
  readonly debian: string
  readonly lua: string
  readonly luaSupported: readonly string[]
  readonly requirePrefixes: readonly string[]
  readonly coreModules: readonly string[]
  readonly coreModulePaths: Readonly<Record<string, string>>
  readonly pluginDir: string
  readonly moduleLibs: readonly string[]
  readonly libs: readonly string[]
  readonly features: readonly string[]
  readonly moduleApi: readonly string[]
  readonly metadataKeys: readonly string[]
  readonly autoload: readonly string[]
}

/** What became of a module. */
export interface RegistryMove {
  readonly module: string
  /** The source that published it; absent when the move concerns every publisher. */
  readonly source?: string
  /**
   * renamed: goes on under `to`; replaced: what is in `to` does its work; core: part of Prosody, as `core` where the name
   * differs; left-core: no longer part of Prosody, `to` has it; official: another source publishes the name now; dropped:
   * gone, and nothing took its place.
   */
  readonly change: 'renamed' | 'replaced' | 'core' | 'left-core' | 'official' | 'dropped'
  /**
   * The first version it holds for: of `source` (renamed, replaced, dropped), of `to`'s source (official), or a Prosody
   * line (core, left-core). One after the last release that is known stands for some release after that.
   */
  readonly since: string
  /** Last known version of `source` that has the old name. */
  readonly until?: string
  /** What to take in its place, as source/name. */
  readonly to?: readonly ModuleKey[]
  /** Prosody's own modules that took its place, where they have other names. */
  readonly core?: readonly string[]
  /** One sentence for the user. */
  readonly note: string
  /** Where this is known from. */
  readonly evidence: string
}

/** What registry/moves.json says of modules that moved. */
export interface RegistryMoves {
  readonly moves: readonly RegistryMove[]
}

/** What a module finds around it on a server of a line, as registry/runtime/<line>.json has it. */
export interface ProsodyRuntime {
  readonly line: string
  /** Global variables besides Lua's own. */
  readonly globals: readonly string[]
  /** Fields of `module` that are no methods. */
  readonly moduleFields: readonly string[]
  /** Functions that a module may define in `module`, for Prosody to call. */
  readonly moduleFunctions: readonly string[]
  /** Methods that core modules add to `module` once they are loaded, each with those modules. */
  readonly moduleApiOf: Readonly<Record<string, string>>
  /** Events that Prosody or its core modules fire or wait for; `*` stands for what is computed. */
  readonly events: readonly string[]
  /**
   * Options of the configuration that Prosody or its core modules read, and the type as which: `any` where it is read as
   * several. `*` in a name stands for what is computed.
   */
  readonly options: Readonly<Record<string, string>>
}

/** The fields of each library all of whose fields can be known. */
export type LibraryMembers = Readonly<Record<string, readonly string[]>>

/** The fields of what a line's libraries give, as registry/members/<line>.json has them. */
export interface ProsodyMembers {
  readonly line: string
  /** Fields of libraries written in Lua, read off their code. */
  readonly read: LibraryMembers
  /** Fields of libraries written in C, listed where they ran. */
  readonly run: LibraryMembers
  /** Fields of libraries of core modules, as prosody/<line>.json names them, read off their code. */
  readonly moduleLibs: LibraryMembers
}

/** A package whose files are known. */
export interface ProsodyPackage {
  readonly version: string
  /** File name in Debian's pool. */
  readonly package: string
  readonly sha256: Sha256
  /** Suites of Debian that had the package when it was read. */
  readonly suites?: readonly string[]
}

/** One content that a file of Prosody's own has had. */
export interface ProsodyFile {
  readonly sha256: Sha256
  readonly size: number
  /** Versions of Prosody that have it there, oldest first. */
  readonly releases: readonly string[]
}

/** The Lua files that Debian's packages of Prosody ship, as registry/prosody-files.json has them. */
export interface ProsodyFiles {
  /** The packages that were read, oldest first. */
  readonly releases: readonly ProsodyPackage[]
  /** The contents of each file, by its path below /usr/lib/prosody. */
  readonly files: Readonly<Record<string, readonly ProsodyFile[]>>
}

/** What Prosody itself calls deprecated, obsolete or kept for old modules only. */
export interface Deprecation {
  /**
   * method: of `module`; function: `library.function`; library: a Lua library; global: a variable; option: of the
   * configuration.
   */
  readonly kind: 'method' | 'function' | 'library' | 'global' | 'option'
  readonly name: string
  /** The first line known to say so. */
  readonly since: string
  /** The last line for which it holds. */
  readonly until?: string
  /** What to use; absent where there is nothing instead. */
  readonly instead?: string
  /** Where this is known from. */
  readonly evidence: string
}

/** A release of Debian, and the line of Prosody that it ships. */
export interface DebianSuite {
  /** The code name: `trixie`. */
  readonly name: string
  /** Debian's version: `13`. */
  readonly number: string
  /** The line, which the registry need not describe: `13.0`. */
  readonly prosody: string
}

/** What registry/suites.json says of Debian. */
export interface RegistrySuites {
  /** Oldest first. */
  readonly suites: readonly DebianSuite[]
}

/** An archive of Debian packages that is not Debian's, known by name. */
export interface RegistryArchive {
  readonly title: string
  /** Base URL without a slash at the end. */
  readonly url: string
  /** Suites that are known; one that ends in a slash is a folder of an archive without dists/. */
  readonly suites: readonly string[]
  /** The component of suites below dists/. */
  readonly component?: string
  /** What the archive signs with. */
  readonly keys: {
    /** Public keys as its owner publishes them: a path in the registry. */
    readonly file: string
    /** Fingerprints of the keys in the file that are believed; 40 capital hex digits. Others are not. */
    readonly fingerprints: readonly string[]
  }
  /** Where this is known from. */
  readonly evidence: string
}

/** What registry/archives.json says. */
export interface RegistryArchives {
  /** By name. */
  readonly archives: Readonly<Record<string, RegistryArchive>>
}

/** A package in which a publisher's own archive has a release. */
export interface RegistryPackage {
  /** The release, by its version. */
  readonly release: string
  readonly version: string
  /** Path below the archive's base URL. */
  readonly path: string
  readonly sha256: Sha256
  /** Where the digest is known from, one text for each place. */
  readonly evidence: readonly string[]
}

/**
 * What registry/packages/<id>.json says: packages of a source's releases, by digest. That files in them are those of the
 * release follows from how they are built, and was not seen.
 */
export interface RegistryPackages {
  readonly source: string
  /** The archive by its name in archives.json. */
  readonly archive: string
  readonly package: string
  /** Folder in the package that release paths are relative to. */
  readonly root: string
  /** How it is known what lies in the packages. */
  readonly evidence: string
  readonly packages: readonly RegistryPackage[]
}

/** What registry/deprecations.json says that Prosody calls deprecated. */
export interface RegistryDeprecations {
  readonly deprecations: readonly Deprecation[]
}

/** Names that require takes, and the Lua versions that find every one of them. */
export interface ServedLibraries {
  readonly lua: readonly string[]
  readonly modules: readonly string[]
}

/** A Debian package as one suite has it. */
export interface LibraryPackage {
  readonly version: string
  /** One entry for each set of Lua versions. */
  readonly serves: readonly ServedLibraries[]
}

/** A pure Lua file that works under Lua versions, too, for which its package does not install it. */
export interface LibraryCopy {
  readonly package: string
  /** Where the package installs the file. */
  readonly path: string
  /** Versions under which the copy works and the package serves nothing. */
  readonly lua: readonly string[]
  readonly suites: readonly string[]
  /** Where this is known from. */
  readonly evidence: string
}

/** A rock that brings a library. */
export interface LibraryRock {
  readonly rock: string
  /** The version and revision; absent where none is known to work. */
  readonly version?: string
  /** Lua versions that it admits; absent for all. */
  readonly lua?: readonly string[]
  /** Code that wants another version, and which. */
  readonly note?: string
  /** Debian packages that it is compiled with, beside a compiler and Lua's headers; absent where nothing is compiled. */
  readonly headers?: readonly string[]
  /** The files of a rock that is nothing but Lua, so that it needs no LuaRocks. */
  readonly source?: RockSource
  /** Where this is known from. */
  readonly evidence: string
}

/** The files of a rock, in the repository that its rockspec names. */
export interface RockSource {
  /** On GitHub: `owner/name`. */
  readonly repository: string
  /** Git commit of that version of the rock. */
  readonly revision: string
  /** Libraries that these files require and don't have among them. */
  readonly needs?: readonly string[]
  readonly files: readonly RockFile[]
}

/** A file of a rock. */
export interface RockFile {
  /** In the repository. */
  readonly path: string
  /** In a folder where Lua looks for libraries: `net/url.lua`. */
  readonly to: string
  readonly sha256: Sha256
  /** In bytes. */
  readonly size: number
}

/** A library that neither Debian nor a known rock serves. */
export interface LibraryOfNobody {
  /** One sentence for the user. */
  readonly note: string
  /** Where this is known from. */
  readonly evidence: string
}

/**
 * Lua libraries and what serves them, as registry/libraries.json has them. Libraries are named as in `require`;
 * `copies` and `rocks` are for Lua versions that no package serves.
 */
export interface RegistryLibraries {
  /** What each Debian package serves in each suite. */
  readonly packages: Readonly<Record<string, Readonly<Record<string, LibraryPackage>>>>
  readonly copies: Readonly<Record<string, LibraryCopy>>
  readonly rocks: Readonly<Record<string, LibraryRock>>
  readonly none: Readonly<Record<string, LibraryOfNobody>>
}
