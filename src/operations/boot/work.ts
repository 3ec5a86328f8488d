import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {dirname, join, relative} from 'node:path'
import {writeFailed} from '../../durable.ts'
import {filesBelow} from '../../project/disk.ts'
import {contextFolder} from '../../project/lockfile.ts'
import type {ProsodyPlace} from './place.ts'

/** A temporary folder that one boot works in. Prosody may write in data/ and into traces, and only read the rest. */
export class BootWork {
  readonly #folder: string
  readonly #place: ProsodyPlace
  /** The folder as Prosody sees it, which may be in a root filesystem. */
  readonly inside: string

  /**
   * Copies the modules of a project: Prosody's user may not be allowed to read the project, and none of its modules shall
   * write there. Throws WRITE_FAILED.
   */
  static async create(project: string, place: ProsodyPlace): Promise<BootWork> {
    let folder = place.temporary
    try {
      folder = mkdtempSync(join(place.temporary, 'prosody-mods-boot-'))
      const work = new BootWork(folder, place)
      work.#fill(join(project, contextFolder))
      return work
    } catch (error) {
      if (folder !== place.temporary) await rm(folder, {recursive: true, force: true})
      throw writeFailed(folder, error)
    }
  }

  private constructor(folder: string, place: ProsodyPlace) {
    const {root} = place
    this.#folder = folder
    this.#place = place
    this.inside = root === undefined ? folder : join('/', relative(root, folder))
  }

  #fill(context: string): void {
    const {user} = this.#place
    if (user !== undefined) chownSync(this.#folder, 0, user.gid)
    chmodSync(this.#folder, 0o750)
    for (const name of ['certs', 'data', contextFolder]) this.#makeFolder(name)
    if (user !== undefined) chownSync(join(this.#folder, 'data'), user.uid, user.gid)
    for (const path of filesBelow(context)) {
      const from = join(context, path)
      // Whatever is no file can't be loaded; the digests tell of it.
      if (statSync(from, {throwIfNoEntry: false})?.isFile() !== true) continue
      const to = join(this.#folder, contextFolder, path)
      mkdirSync(dirname(to), {recursive: true, mode: 0o755})
      copyFileSync(from, to)
      chmodSync(to, 0o644)
    }
  }

  #makeFolder(name: string): void {
    mkdirSync(join(this.#folder, name), {mode: 0o755})
  }

  /** Writes a file; returns its path as Prosody sees it. */
  write(name: string, text: string): string {
    writeFileSync(join(this.#folder, name), text, {mode: 0o644})
    return join(this.inside, name)
  }

  /** Makes a new file that Prosody can append to. */
  trace(name: string): Trace {
    const {user} = this.#place
    const path = join(this.#folder, name)
    const file = openSync(path, 'wx+', 0o600)
    if (user !== undefined) chownSync(path, user.uid, user.gid)
    return new Trace(file, join(this.inside, name))
  }

  /** Removes the temporary folder with all that is in it. */
  async remove(): Promise<void> {
    await rm(this.#folder, {recursive: true, force: true, maxRetries: 5})
  }
}

/** A file that Prosody appends to, read by its descriptor: a path could lead elsewhere by now. */
export class Trace {
  readonly #file: number
  readonly inside: string

  constructor(file: number, inside: string) {
    this.#file = file
    this.inside = inside
  }

  /** Returns how many bytes Prosody has written to the file. */
  size(): number {
    return fstatSync(this.#file).size
  }

  /** Reads what Prosody has written, up to 32 MiB, each byte as one character. */
  read(): string {
    const bytes = Buffer.alloc(Math.min(this.size(), longestTrace))
    const length = readSync(this.#file, bytes, 0, bytes.length, 0)
    return bytes.toString('latin1', 0, length)
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#file)
  }
}

/** A module that logs without end shall not fill the memory. */
const longestTrace = 32 * 1024 * 1024

/** Finds a port on loopback that nobody listens on, as the system names one. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port')
  return address.port
}
