import {bareName, moduleOfPath} from '../module-name.ts'
import {splitKey, type ModuleKey, entriesIn} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'

/** A module or library that has no entry of its own, since it lies in a tree that is locked as a whole. */
export interface TreePart {
  /** source/* */
  readonly key: ModuleKey
  readonly source: string
  readonly version: string
  /** The part's own files in the tree. */
  readonly paths: readonly string[]
}

/**
 * Finds what has no entry of its own in the trees of a lockfile; undefined where none has it.
 * @param text `[source/]name` of a module, or the name of a library
 */
export function treePart(text: string, {modules}: Lockfile): TreePart | undefined {
  const slash = text.indexOf('/')
  const name = bareName(text.slice(slash + 1))
  for (const [key, {version, files}] of entriesIn(modules)) {
    const [source, module] = splitKey(key)
    if (module !== '*' || (slash !== -1 && source !== text.slice(0, slash))) continue
    const paths = Object.keys(files).filter(
      (path) => moduleOfPath(path) === name || path === `${name}.lib.lua`,
    )
    if (paths.length > 0) return {key, source, version, paths}
  }
  return undefined
}
