import {toSha256, type Digest, type Sha256} from '../../digest.ts'
import {compareEntries, type EntryChanges, type FileKnowledge} from '../../changes/compare-entries.ts'
import {joinChanges} from '../../changes/join-changes.ts'
import type {Change} from '../../changes/types.ts'
import {keysIn, splitKey, type ModuleKey} from '../../module-key.ts'
import {ownValue} from '../../own-value.ts'
import type {LockedModule, Lockfile} from '../../project/lockfile.ts'
import {
  compareFiles,
  compareModules,
  sameFiles,
  type FileComparison,
  type FileDigests,
  type ModuleComparison,
} from '../../resolve/compare.ts'
import {movesOf} from '../../resolve/owners.ts'
import type {Registry} from '../../registry/registry.ts'
import {revisionOf} from '../../sources/revision.ts'
import type {LineCounts} from '../../text/line-share.ts'
import {filesOf, knownRenames, shareBy} from '../compare-releases.ts'

/** A release on one side; null where nothing of the entries was there. */
export interface ReleaseLabel {
  readonly version: string
  readonly revision: string | null
}

/** How many files, and how many bytes they have; null where not all sizes are known. */
export interface Extent {
  readonly files: number
  readonly bytes: number | null
}

/** What differs between two releases of one source, of one module or of all that a lock has of it. */
export interface SourceDiff {
  readonly source: string
  /** The entries, source/name. */
  readonly entries: readonly ModuleKey[]
  readonly from: ReleaseLabel | null
  readonly to: ReleaseLabel | null
  readonly modules: ModuleComparison
  readonly files: FileComparison
  readonly extent: {readonly before: Extent; readonly after: Extent}
  /** Of the lines of files that changed, the share that is not the same, from 0 to 1; null where that was not counted, or some are not at hand. */
  readonly changedShare: number | null
  /** Worst first. */
  readonly changes: readonly Change[]
  /** Modules of which some file could not be looked at. */
  readonly partial: readonly string[]
}

/** Two locks, and what is known of their files. */
export interface LocksCompared {
  /** Of two states of a whole source, what they are called: all goes together, whatever the versions of modules. */
  readonly wholeSource?: {readonly before: string; readonly after: string} | undefined
  readonly before: Lockfile
  readonly after: Lockfile
  readonly known: FileKnowledge
  /** What differs in patches for Prosody's own files, by source. */
  readonly patches: ReadonlyMap<string, readonly Change[]>
  /** The line of Prosody of the project. */
  readonly line: string
  readonly registry: Registry
  /** Bytes of a file; undefined where that is not known. */
  readonly sizeOf: (sha256: Sha256) => number | undefined
  /** Lines of a file; undefined where its bytes are not at hand. */
  readonly linesOf: (digest: Digest) => LineCounts | undefined
  /** Whether the lines of files that changed are counted: all of their bytes are read for it. */
  readonly countsLines: boolean
}

/** Compares what two locks have of each source; sources without any difference are left out. Sorted by source. */
export function compareLocks(compared: LocksCompared): SourceDiff[] {
  return groupsOf(compared).flatMap((keys) => {
    const [old, fresh] = [filesOf(keys, compared.before), filesOf(keys, compared.after)]
    const [before, after] = [labelOf(keys, compared.before), labelOf(keys, compared.after)]
    const isSame = sameFiles(old, fresh) && before?.version === after?.version
    return isSame ? [] : [diffOf(keys, compared)]
  })
}

/** Entries of a flat tree go together, and so do those of one source that move from one release to one other. */
function groupsOf({before, after, wholeSource}: LocksCompared): ModuleKey[][] {
  const groups = new Map<string, ModuleKey[]>()
  const keys = [...new Set([...keysIn(before.modules), ...keysIn(after.modules)])].sort()
  for (const key of keys) {
    const [old, fresh] = [before.modules[key], after.modules[key]]
    const [source] = splitKey(key)
    const isFlat = (old ?? fresh)?.layout === 'flat'
    const id =
      isFlat || wholeSource !== undefined ? source : `${source} ${old?.version ?? ''} ${fresh?.version ?? ''}`
    groups.set(id, [...(groups.get(id) ?? []), key])
  }
  return [...groups.values()]
}

function diffOf(keys: readonly ModuleKey[], compared: LocksCompared): SourceDiff {
  const {before, after, known, line, registry, linesOf} = compared
  const [old, fresh] = [filesOf(keys, before), filesOf(keys, after)]
  const [source = ''] = keys.map((key) => splitKey(key)[0])
  const share = shareBy(linesOf)
  const {wholeSource} = compared
  const labels =
    wholeSource === undefined
      ? {from: labelOf(keys, before), to: labelOf(keys, after)}
      : {
          from: {version: wholeSource.before, revision: null},
          to: {version: wholeSource.after, revision: null},
        }
  const modules = compareModules(old, fresh, {known: knownRenames(source, registry), share})
  const files = compareFiles(old, fresh)
  const moves = (name: string) => movesOf(name, source, registry)
  const lines = registry.prosodyLines
  const core = new Set(registry.prosodyLine(line)?.coreModules)
  return {
    ...{source, entries: keys, ...labels, modules, files},
    extent: {before: extentOf(old, compared), after: extentOf(fresh, compared)},
    changedShare: compared.countsLines ? shareOf(files, {old, fresh}, share) : null,
    ...withPatches(
      compareEntries({
        ...{keys, before, after, modules, known, lines, line, core, moves},
        isCoreOption: (name) => ownValue(registry.prosodyRuntime(line)?.options ?? {}, name) !== undefined,
      }),
      compared.patches.get(source) ?? [],
    ),
  }
}

function withPatches(found: EntryChanges, patches: readonly Change[]): EntryChanges {
  return {...found, changes: joinChanges([...found.changes, ...patches], () => [])}
}

function labelOf(keys: readonly ModuleKey[], {modules}: Lockfile): ReleaseLabel | null {
  const locked = keys.map((key) => modules[key]).find((one): one is LockedModule => one !== undefined)
  return locked === undefined ? null : {version: locked.version, revision: revisionOf(locked) ?? null}
}

function extentOf(files: FileDigests, {sizeOf}: LocksCompared): Extent {
  let bytes: number | null = 0
  for (const digest of Object.values(files)) {
    const size = sizeOf(toSha256(digest))
    bytes = bytes === null || size === undefined ? null : bytes + size
  }
  return {files: Object.keys(files).length, bytes}
}

function shareOf(
  {changed}: FileComparison,
  {old, fresh}: {readonly old: FileDigests; readonly fresh: FileDigests},
  share: (one: Digest, other: Digest) => number | undefined,
): number | null {
  const shares = changed.map((path) => {
    const [before, after] = [ownValue(old, path), ownValue(fresh, path)]
    return before === undefined || after === undefined ? undefined : share(before, after)
  })
  if (shares.length === 0 || shares.some((one) => one === undefined)) return null
  return 1 - shares.reduce((sum: number, one) => sum + (one ?? 0), 0) / shares.length
}
