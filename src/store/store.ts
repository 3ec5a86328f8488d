import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {Hasher, isSha256, sha256Of, type Sha256} from '../digest.ts'
import {systemCode} from '../errors.ts'
import {FileRefused, openRegular, opening, withRegular} from '../regular-file.ts'
import {readFailed, syncFile, syncFolder, writeFailed} from '../durable.ts'
import {
  entries,
  leftovers,
  ownName,
  remove,
  removeAll,
  removeUnused,
  inFolder,
  type Pruned,
} from './entries.ts'
import {Held} from './held.ts'

/**
 * A content-addressed store of verified files: `sha256/ab/cdef…`, shared by all projects and processes of a user. A
 * blob appears by rename, whole or not at all, and is hashed again whenever it is read.
 */
export class Store {
  readonly folder: string
  #held: Held | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** Keeps from now on whatever is found here or put here, until `release`, whoever prunes. */
  hold(): void {
    this.#held ??= new Held(this.folder)
  }

  /** Gives up what is kept since `hold`. */
  release(): void {
    this.#held?.release()
    this.#held = undefined
  }

  /** Returns where a blob lies or would lie. */
  pathOf(sha256: Sha256): string {
    return join(this.folder, 'sha256', sha256.slice(0, 2), sha256.slice(2))
  }

