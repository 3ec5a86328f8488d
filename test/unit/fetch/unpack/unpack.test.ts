import {Readable} from 'node:stream'

import {describe, expect, it} from 'vitest'

import {formatOfPath, unpack} from '../../../../src/fetch/unpack/index.ts'
import {archiveFormats} from '../../../../src/sources/archive-format.ts'
import {longName, pax, tarOf, xz, type TarItem} from '../../../helpers/archive-bytes.ts'
import {archiveOf, moduleFiles, moduleLinks, rootIn} from '../../../helpers/archives.ts'
import {inPieces, unpackAll} from '../../../helpers/unpack-all.ts'

const expected = {files: moduleFiles, links: moduleLinks}

async function unpackTar(items: readonly TarItem[], options: {root?: string; strip?: number} = {}) {
  return await unpackAll({input: inPieces(tarOf(items)), format: 'tar', ...options})
}

describe('formatOfPath', () => {
  it.each([
    ['pool/main/p/x_1.0_all.deb', 'deb'],
    ['a.tar', 'tar'],
    ['a.tar.gz', 'tar.gz'],
    ['a.tgz', 'tar.gz'],
    ['https://example.org/a.b.tar.xz', 'tar.xz'],
    ['a.TXZ', 'tar.xz'],
    ['a.zip', undefined],
    ['a.gz', undefined],
    ['tar', undefined],
    ['a.tar.zst', 'tar.zst'],
    ['a.TZST', 'tar.zst'],
    ['a.zst', undefined],
    ['a.deb/b', undefined],
  ])('%s: %s', (path, format) => {
    expect(formatOfPath(path)).toBe(format)
  })
})

describe('chunks', () => {
  it.each(
    archiveFormats.flatMap((format) => [1, 7, 512, 513, 1 << 20].map((size) => [format, size] as const)),
  )('%s in chunks of %i bytes', async (format, size) => {
    const input = inPieces(await archiveOf(format), size)
    expect(await unpackAll({input, format, root: rootIn(format)})).toEqual(expected)
    expect(input.destroyed).toBe(true)
  })

  it('takes an empty chunk for nothing, not for the end', async () => {
    const archive = await archiveOf('tar.xz')
    const twoStreams = Buffer.concat([await xz(Buffer.alloc(0)), archive])
    const cut = twoStreams.length - archive.length
    const chunks = [twoStreams.subarray(0, cut), Buffer.alloc(0), twoStreams.subarray(cut)]
    expect(await unpackAll({input: Readable.from(chunks), format: 'tar.xz'})).toEqual(expected)
  })
})

describe('reading that ends early', () => {
  const items = [
    {path: 'mod_a.lua', body: 'a\n'},
    {path: 'mod_b.lua', body: 'b\n'},
    {path: 'mod_c.lua', type: '2', linkTo: '/etc/passwd'},
  ] as const

  it('gives what came until then, and reads nothing of the rest', async () => {
    // Cut off behind the second file.
    const input = inPieces(tarOf(items).subarray(0, 4 * 512), 512)
    const seen: string[] = []
    const result = await unpack({
      input,
      format: 'tar',
      label: 'it',
      root: '',
      strip: 0,
      onFile: ({path}) => {
        seen.push(path)
        return undefined
      },
      isDone: () => seen.length === 2,
    })
    expect(seen).toEqual(['mod_a.lua', 'mod_b.lua'])
    expect(result.files.map(({path}) => path)).toEqual(seen)
    expect([result.links.size, result.barred.size, input.destroyed]).toEqual([0, 0, true])
  })

  it.each([
    ['never asked for', undefined],
    ['not yet', () => false],
  ])('reads on where the end is %s, and so finds what is wrong there', async (_, isDone) => {
    const hostile = unpack({
      input: inPieces(tarOf([...items, {path: '../mod_d.lua', body: 'd\n'}])),
      format: 'tar',
      label: 'it',
      root: '',
      strip: 0,
      onFile: () => undefined,
      isDone,
    })
    await expect(hostile).rejects.toMatchObject({code: expect.stringMatching(/^ARCHIVE_/) as string})
  })
})

