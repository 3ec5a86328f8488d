import {moduleKey, splitKey, entriesIn, type ModuleKey} from '../module-key.ts'
import {mainOf, moduleOfPath} from '../module-name.ts'
import type {LockedModule, Lockfile} from '../project/lockfile.ts'
import {isMainFile} from '../prosody/module-files.ts'
import {sameFiles, type FileDigests} from './compare.ts'

/** How many modules there are and what became of them: those of trees one by one, each once. */
export interface ModuleCounts {
  /** That are locked now. */
  readonly modules: number
  readonly added: number
  readonly removed: number
  /** With other files of their own; libraries that several share are nobody's. */
  readonly changed: number
}

/** Of what has no module yet. */
export const noModules: ModuleCounts = {modules: 0, added: 0, removed: 0, changed: 0}

/** Counts the modules of a lock and how they differ from those before; with one lock, that nothing did. */
export function countModules(after: Lockfile, before: Lockfile | undefined = after): ModuleCounts {
  const fresh = modulesIn(after)
  const old = before === after ? fresh : modulesIn(before)
  const both = [...fresh].flatMap(([key, now]) => {
    const was = old.get(key)
    return was === undefined ? [] : [{key, was, now}]
  })
  return {
    modules: fresh.size,
    added: fresh.size - both.length,
    removed: old.size - both.length,
    changed: both.filter(({key, was, now}) => was !== now && !sameFiles(filesOf(key, was), filesOf(key, now)))
      .length,
  }
}

/** Counts the modules of some entries of a lock. */
export function countIn(entries: ReadonlySet<ModuleKey>, lock: Lockfile): number {
  return [...modulesIn(lock).values()].filter(({entry}) => entries.has(entry)).length
}

interface Counted {
  readonly entry: ModuleKey
  readonly locked: LockedModule
}

/** An entry of its own beats the one of its tree. */
function modulesIn({modules}: Lockfile): ReadonlyMap<ModuleKey, Counted> {
  const found = new Map<ModuleKey, Counted>()
  const isTree = ([key]: readonly [ModuleKey, LockedModule]): boolean => splitKey(key)[1] === '*'
  const entries = entriesIn(modules)
  for (const [entry, locked] of [...entries.filter(isTree), ...entries.filter((one) => !isTree(one))])
    for (const module of namesIn(entry, locked)) found.set(module, {entry, locked})
  return found
}

function namesIn(key: ModuleKey, {files}: LockedModule): ModuleKey[] {
  const [source, name] = splitKey(key)
  if (name !== '*') return [key]
  return Object.keys(files)
    .filter((path) => isMainFile(path))
    .map((main) => moduleKey(source, mainOf(main) ?? ''))
}

/** Of a flat tree, and of what is taken from one, libraries belong to none. */
function filesOf(module: ModuleKey, {locked: {layout, files}}: Counted): FileDigests {
  if (layout !== 'flat') return files
  const name = splitKey(module)[1]
  return Object.fromEntries(Object.entries(files).filter(([path]) => moduleOfPath(path) === name))
}
