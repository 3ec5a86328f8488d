import {accessSync, constants, statSync, type Dirent} from 'node:fs'
import {readdir, realpath, stat} from 'node:fs/promises'
import {isAbsolute, join, relative, resolve, sep} from 'node:path'
import {sha256Of, type Sha256} from '../../digest.ts'
import {ProsodyModsError, messageOf, systemCode} from '../../errors.ts'
import {readFailed} from '../../durable.ts'
import type {FolderFile, FolderFiles} from '../../resolve/identify/types.ts'
import {hashFile} from '../../store/store.ts'
import {forEachLimited} from '../../limit.ts'
import {readRegular} from '../../regular-file.ts'

/** Something in a folder that was not looked at, and why. */
export interface PassedOver {
  readonly path: string
  readonly reason: string
}

/** The files of a folder by their digests. */
export interface Survey {
  /** The folder's path, absolute, without links. */
  readonly folder: string
  /** Each file by its path from the folder; unread where the size tells that nothing of interest has these bytes. */
  readonly files: FolderFiles
  /** Of Lua files with line ends of Windows: the sha256 of the same text with those of Unix. */
  readonly unixText: ReadonlyMap<string, Sha256>
  readonly unreadable: readonly PassedOver[]
  /** Links that leave the folder or lead nowhere, and what is neither file nor folder. */
  readonly skipped: readonly PassedOver[]
}

/** What a survey looks at. */
export interface SurveyOptions {
  /** Sizes in bytes of the files that are of interest; others are not read. */
  readonly sizes: ReadonlySet<number>
  /** Is told of each name in a folder before its files are read: more sizes may be of interest then. */
  readonly onName?: (name: string) => void
  readonly signal: AbortSignal
}

/**
 * Hashes the files below a folder as they lie there. Hidden folders and node_modules are passed over; links are
 * followed inside the folder only, each folder is visited once. Throws PATH_NOT_FOUND, READ_FAILED.
 */
export async function survey(path: string, options: SurveyOptions): Promise<Survey> {
  const folder = await realFolder(path)
  const walk = new Walk(folder, options)
  await walk.run()
  return {
    folder,
    files: walk.files,
    unixText: walk.unixText,
    unreadable: walk.unreadable,
    skipped: walk.skipped,
  }
}

/** A file or folder: its path from the top, and where it really lies. */
interface Place {
  readonly path: string
  readonly real: string
}

class Walk {
  readonly files = new Map<string, FolderFile>()
  readonly unixText = new Map<string, Sha256>()
  readonly unreadable: PassedOver[] = []
  readonly skipped: PassedOver[] = []
  readonly #root: string
  readonly #options: SurveyOptions
  readonly #visited = new Set<string>()
  /** Looked into last: most lead to folders that are visited anyway. */
  readonly #linked: Place[] = []

  constructor(root: string, options: SurveyOptions) {
    this.#root = root
    this.#options = options
  }

  async run(): Promise<void> {
    await this.#folder('', this.#root)
    for (let next = this.#linked.shift(); next !== undefined; next = this.#linked.shift())
      await this.#folder(next.path, next.real)
  }

  async #folder(top: string, real: string): Promise<void> {
    const pending = [{path: top, real}]
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      this.#options.signal.throwIfAborted()
      if (this.#visited.has(at.real)) continue
      this.#visited.add(at.real)
      const files: Place[] = []
      for (const entry of await this.#entries(at.path, at.real)) {
        this.#options.onName?.(entry.name)
        const path = at.path === '' ? entry.name : `${at.path}/${entry.name}`
        const real = join(at.real, entry.name)
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.') && entry.name !== 'node_modules') pending.push({path, real})
        } else if (entry.isSymbolicLink()) await this.#link(path, real)
        else if (entry.isFile()) files.push({path, real})
        else this.skipped.push({path, reason: 'neither a file nor a folder'})
      }
      await forEachLimited(files, {limit: 8, signal: this.#options.signal}, (file) =>
        this.#file(file.path, file.real),
      )
    }
  }

  async #entries(path: string, real: string): Promise<Dirent[]> {
    try {
      const found = await readdir(real, {withFileTypes: true})
      // A folder that several links lead to is seen under the first of them.
      return found.sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (error) {
      if (path === '') throw readFailed(real, error)
      this.unreadable.push({path, reason: reasonOf(error)})
      return []
    }
  }

  async #link(path: string, full: string): Promise<void> {
    try {
      const real = await realpath(full)
      const inside = relative(this.#root, real)
      if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
        this.skipped.push({path, reason: 'a link that leaves the folder'})
        return
      }
      const found = await stat(real)
      if (found.isDirectory()) this.#linked.push({path, real})
      else if (found.isFile()) await this.#file(path, real)
      else this.skipped.push({path, reason: 'a link to neither a file nor a folder'})
    } catch (error) {
      const leadsNowhere = ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(systemCode(error) ?? '')
      if (leadsNowhere) this.skipped.push({path, reason: 'a link that leads nowhere'})
      else this.unreadable.push({path, reason: reasonOf(error)})
    }
  }

  /** Git for Windows writes text so, unless it is told not to. */
  #unixText(path: string, full: string): void {
    let text: Buffer | undefined
    try {
      text = withUnixLineEnds(readRegular(full, 'module'))
    } catch {
      // What is too large for a module is none.
      return
    }
    if (text !== undefined && this.#options.sizes.has(text.length)) this.unixText.set(path, sha256Of(text))
  }

  async #file(path: string, full: string): Promise<void> {
    try {
      // Asking in another thread would take ten times as long.
      const {size} = statSync(full)
      if (this.#options.sizes.has(size)) this.files.set(path, (await hashFile(full)) ?? 'unread')
      else {
        accessSync(full, constants.R_OK)
        this.files.set(path, 'unread')
      }
      if (path.endsWith('.lua')) this.#unixText(path, full)
    } catch (error) {
      this.unreadable.push({path, reason: reasonOf(error)})
    }
  }
}

/** Returns the bytes of a text with the line ends of Unix; undefined where it has no others. */
export function withUnixLineEnds(bytes: Buffer): Buffer | undefined {
  return bytes.includes('\r\n')
    ? Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : undefined
}

async function realFolder(path: string): Promise<string> {
  let real: string
  try {
    real = await realpath(resolve(path))
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw readFailed(path, error)
    throw new ProsodyModsError('PATH_NOT_FOUND', `there is nothing at ${path}`, {
      hint: 'name the folder that holds the modules',
      details: {path},
      cause: error,
    })
  }
  throw new ProsodyModsError('PATH_NOT_FOUND', `${path} is not a folder`, {
    hint: 'name the folder that holds the modules',
    details: {path},
  })
}

function reasonOf(error: unknown): string {
  const code = systemCode(error)
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : (code ?? messageOf(error))
}
