import {hash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'vitest'
import {aptMirrors} from '../../src/sources/debian/mirrors.ts'
import {readTree, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {fetchBytes} from '../helpers/debs.ts'
import {networkTest} from '../helpers/network.ts'
import type {Exchange, TestServer} from '../helpers/server.ts'

/** The newest content of mod_muc_moderation that is known. */
const newest = '26da8e40c7c1afd9b0e2b0717e8296150a0552a74ac8926eb10feb97ed2ca408'
const module = 'prosody-modules/community/mod_muc_moderation/mod_muc_moderation.lua'

/** What the proxy does with a package: passes it on, says that it is gone, or turns one bit. */
type Treatment = (path: string, bytes: Buffer) => Buffer | undefined

/**
 * Makes the server a forward proxy that passes on requests for packages from this machine's Debian mirror and
 * refuses everything else, tunnels included. The command finds the mirror as on any machine, in apt's
 * configuration; only where that speaks https it is told to use http, which the proxy turns back.
 */
async function proxied(server: TestServer, treat: Treatment): Promise<Record<string, string>> {
  const {urls, reason} = await aptMirrors()
  const [mirror] = urls
  if (mirror === undefined) throw new Error(reason)
  server.on('*', (exchange) => void passOn(exchange, mirror, treat))
  const proxy = {http_proxy: server.url, https_proxy: server.url}
  return mirror.startsWith('http:') ? proxy : {...proxy, PROSODY_MODS_DEBIAN_MIRROR: plain(mirror)}
}

async function passOn({request, response}: Exchange, mirror: string, treat: Treatment): Promise<void> {
  const url = request.url ?? ''
  if (!url.startsWith(`${plain(mirror)}/pool/`)) {
    response.writeHead(403).end('this proxy leads to the Debian mirror only')
    return
  }
  const bytes = treat(url, await fetchBytes(mirror + url.slice(plain(mirror).length)))
  response.writeHead(bytes === undefined ? 404 : 200, {'content-length': bytes?.length ?? 0}).end(bytes)
}

function plain(mirror: string): string {
  return mirror.replace(/^https:/, 'http:')
}

function packagesAskedFor(server: TestServer): string[] {
  return server.requests.filter((target) => target.endsWith('.deb'))
}

async function addModeration(sandbox: Sandbox, env: Record<string, string>): Promise<CliOutput> {
  return sandbox.cli(['add', 'muc_moderation'], {env})
}

networkTest(
  'an empty store and a Debian mirror are enough: exactly one package is fetched',
  async ({sandbox, server}) => {
    const env = await proxied(server, (_path, bytes) => bytes)
    const {code, stdout, stderr} = await addModeration(sandbox, env)
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(hash('sha256', readFileSync(join(sandbox.project, module)), 'hex')).toBe(newest)
    expect(stdout).toMatch(/^added {3}community\/muc_moderation 2025\.6\.13 /)
    expect(stdout).toMatch(/^fetched 1 file from Debian package prosody-modules \S+ \(\S+\)$/m)
    expect(stdout).toMatch(/^ {2}hg\.prosody\.im: \S.*$/m)
    expect(packagesAskedFor(server)).toHaveLength(1)

    // Everything that the package holds is there now: other modules of it need no network.
    const again = await sandbox.cli(['add', 'http_oauth2', '--offline'], {env})
    expect({code: again.code, stderr: again.stderr}).toEqual({code: 0, stderr: ''})
    expect(packagesAskedFor(server)).toHaveLength(1)
  },
)

networkTest('one flipped bit in the package: exit code 4, nothing is written', async ({sandbox, server}) => {
  const env = await proxied(server, (_path, bytes) => {
    const flipped = Buffer.from(bytes)
    flipped[100_000] = (flipped[100_000] ?? 0) ^ 1
    return flipped
  })
  const before = await readTree(sandbox.project)
  const {code, stdout, stderr} = await addModeration(sandbox, env)
  expect({code, stdout}).toEqual({code: 4, stdout: ''})
  expect(stderr).toMatch(
    /digest mismatch\n {2}expected sha256:[0-9a-f]{64}\n {2}got {6}sha256:[0-9a-f]{64}\n {2}from {5}http/,
  )
  expect(packagesAskedFor(server)).toHaveLength(1)
  expect(await readTree(sandbox.project)).toEqual(before)
  expect(await readTree(sandbox.store)).toEqual({'v1/tmp': 'folder:'})
})

networkTest(
  'a package that has left the pool: the next one with the same bytes serves, and is named',
  async ({sandbox, server}) => {
    const env = await proxied(server, (path, bytes) => (path.includes('hg20260723') ? undefined : bytes))
    const {code, stdout, stderr} = await addModeration(sandbox, env)
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(hash('sha256', readFileSync(join(sandbox.project, module)), 'hex')).toBe(newest)
    expect(stdout).toMatch(/^fetched 1 file from Debian package prosody-modules 0\.0~hg20250402\./m)
    expect(stdout).toMatch(/^ {2}Debian package prosody-modules 0\.0~hg20260723\.\S+ \(\S+\): HTTP 404$/m)
  },
)
