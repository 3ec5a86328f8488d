import {existsSync} from 'node:fs'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {beforeAll, describe, expect} from 'vitest'
import {closeDelimited, file, raw, reset, silent, stalled, status, truncated} from '../helpers/answers.ts'
import type {Sandbox} from '../helpers/cli.ts'
import {deafHost, freeHost} from '../helpers/deaf-host.ts'
import {knownDeb, type KnownDeb} from '../helpers/debs.ts'
import {mustFail, mustSucceed, networkTest, writeManifest} from '../helpers/network.ts'
import type {Answer, TestServer} from '../helpers/server.ts'

// The first location of a community module is Mercurial's raw file, the second Debian's package, the third its archive.
const spec = 'community/muc_moderation@2023.2.23'
const rawFile = '/prosody-modules/raw-file/556bf57d6417/mod_muc_moderation/mod_muc_moderation.lua'
const inside = 'mod_muc_moderation/mod_muc_moderation.lua'
const written = `prosody-modules/community/${inside}`

const env = {PROSODY_MODS_TIMEOUT: '1'}

let packaged: KnownDeb
let lua: Buffer
beforeAll(async () => {
  packaged = await knownDeb('2023.2.23')
  lua = await packaged.file(inside)
})

/** Makes `server` the Debian mirror of a project, with the real package; `first` is the base URL of Mercurial's. */
async function withLocations(sandbox: Sandbox, server: TestServer, first: string): Promise<void> {
  server.on(`/debian${packaged.target}`, file(packaged.bytes))
  await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im': first, debian: `${server.url}/debian`}})
}

function debianLabel({host}: TestServer, {deb}: KnownDeb = packaged): string {
  return `Debian package prosody-modules ${deb.version} (${host}/debian)`
}

interface Fault {
  readonly name: string
  readonly answer: () => Answer
  readonly cause: string | RegExp
}

const faults: readonly Fault[] = [
  {name: 'lacks the file', answer: () => status(404), cause: 'HTTP 404'},
  {name: 'has an error', answer: () => status(500), cause: 'HTTP 500'},
  {name: 'is busy', answer: () => status(429, {'retry-after': '60'}), cause: 'HTTP 429'},
  {name: 'says nothing', answer: silent, cause: 'no answer in time'},
  {name: 'stalls', answer: () => stalled(lua, 500), cause: 'the answer stalled'},
  {name: 'hangs up', answer: () => truncated(lua, 500), cause: 'was closed before the answer was complete'},
  {name: 'resets the connection', answer: () => reset(lua, 500), cause: /was (?:reset|closed)/},
  {name: 'speaks no HTTP', answer: () => raw('220 smtp\r\n'), cause: 'is not HTTP'},
  {
    name: 'cuts a body of unknown length off',
    answer: () => closeDelimited(lua.subarray(0, 500)),
    cause: 'the answer ended after 500 of 4871 bytes',
  },
  {
    name: 'gives far more than the file',
    answer: () => file(Buffer.alloc(2 * 1024 * 1024)),
    cause: 'too long: it has 2097152 bytes',
  },
]

