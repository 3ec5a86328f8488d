import {readFileSync} from 'node:fs'
import {mkdir, mkdtemp, readdir, readlink, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runProgram, type ProgramOptions, type ProgramOutput} from './program.ts'

/** The built CLI. */
export const cliPath = join(import.meta.dirname, '../../bin/run.js')

export interface CliOptions {
  /** Laid over the sandbox's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Milliseconds. */
  readonly timeout?: number
  /** Standard input; none by default. */
  readonly input?: string | Buffer
}

export interface CliOutput extends ProgramOutput {
  /** Standard output, parsed; throws when it is not JSON. */
  readonly json: unknown
}

/** A folder for one project with a store and a user configuration of its own. */
export interface Sandbox {
  /** The project's folder, empty at first. */
  readonly project: string
  readonly store: string
  /** The user's configuration folder, which is not there at first. */
  readonly config: string
  readonly env: NodeJS.ProcessEnv
  /** Runs the built CLI in the project's folder. */
  cli(args: readonly string[], options?: CliOptions): Promise<CliOutput>
  remove(): Promise<void>
}

/** @param program the CLI that it runs */
export async function newSandbox(program = cliPath): Promise<Sandbox> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-sandbox-'))
  const project = join(work, 'project')
  const store = join(work, 'cache')
  const config = join(work, 'config')
  await mkdir(project)
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PROSODY_MODS_CACHE: store,
    PROSODY_MODS_STATE: join(work, 'state'),
    PROSODY_MODS_CONFIG: config,
    NETRC: '/dev/null',
  }
  Reflect.deleteProperty(env, 'GITHUB_TOKEN')
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']) {
    Reflect.deleteProperty(env, name)
  }
  return {
    project,
    store,
    config,
    env,
    cli: (args, options = {}) =>
      runCli([program, ...args], {
        ...options,
        cwd: project,
        // A new project would be for the Prosody of this machine, whichever that is.
        env: {...env, ...(makesProject(args) ? {PATH: join(work, 'no-programs')} : {}), ...options.env},
      }),
    remove: () => rm(work, {recursive: true, force: true}),
  }
}

function makesProject(args: readonly string[]): boolean {
  return args[0] === 'init' || args.includes('--init')
}

async function runCli(command: readonly string[], options: ProgramOptions): Promise<CliOutput> {
  const output = await runProgram([process.execPath, ...command], {timeout: 120_000, ...options})
  return {
    ...output,
    get json(): unknown {
      return JSON.parse(output.stdout) as unknown
    },
  }
}

/** Every file below a folder: path → bytes as latin1, `link:` and its target, or `folder:` for an empty folder. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  const entries = await readdir(folder, {withFileTypes: true, recursive: true})
  for (const entry of entries) {
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(folder.length + 1)
    if (entry.isSymbolicLink()) tree[path] = `link:${await readlink(full)}`
    else if (entry.isFile()) tree[path] = readFileSync(full, 'latin1')
    else if (entry.isDirectory() && (await readdir(full)).length === 0) tree[path] = 'folder:'
  }
  return tree
}
