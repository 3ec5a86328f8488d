import {spawnSync} from 'node:child_process'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {runRegistryTool} from '../../tools/registry/run.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

const code = (text: string): string => `module:log("debug", "${text}");\n`

let upstream: HgServer
/** As the registry was: one snapshot, and nothing of what lies between. */
let before: PackageCopy
/** The same with everything that the repository has been. */
let after: PackageCopy
const nodes: Record<string, string> = {}

beforeAll(async () => {
  upstream = await startHg()
  const commit = async (day: string, time: string, files: Record<string, string | null>): Promise<void> => {
    nodes[`${day} ${time}`] = await upstream.commit(files, `${day} ${time} +0000`)
  }
  await commit('2024-01-10', '08:00', {
    'mod_parcel/mod_parcel.lua': code('one'),
    'mod_postage/mod_postage.lua': code('postage'),
    'mod_stamp/mod_stamp.lua': code('stamp'),
  })
  await commit('2024-03-05', '08:00', {'mod_parcel/mod_parcel.lua': code('two')})
  await commit('2024-03-05', '09:00', {'mod_parcel/mod_parcel.lua': code('three')})
  await commit('2024-04-01', '08:00', {'mod_postage/README.md': 'Words.\n'})
  await commit('2024-06-20', '08:00', {'mod_parcel/mod_parcel.lua': code('four')})
  await commit('2024-08-01', '08:00', {
    'mod_stamp/mod_stamp.lua': null,
    'mod_seal/mod_seal.lua': code('stamp'),
  })
  await upstream.hg('phase', '--public', '-r', 'all()')
  const snapshot = {
    version: '2024.4.1',
    date: '2024-04-01',
    revision: (nodes['2024-04-01 08:00'] ?? '').slice(0, 12),
    files: {
      'mod_parcel/mod_parcel.lua': code('three'),
      'mod_postage/mod_postage.lua': code('postage'),
      'mod_stamp/mod_stamp.lua': code('stamp'),
    },
  }
  const registry = registryWith({community: [snapshot]})
  before = await copyPackage(registry)
  after = await copyPackage(registry)
  await imported(after)
}, 120_000)

afterAll(async () => {
  await upstream.close()
  await before.remove()
  await after.remove()
})

function registryOf({program}: PackageCopy): string {
  return join(dirname(dirname(program)), 'registry')
}

async function imported(copy: PackageCopy): Promise<string[]> {
  const said: string[] = []
  const repository = (await upstream.hg('root')).trim()
  const args = ['import-history', '--source', 'community', '--repository', repository]
  await runRegistryTool([...args, '--registry', registryOf(copy)], (line) => void said.push(line))
  return said
}

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly json: Record<string, unknown>
}

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  const config = join(dirname(sandbox.store), 'config')
  await mkdir(config, {recursive: true})
  const mirrors = {'https://hg.prosody.im/prosody-modules': upstream.url}
  await writeFile(join(config, 'config.json'), JSON.stringify({mirrors}))
  await writeFile(join(sandbox.project, 'prosody-mods.json'), '{"prosody": "13.0", "modules": {}}\n')
  return () => sandbox.remove()
})

function run({program}: PackageCopy, ...args: string[]): Ran {
  const {status, stdout, stderr} = spawnSync(process.execPath, [program, ...args, '--json'], {
    cwd: sandbox.project,
    env: {...sandbox.env, PROSODY_MODS_CONFIG: join(dirname(sandbox.store), 'config')},
    encoding: 'utf8',
  })
  return {status, out: stdout + stderr, json: JSON.parse(stdout) as Record<string, unknown>}
}

function bytes(name: string): Promise<string> {
  return readFile(join(sandbox.project, name), 'utf8')
}

async function lockedAt(key: string): Promise<{version: string; revision: string; by: string}> {
  const {modules} = JSON.parse(await bytes('prosody-mods.lock.json')) as {
    modules: Record<string, {version: string; resolved: {revision: string}; trust: {by: string}}>
  }
  const found = modules[key]
  if (found === undefined) throw new Error(`no ${key} in the lockfile`)
  return {version: found.version, revision: found.resolved.revision, by: found.trust.by}
}