describe.concurrent('when the first location', {timeout: 120_000}, () => {
  networkTest.for(faults)(
    '$name, the second serves',
    async ({answer, cause}, {sandbox, server, other: first}) => {
      first.on(rawFile, answer())
      await withLocations(sandbox, server, first.url)
      const {served, failures} = await mustSucceed(sandbox, ['add', spec], env)
      expect(served).toEqual({[debianLabel(server)]: 1})
      expect(failures).toEqual([
        {
          label: `hg.prosody.im (mirror ${first.host})`,
          reason: expect.stringMatching(cause) as string,
        },
      ])
      expect(first.requests).toEqual([rawFile])
      expect(server.requests).toEqual([`/debian${packaged.target}`])
      expect(await readFile(join(sandbox.project, written))).toEqual(lua)
    },
  )

  const deadHosts = [
    {
      name: 'does not listen',
      cause: 'connection refused',
      host: async () => ({host: await freeHost(), close: () => Promise.resolve()}),
    },
    {name: 'never accepts', cause: 'no connection in time', host: deafHost},
    {
      name: 'has no address',
      cause: 'nowhere.invalid',
      host: () => Promise.resolve({host: 'nowhere.invalid', close: () => Promise.resolve()}),
    },
  ]
  networkTest.for(deadHosts)(
    '$name, the second serves',
    async ({cause, host}, {sandbox, server, onTestFinished}) => {
      const first = await host()
      onTestFinished(() => first.close())
      await withLocations(sandbox, server, `http://${first.host}`)
      const {served, failures} = await mustSucceed(sandbox, ['add', spec], env)
      expect(served).toEqual({[debianLabel(server)]: 1})
      const label = `hg.prosody.im (mirror ${first.host})`
      expect(failures).toEqual([{label, reason: expect.stringContaining(cause) as string}])
      expect(await readFile(join(sandbox.project, written))).toEqual(lua)
    },
  )

  networkTest(
    'says nothing, it is not borne for long while there is another',
    async ({sandbox, server, other: first}) => {
      let isLeft = false
      first.on(rawFile, ({response}) => void response.on('close', () => (isLeft = true)))
      await withLocations(sandbox, server, first.url)
      // longer than the command is waited for here: as much as the only location would be given
      await mustSucceed(sandbox, ['add', spec], {PROSODY_MODS_TIMEOUT: '600'})
      expect(isLeft).toBe(true)
    },
  )

  networkTest(
    'says nothing, it is waited for once for three modules',
    async ({sandbox, server, other: first}) => {
      first.on('*', silent())
      await withLocations(sandbox, server, first.url)
      const others = ['community/atom@2023.2.23', 'community/broadcast@2023.2.23']
      const {served, failures} = await mustSucceed(sandbox, ['add', spec, ...others], env)
      expect(served).toEqual({[debianLabel(server)]: 3})
      expect(failures).toHaveLength(1)
      // All at once, and none of them again.
      expect(first.requests).toHaveLength(3)
      expect(server.requests).toHaveLength(1)
    },
  )

  networkTest('gives other bytes: 4, and nobody else is asked', async ({sandbox, server, other: first}) => {
    first.on(rawFile, file('module:log("info", "bye")\n'))
    await withLocations(sandbox, server, first.url)
    const error = await mustFail(sandbox, ['add', spec], {exit: 4, code: 'DIGEST_MISMATCH'})
    expect(error.message).toContain(`from     ${first.url}${rawFile}`)
    expect(error.details).toMatchObject({location: `${first.url}${rawFile}`})
    expect(server.requests).toEqual([])
  })

  networkTest(
    'gives its own variant of a file that Debian has patched, the second serves',
    async ({sandbox, server, other: first}) => {
      first.on('*', file('module:log("info", "the publisher has this")\n'))
      await withLocations(sandbox, server, first.url)
      const patched = await knownDeb('2026.7.23')
      server.on(`/debian${patched.target}`, file(patched.bytes))
      const {served, failures} = await mustSucceed(sandbox, ['add', 'community/auth_ha1@2026.7.23'])
      expect(served).toEqual({[debianLabel(server, patched)]: 1})
      expect(failures).toEqual([
        {
          label: `hg.prosody.im (mirror ${first.host})`,
          reason: expect.stringContaining('another variant of this file') as string,
        },
      ])
    },
  )
})

describe.concurrent('when no location serves: 5', {timeout: 120_000}, () => {
  networkTest('each is named with its cause', async ({sandbox, server, other: first}) => {
    first.on(rawFile, status(503))
    await withLocations(sandbox, server, first.url)
    server.on(`/debian${packaged.target}`, status(404))
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain(`\n  hg.prosody.im (mirror ${first.host}): HTTP 503`)
    expect(error.message).toContain(`\n  ${debianLabel(server)}: HTTP 404`)
    expect(error.message).toContain(`\n  hg.prosody.im (mirror ${first.host}): HTTP 404`)
    expect(first.requests.filter((path) => path === rawFile)).toHaveLength(3)
    expect(first.requests.filter((path) => path !== rawFile)).toEqual([
      '/prosody-modules/archive/556bf57d6417.tar.gz/mod_muc_moderation',
    ])
    expect(server.requests).toHaveLength(1)
  })

  networkTest('a package that is cut off is tried again', async ({sandbox, server}) => {
    await withLocations(sandbox, server, `http://${await freeHost()}`)
    server.on(`/debian${packaged.target}`, truncated(packaged.bytes, 300_000))
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain(`${debianLabel(server)}: the connection was closed before`)
    expect(server.requests).toHaveLength(3)
  })
})

describe('the mirrors of this machine', {timeout: 120_000}, () => {
  networkTest('are asked for only where the store lacks something', async ({sandbox, other: first}) => {
    first.on(rawFile, file(lua))
    await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im': first.url}})
    const {apt, wasAsked} = await markingApt(sandbox)
    await mustSucceed(sandbox, ['add', spec], {PATH: apt})
    expect(await wasAsked()).toBe(true)
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    const {fromStore} = await mustSucceed(sandbox, ['install', '--frozen'], {PATH: apt})
    expect(fromStore).toBe(1)
    expect(await wasAsked()).toBe(false)
    expect(await readFile(join(sandbox.project, written))).toEqual(lua)
  })
})

/** A PATH on which apt-get knows nothing and leaves a mark; `wasAsked` takes it away. */
async function markingApt(
  sandbox: Sandbox,
): Promise<{readonly apt: string; readonly wasAsked: () => Promise<boolean>}> {
  const apt = join(sandbox.project, '../bin')
  const mark = join(apt, 'asked')
  await mkdir(apt)
  await writeFile(join(apt, 'apt-get'), `#!/bin/sh\necho "$@" >'${mark}'\n`, {mode: 0o755})
  const wasAsked = async (): Promise<boolean> => {
    const asked = existsSync(mark)
    await rm(mark, {force: true})
    return asked
  }
  return {apt, wasAsked}
}
