import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'

/** One run of the CLI. */
export interface Ran {
  readonly args: readonly string[]
  readonly code: number | null
  /** What it printed as JSON; undefined where that is none. */
  readonly json: unknown
  readonly stderr: string
}

interface CliError {
  readonly code: string
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

export type Cli = (args: readonly string[]) => Promise<Ran>

const program = join(import.meta.dirname, '../bin/run.js')

/** Runs the built CLI with --json in a project, with a store and settings beside it. */
export function cliIn(project: string): Cli {
  const env = {
    ...process.env,
    PROSODY_MODS_CACHE: join(project, '../cache'),
    PROSODY_MODS_STATE: join(project, '../state'),
    PROSODY_MODS_CONFIG: join(project, '../config'),
  }
  return async (args) => {
    const child = spawn(process.execPath, [program, ...args, '--json'], {cwd: project, env})
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    const [code] = (await once(child, 'close')) as [number | null]
    const text = Buffer.concat(out).toString()
    return {args, code, json: parsed(text), stderr: Buffer.concat(err).toString()}
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The error that a run ended with. */
export function errorOf({json}: Ran): CliError | undefined {
  return (json as {readonly error?: CliError} | undefined)?.error
}

/** What is wrong with the CLI itself in a run: no JSON, an end that it does not foresee. */
export function failureOf(ran: Ran): string | undefined {
  const {args, code, json, stderr} = ran
  const error = errorOf(ran)
  if (json !== undefined && code !== null && code !== 1 && error?.code !== 'INTERNAL') return undefined
  return `${args.slice(0, 3).join(' ')}: exit ${String(code)}, ${error?.message ?? stderr.slice(-500)}`
}
