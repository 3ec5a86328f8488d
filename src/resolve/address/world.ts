import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import type {SourceDefinition} from '../../sources/kinds.ts'

/** A publisher that addresses may be of. */
export type AddressSource = RegistrySource | SourceDefinition

/** What addresses are read by: the sources of the registry, and those that manifest and configuration declare. */
export interface AddressWorld extends Pick<Registry, 'publishers'> {
  readonly sources: readonly AddressSource[]
  /** Lists the tags of a source's releases that the registry knows. */
  tagsOf(id: string): readonly string[]
}

/** Puts together what addresses are read by. */
export function addressWorld(registry: Registry, declared: readonly SourceDefinition[] = []): AddressWorld {
  const published = registry.index.sources
  return {
    // Most words are no addresses, and need none of them.
    get sources() {
      return [...published.flatMap((id) => registry.source(id) ?? []), ...declared]
    },
    publishers: (name) => registry.publishers(name),
    tagsOf: (id) =>
      published.includes(id) ? registry.releases(id).releases.flatMap(({tag}) => tag ?? []) : [],
  }
}
