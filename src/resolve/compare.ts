import {mainFile, moduleOfPath, prefixed} from '../module-name.ts'
import type {Digest} from '../digest.ts'

/** Digests of files by path. */
export type FileDigests = Readonly<Record<string, Digest>>

/** A file that has another path in the later of two releases. */
export interface Renamed {
  readonly from: string
  readonly to: string
}

/** How the files of two releases differ; all sorted by path. */
export interface FileComparison {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** The same bytes under another path. */
  readonly renamed: readonly Renamed[]
  readonly changed: readonly string[]
}

/** A module that has another name in the later of two releases, and what shows that it is the same. */
export interface RenamedModule extends Renamed {
  /** registry: its moves say so; same-files: the main file is the same; similar: most of its lines are. */
  readonly evidence: 'registry' | 'same-files' | 'similar'
  /** Of equal lines in the main files, from 0 to 1; null where they were not compared. */
  readonly share: number | null
}

/** How the modules of two releases differ; all sorted by name. */
export interface ModuleComparison {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly renamed: readonly RenamedModule[]
  readonly changed: readonly string[]
}

/** What tells a renamed module from one that went and one that came. */
export interface RenameHints {
  /** Old name → new name, as the registry's moves have it. */
  readonly known: ReadonlyMap<string, string>
  /** Share of equal lines in two files by their digests; undefined where their bytes are not at hand. */
  share(before: Digest, after: Digest): number | undefined
}

/** As in Git, half the content is enough to call it the same thing. */
const similarEnough = 0.5

/** Compares the files of two releases: which came, went, were renamed or changed. */
export function compareFiles(before: FileDigests, after: FileDigests): FileComparison {
  const gone = missingIn(before, after)
  const come = missingIn(after, before)
  const renamed = pairFiles(gone, come, {before, after})
  return {
    ...unpaired(gone, come, renamed),
    renamed,
    changed: Object.keys(before)
      .filter((path) => Object.hasOwn(after, path) && after[path] !== before[path])
      .sort(),
  }
}

/**
 * Compares what belongs to modules in two releases of one source, by path below the source's folder: `mod_X.lua` and
 * everything in `mod_X/`. Libraries that several modules share belong to none.
 */
export function compareModules(
  before: FileDigests,
  after: FileDigests,
  hints: RenameHints,
): ModuleComparison {
  const [old, fresh] = [modulesIn(before), modulesIn(after)]
  const gone = [...old.keys()].filter((name) => !fresh.has(name)).sort()
  const come = [...fresh.keys()].filter((name) => !old.has(name)).sort()
  const renamed = pairModules({gone, come, old, fresh}, hints)
  return {
    ...unpaired(gone, come, renamed),
    renamed,
    changed: [...old]
      .filter(([name, files]) => {
        const now = fresh.get(name)
        return now !== undefined && !sameFiles(files, now)
      })
      .map(([name]) => name)
      .sort(),
  }
}

/** Tells whether two sets of files have the same paths with the same digests. */
export function sameFiles(before: FileDigests, after: FileDigests): boolean {
  const paths = Object.keys(before)
  return (
    paths.length === Object.keys(after).length &&
    paths.every((path) => Object.hasOwn(after, path) && after[path] === before[path])
  )
}

function missingIn(files: FileDigests, other: FileDigests): string[] {
  return Object.keys(files)
    .filter((path) => !Object.hasOwn(other, path))
    .sort()
}

function unpaired(
  gone: readonly string[],
  come: readonly string[],
  renamed: readonly Renamed[],
): {readonly added: readonly string[]; readonly removed: readonly string[]} {
  const from = new Set(renamed.map((one) => one.from))
  const to = new Set(renamed.map((one) => one.to))
  return {added: come.filter((one) => !to.has(one)), removed: gone.filter((one) => !from.has(one))}
}

