import {ProsodyModsError} from '../errors.ts'
import {splitKey, entriesIn, type ModuleKey} from '../module-key.ts'
import type {LockedModule, Lockfile} from '../project/lockfile.ts'

/**
 * Refuses locks that Prosody could not load as meant. Throws RELEASE_CONFLICT for two releases of one
 * flat tree, two flat trees, and one module name from two sources.
 */
export function checkConflicts(lock: Lockfile): void {
  const entries = entriesIn(lock.modules)
  checkFlatTrees(entries)
  checkNames(entries.map(([key]) => key))
}

/** Lists the module names of the target's core that a locked module hides, with the key that brings each. */
export function coreShadows(
  lock: Lockfile,
  coreModules: readonly string[],
): {readonly key: ModuleKey; readonly module: string}[] {
  const core = new Set(coreModules)
  return entriesIn(lock.modules).flatMap(([key, locked]) =>
    namesIn(key, locked)
      .filter((module) => core.has(module))
      .map((module) => ({key, module})),
  )
}

/** Lists the modules that an entry brings: one, or all of a whole tree. */
export function namesIn(key: ModuleKey, locked: LockedModule): string[] {
  const [, name] = splitKey(key)
  if (name !== '*') return [name]
  return Object.keys(locked.files)
    .map((path) => /^(?:mod_[^/]+\/)?mod_([^/]+)\.lua$/.exec(path)?.[1])
    .filter((found) => found !== undefined)
}

function checkFlatTrees(entries: readonly (readonly [ModuleKey, LockedModule])[]): void {
  const flat = entries.filter(([, {layout}]) => layout === 'flat')
  // Libraries alone stand in nobody's way: where two are of one name, the order of plugin_paths is proved.
  const trees = flat.filter(([, {files}]) => !isLibrariesOnly(files))
  const sources = new Set(trees.map(([key]) => splitKey(key)[0]))
  if (sources.size > 1) {
    throw conflict(`two flat trees can't be in one context: ${[...sources].join(', ')}`, [...sources], {
      hint: 'in one search path each would get the other\'s libraries; declare one of them with "layout": "folders", or add it with --layout folders',
    })
  }
  for (const id of new Set(flat.map(([key]) => splitKey(key)[0])))
    checkOneRelease(flat.filter(([key]) => splitKey(key)[0] === id))
}

function checkOneRelease(flat: readonly (readonly [ModuleKey, LockedModule])[]): void {
  const versions = new Set(flat.map(([, locked]) => locked.version))
  if (versions.size > 1) {
    const shown = flat.map(([key, locked]) => `${key} ${locked.version}`)
    throw conflict(`all modules of a flat tree must come from one release:\n  ${shown.join('\n  ')}`, shown, {
      hint: 'give them the same version',
    })
  }
}

function isLibrariesOnly(files: LockedModule['files']): boolean {
  const code = Object.keys(files).filter((path) => path.endsWith('.lua'))
  return code.length > 0 && code.every((path) => path.endsWith('.lib.lua'))
}

function checkNames(keys: readonly ModuleKey[]): void {
  const byName = new Map<string, ModuleKey>()
  for (const key of keys) {
    const [, name] = splitKey(key)
    const other = byName.get(name)
    if (name !== '*' && other !== undefined) {
      throw conflict(`two sources give a module ${name}: ${other} and ${key}`, [other, key], {
        hint: `Prosody loads one of a name; remove the other: prosody-mods remove ${other}`,
      })
    }
    byName.set(name, key)
  }
}

function conflict(
  message: string,
  parties: readonly string[],
  {hint}: {readonly hint: string},
): ProsodyModsError {
  return new ProsodyModsError('RELEASE_CONFLICT', message, {hint, details: {parties}})
}
