import {archiveError} from '../../compression/failures.ts'
import type {UnpackLimits} from './types.ts'

const mebibyte = 1024 * 1024

/**
 * Limits that leave room for what is real: Debian's prosody-modules packages have up to 500 entries in 2 MB, a
 * jitsi-meet tarball is 50 MB packed and a few hundred unpacked, text packs 10 to 1. What packs better than 200 to 1
 * holds nothing: gzip can do 1032 to 1 with zeros, xz 7000 to 1. A path may be a quarter of Linux's PATH_MAX.
 */
export const defaultLimits: UnpackLimits = {
  entries: 50_000,
  bytes: 512 * mebibyte,
  ratio: 200,
  ratioFloor: 8 * mebibyte,
  pathLength: 1024,
}

/** Counts what one archive makes us do, while it does it; throws at the first step over a limit. */
export class Meter {
  readonly limits: UnpackLimits
  readonly #label: string
  #packed = 0
  #unpacked = 0
  #entries = 0

  constructor(label: string, limits: UnpackLimits) {
    this.#label = label
    this.limits = limits
  }

  /**
   * Counts an entry.
   * @throws ARCHIVE_TOO_MANY_ENTRIES
   */
  addEntry(): void {
    this.#entries += 1
    const {entries} = this.limits
    if (this.#entries > entries) throw tooManyEntries(this.#label, entries)
  }

  /** Hands chunks through and counts them as packed bytes. Empty chunks are dropped: xz-decompress takes one for the end. */
  async *packed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#packed += chunk.byteLength
      if (chunk.byteLength > 0) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    }
  }

  /**
   * Hands chunks through and counts them as unpacked bytes.
   * @throws ARCHIVE_TOO_LARGE, ARCHIVE_RATIO
   */
  async *unpacked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#unpacked += chunk.length
      this.#checkBytes()
      yield chunk
    }
  }

  #checkBytes(): void {
    const {bytes, ratio, ratioFloor} = this.limits
    if (this.#unpacked > bytes) throw tooLarge(this.#label, bytes)
    if (this.#unpacked > ratioFloor && this.#unpacked > ratio * this.#packed) {
      throw archiveError('ARCHIVE_RATIO', this.#label, {
        expected: `at most ${ratio} unpacked bytes for a packed one`,
        got: `${this.#unpacked} bytes from ${this.#packed}, and more to come`,
      })
    }
  }
}

/** Makes the error of an archive with more entries than `limit`. */
export function tooManyEntries(label: string, limit: number) {
  const refusal = {expected: `at most ${limit} entries and folders`, got: 'more'}
  return archiveError('ARCHIVE_TOO_MANY_ENTRIES', label, refusal)
}

/** Makes the error of an archive, or of one entry of it, with more unpacked bytes than `limit`. */
export function tooLarge(
  label: string,
  limit: number,
  found?: {readonly entry: string; readonly size: number},
) {
  const expected = `at most ${limit} bytes unpacked`
  if (!found) return archiveError('ARCHIVE_TOO_LARGE', label, {expected, got: 'more'})
  return archiveError('ARCHIVE_TOO_LARGE', label, {
    entry: found.entry,
    expected,
    got: `${found.size} bytes in one file`,
  })
}
