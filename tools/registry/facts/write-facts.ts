import {brotliCompressSync, constants} from 'node:zlib'
import {sha256Of, type Sha256} from '../../../src/digest.ts'
import {
  factsBlockRecord,
  factsFileRecord,
  factsKeyBytes,
  factsMagic,
  type FactsHeader,
} from '../../../src/registry/facts-file.ts'

/** A Lua file's line, and what it is the next content of: files of one history are alike, and lie in one block. */
export interface FactsLine {
  readonly sha256: Sha256
  readonly history: string
  readonly line: string
}

/** Beyond so many characters a block costs more time than it saves room. */
const blockLength = 96 * 1024

/** Makes the bytes of registry/facts/<source>.facts (docs/reference/registry.md). The same lines give the same bytes. */
export function factsBytes(
  lines: readonly FactsLine[],
  about: Pick<FactsHeader, 'analysis' | 'targets'>,
): Buffer {
  const blocks = blocksOf(lines)
  const packed = blocks.map((block) => compress(block.map(({line}) => line).join('\n')))
  const tables = Buffer.concat([fileTable(blocks), blockTable(packed)])
  const header = Buffer.from(
    JSON.stringify({...about, files: lines.length, blocks: blocks.length, tables: sha256Of(tables)}),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([Buffer.from(factsMagic, 'latin1'), length, header, tables, ...packed])
}

function blocksOf(lines: readonly FactsLine[]): FactsLine[][] {
  const blocks: FactsLine[][] = []
  let length = 0
  let last: string | undefined
  for (const one of lines) {
    const block = blocks.at(-1)
    if (block === undefined || one.history !== last || length + one.line.length > blockLength) {
      blocks.push([one])
      length = 0
    } else block.push(one)
    length += one.line.length
    last = one.history
  }
  return blocks
}

function fileTable(blocks: readonly (readonly FactsLine[])[]): Buffer {
  const records = blocks.flatMap((block, number) =>
    block.map(({sha256}, line) => {
      const record = Buffer.alloc(factsFileRecord)
      record.write(sha256.slice(0, factsKeyBytes * 2), 'hex')
      record.writeUInt16BE(number, factsKeyBytes)
      record.writeUInt16BE(line, factsKeyBytes + 2)
      return record
    }),
  )
  return Buffer.concat(records.sort((a, b) => a.compare(b)))
}

function blockTable(packed: readonly Buffer[]): Buffer {
  let offset = 0
  return Buffer.concat(
    packed.map((bytes) => {
      const record = Buffer.alloc(factsBlockRecord)
      record.writeUInt32BE(offset)
      record.writeUInt32BE(bytes.length, 4)
      record.write(sha256Of(bytes).slice(0, 16), 8, 'hex')
      offset += bytes.length
      return record
    }),
  )
}

function compress(text: string): Buffer {
  const bytes = Buffer.from(text)
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}
