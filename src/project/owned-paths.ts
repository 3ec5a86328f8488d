import {contextFolder, lockedFiles, lockfileName, type Lockfile} from './lockfile.ts'
import {manifestName} from './manifest.ts'

/** Collects the paths of all that prosody-mods ever writes in a project whose lockfiles were or shall be these. */
export function ownedPaths(
  lockfiles: readonly string[],
  generatedPaths: readonly string[],
): ReadonlySet<string> {
  const owned = new Set([manifestName, lockfileName, ...generatedPaths])
  for (const text of lockfiles) {
    for (const path of pathsIn(text)) if (isInContext(path)) owned.add(path)
  }
  return owned
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
