import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {describe, expect, it, onTestFinished} from 'vitest'
import {sha256Of} from '../../../src/digest.ts'
import type {ProsodyModsError} from '../../../src/errors.ts'
import {FetchSession, type SessionOptions} from '../../../src/fetch/session.ts'
import {Store} from '../../../src/store/store.ts'
import type {Want} from '../../../src/fetch/types.ts'
import type {ArchiveLocation, FilesLocation, Location} from '../../../src/sources/types.ts'
import {file, inTurn, silent, status} from '../../helpers/answers.ts'
import {pack, tarOf} from '../../helpers/archive-bytes.ts'
import {folderLocation} from '../../helpers/folders.ts'
import {scratchFolder} from '../../helpers/scratch.ts'
import {startServer, type TestServer} from '../../helpers/server.ts'

const texts = Array.from({length: 20}, (_, number) => `return ${number}\n`)
const archive = pack('tar.gz', tarOf(texts.map((body, number) => ({path: `top/${number}.lua`, body}))))

describe('contents', () => {
  it('are read once for all modules of a folder, whatever becomes of it meanwhile', async () => {
    const {session} = await started()
    const folder = join(await scratchFolder(), 'modules')
    await mkdir(folder)
    await writeFile(join(folder, 'mod_a.lua'), 'return 1\n')
    const first = await session.contents('modules/a', [folderLocation(folder)])
    await writeFile(join(folder, 'mod_b.lua'), 'return 2\n')
    expect(await session.contents('modules/b', [folderLocation(folder)])).toBe(first)
    expect([...first.files.keys()]).toEqual(['mod_a.lua'])
  })

  it('are read once for all modules of an archive, and anew for another folder of it', async () => {
    const {session, server} = await started()
    server.on('/a.tar.gz', file(await archive))
    const [first, second] = [
      await session.contents('a', [tarball(server)]),
      await session.contents('b', [tarball(server)]),
    ]
    expect(second).toBe(first)
    expect(server.requests).toHaveLength(1)
    const other = await session.contents('c', [{...tarball(server), root: 'none'}])
    expect(other.files.size).toBe(0)
  })
})

