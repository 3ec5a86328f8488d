import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {closeDelimited, file, truncated} from '../helpers/answers.ts'
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

const module = {
  'mod_conversejs/mod_conversejs.lua': 'local util = module:require "util"\nmodule:depends("http")\n',
  'mod_conversejs/util.lib.lua': 'return {}\n',
  'mod_conversejs/html/page.html': '<p></p>\n',
  'mod_conversejs/README.md': 'words\n',
}
const other = 'mod_other/mod_other.lua'

let upstream: HgServer
/** The two changesets that touch the module, the last one of default, and one of another branch. */
let [first, second, head, branch] = ['', '', '', '']

beforeAll(async () => {
  upstream = await startHg()
  first = await upstream.commit(module, '2026-07-20 10:00 +0000')
  // Half past one on the 23rd where it was made is still the 22nd in UTC.
  second = await upstream.commit({'mod_conversejs/util.lib.lua': 'return {2}\n'}, '2026-07-23 01:30 +0200')
  await upstream.commit({[other]: 'return 1\n'}, '2026-07-25 08:00 +0000')
  head = await upstream.commit({[other]: 'return 2\n'}, '2026-07-25 09:00 +0000')
  branch = await upstream.commit({[other]: 'return 3\n'}, '2026-07-26 09:00 +0000', 'experiment')
})

afterAll(() => upstream.close())

async function project(sandbox: Sandbox, more: object = {}): Promise<void> {
  const mirrors = {'https://hg.prosody.im/prosody-modules': upstream.url, debian: 'http://127.0.0.1:9'}
  await writeManifest(sandbox, {mirrors, ...more})
}

interface Locked {
  readonly version: string
  readonly resolved: {readonly revision: string}
  readonly trust: object
  readonly files: object
}

async function locked(sandbox: Sandbox): Promise<Locked | undefined> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
  const {modules} = JSON.parse(text) as {modules: Record<string, Locked>}
  return modules['community/conversejs']
}

async function pin(sandbox: Sandbox): Promise<string | undefined> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')
  return (JSON.parse(text) as {modules: Record<string, string>}).modules['community/conversejs']
}

describe('a community module that the registry knows by name alone', () => {
  networkTest('is taken from the head of default, as one archive of its folder', async ({sandbox}) => {
    await project(sandbox)
    const before = (await upstream.requests()).length
    const {served} = await mustSucceed(sandbox, ['add', 'conversejs'])
    expect(await locked(sandbox)).toMatchObject({
      version: '2026.7.25',
      resolved: {revision: head},
      trust: {by: 'first-use'},
    })
    expect(await pin(sandbox)).toBe('2026.7.25')
    expect(Object.keys((await locked(sandbox))?.files ?? {}).sort()).toEqual([
      'mod_conversejs/html/page.html',
      'mod_conversejs/mod_conversejs.lua',
      'mod_conversejs/util.lib.lua',
    ])
    expect(Object.values(served)).toEqual([4])
    const asked = (await upstream.requests()).slice(before)
    expect(asked.filter((path) => path.startsWith('/archive/'))).toEqual([
      `/archive/${head}.tar.gz/mod_conversejs`,
    ])
    expect(asked.filter((path) => path.startsWith('/raw-file/'))).toEqual([])
  })

  networkTest('comes back from the lockfile alone, file by file, with the same bytes', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs'])
    const path = join(sandbox.project, 'prosody-modules/community/mod_conversejs/util.lib.lua')
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    const {served} = await mustSucceed(sandbox, ['install', '--frozen'])
    expect(Object.values(served)).toEqual([3])
    expect(await readFile(path, 'utf8')).toBe('return {2}\n')
  })

  networkTest('has the version of a day in UTC, whatever the zone it was made in', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs@2026-07-22'])
    expect(await locked(sandbox)).toMatchObject({version: '2026.7.22', resolved: {revision: second}})
  })

  networkTest('is found by the beginning of a revision, which stays the pin', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', `conversejs@${first.slice(0, 10)}`])
    expect(await locked(sandbox)).toMatchObject({version: '2026.7.20', resolved: {revision: first}})
    expect(await pin(sandbox)).toBe(first.slice(0, 12))
    await rm(join(sandbox.project, 'prosody-mods.lock.json'))
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await mustSucceed(sandbox, ['install'])
    expect(await locked(sandbox)).toMatchObject({resolved: {revision: first}})
  })

  networkTest('of another branch is found by its revision only', async ({sandbox}) => {
    await project(sandbox)
    await mustFail(sandbox, ['add', 'conversejs@2026.7.26'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
    await mustSucceed(sandbox, ['add', `conversejs@${branch}`])
    expect(await locked(sandbox)).toMatchObject({resolved: {revision: branch}})
  })

  networkTest('with --latest is from the last changeset that touched it', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs', '--latest'])
    expect(await locked(sandbox)).toMatchObject({version: '2026.7.22', resolved: {revision: second}})
  })

  networkTest('in a range is the newest that touched the module', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs@<2026.7.24'])
    expect(await locked(sandbox)).toMatchObject({version: '2026.7.22', resolved: {revision: second}})
  })
})

