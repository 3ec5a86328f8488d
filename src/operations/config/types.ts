/** Where a value comes from; `flag` beats `environment` beats `config.json` beats `manifest` beats `default`. */
export type ConfigOrigin = 'flag' | 'environment' | 'config.json' | 'manifest' | 'netrc' | 'default'

/** What a setting can be. */
export type ConfigValue = string | number | boolean | readonly string[] | null

/** One setting as it holds; the shape is part of --json (docs/reference/json.md). */
export interface Setting {
  /** `cache`, `image.debian`, `mirrors.https://hg.prosody.im`. */
  readonly key: string
  /** Null where nothing is set; of a secret, what may be shown of it. */
  readonly value: ConfigValue
  readonly from: ConfigOrigin
  /** The variable, flag or file that says so; null for a default. */
  readonly where: string | null
  /** What else would set it, for people. */
  readonly change: string
}

/** The settings of the project and the user; the shape is part of --json (docs/reference/json.md). */
export interface ConfigResult {
  /** Absolute; null outside of any project. */
  readonly project: string | null
  readonly settings: readonly Setting[]
}
