import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import type {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import type {ProsodyPlace} from './place.ts'
import type {BootWork, Trace} from './work.ts'

/** A start of Prosody, and what ends it. */
export interface BootStart {
  readonly place: ProsodyPlace
  readonly work: BootWork
  /** Path of the configuration as Prosody sees it. */
  readonly config: string
  readonly trace: Trace
  /** How many milliseconds the trace may stay as it is before Prosody is ended. */
  readonly silence: number
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** How a Prosody has ended. */
export interface BootEnd {
  /** Words about Prosody's end: exit code, signal. */
  readonly how: string
  /** Whether Prosody was ended because nothing went on. */
  readonly late: boolean
  /** The last of what Prosody has printed. */
  readonly output: string
  /** The last line of standard error. */
  readonly complaint: string | undefined
}

/** Runs a Prosody until it ends, by itself or because its trace does not grow. Throws the reason of the signal. */
export async function runProsody(start: BootStart): Promise<BootEnd> {
  const {signal} = start
  signal.throwIfAborted()
  const child = launch(start)
  const output = tailOf(child.stdout, child.stderr)
  const errors = tailOf(child.stderr)
  const closed = new Promise((resolve) => child.once('close', resolve))
  const over = new AbortController()
  let how: string | undefined
  try {
    how = await Promise.race([ending(child), stalled(start, over.signal), aborted(signal, over.signal)])
  } finally {
    over.abort()
    endGroup(child)
    await closed
  }
  signal.throwIfAborted()
  const complaint = errors().trimEnd().split('\n').at(-1)?.trim()
  return {
    how: how ?? 'because nothing went on',
    late: how === undefined,
    output: output(),
    complaint: complaint === '' ? undefined : complaint,
  }
}

async function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`before it began: ${error.message}`))
    child.once('exit', (code, by) => resolve(by === null ? `with exit code ${code ?? 0}` : `by ${by}`))
  })
}

/** Its own process group, which all ends with it that modules may have started. */
function launch({place, work, config, env}: BootStart): ChildProcess {
  const {program, root, user, path} = place
  const command = [program, '-F', '--config', config]
  const ids = user ?? {uid: 0, gid: 0}
  const [file = '', ...args] =
    root === undefined
      ? command
      : ['chroot', `--userspec=+${ids.uid}:+${ids.gid}`, '--groups=', root, ...command]
  return spawn(file, args, {
    cwd: '/',
    env: {...luaPaths(root === undefined ? env : {}), PATH: path, HOME: `${work.inside}/data`},
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(root === undefined ? user : {}),
  })
}

/** A Prosody may have been installed where Lua finds it by these alone. */
function luaPaths(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isPath = /^(?:LUA_C?PATH(?:_5_\d)?|LD_LIBRARY_PATH)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => isPath.test(name)))
}

const longestOutput = 16_384

function tailOf(...streams: readonly (Readable | null)[]): () => string {
  let text = ''
  for (const stream of streams) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-longestOutput)))
  }
  return () => text
}

/** Resolves when the trace has not grown for too long. */
async function stalled({trace, silence}: BootStart, over: AbortSignal): Promise<undefined> {
  let size = -1
  let since = Date.now()
  while (!over.aborted && Date.now() - since < silence) {
    const now = trace.size()
    if (now !== size) since = Date.now()
    size = now
    await sleep(100, undefined, {signal: over}).catch(() => undefined)
  }
}

async function aborted(signal: AbortSignal, over: AbortSignal): Promise<undefined> {
  await once(signal, 'abort', {signal: over}).catch(() => undefined)
}

/** SIGTERM, two seconds later SIGKILL, to all of the group. */
function endGroup(child: ChildProcess): void {
  const {pid} = child
  if (pid === undefined) return
  const killAll = (): void => kill(pid, 'SIGKILL')
  if (!isRunning(child)) {
    // What its modules have started.
    killAll()
    return
  }
  const timer = setTimeout(killAll, 2000)
  child.once('exit', () => {
    clearTimeout(timer)
    killAll()
  })
  kill(pid, 'SIGTERM')
}

function isRunning({exitCode, signalCode}: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // There is none any more.
  }
}
