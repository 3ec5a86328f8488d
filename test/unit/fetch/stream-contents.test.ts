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
  const server = await startServer()
  const http = openHttp({})
  onTestFinished(async () => {
    await http.close()
    await server.close()
  })
  server.on('/a.tar.gz', ({response}) => {
    response.writeHead(200, says ? {'content-length': bytes.length} : {})
    void (async () => {
      response.write(bytes.subarray(0, 100))
      await setTimeout(300)
      response.end(bytes.subarray(100))
    })()
  })
  const events: ProgressEvent[] = []
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
  expect(received.at(-1)).toEqual({type: 'received', bytes: bytes.length, total})
  expect(received.every((event) => 'total' in event && event.total === total)).toBe(true)
  expect(events.slice(1).filter(({type}) => type !== 'received')).toEqual([
    {type: 'large-download', url: `${server.url}/a.tar.gz`, bytes: total},
    {type: 'archive-read', files: 1, bytes: bytes.length},
  ])
})
