import type {Sha256} from '../digest.ts'
import type {Location} from '../sources/types.ts'

/** One file that is needed, and where its bytes may be. */
export interface Want {
  readonly sha256: Sha256
  /** How many bytes it has, where that is known. */
  readonly size?: number
  /** What messages call it: `community/muc_moderation: mod_muc_moderation.lua`. */
  readonly name: string
  /**
   * Whether the digest was seen in Debian's package only, so that the publisher's own bytes may differ without
   * tampering: another digest there means "not this location", not an integrity error.
   */
  readonly knownVariant: boolean
  readonly candidates: readonly Candidate[]
}

/** A location that may have a file, and the file's path there. */
export interface Candidate {
  readonly location: Location
  /** The path relative to the location's root. */
  readonly path: string
}
