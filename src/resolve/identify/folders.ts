import {mainFile, prefixed} from '../../module-name.ts'
import type {Sha256} from '../../digest.ts'
import type {Main} from './flat.ts'
import type {Differing, FolderFiles, KnownRelease, KnownSource, MatchedFiles, ModuleMatch} from './types.ts'
import {selectModule, sha256In, type Selection} from '../layout.ts'

/**
 * Recognises a main file as a module of a source of folders, wherever it lies: as the publisher keeps it, as it
 * stands in a context (`mod_X/…`), or by itself. Undefined where no release has such a module.
 */
export function moduleInFolders(
  main: Main,
  source: KnownSource,
  files: FolderFiles,
): ModuleMatch | undefined {
  const {having, digests} = moduleOf(source, main.name)
  const candidates = having.flatMap((one) =>
    shapes(main, one.selection).map((expected) => evaluate(expected, one.release, {files, digests})),
  )
  candidates.sort((a, b) => rank(a) - rank(b) || b.matched.size - a.matched.size)
  const [best] = candidates
  if (best === undefined) return undefined
  const equal = candidates.filter((one) => rank(one) === rank(best) && one.matched.size === best.matched.size)
  return {
    source: source.id,
    name: main.name,
    state: stateOf(best.differing),
    version: best.version,
    versions: [...new Set(equal.map(({version}) => version))],
    files: best.matched,
    differing: best.differing,
  }
}

interface KnownModule {
  readonly having: readonly Having[]
  readonly digests: Digests
}

const byName = new WeakMap<KnownSource, Map<string, KnownModule>>()

function moduleOf(source: KnownSource, name: string): KnownModule {
  const names = byName.get(source) ?? new Map<string, KnownModule>()
  byName.set(source, names)
  const before = names.get(name)
  if (before !== undefined) return before
  const having = source.releases.flatMap((release) => {
    const selection = selectModule(release.contents, 'folders', name)
    return selection === undefined ? [] : [{release, selection}]
  })
  const found = {having, digests: digestsIn(having)}
  names.set(name, found)
  return found
}

interface Having {
  readonly release: KnownRelease
  readonly selection: Selection
}

/** Path in the module → sha256 → releases that have it, newest first. */
type Digests = ReadonlyMap<string, ReadonlyMap<Sha256, readonly string[]>>

/** A file of the release: where it would lie in the folder, its path in the module, its digest. */
interface Expected {
  readonly path: string
  readonly inner: string
  readonly real: string
}

interface Candidate {
  readonly version: string
  readonly matched: MatchedFiles
  readonly differing: readonly Differing[]
}

/** Everywhere that the release's files may lie, given where the main file does. */
function shapes({path, name}: Main, selection: Selection): Expected[][] {
  const main = [...selection].find(([inner]) => inner.endsWith(`/${mainFile(name)}`))
  if (main === undefined) return []
  const own = `${prefixed(name)}/`
  const placings: ((inner: string, real: string) => string)[] = [
    (_, real) => real,
    (inner) => inner,
    (inner) => (inner.startsWith(own) ? inner.slice(own.length) : inner),
  ]
  const seen = new Set<string>()
  return placings.flatMap((placing) => {
    const end = placing(...main)
    if (seen.has(end) || (path !== end && !path.endsWith(`/${end}`))) return []
    seen.add(end)
    const base = path.slice(0, path.length - end.length)
    return [[...selection].map(([inner, real]) => ({path: base + placing(inner, real), inner, real}))]
  })
}

function evaluate(
  expected: readonly Expected[],
  {version, contents}: KnownRelease,
  {files, digests}: {readonly files: FolderFiles; readonly digests: Digests},
): Candidate {
  const matched = new Map<string, Sha256>()
  const differing: Differing[] = []
  for (const {path, inner, real} of expected) {
    const found = files.get(path)
    const sha256 = sha256In(contents, real)
    if (found === sha256) matched.set(path, sha256)
    else if (found === undefined) differing.push({path, state: 'missing', versions: []})
    else {
      const versions = (found === 'unread' ? undefined : digests.get(inner)?.get(found)) ?? []
      differing.push({path, state: versions.length > 0 ? 'other-release' : 'modified', versions})
    }
  }
  return {version, matched, differing: differing.sort((a, b) => (a.path < b.path ? -1 : 1))}
}

/** Less is better. */
function rank({differing}: Candidate): number {
  const weights = {modified: 1_000_000, 'other-release': 1000, missing: 1} as const
  return differing.reduce((sum, {state}) => sum + weights[state], 0)
}

function stateOf(differing: readonly Differing[]): ModuleMatch['state'] {
  if (differing.length === 0) return 'exact'
  if (differing.some(({state}) => state === 'modified')) return 'modified'
  return differing.some(({state}) => state === 'other-release') ? 'mixed' : 'incomplete'
}

function digestsIn(having: readonly Having[]): Digests {
  const all = new Map<string, Map<Sha256, string[]>>()
  for (const {release, selection} of having) {
    for (const [inner, real] of selection) {
      const sha256 = sha256In(release.contents, real)
      const digests = all.get(inner) ?? new Map<Sha256, string[]>()
      all.set(inner, digests.set(sha256, [...(digests.get(sha256) ?? []), release.version]))
    }
  }
  return all
}
