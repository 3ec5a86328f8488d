import {createHash, randomBytes} from 'node:crypto'
import {once} from 'node:events'
import type {Socket} from 'node:net'
import {gzipSync} from 'node:zlib'

import {describe, expect, it} from 'vitest'

import type {ArchiveFormat} from '../../../../src/fetch/unpack/types.ts'
import {arMember, arOf, debMembers, endMark, tarEntry, xz, zstd} from '../../../helpers/archive-bytes.ts'
import {unpackInProcess} from '../../../helpers/unpack-process.ts'

const mebibyte = 1 << 20
/** Three files of ten pieces of four MiB. */
const piece = randomBytes(4 * mebibyte)
const fileCount = 3
const pieceCount = 10
const size = pieceCount * piece.length

/** The archive as its parts, in order; each part is packed by itself, which gzip, xz and zstd allow. */
async function partsOf(packPart: (part: Buffer) => Buffer | Promise<Buffer>): Promise<Buffer[]> {
  const packed = await packPart(piece)
  const parts: Buffer[] = []
  for (let n = 0; n < fileCount; n += 1) {
    const sizeField = `${size.toString(8).padStart(11, '0')}\0`
    parts.push(await packPart(tarEntry({path: `mod_big/file${n}`, sizeField})))
    parts.push(...Array.from({length: pieceCount}, () => packed))
  }
  return [...parts, await packPart(endMark)]
}

async function debParts(): Promise<Buffer[]> {
  const parts = await partsOf(xz)
  const [version, control] = await debMembers(endMark)
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  // the member's header for a body of that length, without needing the body in one piece
  const header = arMember({name: 'data.tar.xz', body: Buffer.alloc(0)})
  header.write(String(length).padEnd(10), 48)
  return [arOf([version, control]), header, ...parts, Buffer.from(length % 2 === 0 ? '' : '\n')]
}

const archives: Record<ArchiveFormat, () => Promise<Buffer[]>> = {
  deb: debParts,
  tar: () => partsOf((part) => part),
  'tar.gz': () => partsOf((part) => gzipSync(part)),
  'tar.xz': () => partsOf(xz),
  'tar.zst': () => partsOf(zstd),
}

describe('memory', () => {
  it.each(Object.entries(archives))(
    'stays under 150 MB for a %s of more than 100 MB',
    async (format, build) => {
      const parts = await build()
      expect(parts.reduce((sum, part) => sum + part.length, 0)).toBeGreaterThan(100 * mebibyte)
      const request = {format: format as ArchiveFormat, root: ''}
      const report = await unpackInProcess(request, (socket) => sendAll(socket, parts))
      const hash = createHash('sha256')
      for (let n = 0; n < fileCount * pieceCount; n += 1) hash.update(piece)
      expect(report).toMatchObject({code: 'none', bytes: fileCount * size, sha256: hash.digest('hex')})
      expect(report.maxRss * 1024).toBeLessThan(150_000_000)
    },
  )
})

async function sendAll(socket: Socket, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts) if (!socket.write(part)) await once(socket, 'drain')
  socket.end()
}
