/**
 * Where something that a recipe or a text names comes from: the place itself, before anything was asked of it. What the
 * project would call it (a source, a specifier) is the reader's to say.
 */
export type Origin = UrlOrigin | MemberOrigin | RepositoryOrigin | RockOrigin | PackageOrigin | ModuleOrigin

/** The bytes of a URL: a file or an archive. */
export interface UrlOrigin {
  readonly kind: 'url'
  readonly url: string
  /** 64 hexadecimal digits in lower case; missing where none is said. */
  readonly sha256?: string
}

/** A file or folder inside an archive. */
export interface MemberOrigin {
  readonly kind: 'member'
  /** The archive's URL. */
  readonly archive: string
  /** Inside the archive, its top folder left out where it has one; '' of all of it. */
  readonly path: string
}

/** A file or folder of a repository. */
export interface RepositoryOrigin {
  readonly kind: 'repository'
  readonly vcs: 'git' | 'hg'
  /** Of the repository, as its program takes it. */
  readonly url: string
  /** A commit, revision, tag or branch; undefined where none is said, so what the publisher has now. */
  readonly ref: string | undefined
  /** From the top of the repository, without a `/` at either end; '' of all of it. */
  readonly path: string
}

/** A rock. */
export interface RockOrigin {
  readonly kind: 'rock'
  readonly name: string
  /** With its revision where that is said: `0.4.1-1`. */
  readonly version: string | undefined
  /** URL of the rocks server; undefined where none is said, so the usual one. */
  readonly server: string | undefined
}

/** A file or folder of a package of the system, or all of it. */
export interface PackageOrigin {
  readonly kind: 'package'
  readonly name: string
  readonly version: string | undefined
  /** Where it is when it is installed, without a `/` in front; '' of all of it. */
  readonly path: string
}

/** A module that is named alone: an argument of `prosodyctl install`, a member of a list of modules. */
export interface ModuleOrigin {
  readonly kind: 'module'
  /** Without `mod_`. */
  readonly name: string
}