  /** Tells whether there is a blob, unverified. */
  has(sha256: Sha256): boolean {
    if (this.#held?.has(sha256) === true) return true
    const path = this.pathOf(sha256)
    try {
      if (statSync(path, {throwIfNoEntry: false})?.isFile() !== true) return false
      return this.#held?.holdThere(sha256, path) ?? true
    } catch (error) {
      throw readFailed(path, error)
    }
  }

  /** Returns the path by which to read a blob: where it lies, or is held for this process. */
  wayTo(sha256: Sha256): string {
    const path = this.pathOf(sha256)
    this.#held?.hold(sha256, path)
    return this.#held?.pathOf(sha256) ?? path
  }

  /**
   * Holds a complete file that is about to become a blob.
   * @param bytes what it holds, as it was hashed; undefined for more than is kept
   */
  holdNew(sha256: Sha256, path: string, bytes: Buffer | undefined): void {
    this.#held?.holdThere(sha256, path)
    if (bytes !== undefined) this.#held?.keep(sha256, bytes)
  }

  /**
   * Reads the verified bytes of a blob; undefined when there are none. A blob whose bytes no longer have its digest is
   * removed and reported through `onCorrupt`.
   */
  read(sha256: Sha256, onCorrupt?: (sha256: Sha256) => void): Buffer | undefined {
    const held = this.#held?.bytesOf(sha256)
    if (held !== undefined) return held
    let bytes: Buffer
    try {
      // Of what is not there an error would be made, which takes longer than this look.
      if (this.#held?.hold(sha256, this.pathOf(sha256)) === false) return undefined
      bytes = readBlob(this.wayTo(sha256))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw readFailed(this.pathOf(sha256), error)
    }
    if (sha256Of(bytes) === sha256) {
      this.#held?.keep(sha256, bytes)
      return bytes
    }
    this.#held?.drop(sha256)
    try {
      unlinkSync(this.pathOf(sha256))
    } catch (error) {
      // Another process has found it, too.
      if (systemCode(error) !== 'ENOENT') throw writeFailed(this.pathOf(sha256), error)
    }
    onCorrupt?.(sha256)
    return undefined
  }

  /**
   * Verifies a blob without holding its bytes, as archives need it, and returns its path; undefined when there is none.
   * The returned path has just been verified.
   */
  async verifiedPath(sha256: Sha256): Promise<string | undefined> {
    const path = this.wayTo(sha256)
    let actual: Sha256 | undefined
    try {
      actual = await hashFile(path)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw readFailed(path, error)
    }
    if (actual === sha256) return path
    this.#held?.drop(sha256)
    await remove(this.pathOf(sha256))
    return undefined
  }

  /**
   * Begins a new blob, in the store's own temporary folder.
   * @param options.isReadNext keeps its bytes for this process, as they come, unless they are many or nothing is held
   */
  writer({isReadNext = false}: {readonly isReadNext?: boolean} = {}): BlobWriter {
    const folder = join(this.folder, 'tmp')
    // The name lets `prune` tell a dead process's leftovers from work in progress.
    const path = join(folder, ownName())
    try {
      const file = inFolder(folder, () => openSync(path, 'wx', 0o644))
      return new BlobWriter(this, {path, file, isReadNext})
    } catch (error) {
      throw writeFailed(path, error)
    }
  }

  /** Stores bytes; gives their digest. */
  async put(bytes: Buffer): Promise<Sha256> {
    const writer = this.writer()
    try {
      writer.write(bytes)
      return await writer.commit()
    } catch (error) {
      writer.abort()
      throw error
    }
  }

  /** Lists the digests of all blobs. */
  async list(): Promise<Sha256[]> {
    const found: Sha256[] = []
    for (const prefix of await entries(join(this.folder, 'sha256'))) {
      for (const rest of await entries(join(this.folder, 'sha256', prefix))) {
        const name = prefix + rest
        if (isSha256(name)) found.push(name)
      }
    }
    return found.sort()
  }

  /** Hashes every blob; bad ones are removed, so that the next install fetches them again. */
  async verify(): Promise<{readonly checked: number; readonly removed: readonly Sha256[]}> {
    const digests = await this.list()
    const removed: Sha256[] = []
    for (const sha256 of digests) {
      if ((await this.verifiedPath(sha256)) === undefined) removed.push(sha256)
    }
    return {checked: digests.length, removed}
  }

  /**
   * Removes blobs that nobody has read or written for `olderThan` milliseconds (0: all), and what dead
   * processes left. What a running command needs it keeps a name of (`hold`).
   */
  async prune(olderThan: number): Promise<Pruned> {
    const digests = await this.list()
    const pruned = await removeUnused(
      digests.map((sha256) => this.pathOf(sha256)),
      olderThan,
    )
    for (const folder of [join(this.folder, 'tmp'), join(this.folder, 'held')]) {
      for (const name of await leftovers(folder)) await removeAll(join(folder, name))
    }
    return pruned
  }
}

/** What is neither file nor folder has no bytes. */
function readBlob(path: string): Buffer {
  try {
    return withRegular(path, opening.followed, (file) => readFileSync(file))
  } catch (error) {
    if (error instanceof FileRefused) return Buffer.alloc(0)
    throw error
  }
}

/** A file of a module has a few kB. */
const mostKept = 256 * 1024

/** Collects the bytes of one blob; ends with commit or abort. */
export class BlobWriter {
  readonly #store: Store
  readonly #path: string
  readonly #file: number
  readonly #hash = new Hasher()
  /** What was written, up to `mostKept`; undefined where it is not kept. */
  #pieces: Buffer[] | undefined
  #open = true
  size = 0

  /** @param at.file descriptor of the new file at `at.path` */
  constructor(
    store: Store,
    at: {readonly path: string; readonly file: number; readonly isReadNext: boolean},
  ) {
    this.#store = store
    this.#path = at.path
    this.#file = at.file
    if (at.isReadNext) this.#pieces = []
  }

  /** Writes the next bytes of the blob, and counts them into its digest. Throws when the disk does not take them. */
  write(chunk: Buffer): void {
    this.#hash.update(chunk)
    this.size += chunk.length
    if (this.size > mostKept) this.#pieces = undefined
    // Copied: an unpacker may write its next bytes where these are.
    this.#pieces?.push(Buffer.from(chunk))
    try {
      // writeSync may write less than it was given (a nearly full disk); writeFileSync goes on to the end.
      writeFileSync(this.#file, chunk)
    } catch (error) {
      throw writeFailed(this.#path, error)
    }
  }

  /** Returns the digest of what was written so far. */
  digest(): Sha256 {
    return this.#hash.sha256()
  }

  /** Makes the blob durable and visible; gives its digest. */
  async commit(): Promise<Sha256> {
    const sha256 = this.digest()
    const place = this.#store.pathOf(sha256)
    const folder = dirname(place)
    try {
      await syncFile(this.#file)
      this.#close()
      this.#store.holdNew(sha256, this.#path, this.#pieces && Buffer.concat(this.#pieces))
      inFolder(folder, () => renameSync(this.#path, place))
      await syncFolder(folder)
    } catch (error) {
      throw writeFailed(place, error)
    }
    return sha256
  }

  /** Removes what was written; after commit it does nothing. */
  abort(): void {
    this.#close()
    rmSync(this.#path, {force: true})
  }

  #close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#file)
  }
}

/** Makes a writer that is opened when it is first asked for, and is among `open` from then on. */
export function lazyWriter(store: Store, open: Set<BlobWriter>, isReadNext = false): () => BlobWriter {
  let writer: BlobWriter | undefined
  return () => {
    if (writer === undefined) open.add((writer = store.writer({isReadNext})))
    return writer
  }
}

/** Computes the sha256 of a file, read in pieces; undefined for what is neither file nor folder. */
export async function hashFile(path: string): Promise<Sha256 | undefined> {
  let handle: FileHandle
  try {
    handle = await openRegular(path)
  } catch (error) {
    if (error instanceof FileRefused) return undefined
    throw error
  }
  const hasher = new Hasher()
  for await (const chunk of handle.createReadStream()) hasher.update(chunk as Buffer)
  return hasher.sha256()
}
