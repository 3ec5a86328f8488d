import {mainFile, moduleOfPath, prefixed, mainOf} from '../module-name.ts'
import {ProsodyModsError} from '../errors.ts'
import type {SourceLayout} from '../registry/types.ts'
import {isDeviceName} from '../sources/device-names.ts'
import {isVersionControl, neverTaken} from '../sources/private-files.ts'
import type {ReleaseContents} from '../sources/types.ts'
import {besideIn, isLicence, licencesIn, linkError, type LeftOut, type LeftOutReason} from './left-out.ts'
import {hasModule, isShipped, selectLibrary, selectModule} from './layout.ts'
import {treeOf} from './release-tree.ts'
import {libraryPaths} from '../prosody/module-files.ts'
import {inFolder, modulesIn, placeOf, type ModulePlace} from './place.ts'

/** The files around a Lua file that its code names. */
export interface NamedFiles {
  readonly libraries: readonly {readonly name: string | null}[]
  readonly requires: readonly {readonly name: string | null}[]
  readonly resources: readonly {readonly path: string; readonly exact: boolean}[]
}

/** What is to be taken out of a release. */
export interface TakingRequest {
  readonly layout: SourceLayout
  /** The module's name, or `*` for a whole flat tree. */
  readonly name: string
  /** Whether a registry knows the release's files: they are taken as it knows them. */
  readonly isKnown: boolean
  /** What the manifest names besides, as it lies beside the module's main file. */
  readonly include: readonly string[]
}

/** A file that is taken: its path below the source's folder, and in the release. */
export type TakenFile = readonly [contextPath: string, releasePath: string]

/** Places of package.path that are followed. */
const mostSearches = 32

/**
 * Begins to take a module out of a release; undefined where the release has no such module. Throws what `begin` throws.
 */
export function takingOf(contents: ReleaseContents, request: TakingRequest): Taking | undefined {
  const {layout, name, isKnown} = request
  const place: ModulePlace | undefined =
    name === '*' ? {own: undefined, loose: '', prefix: ''} : placeOf(contents, layout, name)
  // A folder without its main file, and without libraries that others load, is none.
  const isThere =
    hasModule(contents, layout, name) &&
    (isKnown || place !== undefined || (layout === 'flat' && treeOf(contents).files.has(`${name}.lib.lua`)))
  if (!isThere) {
    refuseBarred(contents, name)
    return undefined
  }
  const taking = new Taking(contents, place ?? {own: undefined, loose: undefined, prefix: ''}, request)
  taking.begin()
  return taking
}

/** A main file that is there and can't be had is told as that. */
function refuseBarred({barred}: ReleaseContents, name: string): void {
  for (const [path, one] of barred ?? [])
    if (one.why !== 'special' && mainOf(path) === name) throw linkError(path, one)
}

/**
 * The files that one module is made of: those of its own folder, or its main file and what its code names of what lies
 * beside it. To be told what each Lua file names, by `follow`, until nothing new comes of it.
 */
export class Taking {
  /** The path in the release of each file, by its path below the source's folder. */
  readonly files = new Map<string, string>()
  readonly #contents: ReleaseContents
  readonly #tree: ReturnType<typeof treeOf>
  readonly #request: TakingRequest
  readonly #place: ModulePlace
  readonly #refused = new Map<string, LeftOutReason>()
  /** Paths that the manifest names. */
  readonly #included = new Set<string>()
  /** Of package.path, and what is required. */
  readonly #searches = new Set<string>()
  readonly #required = new Set<string>()
  /** Resources that were looked for. */
  readonly #asked = new Set<string>()
  /** In the order in which they were taken. */
  readonly #added: TakenFile[] = []

  constructor(contents: ReleaseContents, place: ModulePlace, request: TakingRequest) {
    this.#contents = contents
    this.#tree = treeOf(contents)
    this.#place = place
    this.#request = request
  }

