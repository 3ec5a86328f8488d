import {placesOf, recordPath, type Destination} from './destination.ts'
import {
  contextFolder,
  lockedFiles,
  lockedPatches,
  lockfileName,
  patchFolder,
  type Lockfile,
} from './lockfile.ts'
import {manifestName} from './manifest.ts'

/** Tells which paths are ours to write. */
export interface OwnedPaths {
  has(path: string): boolean
}

/**
 * Collects the paths of all that prosody-mods ever writes in a project whose lockfiles were or shall be these, or in a
 * destination.
 * @param generatedPaths those that end with a slash are folders, in which files of Lua are written
 */
export function ownedPaths(
  lockfiles: readonly string[],
  generatedPaths: readonly string[],
  destination?: Destination,
): OwnedPaths {
  const all = lockfiles.flatMap((text) => [...pathsIn(text)].filter(isInContext))
  if (destination === undefined) {
    const paths = new Set([manifestName, lockfileName, ...generatedPaths, ...all])
    const folders = generatedPaths.filter((path) => path.endsWith('/'))
    return {has: (path) => paths.has(path) || folders.some((folder) => isLuaBelow(folder, path))}
  }
  const placed = lockfiles.flatMap((text) => placedIn(text, destination))
  return new Set([recordPath(destination), destination.config, ...placed])
}

/** No part of a path begins with a dot, so that none leads elsewhere or is hidden. */
function isLuaBelow(folder: string, path: string): boolean {
  return path.startsWith(folder) && /^(?:\w[\w.-]*\/)*\w[\w-]*\.lua$/.test(path.slice(folder.length))
}

/** A text that is no lockfile owns nothing. */
function pathsIn(text: string): Iterable<string> {
  try {
    const lock = JSON.parse(text) as Lockfile
    return [...lockedFiles(lock).keys(), ...lockedPatches(lock).keys()]
  } catch {
    return []
  }
}

/** What lies nowhere in a context lies nowhere in a destination. */
function placedIn(text: string, destination: Destination): string[] {
  try {
    const places = placesOf(JSON.parse(text) as Lockfile, destination)
    return places.filter(({path}) => isInContext(path)).map(({place}) => place)
  } catch {
    return []
  }
}

/** Below the context's folders, and nothing hidden: no hook of Git, whatever a lockfile says. */
function isInContext(path: string): boolean {
  const [top, ...parts] = path.split('/')
  return (
    (top === contextFolder || top === patchFolder) &&
    parts.length > 0 &&
    !path.includes('\\') &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && part !== '.git' && part !== '.hg')
  )
}
