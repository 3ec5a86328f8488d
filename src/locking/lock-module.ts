import {mainOf, moduleOfPath} from '../module-name.ts'
import type {Sha256} from '../digest.ts'
import {says, type ProsodyModsError} from '../errors.ts'
import type {Placement} from '../facts/placement.ts'
import {integrityOf, type LockedModule} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {availableIn} from '../resolve/choose.ts'
import type {Wanted} from '../resolve/meaning.ts'
import {digestIn, moduleNames, patchesOf, readmeOf, sha256In} from '../resolve/layout.ts'
import {refuseMoved, withFound} from '../resolve/found.ts'
import type {LeftOut} from '../resolve/left-out.ts'
import {takingOf} from '../resolve/taking.ts'
import {trustOf} from '../resolve/trust.ts'
import {findReleases, listReleases} from '../sources/index.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {fetchClosure, type Closure, type ComputedFile} from './fetch-closure.ts'
import {firstUse, withWholeCommit} from './first-use.ts'
import {missingModule} from './lacking-module.ts'
import {placementIn} from '../facts/module-facts.ts'
import {readLua} from '../workbench/read-lua.ts'
import {chooseOldEnough, isOnlyYoung} from './old-enough.ts'
import {namesRelease} from '../resolve/release-age.ts'
import {misspelled, notThere, similarIn} from './similar-names.ts'
import {lockedOf, type Workbench} from '../workbench/workbench.ts'
import {namesCommits, nothingListed} from '../sources/kinds.ts'
import {moduleKey, type ModuleKey} from '../module-key.ts'

/** A module resolved, fetched, verified and read. */
export interface LockResult {
  /** source/name */
  readonly key: ModuleKey
  readonly locked: LockedModule
  readonly ref: ReleaseRef
  /** Of single modules; whole trees have many. */
  readonly placement: Placement | undefined
  /** Files of a whole tree that patch Prosody itself: not installed. */
  readonly patches: readonly string[]
  /** Modules of a whole tree, those that are left out too; [] for a single module. */
  readonly names: readonly string[]
  /** Of the module's README; undefined without one. The store may have it. */
  readonly readme: Sha256 | undefined
  /** Files that lie where the module's do and are not taken. */
  readonly leftOut: readonly LeftOut[]
  /** Files that it names by something computed, so that nobody knows which they are. */
  readonly computed: readonly ComputedFile[]
}

/** A module to lock, at which version, and with which of its parts. */
export interface WantedRelease extends Wanted {
  /** Where it has been chosen already. */
  readonly ref?: ReleaseRef | undefined
  /** What the manifest names besides what is taken. */
  readonly include?: readonly string[] | undefined
  /** Modules of a whole tree to leave out. */
  readonly except?: readonly string[] | undefined
}

/**
 * Resolves one request down to digests: chooses the release, selects the module's files, fetches and
 * verifies them, follows `module:require` to shared libraries of the same release, and refuses what is
 * not valid Lua. Throws whatever stands in its way; the project is not touched.
 */
export async function lockModule(
  wanted: WantedRelease,
  manifest: Manifest,
  bench: Workbench,
): Promise<LockResult> {
  const {definition, name} = wanted
  const key = moduleKey(definition.id, name)
  const chosen = wanted.ref ?? (await releaseFor(wanted, bench))
  const contents =
    chosen.contents ?? (await firstUse(key, {ref: chosen, definition, manifest, module: name}, bench))
  const ref = withWholeCommit(key, chosen, contents)
  const {layout} = definition
  const include = wanted.include ?? []
  const taking = takingOf(contents, {layout, name, isKnown: ref.contents !== undefined, include})
  if (taking === undefined) throw missingModule(key, {definition, ref, contents})
  const except = name === '*' ? (wanted.except ?? []) : []
  leaveOut(taking.files, except)
  const closure = {key, ref, contents, wanted}
  const computed = await fetchClosure(taking, closure, bench)
  const selection = taking.files
  const files = Object.fromEntries([...selection].map(([path, from]) => [path, digestIn(contents, from)]))
  const from = Object.fromEntries([...selection].filter(([path, real]) => path !== real))
  const readme = readmeOf(contents, layout, name)
  return {
    key,
    ref,
    placement: placementOf(selection, closure, bench),
    patches: patchesOf(contents, layout, name),
    names: name === '*' ? moduleNames(contents, layout) : [],
    readme: readme === undefined ? undefined : sha256In(contents, readme),
    leftOut: taking.leftOut,
    computed,
    locked: {
      version: ref.version,
      layout,
      resolved: ref.resolved,
      trust: trustOf(
        ref,
        definition,
        [...selection.values()].map((path) => contents.files.get(path)?.basis),
      ),
      integrity: integrityOf(files),
      files,
      ...(Object.keys(from).length === 0 ? {} : {from}),
      ...(include.length === 0 ? {} : {include: [...include].sort()}),
      ...(except.length === 0 ? {} : {except}),
    },
  }
}

