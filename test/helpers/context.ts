import {chmod, cp, mkdir, mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {mustRun} from './program.ts'

const root = join(import.meta.dirname, '../..')

/** The example project, with its Dockerfile. */
export const exampleFolder = join(root, 'examples/moderated-chat')

/** A project that the built CLI has written, with an empty store of its own, in a new folder. */
export interface Context {
  /** Holds manifest, lockfile, prosody-modules/ and conf.d/; every user of the machine can read it. */
  readonly folder: string
  /** sha256 that the lockfile has for a file: `community/muc_moderation`, path below the source's folder. */
  lockedDigest(module: string, path: string): Promise<string>
  remove(): Promise<void>
}

/** A new project with the real mod_muc_moderation, for a Prosody that loads it from the project's folder. */
export async function moderationContext(): Promise<Context> {
  return newContext(async (folder, cli) => {
    await cli('init')
    await cli('add', 'muc_moderation')
    await cli('install', '--modules-path', join(folder, 'prosody-modules'))
  })
}

/** A new project with all of fixtures/modules, for a Prosody that loads it from the project's folder. */
export async function fixtureContext(): Promise<Context> {
  const sources = ['folders', 'flat', 'linked'].map((name) => join(root, 'fixtures/modules', name))
  return newContext(async (folder, cli) => {
    await cli('init')
    await cli('add', ...sources)
    await cli('install', '--modules-path', join(folder, 'prosody-modules'))
  })
}

/** A copy of the example with the context that its manifest and lockfile ask for. */
export async function exampleContext(): Promise<Context> {
  return newContext(async (folder, cli) => {
    const written = new Set(['conf.d', 'prosody-modules'])
    const filter = (source: string): boolean => !written.has(relative(exampleFolder, source))
    await cp(exampleFolder, folder, {recursive: true, filter})
    await cli('install', '--frozen')
  })
}

type Cli = (...args: readonly string[]) => Promise<string>

async function newContext(write: (folder: string, cli: Cli) => Promise<void>): Promise<Context> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-context-'))
  const remove = (): Promise<void> => rm(work, {recursive: true, force: true})
  const folder = join(work, 'project')
  const env = {
    ...process.env,
    PROSODY_MODS_CACHE: join(work, 'cache'),
    PROSODY_MODS_CONFIG: join(work, 'config'),
  }
  try {
    await chmod(work, 0o755)
    await mkdir(folder)
    await write(folder, (...args) =>
      mustRun([process.execPath, join(root, 'bin/run.js'), ...args], {cwd: folder, env, timeout: 300_000}),
    )
  } catch (error) {
    await remove()
    throw error
  }
  return {folder, remove, lockedDigest: (module, path) => lockedDigest(folder, module, path)}
}

async function lockedDigest(folder: string, module: string, path: string): Promise<string> {
  const text = await readFile(join(folder, 'prosody-mods.lock.json'), 'utf8')
  const {modules} = JSON.parse(text) as {modules: Record<string, {files: Record<string, string>}>}
  const digest = modules[module]?.files[path]
  if (digest === undefined) throw new Error(`the lockfile has no ${path} of ${module}:\n${text}`)
  return digest.replace(/^sha256:/, '')
}
