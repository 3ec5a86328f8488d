import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {file, raw, status} from '../helpers/answers.ts'
import type {Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {mustFail, mustSucceed, networkTest, writeManifest} from '../helpers/network.ts'

const plugins = 'resources/prosody-plugins'
const tree = {
  [`${plugins}/mod_lobby.lua`]: 'local util = module:require "util"\nmodule:depends("muc")\n',
  [`${plugins}/mod_alone.lua`]: 'module:set_global()\n',
  [`${plugins}/util.lib.lua`]: 'return {}\n',
  [`${plugins}/mod_lobby.patch`]: '--- a/x\n+++ b/x\n',
  'react/index.js': 'export {}\n',
  'README.md': 'words\n',
}

let forge: Forge
let [older, newer] = ['', '']

beforeAll(async () => {
  forge = await startForge()
  older = await forge.commit('jitsi/jitsi-meet', tree, [
    'stable/jitsi-meet_20001',
    '9001',
    'stable/jitsi-meet_${VERSION}',
    'jitsi-meet_9001',
  ])
  newer = await forge.commit('jitsi/jitsi-meet', {...tree, [`${plugins}/mod_new.lua`]: 'return 1\n'}, [
    'stable/jitsi-meet_20002',
    '9002',
  ])
  await forge.commit(
    'jitsi-contrib/prosody-plugins',
    {
      'event_sync/mod_event_sync.lua': 'module:depends("muc")\n',
      'event_sync_component/mod_event_sync_component.lua': '-> ../event_sync/mod_event_sync.lua',
    },
    ['v20270101'],
  )
})

afterAll(() => forge.close())

async function project(sandbox: Sandbox, more: object = {}): Promise<void> {
  await writeManifest(sandbox, {mirrors: forge.mirrors, ...more})
}

interface Locked {
  readonly version: string
  readonly resolved: object
  readonly trust: object
  readonly files: object
}

async function locked(sandbox: Sandbox, key: string): Promise<Locked | undefined> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
  return (JSON.parse(text) as {modules: Record<string, Locked>}).modules[key]
}

describe('a Jitsi release that the registry does not know', () => {
  networkTest('comes whole, without patches, from one archive that is announced', async ({sandbox}) => {
    await project(sandbox)
    const before = forge.server.requests.length
    const {code, stdout, stderr} = await sandbox.cli(['add', 'jitsi@20001'])
    expect(code, stdout + stderr).toBe(0)
    expect(stderr).toMatch(/^downloading http:\S+\.tar\.gz \(.+\)\n4 files out of an archive of \d\.\d kB\n$/)
    expect(stdout).toContain('\n  left out: 1 patch of Prosody itself (mod_lobby.patch)\n')
    expect(await locked(sandbox, 'jitsi/*')).toMatchObject({
      version: '20001',
      resolved: {revision: older, tag: 'stable/jitsi-meet_20001'},
      trust: {by: 'first-use'},
    })
    expect(Object.keys((await locked(sandbox, 'jitsi/*'))?.files ?? {}).sort()).toEqual([
      'mod_alone.lua',
      'mod_lobby.lua',
      'util.lib.lua',
    ])
    expect(forge.server.requests.slice(before)).toEqual([
      '/jitsi/jitsi-meet.git/git-upload-pack',
      `/jitsi/jitsi-meet/archive/${older}.tar.gz`,
    ])
  })

  networkTest('comes back from the lockfile alone, file by file by its commit', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'jitsi/lobby@20001'])
    const before = await locked(sandbox, 'jitsi/lobby')
    expect(Object.keys(before?.files ?? {})).toEqual(['mod_lobby.lua', 'util.lib.lua'])
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    const asked = forge.server.requests.length
    await mustSucceed(sandbox, ['install'])
    expect(forge.server.requests.slice(asked).sort()).toEqual([
      `/jitsi/jitsi-meet/${older}/${plugins}/mod_lobby.lua`,
      `/jitsi/jitsi-meet/${older}/${plugins}/util.lib.lua`,
    ])
    expect(await locked(sandbox, 'jitsi/lobby')).toEqual(before)
  })

  networkTest.for(['stable-20001', '2.0.20001-1', 'stable/jitsi-meet_20001', '1.0.9001', '1.0.9001-1'])(
    'is found as %s',
    async (spelling, {sandbox}) => {
      await project(sandbox)
      await mustSucceed(sandbox, ['add', `jitsi@${spelling}`])
      expect(await locked(sandbox, 'jitsi/*')).toMatchObject({version: '20001'})
    },
  )

  networkTest('is found by its commit', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', `jitsi/new@${newer}`])
    expect(await locked(sandbox, 'jitsi/new')).toMatchObject({version: '20002', resolved: {revision: newer}})
  })

  networkTest('is the newest of a range', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'jitsi@>=20000'])
    expect(await locked(sandbox, 'jitsi/*')).toMatchObject({version: '20002'})
  })
})

networkTest(
  '--latest is the newest that its publisher has, and no answer is no newest',
  async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'jitsi', '--latest'])
    expect(await locked(sandbox, 'jitsi/*')).toMatchObject({version: '20002', resolved: {revision: newer}})
    await mustSucceed(sandbox, ['remove', 'jitsi'])
    await mustFail(sandbox, ['add', 'jitsi', '--latest', '--offline'], {exit: 5, code: 'OFFLINE_MISSING'})
    await writeManifest(sandbox, {mirrors: {'https://github.com': 'http://127.0.0.1:9'}})
    await mustFail(sandbox, ['add', 'jitsi', '--latest'], {exit: 5, code: 'UNREACHABLE'})
  },
)

