import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {file, redirect} from '../helpers/answers.ts'
import {knownDeb} from '../helpers/debs.ts'
import {mustFail, mustSucceed, networkTest, writeManifest, type Env} from '../helpers/network.ts'
import {startServer, type TestServer} from '../helpers/server.ts'
import {newAuthority, type Authority} from '../helpers/tls.ts'

const lua = 'module:log("info", "hello")\n'
const digest = createHash('sha256').update(lua).digest('hex')
const target = '/mod_hello.lua'
const written = 'prosody-modules/hello/mod_hello/mod_hello.lua'

/** Nobody's certificates but Node's own. */
const plain: Env = {
  PROSODY_MODS_CA_FILE: undefined,
  SSL_CERT_FILE: undefined,
  NODE_EXTRA_CA_CERTS: undefined,
}

let authority: Authority
let secure: TestServer
/** Has a certificate for another name. */
let misnamed: TestServer
beforeAll(async () => {
  authority = await newAuthority()
  secure = await startServer(await authority.issue('IP:127.0.0.1'))
  misnamed = await startServer(await authority.issue('DNS:elsewhere.invalid'))
  for (const server of [secure, misnamed]) server.on(target, file(lua))
})
afterAll(async () => {
  await secure.close()
  await misnamed.close()
  await authority.remove()
})

describe.concurrent('a TLS server with a certificate of an own authority', {timeout: 120_000}, () => {
  networkTest.for(['PROSODY_MODS_CA_FILE', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])(
    'is believed with %s',
    async (variable, {sandbox}) => {
      const env = {...plain, [variable]: authority.file}
      const {served} = await mustSucceed(sandbox, ['add', `${secure.url}${target}#sha256=${digest}`], env)
      expect(served).toEqual({[secure.host]: 1})
      expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
    },
  )

  networkTest('is refused without: 5', async ({sandbox}) => {
    const spec = `${secure.url}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env: plain})
    expect(error.message).toMatch(
      new RegExp(`\\n {2}${secure.host}: the TLS certificate is not accepted: .*certificate.* \\([A-Z_]+\\)`),
    )
    expect(error.hint).toContain('PROSODY_MODS_CA_FILE')
  })

  networkTest('is refused under another name: 5', async ({sandbox}) => {
    const env = {...plain, PROSODY_MODS_CA_FILE: authority.file}
    const spec = `${misnamed.url}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain('the TLS certificate is not accepted')
    expect(error.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  networkTest('is not asked again once it was refused', async ({sandbox, server, onTestFinished}) => {
    const first = await startServer(await authority.issue('IP:127.0.0.1'))
    onTestFinished(() => first.close())
    const {target: path, bytes} = await knownDeb('2023.2.23')
    server.on(`/debian${path}`, file(bytes))
    await writeManifest(sandbox, {
      mirrors: {'https://hg.prosody.im': first.url, debian: `${server.url}/debian`},
    })
    const names = ['muc_moderation', 'atom', 'broadcast']
    const specs = names.map((name) => `community/${name}@2023.2.23`)
    const {failures} = await mustSucceed(sandbox, ['add', ...specs], plain)
    expect(failures).toHaveLength(1)
    // Each file was asked for at once, and none of them again.
    expect(first.connections()).toBe(names.length)
    expect(first.requests).toEqual([])
  })

  networkTest('is not believed for a file of certificates that is not there: 2', async ({sandbox}) => {
    const env = {...plain, PROSODY_MODS_CA_FILE: join(sandbox.project, 'none.pem')}
    const spec = `${secure.url}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 2, code: 'CONFIG_INVALID', env})
    expect(error.message).toContain('none.pem')
  })

  networkTest('is not believed for a file without certificates: 5', async ({sandbox}) => {
    const empty = join(sandbox.project, 'empty.pem')
    await writeFile(empty, '')
    const spec = `${secure.url}${target}#sha256=${digest}`
    const env = {...plain, PROSODY_MODS_CA_FILE: empty}
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain('the TLS certificate is not accepted')
  })
})

describe.concurrent('redirects', {timeout: 120_000}, () => {
  const trusting = (): Env => ({...plain, PROSODY_MODS_CA_FILE: authority.file})

  networkTest('from https to http are refused: 5', async ({sandbox, server}) => {
    server.on(target, file(lua))
    secure.on('/down', redirect(`${server.url}${target}`))
    const spec = `${secure.url}/down#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env: trusting()})
    expect(error.message).toContain(`${secure.host}: refused redirect from https:// to http://`)
    expect(server.connections()).toBe(0)
  })

  networkTest('from http to https are followed', async ({sandbox, server}) => {
    server.on(target, redirect(`${secure.url}${target}`, 308))
    const spec = `${server.url}${target}#sha256=${digest}`
    await mustSucceed(sandbox, ['add', spec], trusting())
    expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
  })

  networkTest('to another host are followed, relative ones too', async ({sandbox, server, other}) => {
    server.on(target, redirect(`${other.url}/first`))
    other.on('/first', redirect('second', 307))
    other.on('/second', redirect('/third', 301))
    other.on('/third', file(lua))
    await mustSucceed(sandbox, ['add', `${server.url}${target}#sha256=${digest}`])
    expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
    expect(other.requests).toEqual(['/first', '/second', '/third'])
  })
})

describe.concurrent('https', {timeout: 120_000}, () => {
  networkTest('to a server that speaks plain HTTP: 5', async ({sandbox, server}) => {
    const spec = `https://${server.host}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE'})
    expect(error.message).toContain(`${server.host}: no TLS connection: `)
  })
})
