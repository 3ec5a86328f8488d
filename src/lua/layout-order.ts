import {posix} from 'node:path'
import {
  layoutConflicts,
  type LayoutConflict,
  type PluginFolder,
  type PluginLayout,
  type Wanted,
} from './layout-proof.ts'
import type {LoaderTarget} from './load-metadata.ts'
import {libraryPhases, loadPhases, modulePhases, type Load} from './loader.ts'
import {filesOf} from './plugin-files.ts'

export interface ChosenOrder {
  /** `folders` of the layout in an order for plugin_paths. */
  readonly folders: readonly PluginFolder[]
  /** What does not resolve as meant in that order; empty exactly when there is an order in which all does. */
  readonly conflicts: readonly LayoutConflict[]
}

/**
 * The order of plugin_paths that makes everything resolve as meant. It is the given one, but that a folder which hides
 * what is wanted of others stands behind them: each place goes to the first folder, as given, that may take it. So a
 * flat tree that is given last is never moved forward but for what has to stand behind it.
 *
 * A search goes through folders first, so which folder may not stand before which is known for each thing that is
 * wanted by itself, and an order is looked for under these conditions. What no order can help (a file that its own
 * folder hides, an earlier name of a library anywhere, the installer's or the core's folder) is left as a conflict.
 */
export function orderFolders(
  layout: PluginLayout,
  wanted: readonly Wanted[],
  target: LoaderTarget,
): ChosenOrder {
  const behind = conditions(layout, wanted, target)
  const {folders, stuck} = ordered(layout.folders, behind)
  const conflicts = layoutConflicts({...layout, folders}, wanted, target)
  return {folders, conflicts: conflicts.map((one) => (stuck ? withoutOrder(one) : one))}
}

/** Folder → folders that have to come before it. */
type Conditions = ReadonlyMap<PluginFolder, ReadonlySet<PluginFolder>>

function conditions(layout: PluginLayout, wanted: readonly Wanted[], target: LoaderTarget): Conditions {
  const before = new Map(layout.folders.map((folder) => [folder, new Set<PluginFolder>()]))
  const load = loaderOf(layout.folders, target)
  for (const one of wanted) {
    const owner = ownerOf(one.file, layout.folders)
    // Resources lie with the module that opens them.
    if (owner === undefined || one.kind === 'resource') continue
    const phases =
      one.kind === 'module'
        ? modulePhases(one.module, target.lua)
        : libraryPhases(one.module, one.library, target.lua)
    // In the other phases no order matters: an earlier one comes first in any.
    const phase = phases.find((names) => isFound(load(owner, names), one.file))
    if (phase === undefined) continue
    for (const folder of layout.folders) {
      if (folder !== owner && inTheWay(load(folder, phase), load(owner, phase), one))
        before.get(folder)?.add(owner)
    }
  }
  return before
}

type FolderLoad = (folder: PluginFolder, names: readonly string[]) => Load

/** A search in one folder alone. */
function loaderOf(folders: readonly PluginFolder[], target: LoaderTarget): FolderLoad {
  const views = new Map(
    folders.map((folder) => [
      folder,
      filesOf(new Map([...folder.files].map(([name, bytes]) => [posix.join(folder.path, name), bytes]))),
    ]),
  )
  return (folder, names) =>
    loadPhases([names], (path) => views.get(folder)?.open(path) ?? 'ENOENT', {
      folders: [`${folder.path}/`],
      target,
    })
}

function ownerOf(file: string, folders: readonly PluginFolder[]): PluginFolder | undefined {
  const inside = folders.filter(({path}) => posix.normalize(file).startsWith(`${posix.normalize(path)}/`))
  return inside.sort((a, b) => b.path.length - a.path.length)[0]
}

function isFound(load: Load, file: string): boolean {
  return load.outcome === 'found' && posix.normalize(load.path) === posix.normalize(file)
}

function inTheWay(other: Load, own: Load, {kind}: Wanted): boolean {
  if (other.outcome === 'raised') return other.cause === 'folder'
  if (other.outcome !== 'found' || own.outcome !== 'found') return false
  return kind !== 'library' || !other.contents.equals(own.contents)
}

function ordered(
  given: readonly PluginFolder[],
  before: Conditions,
): {readonly folders: readonly PluginFolder[]; readonly stuck: boolean} {
  const left = [...given]
  const folders: PluginFolder[] = []
  let stuck = false
  while (left.length > 0) {
    const free = left.findIndex((folder) => left.every((other) => before.get(folder)?.has(other) !== true))
    if (free === -1) stuck = true
    folders.push(...left.splice(Math.max(free, 0), 1))
  }
  return {folders, stuck}
}

function withoutOrder(conflict: LayoutConflict): LayoutConflict {
  if (conflict.cause !== 'hidden') return conflict
  const hint = `no order of plugin_paths gives every module what is meant for it: keep ${conflict.wanted.file} or ${conflict.found ?? ''}, or rename one of them`
  return {...conflict, hint}
}