interface Versions {
  readonly asked: boolean
  readonly reason: string | null
  readonly versions: readonly {readonly version: string; readonly from: string; readonly locked: boolean}[]
}

describe('versions', () => {
  networkTest(
    'of a module are the days on which it changed, and what is locked is marked',
    async ({sandbox}) => {
      await project(sandbox)
      await mustSucceed(sandbox, ['add', 'conversejs@2026.7.22'])
      const {code, json} = await sandbox.cli(['versions', 'conversejs', '--json'])
      expect(code).toBe(0)
      expect(json).toMatchObject({
        module: 'community/conversejs',
        asked: true,
        versions: [
          {version: '2026.7.22', revision: second, date: '2026-07-22', from: 'publisher', locked: true},
          {version: '2026.7.20', revision: first, from: 'publisher', locked: false},
        ],
      })
    },
  )

  networkTest(
    'of a source are the days of its default branch besides those that the registry knows',
    async ({sandbox}) => {
      await project(sandbox)
      const {json} = await sandbox.cli(['versions', 'community', '--json'])
      const listed = (json as Versions).versions.map(({version, from}) => `${version} ${from}`)
      expect(listed).toEqual([
        '2026.7.25 publisher',
        '2026.7.23 registry',
        '2026.7.22 publisher',
        '2026.7.20 publisher',
        '2025.4.2 registry',
        '2023.2.23 registry',
        '2021.1.30 registry',
      ])
    },
  )

  networkTest(
    'offline, and where nobody answers, are those of the registry, which is said',
    async ({sandbox}) => {
      const mirrors = {'https://hg.prosody.im': 'http://127.0.0.1:9'}
      await writeManifest(sandbox, {mirrors})
      for (const [args, reason] of [
        [[], 'connection refused'],
        [['--offline'], '--offline'],
      ] as const) {
        const {code, json} = await sandbox.cli(['versions', 'muc_moderation', '--json', ...args])
        expect(code).toBe(0)
        expect(json).toMatchObject({asked: false, reason: expect.stringContaining(reason) as string})
        expect((json as Versions).versions.map(({version}) => version)).toEqual([
          '2026.7.23',
          '2025.4.2',
          '2023.2.23',
          '2021.1.30',
        ])
        const {stdout} = await sandbox.cli(['versions', 'muc_moderation', ...args])
        expect(stdout).toContain('this is what the registry knows')
      }
    },
  )

  networkTest('of nothing: 3', async ({sandbox}) => {
    await project(sandbox)
    await mustFail(sandbox, ['versions', 'community/no_such_module'], {exit: 3, code: 'MODULE_UNKNOWN'})
  })
})

describe('outdated', () => {
  interface Outdated {
    readonly outdated: readonly object[]
  }

  networkTest('names what changed since, and what the manifest admits of it', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs@2026.7.20'])
    const news = {
      module: 'community/conversejs',
      current: '2026.7.20',
      latest: '2026.7.22',
      latestFrom: 'publisher',
    }
    const pinned = await sandbox.cli(['outdated', '--json', '--exit-code'])
    expect(pinned.code).toBe(6)
    expect((pinned.json as Outdated).outdated).toEqual([{...news, allowed: null}])
    const manifest = join(sandbox.project, 'prosody-mods.json')
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"2026.7.20"', '">=2026.7.20"'))
    const ranged = await sandbox.cli(['outdated', '--json'])
    expect(ranged.code).toBe(0)
    expect((ranged.json as Outdated).outdated).toEqual([{...news, allowed: '2026.7.22'}])
    const {stdout} = await sandbox.cli(['outdated'])
    expect(stdout).toMatch(/community\/conversejs +2026\.7\.20 +2026\.7\.22 +2026\.7\.22/)
  })

  networkTest('takes a newer revision that did not touch the module for no news', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs@2026.7.22'])
    const {code, json} = await sandbox.cli(['outdated', '--json', '--exit-code'])
    expect(code).toBe(0)
    expect(json).toEqual({
      ...{outdated: [], gone: [], advisories: [], heldBack: [], report: null, notAsked: []},
      ...{checked: 1, total: {modules: 1, current: 1}},
    })
  })
})

