import {mainFile, prefixed} from '../../module-name.ts'
import type {Sha256} from '../../digest.ts'
import {moduleInFolders} from './folders.ts'
import {flatTrees, moduleInTree, type Main, type Requires} from './flat.ts'
import {
  filesOf,
  isOneOf,
  type Differing,
  type FolderFiles,
  type KnownSource,
  type ModuleMatch,
  type ModuleState,
  type TreeMatch,
} from './types.ts'
import {isShipped} from '../layout.ts'
import {mainName} from '../release-tree.ts'

/**
 * A main file, and what explains it best; no match where no release has a module of its name. Of a folder of libraries
 * alone, which is a module where a release has it so, its first library.
 */
export interface FoundModule {
  readonly path: string
  readonly name: string
  readonly match: ModuleMatch | undefined
}

/** What the files of a folder were recognised as: trees, modules, and what is left over. */
export interface Identified {
  readonly trees: readonly TreeMatch[]
  /** By path. */
  readonly modules: readonly FoundModule[]
  /** Files whose place some release has, with other bytes; by path. */
  readonly modified: readonly string[]
  /** Files that a release has, but not where they lie here, or that of another source; by path. */
  readonly stray: readonly string[]
  /** Files that no release has, by path; documentation, patches and hidden files left out. */
  readonly unknown: readonly string[]
  /** How many files are documentation, patches or hidden: none of them goes into an image. */
  readonly ignored: number
}

/** What files are compared with: the releases of sources, what their modules require, and who publishes a name. */
export interface Known {
  readonly sources: readonly KnownSource[]
  readonly requires: Requires
  /** Sources that publish a module of a name, with digests or without. */
  readonly publishers: (name: string) => readonly string[]
}

/**
 * Finds which modules of which releases lie in a folder, by digests alone. A module is of the source that has all of
 * its files, else of the one that has most; of equally good ones, of the flat tree that it lies in, then of the
 * first. Where nobody has any of its files, it is of its only publisher, and of none where several publish its name.
 */
export function identifyFiles(files: FolderFiles, {sources, requires, publishers}: Known): Identified {
  const mains = mainsIn(files)
  const flat = sources
    .filter(({layout}) => layout === 'flat')
    .map((source) => ({source, requires, trees: byFolder(flatTrees(source, mains, files))}))
  const folders = sources.filter(({layout}) => layout === 'folders')
  const found = flat.flatMap(({trees}) => [...trees.values()])
  const treeOf = treesBy(flat)
  const ofMains = mains.map((main) => {
    const candidates = [
      ...flat.map((at) => moduleInTree(main, at, files)),
      ...folders.map((source) => moduleInFolders(main, source, files)),
    ].filter((one) => one !== undefined)
    return {...main, match: best(candidates, {treeOf, isAlone: publishers(main.name).length < 2})}
  })
  const modules = [...withoutParts(ofMains), ...libraryModules(files, mains, folders)].sort(byPath)
  // A single file that happens to have a tree's path is no tree.
  const counts = new Map<TreeMatch, number>()
  for (const {match} of modules) {
    const tree = treeOf(match)
    if (tree !== undefined) counts.set(tree, (counts.get(tree) ?? 0) + 1)
  }
  const trees = found.filter((tree) => tree.complete || (counts.get(tree) ?? 0) > 1)
  return {trees, modules, ...leftOver(files, {trees, modules}, contentsOf(sources))}
}

/** Sorted by path. */
function mainsIn(files: FolderFiles): Main[] {
  return [...files.keys()].sort().flatMap((path) => {
    const name = isShipped(path) ? mainName(path.slice(path.lastIndexOf('/') + 1)) : undefined
    return name === undefined ? [] : [{path, name}]
  })
}

/** A second main file in the folder of a module is a file of that one, where a release has it so. */
function withoutParts(modules: readonly FoundModule[]): FoundModule[] {
  const owners = new Map<string, Set<string>>()
  for (const {path, name, match} of modules) {
    const folder = folderOf(path, name)
    for (const file of match?.files.keys() ?? []) {
      if (match === undefined || folder === undefined || file === path || !file.startsWith(folder)) continue
      owners.set(file, (owners.get(file) ?? new Set()).add(match.source))
    }
  }
  return modules.filter(({path, match}) => {
    const sources = owners.get(path)
    const isSeen = match !== undefined && match.files.size > 0
    return sources === undefined || (isSeen && !sources.has(match.source))
  })
}

/** Folders `mod_X` of libraries alone that a release has so; where none has, they are no module. */
function libraryModules(
  files: FolderFiles,
  mains: readonly Main[],
  sources: readonly KnownSource[],
): FoundModule[] {
  const found = new Map<string, FoundModule>()
  for (const {folder, ...library} of librariesIn(files, mains)) {
    const candidates = sources.flatMap((source) => moduleInFolders(library, source, files) ?? [])
    const match = best(candidates, {treeOf: () => undefined, isAlone: false})
    if (match !== undefined && !found.has(folder)) found.set(folder, {...library, match})
  }
  return [...found.values()]
}

