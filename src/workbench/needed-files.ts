import {toSha256} from '../digest.ts'
import {asPublished, upstreamPatch, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import type {NeededFile} from './wants.ts'
import {entriesIn} from '../module-key.ts'

/** Lists every file of a lockfile, as it was published, with where it comes from. */
export function neededFiles(lock: Lockfile): NeededFile[] {
  const modules = filesOf(lock)
  return [...modules, ...patchesOf(lock)]
}

/** Patches that lie in the releases of sources. */
function patchesOf({patches = [], modules}: Lockfile): NeededFile[] {
  const all = [...patches, ...entriesIn(modules).flatMap(([, locked]) => locked.patches ?? [])]
  return all.flatMap(({path, digest}) => {
    const upstream = upstreamPatch(path)
    const tree = entriesIn(modules).find(([key]) => key.startsWith(`${upstream?.source ?? ''}/`))
    if (upstream === undefined || tree === undefined) return []
    const [module, {resolved}] = tree
    return [{module, resolved, path: upstream.path, sha256: toSha256(digest), knownVariant: false}]
  })
}

function filesOf(lock: Lockfile): NeededFile[] {
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
