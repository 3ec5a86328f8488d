import {existsSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {makeFolders, readFailed, writeFailed} from '../../src/durable.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {copyFromFolder} from '../../src/fetch/folder.ts'
import {Store} from '../../src/store/store.ts'
import {diskState, filesBelow} from '../../src/project/disk.ts'
import {readProject} from '../../src/project/project.ts'
import {folderLocation} from '../helpers/folders.ts'
import {scratchFolder} from '../helpers/scratch.ts'
import {sha256Like} from '../helpers/digest.ts'

const digest = sha256Like('ab')

describe('what can not be read is told with its path and the reason', () => {
  it.each([
    {what: 'the manifest', path: 'prosody-mods.json', read: (folder: string) => readProject(access(folder))},
    {what: 'a blob', path: blobIn('.'), read: (folder: string) => new Store(folder).read(digest)},
    {what: 'an archive', path: blobIn('.'), read: (folder: string) => new Store(folder).verifiedPath(digest)},
    {what: 'a file of a folder', path: 'mod_a.lua', read: copyOfModule},
  ])('$what: a folder stands there', async ({path, read}) => {
    const folder = await scratchFolder()
    mkdirSync(join(folder, path), {recursive: true})
    const full = join(folder, path)
    expect(await failureOf(() => read(folder))).toEqual({
      code: 'READ_FAILED',
      message: `can't read ${full}: it is a folder`,
      hint: 'make it a file or folder that this user can read, then run the command again',
      details: {path: full, systemCode: 'EISDIR'},
    })
  })

  it.each([
    {
      what: 'whether there is a blob',
      path: blobIn('.'),
      read: (folder: string) => new Store(folder).has(digest),
    },
    {what: 'the list of blobs', path: 'sha256', read: (folder: string) => new Store(folder).list()},
    {what: 'the age of a blob', path: blobIn('.'), read: (folder: string) => new Store(folder).prune(0)},
    {what: 'the files below a folder', path: 'x', read: (folder: string) => filesBelow(join(folder, 'x'))},
  ])('$what: a link that leads to itself', async ({path, read}) => {
    const folder = await scratchFolder()
    mkdirSync(join(folder, path, '..'), {recursive: true})
    symlinkSync(join(folder, path), join(folder, path))
    expect(await failureOf(() => read(folder))).toMatchObject({
      code: 'READ_FAILED',
      message: `can't read ${join(folder, path)}: its links lead in a circle`,
      details: {systemCode: 'ELOOP'},
    })
  })

  it('a file of the project, whose name is too long', async () => {
    const [folder, name] = [await scratchFolder(), 'x'.repeat(300)]
    const path = join(folder, name)
    expect(await failureOf(() => diskState(folder, name))).toMatchObject({
      code: 'READ_FAILED',
      message: expect.stringMatching(/^can't read .*: ENAMETOOLONG/) as string,
      details: {path, systemCode: 'ENAMETOOLONG'},
    })
  })

  it('names what lies below, where the system does', async () => {
    const folder = await scratchFolder()
    const thrown = thrownBy(() => readFileSync(join(folder, 'none')))
    expect(readFailed(folder, thrown).details['path']).toBe(join(folder, 'none'))
  })
})

describe('the hint', () => {
  it.each([
    ['ENOSPC', 'free some space where /a lies, then run the command again'],
    ['EMFILE', 'allow more open files (ulimit -n), then run the command again'],
    ['EACCES', 'make the folder writable for this user, then run the command again'],
  ])('on %s', (code, hint) => {
    expect(writeFailed('/a/b', Object.assign(new Error(code), {code})).hint).toBe(hint)
  })
})

describe('makeFolders', () => {
  it('makes what is missing, and is content with what is there', async () => {
    const folder = join(await scratchFolder(), 'a/b/c')
    makeFolders(folder)
    makeFolders(folder)
    expect(existsSync(folder)).toBe(true)
  })

  it('gives up below a link that leads nowhere', async () => {
    const folder = await scratchFolder()
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
    expect(() => makeFolders(join(folder, 'link/a/b'))).toThrow(expect.objectContaining({code: 'ENOENT'}))
  })
})

it('leaves an error alone that says more', () => {
  const error = new ProsodyModsError('DRIFT', 'it differs')
  expect(readFailed('/a', error)).toBe(error)
  expect(writeFailed('/a', error)).toBe(error)
})

function blobIn(folder: string): string {
  return new Store(folder).pathOf(digest)
}

function access(cwd: string): Parameters<typeof readProject>[0] {
  const stateFolder = join(cwd, 'state')
  return {
    cwd,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    stateFolder,
    generatedPaths: [],
  }
}

function copyOfModule(folder: string): Promise<void> {
  const want = {sha256: digest, name: 'mod_a', knownVariant: false, candidates: []}
  return copyFromFolder(
    want,
    {location: folderLocation(folder), path: 'mod_a.lua'},
    new Store(join(folder, 'store')),
  )
}

async function failureOf(read: () => unknown): Promise<object> {
  try {
    await read()
  } catch (error) {
    const {code, message, hint, details} = error as ProsodyModsError
    return {code, message, hint, details}
  }
  throw new Error('it was read')
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
