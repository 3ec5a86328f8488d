import {closeSync, constants, existsSync, fstatSync, lstatSync, openSync, type Stats} from 'node:fs'
import {join} from 'node:path'

/** Linux gives a way through an open folder; elsewhere the path is looked at again before each use. */
const hasWays = process.platform === 'linux' && existsSync('/proc/self/fd')
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * A folder that was opened without following a link. What is done through `at` is done in that very folder, whatever
 * its path leads to by then.
 */
export class FolderHandle {
  /** The path that messages show. */
  readonly path: string
  readonly stats: Stats
  readonly #file: number | undefined

  private constructor(path: string, stats: Stats, file: number | undefined) {
    this.path = path
    this.stats = stats
    this.#file = file
  }

  /** Opens a folder; links on the way to it are followed: it is the user who names it. Throws the system's error. */
  static open(path: string): FolderHandle {
    return FolderHandle.#open(path, path)
  }

  static #open(way: string, path: string): FolderHandle {
    if (hasWays) {
      const file = openSync(way, folderFlags)
      return new FolderHandle(path, fstatSync(file), file)
    }
    const stats = lstatSync(way)
    if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), {code: 'ENOTDIR'})
    return new FolderHandle(path, stats, undefined)
  }

  /** Opens a folder in this one. Throws the system's error: ENOENT, ENOTDIR or ELOOP for what is no folder. */
  enter(name: string): FolderHandle {
    return FolderHandle.#open(this.at(name), join(this.path, name))
  }

  /** Returns the way to an entry, for calls of the system. */
  at(name: string): string {
    if (this.#file !== undefined) return `/proc/self/fd/${this.#file}/${name}`
    const now = lstatSync(this.path)
    if (now.ino !== this.stats.ino || now.dev !== this.stats.dev) {
      throw Object.assign(new Error('replaced meanwhile'), {code: 'ENOENT'})
    }
    return join(this.path, name)
  }

  /** The descriptor for fsync and fchmod; undefined where folders are not opened. */
  get file(): number | undefined {
    return this.#file
  }

  /** Closes the folder's descriptor, where the system has one. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }
}

/** Runs `work` with a folder that is closed afterwards. */
export function withHandle<T>(handle: FolderHandle, work: (handle: FolderHandle) => T): T {
  try {
    return work(handle)
  } finally {
    handle.close()
  }
}
