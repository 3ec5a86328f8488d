import {readLua} from './read-lua.ts'
import {wantsFor, type NeededFile} from './wants.ts'
import type {Workbench} from './workbench.ts'

/**
 * Brings files into the store and reads each Lua file as soon as it is there, so that the reading costs no time
 * of its own. Throws what fetching throws, and LUA_INVALID.
 */
export async function fetchAndRead(needed: readonly NeededFile[], bench: Workbench): Promise<void> {
  await bench.session.ensure(
    needed,
    (lacking) => wantsFor(lacking, bench),
    ({module, path, sha256}) => {
      if (path.endsWith('.lua')) readLua(`${module}: ${path}`, sha256, bench)
    },
  )
}
