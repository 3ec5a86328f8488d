import {chmod, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {DoctorCheck, DoctorResult} from '../../src/operations/doctor/types.ts'
import {thisHolder} from '../../src/project/holder.ts'
import {newSandbox, type CliOptions, type Sandbox} from '../helpers/cli.ts'
import {writeModules} from '../helpers/own-modules.ts'
import {runProgram} from '../helpers/program.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
})

afterEach(() => sandbox.remove())

async function doctor(
  args: readonly string[] = ['--offline'],
  options: CliOptions = {},
): Promise<DoctorResult & {readonly code: number | null; readonly find: (name: string) => DoctorCheck}> {
  const {code, json, stderr} = await sandbox.cli(['doctor', '--json', ...args], options)
  expect(stderr).toBe('')
  const result = json as DoctorResult
  return {
    ...result,
    code,
    find(name) {
      const found = result.checks.find((one) => one.name === name)
      if (found === undefined) throw new Error(`doctor says nothing of ${name}`)
      return found
    },
  }
}

async function project(): Promise<void> {
  await writeModules(join(sandbox.project, 'own'), {prefix: 'own', count: 1})
  expect((await sandbox.cli(['init'])).code).toBe(0)
  expect((await sandbox.cli(['add', './own/mod_own1'])).code).toBe(0)
}

describe('doctor', () => {
  it('tells what there is where nothing is wrong, and asks nobody with --offline', async () => {
    const {code, errors, find, checks} = await doctor()
    expect([code, errors]).toEqual([0, 0])
    expect(find('node').facts).toMatchObject({version: process.version.slice(1), program: process.execPath})
    expect(find('store')).toMatchObject({state: 'ok', facts: {exists: false, writable: true}})
    expect(find('folder')).toMatchObject({section: 'project', state: 'note'})
    expect(find('network')).toMatchObject({state: 'note', text: 'nobody was asked: --offline'})
    expect(new Set(checks.map(({section}) => section))).toEqual(
      new Set(['programs', 'folders', 'configuration', 'project', 'network', 'clock']),
    )
  })

  it('finds the Prosody of this machine, and that the project is for another', async () => {
    const {stdout} = await runProgram(['cat', '/usr/lib/prosody/prosody.version'])
    const version = stdout.trim()
    expect((await doctor()).find('prosody')).toMatchObject({state: 'ok', facts: {version, lua: '5.4'}})
    await writeFile(join(sandbox.project, 'prosody-mods.json'), '{"prosody": "9.9"}\n')
    expect((await doctor()).find('prosody')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/; prosody-mods\.json says 9\.9$/) as unknown,
    })
    const none = await doctor(['--offline'], {env: {PATH: sandbox.project}})
    expect(none.find('prosody')).toMatchObject({state: 'note'})
  })

  it('names configuration that is not read', async () => {
    const env = {PROSODY_MODS_CACH: '/x', PROSODY_MODS_TIMEOUT: 'soon', https_proxy: 'ftp://u:secret@p'}
    await mkdir(sandbox.config)
    await writeFile(join(sandbox.config, 'config.json'), '{"mirors": {}}')
    const {code, checks, find} = await doctor([], {env})
    expect(code).toBe(6)
    expect(find('config.json')).toMatchObject({
      state: 'error',
      text: expect.stringContaining('mirors: this key is not known here; did you mean "mirrors"?') as unknown,
    })
    expect(find('PROSODY_MODS_CACH')).toMatchObject({
      state: 'warning',
      hint: 'did you mean PROSODY_MODS_CACHE?',
    })
    expect(find('timeout').state).toBe('error')
    expect(find('proxy').state).toBe('error')
    expect(JSON.stringify(checks)).not.toContain('secret')
    expect(find('network').text).toBe('nobody was asked: config.json can not be used, and may name mirrors')
  })

  it('says that PROSODY_MODS_CONFIG names a file', async () => {
    await writeFile(sandbox.config, '{}')
    const {code, find} = await doctor()
    expect([code, find('config.json').text]).toEqual([
      6,
      `PROSODY_MODS_CONFIG: ${sandbox.config} is not a folder`,
    ])
  })

  it('says what keeps the store from being written', async () => {
    await writeFile(sandbox.store, '')
    const {code, find} = await doctor()
    expect(code).toBe(6)
    expect(find('store')).toMatchObject({state: 'error', facts: {writable: false}})
  })

  it("looks at the project's files, and who works on them", async () => {
    await project()
    const well = await doctor()
    expect([well.code, well.errors]).toEqual([0, 0])
    expect(well.find('lockfile').state).toBe('ok')
    expect(well.find('modes').state).toBe('ok')
    expect(well.find('lock').facts).toEqual({holder: null})
    const path = 'prosody-modules/own1/mod_own1/mod_own1.lua'
    await chmod(join(sandbox.project, path), 0o600)
    const closed = await doctor()
    expect([closed.code, closed.find('modes')]).toMatchObject([6, {facts: {unreadable: [path]}}])
    await writeFile(
      join(sandbox.project, 'prosody-mods.json'),
      '{"modules": {"community/muc_moderation": "2025.4.2"}, "imge": {}}',
    )
    const changed = await doctor()
    expect(changed.find('lockfile').text).toContain(
      'prosody-mods.lock.json does not follow prosody-mods.json',
    )
    expect(changed.find('manifest').text).toContain('did you mean "image"?')
    await writeFile(join(sandbox.project, 'prosody-mods.json'), '{')
    const broken = await doctor()
    expect([broken.code, broken.find('folder').facts['code']]).toEqual([6, 'MANIFEST_INVALID'])
  })

  it('tells of a process that holds the project', async () => {
    await project()
    const lock = join(sandbox.project, '.prosody-mods/lock')
    await mkdir(lock, {recursive: true})
    const holder = thisHolder()
    await writeFile(join(lock, `${process.pid}-x`), JSON.stringify(holder))
    expect((await doctor()).find('lock')).toMatchObject({
      state: 'warning',
      text: `process ${process.pid} on ${holder.host} works on it, and others wait`,
    })
    await rm(join(sandbox.project, '.prosody-mods'), {recursive: true})
  })
})

