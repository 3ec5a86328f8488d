import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {file, inTurn, silent, status, truncated} from '../helpers/answers.ts'
import {deafHost, freeHost} from '../helpers/deaf-host.ts'
import {mustFail, mustSucceed, networkTest as base} from '../helpers/network.ts'
import {startProxy, type TestProxy} from '../helpers/proxy.ts'
import {startServer, type TestServer} from '../helpers/server.ts'
import {newAuthority, type Authority} from '../helpers/tls.ts'

const lua = `module:log("info", "hello")\n${'-- a line of a comment\n'.repeat(50)}`
const digest = createHash('sha256').update(lua).digest('hex')
const target = '/mod_hello.lua'
const written = 'prosody-modules/hello/mod_hello/mod_hello.lua'

// Names that nobody can resolve: what is found under them came through the proxy.
const httpSpec = `http://modules.invalid${target}#sha256=${digest}`
const httpsSpec = `https://modules.invalid${target}#sha256=${digest}`
const short = {PROSODY_MODS_TIMEOUT: '1'}

const networkTest = base.extend<{proxy: TestProxy}>({
  proxy: async ({}, use) => {
    const proxy = await startProxy()
    await use(proxy)
    await proxy.close()
  },
})

let authority: Authority
/** modules.invalid, for those who are led there. */
let secure: TestServer
beforeAll(async () => {
  authority = await newAuthority()
  secure = await startServer(await authority.issue('DNS:modules.invalid'))
  secure.on(target, file(lua))
})
afterAll(async () => {
  await secure.close()
  await authority.remove()
})

describe.concurrent('a proxy', {timeout: 120_000}, () => {
  networkTest('is asked for http by whole URLs', async ({sandbox, proxy}) => {
    proxy.on(`http://modules.invalid${target}`, file(lua))
    const {served} = await mustSucceed(sandbox, ['add', httpSpec], proxy.env)
    expect(served).toEqual({'modules.invalid': 1})
    expect(proxy.requests).toEqual([`http://modules.invalid${target}`])
    expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
  })

  networkTest('is asked for tunnels for https', async ({sandbox, proxy}) => {
    proxy.tunnel('modules.invalid:443', secure.host)
    const env = {...proxy.env, PROSODY_MODS_CA_FILE: authority.file}
    const {served} = await mustSucceed(sandbox, ['add', httpsSpec], env)
    expect(served).toEqual({'modules.invalid': 1})
    expect(proxy.requests).toEqual(['CONNECT modules.invalid:443'])
    expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
  })

  networkTest('does not make a certificate good: 5', async ({sandbox, proxy}) => {
    proxy.tunnel('modules.invalid:443', secure.host)
    const error = await mustFail(sandbox, ['add', httpsSpec], {
      exit: 5,
      code: 'UNREACHABLE',
      env: {...proxy.env, PROSODY_MODS_CA_FILE: '', SSL_CERT_FILE: '', NODE_EXTRA_CA_CERTS: undefined},
    })
    expect(error.message).toContain('modules.invalid: the TLS certificate is not accepted')
  })

  networkTest('is passed by for the hosts of NO_PROXY', async ({sandbox, server, proxy}) => {
    server.on(target, file(lua))
    const env = {http_proxy: proxy.url, no_proxy: 'example.invalid,127.0.0.1'}
    await mustSucceed(sandbox, ['add', `${server.url}${target}#sha256=${digest}`], env)
    expect(server.requests).toEqual([target])
    expect(proxy.requests).toEqual([])
  })

  networkTest('may be named without a scheme, in upper case', async ({sandbox, proxy}) => {
    proxy.on(`http://modules.invalid${target}`, file(lua))
    await mustSucceed(sandbox, ['add', httpSpec], {HTTP_PROXY: proxy.host})
    expect(proxy.requests).toHaveLength(1)
  })

  networkTest('gets the credentials that its URL has', async ({sandbox, proxy}) => {
    const seen: (string | undefined)[] = []
    proxy.on('*', (exchange) => {
      seen.push(exchange.request.headers['proxy-authorization'])
      inTurn(status(502), file(lua))(exchange)
    })
    const env = {http_proxy: `http://user:pass%21@${proxy.host}`, no_proxy: ''}
    await mustSucceed(sandbox, ['add', httpSpec], env)
    const basic = `Basic ${Buffer.from('user:pass!').toString('base64')}`
    expect(seen).toEqual([basic, basic])
  })

  networkTest('that is no URL: 2, and the value is not repeated', async ({sandbox}) => {
    const env = {http_proxy: 'socks9://user:secret@proxy.invalid'}
    const error = await mustFail(sandbox, ['add', httpSpec], {exit: 2, code: 'CONFIG_INVALID', env})
    expect(error.message).toContain('http_proxy')
    expect(JSON.stringify(error)).not.toContain('secret')
  })
})

