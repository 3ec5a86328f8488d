import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {mustFail, mustSucceed, networkTestOf, writeManifest} from '../helpers/network.ts'
import {registryWithoutHistories} from '../helpers/known-releases.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

// What its publisher is asked for is what the registry does not know.
let copy: PackageCopy
const networkTest = networkTestOf(() => copy.program)

beforeAll(async () => {
  copy = await copyPackage(registryWithoutHistories())
})

afterAll(() => copy.remove())

let upstream: HgServer

beforeAll(async () => {
  upstream = await startHg()
  const code = 'module:log("debug", "here");\n'
  await upstream.commit(
    {
      'mod_parcel/mod_parcel.lua': code,
      'mod_inner/inner/mod_inner.lua': code,
      'mod_back/mod_back.lua': code,
      'mod_left/mod_left.lua': code,
      'mod_lib_words/words.lib.lua': 'return {}\n',
      'mod_manual/extra/mod_other.lua': code,
      'mod_stays/mod_stays.lua': code,
      'mod_s2s_auth_dane/mod_s2s_auth_dane.lua': code,
    },
    '2024-02-01 10:00 +0000',
  )
  await upstream.commit(
    {
      'mod_parcel/mod_parcel.lua': null,
      'mod_parcel/README.md': 'Retired.\n',
      'mod_back/mod_back.lua': null,
      'mod_back/README.md': 'Away.\n',
      'mod_left/mod_left.lua': null,
    },
    '2024-10-27 10:00 +0000',
  )
  await upstream.commit(
    {
      'mod_inner/inner/mod_inner.lua': null,
      'mod_inner/mod_inner.lua': `${code}${code}`,
      'mod_parcel/README.md': 'Retired; see the manual.\n',
      'mod_back/mod_back.lua': `${code}${code}`,
    },
    '2024-11-07 10:00 +0000',
  )
  await upstream.commit({'mod_stays/mod_stays.lua': `${code}${code}`}, '2024-11-08 10:00 +0000')
  // A day of which the registry knows a release.
  await upstream.commit(
    {
      'mod_s2s_auth_dane/mod_s2s_auth_dane.lua': null,
      'mod_s2s_auth_dane/README.md': 'Retired.\n',
    },
    '2025-04-02 10:00 +0000',
  )
})

afterAll(() => upstream.close())

async function project(sandbox: Sandbox, modules: Readonly<Record<string, string>> = {}): Promise<void> {
  const sources = {depot: {kind: 'hg', repository: upstream.url}}
  await writeManifest(sandbox, {prosody: '13.0', modules, sources})
}

const gone = {exit: 3, code: 'MODULE_GONE'} as const

