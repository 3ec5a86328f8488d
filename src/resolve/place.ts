import {mainFile, prefixed} from '../module-name.ts'
import type {SourceLayout} from '../registry/types.ts'
import {neverTaken} from '../sources/private-files.ts'
import type {ReleaseContents} from '../sources/types.ts'
import {treeOf} from './release-tree.ts'
import {mainName} from './release-tree.ts'

/** A place that a module has in a release whose files no registry vouches for. */
export interface ModulePlace {
  /** The folder that is the module's own, as a whole; '' where the release itself is. */
  readonly own: string | undefined
  /** The folder in which its main file lies beside what may be anything; '' for the top. */
  readonly loose: string | undefined
  /** What stands before its paths below the source's folder: `mod_x/`, and nothing in a flat tree. */
  readonly prefix: string
}

/** Folders of modules that are there to test others, or to show something. */
export const asides: readonly string[] = ['spec', 'test', 'tests', 'example', 'examples', 'docs', 'doc']

/** Lists the names of all modules whose main file a release has, sorted. */
export function modulesIn(contents: ReleaseContents, layout: SourceLayout): string[] {
  const names = new Set<string>()
  for (const path of treeOf(contents).files.keys()) {
    const name = neverTaken(path) === undefined ? nameOfMain(path, layout) : undefined
    if (name !== undefined) names.add(name)
  }
  return [...names].sort()
}

/** Returns the name of the module whose main file a path is, lying where it is looked for; undefined for any other path. */
export function nameOfMain(path: string, layout: SourceLayout): string | undefined {
  const parts = path.split('/')
  const name = mainName(parts.at(-1) ?? '')
  if (name === undefined) return undefined
  const [first = '', second] = parts
  const isOwn = first === prefixed(name) && (parts.length === 2 || (parts.length === 3 && second === name))
  if (parts.length === 1 || isOwn) return name
  return layout === 'folders' && parts.length === 2 && !asides.includes(first) ? name : undefined
}

/** Finds where a module lies in a release; undefined where the release has neither main file nor folder of it. */
export function placeOf(
  contents: ReleaseContents,
  layout: SourceLayout,
  name: string,
): ModulePlace | undefined {
  const {files, folders} = treeOf(contents)
  if (layout === 'flat') {
    const own = folders.has(prefixed(name)) ? prefixed(name) : undefined
    const loose = files.has(mainFile(name)) ? '' : undefined
    return own === undefined && loose === undefined ? undefined : {own, loose, prefix: ''}
  }
  const own = ownFolder(contents, name)
  const hasMain = own !== undefined && hasOwnMain(contents, own, name)
  const loose = hasMain ? undefined : looseFolder(contents, name)
  return own === undefined && loose === undefined ? undefined : {own, loose, prefix: `${prefixed(name)}/`}
}

/** Only a folder that is called as the module's is meant to be one as a whole. */
function ownFolder(contents: ReleaseContents, name: string): string | undefined {
  const folder = prefixed(name)
  if (contents.rootName === folder && hasOwnMain(contents, '', name)) return ''
  return treeOf(contents).folders.has(folder) ? folder : undefined
}

function hasOwnMain(contents: ReleaseContents, folder: string, name: string): boolean {
  const {files} = treeOf(contents)
  return [mainFile(name), `${name}/${mainFile(name)}`].some((path) => files.has(inFolder(folder, path)))
}

/** A folder of the module's short name before the top, and that before any other. */
function looseFolder(contents: ReleaseContents, name: string): string | undefined {
  const {files, mains} = treeOf(contents)
  const main = mainFile(name)
  const folders = mains.get(main) ?? []
  if (folders.includes(name)) return name
  if (files.has(main)) return ''
  return folders.find((folder) => !asides.includes(folder)) ?? folders[0]
}

/** Writes a path in a folder, '' being the top. */
export function inFolder(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
