import {builtinStandards, type Definition} from '../standards.ts'

/** The global variables of a version of Lua such as `5.4`, with their fields. */
export function luaNames(version: string): ReadonlyMap<string, Definition> {
  return builtinStandards().get(`lua${version.replace('.', '')}`)?.readGlobals ?? new Map()
}
