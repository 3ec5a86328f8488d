import {hash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {hostileArchives, moduleFiles} from '../helpers/archives.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'

/** Path on the server → body. */
const bodies = new Map<string, Buffer>()
let server: Server
let base = ''
let sandbox: Sandbox

beforeAll(async () => {
  server = createServer((request, response) => {
    const body = bodies.get(request.url ?? '')
    response.writeHead(body === undefined ? 404 : 200, {'content-length': body?.length ?? 0}).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})

afterAll(() => server.close())

beforeEach(async () => {
  sandbox = await newSandbox()
  const {code} = await sandbox.cli(['init'])
  expect(code).toBe(0)
})

afterEach(() => sandbox.remove())

/** One archive of each kind of flaw: what unpacking makes of every format is proved in test/unit. */
const oneOfEach = [
  ...new Map(hostileArchives.map((archive) => [archive.name.replace(/ \([^)]*\)$/, ''), archive])).values(),
]

function serve(format: string, body: Buffer): string {
  bodies.set(`/modules.${format}`, body)
  return `${base}/modules.${format}#sha256=${hash('sha256', body, 'hex')}`
}

describe('hostile archives, added by URL with their right digest', () => {
  it.each(oneOfEach)('$code: $name', async (archive) => {
    const {code, format} = archive
    const before = await readTree(sandbox.project)
    const flawed = await sandbox.cli(['add', serve(format, await archive.build(true)), '--json'])
    expect(flawed.json).toMatchObject({error: {code, exitCode: 4}})
    expect(flawed.code).toBe(4)
    expect(await readTree(sandbox.project)).toEqual(before)

    const clean = await sandbox.cli(['add', serve(format, await archive.build(false)), '--json'])
    expect({code: clean.code, stdout: clean.stdout}).toMatchObject({code: 0})
    const tree = await readTree(sandbox.project)
    for (const [path, text] of Object.entries(moduleFiles)) {
      if (path === 'mod_greet/mod_greet_component.lua') continue
      expect(tree[`prosody-modules/modules/${path}`]).toBe(Buffer.from(text).toString('latin1'))
    }
  })
})
