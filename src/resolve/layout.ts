import {mainFile, prefixed} from '../module-name.ts'
import {toDigest, type Digest, type Sha256} from '../digest.ts'
import {libraryPaths} from '../prosody/module-files.ts'
import type {SourceLayout} from '../registry/types.ts'
import type {ReleaseContents} from '../sources/types.ts'
import {isMainOf, mainName, treeOf, type Tree} from './release-tree.ts'

/** Path below the source's folder in the context → path in the release. */
export type Selection = ReadonlyMap<string, string>

/** Lists the names of all modules in a release, sorted. */
export function moduleNames(contents: ReleaseContents, layout: SourceLayout): string[] {
  const {files, names} = treeOf(contents)
  if (layout === 'folders') return [...names].sort()
  const flat = [...files.keys()].map((path) => nameInFlatTree(path)).filter((name) => name !== undefined)
  return [...new Set(flat)].sort()
}

/** Tells whether `selectModule` finds a module. */
export function hasModule(contents: ReleaseContents, layout: SourceLayout, name: string): boolean {
  const tree = treeOf(contents)
  if (layout === 'flat') return selectFlat(tree, name) !== undefined
  const own = tree.folders.get(prefixed(name)) ?? []
  if (own.some((path) => isMainOf(path, name) || isLibraryOf(path, name))) return true
  return folderOf(tree, name) !== undefined
}

/**
 * Lists what a release has in a module's folder when the module itself is not there: a README that says why, as a
 * rule.
 */
export function remainsOf(contents: ReleaseContents, name: string): readonly string[] {
  return treeOf(contents).folders.get(prefixed(name)) ?? []
}

/** Tells whether files, by their paths in a context, are a module or a library that others load, or a whole tree. */
export function isLoadable(name: string, paths: readonly string[]): boolean {
  if (name === '*') return true
  const alone = [mainFile(name), `${name}.lib.lua`]
  return paths.some((path) => alone.includes(path) || isMainOf(path, name) || isLibraryOf(path, name))
}

/** Of a folder without a main file: what other modules may load from it. */
function isLibraryOf(path: string, name: string): boolean {
  const inside =
    [`${prefixed(name)}/${name}/`, `${prefixed(name)}/`].find((folder) => path.startsWith(folder)) ?? path
  return /^[^/]+\.lib\.lua$/.test(path.slice(inside.length))
}

/**
 * Selects the files of one module, or with `*` of a whole flat tree; undefined when the release lacks it, or has no
 * more than a folder without its main file. A folder of libraries alone counts: modules ask for what is in it.
 */
export function selectModule(
  contents: ReleaseContents,
  layout: SourceLayout,
  name: string,
): Selection | undefined {
  const tree = treeOf(contents)
  return layout === 'flat' ? selectFlat(tree, name) : selectFolder(tree, name)
}

/** Returns the digest of a file that a release holds, as a lockfile has it. */
export function digestIn(contents: ReleaseContents, path: string): Digest {
  return toDigest(sha256In(contents, path))
}

/** Returns the sha256 of a file that a release holds. */
export function sha256In({files}: ReleaseContents, path: string): Sha256 {
  const file = files.get(path)
  if (file === undefined)
    throw new Error(`a release is asked for the digest of ${path}, which it does not hold`)
  return file.sha256
}

/** Finds the README in a module's own folder; undefined where there is none. */
export function readmeOf(contents: ReleaseContents, layout: SourceLayout, name: string): string | undefined {
  if (layout === 'flat') return undefined
  const {folders} = treeOf(contents)
  const isReadme = (path: string): boolean => /^[^/]+\/readme\.(?:md|markdown)$/i.test(path)
  return [prefixed(name), name]
    .flatMap((folder) => folders.get(folder) ?? [])
    .find((path) => contents.files.has(path) && isReadme(path))
}

/**
 * Lists the patches that come with a whole flat tree, sorted: they are for Prosody's own files, and nothing can load
 * them.
 */
export function patchesOf({files}: ReleaseContents, layout: SourceLayout, name: string): string[] {
  if (layout !== 'flat' || name !== '*') return []
  return [...files.keys()].filter((path) => /\.patch$/i.test(path)).sort()
}

/**
 * Finds the file that `module:require "<library>"` in a module's file means, when the release has it and the
 * selection does not: what to add, under the path where Prosody's loader finds it for this module alone. The search
 * order is that of util/pluginloader.lua and `module:require`.
 */
