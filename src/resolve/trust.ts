import type {Trust} from '../project/lockfile.ts'
import {voucherOf, type SourceDefinition} from '../sources/kinds.ts'
import type {ReleaseRef} from '../sources/types.ts'

/** What digests may rest on besides the publisher's own repository, the weakest first. */
const weakest = ['fork', 'debian'] as const

/** Tells who vouches for a release of a source; `bases`: what the digests of its files rest on. */
export function trustOf(
  {contents}: Pick<ReleaseRef, 'contents'>,
  definition: SourceDefinition,
  bases: readonly (string | undefined)[],
): Trust {
  const by = voucherOf(definition, contents !== undefined)
  return by === 'registry' ? {by, basis: weakest.find((basis) => bases.includes(basis)) ?? 'upstream'} : {by}
}
