import {hash} from 'node:crypto'
import {mkdir, mkdtemp, readFile, readdir, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {mustRun} from '../test/helpers/program.ts'

const packageFolder = fileURLToPath(new URL('../', import.meta.url))

/** The built program, as its users start it. */
export const program = [process.execPath, join(packageFolder, 'bin/run.js')]

/** Node's own start, which no program in it can be faster than. */
export const nodeAlone = [process.execPath, '-e', '0']

/** A port on which nothing listens: whoever asks there is refused at once. */
const deadUrl = 'http://127.0.0.1:9'

/** Everything that a bench writes lies in here. */
export interface Workspace {
  readonly folder: string
  /**
   * Of the timed programs: no proxies, no configuration of this machine's user, an own home and store. Extra CA
   * certificates stay, as they make every start of Node slower and so change what it is compared with.
   */
  readonly env: NodeJS.ProcessEnv
  readonly store: string
}

export async function openWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-bench-'))
  const home = join(folder, 'home')
  const store = join(folder, 'store')
  await mkdir(home)
  const extraCertificates = process.env['NODE_EXTRA_CA_CERTS']
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    LC_ALL: 'C',
    PROSODY_MODS_CACHE: store,
    PROSODY_MODS_CONFIG: home,
    ...(extraCertificates === undefined ? {} : {NODE_EXTRA_CA_CERTS: extraCertificates}),
  }
  return {folder, env, store}
}

export interface ProjectRequest {
  readonly version: string
  readonly modules: readonly string[]
  readonly mirrors: Readonly<Record<string, string>>
}

/** Writes the manifest of a new project. */
export async function writeProject(folder: string, request: ProjectRequest): Promise<void> {
  const modules = Object.fromEntries(request.modules.map((name) => [`community/${name}`, request.version]))
  // What is measured is the work, also for modules that the line does not load.
  const lint = {policy: 'warn'}
  await mkdir(folder, {recursive: true})
  await writeFile(
    join(folder, 'prosody-mods.json'),
    `${JSON.stringify({prosody: '13.0', mirrors: request.mirrors, modules, lint}, undefined, 2)}\n`,
  )
}

/** Mirrors for a run that finds the publisher dead and takes everything from Debian's package. */
export function debianOnly(debian?: string): Record<string, string> {
  return {'https://hg.prosody.im': deadUrl, ...(debian === undefined ? {} : {debian})}
}

/** Mirrors for a run that takes every file by itself from the publisher. */
export function publisherOnly(hg: string): Record<string, string> {
  return {'https://hg.prosody.im': hg, debian: deadUrl}
}

/**
 * Installs modules from this machine's Debian mirror, which is the one thing that a bench takes from outside.
 * What is in the workspace's store already is not fetched again.
 */
export async function installFromDebian(
  workspace: Workspace,
  folder: string,
  wanted: Omit<ProjectRequest, 'mirrors'>,
): Promise<void> {
  await writeProject(folder, {...wanted, mirrors: debianOnly()})
  const env = {...process.env, ...workspace.env}
  await mustRun([...program, 'install', '-C', folder], {env, timeout: 300_000})
}

/** Where the store keeps the blob of a digest. */
export function blobPath({store}: Workspace, sha256: string): string {
  return join(store, 'v1/sha256', sha256.slice(0, 2), sha256.slice(2))
}

/** Throws unless a file below the folder has each of the digests. */
export async function holdsAll(folder: string, digests: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map(({parentPath, name}) => join(parentPath, name))
  const found = new Set(await Promise.all(files.map(async (file) => hash('sha256', await readFile(file)))))
  const missing = [...digests].filter((digest) => !found.has(digest))
  if (missing.length > 0) throw new Error(`${folder} lacks ${missing.length} of ${digests.size} files`)
}

/** Runs a program whose output does not matter; rejects unless it ends with 0. */
export async function runQuietly(command: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await mustRun(command, {env, timeout: 300_000})
}
