import {chmod, cp, readFile, writeFile} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {newSandbox} from './cli.ts'
import {fileDigest} from './digest.ts'
import {buildSingleFile} from './single-file.ts'

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
  const modules = join(root, 'fixtures/modules')
  const allowed = ['--allow-path', modules]
  return newContext(async (folder, cli) => {
    await cli('init')
    await cli('add', join(modules, 'flat'), '--layout', 'flat', ...allowed)
    await cli('add', join(modules, 'folders'), join(modules, 'linked'), ...allowed)
    await cli('install', '--modules-path', join(folder, 'prosody-modules'), ...allowed)
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

/** A new project as docs/guide/docker.md makes it, with the program in one file and its digest. */
export async function guideContext(): Promise<Context> {
  return newContext(async (folder, cli) => {
    await cli('init')
    await cli('add', 'muc_moderation')
    const single = await buildSingleFile(folder)
    await writeFile(`${single}.sha256`, `${await fileDigest(single)}  prosody-mods.mjs\n`)
  })
}

/** A project that `import --run` has made of a Dockerfile of the old kind, with the program in one file and its digest. */
export async function importedContext(): Promise<Context> {
  return newContext(async (folder, cli) => {
    await writeFile(join(folder, 'Dockerfile'), oldDockerfile)
    await cli('import', 'Dockerfile', '--run')
    const single = await buildSingleFile(folder)
    await writeFile(`${single}.sha256`, `${await fileDigest(single)}  prosody-mods.mjs\n`)
  })
}

const oldDockerfile = `FROM docker.io/library/debian:trixie-slim
RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends prosody \\
 && rm --recursive --force /var/lib/apt/lists/*
RUN curl --fail --location https://hg.prosody.im/prosody-modules/raw-file/tip/mod_muc_moderation/mod_muc_moderation.lua --output /usr/lib/prosody/modules/mod_muc_moderation.lua
COPY prosody.cfg.lua /etc/prosody/prosody.cfg.lua
USER prosody
CMD ["prosody", "-F"]
`

type Cli = (...args: readonly string[]) => Promise<void>

async function newContext(write: (folder: string, cli: Cli) => Promise<void>): Promise<Context> {
  const sandbox = await newSandbox()
  const folder = sandbox.project
  try {
    await chmod(dirname(folder), 0o755)
    await write(folder, async (...args) => {
      // The real network, by way of the machine's proxy where it has one.
      const output = await sandbox.cli(args, {env: proxies(), timeout: 300_000})
      if (output.code !== 0)
        throw new Error(`prosody-mods ${args.join(' ')}: ${output.stdout}${output.stderr}`)
    })
  } catch (error) {
    await sandbox.remove()
    throw error
  }
  return {
    folder,
    remove: () => sandbox.remove(),
    lockedDigest: (module, path) => lockedDigest(folder, module, path),
  }
}

async function lockedDigest(folder: string, module: string, path: string): Promise<string> {
  const text = await readFile(join(folder, 'prosody-mods.lock.json'), 'utf8')
  const {modules} = JSON.parse(text) as {modules: Record<string, {files: Record<string, string>}>}
  const digest = modules[module]?.files[path]
  if (digest === undefined) throw new Error(`the lockfile has no ${path} of ${module}:\n${text}`)
  return digest.replace(/^sha256:/, '')
}

/** The proxies of the machine, which sandboxes leave out. */
export function proxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name)),
  )
}
