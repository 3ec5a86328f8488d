import {isUtf8} from 'node:buffer'
import {existsSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {readFailed} from '../durable.ts'
import {FileRefused, readRegular} from '../regular-file.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import type {OnProgress} from '../progress.ts'
import {notUtf8} from './json-text.ts'
import {lockfileName, parseLockfile, type Lockfile} from './lockfile.ts'
import {manifestName, parseManifest, type Manifest} from './manifest.ts'
import type {Destination} from './destination.ts'
import {FolderHandle, withHandle} from './folder-handle.ts'
import {linkEnd} from './manifest-link.ts'
import {acquireMutex, isHeld} from './mutex.ts'
import {leftoverOf, needsRecovery, recover} from './recovery.ts'
import {lockName, removeIfEmpty, workFolder} from './work-folder.ts'

/** A project as its files say: the manifest and the lockfile, read and as text. */
export interface Project {
  /** Absolute. */
  readonly folder: string
  readonly manifestText: string
  readonly manifest: Manifest
  readonly lockText: string | undefined
  readonly lock: Lockfile | undefined
}

/** What it takes to find a project and open it. */
export interface ProjectAccess {
  readonly cwd: string
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  /** Where this user keeps what says which journals are his own. */
  readonly stateFolder: string
  /** Paths of files that are generated, from the project's folder. */
  readonly generatedPaths: readonly string[]
  /** Where things lie in a folder that is no project. */
  readonly destination?: Destination
}

/**
 * Reads the project as it is on disk, for commands that only look: they touch nothing, and tell where an earlier
 * command was cut off.
 */
export async function readProject(access: ProjectAccess): Promise<Project> {
  const folder = findProject(access)
  await settled(folder, access)
  return load(folder)
}

/** Tells whether a command that writes would first have to look at what lies where commands work. */
export function isInterrupted(access: ProjectAccess): boolean {
  return needsRecovery(findProject(access))
}

/** How long a command that only looks waits for one that writes, in milliseconds. */
const readPatience = 5000

async function settled(folder: string, access: ProjectAccess): Promise<void> {
  if (!needsRecovery(folder)) return
  const started = Date.now()
  while (Date.now() - started < readPatience && (await isHeld(join(folder, workFolder, lockName)))) {
    await setTimeout(20, undefined, {signal: access.signal})
    if (!needsRecovery(folder)) return
  }
  const left = leftoverOf({...access, folder})
  if (left === 'none' || left === 'early') return
  access.onProgress({type: 'interrupted', folder: join(folder, workFolder), isOwn: left === 'cut'})
}

/** How a project is opened for work that changes it. */
export interface ChangeOptions {
  /** As it was read before: given to the work as it is where the files still say the same. */
  readonly seen?: Project | undefined
  /** Whether the work shows what it would write. */
  readonly dryRun?: boolean
}

/**
 * Runs `work` on the project while no other prosody-mods can change it. For a dry run the project is read as by
 * commands that only look: nothing is written, not even a lock, and what was cut off is told and stays.
 */
export async function withProject<T>(
  access: ProjectAccess,
  work: (project: Project) => Promise<T>,
  {seen, dryRun = false}: ChangeOptions = {},
): Promise<T> {
  const folder = findProject(access)
  const opened = async (): Promise<T> => {
    for (const name of [manifestName, lockfileName]) linkEnd(folder, name)
    return work(await load(folder, seen))
  }
  if (!dryRun) return exclusively(folder, access, opened)
  await settled(folder, access)
  return opened()
}

/** Runs `work` with the project's lock held, after whatever was interrupted has been ended. */
export async function exclusively<T>(
  folder: string,
  {signal, onProgress, ...ground}: Omit<ProjectAccess, 'cwd'>,
  work: () => Promise<T>,
): Promise<T> {
  const mutex = await acquireMutex(join(folder, workFolder, lockName), {
    signal,
    onWait: (holder) => onProgress({type: 'waiting', holder}),
    onLongWait: (holder, end) => onProgress({type: 'still-waiting', holder, end}),
  })
  try {
    const direction = await recover({...ground, folder})
    if (direction !== undefined) onProgress({type: 'recovered', direction})
    return await work()
  } finally {
    mutex.release()
    withHandle(FolderHandle.open(folder), (project) => removeIfEmpty(project, workFolder))
  }
}

/** Finds the nearest folder, from `cwd` upwards, that has a manifest. Throws MANIFEST_MISSING, PATH_NOT_FOUND. */
export function findProject({
  cwd,
  ...ground
}: Pick<ProjectAccess, 'cwd' | 'stateFolder' | 'generatedPaths'>): string {
  const start = resolve(cwd)
  if (!existsSync(start)) {
    throw new ProsodyModsError('PATH_NOT_FOUND', `there is no folder ${start}`, {
      hint: 'name the project, or a folder in it, with -C <folder>; "prosody-mods init -C <folder>" makes one',
      details: {path: start},
    })
  }
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, manifestName))) return folder
    // An interrupted first `init` has left its journal and no manifest yet.
    if (leftoverOf({...ground, folder}) === 'cut') return folder
    if (dirname(folder) === folder) break
  }
  throw new ProsodyModsError('MANIFEST_MISSING', `no ${manifestName} in ${start} or above it`, {
    hint: 'run "prosody-mods init" there, or name the project with -C <folder>',
  })
}

async function load(folder: string, seen?: Project): Promise<Project> {
  const manifestText = readText(join(folder, manifestName), 'MANIFEST_INVALID')
  if (manifestText === undefined) {
    throw new ProsodyModsError('MANIFEST_MISSING', `no ${manifestName} in ${folder}`, {
      hint: 'run "prosody-mods init" there',
    })
  }
  const lockText = readText(join(folder, lockfileName), 'LOCKFILE_INVALID')
  if (seen?.folder === folder && seen.manifestText === manifestText && seen.lockText === lockText) return seen
  return {
    folder,
    manifestText,
    manifest: await parseManifest(manifestText, manifestName),
    lockText,
    lock: lockText === undefined ? undefined : await parseLockfile(lockText, lockfileName),
  }
}

function readText(path: string, code: 'MANIFEST_INVALID' | 'LOCKFILE_INVALID'): string | undefined {
  let bytes: Buffer
  try {
    bytes = readRegular(path, code === 'MANIFEST_INVALID' ? 'manifest' : 'lockfile')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    if (error instanceof FileRefused)
      throw new ProsodyModsError(code, `${basename(path)}: ${error.message}`, {
        hint: 'remove it, or put the right file in its place',
        details: {path: basename(path)},
      })
    throw readFailed(path, error)
  }
  if (!isUtf8(bytes)) throw notUtf8(bytes, basename(path), code)
  return bytes.toString('utf8')
}
