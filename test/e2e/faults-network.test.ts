import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import {
  closeDelimited,
  cutInChunks,
  dripping,
  endless,
  file,
  inTurn,
  leftOpen,
  raw,
  redirect,
  reset,
  silent,
  stalled,
  status,
  truncated,
} from '../helpers/answers.ts'
import {deafHost, freeHost} from '../helpers/deaf-host.ts'
import {mustFail, mustSucceed, networkTest} from '../helpers/network.ts'
import type {Answer} from '../helpers/server.ts'

const lua = `module:log("info", "hello")\n${'-- a line of a comment\n'.repeat(500)}`
const digest = createHash('sha256').update(lua).digest('hex')
const target = '/mod_hello.lua'
const written = 'prosody-modules/hello/mod_hello/mod_hello.lua'

/** Silence is borne for short, where a test waits for its end. */
const short = {PROSODY_MODS_TIMEOUT: '2'}

/** An answer that does not do, of the only location that there is. */
interface Fault {
  readonly name: string
  readonly answer: Answer
  /** What the message says of the location. */
  readonly cause: string | RegExp
  /** Whether the command has to wait until its patience ends. */
  readonly waits?: true
  /** Requests in all: one for a fault that stays, three for one that may pass. */
  readonly requests: number
}

const unreachable: readonly Fault[] = [
  {name: 'a missing file', answer: status(404), cause: 'HTTP 404', requests: 1},
  {name: 'a forbidden file', answer: status(403), cause: 'HTTP 403', requests: 1},
  {name: 'a part of a file', answer: status(206), cause: 'HTTP 206', requests: 1},
  {name: 'a server error that stays', answer: status(500), cause: 'HTTP 500', requests: 3},
  {name: 'a body that is cut off', answer: truncated(lua, 500), cause: 'was closed before', requests: 3},
  {name: 'a chunked body that is cut off', answer: cutInChunks(lua, 500), cause: 'was closed', requests: 3},
  {name: 'a reset in the body', answer: reset(lua, 500), cause: /was (?:reset|closed)/, requests: 3},
  {
    name: 'a body that stalls',
    answer: stalled(lua, 500),
    cause: 'the answer stalled',
    requests: 3,
    waits: true,
  },
  {name: 'a body that drips', answer: dripping(lua), cause: 'comes too slowly', requests: 3, waits: true},
  {
    name: 'a body that drips a little faster',
    answer: dripping(Buffer.alloc(96 * 1024, '-'), '-'.repeat(400)),
    cause: 'comes too slowly: it has not ended after',
    requests: 1,
    waits: true,
  },
  {name: 'headers that never come', answer: silent(), cause: 'no answer in time', requests: 3, waits: true},
  {name: 'a connection that ends at once', answer: raw(''), cause: 'was closed before', requests: 3},
  {name: 'a body without end', answer: endless(), cause: 'too long: it does not end', requests: 1},
  {
    name: 'a length beyond all bounds',
    answer: ({response}) => void response.writeHead(200, {'content-length': 9e9}).write('-'),
    cause: 'too long: it has 9000000000 bytes',
    requests: 1,
  },
  {
    name: 'an encoding that nobody asked for',
    answer: file(lua, {'content-encoding': 'gzip'}),
    cause: 'encoded as gzip',
    requests: 1,
  },
  {
    name: 'huge headers',
    answer: raw(`HTTP/1.1 200 OK\r\nX-Much: ${'x'.repeat(64 * 1024)}\r\n\r\n`),
    cause: 'headers are too large',
    requests: 1,
  },
  {name: 'what is not HTTP', answer: raw('SSH-2.0-OpenSSH\r\n'), cause: 'is not HTTP', requests: 1},
  {name: 'a redirect to nowhere', answer: status(302), cause: 'without a usable Location', requests: 1},
  {name: 'a redirect to itself', answer: redirect(target), cause: 'redirect loop', requests: 1},
  {name: 'a missing file, left open', answer: leftOpen(404), cause: 'HTTP 404', requests: 1},
  {name: 'a server error, left open', answer: leftOpen(500), cause: 'HTTP 500', requests: 3},
  {
    name: 'a redirect to itself, left open',
    answer: leftOpen(302, {location: target}),
    cause: 'redirect loop',
    requests: 1,
  },
  {
    name: 'a redirect to nothing, left open',
    answer: inTurn(leftOpen(302, {location: `${target}?`}), leftOpen(404)),
    cause: 'HTTP 404',
    requests: 2,
  },
  {
    name: 'an endless redirect to nothing',
    answer: endless('', 302, {location: '/nothing'}),
    cause: 'HTTP 404',
    requests: 2,
  },
  {
    name: 'a redirect out of HTTP',
    answer: redirect('file:///etc/hostname'),
    cause: 'refused redirect from http:// to file://',
    requests: 1,
  },
]

