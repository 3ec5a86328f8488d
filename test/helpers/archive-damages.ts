import {gzipSync} from 'node:zlib'

import type {ErrorCode} from '../../src/errors.ts'
import type {ArchiveFormat} from '../../src/fetch/unpack/types.ts'
import {
  arMember,
  arOf,
  debMembers,
  endMark,
  pax,
  tarEntry,
  tarOf,
  xz,
  zstd,
  type ArMember,
} from './archive-bytes.ts'
import type {Flaw} from './archives.ts'

type Pack = (tar: Buffer) => Buffer | Promise<Buffer>
type Members = readonly [version: ArMember, control: ArMember, data: ArMember]

const garbage = Buffer.from('garbage')
const evil = {path: 'mod_evil.lua', body: 'os.execute("true")\n'}

const tarDamages: Readonly<Record<string, (tar: Buffer) => Buffer>> = {
  'wrong header checksum': (tar) => flip(tar, tar.indexOf('mod_greet.lua')),
  'cut in a body': (tar) => tar.subarray(0, tar.indexOf('module:hook') + 10),
  'cut after the first block of a body': (tar) =>
    Buffer.concat([
      tar.subarray(0, -endMark.length),
      tarEntry({...evil, body: 'x'.repeat(2000)}).subarray(0, 1024),
    ]),
  'cut in a header': (tar) => tar.subarray(0, -endMark.length - 100),
  'cut in an extended header': (tar) =>
    Buffer.concat([
      tar.subarray(0, -endMark.length),
      tarEntry(pax({comment: 'x'.repeat(600)})).subarray(0, 1024),
    ]),
  'no end mark': (tar) => tar.subarray(0, -endMark.length),
  'half an end mark': (tar) => tar.subarray(0, -512),
  'entry after a zero block': (tar) => Buffer.concat([tar.subarray(0, -512), tarOf([evil])]),
  'second archive behind': (tar) => Buffer.concat([tar, tarOf([evil])]),
  'garbage behind': (tar) => Buffer.concat([tar, Buffer.alloc(5000), garbage]),
  'nothing but zeros': (tar) => Buffer.alloc(tar.length),
  nothing: () => Buffer.alloc(0),
  'web page': (tar) => Buffer.alloc(tar.length, '<!doctype html><p>Not found</p>\n'),
  'gzip data inside': (tar) => gzipSync(tar, {level: 0}),
  'end mark with something in it': (tar) => Buffer.concat([tar.subarray(0, -512), Buffer.alloc(512, 'x')]),
}

const gzDamages: Readonly<Record<string, Pack>> = {
  'cut gzip': (tar) => gzipSync(tar).subarray(0, -1),
  'gzip with a wrong CRC': (tar) => flip(gzipSync(tar), -8),
  'gzip with garbage behind': (tar) => Buffer.concat([gzipSync(tar), garbage]),
  'gzip with zeros behind': (tar) => Buffer.concat([gzipSync(tar), Buffer.alloc(8), gzipSync(tar)]),
  'no gzip': (tar) => tar,
}

const xzDamages: Readonly<Record<string, Pack>> = {
  'cut xz': async (tar) => (await xz(tar)).subarray(0, -1),
  'flipped xz': async (tar) => flip(await xz(tar), 400),
  'xz with garbage behind': async (tar) => Buffer.concat([await xz(tar), garbage]),
  'no xz': (tar) => tar,
  'empty xz': () => Buffer.alloc(0),
}

const xzFeatures: Readonly<Record<string, Pack>> = {
  'xz with SHA-256': (tar) => xz(tar, '--check=sha256'),
  'xz with a huge dictionary': (tar) => xz(tar, '--lzma2=dict=128MiB'),
}

const zstdDamages: Readonly<Record<string, Pack>> = {
  'cut zstd': async (tar) => (await zstd(tar)).subarray(0, -1),
  'zstd with a wrong checksum': async (tar) => flip(await zstd(tar), -1),
  'flipped zstd': async (tar) => flip(await zstd(tar), 30),
  'zstd with garbage behind': async (tar) => Buffer.concat([await zstd(tar), garbage]),
  'zstd that wants a dictionary': async (tar) => {
    const packed = Buffer.from(await zstd(tar, '--no-check'))
    // RFC 8878, 3.1.1.1.1: the two lowest bits of the descriptor say how long the dictionary's id is.
    packed[4] = (packed[4] ?? 0) | 0x01
    return packed
  },
  'no zstd': (tar) => tar,
  'empty zstd': () => Buffer.alloc(0),
}

