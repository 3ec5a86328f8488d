import {join} from 'node:path'
import {readRegular} from '../regular-file.ts'
import {factsOf} from '../lua/facts.ts'
import {mainOf} from '../lua/module-files.ts'
import {placementOf, type Placement} from '../lua/placement.ts'
import {contextFolder, splitKey, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import type {Enabled} from './boot-config.ts'

/** Modules that have a main file, as they lie in the project. */
export function enabledModules(folder: string, lock: Lockfile): Enabled[] {
  return Object.entries(lock.modules).flatMap(([key, locked]) => {
    const [source] = splitKey(key)
    return mainFiles(key, locked).map(([name, path]) => {
      const file = `${contextFolder}/${source}/${path}`
      const {facts} = readFacts(name, join(folder, file))
      return {
        module: `${source}/${name}`,
        name,
        file,
        where: facts === undefined ? placeByName(name) : placementOf(name, facts).where,
        options: (facts?.options ?? []).flatMap((option) => option.name ?? []),
      }
    })
  })
}

function mainFiles(key: string, {files}: LockedModule): [name: string, path: string][] {
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
function readFacts(name: string, file: string): ReturnType<typeof factsOf> {
  try {
    return factsOf(readRegular(file, 'module'), name)
  } catch {
    return {problem: {line: 1, column: 1, message: 'not there'}}
  }
}
