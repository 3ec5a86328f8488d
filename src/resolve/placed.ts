import {mainFile, prefixed} from '../module-name.ts'
import type {SourceLayout} from '../registry/types.ts'
import type {ReleaseContents} from '../sources/types.ts'
import {selectModule} from './layout.ts'
import {mainName} from './release-tree.ts'
import {posix} from 'node:path'

interface Place {
  readonly layout: SourceLayout
  /** Module name, or `*`. */
  readonly name: string
  /** Below the source's folder in the context. */
  readonly path: string
}

/**
 * Tells whether a file of a release can stand at a place in the context: where the module's selection has it, in the
 * module's own folder, or as a library of the release that it shares. What is taken of a module may have been more
 * once.
 */
export function mayLieAt(contents: ReleaseContents, place: Place, from: string): boolean {
  const {layout, name, path} = place
  if (selectModule(contents, layout, name)?.get(path) === from) return true
  if (layout === 'flat') return path === from && (name === '*' || isNoOther(path, name))
  const inner = path.startsWith(`${prefixed(name)}/`) ? path.slice(`${prefixed(name)}/`.length) : undefined
  if (inner === undefined || !isNoOther(inner, name)) return false
  return (
    isShared(from, inner) || ownFolders(contents, name).some((folder) => posix.join(folder, inner) === from)
  )
}

function isNoOther(path: string, name: string): boolean {
  const main = mainName(posix.basename(path))
  return main === undefined || main === name
}

/** Libraries at the root of a release, or in a folder of their own. */
function isShared(from: string, inner: string): boolean {
  const library = /^(.+)\.lib\.lua$/.exec(inner)?.[1]
  return library !== undefined && [inner, `mod_lib_${library}/${inner}`].includes(from)
}

/** Folders of a release that have the module's main file right inside; '' for its root. */
function ownFolders({files}: ReleaseContents, name: string): string[] {
  const main = mainFile(name)
  const folders = [...files.keys()]
    .filter((path) => posix.basename(path) === main)
    .map((path) => posix.dirname(path))
  return [prefixed(name), ...folders.map((folder) => (folder === '.' ? '' : folder))]
}
