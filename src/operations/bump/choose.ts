import {ProsodyModsError} from '../../errors.ts'
import {splitKey, type ModuleKey, moduleKey} from '../../module-key.ts'
import type {LockedModule, Lockfile} from '../../project/lockfile.ts'
import type {Manifest} from '../../project/manifest.ts'
import {newestFirst} from '../../resolve/choose.ts'
import {isCommit} from '../../resolve/commits.ts'
import {hasModule} from '../../resolve/layout.ts'
import {movesOf} from '../../resolve/owners.ts'
import {listReleases} from '../../sources/index.ts'
import type {ReleaseRef} from '../../sources/types.ts'
import {schemes} from '../../versioning/index.ts'
import {newestOfAll} from '../../locking/all-releases.ts'
import type {BumpGroup} from './groups.ts'
import {releaseFor} from '../../locking/lock-module.ts'
import {whereItWent, withNotes} from '../../locking/where-it-went.ts'
import type {Workbench} from '../../workbench/workbench.ts'
import {revisionOf} from '../../sources/revision.ts'

/** Entries that move together, and the release that it moves to. */
export interface Choice {
  readonly group: BumpGroup
  /** What is locked now. */
  readonly locked: LockedModule
  readonly ref: ReleaseRef
  /** stays: no version was asked for, and what is locked is newer than what was found. */
  readonly kind: 'moves' | 'same' | 'stays'
}

/** Which releases entries may move to. */
export interface ChooseOptions {
  readonly latest: boolean
  readonly allowDowngrade: boolean
}

/**
 * Chooses the release that entries move to. Throws DOWNGRADE, MODULE_GONE, VERSION_UNSATISFIABLE, and what asking a
 * publisher throws.
 */
export async function chooseBump(
  group: BumpGroup,
  at: {readonly lock: Lockfile; readonly manifest: Manifest; readonly options: ChooseOptions},
  bench: Workbench,
): Promise<Choice> {
  const locked = group.keys.map((key) => at.lock.modules[key]).find((one) => one !== undefined)
  if (locked === undefined) throw new Error('what moves has a locked entry')
  const ref = await found(group, at.options, bench).catch((error: unknown) => {
    throw withMoves(error, group, {manifest: at.manifest, bench})
  })
  const direction = compareTo(locked, ref, group)
  const choice = {group, locked, ref}
  // A commit has no version that another one could be newer than: it is left only for what was asked for, or for the
  // tip of a repository that has no versions.
  const isPinned = isCommit(locked) && !isCommit(ref)
  if (group.versionText === undefined && (direction < 0 || isPinned)) return {...choice, kind: 'stays'}
  if (direction < 0 && !at.options.allowDowngrade) throw downgrade(group, locked, ref)
  const gone = group.keys.filter((key) => !has(ref, key, group))
  if (gone.length > 0) throw await moduleGone(gone, choice, bench)
  return {...choice, kind: isSame(locked, ref) ? 'same' : 'moves'}
}

/** Returns MODULE_GONE in place of what resolving says of entries that a release turned out not to have. */
export async function explainGone(
  error: unknown,
  choices: readonly Choice[],
  bench: Workbench,
): Promise<unknown> {
  if (!(error instanceof ProsodyModsError) || error.code !== 'MODULE_UNKNOWN') return error
  const module = error.details['module']
  for (const choice of choices) {
    const key = choice.group.keys.find((one) => one === module)
    if (key !== undefined) return moduleGone([key], choice, bench)
  }
  return error
}

async function found(group: BumpGroup, {latest}: ChooseOptions, bench: Workbench): Promise<ReleaseRef> {
  const {definition, name} = group
  if (!latest) return releaseFor(group, bench)
  const newest = await newestOfAll(definition, name, bench)
  // Nobody has it: what there is, is said by the way that finds nothing.
  return newest ?? releaseFor(group, bench)
}

/** What became of a module goes with the news that no release has it. */
function withMoves(
  error: unknown,
  {definition, name}: BumpGroup,
  {manifest, bench}: {readonly manifest: Manifest; readonly bench: Workbench},
): unknown {
  const unsatisfied =
    error instanceof ProsodyModsError &&
    ['VERSION_UNSATISFIABLE', 'MODULE_UNKNOWN', 'MODULE_GONE'].includes(error.code)
  if (!unsatisfied) return error
  const went = whereItWent(moduleKey(definition.id, name), manifest, bench.environment.registry)
  return went.notes.length === 0 ? error : withNotes(error, went)
}

/** Negative where the release is older than what is locked. */
function compareTo(locked: LockedModule, ref: ReleaseRef, {definition}: BumpGroup): number {
  const scheme = schemes[definition.scheme]
  const [before, after] = [scheme.parse(locked.version), scheme.parse(ref.version)]
  return before === undefined || after === undefined ? 0 : scheme.compare(after, before)
}

function isSame(locked: LockedModule, ref: ReleaseRef): boolean {
  return locked.version === ref.version && revisionOf(locked) === revisionOf(ref)
}

/** What is not known yet may be there. */
function has({contents}: ReleaseRef, key: ModuleKey, {definition}: BumpGroup): boolean {
  return contents === undefined || hasModule(contents, definition.layout, splitKey(key)[1])
}

function downgrade({definition, keys}: BumpGroup, locked: LockedModule, ref: ReleaseRef): ProsodyModsError {
  const what = keys.length === 1 ? (keys[0] ?? '') : definition.id
  return new ProsodyModsError(
    'DOWNGRADE',
    `${what}: ${ref.version} is older than what is locked\n  locked    ${locked.version}\n  asked for ${ref.version}`,
    {
      hint: 'give --allow-downgrade if you mean to go back',
      details: {modules: keys, locked: locked.version, requested: ref.version},
    },
  )
}

async function moduleGone(
  gone: readonly ModuleKey[],
  {group, ref}: Pick<Choice, 'group' | 'ref'>,
  bench: Workbench,
): Promise<ProsodyModsError> {
  const {definition, keys} = group
  const moves = gone.flatMap((key) => movesOf(splitKey(key)[1], definition.id, bench.environment.registry))
  const last = await newestWithAll(group, bench)
  const without = gone.map((key) => splitKey(key)[1]).join(', ')
  return new ProsodyModsError(
    'MODULE_GONE',
    [
      `${definition.id} ${ref.version} has no module ${without}, which the manifest names`,
      ...moves.map(({note}) => `  ${note}`),
    ].join('\n'),
    {
      hint: `${last === undefined ? '' : `the newest known release with ${keys.length === 1 ? 'it' : 'all that the manifest names'} is ${last}; `}to go on without, take it out first: prosody-mods remove ${gone.join(' ')}`,
      details: {release: ref.version, gone, newestWithAll: last ?? null, moves},
    },
  )
}

async function newestWithAll(group: BumpGroup, bench: Workbench): Promise<string | undefined> {
  const known = await listReleases(group.definition, bench.context, group.name)
  const dated = newestFirst(known, schemes[group.definition.scheme])
  return dated.find(({ref}) => ref.foundBy === undefined && group.keys.every((key) => has(ref, key, group)))
    ?.ref.version
}
