import {isPrefixed, mainOf, moduleOfPath, prefixed} from '../module-name.ts'
import {posix} from 'node:path'
import type {FileFacts, Named} from '../facts/fact-types.ts'
import {asideOf, isMainFile} from '../prosody/module-files.ts'
import {computedPart, moduleFolder} from '../facts/searches.ts'
import type {LockedModule} from '../project/lockfile.ts'
import {namesIn} from './conflicts.ts'
import {libraryPaths} from '../prosody/module-files.ts'
import type {ModuleKey} from '../module-key.ts'

/** The Lua files of an entry that Prosody can come to load. */
export interface LoadedFiles {
  /** Facts of each file by its path below the source's folder, in the order of the entry's files. */
  readonly facts: ReadonlyMap<string, FileFacts>
  /** Tells whether `require` finds a library among the entry's own files, or is given it by their code. */
  readonly brings: (library: string) => boolean
}

/** Where to begin with the files that Prosody can load, and how to read them. */
export interface LoadedFrom {
  /** Returns the facts of a Lua file; undefined for one to leave out. */
  readonly read: (path: string) => FileFacts | undefined
  /** Main files to begin with; all of the entry's by default. */
  readonly from?: readonly string[] | undefined
}

/**
 * Finds all that the main files of an entry lead to by module:require, require by the module's own package.path, and
 * dofile: tests, examples and scripts are left out, since Prosody never loads them. Where a file asks for another by a
 * computed name, all count that are no tests by their names.
 */
export function loadedFiles(key: ModuleKey, locked: LockedModule, {read, from}: LoadedFrom): LoadedFiles {
  const walk = new Walk(key, locked, read)
  walk.run(from)
  return {
    facts: from === undefined ? inOrder(walk.facts, locked) : walk.facts,
    brings: (one) => walk.brings(one),
  }
}

function inOrder(facts: ReadonlyMap<string, FileFacts>, {files}: LockedModule): Map<string, FileFacts> {
  const rows = Object.keys(files).flatMap((path) => {
    const own = facts.get(path)
    return own === undefined ? [] : [[path, own] as const]
  })
  return new Map(rows)
}

/** What is asked of an entry's paths again and again. */
class Paths {
  readonly lua: readonly string[]
  readonly mains: readonly string[]
  /** Module → the folder of its main file. */
  readonly folders: ReadonlyMap<string, string>
  /** By the name of the file. */
  readonly named = new Map<string, string[]>()

  constructor(paths: readonly string[]) {
    this.lua = paths.filter((path) => path.endsWith('.lua'))
    this.mains = this.lua.filter((path) => isMainFile(path))
    this.folders = new Map(this.mains.map((path) => [mainOf(path) ?? '', posix.dirname(path)]))
    for (const path of paths) {
      const name = posix.basename(path)
      const same = this.named.get(name)
      if (same === undefined) this.named.set(name, [path])
      else same.push(path)
    }
  }
}

const known = new WeakMap<LockedModule['files'], Paths>()

function pathsOf(files: LockedModule['files']): Paths {
  const paths = known.get(files) ?? new Paths(Object.keys(files))
  known.set(files, paths)
  return paths
}

/** More folders than a module has libraries in: a stranger's file shall not cost more. */
const mostTemplates = 50

class Walk {
  readonly facts = new Map<string, FileFacts>()
  readonly #key: ModuleKey
  readonly #locked: LockedModule
  readonly #read: (path: string) => FileFacts | undefined
  readonly #paths: Paths
  readonly #seen = new Set<string>()
  readonly #open: string[] = []
  readonly #templates = new Map<string | null, string>()
  readonly #given = new Set<string>()
  readonly #asked = new Set<string>()

  constructor(key: ModuleKey, locked: LockedModule, read: (path: string) => FileFacts | undefined) {
    this.#key = key
    this.#locked = locked
    this.#read = read
    this.#paths = pathsOf(locked.files)
  }

