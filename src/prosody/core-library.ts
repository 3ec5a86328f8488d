import {placesOf} from './module-files.ts'
/**
 * Finds the library of Prosody's own modules that `module:require` gives, by its path below their folder without
 * `.lib.lua`: "adhoc" is adhoc/adhoc, "pubsub" mod_pubsub/pubsub. Undefined where they have none of that name.
 * @param moduleLibs registry/prosody/<line>.json
 * @param module the module that asks, whose own libraries come first
 */
export function coreLibrary(
  library: string,
  moduleLibs: readonly string[],
  module?: string,
): string | undefined {
  const owners = module === undefined ? [library] : [module, library]
  const names = owners.flatMap((owner) => placesOf(owner, library))
  return names.find((name) => moduleLibs.includes(name))
}