/** One to one; of several files with the same bytes, those of the same name go together first. */
function pairFiles(
  gone: readonly string[],
  come: readonly string[],
  {before, after}: {readonly before: FileDigests; readonly after: FileDigests},
): Renamed[] {
  const pairs: Renamed[] = []
  const [from, to] = [new Set(gone), new Set(come)]
  const pair = (named: (path: string) => string): void => {
    const keysIn = (files: FileDigests) => (path: string) => {
      const digest = files[path]
      return digest === undefined ? undefined : `${digest} ${named(path)}`
    }
    const found = pairsOf([...from], [...to], {before: keysIn(before), after: keysIn(after)})
    for (const one of found) {
      pairs.push(one)
      from.delete(one.from)
      to.delete(one.to)
    }
  }
  pair(baseName)
  pair(() => '')
  return pairs.sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** Those that are alike, each with the first that nobody has yet. What is undefined is like nothing. */
function pairsOf(gone: readonly string[], come: readonly string[], like: Alike<string>): Renamed[] {
  const left = new Map<string, string[]>()
  // From behind, since a list gives its last.
  for (const to of [...come].reverse()) {
    const key = like.after(to)
    if (key === undefined) continue
    const list = left.get(key) ?? []
    list.push(to)
    left.set(key, list)
  }
  return gone.flatMap((from) => {
    const key = like.before(from)
    const to = key === undefined ? undefined : left.get(key)?.pop()
    return to === undefined ? [] : [{from, to}]
  })
}

type Modules = ReadonlyMap<string, FileDigests>

interface Leaving {
  readonly gone: readonly string[]
  readonly come: readonly string[]
  readonly old: Modules
  readonly fresh: Modules
}

/** Pairs of modules of which so many are compared line by line at most: more come from no release that was one. */
const mostPairs = 20_000

/** The surest pairs first, each module in one. */
function pairModules({gone, come, old, fresh}: Leaving, hints: RenameHints): RenamedModule[] {
  const [from, to] = [new Set(gone), new Set(come)]
  const pairs: RenamedModule[] = []
  const take = (found: readonly RenamedModule[]): void => {
    for (const one of found) {
      if (!from.delete(one.from)) continue
      if (to.delete(one.to)) pairs.push(one)
      else from.add(one.from)
    }
  }
  const digests = {
    before: (name: string) => mainDigest(name, old),
    after: (name: string) => mainDigest(name, fresh),
  }
  take(
    gone.flatMap((one) => {
      const to = hints.known.get(one)
      const known = to === undefined ? undefined : likeness({from: one, to}, digests, hints)
      return known?.evidence === 'registry' ? [known] : []
    }),
  )
  take(
    pairsOf([...from], [...to], digests).map((one) => ({...one, evidence: 'same-files' as const, share: 1})),
  )
  if (from.size * to.size <= mostPairs) {
    const alike = [...from].flatMap((one) =>
      [...to].flatMap((other) => likeness({from: one, to: other}, digests, hints) ?? []),
    )
    take(alike.sort((a, b) => (b.share ?? 0) - (a.share ?? 0)))
  }
  return pairs.sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** What tells whether two are alike, of one that went and of one that came. */
interface Alike<T extends string> {
  readonly before: (name: string) => T | undefined
  readonly after: (name: string) => T | undefined
}

function likeness(pair: Renamed, digests: Alike<Digest>, hints: RenameHints): RenamedModule | undefined {
  const [before, after] = [digests.before(pair.from), digests.after(pair.to)]
  if (before === undefined || after === undefined || before === after) return undefined
  const share = hints.share(before, after)
  if (hints.known.get(pair.from) === pair.to) return {...pair, evidence: 'registry', share: share ?? null}
  return share !== undefined && share >= similarEnough ? {...pair, evidence: 'similar', share} : undefined
}

function mainDigest(name: string, modules: Modules): Digest | undefined {
  const files = modules.get(name) ?? {}
  return files[mainFile(name)] ?? files[`${prefixed(name)}/${mainFile(name)}`]
}

function modulesIn(files: FileDigests): Modules {
  const modules = new Map<string, Record<string, Digest>>()
  for (const [path, digest] of Object.entries(files)) {
    const name = moduleOfPath(path)
    if (name === undefined) continue
    const own = modules.get(name) ?? {}
    own[path] = digest
    modules.set(name, own)
  }
  return modules
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
