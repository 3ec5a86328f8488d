import {checkLua, type StoredLua} from './read-lua.ts'
import {wantsFor, type NeededFile} from './wants.ts'
import type {Workbench} from './workbench.ts'

/**
 * Brings files into the store and reads each Lua file as soon as it is there, so that the reading costs no time
 * of its own. Throws what fetching throws, and LUA_INVALID.
 * @param read readLua where facts are needed afterwards
 */
export async function fetchAndRead(
  needed: readonly NeededFile[],
  bench: Workbench,
  read: (file: StoredLua, bench: Workbench) => unknown = checkLua,
): Promise<void> {
  await bench.session.ensure(
    needed,
    (lacking) => wantsFor(lacking, bench),
    (file) => {
      if (file.path.endsWith('.lua')) read(file, bench)
    },
  )
}
