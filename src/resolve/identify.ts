import {moduleInFolders} from './identify-folders.ts'
import {flatTrees, moduleInTree, type Main, type Requires} from './identify-flat.ts'
import type {
  Differing,
  FolderFiles,
  KnownSource,
  ModuleMatch,
  ModuleState,
  TreeMatch,
} from './identify-types.ts'
import {isShipped, mainName} from './layout.ts'

/** A main file, and what explains it best; no match where no release has a module of its name. */
export interface FoundModule {
  readonly path: string
  readonly name: string
  readonly match: ModuleMatch | undefined
}

export interface Identified {
  readonly trees: readonly TreeMatch[]
  /** By path. */
  readonly modules: readonly FoundModule[]
  /** Files whose place some release has, with other bytes; by path. */
  readonly modified: readonly string[]
  /** Files that a release has, but not where they lie here; by path. */
  readonly stray: readonly string[]
  /** Files that no release has, by path; documentation, patches and hidden files left out. */
  readonly unknown: readonly string[]
  /** How many files are documentation, patches or hidden: none of them goes into an image. */
  readonly ignored: number
}

/**
 * Which modules of which releases lie in a folder, by digests alone. Of several explanations the better one is
 * taken, of equally good ones the flat tree that the module lies in, then the first source.
 */
export function identifyFiles(
  files: FolderFiles,
  {sources, requires}: {readonly sources: readonly KnownSource[]; readonly requires: Requires},
): Identified {
  const mains = mainsIn(files)
  const flat = sources
    .filter(({layout}) => layout === 'flat')
    .map((source) => ({source, requires, trees: flatTrees(source, mains, files)}))
  const folders = sources.filter(({layout}) => layout === 'folders')
  const modules = mains.map((main) => ({
    ...main,
    match: best(
      [
        ...flat.map((at) => moduleInTree(main, at, files)),
        ...folders.map((source) => moduleInFolders(main, source, files)),
      ],
      flat.flatMap(({trees}) => trees),
    ),
  }))
  const found = flat.flatMap(({trees}) => trees)
  // A single file that happens to have a tree's path is no tree.
  const trees = found.filter(
    (tree) => tree.complete || modules.filter(({match}) => isOf(match, tree)).length > 1,
  )
  return {trees, modules, ...leftOver(files, {trees, modules}, digestsOf(sources))}
}

/** Sorted by path. */
function mainsIn(files: FolderFiles): Main[] {
  return [...files.keys()].sort().flatMap((path) => {
    const name = isShipped(path) ? mainName(path.slice(path.lastIndexOf('/') + 1)) : undefined
    return name === undefined ? [] : [{path, name}]
  })
}

const order = ['exact', 'incomplete', 'mixed', 'modified'] as const satisfies readonly ModuleState[]

function best(
  candidates: readonly (ModuleMatch | undefined)[],
  trees: readonly TreeMatch[],
): ModuleMatch | undefined {
  const given = candidates.filter((one) => one !== undefined)
  // A tree that holds more than this module speaks for it.
  const surrounded = (one: ModuleMatch): number =>
    trees.some((tree) => isOf(one, tree) && tree.files.size > one.files.size) ? 0 : 1
  return given.sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || surrounded(a) - surrounded(b),
  )[0]
}

function isOf(match: ModuleMatch | undefined, tree: TreeMatch): boolean {
  return match?.source === tree.source && match.tree === tree.folder
}

/** Every file that neither a tree nor a module accounts for. */
function leftOver(
  files: FolderFiles,
  {trees, modules}: Pick<Identified, 'trees' | 'modules'>,
  digests: ReadonlySet<string>,
): Pick<Identified, 'modified' | 'stray' | 'unknown' | 'ignored'> {
  const matches = [...trees, ...modules.flatMap(({match}) => match ?? [])]
  const known = new Set(matches.flatMap((one) => [...one.files.keys()]))
  const differing = matches.flatMap((one): readonly Differing[] => one.differing)
  const accounted = new Set(differing.filter(({state}) => state !== 'missing').map(({path}) => path))
  const left = [...files.keys()].filter((path) => !known.has(path) && !accounted.has(path)).sort()
  const modified = differing.filter(({path, state}) => state === 'modified' && !known.has(path))
  const shipped = left.filter((path) => isShipped(path))
  const isKnown = (path: string): boolean => digests.has(files.get(path) ?? '')
  return {
    modified: [...new Set(modified.map(({path}) => path))].sort(),
    stray: shipped.filter((path) => isKnown(path)),
    unknown: shipped.filter((path) => !isKnown(path)),
    ignored: left.length - shipped.length,
  }
}

function digestsOf(sources: readonly KnownSource[]): Set<string> {
  const digests = new Set<string>()
  for (const {releases} of sources)
    for (const {contents} of releases) for (const {sha256} of contents.files.values()) digests.add(sha256)
  return digests
}
