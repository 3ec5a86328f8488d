import {mainOf} from '../module-name.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryRelease} from '../registry/types.ts'

/** Finds the newest release of a source that holds a module's main file, as far as the registry knows. */
export function newestKnown(source: string, name: string, registry: Registry): RegistryRelease | undefined {
  return registry
    .releases(source)
    .releases.findLast(({files}) => Object.keys(files).some((path) => mainOf(path) === name))
}
