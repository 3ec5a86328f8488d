import type {Parser, ReadEntry} from 'tar'

import {messageOf} from '../../errors.ts'
import {ByteReader} from './byte-reader.ts'
import {archiveError, corrupt} from '../../compression/failures.ts'
import {tooLarge} from './limits.ts'
import {readLongName, readPax, type Announced} from './meta.ts'
import type {Entry, EntryContext, EntryKind} from './entry.ts'

const block = 512
const zeros = Buffer.alloc(64 * 1024)
/** Bytes of one extended header; its records hold a path or two. */
const metaSize = 64 * 1024
/** Bytes of all extended headers, 300 for each of the most entries; reading them is slow, a few MB a second. */
const allMetaSize = 16 * 1024 * 1024
/** What an extended header of each type gives. */
const metaTypes = {g: 'pax', x: 'pax', X: 'pax', K: 'linkpath', L: 'path', N: 'path'} as const
type MetaType = keyof typeof metaTypes
const kinds: Readonly<Partial<Record<ReadEntry['type'], EntryKind>>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  SymbolicLink: 'symlink',
  Link: 'hardlink',
}

/**
 * Reads one entry after the other by tar's parser, which decides what a header means; this keeps it from what it
 * tolerates even when strict (see tarEntries).
 */
export class TarReader {
  readonly #reader: ByteReader
  readonly #parser: Parser
  readonly #context: EntryContext
  #entry: ReadEntry | undefined
  #failure: Error | undefined
  #announced: Announced = {}
  #metaBytes = 0
  /** What the parser gives out of the current body. */
  readonly #data: Buffer[] = []
  /** Bytes of the current body that are still to come, with the padding to whole blocks. */
  #left = 0

  constructor(source: AsyncIterable<Buffer>, parser: Parser, context: EntryContext) {
    this.#reader = new ByteReader(source)
    this.#parser = parser
    this.#context = context
    parser.on('entry', (entry: ReadEntry) => {
      this.#entry = entry
      entry.on('data', (data: Buffer) => this.#data.push(data))
    })
    parser.on('ignoredEntry', (entry: ReadEntry) => {
      this.#entry = entry
    })
    parser.on('error', (error: Error) => {
      this.#failure ??= error
    })
  }

  /** Returns the next entry; undefined when the stream has come to its proper end. */
  async next(): Promise<Entry | undefined> {
    await this.#dropBody()
    this.#announced = {}
    let isAnnounced = false
    for (;;) {
      const header = await this.#reader.exactly(block)
      if (header.length < block) throw this.#corrupt('a header, or two zero blocks', 'the end of the data')
      if (isZero(header)) break
      const type = String.fromCharCode(header[156] ?? 0)
      this.#feedHeader(header)
      if (!isMetaType(type)) return this.#open()
      await this.#feedMeta(type, header)
      isAnnounced ||= type !== 'g'
    }
    await this.#finish(isAnnounced)
    return undefined
  }

  #open(): Entry {
    const {header, type, startBlockSize} = this.#entry ?? {}
    // not the entry's own names: on Windows the parser turns backslashes into slashes there
    const path = this.#announced.path ?? header?.path ?? ''
    const linkTo = this.#announced.linkpath ?? header?.linkpath ?? ''
    const size = header?.size ?? -1
    const kind = (type && kinds[type]) ?? 'special'
    if (kind !== 'special') this.#checkSize(kind, path, size)
    this.#left = startBlockSize ?? 0
    return {kind, path, linkTo, size, body: this.#body()}
  }

  #checkSize(kind: EntryKind, entry: string, size: number): void {
    const {label, limits} = this.#context
    if (!Number.isSafeInteger(size) || size < 0) throw this.#corrupt('a size', 'something else', entry)
    if (kind !== 'file' && size > 0) throw this.#corrupt(`a ${kind} without a body`, `${size} bytes`, entry)
    if (size > limits.bytes) throw tooLarge(label, limits.bytes, {entry, size})
  }

  async *#body(): AsyncGenerator<Buffer> {
    while (this.#left > 0) yield* await this.#pull()
  }

  async #dropBody(): Promise<void> {
    while (this.#left > 0) await this.#pull()
  }

