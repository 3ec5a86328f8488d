import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {gzipSync} from 'node:zlib'

import type {ArchiveFormat} from '../../src/fetch/unpack/types.ts'

/** One header of a tar and its body, written as told, right or wrong. */
export interface TarItem {
  readonly path: string | Buffer
  /** The type flag: 0 file, 1 hard link, 2 symbolic link, 5 folder, x pax header, L long name ... */
  readonly type?: string
  readonly body?: string | Buffer
  readonly link?: string
  /** What the header's size field says instead of the body's length. */
  readonly sizeField?: string
}

export interface ArMember {
  readonly name: string
  readonly body: Buffer
}

const block = 512

/** Two zero blocks. */
export const endMark = Buffer.alloc(2 * block)

export function tarOf(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.map(tarEntry), endMark])
}

/** Header, body and padding. */
export function tarEntry(item: TarItem): Buffer {
  const body = Buffer.from(item.body ?? '')
  const padding = Buffer.alloc((block - (body.length % block)) % block)
  return Buffer.concat([tarHeader(item, body.length), body, padding])
}

/** A pax header for the next entry (or all, with type g), its records in the given order. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): TarItem {
  return {path: 'PaxHeaders/next', type, body: Object.entries(records).map(paxRecord).join('')}
}

/** GNU tar's header with the next entry's name (L) or link target (K). */
export function longName(name: string, type: 'K' | 'L' = 'L'): TarItem {
  return {path: '././@LongLink', type, body: `${name}\0`}
}

function paxRecord([key, value]: readonly [string, string]): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

function tarHeader(item: TarItem, size: number): Buffer {
  const header = Buffer.alloc(block)
  Buffer.from(item.path).copy(header, 0, 0, 100)
  header.write(item.type === '5' ? '0000755\0' : '0000644\0', 100)
  header.write('0000000\0'.repeat(2), 108)
  header.write(item.sizeField ?? `${size.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1')
  header.write('00000000000\0', 136)
  header.write(item.type ?? '0', 156)
  header.write(item.link ?? '', 157, 100)
  header.write('ustar\x0000', 257)
  return withChecksum(header)
}

function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

export function arOf(members: readonly ArMember[]): Buffer {
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.map(arMember)])
}

/** Header, body and the padding to an even size. */
export function arMember({name, body}: ArMember): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}0     0     100644  ${String(body.length).padEnd(10)}\`\n`
  return Buffer.concat([Buffer.from(header), body, Buffer.from(body.length % 2 === 0 ? '' : '\n')])
}

const packers = {
  'data.tar': (tar: Buffer) => tar,
  'data.tar.gz': (tar: Buffer) => gzipSync(tar),
  'data.tar.xz': (tar: Buffer) => xz(tar),
  'data.tar.zst': (tar: Buffer) => zstd(tar),
}

/** The members that dpkg-deb writes, the data packed as the data member's name says. */
export async function debMembers(tar: Buffer, dataName: keyof typeof packers = 'data.tar.xz') {
  const control = tarOf([{path: './control', body: 'Package: hello\nVersion: 1\nArchitecture: all\n'}])
  const body = await packers[dataName](tar)
  return [
    {name: 'debian-binary', body: Buffer.from('2.0\n')},
    {name: 'control.tar.xz', body: await xz(control)},
    {name: dataName, body},
  ] as const
}

export async function pack(format: ArchiveFormat, tar: Buffer): Promise<Buffer> {
  switch (format) {
    case 'deb':
      return arOf(await debMembers(tar))
    case 'tar':
      return tar
    case 'tar.gz':
      return gzipSync(tar)
    case 'tar.xz':
      return await xz(tar)
    case 'tar.zst':
      return await zstd(tar)
  }
}

/** By the real program. */
export function xz(data: Buffer, ...options: readonly string[]): Promise<Buffer> {
  return filtered(['xz', '--stdout', '--threads=1', ...options], data)
}

/** By the real program. */
export function zstd(data: Buffer, ...options: readonly string[]): Promise<Buffer> {
  return filtered(['zstd', '--stdout', '--quiet', ...options], data)
}

async function filtered([program = '', ...args]: readonly string[], data: Buffer): Promise<Buffer> {
  const running = promisify(execFile)(program, args, {encoding: 'buffer', maxBuffer: 1 << 30})
  running.child.stdin?.end(data)
  return (await running).stdout
}
