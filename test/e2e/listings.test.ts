import {chmod, mkdir, readFile, readdir, rm, stat, utimes, writeFile} from 'node:fs/promises'
import type {OutgoingHttpHeaders} from 'node:http'
import {dirname, join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {file, redirect} from '../helpers/answers.ts'
import type {Sandbox} from '../helpers/cli.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {listingsOf, networkTestOf, writeManifest} from '../helpers/network.ts'
import {registryWithoutHistories} from '../helpers/known-releases.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'
import {startNginx, type StaticServer} from '../helpers/nginx.ts'
import type {Answer, Exchange} from '../helpers/server.ts'

// What its publisher is asked for is what the registry does not know.
let copy: PackageCopy
const networkTest = networkTestOf(() => copy.program)

beforeAll(async () => {
  copy = await copyPackage(registryWithoutHistories())
})

afterAll(() => copy.remove())

// What publishers say of versions is kept with its validators; the next run asks whether it is current.

interface Versions {
  readonly asked: boolean
  readonly reason: string | null
  readonly versions: readonly {readonly version: string; readonly from: string}[]
}

async function versions(sandbox: Sandbox, ...args: readonly string[]): Promise<Versions> {
  const output = await sandbox.cli(['versions', 'conversejs', '--json', ...args])
  expect(output.code, output.stdout + output.stderr).toBe(0)
  expect(output.stderr).toBe('')
  return output.json as Versions
}

async function listed(sandbox: Sandbox, ...args: readonly string[]): Promise<readonly string[]> {
  return (await versions(sandbox, ...args)).versions.map(({version}) => version)
}

/** However many questions it takes: there was one at least, and each got this answer. */
function expectEach(answers: readonly unknown[], expected: unknown): void {
  expect(answers.length).toBeGreaterThan(0)
  expect(answers).toEqual(answers.map(() => expected))
}

async function keptOf(sandbox: Sandbox): Promise<readonly string[]> {
  return Object.keys(await listingsOf(sandbox))
    .map((path) => join(sandbox.store, path))
    .toSorted()
}

async function from(sandbox: Sandbox, base: string): Promise<void> {
  await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im/prosody-modules': base}})
}

describe('hg serve', () => {
  let upstream: HgServer
  let committed = 0
  async function commit(text: string, at: string): Promise<void> {
    await upstream.commit({'mod_conversejs/mod_conversejs.lua': text}, at)
    committed = Date.now()
  }
  /**
   * hgweb's validator is a second; until it is over, nothing is kept. Where two changes might share one, Mercurial sets
   * the time of the second a second ahead.
   */
  async function settled(): Promise<void> {
    await setTimeout(Math.max(0, committed + 3_200 - Date.now()))
  }
  beforeAll(async () => {
    upstream = await startHg()
    await commit('return 1\n', '2026-07-20 10:00 +0000')
  })
  afterAll(() => upstream.close())

  async function statuses(work: () => Promise<unknown>): Promise<readonly number[]> {
    const before = (await upstream.statuses()).length
    await work()
    return (await upstream.statuses()).slice(before)
  }

  networkTest('says that nothing has changed, until something has', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    const first = await statuses(() => listed(sandbox))
    expectEach(first, 200)
    const before = await listingsOf(sandbox)
    expect(Object.keys(before)).toHaveLength(first.length)
    let again: readonly string[] = []
    expect(await statuses(async () => (again = await listed(sandbox)))).toEqual(first.map(() => 304))
    expect(again).toEqual(['2026.7.20'])
    expect(await listingsOf(sandbox)).toEqual(before)

    await commit('return 2\n', '2026-07-22 10:00 +0000')
    expectEach(await statuses(async () => (again = await listed(sandbox))), 200)
    expect(again).toEqual(['2026.7.22', '2026.7.20'])
    // Another commit may come within the same second, with the same ETag: test/unit/net/validators.test.ts.
    await commit('return 3\n', '2026-07-24 10:00 +0000')
    expect(await listed(sandbox)).toEqual(['2026.7.24', '2026.7.22', '2026.7.20'])
    await settled()
    // The last answers were kept if they took two seconds to come.
    await listed(sandbox)
    expectEach(await statuses(() => listed(sandbox)), 304)
  })

  networkTest('serves a whole install whose lists are current', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    const add = async (): Promise<void> => {
      const {code, stdout} = await sandbox.cli(['add', 'conversejs', '--json'])
      expect(code, stdout).toBe(0)
    }
    const archives = async (): Promise<number> =>
      (await upstream.requests()).filter((path) => path.startsWith('/archive/')).length
    const first = await statuses(add)
    expectEach(first, 200)
    const fetched = await archives()
    expect(fetched).toBe(1)
    const lock = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(join(sandbox.project, 'prosody-mods.lock.json'))
    await from(sandbox, upstream.url)
    // The archive is no listing, and what a whole node names never changes: nobody is asked for it again.
    expect(await statuses(add)).toEqual(first.slice(fetched).map(() => 304))
    expect(await archives()).toBe(fetched)
    expect(await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')).toBe(lock)
  })

  networkTest('is asked in full again when what was kept is damaged', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    const before = await listed(sandbox)
    const all = await keptOf(sandbox)
    expect(all.length).toBeGreaterThan(0)
    for (const kept of all) {
      const truth = await readFile(kept, 'utf8')
      const lie = truth.replace(/"date": \[\d+/, '"date": [1')
      expect(lie).not.toBe(truth)
      await writeFile(kept, lie)
      const answers = await statuses(async () => expect(await listed(sandbox)).toEqual(before))
      // That one alone.
      expect(answers.toSorted()).toEqual([200, ...all.slice(1).map(() => 304)])
      expectEach(await statuses(() => listed(sandbox)), 304)
    }
  })

  networkTest('offline, what was kept does not speak for it', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    await listed(sandbox)
    expect(await keptOf(sandbox)).not.toEqual([])
    let offline: Versions | undefined
    expect(await statuses(async () => (offline = await versions(sandbox, '--offline')))).toEqual([])
    expect(offline).toMatchObject({asked: false, reason: '--offline', versions: []})
    await from(sandbox, 'http://127.0.0.1:9')
    expect(await versions(sandbox)).toMatchObject({
      asked: false,
      reason: expect.stringContaining('connection refused') as string,
      versions: [],
    })
  })

  networkTest('is no concern of a store that can not be written', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    await mkdir(join(sandbox.store, 'v1'), {recursive: true})
    // Root may write everywhere, but not below a file.
    for (const name of ['listings', 'tmp']) await writeFile(join(sandbox.store, 'v1', name), '')
    await chmod(join(sandbox.store, 'v1'), 0o555)
    const before = await listed(sandbox)
    expect(before.length).toBeGreaterThan(0)
    expectEach(await statuses(async () => expect(await listed(sandbox)).toEqual(before)), 200)
    await chmod(join(sandbox.store, 'v1'), 0o755)
  })

  networkTest('is asked by several at once', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    const runs = await Promise.all(Array.from({length: 4}, () => listed(sandbox)))
    expect(new Set(runs.map((run) => run.join()))).toHaveLength(1)
    const kept = await keptOf(sandbox)
    expect(await readdir(join(sandbox.store, 'v1/tmp'))).toEqual([])
    const again = await statuses(() => listed(sandbox))
    expectEach(again, 304)
    expect(kept).toHaveLength(again.length)
  })

  networkTest('cache verify and cache prune know what is kept', async ({sandbox}) => {
    await from(sandbox, upstream.url)
    await settled()
    await listed(sandbox)
    const all = await keptOf(sandbox)
    const [kept = '', ...others] = all
    const checked = `0 files and ${all.length} publishers' answers checked`
    const verified = await sandbox.cli(['cache', 'verify'])
    expect(verified).toMatchObject({code: 0, stdout: `${checked}, none bad\n`})
    const old = new Date(Date.now() - 31 * 86_400_000)
    for (const path of all) await utimes(path, old, old)
    await listed(sandbox)
    for (const path of all) expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 60_000)
    expect(await sandbox.cli(['cache', 'prune'])).toMatchObject({
      code: 0,
      stdout: 'nothing to remove\n',
    })
    await utimes(kept, old, old)
    const pruned = await sandbox.cli(['cache', 'prune', '--json'])
    expect(pruned.json).toMatchObject({removed: 0, bytes: 0, listings: {removed: 1}})
    expect(await keptOf(sandbox)).toEqual(others)
    await listed(sandbox)
    expect(await keptOf(sandbox)).toEqual(all)
    await writeFile(kept, 'damaged')
    const damaged = await sandbox.cli(['cache', 'verify'])
    expect(damaged).toMatchObject({
      code: 4,
      stdout: `removed 1 damaged answer of a publisher\n${checked}, 1 bad\n`,
    })
    expect((await sandbox.cli(['cache', 'verify'])).code).toBe(0)
  })
})

