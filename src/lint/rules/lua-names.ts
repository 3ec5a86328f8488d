import {standardsWith, type Definition} from '../options/standards.ts'

const luacheck = standardsWith(new Map())

/** Returns the global variables that a version of Lua such as `5.4` has, with their fields. */
export function luaNames(version: string): ReadonlyMap<string, Definition> {
  return luacheck.get(`lua${version.replace('.', '')}`)?.readGlobals ?? new Map()
}
