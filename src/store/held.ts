import {existsSync, linkSync, mkdirSync, rmdirSync, unlinkSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Sha256} from '../digest.ts'
import {systemCode} from '../errors.ts'
import {ownName} from './entries.ts'

const mebibyte = 1024 * 1024
/** In memory, where the file system can't give a file a second name. */
const maxBytes = 64 * mebibyte
/** In memory, of what lies here as well: what a command has read once it reads again. */
const maxSpare = 8 * mebibyte

/**
 * Blobs that a running command needs, each under a second name in `held/<process>`: whatever another process prunes, they
 * are there until `release`. What a process that was killed has left there goes with the next pruning.
 */
export class Held {
  readonly #folder: string
  readonly #names = new Set<Sha256>()
  readonly #bytes = new Map<Sha256, Buffer>()
  #size = 0
  #isMade = false

  /** @param store its folder */
  constructor(store: string) {
    this.#folder = join(store, 'held', ownName())
  }

  /** Tells whether a blob is held. */
  has(sha256: Sha256): boolean {
    return this.#names.has(sha256) || this.#bytes.has(sha256)
  }

  /** Returns where a held blob lies; undefined for one that is not held there. */
  pathOf(sha256: Sha256): string | undefined {
    return this.#names.has(sha256) ? join(this.#folder, sha256) : undefined
  }

  /** Returns the bytes of a blob that are in memory, as they were when its digest was proved. */
  bytesOf(sha256: Sha256): Buffer | undefined {
    return this.#bytes.get(sha256)
  }

  /** Gives a file a second name. False where there is none. */
  hold(sha256: Sha256, path: string): boolean {
    return this.#names.has(sha256) || (existsSync(path) && this.holdThere(sha256, path))
  }

  /** Gives a file that was there just now a second name. False where it has gone. */
  holdThere(sha256: Sha256, path: string): boolean {
    if (this.#names.has(sha256)) return true
    try {
      this.#make()
      linkSync(path, join(this.#folder, sha256))
      this.#names.add(sha256)
    } catch (error) {
      // Else a file system without hard links, or a store that this user may only read: bytes are kept instead.
      if (systemCode(error) === 'ENOENT' && this.#isMade) return false
    }
    return true
  }

  #make(): void {
    if (this.#isMade) return
    mkdirSync(this.#folder, {recursive: true})
    this.#isMade = true
  }

  /** Holds verified bytes, as far as there is room: more of what could not be held as a file. */
  keep(sha256: Sha256, bytes: Buffer): void {
    const room = this.#names.has(sha256) ? maxSpare : maxBytes
    if (this.#bytes.has(sha256) || this.#size + bytes.length > room) return
    this.#size += bytes.length
    this.#bytes.set(sha256, bytes)
  }

  /** Forgets a blob whose bytes are damaged. */
  drop(sha256: Sha256): void {
    if (this.#names.delete(sha256)) quietly(() => unlinkSync(join(this.#folder, sha256)))
    this.#bytes.delete(sha256)
  }

  /** Gives everything up that is held. */
  release(): void {
    if (this.#isMade) {
      for (const sha256 of this.#names) quietly(() => unlinkSync(join(this.#folder, sha256)))
      quietly(() => rmdirSync(this.#folder))
      quietly(() => rmdirSync(dirname(this.#folder)))
    }
    this.#names.clear()
    this.#bytes.clear()
    this.#size = 0
    this.#isMade = false
  }
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // Others hold something there, or the next pruning takes it away.
  }
}
