import {brotliDecompressSync} from 'node:zlib'
import {sha256Of, type Sha256} from '../digest.ts'
import {messageOf, systemCode} from '../errors.ts'

/** What the first bytes of such a file are; a number behind them tells how long the header is. */
export const factsMagic = 'PMFACTS1'

/** How many bytes of a file's digest its record has: as many as let none be taken for another. */
export const factsKeyBytes = 16

/** The bytes of a record of a file: its key, its block, its line there. */
export const factsFileRecord = factsKeyBytes + 4

/** The bytes of a record of a block: offset, length, the beginning of its digest. */
export const factsBlockRecord = 16

/** Bytes that most blocks have at most when they are unpacked: so many are made room for at once. */
const usualBlock = 64 * 1024

const newline = 0x0a

/** The header of a file of facts, as JSON. */
export interface FactsHeader {
  /** The version of the analysis that made them. */
  readonly analysis: number
  /** The digests of the targets that the rules were applied for. */
  readonly targets: readonly string[]
  /** How many files there are facts of. */
  readonly files: number
  readonly blocks: number
  /** The digest of both tables of records. */
  readonly tables: string
}

/**
 * Facts of Lua files and READMEs by digest, as registry/facts/<source>.facts has them (docs/reference/registry.md): one
 * line of JSON a file, in compressed blocks, of which only those are unpacked that are asked for.
 */
export class FactsFile {
  readonly header: FactsHeader
  readonly #bytes: Buffer
  readonly #fileTable: Buffer
  readonly #blockTable: Buffer
  readonly #data: number
  readonly #blocks = new Map<number, Buffer | undefined>()

  /** Throws an Error that says what is wrong with the bytes. */
  constructor(bytes: Buffer) {
    const start = factsMagic.length + 4
    if (bytes.length < start || bytes.toString('latin1', 0, factsMagic.length) !== factsMagic)
      throw new Error('it does not begin as a file of facts does')
    const tables = start + bytes.readUInt32BE(factsMagic.length)
    this.header = headerIn(bytes.toString('utf8', start, tables))
    const blockTable = tables + this.header.files * factsFileRecord
    this.#data = blockTable + this.header.blocks * factsBlockRecord
    this.#bytes = bytes
    this.#fileTable = bytes.subarray(tables, blockTable)
    this.#blockTable = bytes.subarray(blockTable, this.#data)
    if (sha256Of(bytes.subarray(tables, this.#data)) !== this.header.tables)
      throw new Error('its tables are damaged')
  }

  /** Returns the line of a file as JSON; undefined where there is none, or its block is damaged. */
  line(sha256: Sha256): string | undefined {
    const at = this.#find(Buffer.from(sha256.slice(0, factsKeyBytes * 2), 'hex'))
    return at === undefined ? undefined : this.#lineAt(at)
  }

  /** Lists the keys of all files, and each file's line; undefined for one whose block is damaged. */
  *entries(): Generator<readonly [key: string, line: string | undefined]> {
    for (let at = 0; at < this.#fileTable.length; at += factsFileRecord)
      yield [this.#fileTable.toString('hex', at, at + factsKeyBytes), this.#lineAt(at)]
  }

  #lineAt(at: number): string | undefined {
    const lines = this.#block(this.#fileTable.readUInt16BE(at + factsKeyBytes))
    return lines && nthLine(lines, this.#fileTable.readUInt16BE(at + factsKeyBytes + 2))
  }

  /** Returns where in the table the record of a key begins; undefined without one. */
  #find(key: Buffer): number | undefined {
    let low = 0
    let high = this.header.files
    while (low < high) {
      const middle = (low + high) >> 1
      const at = middle * factsFileRecord
      const order = this.#fileTable.compare(key, 0, factsKeyBytes, at, at + factsKeyBytes)
      if (order === 0) return at
      if (order < 0) low = middle + 1
      else high = middle
    }
    return undefined
  }

  #block(block: number): Buffer | undefined {
    if (!this.#blocks.has(block)) this.#blocks.set(block, this.#read(block))
    return this.#blocks.get(block)
  }

  /** Lines in UTF-8. */
  #read(block: number): Buffer | undefined {
    const record = this.#blockTable.subarray(block * factsBlockRecord, (block + 1) * factsBlockRecord)
    if (record.length < factsBlockRecord) return undefined
    const start = this.#data + record.readUInt32BE(0)
    const packed = this.#bytes.subarray(start, start + record.readUInt32BE(4))
    if (!sha256Of(packed).startsWith(record.toString('hex', 8))) return undefined
    try {
      return brotliDecompressSync(packed, {chunkSize: usualBlock})
    } catch {
      return undefined
    }
  }
}

/** A block has the versions of a module, of which one line is asked for as a rule: the others are made no text of. */
function nthLine(lines: Buffer, index: number): string | undefined {
  let start = 0
  for (let skipped = 0; skipped < index; skipped += 1) {
    const end = lines.indexOf(newline, start)
    if (end === -1) return undefined
    start = end + 1
  }
  const end = lines.indexOf(newline, start)
  return lines.toString('utf8', start, end === -1 ? lines.length : end)
}

/** Facts, or what keeps them from being read. */
export type OpenedFacts =
  | {readonly facts: FactsFile; readonly problem?: undefined}
  | {readonly facts?: undefined; readonly problem: string}

/**
 * Opens a file of facts. What is known of a file can be found out anew, so a missing or damaged one is no error:
 * `problem` says what is wrong with it, and there are no facts.
 * @param read gives its bytes, or throws what Node.js throws
 */
export function openFacts(read: () => Buffer): OpenedFacts {
  try {
    return {facts: new FactsFile(read())}
  } catch (error) {
    return {problem: systemCode(error) === 'ENOENT' ? 'the file is missing' : messageOf(error)}
  }
}

function headerIn(text: string): FactsHeader {
  const header = JSON.parse(text) as Partial<FactsHeader> | null
  if (
    header === null ||
    !Array.isArray(header.targets) ||
    typeof header.tables !== 'string' ||
    ![header.analysis, header.files, header.blocks].every(isCount)
  )
    throw new Error('its header is damaged')
  return header as FactsHeader
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
