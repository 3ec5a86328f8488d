import {randomBytes} from 'node:crypto'
import type {Socket} from 'node:net'
import {Readable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'

import {describe, expect, it} from 'vitest'

import {archiveFormats} from '../../../../src/sources/archive-format.ts'
import type {ArchiveFormat} from '../../../../src/fetch/unpack/types.ts'
import {archiveOf, moduleFiles, moduleLinks, rootIn} from '../../../helpers/archives.ts'
import {codeOf, inPieces, unpackAll} from '../../../helpers/unpack-all.ts'
import {unpackInProcess} from '../../../helpers/unpack-process.ts'

/** What does not pack, so that a part of the archive gives a part of the tar. */
const filler = {path: 'filler', body: randomBytes(300_000)}
const never = new Promise<void>(() => undefined)

/** Whatever went before: the next archive unpacks. */
async function expectNextOneUnpacks(format: ArchiveFormat): Promise<void> {
  const input = inPieces(await archiveOf(format))
  expect(await unpackAll({input, format, root: rootIn(format)})).toEqual({
    files: moduleFiles,
    links: moduleLinks,
  })
}

describe.each(archiveFormats)('a failure with a %s', (format) => {
  const root = rootIn(format)

  it('before the start: nothing is read', async () => {
    const input = inPieces(await archiveOf(format))
    const signal = AbortSignal.abort(new Error('control C'))
    const work = unpackAll({input, format, root, signal})
    await expect(work).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 130,
      cause: {message: 'control C'},
    })
    expect(input.readableDidRead).toBe(false)
    expect(input.destroyed).toBe(true)
    await expectNextOneUnpacks(format)
  })

  it('interrupted while the input stalls', async () => {
    const archive = await archiveOf(format, {items: [filler]})
    const input = stalled([archive.subarray(0, 100_000)])
    const controller = new AbortController()
    const work = unpackAll({input, format, root, signal: controller.signal})
    setTimeout(() => controller.abort(), 100)
    expect(await codeOf(work)).toBe('INTERRUPTED')
    expect(input.destroyed).toBe(true)
    await expectNextOneUnpacks(format)
  })

  it('interrupted while a sink never answers: no sink is called any more', async () => {
    const controller = new AbortController()
    const input = inPieces(await archiveOf(format, {items: [filler]}))
    const calls: string[] = []
    const onFile = ({path}: {path: string}) => {
      calls.push(path)
      return {
        write: () => {
          setTimeout(() => controller.abort(), 50)
          return never
        },
        end: () => void calls.push('end'),
      }
    }
    expect(await codeOf(unpackAll({input, format, root, signal: controller.signal, onFile}))).toBe(
      'INTERRUPTED',
    )
    await expectNextOneUnpacks(format)
    expect(calls).toEqual(['mod_hello/mod_hello.lua'])
    expect(input.destroyed).toBe(true)
  })

  it.each([
    {where: 'write', pieces: 'many', wanted: 'filler'},
    {where: 'write', pieces: 'no', wanted: 'mod_hello/mod_hello.lua'},
    {where: 'end', pieces: 'no', wanted: 'mod_hello/mod_hello.lua'},
  ])(
    'interrupted in $where with $pieces more pieces to come: no sink is called again',
    async ({where, wanted}) => {
      const controller = new AbortController()
      const input = inPieces(await archiveOf(format, {items: [filler]}), 1000)
      const calls: string[] = []
      const called = async (name: string) => {
        calls.push(name)
        if (name !== where) return
        controller.abort()
        await delay(50)
      }
      const onFile = ({path}: {path: string}) => {
        if (calls.length === 0 && path !== wanted) return undefined
        calls.push(path)
        return {write: () => called('write'), end: () => called('end')}
      }
      const work = unpackAll({input, format, root, signal: controller.signal, onFile})
      expect(await codeOf(work)).toBe('INTERRUPTED')
      await delay(150)
      expect(calls).toEqual(where === 'write' ? [wanted, 'write'] : [wanted, 'write', 'end'])
    },
  )

  it('of the input passes unchanged', async () => {
    const archive = await archiveOf(format, {items: [filler]})
    const failure = Object.assign(new Error('socket hang up'), {code: 'ECONNRESET'})
    const input = failing([archive.subarray(0, 100_000)], failure)
    await expect(unpackAll({input, format, root})).rejects.toBe(failure)
    await expectNextOneUnpacks(format)
  })

  it.each(['onFile', 'write', 'end'])('of a sink, in %s, passes unchanged', async (where) => {
    const failure = Object.assign(new Error('no space left'), {code: 'ENOSPC'})
    const fail = (at: string) => () => {
      if (at === where) throw failure
    }
    const sink = {write: fail('write'), end: fail('end')}
    const calls: string[] = []
    const onFile = ({path}: {path: string}) => {
      calls.push(path)
      fail('onFile')()
      return sink
    }
    const input = inPieces(await archiveOf(format))
    await expect(unpackAll({input, format, root, onFile})).rejects.toBe(failure)
    expect(calls).toHaveLength(1)
    expect(input.destroyed).toBe(true)
    await expectNextOneUnpacks(format)
  })

  it('is told at once, however the input stalls', async () => {
    const archive = await archiveOf(format, {items: [{path: '../evil', isAsTold: true}, filler]})
    const input = stalled([archive.subarray(0, 200_000)])
    expect(await codeOf(unpackAll({input, format, root}))).toBe('ARCHIVE_PATH_TRAVERSAL')
    expect(input.destroyed).toBe(true)
    await expectNextOneUnpacks(format)
  })

  it('leaves nothing behind that keeps the process alive', async () => {
    const archive = await archiveOf(format, {items: [{path: '../evil', isAsTold: true}, filler]})
    // the connection stays open until the other process closes it
    const send = (socket: Socket) => void socket.write(archive.subarray(0, 200_000))
    expect(await unpackInProcess({format, root}, send)).toMatchObject({code: 'ARCHIVE_PATH_TRAVERSAL'})
  })
})

