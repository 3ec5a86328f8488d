import {isPrefixed} from '../module-name.ts'
import {neverTaken} from '../sources/private-files.ts'
import type {ReleaseContents} from '../sources/types.ts'
import type {SourceLayout} from '../registry/types.ts'
import {asides, inFolder, modulesIn, nameOfMain, placeOf} from './place.ts'
import {mainName, treeOf} from './release-tree.ts'

/** A module that lies deeper in a release than its modules are looked for. */
export interface DeeperModule {
  readonly name: string
  /** The folder that would have to be named for it to be found. */
  readonly folder: string
  /** Whether it lies where tests and examples do. */
  readonly isAside: boolean
}

/**
 * Lists the modules of a release that lie deeper than they are looked for, sorted by path. A second copy of one that is
 * found is none, and neither is what lies in the folder of one: that is a file of it.
 */
export function deeperModules(contents: ReleaseContents, layout: SourceLayout): DeeperModule[] {
  const found = new Set(modulesIn(contents, layout))
  const own = [...found].flatMap((name) => placeOf(contents, layout, name)?.own ?? [])
  const isTaken = (path: string): boolean => own.some((folder) => path.startsWith(inFolder(folder, '')))
  return [...treeOf(contents).files.keys()].sort().flatMap((path) => {
    const deeper = neverTaken(path) === undefined ? deeperAt(path) : undefined
    return deeper === undefined || found.has(deeper.name) || isTaken(path) ? [] : [deeper]
  })
}

function deeperAt(path: string): DeeperModule | undefined {
  const parts = path.split('/')
  const name = mainName(parts.at(-1) ?? '')
  if (name === undefined || parts.length === 1) return undefined
  const at = parts.findIndex(isPrefixed)
  const isFound = at > 0 && nameOfMain(parts.slice(at).join('/'), 'folders') === name
  const above = parts.slice(0, isFound ? at : -1)
  return {name, folder: above.join('/'), isAside: above.some((part) => asides.includes(part))}
}
