import {createHash, hash, randomBytes, type Hash} from 'node:crypto'
import {closeSync, openSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {FileRefused, openFlags, readRegular} from '../regular-file.ts'
import {systemCode} from '../errors.ts'
import {readFailed, syncFile, syncFolder, writeFailed} from '../durable.ts'
import {processExists} from '../process-exists.ts'
import {entries, remove, removeUnused, withFolder, type Pruned} from './entries.ts'

/**
 * Content-addressed store of verified files: `sha256/ab/cdef…`, shared by all projects and processes of
 * a user. A blob appears by rename, whole or not at all, and is hashed again whenever it is read.
 */
export class Store {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Where the blob lies or would lie. */
  pathOf(sha256: string): string {
    return join(this.folder, 'sha256', sha256.slice(0, 2), sha256.slice(2))
  }

  /** Whether there is a blob, unverified. */
  has(sha256: string): boolean {
    const path = this.pathOf(sha256)
    try {
      return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false
    } catch (error) {
      throw readFailed(path, error)
    }
  }

  /**
   * The verified bytes; undefined when there are none. A blob whose bytes no longer have its digest is
   * removed and reported through `onCorrupt`.
   */
  read(sha256: string, onCorrupt?: (sha256: string) => void): Buffer | undefined {
    let bytes: Buffer
    try {
      bytes = readRegular(this.pathOf(sha256), 'module')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw readFailed(this.pathOf(sha256), error)
    }
    if (hash('sha256', bytes, 'hex') === sha256) return bytes
    try {
      unlinkSync(this.pathOf(sha256))
    } catch (error) {
      // Another process has found it, too.
      if (systemCode(error) !== 'ENOENT') throw writeFailed(this.pathOf(sha256), error)
    }
    onCorrupt?.(sha256)
    return undefined
  }

  /** Like read, without holding the bytes: for archives. The returned path has just been verified. */
  async verifiedPath(sha256: string): Promise<string | undefined> {
    const path = this.pathOf(sha256)
    let actual: string
    try {
      actual = await hashFile(path)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw readFailed(path, error)
    }
    if (actual === sha256) return path
    await remove(path)
    return undefined
  }

  /** A new blob under construction, in the store's own temporary folder. */
  async writer(): Promise<BlobWriter> {
    const folder = join(this.folder, 'tmp')
    // The process id in the name lets `prune` tell a dead process's leftovers from work in progress.
    const path = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}`)
    try {
      const file = await withFolder(folder, () => openSync(path, 'wx', 0o644))
      return new BlobWriter(this, path, file)
    } catch (error) {
      throw writeFailed(path, error)
    }
  }

  async put(bytes: Buffer): Promise<string> {
    const writer = await this.writer()
    try {
      writer.write(bytes)
      return await writer.commit()
    } catch (error) {
      writer.abort()
      throw error
    }
  }

  /** Digests of all blobs. */
  async list(): Promise<string[]> {
    const found: string[] = []
    for (const prefix of await entries(join(this.folder, 'sha256'))) {
      for (const rest of await entries(join(this.folder, 'sha256', prefix))) {
        if (/^[0-9a-f]{64}$/.test(prefix + rest)) found.push(prefix + rest)
      }
    }
    return found.sort()
  }

  /** Hashes every blob; bad ones are removed, so that the next install fetches them again. */
  async verify(): Promise<{readonly checked: number; readonly removed: readonly string[]}> {
    const digests = await this.list()
    const removed: string[] = []
    for (const sha256 of digests) {
      if ((await this.verifiedPath(sha256)) === undefined) removed.push(sha256)
    }
    return {checked: digests.length, removed}
  }

  /**
   * Removes blobs that nobody has read or written for `olderThan` milliseconds (0: all), and what dead
   * processes left in the temporary folder.
   */
  async prune(olderThan: number): Promise<Pruned> {
    const digests = await this.list()
    const pruned = await removeUnused(
      digests.map((sha256) => this.pathOf(sha256)),
      olderThan,
    )
    const temporary = join(this.folder, 'tmp')
    for (const name of await entries(temporary)) {
      if (!processExists(Number(name.split('-')[0]))) await remove(join(temporary, name))
    }
    return pruned
  }
}

/** Collects the bytes of one blob; ends with commit or abort. */
export class BlobWriter {
  readonly #store: Store
  readonly #path: string
  readonly #file: number
  readonly #hash: Hash = createHash('sha256')
  #open = true
  size = 0

  /** @param file descriptor of the new file at `path` */
  constructor(store: Store, path: string, file: number) {
    this.#store = store
    this.#path = path
    this.#file = file
  }

  write(chunk: Buffer): void {
    this.#hash.update(chunk)
    this.size += chunk.length
    try {
      // writeSync may write less than it was given (a nearly full disk); writeFileSync goes on to the end.
      writeFileSync(this.#file, chunk)
    } catch (error) {
      throw writeFailed(this.#path, error)
    }
  }

  /** The digest of what was written so far; call it once, before commit or abort. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }

  /** Makes the blob durable and visible; gives its digest. */
  async commit(): Promise<string> {
    const sha256 = this.digest()
    const target = this.#store.pathOf(sha256)
    const folder = dirname(target)
    try {
      await syncFile(this.#file)
      this.#close()
      await withFolder(folder, () => renameSync(this.#path, target))
      await syncFolder(folder)
    } catch (error) {
      throw writeFailed(target, error)
    }
    return sha256
  }

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

/** A writer that is opened when it is first asked for, and is among `open` from then on. */
export function lazyWriter(store: Store, open: Set<BlobWriter>): () => Promise<BlobWriter> {
  let writer: BlobWriter | undefined
  return async () => {
    if (writer === undefined) open.add((writer = await store.writer()))
    return writer
  }
}

/** sha256 of a file in hex, read in pieces. */
export async function hashFile(path: string): Promise<string> {
  const handle = await open(path, openFlags)
  const digest = createHash('sha256')
  if (!(await handle.stat()).isFile()) {
    await handle.close()
    throw new FileRefused('NOT_REGULAR', path, 'it is no regular file')
  }
  for await (const chunk of handle.createReadStream()) digest.update(chunk as Buffer)
  return digest.digest('hex')
}
