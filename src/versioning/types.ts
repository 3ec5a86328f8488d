/**
 * The id of a version scheme. Version order is its own axis: Debian epochs, Jitsi build numbers and repository dates
 * are not semver. Every scheme shares one range syntax: `*`, `1.2.x`, `^`, `~`, `>=`, `>`, `<=`, `<`, `=`, spaces for
 * "and", `||` for "or". A bare version is an exact pin.
 */
export type SchemeId = 'build' | 'date' | 'calendar' | 'semver' | 'debian' | 'single'

/** A version that is written in its scheme's canonical spelling. */
export interface Version {
  readonly scheme: SchemeId
  /** Canonical spelling; two versions of one scheme are the same exactly when `compare` gives 0. */
  readonly text: string
  /** What the scheme orders by. */
  readonly key: readonly (number | string)[]
}

/** How the versions of a source are written and ordered. */
export interface VersionScheme {
  readonly id: SchemeId
  /** One sentence for error messages: how a version of this scheme is written, with an example. */
  readonly spelling: string
  /** Reads every accepted spelling of one version as that version; anything else as undefined. */
  parse(text: string): Version | undefined
  /** Orders two versions: negative, 0 or positive, as for Array.prototype.sort. */
  compare(a: Version, b: Version): number
  /** Returns the components that `1.2.x`, `^` and `~` work on; schemes without components return one element. */
  components(version: Version): readonly number[]
}

/** One comparison that a range makes. */
export interface Comparator {
  readonly op: '=' | '<' | '<=' | '>' | '>='
  readonly version: Version
}

/** A range that was parsed: "or" of "and"s; an empty inner list matches every version. */
export interface Range {
  readonly text: string
  readonly alternatives: readonly (readonly Comparator[])[]
  /** The version of a range that is one exact pin. */
  readonly exact: Version | undefined
}
