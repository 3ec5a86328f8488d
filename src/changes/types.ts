/** What about a module differs between two releases. */
export type ChangeKind =
  | 'advisory-opened'
  | 'advisory-closed'
  | 'module-removed'
  | 'module-renamed'
  | 'module-added'
  | 'option-removed'
  | 'option-renamed'
  | 'option-type'
  | 'option-values'
  | 'option-default'
  | 'option-added'
  | 'store-removed'
  | 'store-added'
  | 'route-removed'
  | 'route-added'
  | 'feature-removed'
  | 'feature-added'
  | 'event-removed'
  | 'event-added'
  | 'hook-removed'
  | 'hook-added'
  | 'dependency-added'
  | 'dependency-removed'
  | 'shared-added'
  | 'shared-removed'
  | 'xep-removed'
  | 'xep-added'
  | 'prosody-line'
  | 'finding-new'
  | 'finding-gone'
  | 'patch-removed'
  | 'patch-changed'
  | 'patch-added'

/**
 * How much it matters. breaking: what worked by the old name or setting does not any more; notable: something else comes
 * out of the same setting, or is not there any more; news: what nobody has to do anything about.
 */
export type Severity = 'breaking' | 'notable' | 'news'

/** A line of a file, by the file's path below its source's folder. */
export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** One difference, once for all modules that have it from the same place. */
export interface Change {
  readonly kind: ChangeKind
  readonly severity: Severity
  /** What changes: the name of the module, option, event and so on. */
  readonly name: string
  /** The modules that it is about, by their names in the later release, sorted. */
  readonly modules: readonly string[]
  /** What it was; null where that is said by the kind. */
  readonly before: string | null
  /** What it is now. */
  readonly after: string | null
  readonly places: {readonly before: Place | null; readonly after: Place | null}
  /** What to know or to do about it, one sentence; null for nothing. */
  readonly note: string | null
}
