import {randomBytes} from 'node:crypto'
import {readdirSync, renameSync, unlinkSync, writeFileSync} from 'node:fs'
import type {Server} from 'node:net'
import {basename, dirname, join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {writeFailed} from '../durable.ts'
import {readPlainFile} from '../plain-file.ts'
import {processExists} from '../process-exists.ts'
import {shellWord} from '../text/shell-word.ts'
import {FolderHandle, withHandle} from './folder-handle.ts'
import {isHere, nameOf, standingOf, thisHolder, type Holder} from './holder.ts'
import {foreign, makeOwnFolder, removeIfEmpty} from './work-folder.ts'

/**
 * The lock of a project, held by one process at a time; a killed holder's lock is taken over at once.
 *
 * A process that wants the lock looks at the files in the folder, each of which names a process. If one of them lives,
 * it waits. Otherwise it puts a file of its own beside them and looks again: the lock is its own if there is nothing
 * but what it saw before and its own file, else it withdraws. docs/decisions/002-project-lock.md argues why two
 * processes can't both pass that second look.
 */
export interface Mutex {
  /** Gives the lock up, and removes the folder that it lies in where that is empty. */
  release(): void
}

/** How waiting for a lock is told and ended. */
export interface MutexOptions {
  readonly signal: AbortSignal
  /** Told once when the lock is held by another process. */
  onWait(holder: string): void
  /** Told once when that has taken seconds, with how the waiting can be ended. */
  onLongWait?(holder: string, end: string): void
}

/** How long to wait before saying how to end it, and before giving up, in milliseconds. */
const untilTold = 3000
const patience = 10 * 60_000

/** More than a holder ever writes of itself. */
const maxBytes = 4096

/** Who holds a lock. */
export interface Held {
  /** The process. */
  readonly by: string
  /** What ends the waiting. */
  readonly end: string
}

/**
 * Waits for the lock of a project and takes it. Throws PROJECT_LOCKED after ten minutes, WRITE_FAILED where the folder
 * can't be written, and WORK_FOLDER_FOREIGN where something else lies in its place.
 * @param folder in a folder that is made and removed with it
 */
export async function acquireMutex(folder: string, options: MutexOptions): Promise<Mutex> {
  const started = Date.now()
  const told = new Set<'wait' | 'long'>()
  for (;;) {
    options.signal.throwIfAborted()
    const held = await attempt(folder)
    if (held !== undefined && 'release' in held) return held
    const waited = Date.now() - started
    if (held !== undefined && !told.has('wait')) {
      told.add('wait')
      options.onWait(held.by)
    }
    if (held !== undefined && waited > untilTold && !told.has('long')) {
      told.add('long')
      options.onLongWait?.(held.by, held.end)
    }
    if (waited > patience) throw lockedFor(folder, held)
    await setTimeout(10 + Math.random() * 40, undefined, {signal: options.signal})
  }
}

function lockedFor(folder: string, held: Held | undefined): ProsodyModsError {
  const holder = held?.by ?? 'several processes'
  return new ProsodyModsError(
    'PROJECT_LOCKED',
    `another prosody-mods (${holder}) has held ${folder} for ten minutes`,
    {hint: held?.end ?? `remove ${folder}`, details: {folder, holder}},
  )
}

/** The lock, or who holds it; undefined when two processes got in each other's way. */
async function attempt(folder: string): Promise<Mutex | Held | undefined> {
  const work = dirname(folder)
  const open: FolderHandle[] = []
  const opened = (handle: FolderHandle): FolderHandle => {
    open.push(handle)
    return handle
  }
  try {
    const project = opened(FolderHandle.open(dirname(work)))
    const inner = opened(makeOwnFolder(project, basename(work)))
    const lock = opened(makeOwnFolder(inner, basename(folder)))
    return await attemptIn(lock)
  } catch (error) {
    // The folder went away under us: its last holder released it just now.
    if (systemCode(error) === 'ENOENT') return undefined
    throw writeFailed(folder, error)
  } finally {
    for (const handle of open) handle.close()
  }
}

async function attemptIn(lock: FolderHandle): Promise<Mutex | Held | undefined> {
  clearUnfinished(lock)
  const before = entries(lock)
  const holder = await holderIn(lock, before)
  if (holder !== undefined) return holder === 'changing' ? undefined : heldBy(holder, lock)
  const mine = new Announcement(lock.path)
  mine.put(lock)
  const expected = [...before, mine.name].sort()
  if (entries(lock).join() !== expected.join()) {
    mine.withdraw(lock)
    return undefined
  }
  for (const dead of before) {
    unlink(lock.at(dead))
    unlink(lock.at(socketOf(dead)))
  }
  return mine
}

/** The first that is not known to have gone; `changing` where a file went away meanwhile. */
async function holderIn(
  lock: FolderHandle,
  names: readonly string[],
): Promise<Holder | 'changing' | undefined> {
  for (const name of names) {
    const holder = read(lock, name)
    if (holder === undefined) return 'changing'
    if (holder === 'torn') continue
    const socket = holder.socket === undefined ? undefined : lock.at(basename(holder.socket))
    if ((await standingOf(holder, {folder: lock.at('.'), socket})) !== 'gone') return holder
  }
  return undefined
}

function heldBy(holder: Holder, lock: FolderHandle): Held {
  const by = nameOf(holder)
  return {
    by,
    end: isHere(holder)
      ? `it goes on when that process ends: wait for it, or end it with "kill ${holder.pid}"`
      : `from here nobody can see whether that process still runs; if it does not (a container that is gone, another machine), run "rm -r ${shellWord(lock.path)}"`,
  }
}

/** The file that names this process, and the socket that ends with it. */
class Announcement implements Mutex {
  readonly name = `${process.pid}-${randomBytes(8).toString('hex')}`
  readonly #path: string
  #server: Server | undefined

  /** @param path of the lock's folder */
  constructor(path: string) {
    this.#path = path
  }

  /** Puts it into the folder, whole. */
  put(lock: FolderHandle): void {
    this.#server = listen(lock.at(socketOf(this.name)))
    const holder: Holder = {...thisHolder(), ...(this.#server && {socket: socketOf(this.name)})}
    const temporary = lock.at(`.${this.name}`)
    try {
      writeFileSync(temporary, JSON.stringify(holder), {flag: 'wx'})
      renameSync(temporary, lock.at(this.name))
    } catch (error) {
      this.withdraw(lock)
      throw error
    }
  }

  withdraw(lock: FolderHandle): void {
    this.#server?.close()
    for (const name of [this.name, `.${this.name}`, socketOf(this.name)]) unlink(lock.at(name))
  }

  /** With the folder, if it is empty. */
  release(): void {
    try {
      withHandle(FolderHandle.open(dirname(this.#path)), (inner) => {
        withHandle(inner.enter(basename(this.#path)), (lock) => this.withdraw(lock))
        removeIfEmpty(inner, basename(this.#path))
      })
    } catch (error) {
      // Somebody has moved the folder away, and the file with it.
      this.#server?.close()
      if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) throw error
    }
  }
}

/** Tells whether a process that may live holds the lock: only looks, and takes what is foreign for nobody. */
export async function isHeld(folder: string): Promise<boolean> {
  return (await heldNow(folder)) !== undefined
}

/**
 * Tells which process that may live holds the lock, and what ends that; undefined where nobody does. Only looks, and
 * takes what is foreign for nobody.
 */
export async function heldNow(folder: string): Promise<Held | undefined> {
  try {
    const lock = FolderHandle.open(folder)
    try {
      const holder = await holderIn(lock, entries(lock))
      if (holder === 'changing') return {by: 'a process that has just begun or ended', end: 'wait for it'}
      return holder && heldBy(holder, lock)
    } finally {
      lock.close()
    }
  } catch {
    return undefined
  }
}

function socketOf(name: string): string {
  return `.socket-${name}`
}

/** Undefined where the file system, or the system, has no sockets. */
function listen(way: string): Server | undefined {
  if (process.platform === 'win32') return undefined
  const server = process.getBuiltinModule('node:net').createServer((asking) => asking.destroy())
  server.on('error', () => undefined)
  server.listen(way)
  server.unref()
  return server.listening ? server : undefined
}

/** Announced processes; a hidden file is one that its writer has not finished, or never will. */
function entries(lock: FolderHandle): string[] {
  return readdirSync(lock.at('.'))
    .filter((name) => !name.startsWith('.'))
    .sort()
}

function clearUnfinished(lock: FolderHandle): void {
  for (const name of readdirSync(lock.at('.'))) {
    const pid = Number(/^\.(\d+)-/.exec(name)?.[1])
    if (pid > 0 && pid !== process.pid && !processExists(pid)) unlink(lock.at(name))
  }
}

/** Undefined when the file has gone. A file is announced whole: only a power cut tears it, and ends its writer. */
function read(lock: FolderHandle, name: string): Holder | 'torn' | undefined {
  let file
  try {
    file = readPlainFile(lock.at(name), maxBytes, ({uid}) => uid === lock.stats.uid)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    if (systemCode(error) !== 'ELOOP' && systemCode(error) !== 'EACCES') throw error
  }
  if (file === undefined) throw foreign(join(lock.path, name), 'is no lock that prosody-mods wrote')
  try {
    const found = JSON.parse(file.bytes.toString('utf8')) as Partial<Holder> | null
    return typeof found?.pid === 'number' && found.pid > 0 ? sound(found) : 'torn'
  } catch {
    return 'torn'
  }
}

/** What is missing in a holder's file says nothing of it. */
function sound({pid = 0, start, world, host, socket}: Partial<Holder>): Holder {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    pid,
    start: text(start),
    world: text(world),
    host: text(host),
    ...(typeof socket === 'string' && {socket}),
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}