describe('many at once', () => {
  it('each get their own bytes', async () => {
    const formats = [...archiveFormats, ...archiveFormats, ...archiveFormats]
    await Promise.all(formats.map((format) => expectNextOneUnpacks(format)))
  })

  it('one that stalls lets the others go on when it is interrupted, and one that waits can be', async () => {
    const archive = await archiveOf('tar.xz', {items: [filler]})
    const [first, second] = [new AbortController(), new AbortController()]
    const options = {format: 'tar.xz'} as const
    const stalling = unpackAll({
      ...options,
      input: stalled([archive.subarray(0, 100_000)]),
      signal: first.signal,
    })
    const waiting = unpackAll({...options, input: inPieces(archive), signal: second.signal})
    const third = expectNextOneUnpacks('tar.xz')
    setTimeout(() => second.abort(), 50)
    expect(await codeOf(waiting)).toBe('INTERRUPTED')
    first.abort()
    expect(await codeOf(stalling)).toBe('INTERRUPTED')
    await third
  })

  it('one whose input fails while it waits says so', async () => {
    const archive = await archiveOf('tar.xz', {items: [filler]})
    const controller = new AbortController()
    const {signal} = controller
    const stalling = unpackAll({format: 'tar.xz', input: stalled([archive.subarray(0, 100_000)]), signal})
    const failure = new Error('socket hang up')
    const input = stalled([])
    const waiting = unpackAll({format: 'tar.xz', input})
    input.destroy(failure)
    setTimeout(() => controller.abort(), 50)
    await expect(waiting).rejects.toBe(failure)
    expect(await codeOf(stalling)).toBe('INTERRUPTED')
  })
})

/** Gives these chunks, and then neither more nor an end. */
function stalled(chunks: readonly Buffer[]): Readable {
  const left = [...chunks]
  return new Readable({
    read() {
      const chunk = left.shift()
      if (chunk) this.push(chunk)
    },
  })
}

function failing(chunks: readonly Buffer[], failure: Error): Readable {
  const left = [...chunks]
  return new Readable({
    read() {
      const chunk = left.shift()
      if (chunk) this.push(chunk)
      else this.destroy(failure)
    },
  })
}