describe('root and strip', () => {
  const items = [
    pax({comment: '0123456789abcdef'}, 'g'),
    {path: 'jitsi-meet-1/', type: '5'},
    {path: 'jitsi-meet-1/README', body: 'readme\n'},
    {path: 'jitsi-meet-1/resources/plugins/mod_a.lua', body: 'a\n'},
    {path: 'jitsi-meet-1/resources/plugins/b/mod_b.lua', body: 'b\n'},
    {
      path: 'jitsi-meet-1/resources/plugins/hard.lua',
      type: '1',
      link: 'jitsi-meet-1/resources/plugins/mod_a.lua',
    },
    {path: 'jitsi-meet-1/resources/plugins-more/mod_c.lua', body: 'c\n'},
    {path: 'jitsi-meet-1/resources/elsewhere', type: '2', link: '/nowhere'},
  ]

  it('gives what lies below the root, without the stripped top folder', async () => {
    expect(await unpackTar(items, {strip: 1, root: 'resources/plugins'})).toEqual({
      files: {'mod_a.lua': 'a\n', 'b/mod_b.lua': 'b\n'},
      links: {'hard.lua': 'mod_a.lua'},
    })
  })

  it('drops entries that have not enough components, the rest keeping its order', async () => {
    const paths: string[] = []
    const input = inPieces(tarOf(items.slice(0, -1)))
    const onFile = ({path}: {path: string}) => void paths.push(path)
    await unpack({input, format: 'tar', label: 'x', root: '', strip: 3, onFile})
    expect(paths).toEqual(['mod_a.lua', 'b/mod_b.lua', 'mod_c.lua'])
  })

  it('gives nothing for a root that is not there, or is a file', async () => {
    expect(await unpackTar(items, {root: 'missing'})).toEqual({files: {}, links: {}})
    expect(await unpackTar(items, {root: 'jitsi-meet-1/README'})).toEqual({files: {}, links: {}})
  })

  it.each([
    ['two top folders with one name below', 'ARCHIVE_DUPLICATE', [{path: 'a/x'}, {path: 'b/x'}]],
    ['a file that is a top folder too', 'ARCHIVE_DUPLICATE', [{path: 'a'}, {path: 'a/x'}]],
    [
      'a top folder that is a link',
      'ARCHIVE_LINK_ESCAPES',
      [{path: 'a', type: '2', link: '/etc'}, {path: 'a/x'}],
    ],
    ['top folders that differ in case', 'ARCHIVE_CASE_COLLISION', [{path: 'a/x'}, {path: 'A/y'}]],
    [
      'a hard link into a top folder that is not there',
      'ARCHIVE_LINK_BROKEN',
      [{path: 'a/x'}, {path: 'a/y', type: '1', link: 'b/x'}],
    ],
    [
      'a hard link to what was dropped',
      'ARCHIVE_LINK_ESCAPES',
      [{path: 'a'}, {path: 'b/x', type: '1', link: 'a'}],
    ],
  ])('refuses %s', async (_name, code, hostile) => {
    await expect(unpackTar(hostile, {strip: 1, root: ''})).rejects.toMatchObject({code})
  })

  it('refuses a root that is reached through a link', async () => {
    const hostile = [{path: 'a', type: '2', link: 'b'}, {path: 'a/root/x'}]
    await expect(unpackTar(hostile, {root: 'a/root'})).rejects.toMatchObject({code: 'ARCHIVE_LINK_ESCAPES'})
  })
})

