import {createRequire} from 'node:module'
import type * as Luaparse from 'luaparse'

let loaded: typeof Luaparse | undefined

/** The parser; loading it takes some milliseconds, which a run that reads no Lua does not pay. */
export function luaparse(): typeof Luaparse {
  return (loaded ??= createRequire(import.meta.url)('luaparse') as typeof Luaparse)
}
