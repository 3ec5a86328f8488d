import {ProsodyModsError} from '../errors.ts'
import {inLine, isLine} from '../plain-text.ts'
import type {LockedModule, Lockfile, Needs} from './lockfile.ts'
import {entriesIn} from '../module-key.ts'

/**
 * Throws ARCHIVE_PATH_INVALID and LUA_INVALID for names that no lockfile may hold, before one is written that could not
 * be read again: those with characters that steer what shows them.
 */
export function refuseUnseen(lock: Lockfile): void {
  for (const [key, module] of entriesIn(lock.modules)) {
    const path = pathsOf(module).find((one) => !isLine(one))
    if (path !== undefined) {
      throw new ProsodyModsError('ARCHIVE_PATH_INVALID', `${key}: the path ${quoted(path)} holds ${unseen}`, {
        hint: 'nothing was written; a module with such a file can only come under another name of the file',
        details: {module: key, path},
      })
    }
    const need = namesOf(module.needs ?? {}).find((one) => !isLine(one))
    if (need === undefined) continue
    throw new ProsodyModsError('LUA_INVALID', `${key} asks for ${quoted(need)}, whose name holds ${unseen}`, {
      hint: 'nothing was written; no module or library has such a name: look at what this code is for',
      details: {module: key, name: need},
    })
  }
}

const unseen = 'characters that are not seen'

function quoted(name: string): string {
  return `"${inLine(name)}"`
}

function pathsOf({files, from = {}}: LockedModule): string[] {
  return [...Object.keys(files), ...Object.values(from)]
}

function namesOf({modules = {}, shared = {}, libraries = {}, optional = {}}: Needs): string[] {
  const names = [modules, shared, libraries].flatMap((table) => Object.keys(table))
  return Object.keys(optional).length === 0 ? names : [...names, ...namesOf(optional)]
}
