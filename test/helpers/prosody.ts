import {spawn} from 'node:child_process'
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {chown, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {runProgram} from './program.ts'
import type {ProgramOutput} from './program.ts'
import type {ProsodyPlace} from './prosody-place.ts'

export const host = 'localhost'
export const mucHost = 'conference.localhost'

export interface ProsodyRequest {
  /** Folder that holds prosody-modules/ and conf.d/, as the CLI writes them for this very path. */
  readonly context: string
  /** Modules of the virtual host. */
  readonly hostModules?: readonly string[]
  /** Modules of the MUC component. */
  readonly mucModules?: readonly string[]
}

/** Questions to a running Prosody, over `prosodyctl shell`. */
export interface ProsodyQueries {
  /** The value of a Lua expression as Prosody prints it. Rejects when it raises an error. */
  evaluate(expression: string): Promise<string>
  /** The file that a module was loaded from, or undefined when it is not loaded on that host. */
  modulePath(onHost: string, name: string): Promise<string | undefined>
  /** A global variable of a loaded module, as text; 'nil' when the module is not loaded or has none. */
  moduleValue(onHost: string, name: string, variable: string): Promise<string>
}

export interface RunningProsody extends ProsodyQueries {
  readonly pid: number
  /** Everything that it has printed so far, debug level. */
  log(): string
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/**
 * Starts a real Prosody in the foreground as user prosody on a context: a virtual host and a MUC component, no
 * network port, data in a new folder. Resolves when its shell answers, which is after all modules are loaded.
 */
export async function startProsody(place: ProsodyPlace, request: ProsodyRequest): Promise<RunningProsody> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-prosody-'))
  const config = await writeWork(place, work, request)
  const folders = [work, request.context]
  const shell = (line: string): Promise<ProgramOutput> =>
    runProgram(place.argv(['prosodyctl', '--config', config, 'shell', line], folders))
  const [file = '', ...args] = place.argv(['prosody', '--config', config, '-F'], folders)
  const child = spawn(file, args, {stdio: ['ignore', 'pipe', 'pipe'], cwd: '/'})
  const printed = collectOutput(child)
  const stop = async (): Promise<void> => {
    await endProcess(child)
    await rm(work, {recursive: true, force: true})
  }
  try {
    await untilReady({child, shell, log: () => printed.join('')})
  } catch (error) {
    await stop()
    throw error
  }
  return {pid: child.pid ?? 0, log: () => printed.join(''), stop, ...prosodyQueries(shell)}
}

export function prosodyQueries(shell: (line: string) => Promise<ProgramOutput>): ProsodyQueries {
  async function evaluate(expression: string): Promise<string> {
    const {code, stdout, stderr} = await shell(`> tostring(${expression})`)
    const result = /^Result: (.*)$/ms.exec(stdout)?.[1]
    if (code !== 0 || result === undefined)
      throw new Error(`Prosody's shell, ${expression}: ${stdout}${stderr}`)
    return result.trimEnd()
  }
  const get = (onHost: string, name: string): string =>
    `require"core.modulemanager".get_module(${luaString(onHost)}, ${luaString(name)})`
  return {
    evaluate,
    async modulePath(onHost, name) {
      const path = await evaluate(`(${get(onHost, name)} or {module = {}}).module.path`)
      return path === 'nil' ? undefined : path
    },
    moduleValue: (onHost, name, variable) => evaluate(`(${get(onHost, name)} or {})[${luaString(variable)}]`),
  }
}

export interface Waiting {
  readonly child: ChildProcess
  readonly shell: (line: string) => Promise<ProgramOutput>
  readonly log: () => string
}

/** Resolves when Prosody's shell answers; rejects with its log when it ends first or stays silent for two minutes. */
export async function untilReady(waiting: Waiting): Promise<void> {
  const {child, shell, log} = waiting
  const end = Date.now() + 120_000
  while (Date.now() < end) {
    if (hasEnded(child))
      throw new Error(`Prosody ended with ${child.exitCode ?? child.signalCode ?? '?'}:\n${log()}`)
    const {code, stdout} = await shell("> 'up'")
    if (code === 0 && stdout.includes('Result: up')) return
    await sleep(100)
  }
  throw new Error(`Prosody's shell did not answer within two minutes:\n${log()}`)
}

/** The growing list of what a program prints, both streams in order of arrival. */
export function collectOutput(child: ChildProcess): readonly string[] {
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => chunks.push(chunk))
  }
  return chunks
}

/** Sends SIGTERM, SIGKILL after ten seconds, and waits. */
async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Lays out the folder of one run and returns the path of its configuration. */
async function writeWork(place: ProsodyPlace, work: string, request: ProsodyRequest): Promise<string> {
  const data = join(work, 'data')
  await mkdir(data)
  await chown(data, place.uid, place.gid)
  const config = join(work, 'prosody.cfg.lua')
  await writeFile(config, configuration(data, request))
  await chown(work, place.uid, place.gid)
  return config
}

function configuration(data: string, {context, hostModules = [], mucModules = []}: ProsodyRequest): string {
  return `
data_path = ${luaString(data)}
pidfile = ${luaString(join(data, 'prosody.pid'))}
certificates = ${luaString(data)}
log = { debug = "*console" }
modules_enabled = { "admin_shell", "disco" }
modules_disabled = { "c2s", "s2s" }
http_ports, https_ports = {}, {}

Include ${luaString(join(context, 'conf.d/*.cfg.lua'))}

VirtualHost ${luaString(host)}
  modules_enabled = ${luaList(hostModules)}

Component ${luaString(mucHost)} "muc"
  modules_enabled = ${luaList(mucModules)}
`
}

function luaList(values: readonly string[]): string {
  return `{ ${values.map(luaString).join(', ')} }`
}

/** Names and paths of tests are printable ASCII, for which JSON's escapes are Lua's too. */
function luaString(text: string): string {
  return JSON.stringify(text)
}
