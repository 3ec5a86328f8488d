import type {Trust} from '../project/lockfile.ts'
import type {ReleaseRef, SourceDefinition} from '../sources/types.ts'

/** Who vouches for a release of a source; `bases`: what the digests of its files rest on. */
export function trustOf(
  ref: Pick<ReleaseRef, 'contents'>,
  definition: SourceDefinition,
  bases: readonly (string | undefined)[],
): Trust {
  switch (definition.kind) {
    case 'path':
      return {by: 'user'}
    case 'debian':
      return {by: definition.index === undefined ? 'user' : 'signature'}
    case 'url':
      return {by: definition.sha256 === undefined ? 'first-use' : 'user'}
    case 'hg':
    case 'github':
      if (ref.contents === undefined) return {by: 'first-use'}
      return {by: 'registry', basis: bases.includes('debian') ? 'debian' : 'upstream'}
  }
}
