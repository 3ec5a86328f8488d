import {createServer, type AddressInfo} from 'node:net'
import {describe, expect, it, onTestFinished} from 'vitest'
import {longestOf} from '../../../src/net/body.ts'
import {openHttp, type Http, type HttpRequest} from '../../../src/net/http.ts'
import {TransferError} from '../../../src/net/transfer-error.ts'
import {closeDelimited, endless, file, leftOpen, redirect, silent, status} from '../../helpers/answers.ts'
import {deafHost, freeHost} from '../../helpers/deaf-host.ts'
import {startServer, type Answer, type TestServer} from '../../helpers/server.ts'

describe('Http', () => {
  it('says of an answer where it came from, how long it is and whether a cut would be noticed', async () => {
    const {http, server} = await started()
    server.on('/known?token=secret', file('hello'))
    server.on('/chunked', ({response}) => {
      response.write('hel')
      response.end('lo')
    })
    server.on('/until-closed', closeDelimited('hello'))
    const known = await http.get(asked(`${server.url}/known?token=secret`))
    expect(known).toMatchObject({url: `${server.url}/known?…`, length: 5, delimited: true})
    expect(await textOf(known.body)).toBe('hello')
    const chunked = await http.get(asked(`${server.url}/chunked`))
    expect(chunked).toMatchObject({length: undefined, delimited: true})
    expect(await textOf(chunked.body)).toBe('hello')
    const closed = await http.get(asked(`${server.url}/until-closed`))
    expect(closed).toMatchObject({length: undefined, delimited: false})
    expect(await textOf(closed.body)).toBe('hello')
  })

  it('takes as many bytes as it may and not one more', async () => {
    const {http, server} = await started()
    server.on('/fits', ({response}) => {
      response.write('x'.repeat(1000))
      response.end('x'.repeat(24))
    })
    server.on('/more', ({response}) => {
      response.write('x'.repeat(1000))
      response.end('x'.repeat(25))
    })
    server.on('/endless', endless())
    expect(await textOf((await http.get(asked(`${server.url}/fits`))).body)).toHaveLength(1024)
    for (const path of ['/more', '/endless']) {
      const {body} = await http.get(asked(server.url + path))
      await expect(textOf(body)).rejects.toThrow('the answer is too long: it does not end, and at most 1024')
    }
  })

  it('asks in plain words, and gives no credentials away', async () => {
    const {http, server} = await started()
    const seen: Record<string, unknown>[] = []
    server.on('*', ({request, response}) => {
      seen.push(request.headers)
      if (request.url === '/to') response.end('hello')
      else response.writeHead(302, {location: `http://user:secret@${server.host}/to`}).end()
    })
    const {url, body} = await http.get(asked(`http://user:secret@${server.host}/from`))
    expect(await textOf(body)).toBe('hello')
    expect(url).toBe(`${server.url}/to`)
    const headers = {host: server.host, 'user-agent': 'prosody-mods', 'accept-encoding': 'identity'}
    expect(seen).toEqual([expect.objectContaining(headers), expect.objectContaining(headers)])
    expect(JSON.stringify(seen)).not.toMatch(/authorization|cookie/)
  })

  it('holds a dead end against the host that is dead, not against the one that led there', async () => {
    const {http, server} = await started()
    const dead = await freeHost()
    server.on('/away', redirect(`http://${dead}/x`))
    server.on('/here', file('hello'))
    await expect(http.get(asked(`${server.url}/away`))).rejects.toThrow(`connection refused by ${dead}`)
    const {body} = await http.get(asked(`${server.url}/here`))
    expect(await textOf(body)).toBe('hello')
    await expect(http.get(asked(`http://${dead}/y`))).rejects.toMatchObject({hostDead: true})
  })

  it('asks a dead host once, whoever asks', async () => {
    const {http} = await started()
    let connections = 0
    const refusing = createServer((socket) => {
      connections += 1
      socket.end('not TLS')
    })
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void refusing.close())
    const url = `https://127.0.0.1:${(refusing.address() as AddressInfo).port}/x`
    for (const patience of ['quick', 'patient', 'patient'] as const) {
      await expect(http.get(asked(url, {patience}))).rejects.toThrow('no TLS connection')
      http.nextRound()
    }
    expect(connections).toBe(1)
  })

  it('asks a slow host again in the next round only, and for the patient only', async () => {
    const {http, server} = await started({PROSODY_MODS_TIMEOUT: '1'})
    server.on('*', silent())
    const tries = [
      {patience: 'quick', round: 0, requests: 1},
      {patience: 'quick', round: 0, requests: 1},
      {patience: 'patient', round: 0, requests: 1},
      {patience: 'quick', round: 1, requests: 1},
      {patience: 'patient', round: 1, requests: 2},
      {patience: 'patient', round: 1, requests: 2},
    ] as const
    let round = 0
    for (const wanted of tries) {
      if (wanted.round > round) http.nextRound()
      round = wanted.round
      const refused = http.get(asked(`${server.url}/x`, wanted))
      await expect(refused).rejects.toMatchObject({message: 'no answer in time', retryable: true})
      expect(server.requests).toHaveLength(wanted.requests)
    }
  })

  it('counts what a server says as no fault of the host', async () => {
    const {http, server} = await started()
    server.on('/gone', status(404))
    server.on('/busy', status(503))
    for (const path of ['/gone', '/busy', '/gone']) {
      const refused = http.get(asked(server.url + path))
      await expect(refused).rejects.toMatchObject({hostDead: false, hostSlow: false})
    }
    expect(server.requests).toEqual(['/gone', '/busy', '/gone'])
  })

  it('is interrupted while it connects, waits or reads', async () => {
    const {http, server} = await started()
    const deaf = await deafHost()
    onTestFinished(() => deaf.close())
    server.on('/silent', silent())
    server.on('/endless', ({response}) => void response.write('hello'))
    const read = async (url: string, signal: AbortSignal): Promise<string> =>
      textOf((await http.get(asked(url, {signal}))).body)
    const urls = [`http://${deaf.host}/x`, `${server.url}/silent`, `${server.url}/endless`]
    const controller = new AbortController()
    // One that began before and is not interrupted is the last to end.
    const other = await started()
    const patient = new AbortController()
    let hasEnded = false
    const uninterrupted = other.http
      .get(asked(`http://${deaf.host}/x`, {signal: patient.signal}))
      .catch(() => (hasEnded = true))
    const all = urls.map((url) => read(url, controller.signal))
    setTimeout(() => controller.abort(new Error('enough')), 300)
    for (const one of await Promise.allSettled(all))
      expect(one).toMatchObject({status: 'rejected', reason: {message: 'enough'}})
    expect(hasEnded).toBe(false)
    patient.abort()
    await uninterrupted
  })

  it('throws nothing but TransferError for what goes wrong on the way', async () => {
    const {http, server} = await started()
    const error: unknown = await http.get(asked(`${server.url}/none`)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TransferError)
  })
})

