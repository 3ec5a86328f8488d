import {join} from 'node:path'
import {isSha256, type Sha256} from '../digest.ts'
import {entries, remove, removeUnused, type Pruned} from './entries.ts'

/** Lists the files of a folder that are named by digests; what else lies there is none of ours. */
export async function keptNames(folder: string): Promise<readonly Sha256[]> {
  return (await entries(folder)).filter((name) => isSha256(name)).sort()
}

/** Looks at every file of a folder that is named by a digest, and removes those that are damaged. */
export async function verifyKept(
  folder: string,
  isDamaged: (name: Sha256) => boolean,
): Promise<{readonly checked: number; readonly removed: number}> {
  const names = await keptNames(folder)
  let removed = 0
  for (const name of names) {
    if (!isDamaged(name)) continue
    await remove(join(folder, name))
    removed += 1
  }
  return {checked: names.length, removed}
}

/** Removes the files of a folder, named by digests, that nobody has used for `olderThan` milliseconds (0: all). */
export async function pruneKept(folder: string, olderThan: number): Promise<Pruned> {
  const names = await keptNames(folder)
  return removeUnused(
    names.map((name) => join(folder, name)),
    olderThan,
  )
}