describe('a module that its publisher has retired', () => {
  networkTest.for([
    'depot/parcel',
    'depot/parcel@2024.10.27',
    'depot/parcel@2024-11-07',
    'depot/parcel@>=2024.10',
    'depot/left',
  ])('add %s: 3, with the last version that has its code', async (spec, {sandbox}) => {
    await project(sandbox)
    const {message, hint, details} = await mustFail(sandbox, ['add', spec], gone)
    expect(message).toContain('since 2024.10.27')
    expect(message).toContain('the last version with code is 2024.2.1')
    expect(hint).toMatch(/prosody-mods add depot\/(?:parcel|left)@2024\.2\.1/)
    expect(details).toMatchObject({newestWithAll: '2024.2.1'})
  })

  networkTest('add --latest and bump: 3', async ({sandbox}) => {
    await project(sandbox)
    await mustFail(sandbox, ['add', 'depot/parcel', '--latest'], gone)
    await mustSucceed(sandbox, ['add', 'depot/parcel@2024.2.1'])
    for (const args of [
      ['bump', 'parcel'],
      ['bump', 'parcel', '--latest'],
      ['bump', 'parcel@2024.11.7'],
    ])
      await mustFail(sandbox, args, {...gone, mayKeep: true})
  })

  networkTest.for([[], ['--latest']])(
    'on the day of a release that the registry knows: 3, with %j',
    async (flags, {sandbox}) => {
      const mirrors = {'https://hg.prosody.im/prosody-modules': upstream.url}
      await writeManifest(sandbox, {prosody: '13.0', mirrors})
      const {message} = await mustFail(sandbox, ['add', 'community/s2s_auth_dane', ...flags], gone)
      expect(message).toContain('since 2025.4.2')
      expect(message).toContain('the last version with code is 2024.2.1')
    },
  )

  networkTest('is taken by a range in its last version with code, and stays there', async ({sandbox}) => {
    await project(sandbox, {'depot/parcel': '>=2024.2.1', 'depot/stays': '2024.2.1'})
    await mustSucceed(sandbox, ['install'])
    await project(sandbox, {'depot/parcel': '>=2024.2.1', 'depot/stays': '>=2024.2.1'})
    const main = join(sandbox.project, 'prosody-modules/depot/mod_parcel/mod_parcel.lua')
    const before = await readFile(main)
    const retired = {module: 'depot/parcel', current: '2024.2.1', since: '2024.10.27', last: '2024.2.1'}
    const news = await sandbox.cli(['outdated', '--json', '--exit-code'])
    expect(news).toMatchObject({
      code: 6,
      json: {outdated: [{module: 'depot/stays'}], gone: [retired], checked: 2},
    })
    const {json} = await sandbox.cli(['update', '--json'])
    expect(json).toMatchObject({updated: [{module: 'depot/stays', version: '2024.11.8'}], gone: [retired]})
    expect(await readFile(main)).toEqual(before)
    const {stdout} = await sandbox.cli(['update'])
    expect(stdout).toContain(
      'depot/parcel is gone: its publisher has no mod_parcel.lua any more since 2024.10.27',
    )
    await mustFail(sandbox, ['update', 'parcel'], {...gone, mayKeep: true})
  })

  networkTest('has no other versions than those with its code', async ({sandbox}) => {
    await project(sandbox)
    const versions = async (name: string): Promise<unknown> =>
      (await sandbox.cli(['versions', `depot/${name}`, '--json'])).json
    expect(await versions('parcel')).toMatchObject({
      versions: [{version: '2024.2.1'}],
      gone: {since: '2024.10.27', last: '2024.2.1'},
    })
    expect(await versions('left')).toMatchObject({versions: [{version: '2024.2.1'}], gone: {}})
    expect(await versions('back')).toMatchObject({
      versions: [{version: '2024.11.7'}, {version: '2024.2.1'}],
      gone: null,
    })
    expect(await versions('inner')).toMatchObject({
      versions: [{version: '2024.11.7'}, {version: '2024.2.1'}],
      gone: null,
    })
  })

  networkTest(
    'was locked without its main file by an older release: said, and never works',
    async ({sandbox}) => {
      await project(sandbox)
      await mustSucceed(sandbox, ['add', 'depot/parcel@2024.2.1'])
      const path = join(sandbox.project, 'prosody-mods.lock.json')
      const lock = JSON.parse(await readFile(path, 'utf8')) as {
        modules: Record<string, {files: object; integrity: string}>
      }
      const parcel = lock.modules['depot/parcel']
      if (parcel === undefined) throw new Error('not locked')
      parcel.files = {}
      parcel.integrity = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
      await writeFile(path, `${JSON.stringify(lock, undefined, 2)}\n`)
      const {code, json} = await sandbox.cli(['check', '--json'])
      expect(code).toBe(6)
      expect(json).toMatchObject({modules: [{module: 'depot/parcel', verdict: 'cannot-work'}]})
      await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
      await sandbox.cli(['install', '--force'])
      const {stdout} = await sandbox.cli(['check'])
      expect(stdout).toContain('depot/parcel  2024.2.1  works')
    },
  )
})

networkTest('a module with its main file back, or moved inside its folder, goes on', async ({sandbox}) => {
  await project(sandbox, {'depot/back': '2024.2.1', 'depot/inner': '2024.2.1'})
  await mustSucceed(sandbox, ['install'])
  await project(sandbox, {'depot/back': '*', 'depot/inner': '*'})
  const {json} = await sandbox.cli(['update', '--json'])
  expect(json).toMatchObject({
    updated: [
      {module: 'depot/back', version: '2024.11.7'},
      {module: 'depot/inner', version: '2024.11.7'},
    ],
    gone: [],
  })
})

describe('a folder without a main file', () => {
  networkTest('that never had one is no module: 3', async ({sandbox}) => {
    await project(sandbox)
    const {message} = await mustFail(sandbox, ['add', 'depot/manual'], {exit: 3, code: 'MODULE_UNKNOWN'})
    expect(message).toContain('no mod_manual.lua in it')
  })

  networkTest('but with libraries can be added for those who load them', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'depot/lib_words'])
    expect(Object.keys(await readTree(join(sandbox.project, 'prosody-modules')))).toEqual([
      'depot/mod_lib_words/words.lib.lua',
    ])
  })

  networkTest('of its own name in a folder of yours gives the module that it has', async ({sandbox}) => {
    const folder = join(sandbox.project, 'modules/mod_other_name')
    await mkdir(folder, {recursive: true})
    await mkdir(join(sandbox.project, 'modules/mod_shell'))
    await writeFile(join(folder, 'mod_real.lua'), 'module:set_global();\n')
    await writeFile(join(sandbox.project, 'modules/mod_shell/README.md'), 'Nothing here.\n')
    const {json} = await sandbox.cli(['add', './modules', '--json'])
    expect(json).toMatchObject({added: [{module: 'modules/real', files: 1}]})
    const {message} = await mustFail(sandbox, ['add', 'modules/shell'], {exit: 3, code: 'MODULE_UNKNOWN'})
    expect(message).toContain(
      "its folder mod_shell has no mod_shell.lua, without which Prosody can't load it",
    )
  })
})
