/** How something stands: as it should, worth a look, in the way, or only told. */
export type DoctorState = 'ok' | 'warning' | 'error' | 'note'

/** What is looked at, in the order in which it is told. */
export type DoctorSection = 'programs' | 'folders' | 'configuration' | 'project' | 'network' | 'clock'

/** One thing that `doctor` has looked at; the shape is part of --json (docs/reference/json.md). */
export interface DoctorCheck {
  readonly section: DoctorSection
  /** For programs: `node`, `store`, `config.json`, a host. */
  readonly name: string
  readonly state: DoctorState
  /** For people, one line. */
  readonly text: string
  /** What to do about it; null where nothing is to be done. */
  readonly hint: string | null
  /** The values that the text is made of. */
  readonly facts: DoctorFacts
}

/** Values by name. */
export type DoctorFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** What `doctor` found; the shape is part of --json (docs/reference/json.md). */
export interface DoctorResult {
  readonly checks: readonly DoctorCheck[]
  readonly errors: number
  readonly warnings: number
}
