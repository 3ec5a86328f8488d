import type {Addition} from './add-imported.ts'
import type {Gathered} from './gather.ts'
import type {ImportedModule} from './types.ts'

/** Lists what became of what was gathered. */
export function modulesOf({specs}: Gathered, {versions}: Addition): ImportedModule[] {
  return specs.flatMap(({spec, lines}) => {
    const found = versions.get(spec)
    return found === undefined ? [] : [{module: found.key, spec, version: found.version, lines}]
  })
}
