import {posix} from 'node:path'
import {contextFolder, lockfileName} from './lockfile.ts'

/**
 * Where a context lies in a folder that is no project: the root of a machine, or what an image's root will be. All paths
 * are from that folder, `/`-separated.
 */
export interface Destination {
  /** The folder with a folder for each source. */
  readonly modules: string
  /** The configuration that tells Prosody of it. */
  readonly config: string
}

/** Returns the path of the lockfile that a destination's files are of: it stands beside them, and says which are ours. */
export function recordPath({modules}: Destination): string {
  return posix.join(modules, lockfileName)
}

/** Returns where a file of a module, which in a project is below prosody-modules, lies in a destination. */
export function placedAt(path: string, {modules}: Destination): string {
  return posix.join(modules, path.slice(contextFolder.length + 1))
}
