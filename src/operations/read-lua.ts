import {ProsodyModsError} from '../errors.ts'
import {parseLua, type ModuleCall} from '../lua/parse.ts'
import {blobOf, type Workbench} from './workbench.ts'

/**
 * The calls of a Lua file that lies in the store; `name` is for messages. Throws LUA_INVALID with file, line
 * and column, and STORE_CORRUPT.
 */
export function readLua(name: string, sha256: string, bench: Workbench): readonly ModuleCall[] {
  const known = bench.lua.get(sha256)
  if (known !== undefined) return known
  const {problem, calls} = parseLua(blobOf(bench, sha256, name))
  if (problem === undefined) {
    bench.lua.set(sha256, calls)
    return calls
  }
  throw new ProsodyModsError(
    'LUA_INVALID',
    `${name}:${problem.line}:${problem.column}: not valid Lua: ${problem.message}`,
    {
      hint: 'Prosody could not load this module, so it is refused; nothing was written',
      details: {file: name, line: problem.line, column: problem.column},
    },
  )
}
