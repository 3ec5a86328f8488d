import {ProsodyModsError} from '../errors.ts'
import {differsInLineEnds, diskBelow, diskState, filesBelow, linkOnWay} from '../project/disk.ts'
import {driftHint, linkHint, type DriftKind} from '../project/drift.ts'
import {contextFolder, lockedFiles, lockedPatches, type Lockfile} from '../project/lockfile.ts'
import {unreadablePaths} from '../project/modes.ts'
import {countModules, type ModuleCounts} from '../resolve/module-counts.ts'
import {shellWord} from '../text/shell-word.ts'
import type {GeneratedFile} from '../image/generated-file.ts'
import {generatedFiles} from '../image/generated-files.ts'
import type {Environment} from '../workbench/environment.ts'
import {openProject, type ProjectWithLock} from '../workbench/open-project.ts'
import {desiredIn, destinationOf, placedConfig, type Placed} from '../context/destination.ts'
import {presentText} from '../context/present-text.ts'
import {refuseFirstUse} from '../workbench/refuse-disputes.ts'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'

/** What `verify` is asked for. */
export interface VerifyRequest {
  /** The folder that install was given with --modules-path. */
  readonly modulesPath?: string
  /** The folder that install was given with --destdir, absolute. */
  readonly destdir?: string
}

/** One file that is not as the lockfile says. */
export interface Drift {
  /** The file's path from the project's folder. */
  readonly path: string
  readonly kind: DriftKind
  /** The sha256; null where nothing is expected or found. */
  readonly expected: Sha256 | null
  readonly got: Sha256 | null
  /** Of what is no file since the way to it leads through a symbolic link: that link, from the project's folder. */
  readonly link?: string
  /** What to do about it. */
  readonly hint: string
}

/** What `verify` found; the shape is part of --json (docs/reference/json.md). */
export interface VerifyResult {
  /** Entries of the lockfile. */
  readonly modules: number
  readonly total: Pick<ModuleCounts, 'modules'>
  /** How many files are as locked. */
  readonly verified: number
  readonly drift: readonly Drift[]
  /** Absolute; where paths start from in place of the project's folder. */
  readonly destdir?: string
}

/** Hashes the whole context against the lockfile. Throws LOCKFILE_MISSING; drift is a result, not an error. */
export async function verify(request: VerifyRequest, environment: Environment): Promise<VerifyResult> {
  const project = await openProject(environment)
  const {lock} = project
  if (lock === undefined) {
    throw new ProsodyModsError('LOCKFILE_MISSING', 'there is no prosody-mods.lock.json to verify against', {
      hint: 'run "prosody-mods install" and commit the lockfile',
    })
  }
  refuseFirstUse(lock, project.manifest)
  const from = {lock, manifest: project.manifest, modulesPath: request.modulesPath}
  const found =
    request.destdir === undefined
      ? verifyFiles(project.folder, lock, generatedFiles(from))
      : verifyPlaced(request.destdir, {...from, lockText: project.lockText ?? ''})
  const unproved = await unprovedIn({...project, lock}, request, environment)
  const total = {modules: countModules(lock).modules}
  return {modules: Object.keys(lock.modules).length, total, ...withUnproved(found, unproved)}
}

/** Compares the context of a project with its lockfile, and proves again that its patches are applied as locked. */
export async function verifyContext(
  project: ProjectWithLock,
  environment: Environment,
): Promise<readonly Drift[]> {
  const {folder, lock, manifest} = project
  const found = verifyFiles(folder, lock, generatedFiles({lock, manifest}))
  return withUnproved(found, await unprovedIn(project, {}, environment)).drift
}

type Verified = Omit<VerifyResult, 'modules' | 'total'>

