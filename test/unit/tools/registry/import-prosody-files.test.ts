import {execFileSync} from 'node:child_process'
import {hash} from 'node:crypto'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {ProsodyFiles} from '../../../../src/registry/types.ts'
import {scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

/** Builds a binary package with Debian's own program. */
function buildDeb(scratch: ScratchRegistry, name: string, files: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(join(scratch.inputs, 'tree-'))
  const control =
    'Package: prosody\nVersion: 1\nArchitecture: all\nMaintainer: Ann <ann@example.org>\nDescription: test\n'
  for (const [path, text] of Object.entries({...files, 'DEBIAN/control': control})) {
    mkdirSync(dirname(join(tree, path)), {recursive: true})
    writeFileSync(join(tree, path), text)
  }
  const target = join(scratch.inputs, name)
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, target], {stdio: 'pipe'})
  return target
}

const own = 'usr/lib/prosody'
const older = {
  [`${own}/modules/mod_one.lua`]: 'return 1\n',
  [`${own}/util/two.lua`]: 'return {}\n',
  [`${own}/util/three.so`]: 'binary\n',
  'usr/bin/prosody.lua': 'not below the folder\n',
}
const newer = {...older, [`${own}/modules/mod_one.lua`]: 'return 10\n'}
const digest = (text: string): string => hash('sha256', text)

describe('import-prosody-files', () => {
  it('keeps each content of a Lua file once, with the versions that have it, in any order of import', async () => {
    const scratch = scratchRegistry()
    const second = buildDeb(scratch, 'prosody_9.10.0-1_all.deb', newer)
    const first = buildDeb(scratch, 'prosody_9.9.1-1+deb9u1_all.deb', older)
    await scratch.run('import-prosody-files', second, first)
    const {releases, files} = scratch.json('prosody-files.json') as ProsodyFiles
    expect(releases.map(({version}) => version)).toEqual(['9.9.1', '9.10.0'])
    expect(files).toEqual({
      'modules/mod_one.lua': [
        {sha256: digest('return 10\n'), size: 10, releases: ['9.10.0']},
        {sha256: digest('return 1\n'), size: 9, releases: ['9.9.1']},
      ],
      'util/two.lua': [{sha256: digest('return {}\n'), size: 10, releases: ['9.9.1', '9.10.0']}],
    })
    expect(await scratch.run('import-prosody-files', first)).toBe('prosody-files.json unchanged')
  })

  it('refuses another package of a version that is known, and one that is not Prosody', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-prosody-files', buildDeb(scratch, 'prosody_9.9.1-1_all.deb', older))
    await expect(
      scratch.run('import-prosody-files', buildDeb(scratch, 'prosody_9.9.1-2_all.deb', newer)),
    ).rejects.toThrow('9.9.1 is known from prosody_9.9.1-1_all.deb')
    await expect(
      scratch.run('import-prosody-files', buildDeb(scratch, 'chat_1-1_all.deb', older)),
    ).rejects.toThrow('expected a package of Prosody')
    await expect(
      scratch.run('import-prosody-files', buildDeb(scratch, 'prosody_9.9.2-1_all.deb', {'usr/x.lua': ''})),
    ).rejects.toThrow('no Lua file lies under usr/lib/prosody')
  })
})

describe('a table of the same', () => {
  const same = digest('return 1\n')
  const place = 'pool/main/p/prosody/prosody_9.9.1-1_all.deb'
  const asTable = (
    {releases, files}: ProsodyFiles,
    changes: Readonly<Record<string, string>> = {},
  ): Record<string, unknown> => ({
    version: releases[0]?.version,
    debian: {path: place, sha256: releases[0]?.sha256, suites: 'zorn, zorn-security'},
    root: '/usr/lib/prosody',
    files: {
      ...Object.fromEntries(Object.entries(files).map(([path, [one]]) => [path, one?.sha256])),
      ...changes,
    },
  })

  function tableOf({inputs}: ScratchRegistry, text: string): string {
    const path = join(inputs, 'table.ndjson')
    writeFileSync(path, text)
    return path
  }

  async function withOne(): Promise<{readonly scratch: ScratchRegistry; readonly known: ProsodyFiles}> {
    const scratch = scratchRegistry()
    await scratch.run('import-prosody-files', buildDeb(scratch, 'prosody_9.9.1-1_all.deb', older))
    return {scratch, known: scratch.json('prosody-files.json') as ProsodyFiles}
  }

  it('adds the suites of a package that was read, and versions of files that are known', async () => {
    const {scratch, known} = await withOne()
    const later = {
      ...asTable(known),
      version: '9.9.2',
      debian: {path: place.replace('.1-1', '.2-1'), sha256: digest('x')},
    }
    const rows = [asTable(known), later].map((row) => JSON.stringify(row)).join('\n')
    const table = tableOf(scratch, `${rows}\n`)
    expect(await scratch.run('import-prosody-files', table)).toBe('prosody-files.json written')
    const {releases, files} = scratch.json('prosody-files.json') as ProsodyFiles
    expect(releases).toEqual([
      {...known.releases[0], suites: ['zorn', 'zorn-security']},
      {version: '9.9.2', package: 'prosody_9.9.2-1_all.deb', sha256: digest('x')},
    ])
    expect(files['util/two.lua']).toEqual([
      {sha256: digest('return {}\n'), size: 10, releases: ['9.9.1', '9.9.2']},
    ])
    expect(await scratch.run('import-prosody-files', table)).toBe('prosody-files.json unchanged')
  })

  it.each([
    {what: 'other files of a package that was read', files: {'util/two.lua': same}, says: 'util/two.lua'},
    {what: 'more files than a package has', files: {'util/more.lua': same}, says: 'util/more.lua'},
    {what: 'sizes that nobody knows', files: {'util/two.lua': digest('new')}, says: 'the sizes of 1 files'},
    {what: 'another version than its package', row: {version: '9.9.3'}, says: 'no package of Prosody 9.9.3'},
    {what: 'another folder', row: {root: '/usr/share'}, says: 'is not in the expected shape'},
  ])('refuses $what', async ({files = {}, row = {}, says}) => {
    const {scratch, known} = await withOne()
    const table = tableOf(scratch, JSON.stringify({...asTable(known, files), ...row}))
    await expect(scratch.run('import-prosody-files', table)).rejects.toThrow(says)
    expect(scratch.json('prosody-files.json')).toEqual(known)
  })
})
