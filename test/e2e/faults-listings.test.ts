import {gzipSync} from 'node:zlib'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect} from 'vitest'
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
import type {Sandbox} from '../helpers/cli.ts'
import {registryWithoutHistories} from '../helpers/known-releases.ts'
import {mustFail, networkTestOf, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'
import {peakReporter, takePeak} from '../helpers/peak-memory.ts'
import {startServer, type Answer} from '../helpers/server.ts'
import {newAuthority} from '../helpers/tls.ts'

// What its publisher is asked for is what the registry does not know.
let copy: PackageCopy
const networkTest = networkTestOf(() => copy.program)

beforeAll(async () => {
  copy = await copyPackage(registryWithoutHistories())
})

afterAll(() => copy.remove())

// Questions about what there is, to servers that are broken or hostile. That of a module's newest revision is a GET
// for JSON (hgweb), that of tags a POST for pkt-lines (Git).

const node = 'c0ffee'.repeat(7).slice(0, 40)

interface Kind {
  readonly name: 'hg' | 'github'
  readonly base: string
  /** Asks for something that only the publisher can know of. */
  readonly ask: readonly string[]
  /** Lists what the publisher has, which tells whether it answered. */
  readonly list: readonly string[]
  /** A sound answer to `ask`, and one to `list`. */
  readonly sound: Buffer
  readonly soundList: Buffer
  /** Answers what `list` asks besides the list itself; by how many requests. */
  readonly withList: (list: Answer) => Answer
  readonly besides: number
}

const hg: Kind = {
  name: 'hg',
  base: 'https://hg.prosody.im/prosody-modules',
  ask: ['add', 'conversejs'],
  list: ['versions', 'conversejs'],
  sound: Buffer.from(JSON.stringify({node, changesets: [{node, date: [1784541600, 0]}]})),
  soundList: Buffer.from(JSON.stringify({entries: [{node, date: [1784541600, 0]}]})),
  withList: (list) => hgweb({list}),
  besides: 3,
}

/** Answers to the questions that hgweb is asked of a module. */
interface HgwebAnswers {
  /** The log of what touched the module's folder. */
  readonly list: Answer
  /** The logs of its main file, which tell where that came and went. */
  readonly ofMain?: Answer
  /** The log that begins at a revision that is named. */
  readonly named?: Answer
}

/** A repository whose changesets all have the module's main file. */
function hgweb({list, ofMain = file(hg.soundList), named = file(hg.sound)}: HgwebAnswers): Answer {
  return (exchange) => {
    const target = exchange.request.url ?? ''
    if (target.startsWith('/json-manifest/')) file(folderOfModule)(exchange)
    else if (target.includes('mod_conversejs.lua')) ofMain(exchange)
    else if (target.startsWith('/json-log/')) named(exchange)
    else list(exchange)
  }
}

const folderOfModule = JSON.stringify({
  node,
  abspath: 'mod_conversejs',
  directories: [],
  files: [
    {
      abspath: 'mod_conversejs/mod_conversejs.lua',
      basename: 'mod_conversejs.lua',
      date: [1784541600, 0],
      size: 10,
      flags: '',
    },
  ],
})

const tagList = Buffer.from(`${pkt(`${node} refs/tags/stable/jitsi-meet_20001\n`)}0000`)
const github: Kind = {
  name: 'github',
  base: 'https://github.com',
  ask: ['add', 'jitsi@>=20000'],
  list: ['versions', 'jitsi'],
  sound: tagList,
  soundList: tagList,
  withList: (list) => list,
  besides: 0,
}

function pkt(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text
}

/** Silence is borne for short, where a test waits for its end. */
const short = {PROSODY_MODS_TIMEOUT: '2'}

async function asking(sandbox: Sandbox, kind: Kind, base: string): Promise<void> {
  await writeManifest(sandbox, {mirrors: {[kind.base]: base}})
}

interface Fault {
  readonly name: string
  readonly answer: (sound: Buffer) => Answer
  readonly code: 'UNREACHABLE' | 'UPSTREAM_GARBLED'
  /** A part of the message. */
  readonly cause: string | RegExp
  /** Whether the command has to wait until its patience ends. */
  readonly waits?: true
  /** Requests in all; one unless something else is said. */
  readonly requests?: number
}

const again = {code: 'UNREACHABLE', requests: 3} as const
const final = {code: 'UNREACHABLE'} as const
const garbled = {code: 'UPSTREAM_GARBLED'} as const

/** What any answer may suffer from on its way. */
const onTheWay: readonly Fault[] = [
  {name: 'drips', answer: dripping, cause: 'comes too slowly', ...again, waits: true},
  {name: 'stalls', answer: (sound) => stalled(sound, 10), cause: /stalled|too slowly/, ...again, waits: true},
  {name: 'never comes', answer: silent, cause: 'no answer in time', ...again, waits: true},
  {
    name: 'has headers that drip',
    answer: () => drippingHeaders,
    cause: 'no answer in time',
    ...again,
    waits: true,
  },
  {name: 'is announced again and again', answer: () => announcing, cause: 'again and again', ...final},
  {name: 'is a connection that ends', answer: () => raw(''), cause: 'was closed before', ...again},
  {name: 'has no end', answer: () => endless(), cause: 'too long: it does not end', ...final},
  {
    name: 'is said to be shorter than it is',
    answer: (sound) => raw(`HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n${sound.toString()}`),
    cause: 'makes no sense',
    ...garbled,
  },
  {
    name: 'is said to be longer than it is',
    answer: (sound) => truncated(`${sound.toString()}  `, sound.length),
    cause: 'was closed before',
    ...again,
  },
  {
    name: 'has two lengths',
    answer: (sound) =>
      raw(
        `HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: ${sound.length}\r\n\r\n${sound.toString()}`,
      ),
    cause: 'shorter or longer than it says',
    ...again,
  },
  {
    name: 'has a length beyond all bounds',
    answer: () => raw('HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n'),
    cause: 'too long: it has 9000000000 bytes',
    ...final,
  },
  {
    name: 'is gzipped, which was not asked for',
    answer: (sound) => file(gzipSync(sound), {'content-encoding': 'gzip'}),
    cause: 'encoded as gzip, which was not asked for',
    ...final,
  },
  {
    name: 'is a bomb of gzip',
    answer: () => file(gzipSync(Buffer.alloc(64 * 1024 * 1024)), {'content-encoding': 'gzip'}),
    cause: 'encoded as gzip, which was not asked for',
    ...final,
  },
  {
    name: 'is gzipped and does not say so',
    answer: (sound) => file(gzipSync(sound)),
    cause: 'makes no sense',
    ...garbled,
  },
  {name: 'leads to itself', answer: () => redirectHere, cause: 'redirect loop', ...final},
  {name: 'leads on and on', answer: () => redirectOn, cause: 'more than 5 redirects', requests: 6, ...final},
  {name: 'leads nowhere', answer: () => status(302), cause: 'without a usable Location', ...final},
  {name: 'leads to a file', answer: () => redirect('file:///etc/passwd'), cause: 'to file://', ...final},
  // A busy machine may see the end of the connection first.
  {name: 'is reset', answer: (sound) => reset(sound, 10), cause: /was (?:reset|closed)/, ...again},
  {name: 'ends within a chunk', answer: (sound) => cutInChunks(sound, 10), cause: 'was closed', ...again},
  {
    name: 'has chunks of no size',
    answer: () => raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n'),
    cause: 'is not HTTP',
    ...final,
  },
  {
    name: 'has a chunk of more than all bytes',
    answer: () => raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n[]\r\n'),
    cause: 'is not HTTP',
    ...final,
  },
  {
    name: 'ends with the connection, too early',
    answer: (sound) => closeDelimited(sound.subarray(0, -1)),
    cause: 'makes no sense',
    ...garbled,
  },
  {
    name: 'has huge headers',
    answer: () => raw(`HTTP/1.1 200 OK\r\nX-Much: ${'x'.repeat(64 * 1024)}\r\n\r\n`),
    cause: 'headers are too large',
    ...final,
  },
  {name: 'is not HTTP', answer: () => raw('SSH-2.0-OpenSSH\r\n'), cause: 'is not HTTP', ...final},
  {name: 'is a refusal that is left open', answer: () => leftOpen(403), cause: 'HTTP 403', ...final},
  {name: 'is trouble that is left open', answer: () => leftOpen(503), cause: 'HTTP 503', ...again},
  {
    name: 'is a redirect to trouble that is left open',
    answer: () => (exchange) =>
      (exchange.request.url === '/x' ? leftOpen(403) : leftOpen(307, {location: '/x'}))(exchange),
    cause: 'HTTP 403',
    ...final,
    requests: 2,
  },
  {name: 'is a refusal', answer: () => status(403), cause: 'HTTP 403', ...final},
  {name: 'is a plea for patience', answer: () => status(429), cause: 'HTTP 429', ...again},
  {name: 'is trouble that stays', answer: () => status(503), cause: 'HTTP 503', ...again},
  {name: 'has no content', answer: () => raw('HTTP/1.1 204 No\r\n\r\n'), cause: 'HTTP 204', ...final},
  {name: 'is a part', answer: (sound) => part(sound), cause: 'HTTP 206', ...final},
  {
    name: 'is that nothing has changed',
    answer: () => raw('HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'),
    cause: 'HTTP 304: it says that nothing has changed, but was not asked so',
    ...final,
  },
  {name: 'is a page', answer: () => file('<!doctype html><p>Sign in'), cause: 'an HTML page', ...garbled},
  {name: 'is empty', answer: () => file(''), cause: 'got      ""', ...garbled},
  {name: 'is cut short', answer: (sound) => file(sound.subarray(0, -1)), cause: 'makes no sense', ...garbled},
  {name: 'is binary', answer: () => file(Buffer.alloc(5000, 0x9b)), cause: 'makes no sense', ...garbled},
]

const ofJson: readonly Fault[] = [
  ['is null', 'null'],
  ['is a list', '[]'],
  ['is a number of many digits', '9'.repeat(100_000)],
  ['has no changesets', '{"node": "x"}'],
  ['has changesets that are no list', '{"changesets": {"0": {}}}'],
  ['has changesets that are none', '{"changesets": [null, 1, "x", []]}'],
  ['is nested deeply', `{"changesets": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ['is nested deeply and not closed', '['.repeat(1_000_000)],
  ['has NUL', `{"changesets": [{"node": "\u0000${node.slice(1)}", "date": [0, 0]}]}`],
  ['has a prototype for a name', '{"__proto__": {"changesets": []}}'],
  ['has a node that is short', changesets({node: node.slice(1)})],
  ['has a node that is not hex', changesets({node: 'g'.repeat(40)})],
  ['has a node with a path', changesets({node: '../'.repeat(13) + 'x'})],
  ['has a node with a line end', changesets({node: `${node}\n`})],
  ['has a node in upper case', changesets({node: node.toUpperCase()})],
  ['has a node that is a number', changesets({node: 4})],
  ['has no date', changesets({date: undefined})],
  ['has a date that is text', changesets({date: ['1784541600', 0]})],
  ['has a date that is no number', `{"changesets": [{"node": "${node}", "date": [NaN, 0]}]}`],
  ['has a date that is infinite', `{"changesets": [{"node": "${node}", "date": [1e999, 0]}]}`],
  ['has a date of 1e20', changesets({date: [1e20, 0]})],
  ['has a date after the year 9999', changesets({date: [253402300800, 0]})],
  ['has a date before the year 0', changesets({date: [-62167219201, 0]})],
].map(([name = '', text = '']) => ({name, answer: () => file(text), cause: 'makes no sense', ...garbled}))

function changesets(part: object): string {
  return JSON.stringify({changesets: [{node, date: [1784541600, 0], ...part}]})
}

const line = `${node} refs/tags/stable/jitsi-meet_20001\n`
const ofPackets: readonly Fault[] = [
  ['has a length that is no number', `zzzz${line}0000`],
  ['has a negative length', `-001${line}0000`],
  ['has a length of its own kind', `0x4f${line}0000`],
  ['has a packet of less than its length', `0003${line}0000`],
  ['has an empty packet', `0004${pkt(line)}0000`],
  ['has a length beyond the end', `fff0${line}0000`],
  ['has a length one too short', `${(line.length + 3).toString(16).padStart(4, '0')}${line}0000`],
  ['has no end', pkt(line)],
  ['goes on after its end', `${pkt(line)}0000${pkt(line)}`],
  ['has a delimiter', `${pkt(line)}0001${pkt(line)}0000`],
  ['is an error of Git', `${pkt('ERR no such service\n')}0000`],
  ['has a commit that is short', `${pkt(line.slice(1))}0000`],
  ['has a commit that is not hex', `${pkt(`${'g'.repeat(40)} refs/tags/stable/jitsi-meet_20001\n`)}0000`],
  ['has a tag with a space', `${pkt(`${node} refs/tags/stable/jitsi-meet_20001 x\n`)}0000`],
  ['has a peeled commit that is none', `${pkt(`${line.trim()} peeled:${'0'.repeat(39)}\n`)}0000`],
  ['is of the first protocol', '001e# service=git-upload-pack\n0000'],
].map(([name = '', text = '']) => ({name, answer: () => file(text), cause: 'makes no sense', ...garbled}))

for (const {kind, faults} of [
  {kind: hg, faults: [...onTheWay, ...ofJson]},
  {kind: github, faults: [...onTheWay, ...ofPackets]},
]) {
  describe.concurrent(`an answer of ${kind.name} that`, {timeout: 120_000}, () => {
    networkTest.for(faults)('$name: 5', async (fault, {sandbox, server}) => {
      server.on('*', fault.answer(kind.sound))
      await asking(sandbox, kind, server.url)
      const env = fault.waits === true ? short : {}
      const error = await mustFail(sandbox, kind.ask, {exit: 5, code: fault.code, env})
      expect(error.message).toMatch(fault.cause)
      expect(error.message.length).toBeLessThan(600)
      expect(server.requests).toHaveLength(fault.requests ?? 1)
    })

    networkTest('is sound is taken, so these are faults', async ({sandbox, server}) => {
      server.on('*', (exchange) => {
        const answer = server.requests.length === 1 ? file(kind.sound) : status(418)
        answer(exchange)
      })
      await asking(sandbox, kind, server.url)
      const {message} = await mustFail(sandbox, kind.ask, {exit: 5, code: 'UNREACHABLE'})
      expect(message).toContain('HTTP 418')
      expect(server.requests).toHaveLength(2)
    })

    networkTest.for([
      ['comes after trouble', () => inTurn(status(503), file(kind.soundList)), 2],
      ['comes after the wait that was asked for', () => busyForAWhile(file(kind.soundList)), 2],
      ['ends with the connection', () => closeDelimited(kind.soundList), 1],
      ['comes by another way', () => redirecting(file(kind.soundList)), 2],
    ] as const)('%s is taken', async ([, answer, requests], {sandbox, server}) => {
      server.on('*', kind.withList(answer()))
      await asking(sandbox, kind, server.url)
      const {code, json} = await sandbox.cli([...kind.list, '--json'])
      expect(code).toBe(0)
      expect(json).toMatchObject({asked: true, reason: null})
      expect(JSON.stringify(json)).toContain(node)
      expect(server.requests).toHaveLength(requests + kind.besides)
    })

    networkTest('leads from https to http is not followed: 5', async ({sandbox, server, onTestFinished}) => {
      const authority = await newAuthority()
      const secure = await startServer(await authority.issue('IP:127.0.0.1'))
      onTestFinished(async () => {
        await secure.close()
        await authority.remove()
      })
      secure.on('*', redirect(server.url))
      await asking(sandbox, kind, secure.url)
      const tls = {PROSODY_MODS_CA_FILE: authority.file}
      const {message} = await mustFail(sandbox, kind.ask, {exit: 5, code: 'UNREACHABLE', env: tls})
      expect(message).toContain('refused redirect from https:// to http://')
      expect(server.requests).toEqual([])
    })

    networkTest('may drive a terminal is spelled out', async ({sandbox, server}) => {
      server.on('*', file('\u001b]0;owned\u0007\u009b31m\u202e'))
      await asking(sandbox, kind, server.url)
      const {code, stderr} = await sandbox.cli(kind.ask)
      expect(code).toBe(5)
      expect(stderr).toContain('makes no sense')
      expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    })
  })
}

describe.concurrent('an answer about something else', {timeout: 120_000}, () => {
  networkTest('tags that were not asked for are none: 3', async ({sandbox, server}) => {
    server.on('*', file(`${pkt(`${node} refs/tags/v20001\n`)}0000`))
    await asking(sandbox, github, server.url)
    await mustFail(sandbox, github.ask, {exit: 3, code: 'VERSION_UNSATISFIABLE'})
  })

  networkTest('branches that were not asked for are none: 3', async ({sandbox, server}) => {
    server.on(
      '*',
      file(
        `${pkt(`${node} HEAD symref-target:refs/heads/master\n`)}${pkt(`${node} refs/heads/master\n`)}0000`,
      ),
    )
    await asking(sandbox, github, server.url)
    await mustFail(sandbox, github.ask, {exit: 3, code: 'VERSION_UNSATISFIABLE'})
  })

  networkTest('another tag than the one that was asked for is none: 3', async ({sandbox, server}) => {
    server.on('*', file(`${pkt(`${node} refs/tags/stable/jitsi-meet_20002\n`)}0000`))
    await asking(sandbox, github, server.url)
    await mustFail(sandbox, ['add', 'jitsi@20001'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
  })

  networkTest('another revision than the one that was asked for is none: 3', async ({sandbox, server}) => {
    server.on('*', hgweb({list: file(hg.soundList), named: file(hg.sound)}))
    await asking(sandbox, hg, server.url)
    await mustFail(sandbox, ['add', 'conversejs@0123456789ab'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
  })

  networkTest('another day than the one that was asked for is none: 3', async ({sandbox, server}) => {
    server.on('*', hgweb({list: file(hg.soundList)}))
    await asking(sandbox, hg, server.url)
    await mustFail(sandbox, ['add', 'conversejs@2026.7.21'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
  })

  networkTest('more changesets than were asked for are left out', async ({sandbox, server}) => {
    server.on('*', hgweb({list: file(manyChangesets(600))}))
    await asking(sandbox, hg, server.url)
    const {json} = await sandbox.cli([...hg.list, '--json'])
    expect(json).toMatchObject({asked: true, versions: {length: 500}})
  })

  networkTest('bytes that are no UTF-8 do no harm in words', async ({sandbox, server}) => {
    const words = Buffer.from(
      `{"entries": [{"desc": "\xff\xfe", "node": "${node}", "date": [0, 0]}]}`,
      'latin1',
    )
    server.on('*', hgweb({list: file(words), ofMain: file(words)}))
    await asking(sandbox, hg, server.url)
    const {json} = await sandbox.cli([...hg.list, '--json'])
    expect(json).toMatchObject({asked: true, versions: [{version: '1970.1.1', revision: node}]})
  })
})

describe.concurrent('memory stays bounded, and there is an end', {timeout: 120_000}, () => {
  const megabyte = 1024 * 1024
  const cases = [
    ['a list of tags without end', github, () => endless(), 5],
    ['a log without end', hg, () => endless('{"changesets": ['), 5],
    ['a million tags', github, () => file(tags(1_000_000)), 5],
    ['as many tags as are taken', github, () => file(tags(95_000)), 3],
    ['as many changesets as are taken', hg, () => manyOfModule(100_000), 3],
  ] as const
  networkTest.for(cases)('for %s', async ([, kind, answer, exit], {sandbox, server}) => {
    server.on('*', answer())
    await asking(sandbox, kind, server.url)
    const peak = join(sandbox.store, '../peak')
    const reported = {NODE_OPTIONS: `--import=${peakReporter}`, PEAK_MEMORY_FILE: peak}
    // That version is not there, so that the whole list has to be looked through.
    const spec = kind.name === 'hg' ? 'conversejs@>2030' : 'jitsi@>=99999999'
    const {code, stderr} = await sandbox.cli(['add', spec], {env: reported})
    expect(code, stderr).toBe(exit)
    expect(stderr.length).toBeLessThan(2000)
    expect(await takePeak(peak)).toBeLessThan(300 * megabyte)
  })
})

function tags(count: number): Buffer {
  const all = Array.from({length: count}, (_, index) =>
    pkt(`${node} refs/tags/stable/jitsi-meet_${20_001 + index}\n`),
  )
  return Buffer.from(`${all.join('')}0000`)
}

function manyOfModule(count: number): Answer {
  const all = file(manyChangesets(count))
  return hgweb({list: all, ofMain: all})
}

function manyChangesets(count: number): Buffer {
  const entries = Array.from({length: count}, (_, index) => ({node, date: [(index % 20_000) * 86_400, 0]}))
  return Buffer.from(JSON.stringify({entries}))
}

/** Asks for two seconds of patience, and answers soundly when most of them have passed. */
function busyForAWhile(sound: Answer): Answer {
  let isOver = false
  return (exchange) => {
    // a timer of the client that is started later ends later than this one
    if (exchange.count === 1) void setTimeout(1600).then(() => (isOver = true))
    ;(isOver ? sound : status(429, {'retry-after': '2'}))(exchange)
  }
}

const redirectHere: Answer = ({request, response}) =>
  void response.writeHead(307, {location: request.url ?? ''}).end()
const redirectOn: Answer = ({request, response}) =>
  void response.writeHead(307, {location: `${request.url ?? ''}0`}).end()

function redirecting(answer: Answer): Answer {
  return (exchange) => {
    const target = exchange.request.url ?? ''
    if (target === '/elsewhere') answer(exchange)
    else redirect('/elsewhere', 307)(exchange)
  }
}

function part(sound: Buffer): Answer {
  return ({response}) =>
    void response.writeHead(206, {'content-range': `bytes 0-9/${sound.length}`}).end(sound.subarray(0, 10))
}

/** A header that grows byte by byte, so that it is never silent for long. */
const drippingHeaders: Answer = ({response}) => {
  const {socket} = response
  socket?.write('HTTP/1.1 200 OK\r\nX-Slow: ')
  void every(() => socket?.write('x'), socket)
}

/** Answers that say that an answer will come (RFC 8297), without end. */
const announcing: Answer = ({response}) => {
  const {socket} = response
  void every(() => socket?.write('HTTP/1.1 103 Early Hints\r\n\r\n'), socket)
}

async function every(work: () => void, socket: Writable): Promise<void> {
  while (socket?.writable === true) {
    work()
    await setTimeout(50)
  }
}

type Writable = {readonly writable: boolean} | null
