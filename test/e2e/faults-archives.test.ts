import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {
  closeDelimited,
  cutInChunks,
  dripping,
  endless,
  file,
  inTurn,
  raw,
  redirect,
  reset,
  silent,
  status,
  truncated,
} from '../helpers/answers.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {mustFail, mustSucceed, networkTest, writeManifest} from '../helpers/network.ts'
import {peakReporter, takePeak} from '../helpers/peak-memory.ts'
import type {Answer, TestServer} from '../helpers/server.ts'

// The archive of a release that no registry knows is read as it comes, and the single files of one that is locked are
// asked for by its commit. The tags are sound.

const plugins = 'resources/prosody-plugins'
const alone = 'module:set_global()\n'
const lobby = `module:depends("muc")\n${'-- a line of a comment\n'.repeat(200)}`
const files = {[`${plugins}/mod_alone.lua`]: alone, [`${plugins}/mod_lobby.lua`]: lobby}

let forge: Forge
let commit = ''
let archive: Buffer
beforeAll(async () => {
  forge = await startForge()
  commit = await forge.commit('jitsi/jitsi-meet', files, ['stable/jitsi-meet_20001'])
  archive = await bytesAt(`/jitsi/jitsi-meet/archive/${commit}.tar.gz`)
})
afterAll(() => forge.close())

async function bytesAt(path: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(forge.server.url + path)).arrayBuffer())
}

/** Makes `server` all of GitHub, whose one tag is sound; gives the manifest's mirrors. */
function tagsOf(server: TestServer): Readonly<Record<string, string>> {
  const line = `${commit} refs/tags/stable/jitsi-meet_20001\n`
  const length = (line.length + 4).toString(16).padStart(4, '0')
  server.on('/jitsi/jitsi-meet.git/git-upload-pack', file(`${length}${line}0000`))
  return {'https://github.com': server.url, 'https://raw.githubusercontent.com': server.url}
}

const env = {PROSODY_MODS_TIMEOUT: '2'}

interface Fault {
  readonly name: string
  readonly answer: () => Answer
  readonly exit: 4 | 5
  readonly code: string
  readonly cause: string | RegExp
  /** How often the archive is asked for; once unless something else is said. */
  readonly requests?: number
}

const again = {exit: 5, code: 'UNREACHABLE', requests: 3} as const
const final = {exit: 5, code: 'UNREACHABLE'} as const
const corrupt = {exit: 4, code: 'ARCHIVE_CORRUPT'} as const

const faults: readonly Fault[] = [
  {name: 'drips', answer: () => dripping(archive), cause: 'incorrect header', ...corrupt},
  {name: 'never comes', answer: silent, cause: 'no answer in time', ...again},
  {name: 'ends at once', answer: () => raw(''), cause: 'was closed', ...again},
  {name: 'is cut off', answer: () => truncated(archive, 300), cause: 'was closed', ...again},
  {name: 'is cut off in a chunk', answer: () => cutInChunks(archive, 300), cause: 'was closed', ...again},
  {name: 'is reset', answer: () => reset(archive, 300), cause: /was (?:reset|closed)/, ...again},
  {
    name: 'is said to be longer than anything',
    answer: () => raw('HTTP/1.1 200 OK\r\nContent-Length: 90000000000\r\n\r\n'),
    cause: 'too long: it has 90000000000 bytes',
    ...final,
  },
  {
    name: 'is gzipped once more, which was not asked for',
    answer: () => file(gzipSync(archive), {'content-encoding': 'gzip'}),
    cause: 'encoded as gzip',
    ...final,
  },
  {name: 'is not there', answer: () => status(404), cause: 'HTTP 404', ...final},
  {name: 'has not changed', answer: () => raw('HTTP/1.1 304 No\r\n\r\n'), cause: 'HTTP 304', ...final},
  {name: 'is trouble that stays', answer: () => status(502), cause: 'HTTP 502', ...again},
  {
    name: 'leads to itself',
    answer: () => (exchange) => redirect(exchange.request.url ?? '')(exchange),
    cause: 'redirect loop',
    ...final,
  },
  {
    name: 'ends with the connection, too early',
    answer: () => closeDelimited(archive.subarray(0, 300)),
    cause: 'whole gzip data',
    ...corrupt,
  },
  {name: 'is empty', answer: () => file(''), cause: /expected/, ...corrupt},
  {name: 'is a page', answer: () => file('<!doctype html><p>Sign in'), cause: 'incorrect header', ...corrupt},
  {name: 'is damaged', answer: () => file(flipped(archive)), cause: /damaged archive/, ...corrupt},
  {name: 'is gzip of no archive', answer: () => file(gzipSync('x'.repeat(5000))), cause: /tar/, ...corrupt},
  {name: 'has no end', answer: () => endless(), cause: 'incorrect header', ...corrupt},
]

