import {posix} from 'node:path'
import {
  contentsOf,
  layoutConflicts,
  type LayoutConflict,
  type PluginFolder,
  type PluginLayout,
  type Wanted,
} from './layout-proof.ts'
import type {LoaderTarget} from './load-metadata.ts'
import {libraryPhases, loadPhases, modulePhases, type Load} from './loader.ts'
import {filesOf} from './plugin-files.ts'
import {resolveRelative} from './plugin-paths.ts'

/** An order of plugin_paths, and what it can't help. */
export interface ChosenOrder {
  /** The layout's `folders`, in the order that plugin_paths is to have. */
  readonly folders: readonly PluginFolder[]
  /** What does not resolve as meant in that order; empty exactly when there is an order in which all does. */
  readonly conflicts: readonly LayoutConflict[]
}

/** A folder in which something wrong is found has to wait until one that has the right thing stands before it. */
interface Condition {
  readonly waits: PluginFolder
  readonly anyOf: ReadonlySet<PluginFolder>
}

/**
 * Finds the order of plugin_paths that makes everything resolve as meant. It is the given one, but that a folder which
 * hides something stands behind what it hides: each place goes to the first folder, as given, that may take it. So a
 * flat tree that is given last moves forward only past what has to stand behind it.
 *
 * The first phase in which any folder has something decides on a thing that is wanted, and in it the first folder. That
 * gives conditions of one kind, and as a folder that was placed never makes another one wait, taking whichever may
 * stand next finds an order where there is one. What no order can help is left as a conflict.
 */
export function orderFolders(
  layout: PluginLayout,
  wanted: readonly Wanted[],
  target: LoaderTarget,
): ChosenOrder {
  const load = loaderOf(layout, target)
  const contents = contentsOf(layout)
  const conditions = wanted.flatMap((one) => {
    const own = contents.get(posix.normalize(one.file))
    return conditionsOf(layout, phasesOf(one, target.lua), {
      load,
      isMeant: (found) => serves(found, one, own),
    })
  })
  const {folders, stuck} = ordered(layout.folders, conditions)
  const conflicts = layoutConflicts({...layout, folders}, wanted, target)
  return {folders, conflicts: conflicts.map((one) => (stuck ? withoutOrder(one) : one))}
}

type Names = readonly string[]

/** A search in one folder alone, and whether what it finds is what is wanted. */
interface Search {
  readonly load: (folder: PluginFolder, names: Names) => Load
  readonly isMeant: (load: Load) => boolean
}

function phasesOf(wanted: Wanted, lua: string): readonly Names[] {
  return wanted.kind === 'library'
    ? libraryPhases(wanted.module, wanted.library, lua)
    : modulePhases(wanted.module, lua)
}

function conditionsOf(
  {installer, folders, core}: PluginLayout,
  phases: readonly Names[],
  {load, isMeant}: Search,
): Condition[] {
  for (const names of phases) {
    const ends = (folder: PluginFolder): boolean => endsSearch(load(folder, names))
    if (installer !== undefined && ends(installer)) return []
    const found = folders.filter(ends)
    if (found.length === 0 && !ends(core)) continue
    const meant = new Set(found.filter((folder) => isMeant(load(folder, names))))
    if (meant.size === 0) return []
    return found.filter((folder) => !meant.has(folder)).map((waits) => ({waits, anyOf: meant}))
  }
  return []
}

/** A file that is skipped at the end of this folder's names is not at the end of all. */
function endsSearch(load: Load): boolean {
  return load.outcome === 'found' || (load.outcome === 'raised' && load.cause === 'folder')
}

function serves(load: Load, wanted: Wanted, own: Buffer | undefined): boolean {
  if (load.outcome !== 'found') return false
  const file = posix.normalize(wanted.file)
  if (wanted.kind === 'resource')
    return posix.normalize(resolveRelative(posix.dirname(load.path), wanted.resource)) === file
  if (posix.normalize(load.path) === file) return true
  return wanted.kind === 'library' && own !== undefined && own.length > 0 && load.contents.equals(own)
}

function loaderOf({installer, folders, core}: PluginLayout, target: LoaderTarget): Search['load'] {
  const all = [...(installer === undefined ? [] : [installer]), ...folders, core]
  const opens = new Map(
    all.map((folder) => {
      const files = [...folder.files].map(([name, bytes]) => [posix.join(folder.path, name), bytes] as const)
      const view = filesOf(new Map(files))
      return [folder, (path: string) => view.open(path)] as const
    }),
  )
  return (folder, names) =>
    loadPhases([names], opens.get(folder) ?? (() => 'ENOENT'), {folders: [`${folder.path}/`], target})
}

function ordered(
  given: readonly PluginFolder[],
  conditions: readonly Condition[],
): {readonly folders: readonly PluginFolder[]; readonly stuck: boolean} {
  const left = [...given]
  const folders: PluginFolder[] = []
  let stuck = false
  const isFree = (folder: PluginFolder): boolean =>
    conditions.every(({waits, anyOf}) => waits !== folder || folders.some((placed) => anyOf.has(placed)))
  while (left.length > 0) {
    const free = left.findIndex(isFree)
    if (free === -1) stuck = true
    folders.push(...left.splice(Math.max(free, 0), 1))
  }
  return {folders, stuck}
}

function withoutOrder(conflict: LayoutConflict): LayoutConflict {
  if (conflict.cause !== 'hidden') return conflict
  const {wanted, found = ''} = conflict
  const hint = `no order of plugin_paths gives every module what is meant for it: keep one of ${wanted.file} and ${found}, or rename one`
  return {...conflict, hint}
}
