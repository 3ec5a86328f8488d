import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {sha256Of} from '../../../src/digest.ts'
import type {Places} from '../../../src/project/places.ts'
import {withPlaces} from '../../../src/project/site.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-places-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const inPlaces = <T>(work: (places: Places) => T): Promise<T> =>
  withPlaces(folder, (places) => Promise.resolve(work(places)))
const write = (places: Places, path: string): void => {
  places.at(path, (way) => writeFileSync(way, path))
}
/** How many files this process has open. */
const openFiles = (): number => readdirSync('/proc/self/fd').length

describe('folders above a path', () => {
  it('are made where they lack, and told once', async () => {
    mkdirSync(join(folder, 'a'))
    const made = await inPlaces((places) => [
      places.makeFolders('a/b/c/one'),
      places.makeFolders('a/b/c/two'),
      places.makeFolders('a/b/d/three'),
      places.makeFolders('e/four'),
      places.makeFolders('a/b/c/five'),
      places.makeFolders('six'),
    ])
    expect(made).toEqual([['a/b', 'a/b/c'], [], ['a/b/d'], ['e'], [], []])
    expect(statSync(join(folder, 'a/b/d')).mode & 0o777).toBe(0o755)
  })

  it('are never what a link leads to', async () => {
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(folder, 'a'))
    await expect(inPlaces((places) => places.makeFolders('a/b/one'))).rejects.toThrow(/ENOTDIR|ELOOP/)
    const state = await inPlaces((places) => places.state('a/one'))
    expect([state, readdirSync(elsewhere)]).toEqual(['other', []])
  })
})

describe('paths in any order', () => {
  it('are each reached', async () => {
    const paths = ['a/x', 'a/b/x', 'x', 'a/b/c/x', 'a/b/y', 'd/x', 'a/y', 'y']
    await inPlaces((places) => {
      for (const path of paths) {
        places.makeFolders(path)
        write(places, path)
      }
    })
    expect(paths.map((path) => readFileSync(join(folder, path), 'utf8'))).toEqual(paths)
    const states = await inPlaces((places) => [...paths, 'a/z/x', 'z'].map((path) => places.state(path)))
    expect(states).toEqual([...paths.map((path) => ({sha256: sha256Of(path)})), 'absent', 'absent'])
  })

  it('take one open file for each folder on the way to the last, and none afterwards', async () => {
    const before = openFiles()
    const during = await inPlaces((places) =>
      ['a/b/c/x', 'd/e/x', 'a/x', 'x'].map((path) => {
        places.makeFolders(path)
        places.state(path)
        return openFiles() - before
      }),
    )
    // The project's folder is one of them.
    expect(during).toEqual([4, 3, 2, 1])
    expect(openFiles()).toBe(before)
  })

  it('are in the folder that was opened, whatever lies in its place by then', async () => {
    mkdirSync(join(folder, 'a'))
    await inPlaces((places) => {
      places.state('a/one')
      renameSync(join(folder, 'a'), join(folder, 'moved'))
      symlinkSync(tmpdir(), join(folder, 'a'))
      write(places, 'a/one')
    })
    expect(readdirSync(join(folder, 'moved'))).toEqual(['one'])
  })
})

describe('what is synced', () => {
  it('may be any number of folders at once, gone ones too', async () => {
    await withPlaces(folder, async (places) => {
      for (const path of ['a/b/x', 'c/x']) places.makeFolders(path)
      await Promise.all(['.', 'a', 'a/b', 'c', 'gone', 'gone/too'].map((path) => places.sync(path)))
    })
    expect(existsSync(join(folder, 'gone'))).toBe(false)
  })
})
