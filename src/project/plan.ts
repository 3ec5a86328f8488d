import type {Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {DiskState} from './disk.ts'
import {driftHint, linkHint} from './drift.ts'

/** One change to one file: what stands there now and what shall stand there; null is nothing. */
export interface FileChange {
  /** From the project's folder, `/`-separated. */
  readonly path: string
  readonly before: Sha256 | null
  readonly after: Sha256 | null
}

/** What the last command wrote to a path, or that somebody has edited it since and nobody knows any more what that was. */
export type Owned = Sha256 | 'edited'

/** What a plan of changes to files is made from: what shall stand there, what is ours, and what stands there now. */
export interface PlanInput {
  /** Path → sha256 that shall stand there. */
  readonly desired: ReadonlyMap<string, Sha256>
  /** What is ours, by path: what the last lockfile lists, and what was generated. */
  readonly owned: ReadonlyMap<string, Owned>
  /** Paths of the files that are generated, for what Git has to be told of line ends. */
  readonly generatedPaths: readonly string[]
  /** What stands at a desired or owned path. */
  disk(path: string): DiskState
  /** The symbolic link, in place of a folder, that the way to a path leads through. */
  readonly linkOnWay?: (path: string) => string | undefined
  /** Whether a file differs from a digest in its line ends alone. */
  readonly onlyLineEnds?: (path: string, sha256: Sha256) => boolean
  /** Whether a file that differs from what we own may be replaced. */
  readonly force: boolean
  /** Whether that goes for files, too, of which nothing says that they are ours. */
  readonly forceAll?: boolean
  /** Writes a path for messages; as it is where this is not given. */
  readonly shown?: (path: string) => string
}

/**
 * Lists what must be written and removed. Pure: looks only through `disk`. Throws OWNED_FILE_CHANGED for owned files
 * that the user changed, unless forced, and FILE_IN_THE_WAY for anything that is not owned.
 */
export function planFiles(input: PlanInput): FileChange[] {
  const changes: FileChange[] = []
  const changed: string[] = []
  const inTheWay: string[] = []
  for (const path of [...new Set([...input.desired.keys(), ...input.owned.keys()])].sort()) {
    const after = input.desired.get(path) ?? null
    const ours = input.owned.get(path)
    const state = input.disk(path)
    if (state === 'other') inTheWay.push(path)
    else if (state === 'absent') {
      if (after !== null) changes.push({path, before: null, after})
    } else if (state.sha256 !== after) {
      if (ours === undefined && input.forceAll !== true) inTheWay.push(path)
      else if (state.sha256 !== ours && !input.force) changed.push(path)
      else changes.push({path, before: state.sha256, after})
    }
  }
  if (inTheWay.length > 0) throw inTheWayOf(inTheWay, input)
  if (changed.length > 0) throw ownedFileChanged(changed, input)
  return changes
}

function ownedFileChanged(
  paths: readonly string[],
  {owned, desired, generatedPaths, onlyLineEnds, shown}: PlanInput,
): ProsodyModsError {
  const named = shown === undefined ? paths : paths.map(shown)
  const ended = paths.filter((path) => {
    const ours = owned.get(path)
    const written = ours === 'edited' ? desired.get(path) : ours
    return written !== undefined && onlyLineEnds?.(path, written) === true
  })
  if (ended.length === paths.length) return lineEndsChanged(paths, generatedPaths)
  return new ProsodyModsError(
    'OWNED_FILE_CHANGED',
    `changed since prosody-mods wrote ${paths.length === 1 ? 'it' : 'them'}:\n  ${named.join('\n  ')}`,
    {
      hint: 'keep a changed module as one of your own (a source of kind path) and settings in a file of your own, or give --force to lose the change',
      details: {paths: named},
    },
  )
}

function lineEndsChanged(paths: readonly string[], generatedPaths: readonly string[]): ProsodyModsError {
  const hint = driftHint('line-ends', generatedPaths, paths)
  return new ProsodyModsError(
    'OWNED_FILE_CHANGED',
    `only line ends were changed since prosody-mods wrote ${paths.length === 1 ? 'it' : 'them'}:\n  ${paths.join('\n  ')}`,
    {hint: hint.replace(/^[^:]*: /, 'core.autocrlf of Git does that: '), details: {paths}},
  )
}

/** Of what lies behind a link, the link is what is in the way, and to be told first. */
function inTheWayOf(paths: readonly string[], {linkOnWay, shown, forceAll}: PlanInput): ProsodyModsError {
  const named = (all: readonly string[]): readonly string[] =>
    shown === undefined ? all : all.map((one) => shown(one))
  const links = named([...new Set(paths.flatMap((path) => linkOnWay?.(path) ?? []))])
  if (links.length === 0) return fileInTheWay(named(paths), forceAll)
  return new ProsodyModsError(
    'FILE_IN_THE_WAY',
    `in the way, as a symbolic link where a folder has to be:\n  ${links.join('\n  ')}`,
    {hint: linkHint(links), details: {paths: links}},
  )
}

function fileInTheWay(paths: readonly string[], forceAll: boolean | undefined): ProsodyModsError {
  return new ProsodyModsError(
    'FILE_IN_THE_WAY',
    `in the way, and not written by prosody-mods:\n  ${paths.join('\n  ')}`,
    {
      hint:
        forceAll === false
          ? 'move it elsewhere, or give --force to replace files, never folders and links, though nothing says that prosody-mods wrote them'
          : 'move it elsewhere; what the lockfile does not list is never overwritten',
      details: {paths},
    },
  )
}
