import {splitKey, type ModuleKey, entriesIn, moduleKey, keysIn} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import {versionIn, type Manifest} from '../../project/manifest.ts'
import type {Identified} from './files.ts'
import type {MatchedFiles} from './types.ts'

/** An entry that a manifest shall get for what lies in a folder. */
export interface AdoptedEntry {
  /** source/name, or `source/*` for a whole flat tree. */
  readonly key: ModuleKey
  readonly version: string
  readonly files: MatchedFiles
}

/** What is not taken, since the manifest or another find stands in its way. */
export interface KeptEntry {
  /** source/name of what was found. */
  readonly module: string
  readonly version: string
  readonly reason: string
}

/** What a manifest would take over from a folder of modules, and what it has already. */
export interface AdoptionPlan {
  readonly entries: readonly AdoptedEntry[]
  readonly kept: readonly KeptEntry[]
}

interface Candidate {
  readonly key: ModuleKey
  readonly flat: boolean
  /** Newest first. */
  readonly versions: readonly string[]
  readonly files: MatchedFiles
}

/** Finds the entries to write for complete trees and exact modules; what the manifest has already stays as it is. */
export function planAdoption(
  {trees, modules}: Pick<Identified, 'trees' | 'modules'>,
  {manifest, lock}: {readonly manifest: Manifest; readonly lock: Lockfile},
): AdoptionPlan {
  const complete = trees.filter((tree) => tree.complete)
  const candidates: Candidate[] = [
    ...complete.map(({source, versions, files}) => ({
      key: moduleKey(source, '*'),
      flat: true,
      versions,
      files,
    })),
    ...modules.flatMap(({match}) => {
      if (match?.state !== 'exact') return []
      const {source, name, tree, versions, files} = match
      if (complete.some((one) => one.source === source && one.folder === tree)) return []
      return [{key: moduleKey(source, name), flat: tree !== undefined, versions, files}]
    }),
  ]
  const entries = new Map<ModuleKey, AdoptedEntry>()
  const kept: KeptEntry[] = []
  for (const candidate of candidates) {
    const {key, versions, files} = candidate
    const wanted = pinned(candidate, entries, lock)
    const version = wanted !== undefined && versions.includes(wanted) ? wanted : (versions[0] ?? '')
    const reason = obstacle(candidate, {manifest, lock, entries, wanted})
    if (reason !== undefined) kept.push({module: key, version, reason})
    else if (!entries.has(key)) entries.set(key, {key, version, files})
  }
  return {entries: [...entries.values()], kept}
}

interface Around {
  readonly manifest: Manifest
  readonly lock: Lockfile
  readonly entries: ReadonlyMap<ModuleKey, AdoptedEntry>
  /** The release that it has to be of. */
  readonly wanted: string | undefined
}

/** The release that a flat tree is held at by other entries, or a module by a copy of it found before. */
function pinned(
  {key, flat}: Candidate,
  entries: ReadonlyMap<ModuleKey, AdoptedEntry>,
  lock: Lockfile,
): string | undefined {
  const found = entries.get(key)?.version
  if (found !== undefined || !flat) return found
  const isSibling = (other: ModuleKey): boolean => splitKey(other)[0] === splitKey(key)[0]
  const locked = entriesIn(lock.modules).find(([other]) => isSibling(other))
  return locked?.[1].version ?? [...entries.values()].find((one) => isSibling(one.key))?.version
}

/** Why an entry can't be made, if so. */
function obstacle(
  {key, flat, versions}: Candidate,
  {manifest, lock, entries, wanted}: Around,
): string | undefined {
  const [source, name] = splitKey(key)
  const present = manifest.modules ?? {}
  if (Object.hasOwn(present, key)) return `the manifest has it at ${versionIn(manifest, key) ?? ''}`
  if (Object.hasOwn(present, moduleKey(source, '*'))) return `it comes with ${source}/* of the manifest`
  if (entries.has(moduleKey(source, '*')) && name !== '*') return `it comes with ${source}/*`
  const others = [...keysIn(present), ...entries.keys()]
  const namesake = others.find((other) => other !== key && name !== '*' && splitKey(other)[1] === name)
  if (namesake !== undefined) return `${namesake} has the same name`
  const tree = entriesIn(lock.modules).find(
    ([other, {layout}]) => layout === 'flat' && splitKey(other)[0] !== source,
  )
  if (flat && tree !== undefined) return `the project has another flat tree: ${tree[0]}`
  if (wanted !== undefined && !versions.includes(wanted)) {
    return flat ? `other entries of ${source} are at ${wanted}` : `another copy of it is of ${wanted}`
  }
  return undefined
}
