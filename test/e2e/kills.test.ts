import {spawn} from 'node:child_process'
import {hash} from 'node:crypto'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {cp, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {writeModules} from '../helpers/own-modules.ts'

/** Kills for each command: two thirds spread over the whole run, the rest over the writing at its end. */
const kills = {add: 100, install: 100, 'image init': 40} as const

/** A project before the command, and the same after an unkilled run of it. */
interface Scene {
  readonly args: readonly string[]
  readonly before: string
  readonly after: Readonly<Record<string, string>>
  /** Milliseconds from start to exit, and from the first sign of writing to exit: medians of several runs. */
  readonly whole: number
  readonly writing: number
}

let work: string
let sandbox: Sandbox

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'prosody-mods-kills-'))
  sandbox = await newSandbox()
  await writeModules(join(sandbox.project, 'own'), {prefix: 'kill', count: 8})
  await succeed(['init'])
})

afterAll(async () => {
  await rm(work, {recursive: true, force: true})
  await sandbox.remove()
})

describe.each(['add', 'install', 'image init'] as const)('%s', (command) => {
  it(
    `recovers from each of ${kills[command]} kills to the bytes of an unkilled run`,
    {timeout: 900_000},
    async () => {
      const scene = await prepare(command)
      const outcome = {early: 0, late: 0, finished: 0}
      for (let number = 0; number < kills[command]; number += 1) {
        await reset(scene)
        const whole = number % 3 < 2
        const share = (number + Math.random()) / kills[command]
        const killed = await killAfter(scene.args, {
          fromWriting: !whole,
          delay: share * (whole ? scene.whole : scene.writing) * 1.1,
        })
        outcome[
          killed ? (existsSync(join(sandbox.project, '.prosody-mods')) ? 'late' : 'early') : 'finished'
        ] += 1
        await succeed(scene.args)
        expect(await readTree(sandbox.project)).toEqual(scene.after)
        expect(await damagedBlobs()).toEqual([])
      }
      // Kills that all came before or after the work would prove nothing.
      expect(outcome.early).toBeGreaterThan(kills[command] / 10)
      expect(outcome.late).toBeGreaterThan(kills[command] / 10)
    },
  )
})

const lines = {
  add: ['add', './own'],
  install: ['install'],
  'image init': ['image', 'init', '--profile', 'minimal'],
} as const

async function prepare(command: keyof typeof lines): Promise<Scene> {
  const before = join(work, command)
  const args = lines[command]
  if (command === 'image init') await succeed(['add', './own'])
  if (command === 'install') {
    await succeed(['add', './own'])
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(join(sandbox.project, 'conf.d'), {recursive: true})
  }
  await cp(sandbox.project, before, {recursive: true})
  const runs: {readonly whole: number; readonly writing: number}[] = []
  for (let number = 0; number < 5; number += 1) {
    await reset({before})
    runs.push(await timed(args))
  }
  return {
    args,
    before,
    after: await readTree(sandbox.project),
    whole: median(runs.map(({whole}) => whole)),
    writing: median(runs.map(({writing}) => writing)),
  }
}

async function timed(args: readonly string[]): Promise<{readonly whole: number; readonly writing: number}> {
  const started = Date.now()
  let writing = 0
  const child = start(args)
  const exit = once(child, 'exit')
  void waitForWriting(() => child.exitCode === null).then(() => (writing = Date.now()))
  await exit
  if (writing === 0) throw new Error('the command was never seen writing')
  return {whole: Date.now() - started, writing: Math.max(10, Date.now() - writing)}
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** Blobs of the store whose bytes are not the ones that their names say. */
async function damagedBlobs(): Promise<readonly string[]> {
  // What fetches nothing has no store.
  if (!existsSync(sandbox.store)) return []
  const blobs = Object.entries(await readTree(sandbox.store)).filter(([path]) =>
    path.startsWith('v1/sha256/'),
  )
  expect(blobs.length).toBeGreaterThan(0)
  return blobs
    .filter(
      ([path, text]) =>
        hash('sha256', Buffer.from(text, 'latin1'), 'hex') !== path.slice(10).replace('/', ''),
    )
    .map(([path]) => path)
}

/** The project and the store as they were before the command. */
async function reset({before}: Pick<Scene, 'before'>): Promise<void> {
  await rm(sandbox.project, {recursive: true})
  await rm(sandbox.store, {recursive: true, force: true})
  await cp(before, sandbox.project, {recursive: true})
}

/** Whether the process was still there to be killed. */
async function killAfter(
  args: readonly string[],
  {fromWriting, delay}: {readonly fromWriting: boolean; readonly delay: number},
): Promise<boolean> {
  const child = start(args)
  const exit = once(child, 'exit')
  if (fromWriting) await waitForWriting(() => child.exitCode === null)
  await Promise.race([setTimeout(delay), exit])
  child.kill('SIGKILL')
  const [, signal] = (await exit) as [number | null, string | null]
  return signal === 'SIGKILL'
}

async function waitForWriting(alive: () => boolean): Promise<void> {
  while (alive() && !existsSync(join(sandbox.project, '.prosody-mods/staged'))) await setTimeout(1)
}

function start(args: readonly string[]): ReturnType<typeof spawn> {
  return spawn(process.execPath, [cliPath, ...args], {
    cwd: sandbox.project,
    env: sandbox.env,
    stdio: 'ignore',
  })
}

async function succeed(args: readonly string[]): Promise<void> {
  const {code, stderr} = await sandbox.cli(args)
  expect({code, stderr: code === 0 ? '' : stderr}).toEqual({code: 0, stderr: ''})
}