describe('ensure', () => {
  it('fetches many files, six at once, without a word of Node.js', async () => {
    const {session, server} = await started()
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))
    let running = 0
    let most = 0
    let release = (): void => undefined
    const six = new Promise<void>((resolve) => (release = resolve))
    server.on('*', ({request, response}) => {
      most = Math.max(most, (running += 1))
      if (running === 6) release()
      // Nothing is answered before six have asked; a seventh would be seen in the time that is left then.
      void six
        .then(() => setTimeout(20))
        .then(() => {
          running -= 1
          response.end(texts[Number(/(\d+)\.lua$/.exec(request.url ?? '')?.[1])])
        })
    })
    await ensure(session, wants([files(server)]))
    expect(most).toBe(6)
    expect(warnings).toEqual([])
    expect(server.requests).toHaveLength(texts.length)
    for (const text of texts) expect(session.read(sha256Of(text))?.toString()).toBe(text)
    expect(session.report).toEqual({served: {[server.host]: texts.length}, failures: [], fromStore: 0})
  })

  it('asks nobody for what the store has, and counts it once', async () => {
    const {session, store, server} = await started()
    for (const text of texts) await store.put(Buffer.from(text))
    await ensure(session, wants([files(server)]))
    await ensure(session, wants([files(server)]))
    expect(server.connections()).toBe(0)
    expect(session.report).toEqual({served: {}, failures: [], fromStore: texts.length})
  })

  it('asks for the locations of what the store lacks, each digest once, and of nothing else', async () => {
    const {session, store, server} = await started()
    const all = wants([files(server)])
    for (const text of texts.slice(2)) await store.put(Buffer.from(text))
    for (const number of [0, 1]) server.on(`/${number}.lua`, file(texts[number] ?? ''))
    const asked: string[][] = []
    const locate = (lacking: readonly Want[]): Promise<readonly Want[]> => {
      asked.push(lacking.map(({name}) => name))
      return Promise.resolve(lacking)
    }
    await session.ensure([...all, ...all], locate)
    await session.ensure(all, locate)
    expect(asked).toEqual([['0.lua', '1.lua']])
  })

  it('tells of each file while others are on their way, and of those that were there', async () => {
    const {session, store, server} = await started()
    const [there, first, ...later] = wants([files(server)]).slice(0, 4)
    if (there === undefined || first === undefined) throw new Error('no wants')
    await store.put(Buffer.from(texts[0] ?? ''))
    const told: string[] = []
    let release = (): void => undefined
    const firstTold = new Promise<void>((resolve) => (release = resolve))
    server.on('*', ({request, response}) => {
      const number = Number(/(\d+)\.lua$/.exec(request.url ?? '')?.[1])
      void (number === 1 ? Promise.resolve() : firstTold).then(() => response.end(texts[number]))
    })
    const again = {...first, name: '1.lua of another module'}
    await session.ensure([there, first, again, ...later], wantsAsGiven, ({name}) => {
      told.push(name)
      if (name === '1.lua') release()
    })
    expect(told.slice(0, 2)).toEqual(['1.lua', again.name])
    expect(told.toSorted()).toEqual(['0.lua', '1.lua', again.name, '2.lua', '3.lua'].toSorted())
  })

  it('ends with what the one that is told throws', async () => {
    const {session, server} = await started()
    for (const [number, text] of texts.entries()) server.on(`/${number}.lua`, file(text))
    const refuse = (): never => {
      throw new Error('not valid')
    }
    await expect(session.ensure(wants([files(server)]), wantsAsGiven, refuse)).rejects.toThrow('not valid')
    expect(server.requests.length).toBeLessThan(texts.length)
  })

  it('fetches again what the store holds damaged', async () => {
    const {session, store, server} = await started()
    const [text = ''] = texts
    await store.put(Buffer.from(text))
    await writeFile(store.pathOf(sha256Of(text)), 'rotten')
    server.on('/0.lua', file(text))
    await ensure(session, wants([files(server)]).slice(0, 1))
    expect(session.read(sha256Of(text))?.toString()).toBe(text)
    expect(session.report.served).toEqual({[server.host]: 1})
  })

  it('waits for a silent host once and not for every file', async () => {
    const {session, server} = await started({PROSODY_MODS_TIMEOUT: '3'})
    const slow = await anotherServer()
    slow.on('*', silent())
    for (const [number, text] of texts.entries()) server.on(`/${number}.lua`, file(text))
    await ensure(session, wants([files(slow), files(server)]))
    expect(slow.requests.length).toBeLessThanOrEqual(6)
    expect(session.report).toMatchObject({
      served: {[server.host]: texts.length},
      failures: [{label: slow.host, reason: 'no answer in time'}],
    })
  })

  it('gives a silent host that is the only one three rounds, not three for every file', async () => {
    const {session, server} = await started({PROSODY_MODS_TIMEOUT: '1'})
    server.on('*', silent())
    const error = await failure(ensure(session, wants([files(server)])))
    expect(error.code).toBe('UNREACHABLE')
    expect(error.message).toMatch(/^no location gave 0\.lua, 1\.lua, .* and 15 more\n/)
    expect(server.requests.length).toBeGreaterThanOrEqual(3)
    expect(server.requests.length).toBeLessThanOrEqual(18)
  })

  it('is patient with a slow host where the quick one has nothing', async () => {
    // Quick means eight seconds unless less is borne altogether, so what tells them apart is the round.
    const {session, server} = await started({PROSODY_MODS_TIMEOUT: '3'})
    const [text = ''] = texts
    const slow = await anotherServer()
    slow.on('/0.lua', inTurn(silent(), file(text)))
    await ensure(session, wants([files(slow), files(server)]).slice(0, 1))
    expect(slow.requests).toHaveLength(2)
    expect(server.requests).toHaveLength(1)
    expect(session.report.served).toEqual({[slow.host]: 1})
  })

  it('asks once for an archive that is gone, however many files are wanted from it', async () => {
    const {session, server} = await started()
    const error = await failure(ensure(session, wants([tarball(server)])))
    expect(error.details['locations']).toEqual([{label: `tarball of ${server.host}`, reason: 'HTTP 404'}])
    expect(server.requests).toEqual(['/a.tar.gz'])
  })

  it('asks three times for an archive while the server has errors', async () => {
    const {session, server} = await started()
    server.on('/a.tar.gz', inTurn(status(500), status(502), file(await archive)))
    await ensure(session, wants([tarball(server)]))
    expect(server.requests).toHaveLength(3)
    expect(session.report.served).toEqual({[`tarball of ${server.host}`]: texts.length})
  })

  it('takes each file out of an archive once, whoever asks for more of it later', async () => {
    const {session, server} = await started()
    server.on('/a.tar.gz', file(await archive))
    const all = wants([tarball(server)])
    for (const part of [all.slice(0, 1), all.slice(1, 3), all.slice(0, 4)]) await ensure(session, part)
    expect(server.requests).toHaveLength(1)
    const {served, fromStore} = session.report
    expect({served, fromStore}).toEqual({served: {[`tarball of ${server.host}`]: 4}, fromStore: 0})
  })

  it('says what an archive does not hold', async () => {
    const {session, server} = await started()
    server.on('/a.tar.gz', file(await archive))
    const want = {...want1(99, 'return 99\n'), candidates: [{location: tarball(server), path: '99.lua'}]}
    const error = await failure(ensure(session, [want]))
    expect(error.message).toContain(`tarball of ${server.host}: it does not hold 99.lua`)
  })

  it('refuses an archive whose file is another one', async () => {
    const {session, store, server} = await started()
    server.on('/a.tar.gz', file(await archive))
    const want = {...want1(0, 'return 99\n'), candidates: [{location: tarball(server), path: '0.lua'}]}
    expect(await failure(ensure(session, [want]))).toMatchObject({code: 'DIGEST_MISMATCH'})
    expect(await store.list()).not.toContain(sha256Of(texts[0] ?? ''))
  })

  it('tries both of two locations that are called the same', async () => {
    const {session, server} = await started()
    const [text = ''] = texts
    const other = await anotherServer()
    other.on('/0.lua', file(text))
    const [first, second] = [
      {...files(server), label: 'twin'},
      {...files(other), label: 'twin'},
    ]
    await ensure(session, wants([first, second]).slice(0, 1))
    expect(session.report).toMatchObject({served: {twin: 1}, failures: [{label: 'twin', reason: 'HTTP 404'}]})
  })

  it('asks the mirror in place of the origin, and says so', async () => {
    const {session, server} = await started({}, {'https://origin.invalid/deep': '/mirror'})
    const [text = ''] = texts
    server.on('/mirror/0.lua', file(text))
    const location: FilesLocation = {
      type: 'files',
      label: 'origin.invalid',
      url: (path) => `https://origin.invalid/deep/${path}`,
    }
    await ensure(session, wants([location]).slice(0, 1))
    expect(session.report.served).toEqual({[`origin.invalid (mirror ${server.host})`]: 1})
  })

  it('passes a location by that says why it can not be used', async () => {
    const {session} = await started()
    const skipped = {type: 'skipped', label: 'a mirror', reason: 'none is configured'} as const
    const error = await failure(ensure(session, wants([skipped]).slice(0, 1)))
    expect(error.message).toBe('no location gave 0.lua\n  a mirror: none is configured')
  })

  it('offline asks nobody, and takes archives that the store has', async () => {
    const {session, store, server} = await started({}, {}, true)
    const bytes = await archive
    expect(await failure(ensure(session, wants([files(server), tarball(server)])))).toMatchObject({
      code: 'OFFLINE_MISSING',
      details: {missing: texts.map((_, number) => `${number}.lua`)},
    })
    await store.put(bytes)
    const kept = {...tarball(server), sha256: sha256Of(bytes)}
    await ensure(session, wants([files(server), kept]))
    expect(session.report.served).toEqual({[`${kept.label}, kept in the store`]: texts.length})
    expect(server.connections()).toBe(0)
  })
})

