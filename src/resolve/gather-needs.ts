import {toSha256, type Sha256} from '../digest.ts'
import {ownValue} from '../own-value.ts'
import type {FileFacts, Requirement} from '../facts/fact-types.ts'
import type {LockedModule} from '../project/lockfile.ts'
import type {Named, NamedNeeds} from './needs.ts'
import {loadedFiles, moduleIn, ownLibrary} from './loaded-files.ts'
import type {ModuleKey} from '../module-key.ts'

/**
 * Collects what the code of a locked module names, of the files that Prosody can come to load.
 * @param read facts of a Lua file, by its path below the source's folder; undefined for one to leave out
 */
export function gatherNeeds(
  key: ModuleKey,
  locked: LockedModule,
  read: (path: string, sha256: Sha256) => FileFacts | undefined,
): NamedNeeds {
  const modules: Named[] = []
  const libraries: Named[] = []
  const shared: Named[] = []
  const loaded = loadedFiles(key, locked, {
    read: (path) => {
      const digest = ownValue(locked.files, path)
      return digest === undefined ? undefined : read(path, toSha256(digest))
    },
  })
  for (const [path, facts] of loaded.facts) {
    const add = (list: Named[], {name, line}: Requirement, optional: boolean): void => {
      if (name !== null) list.push({name, file: path, line, optional})
    }
    // A library that is there and not asked for does no harm; a module may.
    for (const one of facts.depends) add(modules, one, one.optional || one.conditional)
    const isOptional = optionalIn(facts)
    for (const one of facts.requires)
      if (one.name !== null && !loaded.brings(one.name)) add(libraries, one, isOptional(one))
    const module = moduleIn(path, key, locked)
    for (const one of facts.libraries) {
      if (one.name !== null && ownLibrary(one.name, module, locked) === undefined)
        add(shared, one, one.optional)
    }
  }
  return {modules, libraries, shared}
}

/**
 * Returns a test of which libraries a file does without: what it requires under pcall, and then once more where that
 * went well, as in `if pcall(require, "x") then local x = require "x"`.
 */
export function optionalIn({requires}: FileFacts): (one: Requirement) => boolean {
  const tried = new Set(requires.filter(({optional}) => optional).map(({name}) => name))
  return ({name, optional, conditional}) => optional || (conditional && tried.has(name))
}
