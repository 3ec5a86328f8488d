import {mainFile, prefixed} from '../../module-name.ts'
import {releasesOf} from './types.ts'
import type {Sha256} from '../../digest.ts'
import type {Main} from './flat.ts'
import type {Differing, FolderFiles, KnownRelease, KnownSource, MatchedFiles, ModuleMatch} from './types.ts'
import {selectModule, sha256In, type Selection} from '../layout.ts'

/**
 * Recognises a main file as a module of a source of folders, wherever it lies: as the publisher keeps it, as it
 * stands in a context (`mod_X/…`), or by itself; a library as one of a module that has no main file. Undefined where no
 * release has such a module.
 */
export function moduleInFolders(
  main: Main,
  source: KnownSource,
  files: FolderFiles,
): ModuleMatch | undefined {
  const module = moduleOf(source, main.name)
  const found = files.get(main.path)
  // Of most modules there is a release with all of the files: none with another main file can be.
  const near = candidatesOf(main, {module, files}, (release) => (release.main ?? found) === found)
  const isSure = near.some(({differing}) => differing.length === 0)
  const candidates = isSure ? near : candidatesOf(main, {module, files}, () => true)
  const [best] = candidates
  if (best === undefined) return undefined
  const equal = firsts(
    candidates.filter((one) => rank(one) === rank(best) && one.matched.size === best.matched.size),
  )
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

function firsts(candidates: readonly Candidate[]): readonly Candidate[] {
  const first = candidates.filter(({isSecond}) => isSecond !== true)
  return first.length === 0 ? candidates : first
}

/** The best first. */
function candidatesOf(
  main: Main,
  {module, files}: {readonly module: Module; readonly files: FolderFiles},
  isMeant: (release: KnownRelease) => boolean,
): Candidate[] {
  const candidates = module.releases
    .filter(isMeant)
    .flatMap((release) => module.having(release))
    .flatMap((one) =>
      shapes(main, one.selection).map((expected) => evaluate(expected, one.release, {files, module})),
    )
  return candidates.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      b.matched.size - a.matched.size ||
      Number(a.isSecond ?? false) - Number(b.isSecond ?? false),
  )
}

/** A module of a source; what its releases hold is looked at when it is asked for. */
class Module {
  readonly releases: readonly KnownRelease[]
  readonly #name: string
  readonly #having = new Map<KnownRelease, readonly Having[]>()
  #digests: Digests | undefined

  constructor(source: KnownSource, name: string) {
    this.releases = releasesOf(source, name)
    this.#name = name
  }

  /** Returns the module in a release; [] where that lacks it. */
  having(release: KnownRelease): readonly Having[] {
    const before = this.#having.get(release)
    if (before !== undefined) return before
    const selection = selectModule(release.contents, 'folders', this.#name)
    const having = selection === undefined ? [] : [{release, selection}]
    this.#having.set(release, having)
    return having
  }

  get digests(): Digests {
    return (this.#digests ??= digestsIn(this.releases.flatMap((release) => this.having(release))))
  }
}

const byName = new WeakMap<KnownSource, Map<string, Module>>()

function moduleOf(source: KnownSource, name: string): Module {
  const names = byName.get(source) ?? new Map<string, Module>()
  byName.set(source, names)
  const module = names.get(name) ?? new Module(source, name)
  names.set(name, module)
  return module
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

interface Candidate extends Pick<KnownRelease, 'isSecond'> {
  readonly version: string
  readonly matched: MatchedFiles
  readonly differing: readonly Differing[]
}

/** Everywhere that the release's files may lie, given where the main file does, or a library of what has none. */
function shapes({path, name}: Main, selection: Selection): Expected[][] {
  const ofMain = [...selection].find(([inner]) => inner.endsWith(`/${mainFile(name)}`))
  const main = ofMain ?? [...selection].find(([inner]) => `/${path}`.endsWith(`/${inner}`))
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
  {version, contents, isSecond}: KnownRelease,
  {files, module}: {readonly files: FolderFiles; readonly module: Module},
): Candidate {
  const matched = new Map<string, Sha256>()
  const differing: Differing[] = []
  for (const {path, inner, real} of expected) {
    const found = files.get(path)
    const sha256 = sha256In(contents, real)
    if (found === sha256) matched.set(path, sha256)
    else if (found === undefined) differing.push({path, state: 'missing', versions: []})
    else {
      const versions = (found === 'unread' ? undefined : module.digests.get(inner)?.get(found)) ?? []
      differing.push({path, state: versions.length > 0 ? 'other-release' : 'modified', versions})
    }
  }
  const second = isSecond === undefined ? {} : {isSecond}
  return {...second, version, matched, differing: differing.sort((a, b) => (a.path < b.path ? -1 : 1))}
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
