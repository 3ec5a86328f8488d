import {execFileSync, spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, afterEach, describe, expect, it} from 'vitest'
import {acquireMutex, type MutexOptions} from '../../../src/project/mutex.ts'
import {plainJavaScript, type PlainJavaScript} from '../../helpers/plain-javascript.ts'

/** Counts up under the lock; a marker that only one process at a time can make tells whether it is alone. */
const worker = `
import {appendFileSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
const {acquireMutex} = await import(process.env.MUTEX)
const [, , folder, rounds, dies] = process.argv
const signal = new AbortController().signal
for (let round = 0; round < Number(rounds); round += 1) {
  const mutex = await acquireMutex(folder + '/lock', {signal, onWait: () => undefined})
  let marker
  try {
    marker = readFileSync(folder + '/marker', 'utf8')
  } catch {}
  if (marker !== undefined) {
    // A killed holder leaves its marker; a living one must not be beside us.
    let lives = true
    try {
      process.kill(Number(marker), 0)
      lives = !/^State:\\\\s+Z/m.test(readFileSync('/proc/' + marker + '/status', 'utf8'))
    } catch {
      lives = false
    }
    if (lives) appendFileSync(folder + '/violations', marker + ' beside ' + process.pid + '\\\\n')
  }
  writeFileSync(folder + '/marker', String(process.pid))
  const count = Number(readFileSync(folder + '/count', 'utf8'))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
  if (dies === 'dies' && Math.random() < 0.3) process.kill(process.pid, 'SIGKILL')
  writeFileSync(folder + '/count', String(count + 1))
  appendFileSync(folder + '/log', '.')
  rmSync(folder + '/marker')
  mutex.release()
}
`.replaceAll('\\\\', '\\')

let javascript: PlainJavaScript
let script: string
let folder: string
let children: ChildProcess[] = []

beforeAll(() => {
  javascript = plainJavaScript()
  script = javascript.script('worker.mjs', worker)
})
afterAll(() => javascript.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-mutex-'))
  writeFileSync(join(folder, 'count'), '0')
})
afterEach(() => {
  children.forEach((child) => child.kill('SIGKILL'))
  children = []
  rmSync(folder, {recursive: true, force: true})
})

function start(...args: readonly string[]): Promise<number | NodeJS.Signals> {
  const child = spawn(process.execPath, [script, folder, ...args], {
    env: {...process.env, MUTEX: javascript.url('project/mutex')},
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal ?? -1)))
}

const options = (onWait: (holder: string) => void = () => undefined): MutexOptions => ({
  signal: new AbortController().signal,
  onWait,
})

const lock = (): string => join(folder, 'lock')

describe('many processes', () => {
  it('16 of them count without losing one', async () => {
    const codes = await Promise.all(Array.from({length: 16}, () => start('8')))
    expect(codes).toEqual(Array.from({length: 16}, () => 0))
    expect(existsSync(join(folder, 'violations'))).toBe(false)
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe(String(16 * 8))
    expect(existsSync(lock())).toBe(false)
  })

  it('are never two at once, however many holders are killed', async () => {
    const codes = await Promise.all(
      Array.from({length: 20}, (_, index) => start('6', index % 2 === 0 ? 'dies' : 'lives')),
    )
    expect(codes.filter((code) => code === 'SIGKILL').length).toBeGreaterThan(3)
    expect(codes.filter((_, index) => index % 2 === 1)).toEqual(Array.from({length: 10}, () => 0))
    expect(existsSync(join(folder, 'violations'))).toBe(false)
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe(
      String(readFileSync(join(folder, 'log'), 'utf8').length),
    )
    const mutex = await acquireMutex(lock(), options())
    mutex.release()
    expect(existsSync(lock())).toBe(false)
  })
})

/** The file of a holder, as it would write it. */
function place(name: string, change: object = {}): void {
  mkdirSync(lock(), {recursive: true})
  writeFileSync(join(lock(), name), JSON.stringify({...alive(), ...change}))
}

function alive(): object {
  const stat = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const world = execFileSync(
    'sh',
    ['-c', 'printf "%s %s" "$(cat /proc/sys/kernel/random/boot_id)" "$(readlink /proc/self/ns/pid)"'],
    {encoding: 'utf8'},
  )
  return {pid: process.pid, start: stat[19], world, host: hostname()}
}

/** A process id that has just ended. */
function deadPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], {encoding: 'utf8'}))
}

async function isFree(): Promise<boolean> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), 150)
  try {
    const mutex = await acquireMutex(lock(), {signal: controller.signal, onWait: () => undefined})
    mutex.release()
    return true
  } catch (error) {
    if (controller.signal.aborted) return false
    throw error
  } finally {
    clearTimeout(timer)
  }
}