export function selectLibrary(
  contents: ReleaseContents,
  at: {readonly layout: SourceLayout; readonly name: string; readonly selection: Selection},
  library: string,
): readonly [contextPath: string, releasePath: string] | undefined {
  const {files: tree} = treeOf(contents)
  if (at.layout === 'flat') {
    const found = libraryPaths(at.name, library).find((path) => tree.has(path))
    return found === undefined || at.selection.has(found) ? undefined : [found, tree.get(found) ?? found]
  }
  const own = libraryPaths(at.name, library).filter((path) => path.startsWith(`${prefixed(at.name)}/`))
  if (own.some((path) => at.selection.has(path))) return undefined
  // Upstream keeps shared libraries at the root or as mod_lib_<name>/<name>.lib.lua; a copy inside the
  // module's folder is found first, and no other module's version of it can get in between.
  const shared = [`${library}.lib.lua`, `mod_lib_${library}/${library}.lib.lua`].find((path) =>
    tree.has(path),
  )
  return shared === undefined
    ? undefined
    : [`${prefixed(at.name)}/${library}.lib.lua`, tree.get(shared) ?? shared]
}

/** `mod_X.lua` and `mod_X/mod_X.lua`. */
function nameInFlatTree(path: string): string | undefined {
  const parts = path.split('/')
  const name = mainName(parts.at(-1) ?? '')
  return parts.length === 1 || (parts.length === 2 && parts[0] === prefixed(name ?? '')) ? name : undefined
}

function selectFlat({files, folders}: Tree, name: string): Selection | undefined {
  const folder = folders.get(prefixed(name)) ?? []
  const own = name === '*' ? [...files.keys()] : [mainFile(name), ...folder]
  const isThere =
    name === '*' ||
    files.has(mainFile(name)) ||
    folder.some((path) => isMainOf(path, name) || isLibraryOf(path, name))
  const selection = chosen(own.filter(isShipped), files)
  if (isThere && selection.size > 0) return selection
  // What modules of other sources load from the tree.
  const library = chosen([`${name}.lib.lua`], files)
  return library.size === 0 ? undefined : library
}

function chosen(paths: readonly string[], files: Tree['files']): Map<string, string> {
  const selection = new Map<string, string>()
  for (const path of paths) {
    const real = files.get(path)
    if (real !== undefined) selection.set(path, real)
  }
  return selection
}

function selectFolder(tree: Tree, name: string): Selection | undefined {
  const own = tree.folders.get(prefixed(name)) ?? []
  if (own.some((path) => isMainOf(path, name))) return placed(within(tree, prefixed(name)), name)
  const folder = folderOf(tree, name)
  if (folder === undefined)
    return own.some((path) => isLibraryOf(path, name))
      ? placed(within(tree, prefixed(name)), name)
      : undefined
  if (folder === '') return selectRoot(tree, name)
  const files = within(tree, folder)
  for (const path of files.keys()) {
    // Other modules of a shared folder (jitsi-contrib keeps several in one) are modules of their own.
    const other = path.includes('/') ? undefined : mainName(path)
    if (other !== undefined && other !== name) files.delete(path)
  }
  return placed(files, name)
}

/**
 * A module that lies at the top by itself. When it is the only one, what lies beside it is its own, but for
 * pictures and licences at the top, which belong to the repository; otherwise libraries come by closure.
 */
function selectRoot({files, names}: Tree, name: string): Selection {
  const main = mainFile(name)
  if (names.size !== 1) return placed(chosen([main], files), name)
  const beside = [...files].filter(
    ([path]) => path === main || !/^(?:[^/]+\.(?:png|jpe?g|gif|svg)|LICENSE[^/]*|COPYING[^/]*)$/i.test(path),
  )
  return placed(new Map(beside), name)
}

/** The folder that holds mod_<name>.lua: the one of that name before any other; '' for the root. */
function folderOf({files, mains}: Tree, name: string): string | undefined {
  const main = mainFile(name)
  const folders = mains.get(main) ?? []
  if (folders.includes(name)) return name
  return folders[0] ?? (files.has(main) ? '' : undefined)
}

function within({files, folders}: Tree, folder: string): Map<string, string> {
  return new Map(
    (folders.get(folder) ?? []).map((path) => [path.slice(folder.length + 1), files.get(path) ?? path]),
  )
}

function placed(files: ReadonlyMap<string, string>, name: string): Selection {
  return new Map(
    [...files].filter(([path]) => isShipped(path)).map(([path, real]) => [`${prefixed(name)}/${path}`, real]),
  )
}

/** Tells whether a file goes into an image: patches, documentation and hidden files stay out. */
export function isShipped(path: string): boolean {
  const parts = path.split('/')
  const file = parts.at(-1) ?? ''
  return !(
    parts.some((part) => part.startsWith('.')) ||
    parts[0] === 'docs' ||
    /^readme/i.test(file) ||
    /\.(?:md|markdown|patch)$/i.test(file)
  )
}
