import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {startContainer, type Container} from './container.ts'
import {largeTemporary} from './debootstrap.ts'
import type {PrivateNetwork} from './private-network.ts'
import {mustRun, runProgram, type ProgramOutput} from './program.ts'

/** What an image says about itself, in Docker's words. */
export interface ImageConfig {
  readonly User: string
  readonly Cmd: readonly string[]
  readonly Env: readonly string[]
  readonly ExposedPorts: Readonly<Record<string, unknown>>
  readonly Volumes: Readonly<Record<string, unknown>>
  readonly Labels: Readonly<Record<string, string>>
  readonly Healthcheck: {readonly Test: readonly string[]}
}

export type Environment = Readonly<Record<string, string>>

export interface ContainerOptions {
  /** Folder or file of the machine by where the container has it; what the image calls a volume is new without it. */
  readonly volumes?: Readonly<Record<string, string>>
  /** One of the container's own by default. */
  readonly network?: PrivateNetwork
  /** `uid:gid`; the image's by default. */
  readonly user?: string
  /** Whether nothing but volumes can be written. */
  readonly readOnly?: boolean
}

/** A folder that containers can share and that outlives them. */
export interface Volume {
  readonly folder: string
  readonly remove: () => Promise<void>
}

export interface ImageCommands {
  readonly config: ImageConfig
  /** Starts the image's own command with these variables. Rejects when it ends before Prosody answers. */
  start(environment: Environment, options?: ContainerOptions): Promise<Container>
  /** Runs the image's own command, which has to end by itself. */
  attempt(environment: Environment, options?: ContainerOptions): Promise<ProgramOutput>
  /** Makes a volume with what the image has at `path`. */
  newVolume(path: string): Promise<Volume>
}

export interface Image extends ImageCommands {
  /** The root file system, which all containers of the image have. */
  readonly root: string
}

/**
 * Makes containers of a root file system as an engine does: namespaces of mounts, processes and network, where the
 * image's command is process 1 as the image's user.
 */
export function containerCommands(root: string, config: ImageConfig): ImageCommands {
  const newVolume = async (path: string): Promise<Volume> => {
    const above = await mkdtemp(join(largeTemporary, 'prosody-mods-volume-'))
    const folder = join(above, 'volume')
    await mustRun(['cp', '--archive', join(root, path), folder])
    return {folder, remove: () => rm(above, {recursive: true, force: true})}
  }
  const prepared = async (environment: Environment, options: ContainerOptions): Promise<Prepared> => {
    const own: Volume[] = []
    const volumes: Record<string, string> = {...options.volumes}
    for (const path of Object.keys(config.Volumes)) {
      if (volumes[path] !== undefined) continue
      const volume = await newVolume(path)
      volumes[path] = volume.folder
      own.push(volume)
    }
    return {
      command: outside({root, config, environment, volumes, options}),
      remove: async () => {
        for (const volume of own) await volume.remove()
      },
    }
  }
  return {
    config,
    newVolume,
    async start(environment, options = {}) {
      const {command, remove} = await prepared(environment, options)
      const [file = '', ...args] = command
      const child = spawn(file, args, {stdio: ['ignore', 'pipe', 'pipe']})
      child.once('close', () => void remove())
      return startContainer(child, (pid, words) =>
        runProgram([...enter(pid), ...asUser({root: rootOf(pid), config, environment, options}), ...words]),
      )
    },
    async attempt(environment, options = {}) {
      const {command, remove} = await prepared(environment, options)
      try {
        return await runProgram(command)
      } finally {
        await remove()
      }
    },
  }
}

interface Prepared {
  readonly command: readonly string[]
  /** Deletes the volumes that were made for it. */
  readonly remove: () => Promise<void>
}

interface Running {
  readonly root: string
  readonly config: ImageConfig
  readonly environment: Environment
  readonly options: ContainerOptions
}

/** The command line that makes a container and runs the image's command in it; it ends with the test process. */
function outside(running: Running & {readonly volumes: Readonly<Record<string, string>>}): readonly string[] {
  const {root, config, volumes, options} = running
  const {network, readOnly = false} = options
  const mounts = Object.entries(volumes).flatMap(([path, folder]) => [folder, path])
  const inner = [...asUser(running), ...config.Cmd]
  const script = ['sh', '-ec', makeContainer, 'container', root, readOnly ? 'ro' : 'rw']
  const unshare = [...(network === undefined ? ['unshare', '--net'] : network.argv(['unshare'])), ...spaces]
  return [...guard, ...unshare, ...script, String(mounts.length / 2), ...mounts, ...inner]
}

const spaces = ['--mount', '--propagation', 'private', '--pid', '--fork']

/**
 * Ends with the test process, and what runs in it ends with it: the first process of an outer namespace, since a change
 * of user, as the container's command makes one, frees a process from dying with its parent.
 */
const guard = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child', '--']

function enter(pid: number): readonly string[] {
  return ['nsenter', '--target', String(pid), '--pid', '--net', '--']
}

/**
 * The root of a process as its mount namespace has it. Entering that namespace would leave the root that the tests
 * themselves run in, where that is another than the machine's.
 */
function rootOf(pid: number): string {
  return `/proc/${pid}/root`
}

/** The command line, from within the container's namespaces, that runs what follows as the image's user. */
function asUser({root, config, environment, options}: Running): readonly string[] {
  const {user, groups} = identity(root, options.user ?? config.User)
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return [
    ...['env', '-i', 'HOME=/', ...config.Env, ...variables],
    ...['chroot', `--userspec=${user}`, `--groups=${groups.join()}`, root],
  ]
}

/** The numbers of a user and their groups: `uid:gid` as it is, and a name by the image's accounts. */
function identity(root: string, user: string): {readonly user: string; readonly groups: readonly string[]} {
  const [, numericGroup] = /^\d+:(\d+)$/.exec(user) ?? []
  if (numericGroup !== undefined) return {user, groups: [numericGroup]}
  const rows = (file: string): readonly (readonly string[])[] =>
    readFileSync(join(root, 'etc', file), 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
  const [, , uid, gid] = rows('passwd').find(([name]) => name === user) ?? []
  if (uid === undefined || gid === undefined) throw new Error(`USER ${user}: the image has no such account`)
  const others = rows('group').filter(([, , , members = '']) => members.split(',').includes(user))
  return {user: `${uid}:${gid}`, groups: [gid, ...others.map(([, , number = '']) => number)]}
}

/**
 * Arguments: root, ro or rw, number of volumes, each volume's folder and path, command. An image without a base has no
 * /dev and /proc, and engines bring these files of /etc.
 */
const makeContainer = `
root=$1 mode=$2 count=$3
shift 3
mount --bind "$root" "$root"
mkdir -p "$root/dev" "$root/proc" "$root/etc"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
for name in resolv.conf hosts; do
  [ -e "$root/etc/$name" ] || : > "$root/etc/$name"
  mount --bind "/etc/$name" "$root/etc/$name"
done
while [ "$count" -gt 0 ]; do
  [ ! -d "$1" ] || mkdir -p "$root$2"
  [ -e "$root$2" ] || { mkdir -p "$(dirname "$root$2")"; : > "$root$2"; }
  mount --bind "$1" "$root$2"
  shift 2
  count=$((count - 1))
done
[ "$mode" = rw ] || mount -o remount,bind,ro "$root"
exec "$@"
`