describe('a holder', () => {
  it('that was killed is followed at once', async () => {
    const dead = spawn('sleep', ['60'])
    const {pid} = dead
    place('1-a', {
      pid,
      start: readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
        .split(') ')
        .at(-1)
        ?.split(' ')[19],
    })
    expect(await isFree()).toBe(false)
    const gone = new Promise((resolve) => dead.on('exit', resolve))
    dead.kill('SIGKILL')
    await gone
    const told: string[] = []
    const mutex = await acquireMutex(
      lock(),
      options((holder) => told.push(holder)),
    )
    // Nobody was waited for: the first look was enough.
    expect(told).toEqual([])
    mutex.release()
    expect(existsSync(lock())).toBe(false)
  })

  it('that lives is waited for, told once, and let in when it is released', async () => {
    const first = await acquireMutex(lock(), options())
    const told: string[] = []
    const second = acquireMutex(
      lock(),
      options((holder) => told.push(holder)),
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(told).toEqual([`process ${process.pid} on ${hostname()}`])
    first.release()
    const mutex = await second
    mutex.release()
    expect(existsSync(lock())).toBe(false)
  })

  it.each([
    ['is this very process', {}, false],
    ['has a pid that another process has now', {start: '1'}, true],
    ['ran before this machine was started anew', {world: 'another-boot pid:[1]'}, true],
    ['runs on a machine that has no boot id', {host: 'elsewhere', world: ' '}, false],
  ])('that %s', async (_, change, free) => {
    place('1-a', change)
    expect(await isFree()).toBe(free)
  })

  it('of another machine is believed, but not on a disk that only one machine can have mounted', async () => {
    place('1-a', {host: 'elsewhere', world: 'another-boot pid:[1]'})
    expect(await isFree()).toBe(isLocal(folder))
    useMemory()
    place('1-a', {host: 'elsewhere', world: 'another-boot pid:[1]'})
    expect(await isFree()).toBe(true)
  })

  it('in another pid namespace is believed while it lives, and followed once it is gone', async () => {
    useMemory()
    const asUser = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user']
    const holder = spawn(
      'unshare',
      [...asUser, '--pid', '--fork', process.execPath, javascript.script('hold.mjs', hold), lock()],
      {
        env: {...process.env, MUTEX: javascript.url('project/mutex')},
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    children.push(holder)
    const gone = once(holder, 'exit')
    const [said] = (await once(holder.stdout, 'data')) as [Buffer]
    expect(await isFree()).toBe(false)
    process.kill(inner(Number(holder.pid)), 'SIGKILL')
    await gone
    expect(said.toString()).toBe('held\n')
    expect(readdirSync(lock()).length).toBeGreaterThan(0)
    expect(await isFree()).toBe(true)
  })

  it('that is in no way to be seen is named after seconds, with what ends the waiting', async () => {
    place('1-a', {pid: 7, host: 'elsewhere', world: ' '})
    const controller = new AbortController()
    const told: string[] = []
    const waiting = acquireMutex(lock(), {
      signal: controller.signal,
      onWait: (holder) => told.push(holder),
      onLongWait: (holder, end) => {
        told.push(holder, end)
        controller.abort()
      },
    })
    await expect(waiting).rejects.toMatchObject({name: 'AbortError'})
    expect(told.slice(0, 2)).toEqual(['process 7 on elsewhere', 'process 7 on elsewhere'])
    expect(told[2]).toContain(`run "rm -r ${lock()}"`)
  })

  it('that lives here is named after seconds, with how to end it', async () => {
    const first = await acquireMutex(lock(), options())
    const controller = new AbortController()
    const told: string[] = []
    const waiting = acquireMutex(lock(), {
      ...options(),
      signal: controller.signal,
      onLongWait: (_, end) => {
        told.push(end)
        controller.abort()
      },
    })
    await expect(waiting).rejects.toMatchObject({name: 'AbortError'})
    expect(told).toEqual([expect.stringContaining(`kill ${process.pid}`)])
    first.release()
  })

  it('among dead ones is seen, whatever the order of their files', async () => {
    place('1-a')
    place('999999999-z', {pid: deadPid(), start: '1'})
    place('0-a', {pid: deadPid(), start: '1'})
    expect(await isFree()).toBe(false)
  })
})

/** A file system that only one machine can have mounted. */
function useMemory(): void {
  rmSync(folder, {recursive: true, force: true})
  folder = mkdtempSync('/dev/shm/prosody-mods-mutex-')
}

/** Holds the lock until it is killed. */
const hold = `
const {acquireMutex} = await import(process.env.MUTEX)
await acquireMutex(process.argv[2], {signal: new AbortController().signal, onWait: () => undefined})
console.log('held')
setInterval(() => undefined, 1000)
`

/** The only child of a process. */
function inner(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

function isLocal(path: string): boolean {
  return ['0xef53', '0x58465342', '0x9123683e', '0x1021994'].includes(
    `0x${statfsSync(path).type.toString(16)}`,
  )
}

describe('leftovers', () => {
  it('of dead processes are cleared away', async () => {
    const dead = deadPid()
    place(`${dead}-a`, {pid: dead, start: '1'})
    place(`.${dead}-b`)
    const mutex = await acquireMutex(lock(), options())
    expect(readdirSync(lock()).map((name) => name.replace(/^\.socket-/, ''))).toEqual(
      [0, 1].map(() => expect.stringMatching(`^${process.pid}-[0-9a-f]+$`) as string),
    )
    mutex.release()
    expect(existsSync(lock())).toBe(false)
  })

  it.each(['', '{"pid":', 'null', '[]', '{}'])(
    'that a power cut has torn (%j) do not bar the way',
    async (text) => {
      mkdirSync(lock())
      writeFileSync(join(lock(), '1-a'), text)
      expect(await isFree()).toBe(true)
    },
  )
})

it('says what is in the way when the folder can not be made', async () => {
  writeFileSync(lock(), 'a file')
  await expect(acquireMutex(join(lock(), 'x'), options())).rejects.toMatchObject({
    code: 'WORK_FOLDER_FOREIGN',
    message: expect.stringContaining(lock()) as string,
  })
  await expect(acquireMutex(join(lock(), 'x/y/z'), options())).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: expect.stringContaining(lock()) as string,
  })
})

it('stops waiting when it is told to', async () => {
  const first = await acquireMutex(lock(), options())
  const controller = new AbortController()
  const second = acquireMutex(lock(), {signal: controller.signal, onWait: () => controller.abort()})
  await expect(second).rejects.toMatchObject({name: 'AbortError'})
  first.release()
  expect(existsSync(lock())).toBe(false)
})
