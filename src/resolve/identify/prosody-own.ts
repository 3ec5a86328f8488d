import {isPrefixed} from '../../module-name.ts'
import type {ProsodyFile, ProsodyFiles} from '../../registry/types.ts'
import type {Differing, FolderFile, FolderFiles} from './types.ts'

/** A folder that holds Prosody's own modules, or all of Prosody's Lua. */
export interface ProsodyFolder {
  /** With a slash at its end; '' for the folder itself. */
  readonly folder: string
  /** Versions that explain most of its files, all equally well; newest first. */
  readonly versions: readonly string[]
  /** Whether every file of the version is there, with its bytes. */
  readonly complete: boolean
  /** Those of its files that are the version's: path from the folder that was looked at → path in Prosody. */
  readonly files: ReadonlyMap<string, string>
  readonly differing: readonly Differing[]
}

/** Lists the versions of Prosody that have a file's bytes under its path, newest first. */
export function versionsOf(
  inner: string,
  found: FolderFile | undefined,
  {files}: ProsodyFiles,
): readonly string[] {
  const contents = Object.hasOwn(files, inner) ? (files[inner] ?? []) : []
  return [...(contents.find((one) => one.sha256 === found)?.releases ?? [])].reverse()
}

const modulesFolder = 'modules/'

/**
 * Finds the folders in which Prosody's own files lie as its package puts them. One that holds less than half of a
 * version's modules is none: people copy single files.
 */
export function prosodyFolders(files: FolderFiles, own: ProsodyFiles): ProsodyFolder[] {
  const bases = [...basesIn(files, own)].sort()
  const found: ProsodyFolder[] = []
  for (const base of bases) {
    const inside = found.some(({folder}) => base.startsWith(folder) && folder !== '')
    const best = inside ? undefined : bestOf(base, files, own)
    if (best !== undefined) found.push(best)
  }
  return found
}

/** Where Prosody's folder would begin, by main files whose bytes are known at their place. */
function basesIn(files: FolderFiles, own: ProsodyFiles): Set<string> {
  const places = mainsByName(own)
  const bases = new Set<string>()
  for (const [path, sha256] of files) {
    for (const inner of places.get(path.slice(path.lastIndexOf('/') + 1)) ?? []) {
      const short = inner.slice(modulesFolder.length)
      const isThere = path === short || path.endsWith(`/${short}`)
      if (isThere && versionsOf(inner, sha256, own).length > 0) bases.add(path.slice(0, -short.length))
    }
  }
  return bases
}

const mains = new WeakMap<ProsodyFiles, ReadonlyMap<string, readonly string[]>>()

/** Maps the name of each main file of Prosody, `mod_x.lua`, to the paths in Prosody that end so. */
export function mainsByName(own: ProsodyFiles): ReadonlyMap<string, readonly string[]> {
  const known = mains.get(own)
  if (known !== undefined) return known
  const places = new Map<string, string[]>()
  for (const path of Object.keys(own.files)) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (path.startsWith(modulesFolder) && isPrefixed(name))
      places.set(name, [...(places.get(name) ?? []), path])
  }
  mains.set(own, places)
  return places
}

function bestOf(modules: string, files: FolderFiles, own: ProsodyFiles): ProsodyFolder | undefined {
  const candidates = own.releases.map(({version}) => compare(modules, version, {files, own})).reverse()
  const most = Math.max(...candidates.map(({matched}) => matched.size))
  const equal = candidates.filter(({matched}) => matched.size === most)
  const [best] = equal
  if (best === undefined || best.matched.size * 2 < best.matched.size + best.differing.length)
    return undefined
  return {
    folder: best.folder,
    versions: equal.map(({version}) => version),
    complete: best.differing.length === 0,
    files: best.matched,
    differing: best.differing,
  }
}

interface Compared {
  readonly version: string
  readonly folder: string
  readonly matched: ReadonlyMap<string, string>
  readonly differing: readonly Differing[]
}

/** What lies below the folder of modules, and around it where the rest of Prosody lies there, too. */
function compare(
  modules: string,
  version: string,
  {files, own}: {readonly files: FolderFiles; readonly own: ProsodyFiles},
): Compared {
  const above = modules.endsWith(modulesFolder) ? modules.slice(0, -modulesFolder.length) : undefined
  const isWhole = above !== undefined && files.has(`${above}util/startup.lua`)
  const folder = isWhole ? above : modules
  const matched = new Map<string, string>()
  const differing: Differing[] = []
  for (const [inner, contents] of Object.entries(own.files)) {
    const shipped = contents.find(({releases}) => releases.includes(version))
    if (shipped === undefined || (!isWhole && !inner.startsWith(modulesFolder))) continue
    const path = folder + (isWhole ? inner : inner.slice(modulesFolder.length))
    const found = files.get(path)
    if (found === shipped.sha256) matched.set(path, inner)
    else differing.push({path, ...stateOf(found, contents)})
  }
  return {version, folder, matched, differing: differing.sort((a, b) => (a.path < b.path ? -1 : 1))}
}

function stateOf(
  found: FolderFile | undefined,
  contents: readonly ProsodyFile[],
): Pick<Differing, 'state' | 'versions'> {
  if (found === undefined) return {state: 'missing', versions: []}
  const versions = contents.find(({sha256}) => sha256 === found)?.releases ?? []
  return {state: versions.length > 0 ? 'other-release' : 'modified', versions: [...versions].reverse()}
}
