import type {FileFacts, Requirement} from '../lua/fact-types.ts'
import type {LockedModule} from '../project/lockfile.ts'
import {namesIn} from '../resolve/conflicts.ts'
import {libraryPaths, moduleOfPath} from '../resolve/layout.ts'
import type {Named, NamedNeeds} from '../resolve/needs.ts'

/**
 * What the code of a locked module names.
 * @param read facts of a Lua file, by its path below the source's folder; undefined for one to leave out
 */
export function gatherNeeds(
  key: string,
  locked: LockedModule,
  read: (path: string, sha256: string) => FileFacts | undefined,
): NamedNeeds {
  const modules: Named[] = []
  const libraries: Named[] = []
  const shared: Named[] = []
  for (const [path, digest] of Object.entries(locked.files)) {
    const facts = path.endsWith('.lua') ? read(path, digest.slice('sha256:'.length)) : undefined
    if (facts === undefined) continue
    const add = (list: Named[], {name, line}: Requirement, optional: boolean): void => {
      if (name !== null) list.push({name, file: path, line, optional})
    }
    // A library that is there and not asked for does no harm; a module may.
    for (const one of facts.depends) add(modules, one, one.optional || one.conditional)
    const isOptional = optionalIn(facts)
    for (const one of facts.requires) add(libraries, one, isOptional(one))
    const module = moduleIn(path, key, locked)
    for (const one of facts.libraries) {
      if (one.name !== null && ownLibrary(one.name, module, locked) === undefined)
        add(shared, one, one.optional)
    }
  }
  return {modules, libraries, shared}
}

/**
 * Which libraries a file does without: what it requires under pcall, and then once more where that went well, as in
 * `if pcall(require, "x") then local x = require "x"`.
 */
export function optionalIn({requires}: FileFacts): (one: Requirement) => boolean {
  const tried = new Set(requires.filter(({optional}) => optional).map(({name}) => name))
  return ({name, optional, conditional}) => optional || (conditional && tried.has(name))
}

/** The module that a file of an entry belongs to. */
export function moduleIn(path: string, key: string, locked: LockedModule): string {
  return moduleOfPath(path) ?? namesIn(key, locked)[0] ?? ''
}

/** Where `module:require` finds a library among the files of the module's own entry. */
export function ownLibrary(library: string, module: string, {files}: LockedModule): string | undefined {
  return libraryPaths(module, library).find((path) => Object.hasOwn(files, path))
}
