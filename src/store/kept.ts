import {join} from 'node:path'
import {entries, remove, removeUnused, type Pruned} from './entries.ts'

/** Lists the files of a folder that are named by digests; what else lies there is none of ours. */
export async function keptNames(folder: string): Promise<readonly string[]> {
  return (await entries(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort()
}

/** Looks at every file of a folder that is named by a digest, and removes those that are damaged. */
export async function verifyKept(
  folder: string,
  isDamaged: (name: string) => boolean,
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