describe('a lockfile of a registry without histories', () => {
  it.each([
    ['of the snapshot', ['community/parcel@2024.4.1', 'community/postage@2024.4.1']],
    ['of days between', ['community/parcel@2024.6.20', 'community/postage@2024.1.10']],
    ['of a day on which something else changed', ['community/parcel@2024.8.1']],
    ['of a range', ['community/parcel@>=2024.5.1', 'community/postage@^2024.4.1']],
    ['of a module that is gone now', ['community/stamp@2024.4.1']],
  ])('stays as it is, byte for byte, %s', async (_, specs) => {
    const added = run(before, 'add', ...specs)
    expect(added.status, added.out).toBe(0)
    const [manifest, lock] = [await bytes('prosody-mods.json'), await bytes('prosody-mods.lock.json')]
    for (const args of [['install'], ['install', '--frozen'], ['verify'], ['check'], ['list']]) {
      const ran = run(after, ...args)
      expect(ran.status, ran.out).toBe(0)
      expect(await bytes('prosody-mods.lock.json'), args.join(' ')).toBe(lock)
      expect(await bytes('prosody-mods.json')).toBe(manifest)
    }
    expect(run(after, 'list').json).toMatchObject({differences: []})
  })

  it('is refused where it says otherwise than the history', async () => {
    run(before, 'add', 'community/parcel@2024.6.20')
    const lock = await bytes('prosody-mods.lock.json')
    const forged = lock.replaceAll(nodes['2024-06-20 08:00'] ?? '', nodes['2024-03-05 09:00'] ?? '')
    expect(forged).not.toBe(lock)
    await writeFile(join(sandbox.project, 'prosody-mods.lock.json'), forged)
    const ran = run(after, 'install')
    expect(ran.status).toBe(4)
    expect(ran.json).toMatchObject({error: {code: 'LOCKFILE_DISPUTED'}})
  })
})

describe('a version', () => {
  it.each([
    ['', '2024.6.20', '2024-06-20 08:00'],
    ['@2024.6.19', '2024.3.5', '2024-03-05 09:00'],
    ['@2024.3.5', '2024.3.5', '2024-03-05 09:00'],
    ['@2024.3.4', '2024.1.10', '2024-01-10 08:00'],
    ['@2024.3', '2024.3.5', '2024-03-05 09:00'],
    ['@2024', '2024.6.20', '2024-06-20 08:00'],
    ['@<2024.3.5', '2024.1.10', '2024-01-10 08:00'],
    ['@2024.4.1', '2024.4.1', '2024-04-01 08:00'],
  ])('of community/parcel%s is %s', async (text, version, day) => {
    const added = run(after, 'add', `community/parcel${text}`, '--dry-run')
    expect(added.status, added.out).toBe(0)
    expect(added.json).toMatchObject({added: [{version, trust: {by: 'registry', basis: 'upstream'}}]})
    expect(run(after, 'add', `community/parcel${text}`).status).toBe(0)
    const locked = await lockedAt('community/parcel')
    expect(locked.version).toBe(version)
    expect(nodes[day]?.startsWith(locked.revision)).toBe(true)
  })

  it('that was changed again on its day is found, and pinned, by its revision', async () => {
    const node = nodes['2024-03-05 08:00'] ?? ''
    expect(run(after, 'add', `community/parcel@${node.slice(0, 9)}`).status).toBe(0)
    expect(await lockedAt('community/parcel')).toEqual({version: '2024.3.5', revision: node, by: 'registry'})
    expect(await bytes('prosody-mods.json')).toContain(`"community/parcel": "${node.slice(0, 12)}"`)
    const lock = await bytes('prosody-mods.lock.json')
    expect(run(after, 'install').status).toBe(0)
    expect(await bytes('prosody-mods.lock.json')).toBe(lock)
  })

  it('that the manifest names by a day between two changes is up to date', async () => {
    await writeFile(
      join(sandbox.project, 'prosody-mods.json'),
      '{"prosody": "13.0", "modules": {"community/parcel": "2024.5.1"}}\n',
    )
    expect(run(after, 'install').status).toBe(0)
    expect(await lockedAt('community/parcel')).toMatchObject({version: '2024.3.5', by: 'registry'})
    expect(run(after, 'install', '--frozen').json).toMatchObject({upToDate: true})
  })

  it('with the same files is no update, whichever is locked', async () => {
    run(before, 'add', 'community/postage@2024.4.1')
    const lock = await bytes('prosody-mods.lock.json')
    for (const args of [['outdated'], ['update']]) {
      const ran = run(after, ...args)
      expect(ran.status, ran.out).toBe(0)
      expect(ran.json).toMatchObject(args[0] === 'update' ? {updated: []} : {outdated: []})
    }
    expect(await bytes('prosody-mods.lock.json')).toBe(lock)
  })

  it('is listed with what its day changed', () => {
    const {json} = run(after, 'versions', 'community/parcel', '--offline')
    const versions = json['versions'] as {version: string; from: string}[]
    expect(versions.map(({version}) => version)).toEqual(['2024.6.20', '2024.3.5', '2024.1.10'])
    expect(new Set(versions.map(({from}) => from))).toEqual(new Set(['registry']))
  })

  it('is not listed twice where the publisher has the same', () => {
    const [alone, asked] = [['--offline'], []].map(
      (more) => run(after, 'versions', 'community/parcel', ...more).json['versions'],
    )
    expect(asked).toEqual(alone)
  })
})

