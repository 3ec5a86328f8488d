import {randomBytes} from 'node:crypto'

import {describe, expect, it} from 'vitest'

import type {ArchiveFormat} from '../../../../src/fetch/unpack/types.ts'
import {arOf, debMembers, tarOf} from '../../../helpers/archive-bytes.ts'
import {archiveOf, debRoot, rootIn} from '../../../helpers/archives.ts'
import {codeOf, inPieces, unpackAll} from '../../../helpers/unpack-all.ts'
import {seeded} from '../../../helpers/random.ts'

const cuts = 50
const flips = 200
const filler = {path: 'filler', body: randomBytes(3000).toString('base64')}

async function debWith(data: 'data.tar.gz' | 'data.tar.zst'): Promise<Buffer> {
  const body = filler.body
  return arOf(await debMembers(tarOf([{path: `./${debRoot}/filler`, body}]), data))
}

const archives: readonly (readonly [name: string, format: ArchiveFormat, build: () => Promise<Buffer>])[] = [
  ['deb with xz', 'deb', () => archiveOf('deb', {items: [filler]})],
  ['deb with gzip', 'deb', () => debWith('data.tar.gz')],
  ['deb with zstd', 'deb', () => debWith('data.tar.zst')],
  ['tar.xz', 'tar.xz', () => archiveOf('tar.xz', {items: [filler]})],
  ['tar.zst', 'tar.zst', () => archiveOf('tar.zst', {items: [filler]})],
  ['tar.gz', 'tar.gz', () => archiveOf('tar.gz', {items: [filler]})],
]

describe.each(archives)('a %s', (_name, format, build) => {
  const read = async (archive: Buffer) =>
    await unpackAll({input: inPieces(archive), format, root: rootIn(format)})

  it('cut off anywhere is refused', async () => {
    const good = await build()
    for (let n = 0; n < cuts; n += 1) {
      const at = Math.floor((good.length * n) / cuts)
      expect(await codeOf(read(good.subarray(0, at))), `cut at ${at}`).toBe('ARCHIVE_CORRUPT')
    }
    expect(await codeOf(read(good.subarray(0, -1)))).toBe('ARCHIVE_CORRUPT')
  })

  it('with a flipped bit anywhere is refused, or gives the same bytes', async () => {
    const good = await build()
    const expected = await read(good)
    const random = seeded(20_261_122)
    let refused = 0
    for (let n = 0; n < flips; n += 1) {
      const at = random(good.length)
      const flipped = Buffer.from(good)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8))
      const outcome = await read(flipped).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        refused += 1
        expect((outcome as Error & {code: string}).code, `flip at ${at}`).toMatch(
          /^ARCHIVE_(CORRUPT|UNSUPPORTED)$/,
        )
      } else {
        expect(outcome, `flip at ${at}`).toEqual(expected)
      }
    }
    expect(refused).toBeGreaterThan(flips / 2)
  })
})
