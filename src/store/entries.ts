import {randomBytes} from 'node:crypto'
import {existsSync, type Stats} from 'node:fs'
import {readdir, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {sha256Of} from '../digest.ts'
import {makeFolders, readFailed, writeFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {processExists, processWorld} from '../process-exists.ts'

/** How much a pruning has removed. */
export interface Pruned {
  /** How many files. */
  readonly removed: number
  readonly bytes: number
}

/** How long something of a process is left that can't be looked at from here: it may run in another container. */
const patience = 24 * 60 * 60 * 1000

/** Makes a new name for a file that tells whose it is: `<pid>-<where that pid counts>-<random>`. */
export function ownName(): string {
  return `${process.pid}-${worldTag()}-${randomBytes(8).toString('hex')}`
}

/** Lists the names in a folder of what processes have left that are gone. */
export async function leftovers(folder: string): Promise<readonly string[]> {
  const left: string[] = []
  for (const name of await entries(folder)) {
    const [pid, world, random] = name.split('-')
    const isElsewhere = random !== undefined && world !== worldTag()
    if (!isElsewhere && processExists(Number(pid))) continue
    const found = isElsewhere ? await statIfThere(join(folder, name)) : undefined
    if (isElsewhere && (found === undefined || Date.now() - found.mtimeMs < patience)) continue
    left.push(name)
  }
  return left
}

let tag: string | undefined

function worldTag(): string {
  return (tag ??= sha256Of(processWorld()).slice(0, 8))
}

/** Does work that needs a folder, which is made where it is missing. */
export function inFolder<T>(folder: string, work: () => T): T {
  // A failure takes longer to be told than this look.
  if (!existsSync(folder)) makeFolders(folder)
  try {
    return work()
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    makeFolders(folder)
    return work()
  }
}

/** Does the same for those who wait for an answer, of an error too. */
export async function withFolder<T>(folder: string, work: () => T): Promise<T> {
  return Promise.resolve(inFolder(folder, work))
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

/** Lists the names in a folder; none where it is not there. */
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

/** Removes a file, unless there is none. Throws WRITE_FAILED. */
export async function remove(path: string): Promise<void> {
  try {
    await rm(path, {force: true})
  } catch (error) {
    throw writeFailed(path, error)
  }
}

/** Removes a file, or a folder with all that is in it. Throws WRITE_FAILED. */
export async function removeAll(path: string): Promise<void> {
  try {
    await rm(path, {force: true, recursive: true})
  } catch (error) {
    throw writeFailed(path, error)
  }
}
