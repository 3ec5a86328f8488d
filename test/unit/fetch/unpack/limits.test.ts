import {randomBytes} from 'node:crypto'
import {Readable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {gzipSync} from 'node:zlib'

import {describe, expect, it} from 'vitest'

import {defaultLimits} from '../../../../src/fetch/unpack/index.ts'
import type {ArchiveFormat, UnpackLimits, UnpackRequest} from '../../../../src/fetch/unpack/types.ts'
import {pax, tarEntry, tarOf, xz, zstd} from '../../../helpers/archive-bytes.ts'
import {codeOf, inPieces, unpackAll} from '../../../helpers/unpack-all.ts'

const mebibyte = 1 << 20

async function unpackTar(tar: Buffer, limits: Partial<UnpackLimits>) {
  return await unpackAll({input: inPieces(tar), format: 'tar', limits})
}

describe('limits', () => {
  const four = tarOf(['a', 'b', 'c', 'd'].map((path) => ({path, body: 'x'.repeat(1000)})))

  it.each([
    {name: 'entries', kept: {entries: 4}, crossed: {entries: 3}, code: 'ARCHIVE_TOO_MANY_ENTRIES'},
    {name: 'bytes', kept: {bytes: four.length}, crossed: {bytes: four.length - 1}, code: 'ARCHIVE_TOO_LARGE'},
    {name: 'bytes of one file', kept: {bytes: four.length}, crossed: {bytes: 999}, code: 'ARCHIVE_TOO_LARGE'},
    {name: 'pathLength', kept: {pathLength: 1}, crossed: {pathLength: 0}, code: 'ARCHIVE_PATH_TOO_LONG'},
    {
      name: 'ratio',
      kept: {ratio: 1, ratioFloor: 0},
      crossed: {ratio: 0.9, ratioFloor: 0},
      code: 'ARCHIVE_RATIO',
    },
    {
      name: 'ratioFloor',
      kept: {ratio: 0.9, ratioFloor: four.length},
      crossed: {ratio: 0.9, ratioFloor: four.length - 1},
      code: 'ARCHIVE_RATIO',
    },
  ])('$name: kept and crossed', async ({kept, crossed, code}) => {
    expect(Object.keys((await unpackTar(four, kept)).files)).toEqual(['a', 'b', 'c', 'd'])
    await expect(unpackTar(four, crossed)).rejects.toMatchObject({code})
  })

  it('count entries outside the root as well', async () => {
    const work = unpackAll({input: inPieces(four), format: 'tar', root: 'none', limits: {entries: 3}})
    await expect(work).rejects.toMatchObject({code: 'ARCHIVE_TOO_MANY_ENTRIES'})
  })

  it('let a big jitsi-meet tarball pass', () => {
    expect(defaultLimits.bytes).toBeGreaterThan(400 * mebibyte)
    expect(defaultLimits.entries).toBeGreaterThan(20_000)
  })
})

describe('an endless archive is cut off early', () => {
  const zeros = Buffer.alloc(4 * mebibyte)
  const bigFile = tarEntry({path: 'zeros', sizeField: `${(400 * mebibyte).toString(8).padStart(11, '0')}\0`})

  it.each([
    ['tar.gz', gzipSync],
    ['tar.xz', xz],
    ['tar.zst', zstd],
  ] as const)('%s with zeros in a file', async (format, packPart) => {
    const packedZeros = await packPart(zeros)
    const archive = endless(await packPart(bigFile), () => packedZeros)
    let received = 0
    const onFile = () => ({write: (chunk: Buffer) => void (received += chunk.length), end: () => undefined})
    await expect(cutOff(archive.input, {format, onFile})).resolves.toBe('ARCHIVE_RATIO')
    expect(received).toBeGreaterThan(defaultLimits.ratioFloor - mebibyte)
    expect(received).toBeLessThan(defaultLimits.ratioFloor + 8 * mebibyte)
    expect(archive.sent()).toBeLessThan(mebibyte)
  })

  it('tar with zeros behind its end', async () => {
    const archive = endless(tarOf([{path: 'a'}]), () => zeros)
    const limits = {bytes: 32 * mebibyte}
    await expect(cutOff(archive.input, {format: 'tar', limits})).resolves.toBe('ARCHIVE_TOO_LARGE')
    expect(archive.sent()).toBeLessThan(40 * mebibyte)
  })

  it('tar with ever more extended headers', async () => {
    const header = tarEntry(pax({comment: 'x'.repeat(60_000)}))
    const archive = endless(header, () => header)
    await expect(cutOff(archive.input, {format: 'tar'})).resolves.toBe('ARCHIVE_TOO_LARGE')
    expect(archive.sent()).toBeLessThan(20 * mebibyte)
  })

  it('tar with ever more entries', async () => {
    const archive = endless(tarEntry({path: 'a'}), (n) => tarEntry({path: `f${n}`}))
    await expect(cutOff(archive.input, {format: 'tar'})).resolves.toBe('ARCHIVE_TOO_MANY_ENTRIES')
    expect(archive.sent()).toBeLessThan((defaultLimits.entries + 1000) * 512)
  })
})

describe('a slow sink', () => {
  it.each([
    ['tar', (part: Buffer) => part],
    ['tar.gz', gzipSync],
    ['tar.xz', xz],
    ['tar.zst', zstd],
  ] as const)('holds the reading of a %s up', async (format, packPart) => {
    const piece = await packPart(randomBytes(64 * 1024))
    const size = 400 * 64 * 1024
    const archive = endless(
      await packPart(tarEntry({path: 'big', sizeField: `${size.toString(8)}\0`})),
      () => piece,
    )
    const never = new Promise<void>(() => undefined)
    const onFile = () => ({write: () => never, end: () => undefined})
    const controller = new AbortController()
    const work = cutOff(archive.input, {format, onFile, signal: controller.signal})
    await delay(500)
    expect(archive.sent()).toBeLessThan(mebibyte)
    controller.abort()
    await expect(work).resolves.toBe('INTERRUPTED')
  })
})

/** A stream without end, and how many bytes of it were taken. */
function endless(first: Buffer, next: (n: number) => Buffer) {
  let sent = 0
  function* chunks() {
    yield first
    for (let n = 0; ; n += 1) {
      const chunk = next(n)
      sent += chunk.length
      yield chunk
    }
  }
  return {input: Readable.from(chunks(), {highWaterMark: 1}), sent: () => sent}
}

async function cutOff(
  input: Readable,
  options: Partial<UnpackRequest> & {format: ArchiveFormat},
): Promise<unknown> {
  const code = await codeOf(unpackAll({input, ...options}))
  expect(input.destroyed).toBe(true)
  return code
}
