import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type Server} from 'node:net'
import {readFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
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

/** Lua that takes seconds to look at, in one piece. */
const large = 'do local x = 1; print(x) end '.repeat(70_000)

describe.each(['SIGINT', 'SIGTERM'] as const)('%s ends work that does not pause', (signal) => {
  it.each([
    {name: 'lint', args: ['lint', 'mod_x.lua'], done: 'in 1 file'},
    {name: 'add', args: ['add', './mod_x'], done: 'added'},
  ])('of $name', {timeout: 120_000}, async ({args, done}) => {
    await sandbox.cli(['init'])
    await mkdir(join(sandbox.project, 'mod_x'))
    await writeFile(join(sandbox.project, 'mod_x.lua'), large)
    await writeFile(join(sandbox.project, 'mod_x/mod_x.lua'), large)
    const child = spawn(process.execPath, [cliPath, ...args], {cwd: sandbox.project, env: sandbox.env})
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const exit = once(child, 'close')
    await busy(child.pid ?? 0)
    child.kill(signal)
    const [code, by] = (await exit) as [number | null, string | null]
    expect([130, signal]).toContain(code ?? by)
    expect(output).not.toContain(done)
    // whatever is left of it is in nobody's way
    expect((await sandbox.cli(['install'])).code).toBe(0)
  })
})

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s is heard between two of many files',
  {timeout: 120_000},
  async (signal) => {
    await mkdir(join(sandbox.project, 'many'))
    const text = 'do local x = 1; print(x) end '.repeat(500)
    for (let index = 0; index < 1500; index += 1)
      await writeFile(join(sandbox.project, 'many', `${index}.lua`), `${text}-- ${index}\n`)
    const child = spawn(process.execPath, [cliPath, 'lint', 'many'], {cwd: sandbox.project, env: sandbox.env})
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    const exit = once(child, 'close')
    await busy(child.pid ?? 0)
    child.kill(signal)
    expect(await exit).toEqual([130, null])
    expect(output).toBe('')
    expect(errors).toBe(
      'error[INTERRUPTED]: interrupted\nhint: nothing is half-written; run the command again\n',
    )
  },
)

/** Resolves once a process has computed for longer than it takes to start. */
async function busy(pid: number): Promise<void> {
  for (;;) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    // utime in ticks of 10 ms
    if (Number(fields[11]) >= 70) return
    await setTimeout(20)
  }
}
