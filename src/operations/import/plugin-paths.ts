import {below} from '../../recipe/follow/paths.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Thing} from '../../recipe/follow/thing.ts'

/** Folders that Prosody is to search besides those of the project. */
export interface KeptPaths {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/**
 * Chooses what of plugin_paths is still needed: folders with modules of the build context or of what was not taken, and volumes.
 * What only held modules that the project has now goes.
 */
export function keptPaths(
  pluginPaths: readonly string[] | undefined,
  {placed, image}: Followed,
  isTaken: (thing: Thing) => boolean,
): KeptPaths {
  const before: string[] = []
  const after: string[] = []
  let isBehind = false
  for (const written of pluginPaths ?? []) {
    const path = written.length > 1 ? written.replace(/\/+$/, '') : written
    const there = placed.filter(({at}) => below(path, at) !== undefined || below(at, path) !== undefined)
    const isOurs = there.some(({piece}) => isTaken(piece.thing))
    const isOthers = there.some(
      ({at, piece}) => !isTaken(piece.thing) && (piece.thing.kind !== 'context' || at !== '/'),
    )
    const isVolume = image.volumes.some((volume) => below(volume, path) !== undefined)
    if (isOurs && !isOthers && !isVolume) {
      isBehind = true
      continue
    }
    if (isOthers || isVolume) (isBehind ? after : before).push(path)
  }
  return {before, after}
}