const specs = [
  {scheme: 'http', spec: httpSpec},
  {scheme: 'https', spec: httpsSpec},
] as const

describe.concurrent('a proxy that fails: 5', {timeout: 120_000}, () => {
  networkTest.for(specs)('does not listen ($scheme)', async ({spec}, {sandbox}) => {
    const host = await freeHost()
    const env = {http_proxy: `http://user:secret@${host}`, https_proxy: `http://user:secret@${host}`}
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain(`\n  modules.invalid: connection refused by ${host}`)
    expect(JSON.stringify(error)).not.toContain('secret')
  })

  networkTest.for(specs)('never accepts ($scheme)', async ({spec}, {sandbox, onTestFinished}) => {
    const deaf = await deafHost()
    onTestFinished(() => deaf.close())
    const env = {http_proxy: `http://${deaf.host}`, https_proxy: `http://${deaf.host}`, ...short}
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain('\n  modules.invalid: no connection in time')
  })

  networkTest('says nothing (http)', async ({sandbox, proxy}) => {
    proxy.on('*', silent())
    const env = {...proxy.env, ...short}
    const error = await mustFail(sandbox, ['add', httpSpec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain('\n  modules.invalid: no answer in time')
    expect(proxy.requests).toHaveLength(3)
  })

  networkTest('says nothing (https)', async ({sandbox, proxy}) => {
    proxy.onConnect(() => undefined)
    const env = {...proxy.env, ...short}
    const error = await mustFail(sandbox, ['add', httpsSpec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain('\n  modules.invalid: no answer in time')
  })

  networkTest('refuses (http)', async ({sandbox, proxy}) => {
    proxy.on('*', status(403))
    const error = await mustFail(sandbox, ['add', httpSpec], {exit: 5, code: 'UNREACHABLE', env: proxy.env})
    expect(error.message).toContain('\n  modules.invalid: HTTP 403')
    expect(proxy.requests).toHaveLength(1)
  })

  networkTest.for([403, 407, 502])('refuses a tunnel with %i', async (code, {sandbox, proxy}) => {
    proxy.onConnect((_target, socket) => void socket.end(`HTTP/1.1 ${code} No\r\nContent-Length: 0\r\n\r\n`))
    const error = await mustFail(sandbox, ['add', httpsSpec], {exit: 5, code: 'UNREACHABLE', env: proxy.env})
    expect(error.message).toContain(`\n  modules.invalid: the proxy refused the connection with HTTP ${code}`)
    expect(proxy.requests).toEqual(['CONNECT modules.invalid:443'])
  })

  networkTest('wants credentials (http)', async ({sandbox, proxy}) => {
    proxy.on('*', status(407, {'proxy-authenticate': 'Basic realm="proxy"'}))
    const error = await mustFail(sandbox, ['add', httpSpec], {exit: 5, code: 'UNREACHABLE', env: proxy.env})
    expect(error.message).toContain('modules.invalid: the proxy refused the connection with HTTP 407')
    expect(proxy.requests).toHaveLength(1)
  })

  networkTest('hangs up in the body (http)', async ({sandbox, proxy}) => {
    proxy.on('*', truncated(lua, 100))
    const error = await mustFail(sandbox, ['add', httpSpec], {exit: 5, code: 'UNREACHABLE', env: proxy.env})
    expect(error.message).toContain('was closed before the answer was complete')
    expect(proxy.requests).toHaveLength(3)
  })

  networkTest('hangs up on a tunnel', async ({sandbox, proxy}) => {
    proxy.onConnect((_target, socket) => void socket.end())
    const error = await mustFail(sandbox, ['add', httpsSpec], {exit: 5, code: 'UNREACHABLE', env: proxy.env})
    expect(error.message).toContain('\n  modules.invalid: the proxy hung up')
    expect(proxy.requests).toHaveLength(3)
  })
})