describe('doctor asks publishers', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startServer()
    await mkdir(sandbox.config)
    const mirrors = Object.fromEntries(
      [
        'https://github.com',
        'https://raw.githubusercontent.com',
        'https://hg.prosody.im',
        'https://download.jitsi.org',
      ].map((base) => [base, `${server.url}/${new URL(base).host}`]),
    )
    await writeFile(join(sandbox.config, 'config.json'), JSON.stringify({mirrors}))
  })
  afterEach(() => server.close())

  const env = (): Record<string, string> => ({PROSODY_MODS_DEBIAN_MIRROR: `${server.url}/debian`})

  it('and tells their status, and whether clocks agree', async () => {
    server.on('*', ({response}) => response.end('x'))
    server.on('/hg.prosody.im/prosody-modules/json-log/default?revcount=1', ({response}) => {
      response.writeHead(503).end()
    })
    const {code, errors, find} = await doctor([], {env: env()})
    expect([code, errors]).toEqual([0, 0])
    expect(find('github.com')).toMatchObject({
      state: 'ok',
      text: expect.stringMatching(
        /^github\.com, by the mirror 127\.0\.0\.1:\d+: answers in \d+ ms$/,
      ) as unknown,
      facts: {status: 200, url: expect.stringContaining(server.url) as unknown},
    })
    expect(find('hg.prosody.im')).toMatchObject({state: 'warning', facts: {status: 503}})
    expect(find('server')).toMatchObject({section: 'clock', state: 'ok'})
    expect(server.requests).toContain('/debian/dists/stable/InRelease')
  })

  it.each([
    [-7_200_000, 'warning', 'the clock is 2 hours ahead of'],
    [10 * 86_400_000, 'error', 'the clock is 10 days behind'],
  ])('and says how far the clock is off: %d ms', async (off, state, text) => {
    server.on('*', ({response}) => {
      response.writeHead(200, {date: new Date(Date.now() + off).toUTCString()}).end('x')
    })
    const {find} = await doctor([], {env: env()})
    expect(find('server')).toMatchObject({state, text: expect.stringContaining(text) as unknown})
  })

  it('and it is an error where none of them answers', async () => {
    await server.close()
    const {code, checks} = await doctor([], {env: env()})
    const network = checks.filter(({section}) => section === 'network')
    expect(code).toBe(6)
    expect(network.length).toBeGreaterThan(3)
    expect(new Set(network.map(({state}) => state))).toEqual(new Set(['error']))
  })
})

