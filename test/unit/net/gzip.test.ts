import {createHash} from 'node:crypto'
import {gzipSync} from 'node:zlib'
import {describe, expect, it, onTestFinished} from 'vitest'
import {openHttp, type Http, type HttpRequest} from '../../../src/net/http.ts'
import {dripping, file} from '../../helpers/answers.ts'
import {startServer, type Answer, type TestServer} from '../../helpers/server.ts'

const text = `module:log("info", "hello")\n${'-- a line of a comment\n'.repeat(500)}`
const packed = gzipSync(text)
const encoded = {'content-encoding': 'gzip'}

describe('a body that may be gzipped', () => {
  it('is asked for so, unpacked, and not said to be as long as it was on the wire', async () => {
    const {http, server} = await answering(file(packed, encoded))
    const answer = await http.get(asked(server))
    expect(answer).toMatchObject({length: undefined, delimited: true})
    expect(await textOf(answer.body)).toBe(text)
  })

  it('asks for gzip where that was said, and for plain bytes elsewhere', async () => {
    const seen: unknown[] = []
    const {http, server} = await answering((exchange) => {
      seen.push(exchange.request.headers['accept-encoding'])
      file('x')(exchange)
    })
    await textOf((await http.get(asked(server))).body)
    await textOf((await http.get(asked(server, {gzip: false}))).body)
    expect(seen).toEqual(['gzip', 'identity'])
  })

  it.each([
    ['a server that does not care', file(text), 11],
    ['one that says so', file(text, {'content-encoding': 'identity'}), 11],
  ])('comes plain from %s', async (_name, answer) => {
    const {http, server} = await answering(answer)
    const found = await http.get(asked(server))
    expect(found.length).toBe(text.length)
    expect(await textOf(found.body)).toBe(text)
  })

  it('may be of several members, spelled as it likes, and in many pieces', async () => {
    const members = Buffer.concat([gzipSync('one '), gzipSync('two')])
    const {http, server} = await answering(({response}) => {
      response.writeHead(200, {'content-encoding': 'GZip'})
      for (const byte of members) response.write(Buffer.of(byte))
      response.end()
    })
    expect(await textOf((await http.get(asked(server))).body)).toBe('one two')
  })

  it('is not taken where it was not asked for', async () => {
    const {http, server} = await answering(file(packed, encoded))
    await expect(http.get(asked(server, {gzip: false}))).rejects.toThrow('encoded as gzip, which was not')
  })

  it.each(['gzip, gzip', 'br', 'deflate', 'x-gzip', ''])('is not taken encoded as %j', async (encoding) => {
    const {http, server} = await answering(file(packed, {'content-encoding': encoding}))
    await expect(http.get(asked(server))).rejects.toThrow(`encoded as ${encoding}, which was not asked for`)
  })

  it('is unpacked once: of a double one, the inner one is what is given', async () => {
    const {http, server} = await answering(file(gzipSync(packed), encoded))
    expect(digest(await bytesOf((await http.get(asked(server))).body))).toBe(digest(packed))
  })
})

describe('a gzipped body that does not do', () => {
  const damaged = Buffer.from(packed)
  damaged.writeUInt8(damaged.readUInt8(30) ^ 0xff, 30)
  const wrongSum = Buffer.from(packed)
  wrongSum.writeUInt8(wrongSum.readUInt8(packed.length - 8) ^ 1, packed.length - 8)
  it.each([
    ['damaged', file(damaged, encoded), 'gzip is damaged'],
    ['of another sum', file(wrongSum, encoded), 'gzip is damaged'],
    ['none at all', file(text, encoded), 'gzip is damaged'],
    ['cut off', file(packed.subarray(0, -20), encoded), 'gzip was cut off'],
    ['cut off before its sum', file(packed.subarray(0, -8), encoded), 'gzip was cut off'],
    ['cut off within its head', file(packed.subarray(0, 5), encoded), 'gzip was cut off'],
  ])('is %s', async (_name, answer, reason) => {
    const {http, server} = await answering(answer)
    const {body} = await http.get(asked(server))
    await expect(textOf(body)).rejects.toMatchObject({
      name: 'TransferError',
      message: expect.stringContaining(reason) as string,
      retryable: true,
    })
  })

  it('grows past its bound, and is left at once with its connection', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024), {level: 9})
    let hungUp = false
    const {http, server} = await answering(({response}) => {
      response.on('close', () => (hungUp = !response.writableFinished))
      // It never ends, so only the client can end it.
      response.writeHead(200, encoded).write(bomb)
    })
    const {body} = await http.get(asked(server, {maxBytes: 1024 * 1024}))
    let bytes = 0
    const reading = (async () => {
      for await (const chunk of body) bytes += chunk.length
    })()
    await expect(reading).rejects.toThrow(
      'too long: it does not end when it is unpacked, and at most 1048576',
    )
    expect(bytes).toBeLessThanOrEqual(1024 * 1024)
    await expect.poll(() => hungUp).toBe(true)
  })

  it('never gives a byte however much of it comes', async () => {
    const empty = gzipSync('')
    const many = Buffer.concat(Array.from({length: 1000}, () => empty))
    const {http, server} = await answering(({response}) => {
      response.writeHead(200, encoded)
      const send = (): void => {
        while (!response.destroyed && response.write(many));
        if (!response.destroyed) response.once('drain', send)
      }
      send()
    })
    const {body} = await http.get(asked(server, {maxBytes: 1024 * 1024}))
    await expect(textOf(body)).rejects.toThrow('too long: it does not end, and at most 1048576')
  })

  it('has more on the wire than may be', async () => {
    const {http, server} = await answering(file(packed, encoded))
    await expect(http.get(asked(server, {maxBytes: 20}))).rejects.toThrow(
      `too long: it has ${packed.length} bytes`,
    )
  })

  it('drips', async () => {
    const {http, server} = await answering(
      (exchange) => {
        exchange.response.setHeader('content-encoding', 'gzip')
        dripping(packed)(exchange)
      },
      {PROSODY_MODS_TIMEOUT: '0.5'},
    )
    const {body} = await http.get(asked(server))
    // What it drips is no gzip either: whichever is found first ends it.
    await expect(textOf(body)).rejects.toThrow(/too slowly|gzip is damaged/)
  })
})

it('leaving early ends the transfer', async () => {
  let closed = false
  const {http, server} = await answering(({response}) => {
    response.on('close', () => (closed = true))
    response.writeHead(200, encoded).write(packed)
  })
  const {body} = await http.get(asked(server))
  for await (const chunk of body) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
  await expect.poll(() => closed).toBe(true)
})

async function answering(
  answer: Answer,
  env: NodeJS.ProcessEnv = {},
): Promise<{http: Http; server: TestServer}> {
  const [http, server] = [openHttp(env), await startServer()]
  onTestFinished(async () => {
    await http.close()
    await server.close()
  })
  server.on('*', answer)
  return {http, server}
}

function asked({url}: TestServer, more: Partial<HttpRequest> = {}): HttpRequest {
  const signal = new AbortController().signal
  return {url: `${url}/file`, patience: 'patient', signal, maxBytes: 1024 * 1024, gzip: true, ...more}
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  return (await bytesOf(body)).toString()
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
