import {ProsodyModsError} from '../../src/errors.ts'
import type {HistoryDigest, KnownUntil, ModuleChange, ModuleHistory} from '../../src/registry/types.ts'

/** What a changeset made of one module, as an import read it. */
export interface IncomingChange {
  /** The changeset, 40 hex digits. */
  readonly revision: string
  /** UTC date of the changeset, YYYY-MM-DD. */
  readonly date: string
  /** By path in the module's folder; empty where nothing was left of it. */
  readonly files: ReadonlyMap<string, HistoryDigest>
}

/** All changes of a repository's modules, oldest first, and how far they go. */
export interface IncomingHistory {
  readonly until: KnownUntil
  readonly modules: ReadonlyMap<string, readonly IncomingChange[]>
}

/**
 * Adds changes to what is known of a module. What is known is the beginning of what comes in, or the other way round;
 * anything else throws DIGEST_MISMATCH: a changeset never changes, and a repository only grows.
 */
export function mergeHistory(
  {source, module, known}: {readonly source: string; readonly module: string; readonly known?: ModuleHistory},
  incoming: readonly IncomingChange[],
): ModuleHistory {
  const before = known?.changes ?? []
  const digests = [...(known?.digests ?? [])]
  for (const [index, change] of before.slice(0, incoming.length).entries()) {
    const now = incoming[index]
    if (now !== undefined) refuseOther(`${source}/${module}`, {change, digests, now})
  }
  const fresh = incoming.slice(before.length).map((change) => toChange(change, digests))
  return {source, module, digests, changes: [...before, ...fresh]}
}

function toChange({revision, date, files}: IncomingChange, digests: HistoryDigest[]): ModuleChange {
  if (files.size === 0) return {revision, date}
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    revision,
    date,
    files: Object.fromEntries(sorted.map(([path, file]) => [path, indexOf(file, digests)])),
  }
}

function indexOf({sha256, size}: HistoryDigest, digests: HistoryDigest[]): number {
  const index = digests.findIndex((one) => one.sha256 === sha256)
  if (index >= 0) return index
  return digests.push({sha256, size}) - 1
}

function refuseOther(
  key: string,
  at: {
    readonly change: ModuleChange
    readonly digests: readonly HistoryDigest[]
    readonly now: IncomingChange
  },
): void {
  const {change, digests, now} = at
  const known = Object.entries(change.files ?? {}).map(([path, index]) => fileText(path, digests[index]))
  const [expected, got] = [
    textOf(change, known),
    textOf(
      now,
      [...now.files].map(([path, file]) => fileText(path, file)),
    ),
  ]
  if (expected === got) return
  throw new ProsodyModsError(
    'DIGEST_MISMATCH',
    `${key}: a change is known, and something else stands in its place\n  expected ${expected}\n  got      ${got}`,
    {
      hint: "nothing was written; import from a clone of the publisher's repository, in which changesets only come at the end",
      details: {module: key, revision: change.revision},
    },
  )
}

function fileText(path: string, file: HistoryDigest | undefined): string {
  return `${path} ${file?.sha256 ?? 'without digest'} (${String(file?.size ?? 0)} bytes)`
}

function textOf({revision, date}: Pick<ModuleChange, 'revision' | 'date'>, files: readonly string[]): string {
  return [`${revision} of ${date}`, ...[...files].sort()].join('\n           ')
}
