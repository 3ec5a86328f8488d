import {describe, expect, it} from 'vitest'

import {exitCodes, ProsodyModsError} from '../../../../src/errors.ts'
import {staleLinks} from '../../../helpers/archive-flaws.ts'
import {archiveOf, hostileArchives, moduleFiles, moduleLinks, rootIn} from '../../../helpers/archives.ts'
import {inPieces, unpackAll} from '../../../helpers/unpack-all.ts'

describe('unpacking a hostile archive', () => {
  it.each(hostileArchives)('$name: $code', async (archive) => {
    const input = inPieces(await archive.build(true))
    const error: unknown = await unpackAll({...archive, input}).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ProsodyModsError)
    const {code, message, hint} = error as ProsodyModsError
    expect(code, message).toBe(archive.code)
    expect(exitCodes[code]).toBe(4)
    expect(message).toMatch(/^hello\.archive[\s\S]*\n {2}expected .+\n {2}got {6}.+/)
    expect(message).not.toMatch(/[^\P{Cc}\n]/u)
    expect(hint).toBeTruthy()
    expect(input.destroyed).toBe(true)
  })

  it.each(hostileArchives)('$name: taken without the flaw', async (archive) => {
    const input = inPieces(await archive.build(false))
    const {files, links} = await unpackAll({...archive, input})
    expect(files).toEqual(moduleFiles)
    expect(links).toEqual(moduleLinks)
  })
})

describe.each(['escapes', 'broken'] as const)('symbolic links: %s', (why) => {
  it.each(Object.entries(staleLinks[why]))('%s: passed over, and the rest is taken', async (_name, items) => {
    for (const format of ['tar.gz', 'deb'] as const) {
      const input = inPieces(await archiveOf(format, {items}))
      const {files, links, barred} = await unpackAll({format, root: rootIn(format), input})
      expect(files).toEqual(moduleFiles)
      const {path = '', link} = items.at(-1) ?? {}
      const to = link === 'x' ? '../'.repeat(40) : link
      expect(barred).toEqual({[String(path)]: {why, to, isPublished: true}})
      expect(links).toMatchObject(moduleLinks)
      expect(Object.keys(links)).toHaveLength(items.filter(({type}) => type === '2').length)
    }
  })
})

it('of folders that hold each other, and of a circle of links, no link is left', async () => {
  const mutual = [
    {path: 'a/b', type: '2', link: '../b'},
    {path: 'b/a', type: '2', link: '../a'},
  ]
  const {links, barred} = await unpackAll({
    format: 'tar',
    input: inPieces(await archiveOf('tar', {items: mutual})),
  })
  expect({links, barred}).toEqual({
    links: {...moduleLinks, 'a/b': 'b'},
    barred: {'b/a': {why: 'broken', to: '../a', isPublished: true}},
  })
  const circle = [
    {path: 'one', type: '2', link: 'two'},
    {path: 'two', type: '2', link: 'one'},
  ]
  const round = await unpackAll({format: 'tar', input: inPieces(await archiveOf('tar', {items: circle}))})
  expect(Object.keys(round.barred ?? {})).toEqual(['one', 'two'])
  const chain = Array.from({length: 41}, (_, n) => ({
    path: `l${n}`,
    type: '2',
    link: n === 40 ? 'mod_hello' : `l${n + 1}`,
  }))
  const long = await unpackAll({format: 'tar', input: inPieces(await archiveOf('tar', {items: chain}))})
  expect(Object.keys(long.barred ?? {})).toEqual(['l0'])
})
