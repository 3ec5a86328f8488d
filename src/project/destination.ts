import {posix} from 'node:path'
import {toSha256, type Sha256} from '../digest.ts'
import {entriesIn, splitKey, type ModuleKey} from '../module-key.ts'
import {prefixed} from '../module-name.ts'
import {contextPathOf, lockfileName, type Lockfile} from './lockfile.ts'

/**
 * Where a context lies in a folder that is no project: the root of a machine, or what an image's root will be. All paths
 * are from that folder, `/`-separated.
 */
export interface Destination {
  /** The folder that modules are below. */
  readonly modules: string
  /** The configuration that tells Prosody of it. */
  readonly config: string
  /** modules: each has a folder in `modules`; absent for a folder for each source. */
  readonly layout?: 'modules'
}

/** Returns the path of the lockfile that a destination's files are of: it stands beside them, and says which are ours. */
export function recordPath({modules}: Destination): string {
  return posix.join(modules, lockfileName)
}

/**
 * Returns where a file of the context lies in one folder in which every module has its own: a module out of a flat tree
 * gets one too, with the libraries that it loads, where Prosody finds them for that module alone; a whole tree stays as
 * it is.
 * @param key source/name
 * @param path below the source's folder in the context
 */
export function placeByModule(key: ModuleKey, path: string): string {
  const [, name] = splitKey(key)
  const own = `${prefixed(name)}/`
  return name === '*' || path.startsWith(own) ? path : own + path
}

/** A file of a lock, and where it lies. */
export interface PlacedFile {
  /** From a project's folder, below prosody-modules/. */
  readonly path: string
  /** From the destination's folder. */
  readonly place: string
  readonly sha256: Sha256
}

/** Lists where the files of a lock lie in a destination. */
export function placesOf({modules: locked}: Lockfile, {modules, layout}: Destination): PlacedFile[] {
  return entriesIn(locked).flatMap(([key, {files}]) =>
    Object.entries(files).map(([path, digest]) => {
      const inside = layout === 'modules' ? placeByModule(key, path) : posix.join(splitKey(key)[0], path)
      return {
        path: contextPathOf(key, path),
        place: posix.join(modules, inside),
        sha256: toSha256(digest),
      }
    }),
  )
}
