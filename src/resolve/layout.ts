import type {SourceLayout} from '../registry/types.ts'
import type {ReleaseContents} from '../sources/types.ts'

/** Path below the source's folder in the context → path in the release. */
export type Selection = ReadonlyMap<string, string>

/** What a release holds as Prosody would see it: links expanded. Seen path → path of the real file. */
type Tree = ReadonlyMap<string, string>

const trees = new WeakMap<ReleaseContents, Tree>()

function treeOf(contents: ReleaseContents): Tree {
  const known = trees.get(contents)
  if (known !== undefined) return known
  const tree = new Map([...contents.files.keys()].map((path) => [path, path]))
  for (const [link, target] of contents.links) {
    if (contents.files.has(target)) tree.set(link, target)
    for (const path of contents.files.keys()) {
      if (path.startsWith(`${target}/`)) tree.set(link + path.slice(target.length), path)
    }
  }
  trees.set(contents, tree)
  return tree
}

/** Names of all modules in a release, sorted. */
export function moduleNames(contents: ReleaseContents, layout: SourceLayout): string[] {
  const names = new Set<string>()
  for (const path of treeOf(contents).keys()) {
    const name = layout === 'flat' ? nameInFlatTree(path) : nameInFolders(path)
    if (name !== undefined) names.add(name)
  }
  return [...names].sort()
}

/** The files of one module, or with `*` of a whole flat tree; undefined when the release lacks it. */
export function selectModule(
  contents: ReleaseContents,
  layout: SourceLayout,
  name: string,
): Selection | undefined {
  const tree = treeOf(contents)
  return layout === 'flat' ? selectFlat(tree, name) : selectFolder(tree, name)
}

/** The README in a module's own folder; undefined where there is none. */
export function readmeOf({files}: ReleaseContents, layout: SourceLayout, name: string): string | undefined {
  if (layout === 'flat') return undefined
  const folders = [`mod_${name}/`, `${name}/`]
  return [...files.keys()].find((path) =>
    folders.some(
      (folder) => path.startsWith(folder) && /^readme\.(?:md|markdown)$/i.test(path.slice(folder.length)),
    ),
  )
}

/** Patches that come with a whole flat tree, sorted: they are for Prosody's own files, and nothing can load them. */
export function patchesOf({files}: ReleaseContents, layout: SourceLayout, name: string): string[] {
  if (layout !== 'flat' || name !== '*') return []
  return [...files.keys()].filter((path) => /\.patch$/i.test(path)).sort()
}

/**
 * The file that `module:require "<library>"` in a module's file means, when the release has it and the
 * selection does not: what to add, under the path where Prosody's loader finds it for this module alone.
 * The search order is that of util/pluginloader.lua and `module:require`.
 */
export function selectLibrary(
  contents: ReleaseContents,
  at: {readonly layout: SourceLayout; readonly name: string; readonly selection: Selection},
  library: string,
): readonly [contextPath: string, releasePath: string] | undefined {
  const tree = treeOf(contents)
  if (at.layout === 'flat') {
    const found = libraryPaths(at.name, library).find((path) => tree.has(path))
    return found === undefined || at.selection.has(found) ? undefined : [found, tree.get(found) ?? found]
  }
  const own = libraryPaths(at.name, library).filter((path) => path.startsWith(`mod_${at.name}/`))
  if (own.some((path) => at.selection.has(path))) return undefined
  // Upstream keeps shared libraries at the root or as mod_lib_<name>/<name>.lib.lua; a copy inside the
  // module's folder is found first, and no other module's version of it can get in between.
  const shared = [`${library}.lib.lua`, `mod_lib_${library}/${library}.lib.lua`].find((path) =>
    tree.has(path),
  )
  return shared === undefined ? undefined : [`mod_${at.name}/${library}.lib.lua`, tree.get(shared) ?? shared]
}

/** Where a module's `module:require "<library>"` looks first, below a plugin path. */
export function libraryPaths(name: string, library: string): string[] {
  return [`${library}.lib.lua`, `${library}.lua`].flatMap((file) => [
    `mod_${name}/${name}/${file}`,
    `mod_${name}/${file}`,
    `${name}/${file}`,
    file,
  ])
}

/** `mod_X/…`, `F/mod_X.lua` and `mod_X.lua`. */
function nameInFolders(path: string): string | undefined {
  const parts = path.split('/')
  const [first = ''] = parts
  if (parts.length > 1 && first.startsWith('mod_')) return mainName(`${first}.lua`)
  return parts.length <= 2 ? mainName(parts.at(-1) ?? '') : undefined
}

/** `mod_X.lua` and `mod_X/mod_X.lua`. */
function nameInFlatTree(path: string): string | undefined {
  const parts = path.split('/')
  const name = mainName(parts.at(-1) ?? '')
  return parts.length === 1 || (parts.length === 2 && parts[0] === `mod_${name ?? ''}`) ? name : undefined
}

/** The module that a path in a flat tree, or below a source's folder in a context, belongs to. */
export function moduleOfPath(path: string): string | undefined {
  return /^mod_([^/.]+)(?:\/.|\.lua$)/.exec(path)?.[1]
}

/** The module whose main file has this name. */
export function mainName(file: string): string | undefined {
  return /^mod_([a-z0-9][a-z0-9_-]*)\.lua$/.exec(file)?.[1]
}

function selectFlat(tree: Tree, name: string): Selection | undefined {
  const wanted = (path: string): boolean =>
    name === '*' || path === `mod_${name}.lua` || path.startsWith(`mod_${name}/`)
  const selection = new Map([...tree].filter(([path]) => wanted(path) && isShipped(path)))
  if (selection.size > 0) return selection
  // What modules of other sources load from the tree.
  const library = `${name}.lib.lua`
  const real = tree.get(library)
  return real === undefined ? undefined : new Map([[library, real]])
}

function selectFolder(tree: Tree, name: string): Selection | undefined {
  const own = within(tree, `mod_${name}/`)
  if (own.size > 0) return placed(own, name)
  const folder = folderOf(tree, name)
  if (folder === undefined) return undefined
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
function selectRoot(tree: Tree, name: string): Selection {
  const names = new Set(
    [...tree.keys()].map((path) => nameInFolders(path)).filter((found) => found !== undefined),
  )
  const files = [...tree].filter(
    ([path]) =>
      path === `mod_${name}.lua` ||
      (names.size === 1 && !/^(?:[^/]+\.(?:png|jpe?g|gif|svg)|LICENSE[^/]*|COPYING[^/]*)$/i.test(path)),
  )
  return placed(new Map(files), name)
}

/** The folder, with a slash, that holds mod_<name>.lua: the one of that name before any other; '' for the root. */
function folderOf(tree: Tree, name: string): string | undefined {
  const main = `mod_${name}.lua`
  if (tree.has(`${name}/${main}`)) return `${name}/`
  for (const path of tree.keys()) {
    const parts = path.split('/')
    if (parts.length === 2 && parts[1] === main) return `${parts[0] ?? ''}/`
  }
  return tree.has(main) ? '' : undefined
}

function within(tree: Tree, folder: string): Map<string, string> {
  return new Map(
    [...tree]
      .filter(([path]) => path.startsWith(folder))
      .map(([path, real]) => [path.slice(folder.length), real]),
  )
}

function placed(files: ReadonlyMap<string, string>, name: string): Selection {
  return new Map(
    [...files].filter(([path]) => isShipped(path)).map(([path, real]) => [`mod_${name}/${path}`, real]),
  )
}

/** Patches, documentation and hidden files stay out of an image. */
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
