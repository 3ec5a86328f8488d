import {isUtf8} from 'node:buffer'
import {existsSync, readFileSync, rmdirSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {readFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import type {OnProgress} from '../progress.ts'
import {notUtf8} from './json-text.ts'
import {lockfileName, parseLockfile, type Lockfile} from './lockfile.ts'
import {manifestName, parseManifest, type Manifest} from './manifest.ts'
import {acquireMutex} from './mutex.ts'
import {needsRecovery, recover, workFolder} from './transaction.ts'

export interface Project {
  /** Absolute. */
  readonly folder: string
  readonly manifestText: string
  readonly manifest: Manifest
  readonly lockText: string | undefined
  readonly lock: Lockfile | undefined
}

export interface ProjectAccess {
  readonly cwd: string
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

/** The project as it is on disk, for commands that only look; mends an interrupted change first. */
export async function readProject(access: ProjectAccess): Promise<Project> {
  const folder = findProject(access.cwd)
  if (needsRecovery(folder)) await exclusively(folder, access, () => Promise.resolve())
  return load(folder)
}

/** Runs `work` on the project while no other prosody-mods can change it. */
export async function withProject<T>(
  access: ProjectAccess,
  work: (project: Project) => Promise<T>,
): Promise<T> {
  const folder = findProject(access.cwd)
  return exclusively(folder, access, async () => work(await load(folder)))
}

/** Runs `work` with the project's lock held, after whatever was interrupted has been ended. */
export async function exclusively<T>(
  folder: string,
  {signal, onProgress}: ProjectAccess,
  work: () => Promise<T>,
): Promise<T> {
  const mutex = await acquireMutex(join(folder, workFolder, 'lock'), {
    signal,
    onWait: (holder) => onProgress({type: 'waiting', holder}),
  })
  try {
    const direction = await recover(folder)
    if (direction !== undefined) onProgress({type: 'recovered', direction})
    return await work()
  } finally {
    mutex.release()
    removeIfEmpty(join(folder, workFolder))
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Another process waits in it, or a journal is left for the next command.
  }
}

/** The nearest folder, from `cwd` upwards, that has a manifest. Throws MANIFEST_MISSING, PATH_NOT_FOUND. */
export function findProject(cwd: string): string {
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
    if (needsRecovery(folder)) return folder
    if (dirname(folder) === folder) break
  }
  throw new ProsodyModsError('MANIFEST_MISSING', `no ${manifestName} in ${start} or above it`, {
    hint: 'run "prosody-mods init" there, or name the project with -C <folder>',
  })
}

async function load(folder: string): Promise<Project> {
  const manifestText = readText(join(folder, manifestName), 'MANIFEST_INVALID')
  if (manifestText === undefined) {
    throw new ProsodyModsError('MANIFEST_MISSING', `no ${manifestName} in ${folder}`, {
      hint: 'run "prosody-mods init" there',
    })
  }
  const lockText = readText(join(folder, lockfileName), 'LOCKFILE_INVALID')
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
    bytes = readFileSync(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw readFailed(path, error)
  }
  if (!isUtf8(bytes)) throw notUtf8(bytes, basename(path), code)
  return bytes.toString('utf8')
}