  run(from = this.#paths.mains): void {
    // An entry may be a library that others ask for.
    this.#add(from.length === 0 ? this.#paths.lua : from)
    for (let templates = -1; templates !== this.#templates.size;) {
      templates = this.#templates.size
      // What was asked for before its folder was known.
      for (const library of this.#asked) this.#add(this.#libraryFiles(library))
      for (let path = this.#open.pop(); path !== undefined; path = this.#open.pop()) this.#file(path)
    }
  }

  brings(library: string): boolean {
    return this.#given.has(library) || this.#libraryFiles(library).length > 0
  }

  #add(paths: Iterable<string>): void {
    for (const path of paths) {
      if (this.#seen.has(path) || !path.endsWith('.lua')) continue
      this.#seen.add(path)
      this.#open.push(path)
    }
  }

  #file(path: string): void {
    const facts = this.#read(path)
    if (facts === undefined) return
    this.facts.set(path, facts)
    const module = moduleIn(path, this.#key, this.#locked)
    const folder = this.#paths.folders.get(module) ?? posix.dirname(path)
    for (const {template} of facts.searches)
      if (this.#templates.size < mostTemplates) this.#templates.set(template, folder)
    for (const {name} of facts.preloads) if (name !== null) this.#given.add(name)
    for (const {name} of facts.requires) if (name !== null) this.#asked.add(name)
    for (const {name} of facts.requires) if (name !== null) this.#add(this.#libraryFiles(name))
    for (const {name} of facts.libraries) if (name !== null) this.#add(this.#sharedFiles(name, module))
    for (const {name} of facts.loads) if (name !== null) this.#add(this.#matching(name, folder))
    if (this.#isOpenEnded(facts)) this.#add(this.#anyOf(module, path))
  }

  /** Whether it loads something whose name is computed. */
  #isOpenEnded({libraries, loads, requires}: FileFacts): boolean {
    const isComputed = ({name}: Named): boolean => name === null
    return (
      libraries.some(isComputed) ||
      loads.some(isComputed) ||
      (this.#templates.size > 0 && requires.some(isComputed))
    )
  }

  /** All that is no test beside a file: of its module, or of the tree where it lies at the top. */
  #anyOf(module: string, path: string): string[] {
    const isInFolder = path.startsWith(`${prefixed(module)}/`)
    return this.#paths.lua.filter(
      (one) =>
        asideOf(one) === undefined &&
        moduleOfPath(one) === (isInFolder ? module : undefined) &&
        !isPrefixed(posix.basename(one)),
    )
  }

  #sharedFiles(library: string, module: string): string[] {
    const own = ownLibrary(library, module, this.#locked)
    const paths = own === undefined ? libraryPaths(library, library) : [own]
    return paths.filter((path) => Object.hasOwn(this.#locked.files, path)).slice(0, 1)
  }

  /** Files that `require` finds by what was added to package.path. */
  #libraryFiles(library: string): string[] {
    if (this.#templates.size === 0) return []
    const path = library.replaceAll('.', '/')
    return [...this.#templates].flatMap(([template, folder]) => {
      if (template !== null) return this.#matching(template.replaceAll('?', path), folder)
      const names = [`${path}.lua`, `${path}.lib.lua`, `${path}/init.lua`]
      return names.flatMap((name) => this.#ending(name))
    })
  }

  /** Files that a template may mean whose question marks are filled in. */
  #matching(text: string, folder: string): string[] {
    const rest = text.slice(text.lastIndexOf('}') + 1).replace(/^\/+/, '')
    const isOwn = text.startsWith(moduleFolder) && !text.includes(computedPart)
    if (!isOwn && text.includes('{')) return this.#ending(rest)
    const path = posix.normalize(posix.join(folder, rest))
    return Object.hasOwn(this.#locked.files, path) ? [path] : []
  }

  #ending(path: string): string[] {
    const same = this.#paths.named.get(posix.basename(path)) ?? []
    return same.filter((one) => one === path || one.endsWith(`/${path}`))
  }
}

/** Names the module that a file of an entry belongs to. */
export function moduleIn(path: string, key: ModuleKey, locked: LockedModule): string {
  return moduleOfPath(path) ?? firstNameIn(key, locked)
}

const firstNames = new WeakMap<LockedModule['files'], string>()

/** Asked of each library of a whole tree. */
function firstNameIn(key: ModuleKey, locked: LockedModule): string {
  if (!key.endsWith('/*')) return namesIn(key, locked)[0] ?? ''
  const name = firstNames.get(locked.files) ?? namesIn(key, locked)[0] ?? ''
  firstNames.set(locked.files, name)
  return name
}

/** Finds where `module:require` gets a library among the files of the module's own entry. */
export function ownLibrary(library: string, module: string, {files}: LockedModule): string | undefined {
  return libraryPaths(module, library).find((path) => Object.hasOwn(files, path))
}
