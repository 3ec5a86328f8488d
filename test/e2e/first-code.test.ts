import {afterAll, beforeAll, expect, it} from 'vitest'
import {cliPath, newSandbox, type Sandbox} from '../helpers/cli.ts'
import {mustRun} from '../helpers/program.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

let sandbox: Sandbox
let server: TestServer

beforeAll(async () => {
  ;[sandbox, server] = await Promise.all([newSandbox(), startServer()])
  server.on('*', ({request, response}) => {
    response.setHeader('x-filler', 'x'.repeat(4000))
    response.end(`module:log("info", ${JSON.stringify(request.url)})\n`)
  })
})

afterAll(() => Promise.all([sandbox.remove(), server.close()]))

it('the HTTP parser of a run is not optimized, however much it parses', async () => {
  const urls = Array.from({length: 30}, (_, index) => `${server.url}/mod_number_${index}.lua`)
  const {env, project} = sandbox
  const command = [process.execPath, '--trace-wasm-compilation-times', cliPath, 'add', '--init', ...urls]
  const printed = await mustRun([...command, '-C', project], {env})
  expect(server.requests).toHaveLength(urls.length)
  // The largest function has all states of the parser.
  const sizes = Array.from(printed.matchAll(/ using Liftoff,.* bodysize (\d+)/g), ([, size]) => Number(size))
  expect(Math.max(...sizes)).toBeGreaterThan(10_000)
  expect(printed).not.toContain('using TurboFan')
})
