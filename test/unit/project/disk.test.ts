import {createHash} from 'node:crypto'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {diskState, filesBelow} from '../../../src/project/disk.ts'
import {findProject, readProject} from '../../../src/project/project.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-disk-'))
  mkdirSync(join(folder, 'a/b'), {recursive: true})
  writeFileSync(join(folder, 'a/b/file'), 'text')
  symlinkSync('b', join(folder, 'a/link'))
  symlinkSync('b/file', join(folder, 'a/filelink'))
  symlinkSync('nowhere', join(folder, 'a/broken'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

it.each([
  ['a/b/file', {sha256: createHash('sha256').update('text').digest('hex')}],
  ['a/b/none', 'absent'],
  ['none/at/all', 'absent'],
  ['a/b', 'other'],
  ['a/filelink', 'other'],
  ['a/broken', 'other'],
  ['a/link/file', 'other'],
  ['a/link/none', 'other'],
  ['a/broken/x', 'other'],
  ['a/b/file/x', 'other'],
  ['a/b/file/x/y', 'other'],
])('what stands at %s', (path, expected) => {
  expect(diskState(folder, path)).toEqual(expected)
})

it('lists files and links below a folder, and does not follow links', () => {
  expect(filesBelow(join(folder, 'a'))).toEqual(['b/file', 'broken', 'filelink', 'link'])
  expect(filesBelow(join(folder, 'none'))).toEqual([])
  expect(filesBelow(join(folder, 'a/b/file'))).toEqual([])
})

const access = (cwd: string): Parameters<typeof readProject>[0] => ({
  cwd,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  stateFolder: join(cwd, 'state'),
  generatedPaths: [],
})

describe('a project', () => {
  it('is found from below, and read with its lockfile', async () => {
    writeFileSync(join(folder, 'prosody-mods.json'), '\uFEFF{"trust": "registry"}')
    expect(findProject(access(join(folder, 'a/b')))).toBe(folder)
    expect(await readProject(access(join(folder, 'a/b')))).toEqual({
      folder,
      manifestText: '\uFEFF{"trust": "registry"}',
      manifest: {trust: 'registry'},
      lockText: undefined,
      lock: undefined,
    })
    writeFileSync(join(folder, 'prosody-mods.lock.json'), '{"lockfileVersion": 1, "modules": {}}')
    expect(await readProject(access(folder))).toMatchObject({lock: {lockfileVersion: 1, modules: {}}})
  })

  it('is missed with the place where it was looked for', async () => {
    await expect(readProject(access(join(folder, 'a')))).rejects.toMatchObject({
      code: 'MANIFEST_MISSING',
      exitCode: 2,
      message: `no prosody-mods.json in ${join(folder, 'a')} or above it`,
    })
  })

  it('whose manifest is not UTF-8 is refused, since an edit would spoil it', async () => {
    writeFileSync(join(folder, 'prosody-mods.json'), Buffer.from('{\n  "x": "caf\xe9"\n}', 'latin1'))
    await expect(readProject(access(folder))).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      details: {line: 2, column: 12},
    })
  })

  it('whose manifest is a folder can not be read', async () => {
    mkdirSync(join(folder, 'prosody-mods.json'))
    await expect(readProject(access(folder))).rejects.toMatchObject({code: 'READ_FAILED', exitCode: 1})
  })
})