/** Libraries right in a folder `mod_X`, or in its `X`, that has no main file; sorted by path. */
function librariesIn(files: FolderFiles, mains: readonly Main[]): (Main & {readonly folder: string})[] {
  const withMain = new Set(mains.map(({path, name}) => folderOf(path, name)))
  return [...files.keys()].sort().flatMap((path) => {
    const [, folder = '', bare = '', inner] =
      /^((?:.*\/)?mod_([^/]+)\/)(?:([^/]+)\/)?[^/]+\.lib\.lua$/.exec(path) ?? []
    const name = mainName(mainFile(bare))
    const isOwn = name !== undefined && (inner === undefined || inner === name)
    return isOwn && isShipped(path) && !withMain.has(folder) ? [{path, name, folder}] : []
  })
}

/** The folder of its name that a main file lies in, with a slash at its end. */
function folderOf(path: string, name: string): string | undefined {
  const ends = [mainFile(name), `${name}/${mainFile(name)}`].map((end) => `${prefixed(name)}/${end}`)
  const end = ends.find((one) => path === one || path.endsWith(`/${one}`))
  return end && path.slice(0, path.length - end.length + prefixed(name).length + 1)
}

function byPath(a: FoundModule, b: FoundModule): number {
  return a.path < b.path ? -1 : 1
}

const order = ['exact', 'incomplete', 'mixed', 'modified'] as const satisfies readonly ModuleState[]

function best(
  candidates: readonly ModuleMatch[],
  {treeOf, isAlone}: {readonly treeOf: TreeOf; readonly isAlone: boolean},
): ModuleMatch | undefined {
  // A tree that holds more than this module speaks for it.
  const isSurrounded = (one: ModuleMatch): boolean => (treeOf(one)?.files.size ?? 0) > one.files.size
  const ranked = candidates.map((match) => ({match, rank: rankOf(match, isSurrounded(match))}))
  const [chosen] = ranked.sort((a, b) => compareRanks(a.rank, b.rank)).map(({match}) => match)
  if (chosen === undefined || isAlone || isSurrounded(chosen)) return chosen
  const isSeen = chosen.files.size > 0 || chosen.differing.some(({state}) => state === 'other-release')
  return isSeen ? chosen : undefined
}

/** Less is better, the first number first. */
function rankOf({state, files, differing}: ModuleMatch, isSurrounded: boolean): readonly number[] {
  const modified = differing.filter((one) => one.state === 'modified').length
  return [
    state === 'exact' ? 0 : 1,
    state === 'exact' ? 0 : -files.size,
    isSurrounded ? 0 : 1,
    modified,
    order.indexOf(state),
  ]
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** The tree that a module is a part of. */
type TreeOf = (match: ModuleMatch | undefined) => TreeMatch | undefined

function treesBy(
  flat: readonly {readonly source: KnownSource; readonly trees: ReadonlyMap<string, TreeMatch>}[],
): TreeOf {
  const bySource = new Map(flat.map(({source, trees}) => [source.id, trees]))
  return (match) => (match?.tree === undefined ? undefined : bySource.get(match.source)?.get(match.tree))
}

function byFolder(trees: readonly TreeMatch[]): ReadonlyMap<string, TreeMatch> {
  return new Map(trees.map((tree) => [tree.folder, tree]))
}

/** Every file that neither a tree nor a module accounts for. */
function leftOver(
  files: FolderFiles,
  {trees, modules}: Pick<Identified, 'trees' | 'modules'>,
  digests: ReadonlySet<Sha256>,
): Pick<Identified, 'modified' | 'stray' | 'unknown' | 'ignored'> {
  const matches = [...trees, ...modules.flatMap(({match}) => match ?? [])]
  const known = new Set(matches.flatMap((one) => [...one.files.keys()]))
  const differing = matches.flatMap((one): readonly Differing[] => one.differing)
  const accounted = new Set(differing.filter(({state}) => state !== 'missing').map(({path}) => path))
  const left = [...files.keys()].filter((path) => !known.has(path) && !accounted.has(path)).sort()
  const shipped = left.filter((path) => isShipped(path))
  const isKnown = (path: string): boolean => isOneOf(digests, files.get(path))
  const changed = differing.filter(({state}) => state === 'modified').map(({path}) => path)
  const modified = [...new Set(changed)].filter((path) => !known.has(path)).sort()
  return {
    modified: modified.filter((path) => !isKnown(path)),
    stray: [...shipped, ...modified].filter((path) => isKnown(path)).sort(),
    unknown: shipped.filter((path) => !isKnown(path)),
    ignored: left.length - shipped.length,
  }
}

function contentsOf(sources: readonly KnownSource[]): Set<Sha256> {
  const digests = new Set<Sha256>()
  for (const source of sources) for (const {sha256} of filesOf(source)) digests.add(sha256)
  return digests
}
