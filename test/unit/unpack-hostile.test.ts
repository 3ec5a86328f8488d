import {describe, expect, it} from 'vitest'

import {exitCodes, ProsodyModsError} from '../../src/errors.ts'
import {hostileArchives, moduleFiles, moduleLinks} from '../helpers/archives.ts'
import {inPieces, unpackAll} from '../helpers/unpack-all.ts'

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
