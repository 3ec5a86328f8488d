import {Turns} from '../../../src/limit.ts'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {gzipSync} from 'node:zlib'
import {expect, it, onTestFinished} from 'vitest'
import {Store} from '../../../src/store/store.ts'
import {contentsOfStream} from '../../../src/fetch/stream-contents.ts'
import {openHttp} from '../../../src/net/http.ts'
import type {ProgressEvent} from '../../../src/progress.ts'
import {tarOf} from '../../helpers/archive-bytes.ts'
import {scratchFolder} from '../../helpers/scratch.ts'
import {startServer} from '../../helpers/server.ts'

it.each([
  ['where the server says how much it is', true],
  ['where it does not', false],
] as const)('how much of an archive has come is told, %s', async (_name, says) => {
  const tar = tarOf([{path: 'top/mod_a.lua', body: 'return 1\n'}])
  const bytes = gzipSync(tar, {level: 0})
  const events: ProgressEvent[] = []
  const server = await startServer()
  const http = openHttp({})
  onTestFinished(async () => {
    await http.close()
    await server.close()
  })
  server.on('/a.tar.gz', ({response}) => {
    response.writeHead(200, says ? {'content-length': bytes.length} : {})
    void (async () => {
      // Bit by bit, until it has been told of.
      let sent = 0
      for (; sent < bytes.length / 2 && !events.some(({type}) => type === 'received'); sent += 100) {
        response.write(bytes.subarray(sent, sent + 100))
        await setTimeout(100)
      }
      response.end(bytes.subarray(sent))
    })()
  })
  const contents = await contentsOfStream(
    {
      type: 'archive',
      label: 'here',
      url: `${server.url}/a.tar.gz`,
      format: 'tar.gz',
      root: '',
      strip: 1,
      large: true,
    },
    {
      downloads: {
        store: new Store(join(await scratchFolder(), 'store')),
        signal: new AbortController().signal,
        onProgress: (event) => events.push(event),
        turns: new Turns(1),
        http: () => http,
      },
      onServed: () => undefined,
      patience: 'patient',
    },
  )
  expect([...contents.files.keys()]).toEqual(['mod_a.lua'])
  const total = says ? bytes.length : undefined
  // How often it is told depends on how busy the machine is.
  const received = events.filter(({type}) => type === 'received')
  expect(received.length).toBeGreaterThan(0)
  for (const event of received) {
    expect(event).toEqual({type: 'received', bytes: expect.any(Number) as number, total})
    expect('bytes' in event && event.bytes).toSatisfy((come: number) => come > 0 && come <= bytes.length)
  }
  expect(events.slice(1).filter(({type}) => type !== 'received')).toEqual([
    {type: 'large-download', url: `${server.url}/a.tar.gz`, bytes: total},
    {type: 'archive-read', files: 1, bytes: bytes.length},
  ])
})
