import {randomBytes} from 'node:crypto'
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {hostname} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {writeFailed} from '../durable.ts'
import {processExists} from '../process-exists.ts'

/**
 * One process at a time works on a project; a killed holder's lock is taken over at once.
 *
 * A process that wants the lock looks at the files in the folder, each of which names a process. If one of
 * them lives, it waits. Otherwise it puts a file of its own beside them and looks again: the lock is its
 * own if there is nothing but what it saw before and its own file, else it withdraws.
 * docs/decisions/002-project-lock.md argues why two processes can't both pass that second look.
 */
export interface Mutex {
  release(): void
}

export interface MutexOptions {
  readonly signal: AbortSignal
  /** Told once when the lock is held by another process. */
  onWait(holder: string): void
}

/** How long to wait for a live holder before giving up, in milliseconds. */
const patience = 10 * 60_000

/** Throws PROJECT_LOCKED after ten minutes, WRITE_FAILED where the folder can't be written. */
export async function acquireMutex(folder: string, options: MutexOptions): Promise<Mutex> {
  const started = Date.now()
  let told = false
  for (;;) {
    options.signal.throwIfAborted()
    const outcome = attempt(folder)
    if (typeof outcome !== 'string') return outcome
    if (!told && outcome !== '') {
      told = true
      options.onWait(outcome)
    }
    if (Date.now() - started > patience) {
      throw new ProsodyModsError(
        'PROJECT_LOCKED',
        `another prosody-mods (${outcome}) has held ${folder} for ten minutes`,
        {
          hint: `if that process is none of prosody-mods, remove ${folder}`,
          details: {folder, holder: outcome},
        },
      )
    }
    await setTimeout(10 + Math.random() * 40, undefined, {signal: options.signal})
  }
}

/** The lock, or who holds it ('' when two processes got in each other's way). */
function attempt(folder: string): Mutex | string {
  try {
    // Not recursive: that says ENOENT, which means something else here, on a read-only file system.
    makeFolder(dirname(folder))
    makeFolder(folder)
    const before = entries(folder)
    for (const name of before) {
      const holder = read(join(folder, name))
      if (holder === undefined) return ''
      if (holder !== 'torn' && isAlive(holder)) return `process ${holder.pid} on ${holder.host}`
    }
    const mine = announce(folder)
    const expected = [...before, mine].sort()
    if (entries(folder).join() !== expected.join()) {
      unlink(join(folder, mine))
      return ''
    }
    for (const dead of before) unlink(join(folder, dead))
    return {release: () => release(folder, mine)}
  } catch (error) {
    // The folder went away under us: its last holder released it just now.
    if (systemCode(error) === 'ENOENT') return ''
    throw writeFailed(folder, error)
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

function release(folder: string, mine: string): void {
  unlink(join(folder, mine))
  try {
    rmdirSync(folder)
  } catch {
    // Others wait in it.
  }
}

interface Holder {
  readonly pid: number
  /** Start time of the process in the kernel's clock, so that a reused pid is not taken for the holder. */
  readonly start: string
  /** Boot and pid namespace: outside of them the pid says nothing. */
  readonly world: string
  readonly host: string
}

/** Puts a file that names this process into the folder, whole; gives its name. */
function announce(folder: string): string {
  const name = `${process.pid}-${randomBytes(8).toString('hex')}`
  const temporary = join(folder, `.${name}`)
  const holder: Holder = {pid: process.pid, start: startOf(process.pid), world: world(), host: hostname()}
  writeFileSync(temporary, JSON.stringify(holder), {flag: 'wx'})
  renameSync(temporary, join(folder, name))
  return name
}

function isAlive(holder: Holder): boolean {
  // A process of another machine, boot or pid namespace can't be looked at: believe that it lives,
  // unless this machine has been started anew since, which ended it.
  if (holder.world !== world()) return holder.host !== hostname() || sameBoot(holder.world, world())
  return processExists(holder.pid) && startOf(holder.pid) === holder.start
}

function sameBoot(a: string, b: string): boolean {
  return a.split(' ')[0] === b.split(' ')[0]
}

function world(): string {
  return `${quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())} ${quietly(() => readlinkSync('/proc/self/ns/pid'))}`
}

/** Field 22 of /proc/PID/stat (proc(5)); '' where there is no /proc. A zombie has ended, too. */
function startOf(pid: number): string {
  return quietly(() => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  })
}

function quietly(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

/** Announced processes; a hidden file is one that its writer has not finished, or never will. */
function entries(folder: string): string[] {
  const names = readdirSync(folder)
  for (const name of names) {
    const pid = Number(/^\.(\d+)-/.exec(name)?.[1])
    if (pid > 0 && pid !== process.pid && !processExists(pid)) unlink(join(folder, name))
  }
  return names.filter((name) => !name.startsWith('.')).sort()
}

/** Undefined when the file has gone. A file is announced whole: only a power cut tears it, and ends its writer. */
function read(path: string): Holder | 'torn' | undefined {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder> | null
    return typeof found?.pid === 'number' && found.pid > 0 ? (found as Holder) : 'torn'
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    if (error instanceof SyntaxError) return 'torn'
    throw error
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}
