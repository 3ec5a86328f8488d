import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readFile, readdir} from 'node:fs/promises'
import type {ProgramOutput} from './program.ts'
import {collectOutput, prosodyQueries, untilReady} from './prosody.ts'
import type {ProsodyQueries} from './prosody.ts'

/** A Prosody in a container. */
export interface Container extends ProsodyQueries {
  /** Of Prosody itself, not of the program that runs the container. */
  readonly pid: number
  log(): string
  /** Runs a command in the container, with the image's user and environment. */
  run(command: readonly string[]): Promise<ProgramOutput>
  /** Sends SIGTERM to Prosody, as a container engine does, and resolves with its exit code. */
  stop(): Promise<number>
}

/**
 * Waits until the Prosody in `child`, which is a starting container, answers. Rejects with its log if it ends.
 * @param enter runs a command where the process `pid` runs, which becomes Prosody
 */
export async function startContainer(
  child: ChildProcess,
  enter: (pid: number, command: readonly string[]) => Promise<ProgramOutput>,
): Promise<Container> {
  const run = async (command: readonly string[]): Promise<ProgramOutput> =>
    enter(await lastDescendant(child.pid ?? 0), command)
  const printed = collectOutput(child)
  const log = (): string => printed.join('')
  const shell = (line: string): Promise<ProgramOutput> => run(['prosodyctl', 'shell', line])
  const exited = once(child, 'close') as Promise<[number | null]>
  try {
    await untilReady({child, shell, log})
    const pid = await lastDescendant(child.pid ?? 0)
    const stop = async (): Promise<number> => {
      if (child.exitCode === null) process.kill(pid, 'SIGTERM')
      const [code] = await exited
      return code ?? 128
    }
    return {pid, log, run, stop, ...prosodyQueries(shell)}
  } catch (error) {
    child.kill('SIGTERM')
    await exited
    // what it printed last may have come after the error was made
    throw new Error(`the container did not start:\n${log()}`, {cause: error})
  }
}

/** TCP ports that a process's network namespace listens on, ascending. */
export async function listeningPorts(pid: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  for (const table of ['tcp', 'tcp6']) {
    const lines = (await readFile(`/proc/${pid}/net/${table}`, 'utf8')).split('\n').slice(1)
    for (const line of lines) {
      const [, local = '', , state] = line.trim().split(/\s+/)
      // proc_pid_net(5): state 0A is LISTEN, the port is hexadecimal
      if (state === '0A') ports.add(Number.parseInt(local.split(':').at(-1) ?? '', 16))
    }
  }
  return [...ports].sort((a, b) => a - b)
}

/** The real user id of a process. */
export async function userOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])
}

/** Follows the chain of only children down to its end. */
async function lastDescendant(pid: number): Promise<number> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '')
    const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1]
    if (parent !== undefined) parents.set(Number(parent), Number(name))
  }
  let at = pid
  for (let child = parents.get(at); child !== undefined; child = parents.get(at)) at = child
  return at
}
