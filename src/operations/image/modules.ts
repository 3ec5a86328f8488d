import type {FileFacts} from '../../facts/fact-types.ts'
import {librariesIn, type AnalysedFile} from '../../facts/module-facts.ts'
import {placementOf} from '../../facts/placement.ts'
import type {NamedModule} from '../../image/container/modules.ts'
import type {Profile} from '../../image/container/variables/index.ts'
import {entriesIn, keysIn, splitKey, type ModuleKey} from '../../module-key.ts'
import {mainOf} from '../../module-name.ts'
import {contextPathOf, type LockedModule} from '../../project/lockfile.ts'
import {isMainFile} from '../../prosody/module-files.ts'
import {optionalIn} from '../../resolve/gather-needs.ts'
import {loadedFiles} from '../../resolve/loaded-files.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'

/** Facts of files, by their paths from the project's folder. */
export type Facts = ReadonlyMap<string, FileFacts>

/** A locked module, and the Lua libraries that its code can't do without. */
export interface ModuleLibraries {
  readonly name: string
  readonly key: ModuleKey
  readonly libraries: readonly string[]
}

/** Lists every locked module that has a main file, with the libraries that its own code and that of its files require. */
export function moduleLibraries({lock}: ProjectWithLock, facts: Facts): ModuleLibraries[] {
  return entriesIn(lock.modules).flatMap(([key, locked]) =>
    mainsOf(locked).map(([name, path]) => ({name, key, libraries: librariesOf({key, locked, path}, facts)})),
  )
}

function mainsOf({files}: LockedModule): (readonly [name: string, path: string])[] {
  return Object.keys(files).flatMap((path) => {
    const name = mainOf(path)
    return name === undefined || !isMainFile(path) ? [] : [[name, path] as const]
  })
}

function librariesOf(
  {key, locked, path}: {readonly key: ModuleKey; readonly locked: LockedModule; readonly path: string},
  facts: Facts,
): string[] {
  const loaded = loadedFiles(key, locked, {read: (one) => facts.get(contextPathOf(key, one)), from: [path]})
  const names = new Set<string>()
  for (const one of loaded.facts.values()) {
    const isOptional = optionalIn(one)
    for (const required of one.requires) {
      const {name} = required
      if (name !== null && !isOptional(required) && !loaded.brings(name)) names.add(name)
    }
  }
  return [...names].sort()
}

/** A module that the manifest names and that no profile can enable by itself. */
export interface LeftToUser {
  readonly name: string
  readonly where: NamedModule['where']
}

/** What the manifest names one by one. */
export interface NamedModules {
  readonly named: readonly NamedModule[]
  readonly left: readonly LeftToUser[]
}

const byThemselves: ReadonlySet<NamedModule['where']> = new Set(['global', 'host', 'muc-component'])

/** Finds where the modules are to be enabled that the manifest names; those of Jitsi are the profile's to enable. */
export function namedModules(
  {manifest, lock}: ProjectWithLock,
  {profile, facts}: {readonly profile: Profile; readonly facts: Facts},
): NamedModules {
  const named: NamedModule[] = []
  const left: LeftToUser[] = []
  const mains = new Map(
    entriesIn(lock.modules).flatMap(([key, locked]) =>
      mainsOf(locked).map(([name, path]) => [name, facts.get(contextPathOf(key, path))] as const),
    ),
  )
  for (const key of keysIn(manifest.modules)) {
    const [source, name] = splitKey(key)
    const locked = lock.modules[key]
    if (name === '*' || locked === undefined || (profile === 'jitsi' && source === 'jitsi')) continue
    const analysed = analysedFiles(key, locked, facts)
    const main = mains.get(name)
    if (main === undefined) continue
    const {where} = placementOf(name, main, {
      ...librariesIn(name, main, analysed),
      moduleOf: (other) => mains.get(other),
    })
    if (!byThemselves.has(where) || (profile === 'minimal' && where === 'muc-component'))
      left.push({name, where})
    else
      named.push({
        name,
        where,
        archives: analysed.some(({facts: one}) => one !== undefined && usesArchive(one)),
      })
  }
  const byName = (a: {readonly name: string}, b: {readonly name: string}): number =>
    a.name < b.name ? -1 : 1
  return {named: named.sort(byName), left: left.sort(byName)}
}

function analysedFiles(key: ModuleKey, {files}: LockedModule, facts: Facts): AnalysedFile[] {
  return Object.keys(files).flatMap((path) => {
    const found = facts.get(contextPathOf(key, path))
    return found === undefined ? [] : [{path, facts: found}]
  })
}

/** Whether code works on what mod_muc_mam keeps. */
function usesArchive({depends, stores}: FileFacts): boolean {
  return depends.some(({name}) => name === 'muc_mam') || stores.some(({name}) => name === 'muc_log')
}