const debDamages: Readonly<Record<string, (members: Members) => Buffer>> = {
  'no ar': (members) => arOf(members).subarray(8),
  'empty ar': () => arOf([]),
  'cut in a member': (members) => arOf(members).subarray(0, -100),
  'cut in a member header': (members) => arOf(members).subarray(0, 100),
  'member size that is none': (members) => replaced(arOf(members), '4         `', 'four      `'),
  'garbage behind the members': (members) => Buffer.concat([arOf(members), garbage]),
  'as much garbage as a header behind': (members) => Buffer.concat([arOf(members), Buffer.alloc(60, 'x')]),
  'second data member': (members) => arOf([...members, members[2]]),
  'no data member': ([version, control]) => arOf([version, control]),
  'no control member': ([version, , data]) => arOf([version, data]),
  'no version member': ([, control, data]) => arOf([control, data]),
  'version that is none': ([version, ...rest]) => arOf([{...version, body: garbage}, ...rest]),
  'data that is not zstd': ([version, control, data]) =>
    arOf([version, control, {name: 'data.tar.zst', body: data.body}]),
  'data that is not xz': ([version, control, data]) => arOf([version, control, {...data, body: garbage}]),
  'odd member without padding': ([version, control, data]) => {
    const odd = arMember({name: '_odd', body: garbage}).subarray(0, -1)
    return Buffer.concat([arOf([version, control]), odd, arMember(data)])
  },
}

const debFeatures: Readonly<Record<string, (members: Members) => Buffer>> = {
  'version 3.0': ([version, ...rest]) => arOf([{...version, body: Buffer.from('3.0\n')}, ...rest]),
  'bzip2 data': ([version, control, data]) => arOf([version, control, {...data, name: 'data.tar.bz2'}]),
}

/** What is wrong with the container, not with an entry. */
export const damages: readonly Flaw[] = [
  ...Object.entries(tarDamages).map(([name, tar]): Flaw => ({name, code: 'ARCHIVE_CORRUPT', tar})),
  ...packed('ARCHIVE_CORRUPT', 'tar.gz', gzDamages),
  ...packed('ARCHIVE_CORRUPT', 'tar.xz', xzDamages),
  ...packed('ARCHIVE_UNSUPPORTED', 'tar.xz', xzFeatures),
  ...packed('ARCHIVE_CORRUPT', 'tar.zst', zstdDamages),
  ...packed('ARCHIVE_CORRUPT', 'deb', asPacks(debDamages)),
  ...packed('ARCHIVE_UNSUPPORTED', 'deb', asPacks(debFeatures)),
  {
    name: 'zeros behind the end mark',
    code: 'ARCHIVE_RATIO',
    formats: ['tar.gz', 'tar.xz', 'tar.zst', 'deb'],
    tar: (tar) => Buffer.concat([tar, Buffer.alloc(64 << 20)]),
  },
]

function packed(code: ErrorCode, format: ArchiveFormat, packs: Readonly<Record<string, Pack>>): Flaw[] {
  return Object.entries(packs).map(([name, pack]) => ({name, code, formats: [format], pack}))
}

function asPacks(byName: Readonly<Record<string, (members: Members) => Buffer>>): Record<string, Pack> {
  const entries = Object.entries(byName)
  return Object.fromEntries(
    entries.map(([name, build]) => [name, async (tar) => build(await debMembers(tar))]),
  )
}

export function flip(data: Buffer, at: number): Buffer {
  const flipped = Buffer.from(data)
  const index = at < 0 ? data.length + at : at
  flipped[index] = (flipped[index] ?? 0) ^ 0x01
  return flipped
}

function replaced(data: Buffer, from: string, to: string): Buffer {
  return Buffer.from(data.toString('latin1').replace(from, to), 'latin1')
}