const node = 'a'.repeat(40)
const log = JSON.stringify({entries: [{node, date: [1784541600, 0]}]})
const laterLog = log.replace('1784541600', '1784641600')
const main = {abspath: 'mod_conversejs/mod_conversejs.lua', basename: 'mod_conversejs.lua'}
const manifest = JSON.stringify({
  node,
  abspath: '/mod_conversejs',
  directories: [],
  files: [{...main, date: [0, 0], size: 10, flags: ''}],
})

describe('nginx', () => {
  let nginx: StaticServer
  beforeAll(async () => {
    nginx = await startNginx()
  })
  afterAll(() => nginx.stop())
  /** Long unchanged. */
  async function put(path: string, text: string): Promise<void> {
    const at = join(nginx.folder, path)
    await mkdir(dirname(at), {recursive: true})
    await writeFile(at, text)
    await utimes(at, 1_700_000_000, 1_700_000_000)
  }
  async function statuses(sandbox: Sandbox, version: string): Promise<readonly number[]> {
    const before = (await nginx.statuses()).length
    expect(await listed(sandbox)).toEqual([version])
    return (await nginx.statuses()).slice(before)
  }

  networkTest('says that nothing has changed, until something has', async ({sandbox}) => {
    await put('json-log', log)
    await put(`json-manifest/${node}/mod_conversejs`, manifest)
    await put(`json-filelog/${node}/${main.abspath}`, log)
    await from(sandbox, nginx.url)
    expectEach(await statuses(sandbox, '2026.7.20'), 200)
    expectEach(await statuses(sandbox, '2026.7.20'), 304)
    await writeFile(join(nginx.folder, 'json-log'), laterLog)
    const changed = await nginx.requests()
    const answers = await statuses(sandbox, '2026.7.21')
    const asked = (await nginx.requests()).slice(changed.length)
    expect(answers).toEqual(asked.map(({path}) => (path.startsWith('/json-log') ? 200 : 304)))
    expect(new Set(answers)).toEqual(new Set([200, 304]))
    await statuses(sandbox, '2026.7.21')
  })
})