describe.concurrent('an archive that', {timeout: 120_000}, () => {
  networkTest.for(faults)('$name: $exit', async (fault, {sandbox, server}) => {
    const mirrors = tagsOf(server)
    await writeManifest(sandbox, {mirrors})
    server.on('*', fault.answer())
    const {exit, code} = fault
    // A sound beginning may have brought whole files.
    const error = await mustFail(sandbox, ['add', 'jitsi@20001'], {exit, code, env, mayKeep: true})
    expect(error.message).toMatch(fault.cause)
    expect(server.requests.filter((path) => path.includes('/archive/'))).toHaveLength(fault.requests ?? 1)
  })

  networkTest('is of another commit: 4', async ({sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: tagsOf(server)})
    server.on('*', file(await changedArchive()))
    const expected = {exit: 4, code: 'ARCHIVE_OTHER_COMMIT', env}
    const {message, details} = await mustFail(sandbox, ['add', 'jitsi@20001'], expected)
    expect(message).toMatch(/github\.com.*: archive of another commit\n {2}expected commit [0-9a-f]{40}\n/)
    expect(details).toMatchObject({expected: `commit ${commit}`})
    expect(details['got']).not.toBe(`commit ${commit}`)
  })

  networkTest('does not say of which commit it is, is taken', async ({sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: tagsOf(server)})
    server.on('*', file(gzipSync(gunzipSync(archive).subarray(1024))))
    await mustSucceed(sandbox, ['add', 'jitsi@20001'], env)
  })

  networkTest('comes after trouble is taken', async ({sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: tagsOf(server)})
    server.on('*', inTurn(truncated(archive, 300), status(503), file(archive)))
    await mustSucceed(sandbox, ['add', 'jitsi@20001'], env)
  })

  networkTest('unpacks without end: 4, in bounded memory', async ({sandbox, server}) => {
    await writeManifest(sandbox, {mirrors: tagsOf(server)})
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    server.on('*', ({response}) => {
      response.writeHead(200)
      const send = (): void => {
        while (!response.destroyed && response.write(bomb));
        if (!response.destroyed) response.once('drain', send)
      }
      send()
    })
    const peak = join(sandbox.store, '../peak')
    const reported = {NODE_OPTIONS: `--import=${peakReporter}`, PEAK_MEMORY_FILE: peak}
    const {code, stderr} = await sandbox.cli(['add', 'jitsi@20001'], {env: {...env, ...reported}})
    expect(code, stderr).toBe(4)
    expect(stderr).toMatch(/error\[[A-Z_]+\]: .*github\.com/)
    expect(await takePeak(peak)).toBeLessThan(200 * 1024 * 1024)
  })
})

describe.concurrent('a single file of a locked release that', {timeout: 120_000}, () => {
  const path = (): string => `/jitsi/jitsi-meet/${commit}/${plugins}/mod_alone.lua`
  const cases = [
    ['is another file: 4', () => file(lobby), 4, 'DIGEST_MISMATCH'],
    ['is gzipped and another file: 4', () => file(gzipSync('x'), gzip), 4, 'DIGEST_MISMATCH'],
    ['is gzipped twice: 4', () => file(gzipSync(gzipSync(alone)), gzip), 4, 'DIGEST_MISMATCH'],
    ['is said to be gzipped: 5', () => file(alone, gzip), 5, 'UNREACHABLE'],
    ['is gzipped and cut off: 5', () => file(gzipSync(alone).subarray(0, -9), gzip), 5, 'UNREACHABLE'],
    ['is a bomb: 5', () => file(gzipSync(Buffer.alloc(64 * 1024 * 1024)), gzip), 5, 'UNREACHABLE'],
    ['is compressed otherwise: 5', () => file(alone, {'content-encoding': 'br'}), 5, 'UNREACHABLE'],
  ] as const
  networkTest.for(cases)('%s', async ([, answer, exit, code], {sandbox, server}) => {
    const mirrors = tagsOf(server)
    await writeManifest(sandbox, {mirrors})
    server.on('*', file(archive))
    await mustSucceed(sandbox, ['add', 'jitsi/alone@20001'], env)
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    server.on('*', status(404))
    server.on(path(), answer())
    await mustFail(sandbox, ['install'], {exit, code, env})
    server.on(path(), file(gzipSync(alone), gzip))
    const {served} = await mustSucceed(sandbox, ['install'], env)
    expect(Object.values(served)).toEqual([1])
  })

  networkTest('comes only within an archive of another commit: 4', async ({sandbox, server}) => {
    const mirrors = tagsOf(server)
    await writeManifest(sandbox, {mirrors})
    server.on('*', file(archive))
    await mustSucceed(sandbox, ['add', 'jitsi/lobby@20001'], env)
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    server.on('*', status(404))
    server.on(`/jitsi/jitsi-meet/archive/${commit}.tar.gz`, file(await changedArchive()))
    // The archive itself is what it is, and kept.
    await mustFail(sandbox, ['install'], {exit: 4, code: 'ARCHIVE_OTHER_COMMIT', env, mayKeep: true})
    const silentAbout = gzipSync(gunzipSync(await changedArchive()).subarray(1024))
    server.on(`/jitsi/jitsi-meet/archive/${commit}.tar.gz`, file(silentAbout))
    await mustFail(sandbox, ['install'], {exit: 4, code: 'DIGEST_MISMATCH', env, mayKeep: true})
    server.on(`/jitsi/jitsi-meet/archive/${commit}.tar.gz`, file(archive))
    await mustSucceed(sandbox, ['install'], env)
  })
})

const gzip = {'content-encoding': 'gzip'}

async function changedArchive(): Promise<Buffer> {
  const changed = await startForge()
  const revision = await changed.commit('jitsi/jitsi-meet', {
    ...files,
    [`${plugins}/mod_lobby.lua`]: 'os.exit()\n',
  })
  const answer = await fetch(`${changed.server.url}/jitsi/jitsi-meet/archive/${revision}.tar.gz`)
  const bytes = Buffer.from(await answer.arrayBuffer())
  await changed.close()
  return bytes
}

function flipped(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes)
  const at = Math.floor(bytes.length / 2)
  damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at)
  return damaged
}