describe('a module that is gone', () => {
  it('says since when, offline too, and an older version is had', async () => {
    const ran = run(after, 'add', 'community/stamp', '--offline')
    expect(ran.status).toBe(3)
    expect(ran.json).toMatchObject({
      error: {code: 'MODULE_GONE', details: {release: '2024.8.1', newestWithAll: '2024.1.10'}},
    })
    expect(run(after, 'add', 'community/stamp@2024.1.10').status).toBe(0)
    expect(await lockedAt('community/stamp')).toMatchObject({version: '2024.1.10', by: 'registry'})
    expect(run(after, 'outdated', '--offline').json).toMatchObject({
      outdated: [],
      gone: [{module: 'community/stamp', since: '2024.8.1', last: '2024.1.10'}],
    })
  })

  it('is found by search with the day', () => {
    expect(run(after, 'search', 'stamp', '--source', 'community').json).toMatchObject({
      found: [{module: 'community/stamp', newest: '2024.1.10', facts: {gone: '2024.8.1'}}],
    })
  })
})

describe('identify', () => {
  it('knows every version that a module has had', async () => {
    const folder = join(sandbox.project, 'found')
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(folder, path)), {recursive: true})
      await writeFile(join(folder, path), text)
    }
    await write('mod_parcel/mod_parcel.lua', code('one'))
    await write('other/mod_parcel.lua', code('two'))
    await write('mod_postage.lua', code('postage'))
    await write('mod_seal/mod_seal.lua', code('changed'))
    const {json} = run(after, 'identify', 'found')
    expect(json['modules']).toMatchObject([
      {module: 'community/parcel', state: 'exact', version: '2024.1.10'},
      {module: 'community/postage', state: 'exact', version: '2024.4.1', versions: ['2024.4.1', '2024.1.10']},
      {module: 'community/seal', state: 'modified', version: '2024.8.1'},
      {module: 'community/parcel', state: 'exact', version: nodes['2024-03-05 08:00']?.slice(0, 12)},
    ])
  })
})

describe('import-history', () => {
  it('changes no byte the second time', async () => {
    const paths = ['releases/community.json', 'index.json', 'history/community/parcel.json']
    const texts = (): Promise<string[]> =>
      Promise.all(paths.map((path) => readFile(join(registryOf(after), path), 'utf8')))
    const first = await texts()
    expect((await imported(after))[0]).toBe('community: 0 changes added, 9 known already')
    expect(await texts()).toEqual(first)
  })

  it('refuses a repository in which a known change is another', async () => {
    const copy = await copyPackage(registryWith({community: []}))
    await imported(copy)
    const path = join(registryOf(copy), 'history/community/parcel.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"date": "2024-03-05"', '"date": "2024-03-04"'))
    await expect(imported(copy)).rejects.toMatchObject({code: 'DIGEST_MISMATCH'})
    await copy.remove()
  })
})