describe('contents', () => {
  it('hashes an archive without its one top folder', async () => {
    const {session, server} = await started()
    server.on('/a.tar.gz', file(await archive))
    const {files: found} = await session.contents('test', [tarball(server)])
    const [text = ''] = texts
    expect(found.size).toBe(texts.length)
    expect(found.get('0.lua')).toEqual({sha256: sha256Of(text), size: text.length})
  })

  it.each([
    ['/mod_x.lua', 'mod_x.lua'],
    ['/a/mod_%78.lua', 'mod_x.lua'],
    ['/..%2f..%2fmod_x.lua', '..%2f..%2fmod_x.lua'],
    ['/..%5cmod_x.lua', '..%5cmod_x.lua'],
    ['/mod_x%00.lua', 'mod_x%00.lua'],
    ['/mod_%zz.lua', 'mod_%zz.lua'],
  ])('calls a single file by the end of its URL: %s', async (target, name) => {
    const {session, server} = await started()
    const [text = ''] = texts
    server.on(target, file(text))
    const location: ArchiveLocation = {
      ...tarball(server),
      url: server.url + target,
      label: server.host,
      format: undefined,
    }
    const {files: found} = await session.contents('test', [location])
    expect([...found]).toEqual([[name, {sha256: sha256Of(text), size: text.length}]])
    // It was fetched in this run, so it is not counted as kept, and not fetched again.
    await ensure(session, [{...want1(0, text), candidates: [{location, path: name}]}])
    expect(session.report).toMatchObject({served: {[server.host]: 1}, fromStore: 0})
    expect(server.requests).toEqual([target])
  })

  it('goes on to the next location, and trusts no location of single files without digests', async () => {
    const {session, server} = await started()
    const other = await anotherServer()
    other.on('/a.tar.gz', file(await archive))
    const {files: found} = await session.contents('test', [tarball(server), tarball(other)])
    expect(found.size).toBe(texts.length)
    expect(session.report.failures).toEqual([{label: `tarball of ${server.host}`, reason: 'HTTP 404'}])
    const error = await failure(session.contents('test', [files(server)]))
    expect(error.code).toBe('DIGEST_UNKNOWN')
  })
})

