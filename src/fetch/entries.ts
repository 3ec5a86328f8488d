import type {Stats} from 'node:fs'
import {readdir, rm, stat} from 'node:fs/promises'
import {makeFolders, readFailed, writeFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'

export interface Pruned {
  /** Files. */
  readonly removed: number
  readonly bytes: number
}

/** Does what needs a folder, which is made where it is missing. */
export async function withFolder<T>(folder: string, work: () => T): Promise<T> {
  try {
    return work()
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    await makeFolders(folder)
    return work()
  }
}

/** Removes the files that nobody has read or written for `olderThan` milliseconds (0: all). */
export async function removeUnused(paths: readonly string[], olderThan: number): Promise<Pruned> {
  const limit = Date.now() - olderThan
  let removed = 0
  let bytes = 0
  for (const path of paths) {
    const found = await statIfThere(path)
    if (found === undefined) continue
    if (olderThan > 0 && Math.max(found.mtimeMs, found.atimeMs) > limit) continue
    await remove(path)
    removed += 1
    bytes += found.size
  }
  return {removed, bytes}
}

/** Names in a folder; none where it is not there. */
export async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw readFailed(folder, error)
  }
}

/** Undefined where another process has pruned meanwhile. */
async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw readFailed(path, error)
  }
}

export async function remove(path: string): Promise<void> {
  try {
    await rm(path, {force: true})
  } catch (error) {
    throw writeFailed(path, error)
  }
}
