import type {LockedModule} from '../project/lockfile.ts'
import {cameFrom, type SourceDefinition} from '../sources/kinds.ts'

/** Tells whether what was locked can have come from this source as it is defined now. */
export function fits(definition: SourceDefinition, {layout, resolved}: LockedModule): boolean {
  return definition.layout === layout && cameFrom(definition, resolved)
}