networkTest('versions of Jitsi are its releases, no junk tags and no package numbers', async ({sandbox}) => {
  await project(sandbox)
  const {json} = await sandbox.cli(['versions', 'jitsi', '--json'])
  const {versions} = json as {versions: readonly {version: string; from: string; tag: string}[]}
  expect(versions.slice(0, 3)).toMatchObject([
    {
      version: '20002',
      from: 'publisher',
      tag: 'stable/jitsi-meet_20002',
      revision: newer,
      sameAsPrevious: null,
    },
    {version: '20001', from: 'publisher', revision: older},
    {version: '11146', from: 'registry', sameAsPrevious: false},
  ])
  // 830 has no file of the plugin folder, so it is no version of it.
  expect(versions).toHaveLength(89)
})

networkTest('outdated names a release of Jitsi that its publisher has', async ({sandbox}) => {
  await project(sandbox)
  await mustSucceed(sandbox, ['add', 'jitsi/alone@20001'])
  const {json} = await sandbox.cli(['outdated', '--json'])
  expect(json).toMatchObject({
    outdated: [
      {module: 'jitsi/alone', current: '20001', allowed: null, latest: '20002', latestFrom: 'publisher'},
    ],
    notAsked: [],
  })
})

networkTest('update moves the modules of one tree together', async ({sandbox}) => {
  await project(sandbox, {modules: {'jitsi/alone': '20001', 'jitsi/lobby': '20001'}})
  await mustSucceed(sandbox, ['install'])
  await project(sandbox, {modules: {'jitsi/alone': '>=20001', 'jitsi/lobby': '20001'}})
  const held = await sandbox.cli(['update', '--json'])
  expect(held.json).toMatchObject({updated: [], held: [{module: 'jitsi/alone'}, {module: 'jitsi/lobby'}]})
  await project(sandbox, {modules: {'jitsi/alone': '>=20001', 'jitsi/lobby': '>=20000'}})
  const before = forge.server.requests.length
  const {json} = await sandbox.cli(['update', 'alone', '--json'])
  expect(forge.server.requests.slice(before).filter((path) => path.includes('/archive/'))).toHaveLength(1)
  expect(json).toMatchObject({
    updated: [
      {module: 'jitsi/alone', version: '20002', previous: '20001'},
      {module: 'jitsi/lobby', version: '20002', previous: '20001'},
    ],
  })
})

networkTest('a linked module of jitsi-contrib is a file', async ({sandbox}) => {
  await project(sandbox)
  await mustSucceed(sandbox, ['add', 'jitsi-contrib/event_sync_component@20270101'])
  const path = 'prosody-modules/jitsi-contrib/mod_event_sync_component/mod_event_sync_component.lua'
  expect(await readFile(join(sandbox.project, path), 'utf8')).toBe('module:depends("muc")\n')
})

describe('nothing is changed and the exit code tells why', () => {
  networkTest('a release that is not there, with its neighbours: 3', async ({sandbox}) => {
    await project(sandbox)
    const {message} = await mustFail(sandbox, ['add', 'jitsi@15000'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    expect(message).toContain('nearest is 11146 before it, 20001 after it')
  })

  networkTest('a tag that points to another commit than the known one: 4', async ({sandbox}) => {
    const moved = await startForge()
    const commit = await moved.commit('jitsi/jitsi-meet', tree, [
      'stable/jitsi-meet_10008',
      'stable/jitsi-meet_20001',
    ])
    await writeManifest(sandbox, {mirrors: moved.mirrors})
    const {message} = await mustFail(sandbox, ['add', 'jitsi@>=11147'], {exit: 4, code: 'TAG_MOVED'})
    expect(message).toContain('stable/jitsi-meet_10008')
    expect(message).toContain(commit)
    expect(message).toContain('a603a8df')
    await moved.close()
  })

  networkTest('other bytes than the locked ones at that commit: 4', async ({sandbox}) => {
    const lying = await startForge()
    await lying.commit('jitsi/jitsi-meet', tree, ['stable/jitsi-meet_20001'])
    await writeManifest(sandbox, {mirrors: lying.mirrors})
    await mustSucceed(sandbox, ['add', 'jitsi/alone@20001'])
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    await lying.corrupt('os.execute("x")\n')
    await mustFail(sandbox, ['install'], {exit: 4, code: 'DIGEST_MISMATCH'})
    await lying.close()
  })

  networkTest.for([
    ['a page', file('<!DOCTYPE html><title>Sign in</title>'), 'UPSTREAM_GARBLED'],
    ['references of the first protocol', file('001e# service=git-upload-pack\n0000'), 'UPSTREAM_GARBLED'],
    ['a list that is cut off', file('0045'), 'UPSTREAM_GARBLED'],
    ['nothing', file(''), 'UPSTREAM_GARBLED'],
    ['an error', status(403), 'UNREACHABLE'],
    ['no HTTP', raw('SSH-2.0-OpenSSH\r\n'), 'UNREACHABLE'],
  ] as const)('an answer about tags that is %s: 5', async ([, answer, code], {sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: {'https://github.com': server.url}})
    server.on('*', answer)
    await mustFail(sandbox, ['add', 'jitsi@20001'], {exit: 5, code})
  })
})
