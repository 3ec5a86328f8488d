import {join, resolve} from 'node:path'
import envPaths from 'env-paths'
import {ProsodyModsError} from '../errors.ts'
import {imagePaths, librariesFolder} from '../image/container/paths.ts'
import {generatedPaths} from '../image/generated-files.ts'
import type {OnProgress} from '../progress.ts'
import {embeddedRegistry, type Registry} from '../registry/registry.ts'
import {workingFolder} from '../working-folder.ts'

/** What every operation needs from the outside; nothing in operations/ reads process state by itself. */
export interface Environment {
  /** Where to look for the project, upwards. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  readonly registry: Registry
  /** Folder of the content-addressed store. */
  readonly storeFolder: string
  /** Folder of what this user's commands have to know of each other, outside of every project. */
  readonly stateFolder: string
  /** Paths of the files that are generated in a project: beside what the lockfile lists, all that commands write there. */
  readonly generatedPaths: readonly string[]
  /** Absolute folders outside of the project in which path sources may lie, for this command. */
  readonly allowPaths: readonly string[]
  /** What time it is: releases have an age by it. */
  readonly now: () => Date
}

/** What an environment has in place of what this process has. */
export interface EnvironmentOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  /** Folders outside of the project in which path sources may lie. */
  readonly allowPaths?: readonly string[]
  /** What time it is, where it is not the clock that says so. */
  readonly now?: () => Date
}

/**
 * Returns the environment of this process, with what is given replaced. Throws PATH_NOT_FOUND where the working
 * folder is gone.
 */
export function createEnvironment(options: EnvironmentOptions = {}): Environment {
  const env = options.env ?? process.env
  const cwd = options.cwd ?? workingFolder()
  if (cwd === undefined) throw goneFolder()
  return {
    cwd,
    env,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
    registry: embeddedRegistry(),
    storeFolder: storeFolderOf(env),
    stateFolder: stateFolderOf(env),
    generatedPaths: [...generatedPaths, ...imagePaths, `${librariesFolder}/`],
    allowPaths: (options.allowPaths ?? []).map((path) => resolve(cwd, path)),
    now: options.now ?? (() => new Date()),
  }
}

/** PROSODY_MODS_CACHE, else the user's cache folder (XDG_CACHE_HOME/prosody-mods on Linux). */
function storeFolderOf(env: NodeJS.ProcessEnv): string {
  const chosen = env['PROSODY_MODS_CACHE']
  return join(
    chosen === undefined || chosen === '' ? envPaths('prosody-mods', {suffix: ''}).cache : chosen,
    'v1',
  )
}

/** PROSODY_MODS_STATE, else the user's state folder (XDG_STATE_HOME/prosody-mods on Linux). */
function stateFolderOf(env: NodeJS.ProcessEnv): string {
  const chosen = env['PROSODY_MODS_STATE']
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  const {log, data} = envPaths('prosody-mods', {suffix: ''})
  return process.platform === 'linux' ? log : data
}

function goneFolder(): ProsodyModsError {
  return new ProsodyModsError('PATH_NOT_FOUND', 'the working folder was removed', {
    hint: 'change into a folder that is there, or name one with -C',
  })
}
