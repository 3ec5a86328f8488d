import {splitKey, entriesIn} from '../module-key.ts'
import {modulesPathOf} from '../project/manifest.ts'
import type {ConfigInput} from './config.ts'
import {imageFolder} from './container/paths.ts'
import type {GeneratedFrom} from './generated-file.ts'

/** An image that is written here has a module of its own. */
function imageFolders({image}: GeneratedFrom['manifest']): string[] {
  return image?.profile === undefined ? [] : [imageFolder]
}

/** Returns what the configuration that belongs to a lock says. */
export function configInput({lock, manifest, modulesPath}: GeneratedFrom): ConfigInput {
  const layouts = new Map(entriesIn(lock.modules).map(([key, module]) => [splitKey(key)[0], module.layout]))
  return {
    modulesPath: modulesPath ?? modulesPathOf(manifest),
    sources: [...layouts].map(([id, layout]) => ({id, layout})),
    before: manifest.pluginPaths?.before ?? [],
    after: [...(manifest.pluginPaths?.after ?? []), ...imageFolders(manifest)],
    order: lock.pluginPaths,
  }
}