  /** Some more of the current body, without its padding. */
  async #pull(): Promise<readonly Buffer[]> {
    const blocks = await this.#reader.blocks(this.#left, block)
    if (blocks.length === 0 || blocks.length % block !== 0) {
      throw this.#corrupt(
        `${this.#left} more bytes of the entry`,
        `the end after ${blocks.length}`,
        this.#entry?.path,
      )
    }
    this.#left -= blocks.length
    this.#feed(blocks)
    return this.#data.splice(0)
  }

  #feedHeader(header: Buffer): void {
    // the parser would unpack this by itself, past every limit
    if (header.readUInt16BE(0) === 0x1f8b) throw this.#corrupt('a tar header', 'gzip data')
    this.#entry = undefined
    this.#feed(header)
  }

  /** An extended header goes to the parser as one piece: it decodes each piece by itself, half characters and all. */
  async #feedMeta(type: MetaType, header: Buffer): Promise<void> {
    const digits = /^ *([0-7]{1,12})[ \0]*$/.exec(header.toString('latin1', 124, 136))?.[1]
    if (digits === undefined) throw this.#corrupt('an extended header with a size', 'something else')
    const size = Number.parseInt(digits, 8)
    this.#checkMetaSize(type, size)
    const body = await this.#reader.exactly(Math.ceil(size / block) * block)
    if (body.length < size || body.length % block !== 0) {
      throw this.#corrupt(`${size} bytes of extended header`, `the end after ${body.length}`)
    }
    this.#announced = {...this.#announced, ...this.#read(type, body.subarray(0, size))}
    if (size > 0) this.#feed(body)
  }

  #checkMetaSize(type: MetaType, size: number): void {
    const {label} = this.#context
    this.#metaBytes += size
    if (size > metaSize) {
      const code = metaTypes[type] === 'pax' ? 'ARCHIVE_TOO_LARGE' : 'ARCHIVE_PATH_TOO_LONG'
      throw archiveError(code, label, {
        expected: `extended headers of at most ${metaSize} bytes`,
        got: `${size}`,
      })
    }
    if (this.#metaBytes > allMetaSize) {
      const expected = `at most ${allMetaSize} bytes of extended headers`
      throw archiveError('ARCHIVE_TOO_LARGE', label, {expected, got: 'more'})
    }
  }

  #read(type: MetaType, body: Buffer): Announced {
    const given = metaTypes[type]
    if (given === 'pax') return readPax(body, type === 'g', this.#context)
    return {[given]: readLongName(body)}
  }

  #feed(data: Buffer): void {
    this.#parser.write(data)
    if (this.#failure) throw this.#asArchiveError(this.#failure)
  }

  async #finish(isAnnounced: boolean): Promise<void> {
    if (isAnnounced) throw this.#corrupt('an entry after its extended header', 'the end mark')
    const second = await this.#reader.exactly(block)
    if (second.length < block || !isZero(second)) throw this.#corrupt('two zero blocks', 'one')
    for (;;) {
      const rest = await this.#reader.some(zeros.length)
      if (rest.length === 0) return
      if (!isZero(rest)) throw this.#corrupt('nothing but zeros after the end mark', 'other data')
    }
  }

  #asArchiveError(error: Error): Error {
    const {label} = this.#context
    const message = messageOf(error)
    if (message.endsWith('path is required')) {
      return archiveError('ARCHIVE_PATH_INVALID', label, {entry: '', expected: 'a name', got: 'an empty one'})
    }
    if (message.endsWith('linkpath required')) {
      return archiveError('ARCHIVE_LINK_BROKEN', label, {expected: 'a link target', got: 'an empty one'})
    }
    return this.#corrupt('a valid header', message)
  }

  #corrupt(expected: string, got: string, entry?: string): Error {
    return corrupt(this.#context.label, 'tar', {expected, got, ...(entry !== undefined && {entry})})
  }
}

function isMetaType(type: string): type is MetaType {
  return Object.hasOwn(metaTypes, type)
}

/** For at most as many bytes as `zeros` has. */
function isZero(data: Buffer): boolean {
  return zeros.subarray(0, data.length).equals(data)
}
