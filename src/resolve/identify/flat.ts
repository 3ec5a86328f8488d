import {mainFile, prefixed} from '../../module-name.ts'
import type {Sha256} from '../../digest.ts'
import {selectLibrary, selectModule, sha256In} from '../layout.ts'
import type {
  Differing,
  FolderFile,
  FolderFiles,
  KnownRelease,
  KnownSource,
  MatchedFiles,
  ModuleMatch,
  TreeMatch,
} from './types.ts'

/** A main file, or a library of what has none: where it lies and which module it is of. */
export interface Main {
  readonly path: string
  readonly name: string
}

/** What a Lua file requires with `module:require`, by its digest. */
export type Requires = (sha256: Sha256) => readonly string[]

/** Finds the flat trees that lie around main files, in order of their folders. */
export function flatTrees(source: KnownSource, mains: readonly Main[], files: FolderFiles): TreeMatch[] {
  const places = placesOf(source)
  const folders = new Set<string>()
  for (const main of mains) {
    const folder = treeFolder(main, places)
    if (folder === undefined) continue
    const inner = main.path.slice(folder.length)
    if (versionsAt(places, inner, files.get(main.path)).length > 0) folders.add(folder)
  }
  return [...folders].sort().map((folder) => bestTree(source, folder, files))
}

/**
 * Recognises one main file as a module of the tree that it lies in; undefined where its source has no such module.
 */
export function moduleInTree(
  main: Main,
  at: {
    readonly source: KnownSource
    readonly trees: ReadonlyMap<string, TreeMatch>
    readonly requires: Requires
  },
  files: FolderFiles,
): ModuleMatch | undefined {
  const {source, trees} = at
  const places = placesOf(source)
  const folder = treeFolder(main, places)
  if (folder === undefined) return undefined
  const tree = trees.get(folder)
  const having = releasesWith(source, main.name)
  const place = {folder, files, places}
  const own = having.find(({version}) => version === tree?.version) ?? nearestOf(having, main.name, place)
  if (own === undefined) return undefined
  const expected = withLibraries(main.name, own, at.requires)
  const {matched, differing} = compare(expected, own, place)
  const isOfTree = own.version === tree?.version
  const unknown = differing.some(({state}) => state === 'modified')
  const state =
    isOfTree && differing.length === 0
      ? 'exact'
      : unknown
        ? 'modified'
        : differing.every((one) => one.state === 'missing') && isOfTree
          ? 'incomplete'
          : 'mixed'
  return {
    source: source.id,
    name: main.name,
    state,
    version: own.version,
    versions: isOfTree ? tree.versions : [own.version],
    files: matched,
    differing,
    tree: folder,
  }
}

/** The newest release that has most of the module's own files. */
function nearestOf(having: readonly KnownRelease[], name: string, place: Place): KnownRelease | undefined {
  let [nearest] = having
  let most = -1
  for (const release of having) {
    const {matched} = compare(selection(release, name) ?? new Map<string, string>(), release, place)
    if (matched.size > most) [nearest, most] = [release, matched.size]
  }
  return nearest
}

const byName = new WeakMap<KnownSource, Map<string, readonly KnownRelease[]>>()

function releasesWith(source: KnownSource, name: string): readonly KnownRelease[] {
  const names = byName.get(source) ?? new Map<string, readonly KnownRelease[]>()
  byName.set(source, names)
  const found = names.get(name) ?? source.releases.filter((release) => selection(release, name) !== undefined)
  names.set(name, found)
  return found
}

/** Path in the tree → sha256 → releases that have it there, newest first. */
type Places = ReadonlyMap<string, ReadonlyMap<Sha256, readonly string[]>>

function versionsAt(places: Places, path: string, found: FolderFile | undefined): readonly string[] {
  return (found === undefined || found === 'unread' ? undefined : places.get(path)?.get(found)) ?? []
}

const known = new WeakMap<KnownSource, Places>()

