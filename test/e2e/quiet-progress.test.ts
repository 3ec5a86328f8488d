import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {setTimeout} from 'node:timers/promises'
import {expect} from 'vitest'
import {file} from '../helpers/answers.ts'
import {cliPath, type Sandbox} from '../helpers/cli.ts'
import {networkTest, writeManifest} from '../helpers/network.ts'
import type {Exchange} from '../helpers/server.ts'

/** For `node --import`: a clock on which a second is a hundredth of one, for what is shown and when. */
const fastClock = `data:text/javascript,${encodeURIComponent(`
  const [now, began, interval] = [Date.now, Date.now(), setInterval]
  Date.now = () => began + (now() - began) * 100
  globalThis.setInterval = (work, time, ...rest) => interval(work, time / 100, ...rest)
`)}`

interface Run {
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

function start(sandbox: Sandbox, flags: readonly string[]): Run {
  const child = spawn(process.execPath, [cliPath, 'versions', 'conversejs', ...flags], {
    cwd: sandbox.project,
    env: {...sandbox.env, NODE_OPTIONS: `--import=${fastClock}`},
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {stderr: () => text, ended}
}

/** Two lines, which take two waits; a process that ends before will write no more. */
async function secondLine({stderr, ended}: Run): Promise<void> {
  const isOver = ended.then(() => true)
  while (stderr().split('\n').length < 3) {
    if (await Promise.race([isOver, setTimeout(20, false)])) return
  }
}

networkTest('a line now and then tells a log what is waited for', async ({sandbox, server}) => {
  const held: Exchange[] = []
  let isHeld = true
  const answer = file('{"entries": []}')
  server.on('*', (exchange) => (isHeld ? void held.push(exchange) : answer(exchange)))
  await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im/prosody-modules': server.url}})

  const run = start(sandbox, [])
  await secondLine(run)
  const lines = run.stderr().split('\n').slice(0, 2)
  isHeld = false
  for (const exchange of held) answer(exchange)
  await run.ended
  for (const line of lines) expect(line).toMatch(/^asking 127\.0\.0\.1:\d+ {2}\d+ s {2}\S+$/)
  const seconds = lines.map((line) => Number(/(\d+) s/.exec(line)?.[1]))
  expect(seconds[1]).toBeGreaterThan(seconds[0] ?? 0)
})

networkTest('with --json nothing is told', async ({sandbox, server}) => {
  // Held for as long as some such lines take.
  server.on('*', (exchange) => void setTimeout(1000).then(() => file('{"entries": []}')(exchange)))
  await writeManifest(sandbox, {mirrors: {'https://hg.prosody.im/prosody-modules': server.url}})
  const run = start(sandbox, ['--json'])
  await run.ended
  expect(server.requests.length).toBeGreaterThan(0)
  expect(run.stderr()).toBe('')
})