/** Takes modules out of the files of a whole tree. */
function leaveOut(files: Map<string, string>, names: readonly string[]): void {
  for (const path of [...files.keys()]) {
    const module = moduleOfPath(path)
    if (module !== undefined && names.includes(module)) files.delete(path)
  }
}

/**
 * Finds the release that is wanted, old enough unless it is named: in what is known here, else at the publisher. Throws
 * what chooseRelease and asking throw.
 */
export async function releaseFor(wanted: Wanted, bench: Workbench): Promise<ReleaseRef> {
  const {definition} = wanted
  const known = await listReleases(definition, bench.context, wanted.name)
  try {
    return chooseOldEnough(wanted, known, bench)
  } catch (error) {
    if (!says(error, 'absent')) throw error
    const similar = similarIn(wanted, bench)
    const isTypo = similar.length > 0 && (isSettled(wanted, known) || isCostly(wanted))
    if (isTypo) throw misspelled(wanted, similar, undefined)
    if (isSettled(wanted, known)) throw error
    const found = await askPublisher(wanted, error, bench).catch((silence: unknown) => {
      throw says(silence, 'silent') && similar.length > 0 ? misspelled(wanted, similar, silence) : silence
    })
    refuseMoved(lockedOf(definition.id, bench), found, definition.id)
    if (found.length > 0) return chooseOldEnough(wanted, withFound(known, found, definition.id), bench)
    if (similar.length > 0) throw misspelled(wanted, similar, undefined)
    // Of a module that the registry knows, what it knows is said, whatever its publisher has now.
    throw isKnownModule(error) ? error : await notThere(wanted, error, bench)
  }
}

/** Whether other versions of the module are known. */
function isKnownModule(error: ProsodyModsError): boolean {
  return availableIn(error) !== undefined
}

/** Whether asking for the newest would bring in a whole repository, only to find that it lacks the module, too. */
function isCostly({definition, versionText = '*'}: Wanted): boolean {
  return namesCommits(definition) && versionText === '*'
}

/** Whether a Git tag was named of which every file is known: its publisher has nothing to add. */
function isSettled({definition, versionText}: Wanted, known: readonly ReleaseRef[]): boolean {
  if (!namesCommits(definition)) return false
  return known.some(({version, contents}) => version === versionText && contents !== undefined)
}

/** @param unknown what is to be said where nobody answers */
async function askPublisher(
  {definition, name, versionText}: Wanted,
  unknown: ProsodyModsError,
  {context, ageRule}: Workbench,
): Promise<readonly ReleaseRef[]> {
  // The newest alone may be too young.
  const isAged = ageRule !== undefined && !namesRelease({definition, name, versionText})
  const query = {module: name, versionText, ...(isAged ? {all: true as const} : {})}
  try {
    const found = await findReleases(definition, query, context)
    // What there would be goes into the message.
    return found.some(({withoutMain}) => withoutMain !== true)
      ? found
      : withHistory(found, await findReleases(definition, {...query, all: true}, context))
  } catch (error) {
    if (!says(error, 'silent')) throw error
    // Nobody has to be asked for what is known: that it came back is what could not be found out.
    if (unknown.code === 'MODULE_GONE' || isOnlyYoung(unknown)) throw unknown
    throw error.with({
      // Of a source that lists nothing by itself, nobody knows what it has.
      message:
        nothingListed(definition) === undefined
          ? `${unknown.message}\n${error.message}`
          : `${moduleKey(definition.id, name)}: ${error.message}`,
      details: {...unknown.details, ...error.details},
    })
  }
}

/** What was named may be no changeset that touched the module: then it is told beside those. */
function withHistory(found: readonly ReleaseRef[], all: readonly ReleaseRef[]): readonly ReleaseRef[] {
  const days = new Set(all.map(({version}) => version))
  return [...found.filter(({version}) => !days.has(version)), ...all]
}

/** Read off the main file and its libraries; undefined for a whole tree. */
function placementOf(
  selection: ReadonlyMap<string, string>,
  {key, contents, wanted: {name}}: Closure,
  bench: Workbench,
): Placement | undefined {
  if (name === '*') return undefined
  const files = [...selection].flatMap(([path, from]) => {
    const sha256 = contents.files.get(from)?.sha256
    const isOne = path.endsWith('.lua') && (mainOf(path) === undefined || mainOf(path) === name)
    return sha256 === undefined || !isOne
      ? []
      : [{path, facts: readLua({module: key, path: from, sha256}, bench)}]
  })
  return placementIn(name, files) ?? undefined
}