function placesOf(source: KnownSource): Places {
  const before = known.get(source)
  if (before !== undefined) return before
  const places = new Map<string, Map<Sha256, string[]>>()
  for (const {version, contents} of source.releases) {
    for (const [path, {sha256}] of contents.files) {
      const digests = places.get(path) ?? new Map<Sha256, string[]>()
      places.set(path, digests.set(sha256, [...(digests.get(sha256) ?? []), version]))
    }
  }
  known.set(source, places)
  return places
}

/** Where a tree would begin that has the main file as one of its release's paths. */
function treeFolder({path, name}: Main, places: Places): string | undefined {
  const inner = [`${prefixed(name)}/${mainFile(name)}`, mainFile(name)].find(
    (one) => places.has(one) && (path === one || path.endsWith(`/${one}`)),
  )
  return inner === undefined ? undefined : path.slice(0, path.length - inner.length)
}

interface Candidate {
  readonly release: KnownRelease
  readonly matched: MatchedFiles
  readonly differing: readonly Differing[]
  readonly missing: number
}

/** The release that has most of the files, and least of other bytes at their places. */
function bestTree(source: KnownSource, folder: string, files: FolderFiles): TreeMatch {
  const places = placesOf(source)
  const candidates: Candidate[] = source.releases.map((release) => {
    const {matched, differing} = compare(selection(release, '*') ?? new Map<string, string>(), release, {
      folder,
      files,
      places,
    })
    const missing = differing.filter(({state}) => state === 'missing').length
    return {release, matched, differing, missing}
  })
  const others = ({differing, missing}: Candidate): number => differing.length - missing
  const score = (one: Candidate): number => one.matched.size * 100_000 - others(one)
  const most = Math.max(...candidates.map(score))
  const best = candidates.filter((one) => score(one) === most)
  const complete = best.filter(({differing}) => differing.length === 0)
  const [chosen, ...rest] = complete.length > 0 ? complete : best
  if (chosen === undefined) throw new Error(`a source has a release: ${source.id}`)
  const paths = [...chosen.matched.keys()].join('\n')
  const equal = rest.filter(({matched}) => [...matched.keys()].join('\n') === paths)
  return {
    source: source.id,
    folder,
    version: chosen.release.version,
    versions: [chosen, ...equal].map(({release}) => release.version),
    complete: complete.length > 0,
    files: chosen.matched,
    differing: chosen.differing,
  }
}

interface Place {
  readonly folder: string
  readonly files: FolderFiles
  readonly places: Places
}

/** Files of a release, path in the tree → path in the release, against what lies there. */
function compare(
  expected: ReadonlyMap<string, string>,
  {version, contents}: KnownRelease,
  {folder, files, places}: Place,
): {readonly matched: MatchedFiles; readonly differing: readonly Differing[]} {
  const matched = new Map<string, Sha256>()
  const differing: Differing[] = []
  for (const [path, real] of expected) {
    const at = folder + path
    const found = files.get(at)
    const sha256 = sha256In(contents, real)
    if (found === sha256) matched.set(at, sha256)
    else if (found === undefined) differing.push({path: at, state: 'missing', versions: []})
    else {
      const versions = versionsAt(places, real, found).filter((one) => one !== version)
      differing.push({path: at, state: versions.length > 0 ? 'other-release' : 'modified', versions})
    }
  }
  return {matched, differing: differing.sort((a, b) => (a.path < b.path ? -1 : 1))}
}

/** The module's own files and the libraries that they require, as the release has them. */
function withLibraries(name: string, release: KnownRelease, requires: Requires): Map<string, string> {
  const all = new Map(selection(release, name))
  let pending = [...all]
  while (pending.length > 0) {
    const added: [string, string][] = []
    for (const [, real] of pending) {
      for (const library of requires(sha256In(release.contents, real))) {
        const found = selectLibrary(release.contents, {layout: 'flat', name, selection: all}, library)
        if (found === undefined) continue
        all.set(...found)
        added.push([...found])
      }
    }
    pending = added
  }
  return all
}

function selection({contents}: KnownRelease, name: string): ReadonlyMap<string, string> | undefined {
  return selectModule(contents, 'flat', name)
}
