import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {registryFixture, scratchRegistry} from '../../../helpers/scratch-registry.ts'

describe('import-names and import-aliases', () => {
  it('adds names without releases, and writes every name without mod_', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-table', '--source', 'community', registryFixture('snapshots.ndjson'))
    await scratch.run('import-names', '--source', 'community', registryFixture('names.json'))
    expect(scratch.table('community').names).toEqual({
      greeting: {stage: 'beta', labels: ['Statistics']},
      lib_words: {},
      wave: {supersededBy: 'greeting', dependencies: ['greeting >= 2', 'lib_words']},
    })
    expect(scratch.json('index.json')).toMatchObject({names: {wave: ['community']}})
  })

  it('keeps what is known of names when releases are imported again', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-names', '--source', 'community', registryFixture('names.json'))
    await scratch.run('import-table', '--source', 'community', registryFixture('snapshots.ndjson'))
    expect(scratch.table('community').names['greeting']).toEqual({stage: 'beta', labels: ['Statistics']})
  })

  it('gives releases their package numbers and says which it left out', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-table', '--source', 'jitsi', registryFixture('releases.ndjson'))
    const printed = await scratch.run('import-aliases', '--source', 'jitsi', registryFixture('packages.json'))
    expect(printed).toContain('left out, no such release: 400')
    expect(scratch.table('jitsi').releases.map(({aliases}) => aliases)).toEqual([undefined, ['1.0.250']])
    const text = scratch.text('releases/jitsi.json')
    await scratch.run('import-table', '--source', 'jitsi', registryFixture('releases.ndjson'))
    await scratch.run('import-aliases', '--source', 'jitsi', registryFixture('packages.json'))
    expect(scratch.text('releases/jitsi.json')).toBe(text)
  })
})

describe('import-prosody-line', () => {
  const facts = {
    version: '0.12.3',
    debian: '0.12.3-1',
    lua: '5.4',
    luaSupported: ['5.4'],
    requirePrefixes: [''],
    coreModules: ['mam'],
    coreModulePaths: {mam: 'modules/mod_mam/mod_mam.lua'},
    pluginDir: '/usr/lib/prosody/modules/',
    moduleLibs: ['mod_mam/mamprefs'],
    libs: ['util.jid'],
    features: [],
    moduleApi: ['hook'],
    metadataKeys: ['requires'],
    autoload: ['presence'],
  }

  it('names the file after the first two numbers of the version', async () => {
    const scratch = scratchRegistry()
    const input = join(scratch.inputs, 'facts.json')
    writeFileSync(input, JSON.stringify(facts))
    expect(await scratch.run('import-prosody-line', input)).toBe('prosody/0.12.json written')
    expect(scratch.json('prosody/0.12.json')).toEqual({
      $schema: '../schema/prosody-line.schema.json',
      line: '0.12',
      ...facts,
    })
    expect(await scratch.run('import-prosody-line', input)).toBe('prosody/0.12.json unchanged')
  })

  it.each([
    {what: 'a version of two numbers', change: {version: '0.12'}, code: 'USAGE'},
    {what: 'a fact of another name', change: {modules: ['mam']}, code: 'REGISTRY_BROKEN'},
  ])('refuses $what', async ({change, code}) => {
    const scratch = scratchRegistry()
    const input = join(scratch.inputs, 'facts.json')
    writeFileSync(input, JSON.stringify({...facts, ...change}))
    await expect(scratch.run('import-prosody-line', input)).rejects.toMatchObject({code})
    expect(() => scratch.text('prosody/0.12.json')).toThrow('ENOENT')
  })
})
