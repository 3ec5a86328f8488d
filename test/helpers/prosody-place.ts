import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {debianSystem, largeTemporary} from './debootstrap.ts'
import {mustRun} from './program.ts'

/** A root file system with Prosody in it: the machine's own, or that of another Debian. */
export interface ProsodyPlace {
  /** '/' for the machine. */
  readonly root: string
  /** Ids of the user prosody there. */
  readonly uid: number
  readonly gid: number
  /**
   * The command line that runs `command` there as user prosody, without any other right. `folders` of the machine
   * are seen at the same paths; their mounts are private to the command and end with it.
   */
  argv(command: readonly string[], folders: readonly string[]): readonly string[]
  /** Deletes what was made for it. */
  remove(): Promise<void>
}

const suites = {'0.12': 'bookworm', '13.0': 'trixie'} as const

/** A Prosody of one release line: the machine's where that fits, else one in a Debian that debootstrap makes. */
export async function linePlace(line: keyof typeof suites): Promise<ProsodyPlace> {
  const installed = await mustRun(['dpkg-query', '--show', '--showformat', '${Version}', 'prosody'])
  if (installed.startsWith(`${line}.`)) return machinePlace()
  const system = await debianSystem(suites[line])
  const root = await mkdtemp(join(largeTemporary, 'prosody-mods-root-'))
  const remove = (): Promise<void> => rm(root, {recursive: true, force: true})
  try {
    await mustRun(['tar', '-C', root, '-xf', system])
    await mustRun(['chroot', root, 'sh', '-ec', installProsody], {timeout: 600_000})
    return {...(await rootPlace(root)), remove}
  } catch (error) {
    await remove()
    throw error
  }
}

const installProsody = `
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends prosody
`

/** The Prosody of the machine that the tests run on: 0.12 on Debian 12, 13.0 on Debian 13. */
export async function machinePlace(): Promise<ProsodyPlace> {
  return {
    root: '/',
    ...(await prosodyIds('/')),
    argv: (command) => [...asProsody, ...command],
    remove: nothing,
  }
}

/** A Prosody that is installed in the root file system at `root`. */
export async function rootPlace(root: string): Promise<ProsodyPlace> {
  return {
    root,
    ...(await prosodyIds(root)),
    argv: (command, folders) => [
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', enterRoot, 'enter-root'],
      ...[root, String(folders.length), ...folders],
      ...[...asProsody, ...command],
    ],
    remove: nothing,
  }
}

function nothing(): Promise<void> {
  return Promise.resolve()
}

/** Ends with the test process too: the death signal is set after the change of user, which would clear it. */
const asProsody = [
  'setpriv',
  ...['--reuid', 'prosody', '--regid', 'prosody', '--clear-groups', '--reset-env', '--pdeathsig', 'TERM'],
]

/** Arguments: root, number of folders, the folders, command. Every step execs, so the process id stays. */
const enterRoot = `
root=$1 count=$2
shift 2
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
while [ "$count" -gt 0 ]; do
  mkdir -p "$root$1"
  mount --bind "$1" "$root$1"
  shift
  count=$((count - 1))
done
exec chroot "$root" "$@"
`

async function prosodyIds(root: string): Promise<{uid: number; gid: number}> {
  const accounts = await readFile(join(root, 'etc/passwd'), 'utf8')
  const [, , uid, gid] =
    accounts
      .split('\n')
      .find((line) => line.startsWith('prosody:'))
      ?.split(':') ?? []
  if (uid === undefined || gid === undefined) {
    throw new Error(`${join(root, 'etc/passwd')} has no user prosody: Prosody is not installed there`)
  }
  return {uid: Number(uid), gid: Number(gid)}
}
