import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {mustFail, mustSucceed, networkTest as plainTest, writeManifest} from '../helpers/network.ts'
import {startNginx, type NginxOptions, type StaticServer} from '../helpers/nginx.ts'
import {startProxy} from '../helpers/proxy.ts'
import {newAuthority} from '../helpers/tls.ts'

const lua = 'module:log("info", "for members")\n'
const digest = createHash('sha256').update(lua).digest('hex')
const users = {alice: 'se cret'}
const basic = `Basic ${Buffer.from('alice:se cret').toString('base64')}`

type Start = (options?: NginxOptions) => Promise<StaticServer>

/** With nginx servers that end with the test; each serves the module. */
const networkTest = plainTest.extend<{start: Start}>({
  start: async ({}, use) => {
    const servers: StaticServer[] = []
    await use(async (options) => {
      const server = await startNginx(options)
      servers.push(server)
      await writeFile(join(server.folder, 'mod_members.lua'), lua)
      return server
    })
    for (const server of servers) await server.stop()
  },
})

describe.concurrent('a server that wants a password', {timeout: 120_000}, () => {
  networkTest('gives nothing without: 5', async ({sandbox, start}) => {
    const server = await start({users})
    const error = await mustFail(sandbox, ['add', spec(server)], {exit: 5, code: 'UNREACHABLE'})
    expect(error.message).toContain(
      `${server.host}: HTTP 401: netrc and PROSODY_MODS_CREDENTIALS have no credentials for this host`,
    )
    expect(error.hint).toContain('"prosody-mods help mirrors"')
  })

  networkTest('is given the one in netrc, and nobody repeats it', async ({sandbox, start}) => {
    const server = await start({users})
    const env = {NETRC: await netrc(sandbox, '127.0.0.1')}
    const output = await sandbox.cli(['add', spec(server)], {env})
    expect(output.code, output.stderr).toBe(0)
    expect(await server.requests()).toEqual([{path: '/mod_members.lua', authorization: basic}])
    const seen = [output.stdout, output.stderr, ...Object.values(await readTree(sandbox.project))].join('\n')
    expect(seen).toContain('for members')
    expect(seen).not.toMatch(/se.?cret|Authorization|YWxpY2U/i)
  })

  networkTest('is given the one in the environment, by host and port', async ({sandbox, start}) => {
    const [server, other] = [await start({users}), await start()]
    const env = {PROSODY_MODS_CREDENTIALS: `${server.host}=alice:se%20cret`}
    await mustSucceed(sandbox, ['add', spec(server)], env)
    expect(await server.requests()).toEqual([{path: '/mod_members.lua', authorization: basic}])
    await writeFile(join(other.folder, 'mod_open.lua'), lua)
    await mustSucceed(sandbox, ['add', `${other.url}/mod_open.lua`], env)
    expect(await other.requests()).toEqual([{path: '/mod_open.lua', authorization: '-'}])
  })

  networkTest('refuses a wrong one, and is not asked again and again: 5', async ({sandbox, start}) => {
    const server = await start({users})
    const env = {PROSODY_MODS_CREDENTIALS: '127.0.0.1=alice:guess'}
    const error = await mustFail(sandbox, ['add', spec(server)], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain(
      `${server.host}: HTTP 401 with the credentials of PROSODY_MODS_CREDENTIALS`,
    )
    expect(error.message).not.toContain('guess')
    expect(await server.requests()).toHaveLength(1)
  })

  networkTest('as a mirror of a publisher is asked with it', async ({sandbox, start}) => {
    const server = await start({users})
    await writeManifest(sandbox, {mirrors: {'https://example.invalid': server.url}})
    const env = {NETRC: await netrc(sandbox, '127.0.0.1')}
    await mustSucceed(sandbox, ['add', `https://example.invalid/mod_members.lua#sha256=${digest}`], env)
    expect(await server.requests()).toEqual([{path: '/mod_members.lua', authorization: basic}])
  })

  networkTest('can be no reason to believe an unreadable entry: 2', async ({sandbox, start}) => {
    const server = await start({users})
    const env = {PROSODY_MODS_CREDENTIALS: 'alice:se%20cret'}
    const error = await mustFail(sandbox, ['add', spec(server)], {exit: 2, code: 'CONFIG_INVALID', env})
    expect(error.message).not.toContain('cret')
    expect(await server.requests()).toEqual([])
  })
})

describe.concurrent('a redirect', {timeout: 120_000}, () => {
  networkTest('on the same host keeps the credentials', async ({sandbox, start}) => {
    const server = await start({users, directives: 'location /old { return 302 /mod_members.lua; }'})
    const env = {NETRC: await netrc(sandbox, '127.0.0.1')}
    await mustSucceed(sandbox, ['add', `${server.url}/old/mod_members.lua#sha256=${digest}`], env)
    expect((await server.requests()).map(({authorization}) => authorization)).toEqual([basic, basic])
  })

  networkTest('to another host takes none along, its own neither', async ({sandbox, start}) => {
    const away = await start()
    const server = await start({
      users,
      directives: `location /old { return 302 ${away.url}/mod_members.lua; }`,
    })
    // Without a port in netrc, the other one is the same machine: only where it was asked first counts.
    const env = {NETRC: await netrc(sandbox, '127.0.0.1')}
    await mustSucceed(sandbox, ['add', `${server.url}/old/mod_members.lua#sha256=${digest}`], env)
    expect((await server.requests()).map(({authorization}) => authorization)).toEqual([basic])
    expect(await away.requests()).toEqual([{path: '/mod_members.lua', authorization: '-'}])
  })

  networkTest('away and back comes without: 5', async ({sandbox, start}) => {
    const [away, server] = [await start(), await start({users})]
    const back = await start({directives: `location / { return 302 ${server.url}/mod_members.lua; }`})
    const env = {PROSODY_MODS_CREDENTIALS: `${server.host}=alice:se%20cret`}
    const error = await mustFail(sandbox, ['add', `${back.url}/mod_x.lua`], {
      exit: 5,
      code: 'UNREACHABLE',
      env,
    })
    expect(error.message).toContain('HTTP 401')
    expect(await server.requests()).toEqual([{path: '/mod_members.lua', authorization: '-'}])
    expect(await away.requests()).toEqual([])
  })
})

describe('GITHUB_TOKEN', () => {
  networkTest('goes to GitHub and to nobody whom it names', {timeout: 120_000}, async ({sandbox, start}) => {
    const authority = await newAuthority()
    const proxy = await startProxy()
    const tls = await authority.issue('DNS:raw.githubusercontent.com', 'DNS:objects.invalid')
    const objects = await start({tls})
    const raw = await start({
      tls,
      directives: 'location /acme/moved { return 302 https://objects.invalid/mod_members.lua; }',
    })
    proxy.tunnel('raw.githubusercontent.com:443', raw.host)
    proxy.tunnel('objects.invalid:443', objects.host)
    const env = {...proxy.env, PROSODY_MODS_CA_FILE: authority.file, GITHUB_TOKEN: 'ghs_secret'}
    const spec = `https://raw.githubusercontent.com/acme/moved/mod_other.lua#sha256=${digest}`
    await mustSucceed(sandbox, ['add', spec], env)
    const token = `Basic ${Buffer.from('x-access-token:ghs_secret').toString('base64')}`
    expect((await raw.requests()).map(({authorization}) => authorization)).toEqual([token])
    expect(await objects.requests()).toEqual([{path: '/mod_members.lua', authorization: '-'}])
    await proxy.close()
    await authority.remove()
  })
})

function spec(server: StaticServer): string {
  return `${server.url}/mod_members.lua#sha256=${digest}`
}

async function netrc({project}: Sandbox, machine: string): Promise<string> {
  const path = join(project, '../netrc')
  await writeFile(path, `machine ${machine}\n  login alice\n  password "se cret"\n`)
  return path
}
