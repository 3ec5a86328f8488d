import {spawn} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {debianSystem, largeTemporary} from './debootstrap.ts'
import {startContainer} from './container.ts'
import type {Container} from './container.ts'
import {mustRun, runProgram} from './program.ts'

/** What an image says about itself, in Docker's words. */
export interface ImageConfig {
  readonly User: string
  readonly Cmd: readonly string[]
  readonly Env: readonly string[]
  readonly ExposedPorts: Readonly<Record<string, unknown>>
  readonly Volumes: Readonly<Record<string, unknown>>
  readonly Healthcheck: {readonly Test: readonly string[]}
}

/** `/folder/of/the/host:/folder/of/the/container` */
type Volume = `/${string}:/${string}`

export interface Image {
  readonly config: ImageConfig
  /** The root file system of a container made from the image, which the containers of `start` share. */
  readonly root: string
  /** Runs the image's own command with these environment variables, as the image's user, in a network of its own. */
  start(environment: Readonly<Record<string, string>>, volumes?: readonly Volume[]): Promise<Container>
  /** Deletes the image and all that came with it. */
  remove(): Promise<void>
}

/**
 * Builds the Dockerfile of `folder` with buildah, in a storage of its own. The image that its FROM names is made
 * by debootstrap, so nothing is pulled.
 */
export async function buildImage(folder: string): Promise<Image> {
  const work = await mkdtemp(join(largeTemporary, 'prosody-mods-image-'))
  const remove = (): Promise<void> => rm(work, {recursive: true, force: true})
  const buildah = (...args: readonly string[]): readonly string[] => [
    ...['buildah', '--storage-driver', 'vfs'],
    ...['--root', join(work, 'storage'), '--runroot', join(work, 'run'), ...args],
  ]
  try {
    await importBase(buildah, await baseOf(join(folder, 'Dockerfile')))
    const limits = await ulimits()
    const options = [
      '--isolation',
      'chroot',
      '--network',
      'host',
      '--pull=false',
      '--format',
      'docker',
      ...limits,
    ]
    await mustRun(buildah('build', ...options, '--tag', 'example', folder), {timeout: 900_000})
    const config = await inspect(buildah)
    const id = (
      await mustRun(buildah('from', '--pull=false', ...limits, 'example'), {timeout: 300_000})
    ).trim()
    const root = (await mustRun(buildah('mount', id))).trim()
    const run = (
      environment: Readonly<Record<string, string>>,
      command: readonly string[],
      volumes: readonly Volume[] = [],
    ): readonly string[] => {
      const variables = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`])
      const mounts = volumes.flatMap((volume) => ['--volume', volume])
      const how = ['--isolation', 'chroot', '--network', 'host', ...mounts, ...variables]
      return buildah('run', ...how, id, '--', ...command)
    }
    return {
      config,
      root,
      remove,
      start(environment, volumes) {
        const [file = '', ...args] = [...isolated, ...run(environment, config.Cmd, volumes)]
        return startContainer(spawn(file, args, {stdio: ['ignore', 'pipe', 'pipe']}), (command) =>
          runProgram(run({}, command)),
        )
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Ends with the test process, and binds its ports in a network namespace that ends with it. */
const isolated = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--net']

type Buildah = (...args: readonly string[]) => readonly string[]

/** Commits a Debian system under the name that a FROM line uses. */
async function importBase(buildah: Buildah, name: string): Promise<void> {
  const suite = /^docker\.io\/library\/debian:([a-z]+)-slim$/.exec(name)?.[1]
  if (suite === undefined) throw new Error(`FROM ${name}: expected docker.io/library/debian:<suite>-slim`)
  const system = await debianSystem(suite)
  const id = (await mustRun(buildah('from', 'scratch'))).trim()
  await mustRun(buildah('add', '--quiet', id, system, '/'), {timeout: 300_000})
  await mustRun(buildah('commit', '--quiet', '--rm', id, name), {timeout: 300_000})
}

/** Limits that this process may set. By itself, buildah of Debian 13 raises them, which not every root may. */
async function ulimits(): Promise<readonly string[]> {
  const limits = await readFile('/proc/self/limits', 'utf8')
  return Object.entries({nofile: 'Max open files', nproc: 'Max processes'}).map(([name, title]) => {
    const hard = Number(new RegExp(`^${title} +\\S+ +(\\d+)`, 'm').exec(limits)?.[1] ?? enough)
    const limit = Math.min(hard, enough)
    return `--ulimit=${name}=${limit}:${limit}`
  })
}

const enough = 4096

async function baseOf(dockerfile: string): Promise<string> {
  const bases = (await readFile(dockerfile, 'utf8')).matchAll(/^FROM (\S+)(?: AS \S+)?$/gm)
  const [name, ...others] = new Set(Array.from(bases, ([, image]) => image))
  if (name === undefined || others.length > 0)
    throw new Error(`${dockerfile}: expected one image in all FROM`)
  return name
}

async function inspect(buildah: Buildah): Promise<ImageConfig> {
  const text = await mustRun(buildah('inspect', '--type', 'image', 'example'))
  const found = JSON.parse(text) as {readonly Docker: {readonly config: ImageConfig}}
  return found.Docker.config
}
