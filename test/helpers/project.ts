import {newSandbox, type CliOptions, type CliOutput} from './cli.ts'
import {proxies} from './context.ts'

/** A project in a folder of its own. */
export interface Project {
  readonly folder: string
  /** The user's configuration folder, which is not there at first. */
  readonly config: string
  /** Runs the built CLI in it, without a network, which has to succeed. */
  readonly cli: (...args: readonly string[]) => Promise<CliOutput>
  /** Adds modules from where they are really published. */
  readonly addPublished: (...modules: readonly string[]) => Promise<CliOutput>
  readonly remove: () => Promise<void>
}

/** The suite of Debian that has each release line of Prosody. */
export const suites = {'0.12': 'bookworm', '13.0': 'trixie'} as const

export type ProsodyLine = keyof typeof suites

export const prosodyLines = Object.keys(suites) as readonly ProsodyLine[]

/** Makes a project without modules for Debian's Prosody of that line. */
export async function newProject(line: ProsodyLine): Promise<Project> {
  const sandbox = await newSandbox()
  const run = async (args: readonly string[], options?: CliOptions): Promise<CliOutput> => {
    const output = await sandbox.cli(args, options)
    if (output.code === 0) return output
    throw new Error(`prosody-mods ${args.join(' ')}: ${output.stdout}${output.stderr}`)
  }
  await run(['init', '--prosody', line, '--debian', suites[line]])
  return {
    folder: sandbox.project,
    config: sandbox.config,
    cli: (...args) => run(args),
    addPublished: (...modules) => run(['add', ...modules], {env: proxies(), timeout: 300_000}),
    remove: () => sandbox.remove(),
  }
}