  /** Takes what is taken whatever the code says. Throws PATH_NOT_FOUND, ARCHIVE_LINK_ESCAPES, ARCHIVE_LINK_BROKEN. */
  begin(): void {
    for (const path of this.#request.include) this.#include(path)
    const known = this.#request.isKnown ? this.#selected() : undefined
    const {name} = this.#request
    if (known !== undefined) for (const [path, from] of known) this.files.set(path, from)
    else if (name === '*') this.#takeTree()
    else if (this.#place.own === undefined && this.#place.loose === undefined)
      this.#take(`${name}.lib.lua`, `${name}.lib.lua`)
    else this.#takeModule(name, this.#place)
  }

  /**
   * Takes what a file of the module brings in: libraries and, where no registry says otherwise, resources that it
   * names.
   * @param path below the source's folder
   */
  follow(path: string, named: NamedFiles): TakenFile[] {
    const {name, isKnown} = this.#request
    const module = name === '*' ? (moduleOfPath(path) ?? '') : name
    const before = this.#added.length
    for (const one of named.libraries) if (one.name !== null) this.#library(module, one.name)
    if (!isKnown) {
      for (const one of named.resources) {
        if (one.path.includes('?')) one.path.split(';').forEach((place) => this.#addSearch(place))
        else this.#resource(module, one)
      }
      for (const one of named.requires) if (one.name !== null) this.#require(one.name)
    }
    return this.#added.slice(before)
  }

  /** Takes back what turned out to be a private key, unless the manifest names it. */
  refuseKey(path: string): void {
    const from = this.files.get(path)
    if (from === undefined || this.#included.has(from)) return
    this.files.delete(path)
    this.#refused.set(from, 'key')
  }

  /** Whether what the module's code does not name may be missing. */
  get isPartial(): boolean {
    return this.#place.loose !== undefined && !this.#request.isKnown
  }

  /** What was left out, sorted by path. */
  get leftOut(): LeftOut[] {
    const taken = new Set(this.files.values())
    const found = new Map<string, LeftOut>()
    const {loose} = this.#place
    if (this.isPartial && loose !== undefined)
      for (const one of besideIn(loose, this.#tree, taken)) found.set(one.path, one)
    for (const [path, reason] of this.#refused) if (!taken.has(path)) found.set(path, {path, reason})
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  #selected(): ReadonlyMap<string, string> | undefined {
    return selectModule(this.#contents, this.#request.layout, this.#request.name)
  }

  #takeTree(): void {
    for (const name of modulesIn(this.#contents, 'flat')) {
      const place = placeOf(this.#contents, 'flat', name)
      if (place !== undefined) this.#takeModule(name, place)
    }
    for (const path of this.#tree.files.keys()) {
      if (path.endsWith('.lib.lua') || isLicence(path)) this.#take(path, path)
    }
  }

  #takeModule(name: string, {own, loose, prefix}: ModulePlace): void {
    if (own !== undefined) this.#takeOwn(own, prefix === '' ? `${own}/` : prefix)
    if (loose === undefined) return
    const main = mainFile(name)
    this.#take(`${prefix}${main}`, inFolder(loose, main))
    if (prefix === '') return
    for (const [file, path] of licencesIn(loose, this.#tree)) this.#take(`${prefix}${file}`, path)
  }

  #takeOwn(own: string, prefix: string): void {
    const length = inFolder(own, '').length
    for (const path of this.#tree.startingWith(inFolder(own, ''))) {
      const file = path.slice(length)
      // What is documentation is told of nobody; what is hidden may be more than that.
      if (isShipped(file) || neverTaken(file) !== undefined) this.#take(prefix + file, path)
    }
    for (const [path, barred] of this.#contents.barred ?? []) {
      if (!path.startsWith(inFolder(own, ''))) continue
      if (barred.why === 'special') this.#refused.set(path, 'special')
      else if (barred.why === 'broken') this.#refused.set(path, 'broken-link')
      else throw linkError(path, barred)
    }
  }

  #include(name: string): void {
    const {prefix} = this.#place
    const found = this.#bases().flatMap(([base, at]) =>
      [inFolder(base, name), ...this.#below(inFolder(base, name))]
        .filter((path) => this.#tree.files.has(path) && !isVersionControl(path))
        .map((path): TakenFile => [at + path.slice(inFolder(base, '').length), path]),
    )
    if (found.length === 0) throw notThere(this.#request.name, name, prefix)
    for (const [path, from] of found) {
      this.#included.add(from)
      this.#take(path, from)
    }
  }

  #library(module: string, library: string): void {
    const {layout} = this.#request
    const at = {layout, name: module, selection: this.files}
    if (!this.#request.isKnown && layout === 'folders') {
      for (const [base, prefix] of this.#bases()) {
        for (const path of libraryPaths(module, library)) {
          if (!this.#has(inFolder(base, path))) continue
          const own = `${prefixed(module)}/`
          this.#take(prefix + (path.startsWith(own) ? path.slice(own.length) : path), inFolder(base, path))
          return
        }
      }
    }
    const found = selectLibrary(this.#contents, at, library)
    if (found !== undefined) this.#take(...found)
  }

  #resource(module: string, {path, exact}: NamedFiles['resources'][number]): void {
    const question = `${module}\0${path}\0${String(exact)}`
    if (path === '' || path.split('/').includes('..') || this.#asked.has(question)) return
    this.#asked.add(question)
    for (const [base, prefix] of this.#bases()) {
      for (const folder of module === '' ? [base] : [inFolder(base, module), base]) {
        // A module's inner folder is looked into before its own, so what lies there stays there.
        const found = this.#resourceFiles(inFolder(folder, path), exact)
        const {length} = inFolder(base, '')
        for (const one of found) this.#take(prefix + one.slice(length), one)
        if (found.length > 0) return
      }
    }
  }

  /** A file, all of a folder, or all whose path begins so. */
  #resourceFiles(path: string, exact: boolean): readonly string[] {
    if (exact && this.#has(path)) return [path]
    return exact ? this.#below(path.replace(/\/+$/, '')) : this.#tree.startingWith(path)
  }

  #addSearch(place: string): void {
    if (!place.includes('?') || this.#searches.has(place) || this.#searches.size >= mostSearches) return
    this.#searches.add(place)
    for (const library of this.#required) this.#search(library, place)
  }

  #require(library: string): void {
    if (this.#required.has(library)) return
    this.#required.add(library)
    for (const place of this.#searches) this.#search(library, place)
  }

  #search(library: string, place: string): void {
    const path = place.replaceAll('?', library.replaceAll('.', '/')).replace(/^(?:\.?\/)+/, '')
    this.#resource('', {path, exact: true})
  }

  /** Folders in which files are looked for, with what stands before their paths below the source's folder. */
  #bases(): (readonly [base: string, prefix: string])[] {
    const {own, loose, prefix} = this.#place
    const bases = [own, loose].filter((one) => one !== undefined)
    return bases.map((base) => [base, prefix === '' ? inFolder(base, '') : prefix])
  }

  #has(path: string): boolean {
    if (this.#tree.files.has(path)) return true
    const barred = this.#contents.barred?.get(path)
    if (barred === undefined || barred.why === 'special') return false
    throw linkError(path, barred)
  }

  #below(folder: string): readonly string[] {
    return this.#tree.startingWith(`${folder}/`)
  }

  #take(path: string, seen: string): void {
    const real = this.#tree.files.get(seen)
    if (real === undefined || this.files.has(path)) return
    const reason = this.#included.has(seen) ? undefined : this.#reasonAgainst(seen, real)
    if (reason === undefined) {
      if (path.split('/').some(isDeviceName)) throw deviceError(path, seen)
      this.files.set(path, real)
      this.#added.push([path, real])
    } else this.#refused.set(seen, reason)
  }

  #reasonAgainst(seen: string, real: string): LeftOutReason | undefined {
    const byName = neverTaken(seen) ?? neverTaken(real)
    if (byName !== undefined || seen.endsWith('.lua')) return byName
    return this.#contents.files.get(real)?.isKey === true ? 'key' : undefined
  }
}

function deviceError(path: string, seen: string): ProsodyModsError {
  const name = path.split('/').find(isDeviceName) ?? ''
  return new ProsodyModsError(
    'ARCHIVE_PATH_INVALID',
    `${seen}: expected names that every system can have, got ${JSON.stringify(name)}, a device of Windows`,
    {hint: 'rename it, also in the code that loads it', details: {path: seen}},
  )
}

function notThere(module: string, name: string, prefix: string): ProsodyModsError {
  const about = prefix === '' ? 'the tree' : `the folder of mod_${module}`
  return new ProsodyModsError('PATH_NOT_FOUND', `"include" names ${name}, which is not in ${about}`, {
    hint: "write it as it lies beside the module's main file; what version control keeps can't be had",
  })
}
