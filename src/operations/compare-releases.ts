import {join} from 'node:path'
import {sha256Of, toSha256, type Digest, type Sha256} from '../digest.ts'
import {readRegular} from '../regular-file.ts'
import {splitKey, type ModuleKey, moduleKey} from '../module-key.ts'
import {asPublished, emptyLock, lockedFiles, type Lockfile} from '../project/lockfile.ts'
import type {Project} from '../project/project.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryMove} from '../registry/types.ts'
import {
  compareFiles,
  compareModules,
  sameFiles,
  type FileComparison,
  type FileDigests,
  type ModuleComparison,
} from '../resolve/compare.ts'
import {lineCounts, lineShare, type LineCounts} from '../text/line-share.ts'
import {movesOf} from '../resolve/owners.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {neededFiles} from '../workbench/needed-files.ts'
import type {Workbench} from '../workbench/workbench.ts'

/** What moving entries from one release to another changes. */
export interface ReleaseComparison {
  /** Whether every file is the same: then only the pin moves. */
  readonly sameFiles: boolean
  /** Of a flat tree: how its modules change; null for a single module, of which the files say it all. */
  readonly modules: ModuleComparison | null
  readonly files: FileComparison
}

/** Two locks that are compared, and the lines of the files that they list. */
export interface Compared {
  readonly before: Lockfile
  readonly after: Lockfile
  /** The lines of a file by its digest; undefined where the bytes are not at hand. */
  readonly lines: (digest: Digest) => LineCounts | undefined
}

/** Tells what differs under the same keys of one source. */
export function compareReleases(
  keys: readonly ModuleKey[],
  {before, after, lines}: Compared,
  bench: Workbench,
): ReleaseComparison {
  const [old, fresh] = [filesOf(keys, before), filesOf(keys, after)]
  const share = shareBy(lines)
  return {
    sameFiles: sameFiles(old, fresh),
    modules: isTree(keys, after)
      ? compareModules(old, fresh, {known: knownRenames(sourceOf(keys), bench.environment.registry), share})
      : null,
    files: compareFiles(old, fresh),
  }
}

/** Makes a comparison of files by their digests: the share of lines that are the same; undefined where it can't be told. */
export function shareBy(lines: Compared['lines']): (one: Digest, other: Digest) => number | undefined {
  return (one, other) => {
    const [a, b] = [lines(one), lines(other)]
    return a === undefined || b === undefined ? undefined : lineShare(a, b)
  }
}

/** Lists the registry's notes on the entries themselves, and on modules that leave, change their name or come. */
export function moveNotes(
  keys: readonly ModuleKey[],
  {modules}: Pick<ReleaseComparison, 'modules'>,
  {environment: {registry}}: Workbench,
): string[] {
  const source = sourceOf(keys) ?? ''
  const leaving = [...(modules?.removed ?? []), ...(modules?.renamed ?? []).map(({from}) => from)]
  const noted = (name: string): readonly RegistryMove[] => movesOf(name, source, registry)
  const come = new Set(modules?.added.map((name) => moduleKey(source, name)))
  const moves = [
    ...keys.flatMap((key) => noted(splitKey(key)[1]).filter(({change}) => change !== 'core')),
    ...leaving.flatMap(noted),
    ...registry.moves.filter(({change, to = []}) => change === 'official' && to.some((key) => come.has(key))),
  ]
  return [...new Set(moves.map(({module, note}) => `${module}: ${note}`))]
}

/**
 * Brings in those files of the later release whose lines are asked for to tell renamed modules of a flat tree. Without the
 * network nothing is brought in, and what the registry does not say of such modules is not known.
 */
export async function bringLines(
  keys: readonly ModuleKey[],
  {before, after}: Pick<Compared, 'before' | 'after'>,
  bench: Workbench,
): Promise<void> {
  if (bench.session.isOffline || !isTree(keys, after)) return
  const asked = new Set<Sha256>()
  compareModules(filesOf(keys, before), filesOf(keys, after), {
    known: knownRenames(sourceOf(keys), bench.environment.registry),
    share(_, digest) {
      asked.add(toSha256(digest))
      return undefined
    },
  })
  const needed = neededFiles(after).filter(({module, sha256}) => keys.includes(module) && asked.has(sha256))
  await fetchAndRead(needed, bench)
}

function sourceOf(keys: readonly ModuleKey[]): string | undefined {
  return keys.map((key) => splitKey(key)[0])[0]
}

function isTree(keys: readonly ModuleKey[], {modules}: Lockfile): boolean {
  return keys.some((key) => modules[key]?.layout === 'flat')
}

/** Reads lines out of the store, or out of the context as far as its files are those of the lock. */
export function linesOf(project: Project, bench: Workbench): (digest: Digest) => LineCounts | undefined {
  const places = new Map([...lockedFiles(project.lock ?? emptyLock)].map(([path, sha256]) => [sha256, path]))
  const known = new Map<Sha256, LineCounts | undefined>()
  return (digest) => {
    const sha256 = toSha256(digest)
    if (!known.has(sha256)) {
      const bytes = bench.session.read(sha256) ?? written(project.folder, places.get(sha256), sha256)
      known.set(sha256, bytes === undefined ? undefined : lineCounts(bytes.toString('utf8')))
    }
    return known.get(sha256)
  }
}

function written(folder: string, path: string | undefined, sha256: Sha256): Buffer | undefined {
  if (path === undefined) return undefined
  try {
    const bytes = readRegular(join(folder, path), 'module')
    return sha256Of(bytes) === sha256 ? bytes : undefined
  } catch {
    return undefined
  }
}

/** Collects the files of entries as published: what a patch does to them is no news of the release. */
export function filesOf(keys: readonly ModuleKey[], {modules}: Lockfile): FileDigests {
  const locked = keys.flatMap((key) => modules[key] ?? [])
  return Object.fromEntries(locked.flatMap((one) => Object.entries(asPublished(one).files)))
}

/** Lists what the registry says of modules of a source that have another name now: old name → new name. */
export function knownRenames(
  source: string | undefined,
  {moves}: Pick<Registry, 'moves'>,
): Map<string, string> {
  return new Map(
    moves
      .filter((move) => move.change === 'renamed' && move.source === source)
      .flatMap(({module, to: [heir] = []}) =>
        heir === undefined ? [] : [[module, splitKey(heir)[1]] as const],
      ),
  )
}
