import {placedAt, recordPath, type Destination} from './destination.ts'
import {contextFolder, lockedFiles, lockfileName, type Lockfile} from './lockfile.ts'
import {manifestName} from './manifest.ts'

/**
 * Collects the paths of all that prosody-mods ever writes in a project whose lockfiles were or shall be these, or in a
 * destination.
 */
export function ownedPaths(
  lockfiles: readonly string[],
  generatedPaths: readonly string[],
  destination?: Destination,
): ReadonlySet<string> {
  const files = lockfiles.flatMap((text) => [...pathsIn(text)].filter(isInContext))
  if (destination === undefined) return new Set([manifestName, lockfileName, ...generatedPaths, ...files])
  const placed = files.map((path) => placedAt(path, destination))
  return new Set([recordPath(destination), destination.config, ...placed])
}

/** A text that is no lockfile owns nothing. */
function pathsIn(text: string): Iterable<string> {
  try {
    return lockedFiles(JSON.parse(text) as Lockfile).keys()
  } catch {
    return []
  }
}

/** Below the context's folder, and nothing hidden: no hook of Git, whatever a lockfile says. */
function isInContext(path: string): boolean {
  const [top, ...parts] = path.split('/')
  return (
    top === contextFolder &&
    parts.length > 0 &&
    !path.includes('\\') &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && part !== '.git' && part !== '.hg')
  )
}
