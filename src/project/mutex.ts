import {randomBytes} from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {writeFailed} from '../durable.ts'

/**
 * One process at a time works on a project; a killed holder's lock is taken over at once.
 *
 * The lock is a numbered file that says who holds it, made whole by link(2), which fails where the name
 * exists. It is free when there is no file, or when the process named in the highest file is gone. Taking
 * over means making the next number; the maker then looks again and withdraws unless the file it judged
 * by is still there (or still none) and no higher one is. docs/decisions/002-project-lock.md argues why
 * two processes can't both pass that look.
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
    mkdirSync(folder, {recursive: true})
    const before = numbers(folder).at(-1)
    if (before !== undefined) {
      const holder = read(join(folder, String(before)))
      if (holder === undefined) return ''
      if (isAlive(holder)) return `process ${holder.pid} on ${holder.host}`
    }
    const mine = (before ?? 0) + 1
    if (!make(folder, mine)) return ''
    const now = numbers(folder)
    const undisturbed =
      now.at(-1) === mine && (before === undefined ? now.length === 1 : now.includes(before))
    if (!undisturbed) {
      unlink(join(folder, String(mine)))
      return ''
    }
    for (const older of now.filter((number) => number !== mine)) unlink(join(folder, String(older)))
    return {release: () => release(folder, mine)}
  } catch (error) {
    // The folder went away under us: its last holder released it just now.
    if (systemCode(error) === 'ENOENT') return ''
    throw writeFailed(folder, error)
  }
}

function release(folder: string, mine: number): void {
  unlink(join(folder, String(mine)))
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

function make(folder: string, number: number): boolean {
  const temporary = join(folder, `.${process.pid}-${randomBytes(6).toString('hex')}`)
  const holder: Holder = {pid: process.pid, start: startOf(process.pid), world: world(), host: hostname()}
  writeFileSync(temporary, JSON.stringify(holder), {flag: 'wx'})
  try {
    linkSync(temporary, join(folder, String(number)))
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  } finally {
    unlink(temporary)
  }
}

function isAlive(holder: Holder): boolean {
  // A process of another machine, boot or pid namespace can't be looked at: believe that it lives,
  // unless this machine has been started anew since, which ended it.
  if (holder.world !== world()) return holder.host !== hostname() || sameBoot(holder.world, world())
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false
  }
  return startOf(holder.pid) === holder.start
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

function numbers(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
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
