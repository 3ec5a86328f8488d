import {existsSync, realpathSync, statSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {pluginPathsPath} from '../../image/plugin-paths-file.ts'
import {defaultProsody, type Manifest} from '../../project/manifest.ts'
import {merged, readVariables} from '../../prosody/config/environment.ts'
import {readConfiguration} from '../../prosody/config/read.ts'
import type {Configuration} from '../../prosody/config/types.ts'
import {readRegular} from '../../regular-file.ts'
import {readEnvFile} from '../image/env-file.ts'
import {isFile, namesIn, shownFrom, sourcesBelow} from './sources.ts'

/** The project whose configuration is looked for. */
export interface ConfiguredProject {
  readonly folder: string
  readonly manifest: Manifest
}

/**
 * Reads the user's own configuration of Prosody, as data: the files that are given, else those that `image.config` of
 * the manifest names, else what lies beside the manifest: prosody.cfg.lua, or what is in conf.d/ but for the file of
 * plugin_paths; and the variables of docker-jitsi-meet in .env. Undefined where there is none. Throws PATH_NOT_FOUND for
 * a file that is given or named, and is none.
 * @param given absolute paths: files that Prosody is started with, or `.env` files
 */
export function readUserConfig(
  project: ConfiguredProject,
  given: readonly string[] = [],
): Configuration | undefined {
  const {folder, manifest} = project
  if (given.length > 0)
    return readNamed(project, given, '--config names the file that Prosody is started with')
  const named = manifest.image?.config
  if (named !== undefined) {
    const paths = (typeof named === 'string' ? [named] : named).map((path) => resolve(folder, path))
    return readNamed(project, paths, '"config" of "image" names the file that Prosody is started with')
  }
  const variables = join(folder, '.env')
  return together([readBeside(project), isFile(variables) ? readEnvironment(folder, variables) : undefined])
}

function readNamed(
  project: ConfiguredProject,
  paths: readonly string[],
  hint: string,
): Configuration | undefined {
  for (const path of paths) refuseNoFile(path, hint)
  const {folder} = project
  return together(
    paths.map((path) => {
      if (/(?:^|\.)env$/.test(basename(path))) return readEnvironment(folder, path)
      return readMain(project, [path], {root: dirname(realpathSync(path))})
    }),
  )
}

function readBeside(project: ConfiguredProject): Configuration | undefined {
  const {folder} = project
  const main = join(folder, 'prosody.cfg.lua')
  if (isFile(main)) return readMain(project, [main], {root: folder})
  const parts = (namesIn(join(folder, 'conf.d')) ?? []).filter((name) => /^[^.].*\.cfg\.lua$/.test(name))
  const own = parts.filter((name) => `conf.d/${name}` !== pluginPathsPath)
  if (own.length === 0) return undefined
  const paths = own.map((name) => join(folder, 'conf.d', name))
  return readMain(project, paths, {root: folder, isPart: true})
}

/** What install writes is no setting of the user's. */
function readMain(
  {folder, manifest}: ConfiguredProject,
  mains: readonly string[],
  {root, isPart = false}: {readonly root: string; readonly isPart?: boolean},
): Configuration {
  const sources = sourcesBelow(folder, [root])
  const paths = mains.map((path) => shownFrom(folder, path))
  return readConfiguration(
    paths,
    {
      ...sources,
      read: (path) =>
        resolve(folder, path) === resolve(folder, pluginPathsPath) ? empty : sources.read(path),
    },
    {prosody: manifest.prosody ?? defaultProsody, isUnordered: true, isPart},
  )
}

const empty = Buffer.alloc(0)

function readEnvironment(folder: string, path: string): Configuration | undefined {
  const lines = readEnvFile(readRegular(path, 'configuration').toString('utf8'))
  const found = readVariables(shownFrom(folder, path), lines)
  return found.files.length === 0 ? undefined : found
}

function together(found: readonly (Configuration | undefined)[]): Configuration | undefined {
  const all = found.filter((one) => one !== undefined)
  return all.length === 0 ? undefined : merged(all)
}

function refuseNoFile(path: string, hint: string): void {
  if (isFile(path)) return
  const isThere = existsSync(path) && statSync(path, {throwIfNoEntry: false}) !== undefined
  throw new ProsodyModsError(
    'PATH_NOT_FOUND',
    isThere ? `${path} is no configuration file` : `there is nothing at ${path}`,
    {hint: `${hint}, such as prosody.cfg.lua`, details: {path}},
  )
}
