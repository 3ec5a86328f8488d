import type {Sha256} from '../../digest.ts'
import {entriesIn, splitKey} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'

/** Collects how many bytes the registry says that files of locked modules have. */
export function knownSizes(locks: readonly Lockfile[], registry: Registry): ReadonlyMap<Sha256, number> {
  const sizes = new Map<Sha256, number>()
  const read = new Set<string>()
  for (const [key] of locks.flatMap(({modules}) => entriesIn(modules))) {
    const [source, name] = splitKey(key)
    if (!registry.index.sources.includes(source)) continue
    for (const [id, digests] of [
      [source, () => registry.releases(source).digests],
      [key, () => registry.history(source, name)?.digests ?? []],
    ] as const) {
      if (read.has(id)) continue
      read.add(id)
      for (const {sha256, size} of digests()) sizes.set(sha256, size)
    }
  }
  return sizes
}