describe.concurrent('the only location answers with', {timeout: 120_000}, () => {
  networkTest.for(unreachable)('$name: 5', async (fault, {sandbox, server}) => {
    server.on(target, fault.answer)
    const spec = `${server.url}${target}#sha256=${digest}`
    const env = fault.waits === true ? short : {}
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env})
    expect(error.message).toContain(`\n  ${server.host}: `)
    expect(error.message).toMatch(fault.cause)
    const {locations} = error.details as {locations: readonly {readonly label: string}[]}
    expect(new Set(locations.map(({label}) => label))).toEqual(new Set([server.host]))
    expect(server.requests).toHaveLength(fault.requests)
    await succeedsWithoutFault(server, sandbox)
  })

  const wrong: readonly (Omit<Fault, 'requests' | 'cause'> & {readonly hint: RegExp})[] = [
    {name: 'other bytes', answer: file('module:log("info", "bye")\n'), hint: /not the ones/},
    {name: 'more bytes', answer: file(`${lua} `), hint: /not the ones/},
    {name: 'nothing', answer: file(''), hint: /not the ones/},
    {name: 'an error page with status 200', answer: file(page()), hint: /HTML page/},
    {
      name: 'a body of unknown length that is cut off',
      answer: closeDelimited(lua.slice(0, 500)),
      hint: /may have been cut off/,
    },
  ]
  networkTest.for(wrong)('$name: 4', async ({answer, hint}, {sandbox, server}) => {
    server.on(target, answer)
    const spec = `${server.url}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 4, code: 'DIGEST_MISMATCH'})
    expect(error.message).toContain(`expected sha256:${digest}`)
    expect(error.message).toMatch(/got {6}sha256:[0-9a-f]{64}/)
    expect(error.message).toContain(`from     ${server.url}${target}`)
    expect(error.hint).toMatch(hint)
    expect(server.requests).toHaveLength(1)
    await succeedsWithoutFault(server, sandbox)
  })
})

describe.concurrent('the only location', {timeout: 120_000}, () => {
  networkTest('is tried again after server errors', async ({sandbox, server}) => {
    server.on(target, inTurn(status(500), status(503), file(lua)))
    const {served} = await mustSucceed(sandbox, ['add', `${server.url}${target}#sha256=${digest}`])
    expect(served).toEqual({[server.host]: 1})
    expect(server.requests).toHaveLength(3)
    expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
  })

  networkTest('is left alone for as long as it asks', async ({sandbox, server}) => {
    const busy = status(429, {'retry-after': '3'})
    let isOver = false
    server.on(target, (exchange) => {
      // a timer of the client that was started later ends later than this one
      if (exchange.count === 1) setTimeout(() => (isOver = true), 2_500)
      ;(isOver ? file(lua) : busy)(exchange)
    })
    await mustSucceed(sandbox, ['add', `${server.url}${target}#sha256=${digest}`])
    expect(server.requests).toHaveLength(2)
  })

  networkTest('redirects without end: 5', async ({sandbox, server}) => {
    server.on('*', ({request, response}) => {
      response.writeHead(302, {location: `${request.url ?? ''}0`}).end()
    })
    const spec = `${server.url}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE'})
    expect(error.message).toContain(`${server.host}: more than 5 redirects`)
    expect(server.requests).toHaveLength(6)
  })

  networkTest('redirects in a circle: 5', async ({sandbox, server}) => {
    server.on(target, redirect('/other'))
    server.on('/other', redirect(target))
    const spec = `${server.url}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE'})
    expect(error.message).toContain(`${server.host}: redirect loop`)
    expect(server.requests).toEqual([target, '/other'])
  })

  networkTest('does not listen: 5', async ({sandbox}) => {
    const host = await freeHost()
    const spec = `http://${host}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE'})
    expect(error.message).toContain(`\n  ${host}: connection refused by ${host}`)
  })

  networkTest('has a name that does not resolve: 5', async ({sandbox}) => {
    const spec = `http://nowhere.invalid${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE'})
    // the second where the machine has no name server
    expect(error.message).toMatch(
      /\n {2}nowhere\.invalid: (?:the host name|no name server answered about) nowh/,
    )
  })

  networkTest('listens and never accepts: 5', async ({sandbox, onTestFinished}) => {
    const deaf = await deafHost()
    onTestFinished(() => deaf.close())
    const spec = `http://${deaf.host}${target}#sha256=${digest}`
    const error = await mustFail(sandbox, ['add', spec], {exit: 5, code: 'UNREACHABLE', env: short})
    expect(error.message).toContain(`\n  ${deaf.host}: no connection in time`)
  })

  networkTest('says the same in words', async ({sandbox, server}) => {
    const output = await sandbox.cli(['add', `${server.url}${target}#sha256=${digest}`])
    expect(output.code).toBe(5)
    expect(output.stdout).toBe('')
    expect(output.stderr).toMatch(
      /^error\[UNREACHABLE\]: no location gave hello.*\n {2}127\.0\.0\.1:\d+: HTTP 404\nhint: .+\n$/,
    )
  })
})

/** The positive control: what failed was the fault. */
async function succeedsWithoutFault(
  server: {readonly url: string; on(target: string, answer: Answer): void},
  sandbox: Parameters<typeof mustSucceed>[0],
): Promise<void> {
  server.on(target, file(lua))
  await mustSucceed(sandbox, ['add', `${server.url}${target}#sha256=${digest}`])
  expect(await readFile(join(sandbox.project, written), 'utf8')).toBe(lua)
}

function page(): string {
  return '<!DOCTYPE html>\n<html><title>Sign in to the network</title></html>\n'
}