describe('a server', () => {
  const etag = '"one"'
  const sent = (exchange: Exchange): unknown => exchange.request.headers['if-none-match']
  const hgweb =
    (changesets: string, headers: OutgoingHttpHeaders = {}): Answer =>
    (exchange) => {
      const isManifest = exchange.request.url?.startsWith('/json-manifest/') === true
      file(isManifest ? manifest : changesets, headers)(exchange)
    }

  networkTest(
    'is sent no credentials that were not given, and none are written',
    async ({sandbox, server}) => {
      server.on('*', (exchange) => {
        if (sent(exchange) === etag) exchange.response.writeHead(304).end()
        else hgweb(log, {etag})(exchange)
      })
      await from(sandbox, server.url)
      const env = {PROSODY_MODS_CREDENTIALS: '127.0.0.1=user:s3cret'}
      expect((await sandbox.cli(['versions', 'conversejs'], {env})).code).toBe(0)
      const seen: unknown[] = []
      server.on('*', (exchange) => {
        seen.push(sent(exchange))
        exchange.response.writeHead(304).end()
      })
      expect(await listed(sandbox)).toEqual(['2026.7.20'])
      expectEach(seen, etag)
      expect(JSON.stringify(await listingsOf(sandbox))).not.toMatch(/s3cret|dXNlcjpzM2NyZXQ/)
    },
  )

  networkTest('that redirects keeps its tags to itself', async ({sandbox, server, other}) => {
    const seen: unknown[] = []
    const answered = (exchange: Exchange): void => {
      seen.push(sent(exchange))
      hgweb(log, {etag})(exchange)
    }
    server.on('*', answered)
    await from(sandbox, server.url)
    await listed(sandbox)
    expect(await keptOf(sandbox)).toHaveLength(seen.length)
    server.on('*', (exchange) => redirect(`${other.url}${exchange.request.url ?? ''}`)(exchange))
    other.on('*', answered)
    expect(await listed(sandbox)).toEqual(['2026.7.20'])
    expectEach(seen, undefined)
    expect(other.requests).toHaveLength(seen.length / 2)
    // What came from elsewhere is not kept under this name.
    expect(await listingsOf(sandbox)).toEqual({})
  })

  networkTest('that gave a page once is not believed later that it is current', async ({sandbox, server}) => {
    server.on('*', file('<!doctype html><title>Sign in</title>', {etag}))
    await from(sandbox, server.url)
    expect((await sandbox.cli(['versions', 'conversejs'])).code).toBe(5)
    expect(await listingsOf(sandbox)).toEqual({})
    const seen: unknown[] = []
    server.on('*', (exchange) => {
      seen.push(sent(exchange))
      hgweb(log)(exchange)
    })
    expect(await listed(sandbox)).toEqual(['2026.7.20'])
    expectEach(seen, undefined)
  })

  networkTest('that calls another state current is asked again without', async ({sandbox, server}) => {
    server.on('*', hgweb(log, {etag}))
    await from(sandbox, server.url)
    await listed(sandbox)
    const seen = new Map<string | undefined, unknown[]>()
    server.on('*', (exchange) => {
      const {url} = exchange.request
      const ofUrl = [...(seen.get(url) ?? []), sent(exchange)]
      seen.set(url, ofUrl)
      if (ofUrl.length === 1) exchange.response.writeHead(304, {etag: '"two"'}).end()
      else hgweb(laterLog, {etag: '"two"'})(exchange)
    })
    expect(await listed(sandbox)).toEqual(['2026.7.21'])
    expectEach([...seen.values()], [etag, undefined])
  })

  networkTest.for([
    ['gives no tag any more', {}],
    ['forbids to store', {etag, 'cache-control': 'no-store'}],
  ] as const)('that %s is asked in full from then on', async ([, headers], {sandbox, server}) => {
    server.on('*', hgweb(log, {etag}))
    await from(sandbox, server.url)
    await listed(sandbox)
    expect(await keptOf(sandbox)).not.toEqual([])
    server.on('*', hgweb(log, headers))
    await listed(sandbox)
    expect(await listingsOf(sandbox)).toEqual({})
  })
})
