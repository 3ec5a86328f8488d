import type * as Luaparse from 'luaparse'
import {requirePackage} from '../package-files.ts'

let loaded: typeof Luaparse | undefined

/**
 * Returns the parser, loaded when first asked for: that takes some milliseconds, which a run that reads no Lua does not
 * pay.
 */
export function luaparse(): typeof Luaparse {
  loaded ??= requirePackage('luaparse') as typeof Luaparse
  // luaparse 0.3.1 words an error at the first token by the token that it read last, and fails where there was none.
  loaded.parse('', {comments: false})
  return loaded
}