describe('config', () => {
  const get = async (key: string, options?: CliOptions): Promise<unknown> =>
    (await sandbox.cli(['config', 'get', key, '--json'], options)).json

  it('says where each value comes from', async () => {
    await mkdir(sandbox.config)
    await writeFile(
      join(sandbox.config, 'config.json'),
      '{"mirrors": {"https://a.example": "https://b.example"}, "allowPaths": ["/srv/mine"]}',
    )
    await writeFile(
      join(sandbox.project, 'prosody-mods.json'),
      '{"prosody": "0.12", "image": {"labels": {"a": "b"}}, "mirrors": {"https://a.example": "https://no.example", "https://c.example": "https://d.example"}}',
    )
    expect(await get('prosody')).toMatchObject({value: '0.12', from: 'manifest', where: 'prosody-mods.json'})
    expect(await get('image.debian')).toMatchObject({value: 'trixie', from: 'default', where: null})
    expect(await get('image.labels.a')).toMatchObject({value: 'b', from: 'manifest'})
    expect(await get('cache')).toMatchObject({
      ...{value: sandbox.store, from: 'environment', where: 'PROSODY_MODS_CACHE'},
    })
    const path = join(sandbox.config, 'config.json')
    expect(await get('mirrors.https://a.example')).toMatchObject({
      ...{value: 'https://b.example', from: 'config.json', where: path},
    })
    expect(await get('mirrors.https://c.example')).toMatchObject({
      value: 'https://d.example',
      from: 'manifest',
    })
    expect(await get('allowPaths')).toMatchObject({value: ['/srv/mine'], from: 'config.json'})
    const env = {PROSODY_MODS_DEBIAN_MIRROR: 'https://deb.example', PROSODY_MODS_TIMEOUT: '5'}
    expect(await get('mirrors.debian', {env})).toMatchObject({
      ...{value: 'https://deb.example', from: 'environment', where: 'PROSODY_MODS_DEBIAN_MIRROR'},
    })
    expect(await get('timeout', {env})).toMatchObject({value: '5', from: 'environment'})
    const {json} = await sandbox.cli(['config', '--json', '--allow-path', '/srv/more'])
    expect(json).toMatchObject({
      project: sandbox.project,
      settings: expect.arrayContaining([
        expect.objectContaining({key: 'allowPaths', value: ['/srv/more'], from: 'flag'}),
      ]) as unknown,
    })
  })

  it('hides secrets', async () => {
    const netrc = join(sandbox.project, 'netrc')
    await writeFile(netrc, 'machine n.example login me password hush\n')
    const env = {
      NETRC: netrc,
      GITHUB_TOKEN: 'hush',
      PROSODY_MODS_CREDENTIALS: 'a.example=me:hush b.example=hush',
      https_proxy: 'http://me:hush@proxy.example:3128',
      http_proxy: 'me:hush@proxy.example:3128',
    }
    for (const args of [['config'], ['config', '--json'], ['doctor', '--offline', '--json']]) {
      const {code, stdout, stderr} = await sandbox.cli(args, {env})
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).not.toContain('hush')
    }
    expect(await get('credentials.a.example', {env})).toMatchObject({
      ...{value: '(hidden)', where: 'PROSODY_MODS_CREDENTIALS'},
    })
    expect(await get('credentials.n.example', {env})).toMatchObject({from: 'netrc', where: netrc})
    expect(await get('httpsProxy', {env})).toMatchObject({value: 'http://…@proxy.example:3128'})
  })

  it('prints one value as a script takes it, and knows what was meant', async () => {
    const value = await sandbox.cli(['config', 'get', 'cache'])
    expect([value.code, value.stdout]).toEqual([0, `${sandbox.store}\n`])
    expect((await sandbox.cli(['config', 'get', 'oldestIndex'])).stdout).toBe('')
    const wrong = await sandbox.cli(['config', 'get', 'cahce'])
    expect([wrong.code, wrong.stdout]).toEqual([2, ''])
    expect(wrong.stderr).toContain('there is no setting "cahce"\nhint: did you mean cache')
    expect((await sandbox.cli(['config', 'cache'])).stderr).toContain('prosody-mods config get cache')
  })
})
