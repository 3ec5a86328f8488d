import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type Server} from 'node:net'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'

let sandbox: Sandbox
/** Accepts connections and never answers. */
let server: Server

beforeEach(async () => {
  sandbox = await newSandbox()
  server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.close()
  await sandbox.remove()
})

it.each([
  {signal: 'SIGINT', flags: []},
  {signal: 'SIGINT', flags: ['--json']},
  {signal: 'SIGTERM', flags: []},
] as const)('exits with 130 on $signal $flags while it waits for a server', async ({signal, flags}) => {
  const {code} = await sandbox.cli(['init'])
  expect(code).toBe(0)
  const before = await readTree(sandbox.project)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const args = [cliPath, 'add', `http://127.0.0.1:${port}/mod_x.lua`, ...flags]
  const child = spawn(process.execPath, args, {cwd: sandbox.project, env: sandbox.env, stdio: 'ignore'})
  await once(server, 'connection')
  child.kill(signal)
  const [exit] = (await once(child, 'exit')) as [number | null]
  expect(exit).toBe(130)
  expect(await readTree(sandbox.project)).toEqual(before)
})