describe('the time that a body may take', () => {
  const [second, megabyte] = [1000, 1024 * 1024]
  it.each([
    [
      'grows with its length',
      {length: megabyte, maxBytes: 512 * megabyte, silence: 30 * second},
      184 * second,
    ],
    [
      'is that of the bound where no length is known',
      {maxBytes: megabyte, silence: 30 * second},
      184 * second,
    ],
    ['is a little for the shortest', {length: 0, maxBytes: 1, silence: 30 * second}, 120 * second],
    ['is bounded for the longest', {maxBytes: 512 * megabyte, silence: 30 * second}, 3600 * second],
    ['grows with patience', {maxBytes: 512 * megabyte, silence: 60 * second}, 7200 * second],
  ])('%s', (_, bounds, longest) => {
    expect(longestOf(bounds)).toBe(longest)
  })
})

describe('Http leaves no connection behind', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, Answer>>, string])[] = [
    ['a redirect to itself', {'/x': leftOpen(302, {location: '/x'})}, 'redirect loop'],
    [
      'a redirect and a missing file',
      {'/x': leftOpen(302, {location: '/y'}), '/y': leftOpen(404)},
      'HTTP 404',
    ],
    [
      'redirects without end',
      {'*': (exchange) => leftOpen(302, {location: `${exchange.request.url ?? ''}x`})(exchange)},
      'more than 5 redirects',
    ],
    ['an endless redirect', {'/x': endless('', 302, {location: '/y'}), '/y': leftOpen(500)}, 'HTTP 500'],
    ['a redirect out of HTTP', {'/x': leftOpen(302, {location: 'file:///x'})}, 'refused redirect'],
    ['an encoding that nobody asked for', {'/x': leftOpen(200, {'content-encoding': 'br'})}, 'encoded as br'],
    ['a part', {'/x': leftOpen(206)}, 'HTTP 206'],
    ['nothing new', {'/x': leftOpen(304)}, 'HTTP 304'],
  ]
  it.each(cases)('after %s', async (_, answers, reason) => {
    const server = await startServer()
    onTestFinished(() => server.close())
    for (const [path, answer] of Object.entries(answers)) server.on(path, answer)
    const http = openHttp({})
    await expect(http.get(asked(`${server.url}/x`))).rejects.toThrow(reason)
    await http.close()
    await server.deserted()
  })

  it('of an answer that is not read, or not to its end', async () => {
    const {http, server} = await started()
    server.on('/x', leftOpen(200))
    const unread = await http.get(asked(`${server.url}/x`))
    unread.discard()
    await server.deserted()
    const begun = await http.get(asked(`${server.url}/x`))
    for await (const chunk of begun.body) if (chunk.length > 0) break
    await server.deserted()
  })

  it('through a proxy', async () => {
    const proxy = await startServer()
    onTestFinished(() => proxy.close())
    proxy.on('*', leftOpen(407))
    proxy.onConnect((_target, socket) => void socket.write('HTTP/1.1 502 No\r\n\r\nbegun'))
    const http = openHttp({http_proxy: proxy.url, https_proxy: proxy.url})
    for (const url of ['http://modules.invalid/x', 'https://modules.invalid/x'])
      await expect(http.get(asked(url))).rejects.toThrow('the proxy refused the connection')
    await http.close()
    await proxy.deserted()
  })
})

async function started(env: NodeJS.ProcessEnv = {}): Promise<{http: Http; server: TestServer}> {
  const server = await startServer()
  const http = openHttp(env)
  onTestFinished(async () => {
    await http.close()
    await server.close()
  })
  return {http, server}
}

function asked(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {url, patience: 'patient', signal: new AbortController().signal, maxBytes: 1024, ...more}
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
