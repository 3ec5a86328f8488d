import {isPrefixed, mainFile} from '../module-name.ts'
import type {FileHandle} from 'node:fs/promises'
import type {Sha256} from '../digest.ts'
import {readFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {Beside} from '../limit.ts'
import {openRegular} from '../regular-file.ts'
import type {ArchiveLocation} from '../sources/types.ts'
import {archiveLimit, checkDigest, download, fileLimit, type Downloads} from './download.ts'
import {Once} from './once.ts'
import type {Patience} from '../net/patience.ts'
import {lazyWriter, type BlobWriter} from '../store/store.ts'
import {TransferError} from '../net/transfer-error.ts'
import {prepareFor, unpack} from './unpack/index.ts'
import type {FileSink, UnpackResult} from './unpack/types.ts'
import type {Want} from './types.ts'

/** Each waits for the disk, which the next file need not. */
const commitsAtOnce = 16

/** What is on its way out of an archive into the store. */
interface Extraction {
  /** Writers that are not done. */
  readonly open: Set<BlobWriter>
  /** What makes files durable, while the archive is read on. */
  readonly commits: Beside
  /** Digests of wanted files that have not come, or not whole. */
  readonly missing: Set<Sha256>
}

/** Who takes what an archive has. */
interface Reading {
  /** Gets paths relative to the location's root, stripped. */
  readonly onFile: (path: string) => FileSink | undefined
  readonly isDone?: () => boolean
}

/** Fetches archives once a session and takes the wanted files out of them. */
export class ArchiveReader {
  readonly #downloads: Downloads
  /** Archive URL → path in it → what is wanted from there. */
  readonly #members = new Map<string, Map<string, Want>>()
  /** Archive URL → its digest, once it lies in the store. */
  readonly #fetched = new Once<Sha256>()
  /** URLs of archives that an earlier run had put into the store. */
  readonly #kept = new Set<string>()
  readonly #extracted = new Once<void>()

  readonly #onServed: (label: string, sha256: Sha256) => void

  /** @param onServed is told of each file that a location gave */
  constructor(downloads: Downloads, onServed: (label: string, sha256: Sha256) => void) {
    this.#downloads = downloads
    this.#onServed = onServed
  }

  /** Tells which files the archives among the candidates will be asked for, so that each is read once. */
  expect(wants: readonly Want[]): void {
    for (const want of wants) {
      for (const {location, path} of want.candidates) {
        if (location.type !== 'archive') continue
        const members = this.#members.get(location.url) ?? new Map<string, Want>()
        members.set(path, want)
        this.#members.set(location.url, members)
        this.#extracted.forget(location.url)
      }
    }
  }

  /** Lets transfers that failed and are worth a retry be tried again. */
  nextRound(): void {
    this.#fetched.nextRound()
    this.#extracted.nextRound()
  }

  /** Tells whether the archive lies in the store already, as a blob of its digest. */
  inStore(location: ArchiveLocation): boolean {
    return location.sha256 !== undefined && this.#downloads.store.has(location.sha256)
  }

  /** Puts every expected file of the archive into the store. */
  extract(location: ArchiveLocation, patience: Patience): Promise<void> {
    return this.#extracted.run(location.url, () => this.#extract(location, patience))
  }

  /** Brings the archive into the store; gives its digest. */
  fetch(location: ArchiveLocation, patience: Patience): Promise<Sha256> {
    return this.#fetched.run(location.url, async () => {
      const {sha256} = location
      if (sha256 !== undefined && (await this.#downloads.store.verifiedPath(sha256)) !== undefined) {
        this.#kept.add(location.url)
        return sha256
      }
      const isFile = location.format === undefined
      const {label, url, size} = location
      const limit = isFile ? fileLimit : archiveLimit
      const coming = download({name: label, label, url, sha256, size, limit, patience}, this.#downloads)
      // While others are asked, there is nothing else to do.
      if (location.format !== undefined) void prepareFor(location.format)
      const got = await coming
      if (isFile) this.#onServed(label, got)
      return got
    })
  }

  /**
   * Forgets what `extract` had put into the store, since another process has pruned it: the next round takes it out
   * again.
   */
  again({url}: ArchiveLocation): void {
    this.#extracted.forget(url)
  }

  /**
   * Forgets what `fetch` had put into the store, since another process has pruned it: the next round fetches it again.
   */
  lost({url}: ArchiveLocation): TransferError {
    this.#fetched.forget(url)
    this.#kept.delete(url)
    return new TransferError('another process has removed it from the store', {retryable: true})
  }

  /** Reads through the archive, or until `isDone`. */
  async read(location: ArchiveLocation, archive: Sha256, {onFile, isDone}: Reading): Promise<UnpackResult> {
    if (location.format === undefined) throw new TransferError('it is a single file, not an archive')
    const handle = await this.#open(location, archive)
    return unpack({
      input: handle.createReadStream(),
      format: location.format,
      label: location.label,
      root: location.root,
      strip: location.strip === 1 ? 1 : 0,
      signal: this.#downloads.signal,
      commit: location.commit,
      onFile: ({path}) => onFile(path),
      isDone,
    })
  }

  async #open(location: ArchiveLocation, archive: Sha256): Promise<FileHandle> {
    const path = this.#downloads.store.wayTo(archive)
    try {
      return await openRegular(path)
    } catch (error) {
      throw systemCode(error) === 'ENOENT' ? this.lost(location) : readFailed(path, error)
    }
  }

  async #extract(location: ArchiveLocation, patience: Patience): Promise<void> {
    const archive = await this.fetch(location, patience)
    if (location.format === undefined) {
      if (!this.#downloads.store.has(archive)) throw this.lost(location)
      return
    }
    const members = this.#members.get(location.url) ?? new Map<string, Want>()
    const prefix = location.strip === 'single' ? await this.topFolder(location, archive) : ''
    const open = new Set<BlobWriter>()
    const commits = new Beside(commitsAtOnce)
    const digests = Array.from(members.values(), ({sha256}) => sha256)
    const missing = new Set(digests.filter((digest) => !this.#downloads.store.has(digest)))
    const extraction = {open, commits, missing}
    const onFile = (path: string): FileSink | undefined => {
      const want = path.startsWith(prefix) ? members.get(path.slice(prefix.length)) : undefined
      return want === undefined || !missing.has(want.sha256)
        ? undefined
        : this.#sink(want, location, extraction)
    }
    try {
      const {links} = await this.read(location, archive, {onFile, isDone: () => missing.size === 0})
      await commits.finish()
      if (links.size > 0) await this.#followLinks(location, archive, {links, prefix, members, ...extraction})
      await commits.finish()
    } finally {
      await commits.settle()
      for (const writer of open) writer.abort()
    }
  }

  /** Names the folder that everything in an archive lies in, with a slash; '' when there is none. */
  async topFolder(location: ArchiveLocation, archive: Sha256): Promise<string> {
    const {files, links, barred} = await this.read(location, archive, {onFile: () => undefined})
    return sharedTopFolder([...files.map(({path}) => path), ...links.keys(), ...barred.keys()])
  }

  /** A wanted path may be a link: take the file it leads to. */
  async #followLinks(
    location: ArchiveLocation,
    archive: Sha256,
    found: Extraction & {
      readonly links: ReadonlyMap<string, string>
      readonly prefix: string
      readonly members: ReadonlyMap<string, Want>
    },
  ): Promise<void> {
    const byEnd = new Map<string, Want>()
    for (const [path, want] of found.members) {
      if (!found.missing.has(want.sha256)) continue
      byEnd.set(throughLinks(found.prefix + path, found.links), want)
    }
    if (byEnd.size === 0) return
    const onFile = (path: string): FileSink | undefined => {
      const want = byEnd.get(path)
      return want === undefined ? undefined : this.#sink(want, location, found)
    }
    await this.read(location, archive, {onFile, isDone: () => found.missing.size === 0})
  }

  #sink(want: Want, location: ArchiveLocation, {open, commits, missing}: Extraction): FileSink {
    const get = lazyWriter(this.#downloads.store, open, true)
    const served = (): void =>
      this.#onServed(
        this.#kept.has(location.url) ? `${location.label}, kept in the store` : location.label,
        want.sha256,
      )
    return {
      write(chunk) {
        get().write(chunk)
      },
      async end() {
        const done = get()
        if (location.unproved === true && done.digest() !== want.sha256) {
          open.delete(done)
          done.abort()
          return
        }
        checkDigest(done.digest(), {name: want.name, url: location.label, sha256: want.sha256})
        missing.delete(want.sha256)
        await commits.start(async () => {
          await done.commit()
          open.delete(done)
          served()
        })
      },
    }
  }
}

/** Replaces the part of a path that is a link by what the link leads to. */
export function throughLinks(path: string, links: ReadonlyMap<string, string>): string {
  const parts = path.split('/')
  for (let length = parts.length; length > 0; length -= 1) {
    const to = links.get(parts.slice(0, length).join('/'))
    if (to !== undefined) return [to, ...parts.slice(length)].filter((part) => part !== '').join('/')
  }
  return path
}

/**
 * Names the one folder that everything lies in, with a slash: the wrapper that source archives have. '' when there is
 * none, or when that folder is a module itself.
 */
export function sharedTopFolder(paths: readonly string[]): string {
  const [first = ''] = paths
  const top = first.slice(0, first.indexOf('/') + 1)
  if (top === '' || isPrefixed(top) || !paths.every((path) => path.startsWith(top))) return ''
  return paths.includes(`${top}${mainFile(top.slice(0, -1))}`) ? '' : top
}
