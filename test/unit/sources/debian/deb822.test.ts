import {Readable} from 'node:stream'
import {describe, expect, it} from 'vitest'
import {parseStanza, stanzasOf} from '../../../../src/sources/debian/deb822.ts'

describe('parseStanza', () => {
  it.each<[text: string, fields: Record<string, string> | undefined]>([
    ['Package: a\nVersion: 1\n', {package: 'a', version: '1'}],
    ['A:b: c\nB:\n', {a: 'b: c', b: ''}],
    ['SHA256:\n 00 1 a\n 11 2 b\nDate: x\n', {sha256: '\n 00 1 a\n 11 2 b', date: 'x'}],
    ['Package: a\r\nVersion: 1\r\n', {package: 'a', version: '1'}],
    ['Description: a\n .\n\tb\n', {description: 'a\n .\n\tb'}],
    ['', undefined],
    ['\n \n', undefined],
    [' continued\nA: b', undefined],
    ['no colon', undefined],
    ['A: b\na: c', undefined],
    [': b', undefined],
    ['A b: c', undefined],
    ['<!doctype html>', undefined],
  ])('%j', (text, fields) => {
    const found = parseStanza(text)
    expect(found && Object.fromEntries(found)).toEqual(fields)
  })
})

describe('stanzasOf', () => {
  const text = 'A: ä\nB: b\n\n\nA: 2\n \t\nA: 3\n'

  it.each([1, 2, 3, 7, 1000])('in pieces of %i bytes', async (size) => {
    const bytes = Buffer.from(text)
    const pieces = Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    )
    const found: (Record<string, string> | undefined)[] = []
    for await (const stanza of stanzasOf(Readable.from(pieces))) {
      const fields = parseStanza(stanza)
      found.push(fields && Object.fromEntries(fields))
    }
    expect(found).toEqual([{a: 'ä', b: 'b'}, {a: '2'}, {a: '3'}])
  })

  it('gives up on a stanza that does not end', async () => {
    const pieces = Array.from({length: 4000}, () => Buffer.alloc(16 * 1024, 'x: y\n'))
    await expect(async () => {
      for await (const stanza of stanzasOf(Readable.from(pieces))) expect(stanza).toBe('')
    }).rejects.toThrow('a stanza of more than 1048576 bytes')
    await expect(async () => {
      const endless = pieces.map((piece) => Buffer.alloc(piece.length, 'x'))
      for await (const stanza of stanzasOf(Readable.from(endless))) expect(stanza).toBe('')
    }).rejects.toThrow('a stanza of more than 1048576 bytes')
  })

  it('gives up on a flood of lines, at the length that was signed and at one that no list has', async () => {
    let pieces = 0
    function* flood(): Generator<Buffer> {
      for (const piece = Buffer.alloc(2 ** 20, '\n'); ; pieces += 1) yield piece
    }
    const read = async (most?: number): Promise<void> => {
      for await (const stanza of stanzasOf(Readable.from(flood()), most)) expect(stanza).toBe('')
    }
    await expect(read(3 * 2 ** 20)).rejects.toThrow('more than 3145728 bytes')
    expect(pieces).toBeLessThan(32)
    await expect(read(2 ** 50)).rejects.toThrow('more than 134217728 bytes')
  })

  it('gives nothing of nothing', async () => {
    for (const empty of ['', '\n\n\n']) {
      const found: string[] = []
      for await (const stanza of stanzasOf(Readable.from([Buffer.from(empty)]))) found.push(stanza)
      expect(found.filter((stanza) => stanza.trim() !== '')).toEqual([])
    }
  })
})
