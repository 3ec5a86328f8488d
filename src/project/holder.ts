import {readFileSync, readdirSync, readlinkSync, statfsSync} from 'node:fs'
import {hostname} from 'node:os'
import {systemCode} from '../errors.ts'
import {processExists, processWorld} from '../process-exists.ts'

/** A process that holds something, as it writes itself down. */
export interface Holder {
  readonly pid: number
  /** Start time of the process in the kernel's clock, so that a reused pid is not taken for the holder. */
  readonly start: string
  /** Boot and pid namespace: outside of them the pid says nothing. */
  readonly world: string
  readonly host: string
  /** Name of a socket beside its file, on which it listens as long as it lives. */
  readonly socket?: string
}

/** What can be known of a holder: that it is there, that it is not, or neither. */
export type Standing = 'alive' | 'gone' | 'unknown'

/** Describes this process as a holder. */
export function thisHolder(): Holder {
  return {pid: process.pid, start: startOf(process.pid), world: processWorld(), host: hostname()}
}

/**
 * Tells whether a holder is still there. Never 'gone' for one that lives.
 * @param folder where its file lies
 * @param socket the way to its socket
 */
export async function standingOf(
  holder: Holder,
  {folder, socket}: {readonly folder: string; readonly socket: string | undefined},
): Promise<Standing> {
  const here = processWorld()
  if (isHere(holder)) {
    return processExists(holder.pid) && startOf(holder.pid) === holder.start ? 'alive' : 'gone'
  }
  const [boot, namespace] = partsOf(holder.world)
  if (boot === '' || boot !== partsOf(here)[0]) {
    // Started anew since, which ended it; nor can another machine work on a disk of this one.
    return boot !== '' && (holder.host === hostname() || isLocal(folder)) ? 'gone' : 'unknown'
  }
  // Another container of this machine.
  if (isNamespaceGone(namespace)) return 'gone'
  return socket === undefined || !isLocal(folder) ? 'unknown' : await listens(socket)
}

/** Describes the holder of a lock for a message. */
export function nameOf(holder: Holder): string {
  return `process ${holder.pid} on ${holder.host}`
}

/** Tells whether a holder's process can be looked at, and ended, from here. */
export function isHere(holder: Holder): boolean {
  const here = processWorld()
  return holder.world === here && (partsOf(here)[0] !== '' || holder.host === hostname())
}

function partsOf(text: string): readonly [boot: string, namespace: string] {
  const [boot = '', namespace = ''] = text.split(' ')
  return [boot, namespace]
}

/** Field 22 of /proc/PID/stat (proc(5)); '' where there is no /proc. A zombie has ended, too. */
function startOf(pid: number): string {
  return quietly(() => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  })
}

/** From the machine's own namespace all processes can be seen, and root may see where they belong. */
function isNamespaceGone(namespace: string): boolean {
  // PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h.
  if (quietly(() => readlinkSync('/proc/self/ns/pid')) !== 'pid:[4026531836]') return false
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.every((pid) => namespaceOf(pid) !== namespace)
  } catch {
    return false
  }
}

/** Undefined for a process that has ended. Throws where that can't be seen. */
function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH') return undefined
    throw error
  }
}

/** ext, XFS, Btrfs, tmpfs, F2FS, ZFS, bcachefs, by statfs(2): one machine at a time has them mounted. */
const localTypes = [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1, 0xca451a4e]

function isLocal(folder: string): boolean {
  try {
    return localTypes.includes(statfsSync(folder).type)
  } catch {
    return false
  }
}

/** The kernel refuses a connection to a socket whose process has ended, in whatever container it was. */
async function listens(socket: string): Promise<Standing> {
  const {connect} = await import('node:net')
  return new Promise((resolve) => {
    const asked = connect(socket)
    asked.once('connect', () => {
      asked.destroy()
      resolve('alive')
    })
    asked.once('error', (error) => resolve(systemCode(error) === 'ECONNREFUSED' ? 'gone' : 'unknown'))
  })
}

function quietly(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
