import {spawn} from 'node:child_process'
import type {SpawnOptions} from 'node:child_process'

export interface ProgramOutput {
  /** Exit code, or 128 where a signal ended the program. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds; the program is killed when they have passed. One minute by default. */
  readonly timeout?: number
  /** Standard input; none by default. */
  readonly input?: string | Buffer
}

/**
 * Runs a program and collects what it prints. Rejects when it is not installed, when it
 * runs for longer than `timeout`, and for nothing else: look at `code`.
 */
export function runProgram(command: readonly string[], options: ProgramOptions = {}): Promise<ProgramOutput> {
  const [file = '', ...args] = command
  const {timeout = 60_000, input, ...rest} = options
  const settings: SpawnOptions = {...rest, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']}
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, settings)
    // A program that has seen enough closes it.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeout)
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(new Error(`${file} could not be started; is it installed?`, {cause: error}))
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      const output = {
        code: code ?? 128,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }
      if (late) reject(failure(command, `ran for more than ${timeout} ms`, output))
      else resolve(output)
    })
  })
}

/** `runProgram` for programs that have to succeed: rejects with the end of their output when they do not. */
export async function mustRun(command: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const output = await runProgram(command, options)
  if (output.code !== 0) throw failure(command, `exit code ${output.code}`, output)
  return output.stdout
}

function failure(command: readonly string[], what: string, output: ProgramOutput): Error {
  return new Error(`${command.join(' ')}: ${what}\n${(output.stdout + output.stderr).slice(-6000)}`)
}
