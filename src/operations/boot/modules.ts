import {mainOf} from '../../module-name.ts'
import {join} from 'node:path'
import {readRegular} from '../../regular-file.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import {factsOf} from '../../facts/facts.ts'
import {placementOf, type Placement} from '../../facts/placement.ts'
import {splitKey, entriesIn, type ModuleKey, moduleKey} from '../../module-key.ts'
import {contextFolder, contextPathOf, type LockedModule, type Lockfile} from '../../project/lockfile.ts'
import type {PlacedModule} from '../../image/host-layout.ts'
import {librariesIn, type AnalysedFile} from '../../facts/module-facts.ts'

/** A module that a boot is to try. */
export interface Enabled extends PlacedModule {
  /** The module's key, source/name. */
  readonly module: ModuleKey
  /** Path of the module's main file from the project's folder. */
  readonly file: string
  /** Names of the options that the module's code reads. */
  readonly options: readonly string[]
}

/**
 * Lists the modules that have a main file, as they lie in the project, each once: a tree may stand beside one of its
 * modules.
 */
export function enabledModules(folder: string, lock: Lockfile): Enabled[] {
  const seen = new Set<string>()
  const mains = entriesIn(lock.modules).flatMap(([key, locked]) => {
    const [source] = splitKey(key)
    const files = libraryFiles(join(folder, contextFolder, source), locked)
    return mainFiles(key, locked).flatMap(([name, path]) => {
      const file = contextPathOf(key, path)
      if (seen.has(file)) return []
      seen.add(file)
      const {facts} = readFacts(name, join(folder, file))
      return [{module: moduleKey(source, name), name, file, facts, files}]
    })
  })
  const byName = new Map(mains.map(({name, facts}) => [name, facts]))
  const moduleOf = (name: string): FileFacts | undefined => byName.get(name)
  return mains.map(({module, name, file, facts, files}) => {
    const place = facts && placementOf(name, facts, {...librariesIn(name, facts, files), moduleOf})
    return {
      ...{module, name, file},
      where: place?.where ?? placeByName(name),
      component: place?.component,
      options: (facts?.options ?? []).flatMap((option) => option.name ?? []),
    }
  })
}

function libraryFiles(folder: string, {files}: LockedModule): AnalysedFile[] {
  return Object.keys(files).flatMap((path) => {
    if (!path.endsWith('.lua') || mainOf(path) !== undefined) return []
    const {facts} = readFacts(undefined, join(folder, path))
    return facts === undefined ? [] : [{path, facts}]
  })
}

function mainFiles(key: ModuleKey, {files}: LockedModule): [name: string, path: string][] {
  const [, wanted] = splitKey(key)
  return Object.keys(files).flatMap((path) => {
    const name = mainOf(path)
    return name === undefined || (wanted !== '*' && wanted !== name) ? [] : [[name, path] as [string, string]]
  })
}

function placeByName(name: string): Placement['where'] {
  return name.startsWith('auth_') ? 'authentication' : name.startsWith('storage_') ? 'storage' : 'host'
}

/** A file that is not there is Prosody's to tell of. */
function readFacts(name: string | undefined, file: string): ReturnType<typeof factsOf> {
  try {
    return factsOf(readRegular(file, 'module'), name)
  } catch {
    return {problem: {line: 1, column: 1, message: 'not there'}}
  }
}