describe('update', () => {
  networkTest('moves what a range admits, keeps the manifest, and says what it holds', async ({sandbox}) => {
    await project(sandbox, {modules: {'community/conversejs': '2026.7.20'}})
    await mustSucceed(sandbox, ['install'])
    await project(sandbox, {modules: {'community/conversejs': '>=2026.7.20'}})
    await mustSucceed(sandbox, ['install'])
    expect(await locked(sandbox)).toMatchObject({version: '2026.7.20'})
    const manifest = await readFile(join(sandbox.project, 'prosody-mods.json'))
    const tree = await readTree(sandbox.project)
    const dry = await sandbox.cli(['update', '--dry-run', '--json'])
    expect(dry.json).toMatchObject({updated: [{version: '2026.7.22', previous: '2026.7.20'}], dryRun: true})
    expect(await readTree(sandbox.project)).toEqual(tree)
    const {json} = await sandbox.cli(['update', 'conversejs', '--json'])
    expect(json).toMatchObject({
      updated: [
        {module: 'community/conversejs', version: '2026.7.22', revision: second, previous: '2026.7.20'},
      ],
      held: [],
      notAsked: [],
    })
    expect(await readFile(join(sandbox.project, 'prosody-mods.json'))).toEqual(manifest)
    const library = 'prosody-modules/community/mod_conversejs/util.lib.lua'
    expect(await readFile(join(sandbox.project, library), 'utf8')).toBe('return {2}\n')
    const {stdout} = await sandbox.cli(['update'])
    expect(stdout).toBe('nothing to update\n')
    await sandbox.cli(['verify']).then(({code}) => expect(code).toBe(0))
  })

  networkTest('holds an exact pin', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'conversejs@2026.7.20'])
    const tree = await readTree(sandbox.project)
    const {code, json} = await sandbox.cli(['update', '--json'])
    expect(code).toBe(0)
    expect(json).toMatchObject({
      updated: [],
      held: [{module: 'community/conversejs', current: '2026.7.20', latest: '2026.7.22'}],
    })
    expect(await readTree(sandbox.project)).toEqual(tree)
  })

  networkTest('of what is not there: 3', async ({sandbox}) => {
    await project(sandbox)
    await mustFail(sandbox, ['update', 'conversejs'], {exit: 3, code: 'NOT_INSTALLED'})
  })
})

networkTest('fetch fills the store, so that nothing is asked for later', async ({sandbox}) => {
  await project(sandbox)
  await mustSucceed(sandbox, ['add', 'conversejs'])
  const before = await readTree(sandbox.project)
  await rm(sandbox.store, {recursive: true})
  const {served} = await mustSucceed(sandbox, ['fetch'])
  expect(Object.values(served)).toEqual([3])
  expect(await readTree(sandbox.project)).toEqual(before)
  await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
  const report = await mustSucceed(sandbox, ['install', '--frozen', '--offline'])
  expect(report).toMatchObject({served: {}, fromStore: 3})
  expect(await readTree(sandbox.project)).toEqual(before)
})

describe('nothing is changed and the exit code tells why', () => {
  networkTest.for([
    [
      'a day without a changeset',
      'conversejs@2026.7.21',
      'nearest is 2026.7.20 before it, 2026.7.22 after it',
    ],
    ['a revision that is not there', 'conversejs@0123456789ab', 'expected one of 2026.7.22, 2026.7.20'],
    ['a range that nothing satisfies', 'conversejs@>2027', 'expected one of 2026.7.22, 2026.7.20'],
  ] as const)('%s: 3', async ([, spec, says], {sandbox}) => {
    await project(sandbox)
    const {message} = await mustFail(sandbox, ['add', spec], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
    expect(message).toContain(says)
  })

  networkTest('a module that is not there: 3', async ({sandbox}) => {
    await project(sandbox)
    await mustFail(sandbox, ['add', 'community/no_such_module'], {exit: 3, code: 'MODULE_UNKNOWN'})
  })

  networkTest('where first use is not trusted: 4', async ({sandbox}) => {
    await project(sandbox, {trust: 'registry'})
    await mustFail(sandbox, ['add', 'conversejs'], {exit: 4, code: 'DIGEST_UNKNOWN'})
  })

  networkTest('offline: 5', async ({sandbox}) => {
    await project(sandbox)
    const {message} = await mustFail(sandbox, ['add', 'conversejs', '--offline'], {
      exit: 5,
      code: 'OFFLINE_MISSING',
    })
    expect(message).toContain('revision default of https://hg.prosody.im/prosody-modules')
  })

  const log = JSON.stringify({node: '0'.repeat(40), changesets: [{node: 'short', date: [0, 0]}]})
  networkTest.for([
    ['a page', file('<!DOCTYPE html><title>Welcome</title>'), 'an HTML page'],
    ['half an answer', closeDelimited('{"changesets": [{"node": "'), 'changesets'],
    ['another document', file('{"changesets": {}}'), 'changesets'],
    ['a changeset without a node', file(log), 'changesets'],
    ['nothing', file(''), '""'],
  ] as const)('an answer that is %s: 5', async ([, answer, got], {sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im/prosody-modules': server.url}})
    server.on('*', answer)
    const {message} = await mustFail(sandbox, ['add', 'conversejs'], {exit: 5, code: 'UPSTREAM_GARBLED'})
    expect(message).toContain("expected hgweb's JSON log of changesets")
    expect(message).toContain(got)
  })

  networkTest('an answer that is cut off, three times: 5', async ({sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im/prosody-modules': server.url}})
    server.on('*', truncated('{"changesets": []}', 5))
    await mustFail(sandbox, ['add', 'conversejs'], {exit: 5, code: 'UNREACHABLE'})
    expect(server.requests).toHaveLength(3)
  })
})