/** What is told of a file already is told once. */
function withUnproved(found: Verified, unproved: readonly Drift[]): Verified {
  const known = new Set(found.drift.map(({path}) => path))
  const more = unproved.filter(({path}) => !known.has(path))
  return {
    ...found,
    verified:
      found.verified - more.filter(({kind, expected}) => kind === 'unproved' && expected !== null).length,
    drift: [...found.drift, ...more].sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

/** That patches make what the lockfile says is shown by them and by the files, and loaded only where there are some. */
async function unprovedIn(
  project: ProjectWithLock,
  request: VerifyRequest,
  {storeFolder}: Environment,
): Promise<Drift[]> {
  const {manifest, lock} = project
  const isPatched =
    lock.patches !== undefined ||
    Object.values(lock.modules).some(({patches, published}) => patches ?? published)
  if (!isPatched && manifest.patches === undefined) return []
  const {verifyPatches} = await import('./verify-patches.ts')
  return verifyPatches(project, request, storeFolder)
}

/** Compares what a project would have in a folder that stands for a file system's root with what lies there. */
function verifyPlaced(folder: string, placed: Placed): Verified {
  const destination = destinationOf(placed)
  const generated = [placedConfig(placed, destination)]
  const expected = desiredIn(placed, destination)
  const {verified, drift} = verifyPlace({
    ...{folder, modules: destination.modules, expected, generated},
    isShared: destination.layout === 'modules',
  })
  const command = `prosody-mods install --destdir ${shellWord(folder)}`
  const hints = {
    unexpected: `no module of the lockfile has it: delete it, or keep it outside of ${destination.modules}`,
  }
  return {
    destdir: folder,
    verified,
    drift: drift.map((one) => ({
      ...one,
      hint:
        one.kind === 'unexpected' ? hints.unexpected : one.hint.replaceAll('prosody-mods install', command),
    })),
  }
}

/** Compares the files of a lockfile, and those that are generated, with what lies in a folder. */
export function verifyFiles(folder: string, lock: Lockfile, generated: readonly GeneratedFile[]): Verified {
  return verifyPlace({folder, modules: contextFolder, expected: expectedFiles(lock, generated), generated})
}

/** What shall lie in a folder. */
interface Place {
  readonly folder: string
  /** The folder in it where nothing else may lie. */
  readonly modules: string
  readonly expected: ReadonlyMap<string, Sha256>
  readonly generated: readonly GeneratedFile[]
  /** Whether modules of others may lie beside ours: then only folders that ours are in are looked at. */
  readonly isShared?: boolean
}

function verifyPlace(place: Place): Verified {
  const {folder, expected, generated} = place
  const found = [...compare(folder, expected), ...unexpected(place), ...outlived(folder, generated)]
  const closed = closedOf(place, new Set(found.map(({path}) => path)))
  const drift = [...found, ...closed].map((one) => ({...one, hint: hintFor(one, folder, generated)}))
  return {
    verified: expected.size - drift.filter(({path}) => expected.has(path)).length,
    drift: drift.sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

function expectedFiles(lock: Lockfile, generated: readonly GeneratedFile[]): Map<string, Sha256> {
  const files = new Map([...lockedFiles(lock), ...lockedPatches(lock)])
  for (const {path, text} of generated) if (text !== undefined) files.set(path, sha256Of(text))
  return files
}

type Found = Omit<Drift, 'hint'>

function hintFor({path, kind, link}: Found, folder: string, generated: readonly GeneratedFile[]): string {
  if (link !== undefined) return linkHint([link])
  const usual = driftHint(
    kind,
    generated.map((one) => one.path),
    [path],
  )
  const file = generated.find((one) => one.path === path)
  if (file === undefined) return usual
  if (file.text === undefined) return 'this project has it no more: prosody-mods install takes it away'
  const present = presentText(folder, path)
  if (present === undefined) return usual
  if (kind === 'changed' && !file.isOurs(present)) return foreignHint
  return file.hint?.(present) ?? (kind === 'changed' && file.isSealed(present) ? outdatedHint : usual)
}

/** No command replaces what others have written. */
const foreignHint = 'prosody-mods did not write it: move it elsewhere, then run "prosody-mods install"'

/** Nobody has changed it since it was written: it follows from an earlier manifest. */
const outdatedHint = 'the manifest or the lockfile has changed since: "prosody-mods install" writes it anew'

/** Generated files of ours that the project shall have no more. */
function outlived(folder: string, generated: readonly GeneratedFile[]): Found[] {
  return generated.flatMap(({path, text, isOurs}): Found[] => {
    const present = text === undefined ? presentText(folder, path) : undefined
    if (present === undefined || !isOurs(present)) return []
    return [{path, kind: 'unexpected', expected: null, got: sha256Of(present)}]
  })
}

/** What others can't read, though its bytes are right. */
function closedOf({folder, modules, expected}: Place, found: ReadonlySet<string>): Found[] {
  return unreadablePaths(folder, expected.keys(), modules)
    .filter((path) => !found.has(path))
    .map((path) => {
      const sha256 = expected.get(path) ?? null
      return {path, kind: 'unreadable', expected: sha256, got: sha256}
    })
}

function compare(folder: string, expected: ReadonlyMap<string, Sha256>): Found[] {
  const found: Found[] = []
  const stateOf = diskBelow(folder)
  for (const [path, sha256] of expected) {
    const state = stateOf(path)
    if (state === 'absent') found.push({path, kind: 'missing', expected: sha256, got: null})
    else if (state === 'other')
      found.push({path, kind: 'not-a-file', expected: sha256, got: null, ...linkOf(folder, path)})
    else if (state.sha256 !== sha256) {
      const kind = differsInLineEnds(folder, path, sha256) ? 'line-ends' : 'changed'
      found.push({path, kind, expected: sha256, got: state.sha256})
    }
  }
  return found
}

function linkOf(folder: string, path: string): Pick<Found, 'link'> {
  const link = linkOnWay(folder, path)
  return link === undefined ? {} : {link}
}

/** Prosody loads what lies in a plugin path, whoever put it there. */
function unexpected({folder, modules, expected, isShared = false}: Place): Found[] {
  const ours = new Set([...expected.keys()].map((path) => path.slice(0, path.lastIndexOf('/'))))
  const isIn = (path: string): boolean =>
    ours.has(path.slice(0, path.lastIndexOf('/'))) && path.slice(modules.length + 1).includes('/')
  const found = filesBelow(join(folder, modules))
    .map((path) => `${modules}/${path}`)
    .filter((path) => !expected.has(path) && (!isShared || isIn(path)))
  const link = found[0] === undefined ? undefined : linkOnWay(folder, found[0])
  if (link !== undefined) return [{path: link, kind: 'unexpected', expected: null, got: null, link}]
  return found.map((path) => {
    const state = diskState(folder, path)
    return {path, kind: 'unexpected', expected: null, got: typeof state === 'object' ? state.sha256 : null}
  })
}
