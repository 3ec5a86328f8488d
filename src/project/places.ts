import {chmodSync, fchmodSync, mkdirSync, rmdirSync} from 'node:fs'
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
  /** The folder used last: a plan goes through paths in their order. */
  #last: {readonly folder: string; readonly handle: FolderHandle} | undefined
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
    let at = this.root
    for (const [index, part] of parts.entries()) {
      const isNew = makeFolder(at, part)
      if (isNew) made.push(parts.slice(0, index + 1).join('/'))
      const next = at.enter(part)
      if (at !== this.root) at.close()
      at = next
      if (isNew) letIn(at)
    }
    if (at !== this.root) this.#keep(parts.join('/'), at)
    return made
  }

  /** Makes new names in the folder of a path survive a power cut. */
  async sync(path: string): Promise<void> {
    const handle = this.#enter(path === '.' ? [] : path.split('/'))
    if (typeof handle === 'string') return
    try {
      if (handle.file !== undefined) await syncFile(handle.file)
    } finally {
      if (handle !== this.root) handle.close()
    }
  }

  /** Names a folder that stays though it be empty, as all folders do that are not below it; undefined for none. */
  keepAbove(folder: string | undefined): void {
    this.#kept = folder
  }

  /** Removes folders above a path that are empty. */
  pruneAbove(path: string): void {
    this.#forget()
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      if (this.#kept !== undefined && !folder.startsWith(`${this.#kept}/`)) return
      try {
        this.at(folder, (way) => rmdirSync(way))
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') return
      }
    }
  }

  /** Closes the folder that was opened last. */
  close(): void {
    this.#forget()
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
    const folder = parts.join('/')
    if (folder === '') return this.root
    if (this.#last?.folder === folder) return this.#last.handle
    const handle = this.#enter(parts)
    if (typeof handle !== 'string') this.#keep(folder, handle)
    return handle
  }

  #enter(parts: readonly string[]): FolderHandle | Closed {
    let at = this.root
    for (const part of parts) {
      try {
        const next = at.enter(part)
        if (at !== this.root) at.close()
        at = next
      } catch (error) {
        if (at !== this.root) at.close()
        const code = systemCode(error)
        if (code === 'ENOENT') return 'absent'
        if (code === 'ENOTDIR' || code === 'ELOOP') return 'other'
        throw error
      }
    }
    return at
  }

  #keep(folder: string, handle: FolderHandle): void {
    this.#forget()
    this.#last = {folder, handle}
  }

  #forget(): void {
    this.#last?.handle.close()
    this.#last = undefined
  }
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
