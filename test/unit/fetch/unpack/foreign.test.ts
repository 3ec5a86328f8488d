import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {gzipSync} from 'node:zlib'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {arMember, arOf, debMembers, tarOf, xz, zstd} from '../../../helpers/archive-bytes.ts'
import {archiveOf, debRoot, moduleFiles, moduleLinks} from '../../../helpers/archives.ts'
import {inPieces, unpackAll} from '../../../helpers/unpack-all.ts'

const expected = {files: moduleFiles, links: moduleLinks}

describe('unpacking what other programs write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unpack-'))
  beforeAll(() => {
    for (const [path, body] of Object.entries(moduleFiles)) {
      const file = join(folder, 'tree', debRoot, path)
      mkdirSync(dirname(file), {recursive: true})
      writeFileSync(file, body)
    }
    for (const [path, target] of Object.entries(moduleLinks))
      symlinkSync(target, join(folder, 'tree', debRoot, path))
    mkdirSync(join(folder, 'tree/DEBIAN'))
    writeFileSync(
      join(folder, 'tree/DEBIAN/control'),
      'Package: hello\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: hello\n',
    )
  })
  afterAll(() => rmSync(folder, {recursive: true}))

  it.each(['gnu', 'pax', 'ustar', 'v7', 'oldgnu'])('tar --format=%s', async (format) => {
    const archive = execFileSync('tar', [
      '-c',
      `--format=${format}`,
      '-C',
      join(folder, 'tree', debRoot),
      '.',
    ])
    expect(await unpackAll({input: inPieces(archive), format: 'tar'})).toEqual(expected)
  })

  it.each(['gzip', 'xz', 'zstd', 'none'])('dpkg-deb -Z%s', async (compression) => {
    const path = join(folder, `${compression}.deb`)
    execFileSync('dpkg-deb', [`-Z${compression}`, '--root-owner-group', '-b', join(folder, 'tree'), path])
    const input = inPieces(readFileSync(path))
    expect(await unpackAll({input, format: 'deb', root: debRoot})).toEqual(expected)
  })

  it.each(['none', 'crc32', 'crc64'])('xz --check=%s', async (check) => {
    const input = inPieces(await xz(await archiveOf('tar'), `--check=${check}`))
    expect(await unpackAll({input, format: 'tar.xz'})).toEqual(expected)
  })

  it.each(['--fast', '-19', '--ultra -22', '--long=27', '--no-check'])('zstd %s', async (options) => {
    const input = inPieces(await zstd(await archiveOf('tar'), ...options.split(' ')))
    expect(await unpackAll({input, format: 'tar.zst'})).toEqual(expected)
  })

  it('zstd with several frames, one of them skippable', async () => {
    const tar = await archiveOf('tar')
    // RFC 8878, 3.1.2: a magic number, the length, and bytes that mean nothing.
    const skippable = Buffer.from('502a4d1804000000deadbeef', 'hex')
    const frames = [await zstd(tar.subarray(0, 3000)), skippable, await zstd(tar.subarray(3000))]
    expect(await unpackAll({input: inPieces(Buffer.concat(frames)), format: 'tar.zst'})).toEqual(expected)
  })

  it('xz with several streams, blocks and padding; gzip with several members', async () => {
    const tar = await archiveOf('tar')
    const parts = [tar.subarray(0, 3000), tar.subarray(3000)] as const
    const xzParts = await Promise.all(parts.map((part) => xz(part, '--block-size=1000')))
    const many = Buffer.concat([...xzParts, Buffer.alloc(8)])
    expect(await unpackAll({input: inPieces(many), format: 'tar.xz'})).toEqual(expected)
    const members = Buffer.concat(parts.map((part) => gzipSync(part)))
    expect(await unpackAll({input: inPieces(members), format: 'tar.gz'})).toEqual(expected)
  })

  it('debsigs, and ar with slashes behind the names', async () => {
    const members = await debMembers(debTar())
    const signature = {name: '_gpgorigin', body: Buffer.from('sig')}
    const signed = Buffer.concat([arOf(members), arMember(signature)])
    expect(await unpackAll({input: inPieces(signed), format: 'deb', root: debRoot})).toEqual(expected)
    const slashed = arOf(members.map(({name, body}) => ({name: `${name}/`, body})))
    expect(await unpackAll({input: inPieces(slashed), format: 'deb', root: debRoot})).toEqual(expected)
  })
})

function debTar(): Buffer {
  const items = Object.entries(moduleFiles).map(([path, body]) => ({path: `./${debRoot}/${path}`, body}))
  const links = Object.entries(moduleLinks).map(([path, link]) => ({
    path: `./${debRoot}/${path}`,
    link,
    type: '2',
  }))
  return tarOf([...items, ...links])
}
