import {toSha256} from '../digest.ts'
import {asPublished, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import type {NeededFile} from './wants.ts'
import {entriesIn} from '../module-key.ts'

/** Lists every file of a lockfile, as it was published, with where it comes from. */
export function neededFiles(lock: Lockfile): NeededFile[] {
  return entriesIn(lock.modules).flatMap(([module, locked]) =>
    Object.entries(asPublished(locked).files).map(([path, digest]) => ({
      module,
      resolved: locked.resolved,
      path: releasePath(locked, path),
      sha256: toSha256(digest),
      knownVariant: locked.trust.basis === 'debian',
    })),
  )
}

/**
 * Returns the path in the release that a file of the context comes from. A file may be named like a member of every
 * object.
 */
export function releasePath({from = {}}: LockedModule, path: string): string {
  return (Object.hasOwn(from, path) ? from[path] : undefined) ?? path
}