describe('links', () => {
  it('are followed to their ends', async () => {
    const {links} = await unpackTar([
      {path: 'one', type: '2', link: './two'},
      {path: 'two', type: '2', link: 'dir//mod_x.lua'},
      {path: 'dir/mod_x.lua', body: 'x\n'},
      {path: 'dir/up', type: '2', link: '../dir2/'},
      {path: 'dir2/deep/mod_y.lua', body: 'y\n'},
      {path: 'through', type: '2', link: 'dir/up/deep/../../dir/mod_x.lua'},
      {path: 'hard', type: '1', link: './one'},
    ])
    expect(links).toEqual({
      one: 'dir/mod_x.lua',
      two: 'dir/mod_x.lua',
      'dir/up': 'dir2',
      through: 'dir/mod_x.lua',
      hard: 'dir/mod_x.lua',
    })
  })

  it('take a long chain, as long as Linux does', async () => {
    const chain = Array.from({length: 40}, (_, n) => ({path: `l${n}`, type: '2', link: `l${n + 1}`}))
    const {links} = await unpackTar([...chain, {path: 'l40', body: 'end\n'}])
    expect(links).toMatchObject({l0: 'l40', l39: 'l40'})
  })

  it.each(['inwards', 'outwards'])('to folders inside one another are counted, told %s', async (order) => {
    const nested = (count: number) => {
      const links = Array.from({length: count}, (_, n) => ({
        path: `d${n}/next`,
        type: '2',
        link: `../d${n + 1}`,
      }))
      return [...(order === 'inwards' ? links : links.toReversed()), {path: `d${count}/mod_x.lua`, body: 'x'}]
    }
    expect(Object.keys((await unpackTar(nested(40))).links)).toHaveLength(40)
    const {links, barred} = await unpackTar(nested(41))
    expect([Object.keys(links).length, Object.values(barred ?? {})]).toMatchObject([40, [{why: 'broken'}]])
  })
})

describe('names', () => {
  const long = `${'käse-'.repeat(40)}/${'brot-'.repeat(40)}.lua`

  it('come from pax and GNU headers, which win over the header and its prefix', async () => {
    const short = {path: 'short', body: 'x\n'}
    const prefixed = tarOf([short])
    Buffer.from('prefix').copy(prefixed, 345)
    const sum = prefixed
      .subarray(0, 512)
      .reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
    prefixed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const header = tarOf([pax({path: long, mtime: '1700000000.5'})]).subarray(0, -1024)
    const input = inPieces(Buffer.concat([header, prefixed]))
    expect(await unpackAll({input, format: 'tar'})).toEqual({files: {[long]: 'x\n'}, links: {}})
    expect((await unpackTar([longName(long), short])).files).toEqual({[long]: 'x\n'})
  })

  it('and link targets may be long', async () => {
    const target = pax({linkpath: long})
    const items = [
      longName(long),
      {path: 'short', body: 'x\n'},
      target,
      {path: 'link', type: '2', link: 'cut'},
    ]
    expect((await unpackTar(items)).links).toEqual({link: long})
    const items2 = [...items.slice(0, 2), longName(long, 'K'), {path: 'link', type: '2', link: 'cut'}]
    expect((await unpackTar(items2)).links).toEqual({link: long})
  })

  it('may collide outside the root', async () => {
    const items = [
      {path: 'doc/README'},
      {path: 'doc/readme'},
      {path: 'doc/README'},
      {path: 'lib/a', body: 'a'},
    ]
    expect(await unpackTar(items, {root: 'lib'})).toEqual({files: {a: 'a'}, links: {}})
  })
})

describe('bodies', () => {
  it.each([0, 1, 511, 512, 513, 300_000])('of %i bytes come whole', async (size) => {
    const body = 'äbc'.repeat(size).slice(0, size)
    const {files} = await unpackTar([
      {path: 'before', body: 'b'},
      {path: 'body', body},
      {path: 'after', body: 'a'},
    ])
    expect(files).toEqual({before: 'b', body, after: 'a'})
  })

  it('are skipped where nobody wants them', async () => {
    const input = inPieces(await archiveOf('tar.gz'))
    const seen: unknown[] = []
    const onFile = (file: unknown) => void seen.push(file)
    const {files} = await unpack({input, format: 'tar.gz', label: 'x', root: '', strip: 0, onFile})
    expect(files).toEqual(seen)
    const sizes = Object.entries(moduleFiles).map(([path, body]) => ({path, size: Buffer.byteLength(body)}))
    expect(files).toEqual(sizes)
  })
})
