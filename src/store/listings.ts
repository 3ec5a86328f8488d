import {renameSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import type {Listing, ListingKeeper} from '../net/upstream.ts'
import type {Validators} from '../net/validators.ts'
import {ownName, withFolder, type Pruned} from './entries.ts'
import {pruneKept, verifyKept} from './kept.ts'
import {OwnFolder} from './own-folder.ts'

/** A file is at most this long: the longest answer that is taken, and what stands before it. */
const maxBytes = 65 * 1024 * 1024

/**
 * A keeper of publishers' answers about what there is, in the store's folder: `listings/<sha256 of the URL>`. A file is
 * the sha256 of its rest, a line that says of what it is and how to ask about it, and the answer. It holds no URL, as
 * that may be secret. What is damaged is no listing: it is removed, and the publisher asked anew; what another user
 * could have written is none either. A file appears by rename; it need not be synced, since its digest tells what a
 * power cut left of it.
 */
export class Listings implements ListingKeeper {
  readonly #store: string
  readonly #folder: OwnFolder

  /** @param store its folder */
  constructor(store: string) {
    this.#store = store
    this.#folder = new OwnFolder(store, 'listings')
  }

  /** Reads the answer that a URL gave before; undefined where none is kept, or it is damaged. */
  read(url: string): Listing | undefined {
    const read = this.#read(nameOf(url))
    if (read === 'damaged') this.drop(url)
    return read === 'damaged' ? undefined : read
  }

  /** Keeps the answer of a URL; where the disk does not take it, none is kept. */
  async keep(url: string, listing: Listing): Promise<void> {
    const name = nameOf(url)
    const folder = join(this.#store, 'tmp')
    // Named as the store names its own, so that `prune` knows a dead process's leftovers.
    const path = join(folder, ownName())
    try {
      await withFolder(folder, () => writeFileSync(path, fileOf(name, listing), {flag: 'wx', mode: 0o644}))
      await this.#folder.write(() => renameSync(path, join(this.#folder.path, name)))
    } catch {
      // A full or read-only disk costs the next run a longer answer, and this one nothing.
      quietly(() => rmSync(path, {force: true}))
      this.drop(url)
    }
  }

  /** Marks the answer of a URL as used now. */
  touch(url: string): void {
    const now = new Date()
    quietly(() => utimesSync(join(this.#folder.path, nameOf(url)), now, now))
  }

  /** Removes the answer of a URL. */
  drop(url: string): void {
    quietly(() => rmSync(join(this.#folder.path, nameOf(url)), {force: true}))
  }

  /** Checks the digest of every listing; damaged ones are removed. */
  async verify(): Promise<{readonly checked: number; readonly removed: number}> {
    return verifyKept(this.#folder.path, (name) => this.#read(name) === 'damaged')
  }

  /** Removes what nobody has used for `olderThan` milliseconds (0: all). */
  async prune(olderThan: number): Promise<Pruned> {
    return pruneKept(this.#folder.path, olderThan)
  }

  #read(name: Sha256): Listing | 'damaged' | undefined {
    const bytes = this.#folder.read(name, maxBytes)
    if (bytes === undefined) return undefined
    try {
      return listingIn(bytes, name) ?? 'damaged'
    } catch {
      return 'damaged'
    }
  }
}

/** A URL's credentials are no part of what it names. */
function nameOf(url: string): Sha256 {
  const named = new URL(url)
  named.username = ''
  named.password = ''
  named.hash = ''
  return sha256Of(named.href)
}

interface Head extends Validators {
  /** The file's own name: an answer to one question is none to another. */
  readonly of: Sha256
}

function fileOf(name: Sha256, {validators, body}: Listing): Buffer {
  const head: Head = {of: name, ...validators}
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
  return Buffer.concat([Buffer.from(`${sha256Of(rest)}\n`), rest])
}

function listingIn(file: Buffer, name: Sha256): Listing | undefined {
  const rest = file.subarray(65)
  if (file.toString('latin1', 0, 65) !== `${sha256Of(rest)}\n`) return undefined
  const end = rest.indexOf('\n')
  const {of, ...validators} = JSON.parse(rest.toString('utf8', 0, end)) as Head
  return of === name ? {validators, body: rest.subarray(end + 1)} : undefined
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // Whatever it is, the next run finds it again.
  }
}
