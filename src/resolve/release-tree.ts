import {mainOf} from '../module-name.ts'
import {isDeviceName} from '../sources/device-names.ts'
import {mainPaths} from '../sources/main-paths.ts'
import type {ReleaseContents} from '../sources/types.ts'

/**
 * What a release holds as Prosody would see it: links expanded. Each module of a release is looked up in it, so what is
 * found in one pass over its files is kept.
 */
export class Tree {
  /** Seen path → path of the real file. */
  readonly files: ReadonlyMap<string, string>
  /** By folder at the top, the seen paths below it. */
  readonly folders: ReadonlyMap<string, readonly string[]>
  #sorted: readonly string[] | undefined
  #mains: ReadonlyMap<string, readonly string[]> | undefined
  #names: ReadonlySet<string> | undefined

  constructor(files: ReadonlyMap<string, string>) {
    this.files = files
    this.folders = foldersOf(files.keys())
  }

  /** Lists the seen paths that begin so. */
  startingWith(prefix: string): readonly string[] {
    this.#sorted ??= [...this.files.keys()].sort()
    const from = firstFrom(this.#sorted, prefix)
    let to = from
    while (this.#sorted[to]?.startsWith(prefix) === true) to += 1
    return this.#sorted.slice(from, to)
  }

  /** Main file of a module, `mod_X.lua` → the folders at the top that have it right inside. */
  get mains(): ReadonlyMap<string, readonly string[]> {
    return (this.#mains ??= mainsOf(this.files.keys()))
  }

  /** Modules by the rules of a folders layout: those whose main file is where a loader would find it. */
  get names(): ReadonlySet<string> {
    return (this.#names ??= new Set(
      [...this.files.keys()]
        .map((path) => nameInFolders(path, this.files))
        .filter((name) => name !== undefined),
    ))
  }
}

const trees = new WeakMap<ReleaseContents, Tree>()

/** Returns the files of a release arranged by folder, made once for each release. */
export function treeOf(contents: ReleaseContents): Tree {
  const known = trees.get(contents)
  if (known !== undefined) return known
  const tree = new Tree(expanded(contents))
  trees.set(contents, tree)
  return tree
}

function expanded({files, links}: ReleaseContents): Map<string, string> {
  const seen = new Map<string, string>()
  for (const path of files.keys()) seen.set(path, path)
  if (links.size === 0) return seen
  const folders = foldersOf(files.keys())
  for (const [link, to] of links) {
    if (files.has(to)) seen.set(link, to)
    for (const path of folders.get(firstOf(to)) ?? []) {
      if (path.startsWith(`${to}/`)) seen.set(link + path.slice(to.length), path)
    }
  }
  return seen
}

function foldersOf(paths: Iterable<string>): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const path of paths) {
    const slash = path.indexOf('/')
    if (slash >= 0) append(folders, path.slice(0, slash), path)
  }
  return folders
}

function mainsOf(paths: Iterable<string>): Map<string, string[]> {
  const mains = new Map<string, string[]>()
  for (const path of paths) {
    const [folder = '', file = '', ...deeper] = path.split('/')
    if (deeper.length === 0 && mainName(file) !== undefined) append(mains, file, folder)
  }
  return mains
}

function append(lists: Map<string, string[]>, name: string, value: string): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}

/** The place of the first of sorted texts that is not less than another. */
function firstFrom(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}

function firstOf(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? path : path.slice(0, slash)
}

/** Tells whether a path is the main file of a module that has a folder of its own. */
export function isMainOf(path: string, name: string): boolean {
  return mainPaths(name).includes(path)
}

/**
 * `mod_X/mod_X.lua`, `mod_X/X/mod_X.lua`, `F/mod_X.lua` and `mod_X.lua`. A second main file in the folder of a module
 * belongs to that one; where the folder's own is missing, the folder just bears another name.
 */
function nameInFolders(path: string, files: ReadonlyMap<string, string>): string | undefined {
  const parts = path.split('/')
  const name = mainName(parts.at(-1) ?? '')
  if (name === undefined || parts.length === 1 || isMainOf(path, name)) return name
  if (parts.length > 2) return undefined
  const owner = mainName(`${parts[0] ?? ''}.lua`)
  const isOwned = owner !== undefined && mainPaths(owner).some((main) => files.has(main))
  return isOwned ? undefined : name
}

/** Returns the name of the module whose main file has this name; undefined for what is no main file. */
export function mainName(file: string): string | undefined {
  const name = mainOf(file)
  if (name === undefined || isDeviceName(name)) return undefined
  return !file.includes('/') && /^[a-z0-9][a-z0-9_-]*$/.test(name) ? name : undefined
}
