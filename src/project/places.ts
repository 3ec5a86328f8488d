import {chmodSync, fchmodSync, lstatSync, mkdirSync, rmdirSync} from 'node:fs'
import {join, posix} from 'node:path'
import {syncFile} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {stateAt, type DiskState} from './disk.ts'
import {FolderHandle} from './folder-handle.ts'
import {linkEnd, mayBeLink} from './manifest-link.ts'

/** A folder that can't be entered: nothing, or a link, a file, another thing. */
type Closed = 'absent' | 'other'

/**
 * The files that a project has, each reached from the project's folder through folders that were opened one by one
 * without following a link. Close it afterwards.
 */
export class Places {
  readonly root: FolderHandle
  /** The folders on the way to the path used last, from the root's on: a plan goes through paths in their order. */
  readonly #open: {readonly name: string; readonly handle: FolderHandle}[] = []
  #kept: string | undefined

  constructor(root: FolderHandle) {
    this.root = root
  }

  /** Writes a path for messages. */
  shown(path: string): string {
    return join(this.root.path, path)
  }

  /** Finds what stands at a path of the project; only looks. Throws the system's error. */
  state(path: string): DiskState {
    return this.#in(path, (folder, name) => (typeof folder === 'string' ? folder : stateAt(folder.at(name))))
  }

  /** Does something at a path; undefined where its folder is not there. Throws ENOTDIR for one that is none. */
  at<T>(path: string, work: (way: string) => T): T | undefined {
    return this.#in(path, (folder, name) => {
      if (folder === 'other') throw Object.assign(new Error('not a folder'), {code: 'ENOTDIR'})
      return folder === 'absent' ? undefined : work(folder.at(name))
    })
  }

  /** Makes the folders above a path; gives those that it had to make, `/`-separated. */
  makeFolders(path: string): readonly string[] {
    if (mayBeLink(path)) return []
    const made: string[] = []
    const parts = path.split('/').slice(0, -1)
    let at = this.#nearest(parts)
    while (this.#open.length < parts.length) {
      const name = parts[this.#open.length] ?? ''
      const found = entered(at, name)
      const isNew = found === 'absent' && makeFolder(at, name)
      // What is no folder is told by the system.
      const handle = typeof found === 'string' ? at.enter(name) : found
      this.#open.push({name, handle})
      if (isNew) made.push(parts.slice(0, this.#open.length).join('/'))
      if (isNew) letIn(handle)
      at = handle
    }
    return made
  }

  /** Makes new names in the folder of a path survive a power cut. */
  async sync(path: string): Promise<void> {
    if (path === '.') return syncHandle(this.root)
    // What is opened here stays open until it is synced, whatever way is gone meanwhile.
    const handle = this.#in(path, (folder, name) =>
      typeof folder === 'string' ? folder : entered(folder, name),
    )
    if (typeof handle === 'string') return
    try {
      await syncHandle(handle)
    } finally {
      handle.close()
    }
  }

  /** Names a folder that stays though it be empty, as all folders do that are not below it; undefined for none. */
  keepAbove(folder: string | undefined): void {
    this.#kept = folder
  }

  /** Removes folders above a path that are empty. */
  pruneAbove(path: string): void {
    this.#closeBelow(0)
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      if (this.#kept !== undefined && !folder.startsWith(`${this.#kept}/`)) return
      try {
        this.at(folder, (way) => rmdirSync(way))
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') return
      }
    }
  }

  /** Closes the folders that are open but for the root's. */
  close(): void {
    this.#closeBelow(0)
  }

  /** The folder that a path lies in, and its name there. */
  #in<T>(path: string, work: (folder: FolderHandle | Closed, name: string) => T): T {
    const end = mayBeLink(path) ? linkEnd(this.root.path, path) : undefined
    if (end !== undefined) {
      const root = FolderHandle.open(end.root)
      const elsewhere = new Places(root)
      try {
        return elsewhere.#in(end.path, work)
      } finally {
        elsewhere.close()
        root.close()
      }
    }
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    return work(this.#folder(parts), name)
  }

  #folder(parts: readonly string[]): FolderHandle | Closed {
    let at = this.#nearest(parts)
    while (this.#open.length < parts.length) {
      const name = parts[this.#open.length] ?? ''
      const next = entered(at, name)
      if (typeof next === 'string') return next
      this.#open.push({name, handle: next})
      at = next
    }
    return at
  }

  /** The folder on the way to others that is open; what is open beside that way is closed. */
  #nearest(parts: readonly string[]): FolderHandle {
    const depth = this.#open.findIndex(({name}, index) => name !== parts[index])
    this.#closeBelow(depth === -1 ? this.#open.length : depth)
    return this.#open.at(-1)?.handle ?? this.root
  }

  #closeBelow(depth: number): void {
    for (const {handle} of this.#open.splice(depth)) handle.close()
  }
}

/** Opens a folder in another one. Throws the system's error where that is none of "absent" and "no folder". */
function entered(folder: FolderHandle, name: string): FolderHandle | Closed {
  try {
    // Most are there or not: an error takes longer to make than a look.
    const found = lstatSync(folder.at(name), {throwIfNoEntry: false})
    return found === undefined ? 'absent' : folder.enter(name)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return 'absent'
    if (code === 'ENOTDIR' || code === 'ELOOP') return 'other'
    throw error
  }
}

async function syncHandle({file}: FolderHandle): Promise<void> {
  if (file !== undefined) await syncFile(file)
}

/** mkdir's mode is cut by the umask; the image's Prosody must be able to enter. */
function letIn(folder: FolderHandle): void {
  if (folder.file === undefined) chmodSync(folder.at('.'), 0o755)
  else fchmodSync(folder.file, 0o755)
}

/** Whether it had to be made. */
function makeFolder(parent: FolderHandle, name: string): boolean {
  try {
    mkdirSync(parent.at(name))
    return true
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    return false
  }
}
