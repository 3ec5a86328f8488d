/**
 * Version order is its own axis: Debian epochs, Jitsi build numbers and repository dates are not semver.
 * Every scheme shares one range syntax: `*`, `1.2.x`, `^`, `~`, `>=`, `>`, `<=`, `<`, `=`, spaces for
 * "and", `||` for "or". A bare version is an exact pin.
 */
export type SchemeId = 'build' | 'date' | 'calendar' | 'semver' | 'debian' | 'single'

/** A version in its scheme's canonical spelling. */
export interface Version {
  readonly scheme: SchemeId
  /** Canonical spelling; two versions of one scheme are the same exactly when `compare` gives 0. */
  readonly text: string
  /** What the scheme orders by. */
  readonly key: readonly (number | string)[]
}

export interface VersionScheme {
  readonly id: SchemeId
  /** One sentence for error messages: how a version of this scheme is written, with an example. */
  readonly spelling: string
  /** Every accepted spelling of one version → that version; anything else → undefined. */
  parse(text: string): Version | undefined
  /** Negative, 0 or positive, as for Array.prototype.sort. */
  compare(a: Version, b: Version): number
  /** The components that `1.2.x`, `^` and `~` work on; schemes without components return one element. */
  components(version: Version): readonly number[]
}

/** One comparison of a range. */
export interface Comparator {
  readonly op: '=' | '<' | '<=' | '>' | '>='
  readonly version: Version
}

/** A parsed range: "or" of "and"s; an empty inner list matches every version. */
export interface Range {
  readonly text: string
  readonly alternatives: readonly (readonly Comparator[])[]
  /** The version of a range that is one exact pin. */
  readonly exact: Version | undefined
}