describe('what another process prunes from the store', () => {
  it('stays to be had for a session that has found it', async () => {
    const {session, store, server} = await started()
    const kept = {...tarball(server), sha256: await store.put(await archive)}
    await session.contents('test', [kept])
    await new Store(store.folder).prune(0)
    await ensure(session, wants([kept]))
    await new Store(store.folder).prune(0)
    await ensure(session, wants([kept]))
    expect(session.read(sha256Of(texts[7] ?? ''))?.toString()).toBe(texts[7])
    expect(server.requests).toEqual([])
    expect(session.report.failures).toEqual([])
    await session.close()
    expect(await new Store(store.folder).list()).toEqual([])
    expect(existsSync(join(store.folder, 'held'))).toBe(false)
  })

  it('is fetched again where the store can hold nothing: an archive that was there', async () => {
    const {session, store, server} = await started()
    mkdirSync(store.folder)
    writeFileSync(join(store.folder, 'held'), '')
    const bytes = await archive
    server.on('/a.tar.gz', file(bytes))
    const kept = {...tarball(server), sha256: await store.put(bytes)}
    await session.contents('test', [kept])
    await store.prune(0)
    await ensure(session, wants([kept]))
    expect(session.read(sha256Of(texts[7] ?? ''))?.toString()).toBe(texts[7])
    expect(server.requests).toEqual(['/a.tar.gz'])
    expect(session.report).toEqual({
      served: {[kept.label]: texts.length},
      failures: [{label: kept.label, reason: 'another process has removed it from the store'}],
      fromStore: 0,
    })
  })

  it.each([
    {what: 'looked at', look: (session: FetchSession, at: Location) => session.contents('test', [at])},
    {what: 'wanted', look: (session: FetchSession, at: Location) => ensure(session, [singleWant(at)])},
  ])('or a single file that is $what stays to be had', async ({look}) => {
    const {session, store, server} = await started()
    const [text = ''] = texts
    server.on('/0.lua', file(text))
    const single = {...tarball(server), url: `${server.url}/0.lua`, format: undefined}
    const first = await session.contents('test', [single])
    await new Store(store.folder).prune(0)
    await look(session, single)
    expect(session.read(sha256Of(text))?.toString()).toBe(text)
    expect(await session.contents('test', [single])).toEqual(first)
    expect(server.requests).toEqual(['/0.lua'])
  })

  function singleWant(location: Location): Want {
    return {...want1(0, texts[0] ?? ''), candidates: [{location, path: '0.lua'}]}
  }
})

async function started(
  env: SessionOptions['env'] = {},
  mirrors: Readonly<Record<string, string>> = {},
  offline = false,
): Promise<{session: FetchSession; store: Store; server: TestServer}> {
  const server = await anotherServer()
  const store = new Store(join(await scratchFolder(), 'store'))
  const [[base, mirror] = ['', '']] = Object.entries(mirrors)
  const session = new FetchSession({
    ...{store, offline, env},
    signal: new AbortController().signal,
    onProgress: () => undefined,
    rewrite: (url) =>
      base !== '' && url.startsWith(base) ? server.url + mirror + url.slice(base.length) : url,
  })
  onTestFinished(() => session.close())
  return {session, store, server}
}

async function anotherServer(): Promise<TestServer> {
  const server = await startServer()
  onTestFinished(() => server.close())
  return server
}

function files({url, host}: TestServer): FilesLocation {
  return {type: 'files', label: host, url: (path) => `${url}/${path}`}
}

function tarball({url, host}: TestServer): ArchiveLocation {
  const place = {label: `tarball of ${host}`, url: `${url}/a.tar.gz`}
  return {type: 'archive', ...place, format: 'tar.gz', root: '', strip: 'single'}
}

/** Brings what is wanted into the store, where everyone knows the locations from the start. */
function ensure(session: FetchSession, all: readonly Want[]): Promise<void> {
  return session.ensure(all, wantsAsGiven)
}

function wantsAsGiven(lacking: readonly Want[]): Promise<readonly Want[]> {
  return Promise.resolve(lacking)
}

/** All the texts, each to be had at all of the locations. */
function wants(locations: readonly Location[]): Want[] {
  return texts.map((text, number) => ({
    ...want1(number, text),
    candidates: locations.map((location) => ({location, path: `${number}.lua`})),
  }))
}

function want1(number: number, text: string): Omit<Want, 'candidates'> {
  return {sha256: sha256Of(text), size: text.length, name: `${number}.lua`, knownVariant: false}
}

async function failure(work: Promise<unknown>): Promise<ProsodyModsError> {
  return work.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as ProsodyModsError,
  )
}
