import {trustOf} from '../resolve/trust.ts'
import type {ReleaseRef} from '../sources/types.ts'
import type {SourceDefinition} from '../sources/kinds.ts'

/**
 * Who would vouch for a release. registry: its digests are known; archive: they stand in a signed index; publisher: it
 * would be trusted on first use; user: it was declared with its digest or folder.
 */
export type Origin = 'registry' | 'archive' | 'publisher' | 'user'

const origins = {
  registry: 'registry',
  signature: 'archive',
  'first-use': 'publisher',
  user: 'user',
} as const

/** Tells who would vouch for a release. */
export function originOf(ref: ReleaseRef, definition: SourceDefinition): Origin {
  return origins[trustOf(ref, definition, []).by]
}
