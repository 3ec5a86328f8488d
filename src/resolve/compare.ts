import {moduleOfPath} from './layout.ts'

/** Path → digest, in any one spelling. */
export type FileDigests = Readonly<Record<string, string>>

export interface Renamed {
  readonly from: string
  readonly to: string
}

/** All sorted by path. */
export interface FileDifferences {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** The same bytes under another path. */
  readonly renamed: readonly Renamed[]
  readonly changed: readonly string[]
}

export interface RenamedModule extends Renamed {
  /** registry: its moves say so; same-files: the main file is the same; similar: most of its lines are. */
  readonly evidence: 'registry' | 'same-files' | 'similar'
  /** Of equal lines in the main files, from 0 to 1; null where they were not compared. */
  readonly share: number | null
}

/** All sorted by name. */
export interface ModuleDifferences {
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
  share(before: string, after: string): number | undefined
}

/** As in Git, half the content is enough to call it the same thing. */
const similarEnough = 0.5

export function compareFiles(before: FileDigests, after: FileDigests): FileDifferences {
  const gone = missingIn(before, after)
  const come = missingIn(after, before)
  const renamed = pairFiles(gone, come, {before, after})
  return {
    added: come.filter((path) => !renamed.some(({to}) => to === path)),
    removed: gone.filter((path) => !renamed.some(({from}) => from === path)),
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
): ModuleDifferences {
  const [old, fresh] = [modulesIn(before), modulesIn(after)]
  const gone = [...old.keys()].filter((name) => !fresh.has(name)).sort()
  const come = [...fresh.keys()].filter((name) => !old.has(name)).sort()
  const renamed = pairModules({gone, come, old, fresh}, hints)
  return {
    added: come.filter((name) => !renamed.some(({to}) => to === name)),
    removed: gone.filter((name) => !renamed.some(({from}) => from === name)),
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

/** One to one; of several files with the same bytes, those of the same name go together first. */
function pairFiles(
  gone: readonly string[],
  come: readonly string[],
  {before, after}: {readonly before: FileDigests; readonly after: FileDigests},
): Renamed[] {
  const left = new Set(come)
  const pairs: Renamed[] = []
  const pair = (fits: (from: string, to: string) => boolean): void => {
    for (const from of gone.filter((path) => !pairs.some((one) => one.from === path))) {
      const to = [...left].find((path) => after[path] === before[from] && fits(from, path))
      if (to === undefined) continue
      left.delete(to)
      pairs.push({from, to})
    }
  }
  pair((from, to) => baseName(from) === baseName(to))
  pair(() => true)
  return pairs.sort((a, b) => (a.from < b.from ? -1 : 1))
}

type Modules = ReadonlyMap<string, FileDigests>

interface Leaving {
  readonly gone: readonly string[]
  readonly come: readonly string[]
  readonly old: Modules
  readonly fresh: Modules
}

/** The surest pairs first, each module in one. */
function pairModules({gone, come, old, fresh}: Leaving, hints: RenameHints): RenamedModule[] {
  const candidates = gone.flatMap((from) =>
    come.flatMap((to) => likeness({from, to}, {old, fresh}, hints) ?? []),
  )
  candidates.sort((a, b) => certainty(b) - certainty(a))
  const pairs: RenamedModule[] = []
  for (const candidate of candidates) {
    const taken = pairs.some(({from, to}) => from === candidate.from || to === candidate.to)
    if (!taken) pairs.push(candidate)
  }
  return pairs.sort((a, b) => (a.from < b.from ? -1 : 1))
}

function likeness(
  pair: Renamed,
  {old, fresh}: {readonly old: Modules; readonly fresh: Modules},
  hints: RenameHints,
): RenamedModule | undefined {
  const before = mainDigest(pair.from, old)
  const after = mainDigest(pair.to, fresh)
  if (before === undefined || after === undefined) return undefined
  if (before === after) return {...pair, evidence: 'same-files', share: 1}
  const share = hints.share(before, after)
  if (hints.known.get(pair.from) === pair.to) return {...pair, evidence: 'registry', share: share ?? null}
  return share !== undefined && share >= similarEnough ? {...pair, evidence: 'similar', share} : undefined
}

function certainty({evidence, share}: RenamedModule): number {
  if (evidence === 'similar') return share ?? 0
  return evidence === 'registry' ? 3 : 2
}

function mainDigest(name: string, modules: Modules): string | undefined {
  const files = modules.get(name) ?? {}
  return files[`mod_${name}.lua`] ?? files[`mod_${name}/mod_${name}.lua`]
}

function modulesIn(files: FileDigests): Modules {
  const modules = new Map<string, Record<string, string>>()
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
