import {existsSync, realpathSync} from 'node:fs'
import {dirname, join, relative, resolve, sep} from 'node:path'
import {readRegular} from '../../regular-file.ts'
import {ProsodyModsError} from '../../errors.ts'
import {readFailed} from '../../durable.ts'
import {contextFolder, lockedFiles, lockfileName, parseLockfile} from '../../project/lockfile.ts'
import type {Environment} from '../../workbench/environment.ts'

/**
 * Throws USAGE for files that are not the user's own: those of installed modules, which the lockfile of a project names,
 * and whatever lies in the store.
 */
export async function refuseInstalled(paths: readonly string[], environment: Environment): Promise<void> {
  const {cwd} = environment
  const store = realOf(environment.storeFolder)
  const projects = new Projects()
  const stored: string[] = []
  const installed: string[] = []
  for (const path of paths) {
    const places = new Set([resolve(cwd, path), realOf(resolve(cwd, path))])
    if ([...places].some((place) => isBelow(place, store))) stored.push(path)
    else if (await anyOwned(places, projects)) installed.push(path)
  }
  if (stored.length > 0) throw refused(stored, 'in the store of verified files')
  if (installed.length > 0) throw refused(installed, 'of an installed module')
}

/**
 * Makes the error of files that `lint --fix` leaves alone.
 * @param what they are: `of an installed module`
 */
export function refused(paths: readonly string[], what: string): ProsodyModsError {
  const [first = ''] = paths
  const more = paths.length === 1 ? '' : ` (and ${paths.length - 1} more)`
  return new ProsodyModsError('USAGE', `${first} is a file ${what}${more}: --fix changes none of those`, {
    hint: 'name files and folders of your own, or lint without --fix; nothing was written',
    details: {paths},
  })
}

async function anyOwned(places: Iterable<string>, projects: Projects): Promise<boolean> {
  for (const place of places) if (await projects.own(place)) return true
  return false
}

class Projects {
  readonly #owned = new Map<string, ReadonlyMap<string, string> | undefined>()

  /** Whether the lockfile of a project around a file names it. */
  async own(place: string): Promise<boolean> {
    for (let folder = dirname(place); ; folder = dirname(folder)) {
      const path = relative(folder, place).replaceAll(sep, '/')
      if (path.startsWith(`${contextFolder}/`) && (await this.#files(folder))?.has(path) === true) return true
      if (folder === dirname(folder)) return false
    }
  }

  async #files(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
    if (!this.#owned.has(folder)) this.#owned.set(folder, await lockedIn(folder))
    return this.#owned.get(folder)
  }
}

async function lockedIn(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const path = join(folder, lockfileName)
  if (!existsSync(path)) return undefined
  try {
    return lockedFiles(await parseLockfile(readRegular(path, 'lockfile').toString('utf8'), path))
  } catch (error) {
    throw readFailed(path, error)
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
