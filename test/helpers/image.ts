import {mkdir, mkdtemp, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {containerCommands, type Image, type ImageConfig} from './image-container.ts'
import {debianSystem, largeTemporary} from './debootstrap.ts'
import {mustRun, runProgram} from './program.ts'

/** Images by buildah; what two of them begin with alike is built once. */
export interface ImageStore {
  /** Builds the Dockerfile of `folder`. The image that its FROM names is made by debootstrap, so nothing is pulled. */
  build(folder: string): Promise<Image>
  /** Deletes the images and all that came with them. */
  remove(): Promise<void>
}

type Buildah = (...args: readonly string[]) => readonly string[]

/** Makes a store with nothing in it. */
export async function newImageStore(): Promise<ImageStore> {
  const work = await mkdtemp(join(largeTemporary, 'prosody-mods-image-'))
  const storage = ['--root', join(work, 'storage'), '--runroot', join(work, 'run')]
  const of =
    (driver: string): Buildah =>
    (...args) => ['buildah', '--storage-driver', driver, ...storage, ...args]
  // copies nothing, and works wherever a file system is not made of layers itself
  const layered = (await runProgram(of('overlay')('info'))).code === 0
  const buildah = of(layered ? 'overlay' : 'vfs')
  const bases = new Set<string>()
  let count = 0
  return {
    async build(folder) {
      const base = await baseOf(join(folder, 'Dockerfile'))
      if (!bases.has(base)) await importBase(buildah, base)
      bases.add(base)
      count += 1
      const name = `example-${count}`
      await buildFolder(buildah, {folder, name, layered})
      const root = join(work, name)
      await unpack(buildah, name, root)
      return {...containerCommands(root, await inspect(buildah, name)), root}
    },
    async remove() {
      // overlay leaves its own folder mounted
      await runProgram(['umount', '--recursive', join(work, 'storage/overlay')])
      await rm(work, {recursive: true, force: true})
    },
  }
}

/** Builds the Dockerfile of `folder` in a store of its own, which goes with the image. */
export async function buildImage(folder: string): Promise<Image & Pick<ImageStore, 'remove'>> {
  const store = await newImageStore()
  try {
    return {...(await store.build(folder)), remove: () => store.remove()}
  } catch (error) {
    await store.remove()
    throw error
  }
}

interface Building {
  readonly folder: string
  readonly name: string
  /** Whether a layer costs nothing, so that it can be kept for the next image. */
  readonly layered: boolean
}

async function buildFolder(buildah: Buildah, {folder, name, layered}: Building): Promise<void> {
  const how = ['--isolation', 'chroot', '--network', 'host', '--pull=false', '--format', 'docker']
  const options = [...how, `--layers=${String(layered)}`, ...(await ulimits())]
  await mustRun(buildah('build', ...options, '--tag', name, folder), {timeout: 900_000})
}

/** Puts the root file system of an image into a folder. */
async function unpack(buildah: Buildah, name: string, root: string): Promise<void> {
  const id = (
    await mustRun(buildah('from', '--pull=false', ...(await ulimits()), name), {timeout: 300_000})
  ).trim()
  const mounted = (await mustRun(buildah('mount', id))).trim()
  await mkdir(root)
  await mustRun(['cp', '--archive', '--reflink=auto', `${mounted}/.`, root], {timeout: 300_000})
  await mustRun(buildah('umount', id))
  await mustRun(buildah('rm', id))
}

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
  const lines = (await readFile(dockerfile, 'utf8')).matchAll(/^FROM (\S+)(?: AS \S+)?$/gm)
  const names = new Set(Array.from(lines, ([, image = '']) => image).filter((image) => image !== 'scratch'))
  const [name, ...others] = names
  if (name === undefined || others.length > 0)
    throw new Error(`${dockerfile}: expected one image in all FROM`)
  return name
}

async function inspect(buildah: Buildah, name: string): Promise<ImageConfig> {
  const text = await mustRun(buildah('inspect', '--type', 'image', name))
  const found = JSON.parse(text) as {readonly Docker: {readonly config: ImageConfig}}
  return found.Docker.config
}
