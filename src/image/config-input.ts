import {splitKey, entriesIn} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {modulesPathOf, type Manifest} from '../project/manifest.ts'
import {renderConfig, type ConfigInput} from './config.ts'

/** What the configuration of a context is made from. */
export interface ConfigSubject {
  readonly lock: Lockfile
  readonly manifest: Manifest
  /** In place of the manifest's. */
  readonly modulesPath?: string | undefined
}

/** The configuration file that belongs to a lock. */
export function configFor(target: ConfigSubject): string {
  return renderConfig(configInput(target))
}

/** What that file says. */
export function configInput({lock, manifest, modulesPath}: ConfigSubject): ConfigInput {
  const layouts = new Map(
    entriesIn(lock.modules).map(([key, module]) => [splitKey(key)[0], module.layout]),
  )
  return {
    modulesPath: modulesPath ?? modulesPathOf(manifest),
    sources: [...layouts].map(([id, layout]) => ({id, layout})),
    before: manifest.pluginPaths?.before ?? [],
    after: manifest.pluginPaths?.after ?? [],
    order: lock.pluginPaths,
  }
}
