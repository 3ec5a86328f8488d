import {
  closeSync,
  fchmodSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {syncFile} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {readPlainFile} from '../plain-file.ts'
import type {FolderHandle} from './folder-handle.ts'
import {enterOwnFolder, foreign, makeOwnFolder} from './work-folder.ts'

/** Name of the folder of staged files, in the one where commands work. */
export const stagedName = 'staged'

/**
 * What a step leaves among the staged files: the file that it will put in place, and a copy of the one that it
 * replaces or removes.
 */
export type StagedKind = 'new' | 'old'

/** New files and copies of old ones, in `.prosody-mods/staged`. */
export class Staged {
  readonly #folder: FolderHandle

  private constructor(folder: FolderHandle) {
    this.#folder = folder
  }

  /**
   * Makes an empty folder of staged files, in place of what an earlier command has left. Throws WORK_FOLDER_FOREIGN.
   */
  static make(work: FolderHandle): Staged {
    Staged.clear(work)
    return new Staged(makeOwnFolder(work, stagedName))
  }

  /**
   * Opens the folder of staged files that an earlier command has left; undefined where it left nothing. Throws
   * WORK_FOLDER_FOREIGN.
   */
  static find(work: FolderHandle): Staged | undefined {
    const folder = enterOwnFolder(work, stagedName)
    return folder === undefined ? undefined : new Staged(folder)
  }

  /**
   * Removes the folder of staged files with all that is in it. Throws WORK_FOLDER_FOREIGN, before anything is
   * removed, where something else lies in it.
   */
  static clear(work: FolderHandle): void {
    const staged = Staged.find(work)
    if (staged === undefined) return
    try {
      const names = readdirSync(staged.#folder.at('.'))
      const other = names.find((name) => !staged.#isPlain(name))
      if (other !== undefined)
        throw foreign(join(staged.#folder.path, other), 'is nothing that prosody-mods put there')
      for (const name of names) unlinkSync(staged.#folder.at(name))
      rmdirSync(work.at(stagedName))
    } finally {
      staged.close()
    }
  }

  /** Writes a file, durable once `sync` is done. */
  async write(
    {kind, index}: {readonly kind: StagedKind; readonly index: number},
    bytes: Buffer,
    mode: number,
  ): Promise<void> {
    const file = openSync(this.way(kind, index), 'wx', 0o600)
    try {
      writeFileSync(file, bytes)
      fchmodSync(file, mode)
      await syncFile(file)
    } finally {
      closeSync(file)
    }
  }

  /** Brings the folder's entries to the disk, so that a loss of power does not take them. */
  async sync(): Promise<void> {
    if (this.#folder.file !== undefined) await syncFile(this.#folder.file)
  }

  /** Returns the way on which the system reaches a staged file, for calls to it and not for messages. */
  way(kind: StagedKind, index: number): string {
    return this.#folder.at(`${kind}-${index}`)
  }

  /**
   * Tells whether the staged file is there with these bytes, and is nothing but a file of this user; undefined where
   * it is not there.
   */
  holds(kind: StagedKind, index: number, sha256: Sha256): boolean | undefined {
    const accept = ({uid, nlink}: {uid: number; nlink: number}): boolean =>
      uid === this.#folder.stats.uid && nlink === 1
    try {
      const file = readPlainFile(this.way(kind, index), Number.MAX_SAFE_INTEGER, accept)
      return file !== undefined && sha256Of(file.bytes) === sha256
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      if (systemCode(error) === 'ELOOP' || systemCode(error) === 'ENXIO') return false
      throw error
    }
  }

  /** Returns the path of a staged file for messages. */
  shown(kind: StagedKind, index: number): string {
    return join(this.#folder.path, `${kind}-${index}`)
  }

  /** Closes the folder; its files stay. */
  close(): void {
    this.#folder.close()
  }

  #isPlain(name: string): boolean {
    if (!/^(?:new|old)-\d+$/.test(name)) return false
    const found = lstatSync(this.#folder.at(name), {throwIfNoEntry: false})
    return found === undefined || (found.isFile() && found.uid === this.#folder.stats.uid)
  }
}
