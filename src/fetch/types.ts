import type {Sha256} from '../digest.ts'
import type {Location} from '../sources/types.ts'

/** One file that is needed, and where its bytes may be. */
export interface Want {
  readonly sha256: Sha256
  /** Bytes, where known. */
  readonly size?: number
  /** What messages call it: `community/muc_moderation: mod_muc_moderation.lua`. */
  readonly name: string
  /**
   * The digest was seen in Debian's package only, so the publisher's own bytes may differ without
   * tampering: another digest there means "not this location", not an integrity error.
   */
  readonly knownVariant: boolean
  readonly candidates: readonly Candidate[]
}

export interface Candidate {
  readonly location: Location
  /** Relative to the location's root. */
  readonly path: string
}
