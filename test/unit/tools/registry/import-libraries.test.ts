import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {describe, expect, it} from 'vitest'
import type {RegistryLibraries} from '../../../../src/registry/types.ts'
import {libraryAt} from '../../../../tools/registry/import-libraries.ts'
import {scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

const contents = `bin/ash                              shells/ash
usr/share/lua/5.1/words.lua            interpreters/lua-words
usr/share/lua/5.1/words/init.lua       interpreters/lua-words
usr/share/lua/5.1/words/list.lua       interpreters/lua-words
usr/share/lua/5.4/words/init.lua       interpreters/lua-words
usr/lib/x86_64-linux-gnu/lua/5.4/words/fast.so universe/lua/lua-words,lua-a
usr/share/doc/lua-words/with space.lua  doc/lua-words
usr/share/lua/5.4/words/style.css      interpreters/lua-words
`
const packages = `Package: ash
Version: 0.5-1

Package: lua-a
Version: 2:1.0-1
Description: first
 Version: 9

Package: lua-words
Version: 1.0-1+b2
`

function indices(scratch: ScratchRegistry, texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).map(([name, text]) => {
    const file = join(scratch.inputs, name)
    writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text)
    return file
  })
}

describe('import-libraries', () => {
  it('reads what the packages of a suite serve, one suite a line', async () => {
    const scratch = scratchRegistry()
    const files = indices(scratch, {'Contents-all.gz': contents, Packages: packages})
    expect(await scratch.run('import-libraries', '--suite', 'trixie', ...files)).toBe(
      'libraries.json written',
    )
    await scratch.run('import-libraries', '--suite', 'bookworm', ...files)
    const a = '{"version": "2:1.0-1", "serves": [{"lua": ["5.4"], "modules": ["words.fast"]}]}'
    const words =
      '{"version": "1.0-1+b2", "serves": [{"lua": ["5.1"], "modules": ["words.list"]}, ' +
      '{"lua": ["5.1", "5.4"], "modules": ["words"]}, {"lua": ["5.4"], "modules": ["words.fast"]}]}'
    expect(scratch.text('libraries.json').split('\n')).toEqual([
      '{',
      ' "$schema": "./schema/libraries.schema.json",',
      ' "packages": {',
      '  "lua-a": {',
      `   "bookworm": ${a},`,
      `   "trixie": ${a}`,
      '  },',
      '  "lua-words": {',
      `   "bookworm": ${words},`,
      `   "trixie": ${words}`,
      '  }',
      ' },',
      ' "copies": {},',
      ' "rocks": {},',
      ' "none": {}',
      '}',
      '',
    ])
    expect(await scratch.run('import-libraries', '--suite', 'trixie', ...files)).toBe(
      'libraries.json unchanged',
    )
  })

  it('adds libraries that are inside the C file of another', async () => {
    const scratch = scratchRegistry()
    const files = indices(scratch, {
      Contents: 'usr/lib/lua/5.3/cjson.so lua/lua-cjson\nusr/lib/lua/5.4/cjson.so lua/lua-other\n',
      Packages: 'Package: lua-cjson\nVersion: 2.1\n\nPackage: lua-other\nVersion: 1\n',
    })
    await scratch.run('import-libraries', '--suite', 'trixie', ...files)
    expect(scratch.json('libraries.json')).toMatchObject({
      packages: {
        'lua-cjson': {trixie: {serves: [{lua: ['5.3'], modules: ['cjson', 'cjson.safe']}]}},
        'lua-other': {trixie: {serves: [{lua: ['5.4'], modules: ['cjson']}]}},
      },
    })
  })

  it('replaces one suite, and keeps the others and what is written by hand', async () => {
    const scratch = scratchRegistry('libraries.json')
    const before = scratch.json('libraries.json') as RegistryLibraries
    const files = indices(scratch, {'Contents.gz': contents, Packages: packages})
    await scratch.run('import-libraries', '--suite', 'trixie', ...files)
    const after = scratch.json('libraries.json') as RegistryLibraries
    const suites = Object.entries(after.packages).map(([name, all]) => [name, Object.keys(all)] as const)
    expect(suites.filter(([, all]) => all.includes('trixie')).map(([name]) => name)).toEqual([
      'lua-a',
      'lua-words',
    ])
    expect(after.packages['lua-inspect']).toEqual({bookworm: before.packages['lua-inspect']?.['bookworm']})
    expect(after.packages).not.toHaveProperty('lua-proctitle')
    expect([after.copies, after.rocks, after.none]).toEqual([before.copies, before.rocks, before.none])
  })

  it.each([
    {what: 'files without a library', texts: {Packages: packages}, says: /no package of .*Packages has/},
    {what: 'a package without a version', texts: {Contents: contents}, says: /the version of lua-a/},
    {what: 'no suite', texts: {Contents: contents, Packages: packages}, suite: [], says: /--suite/},
  ])('refuses $what', async ({texts, says, suite = ['--suite', 'trixie']}) => {
    const scratch = scratchRegistry()
    const run = scratch.run('import-libraries', ...suite, ...indices(scratch, texts))
    await expect(run).rejects.toMatchObject({code: 'USAGE', message: expect.stringMatching(says) as string})
    expect(() => scratch.text('libraries.json')).toThrow('ENOENT')
  })
})

describe('the path of a library', () => {
  it.each([
    ['usr/share/lua/5.4/a.lua', '5.4', 'a'],
    ['usr/share/lua/5.1/a/b-c/init.lua', '5.1', 'a.b-c'],
    ['usr/share/lua/5.1/init.lua', '5.1', 'init'],
    ['usr/lib/x86_64-linux-gnu/lua/5.2/a/b.so', '5.2', 'a.b'],
    ['usr/lib/arm-linux-gnueabihf/lua/5.2/a.so', '5.2', 'a'],
    ['usr/lib/lua/5.3/a.so', '5.3', 'a'],
    ['usr/lib/lua/5.3/a/init.so', '5.3', 'a.init'],
  ])('%s is for Lua %s: %s', (path, lua, module) => {
    expect(libraryAt(path)).toEqual({lua, module})
  })

  it.each([
    'usr/share/lua/5.4/a.b.lua',
    'usr/share/lua/5.4/a.css',
    'usr/share/lua/5.4/.lua',
    'usr/share/lua/a.lua',
    'usr/share/other/lua/5.4/a.lua',
    'usr/lib/other/lua/5.4/a.so',
    'usr/lib/lua/5.4/a.so.0.1',
    'usr/lib/lua/5.4/a.la',
    'usr/share/lua/5.4/a.so',
  ])('%s is none', (path) => {
    expect(libraryAt(path)).toBeUndefined()
  })
})
