import {lstatSync, readdirSync, readSync, realpathSync, statSync, type Dirent} from 'node:fs'
import {resolve} from 'node:path'
import {getSystemErrorMap} from 'node:util'
import {readFailed} from '../../durable.ts'
import {ProsodyModsError, systemCode} from '../../errors.ts'
import {largest} from '../../lua/largest.ts'
import {FileRefused, opening, withRegular} from '../../regular-file.ts'

/** A file to lint, or one that could not be read. */
export interface LintFile {
  /** The path as it was given, or below a folder that was. */
  readonly path: string
  /** Empty where there is a problem. */
  readonly bytes: Buffer
  /** Why it could not be read, in luacheck's words. */
  readonly problem: string | undefined
}

interface Located {
  readonly path: string
  /** Byte for byte: a name need not be UTF-8. */
  readonly at: Buffer
  readonly problem: string | undefined
}

/**
 * Reads a file as it is, of a folder all that end with `.lua`, at any depth, in the order of their bytes; what can't be
 * read is among them. Throws PATH_NOT_FOUND where there is nothing.
 */
export function lintFilesAt(path: string, cwd: string, includes: (path: string) => boolean): LintFile[] {
  const whole = Buffer.from(resolve(cwd, path))
  const start = {path, at: whole, problem: undefined}
  const found = isFolder(path, whole) ? luaFilesIn({...start, real: undefined}, new Set()) : [start]
  return found
    .map((one) => ({one, bytes: Buffer.from(one.path)}))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({one}) => ({...one, path: one.path.replace(/^\.\/(?!\/)/, '')}))
    .filter((one) => one.problem !== undefined || includes(one.path))
    .map(read)
}

function isFolder(path: string, at: Buffer): boolean {
  try {
    return statSync(at).isDirectory()
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return false
    // Of a link that leads nowhere, reading tells.
    if (lstatSync(at, {throwIfNoEntry: false}) !== undefined) return false
    throw new ProsodyModsError('PATH_NOT_FOUND', `${path}: there is no such file or folder`, {
      hint: 'name files of Lua, or folders that hold some',
      details: {path},
      cause: error,
    })
  }
}

interface Folder extends Located {
  /** Without links on its way, as latin1; undefined where that is yet to be asked. */
  readonly real: string | undefined
}

/** @param around real paths of folders that this one lies in, lest a link lead in a circle */
function luaFilesIn(folder: Folder, around: ReadonlySet<string>): Located[] {
  try {
    const real = folder.real ?? realpathSync.native(folder.at, 'buffer').toString('latin1')
    if (around.has(real)) return []
    const inside = new Set([...around, real])
    return readdirSync(folder.at, {withFileTypes: true, encoding: 'buffer'}).flatMap((entry) => {
      const name = entry.name.toString()
      const path = folder.path.endsWith('/') ? folder.path + name : `${folder.path}/${name}`
      const at = Buffer.concat([folder.at, Buffer.from('/'), entry.name])
      const one = {path, at, problem: undefined}
      const kind = kindOf(entry, at)
      if (kind === 'file') return name.endsWith('.lua') ? [one] : []
      if (kind === undefined) return []
      const below = entry.isSymbolicLink() ? undefined : `${real}/${entry.name.toString('latin1')}`
      return luaFilesIn({...one, real: below}, inside)
    })
  } catch (error) {
    return [{path: folder.path, at: folder.at, problem: `couldn't list directory: ${reasonOf(error)}`}]
  }
}

function kindOf(entry: Dirent<Buffer>, at: Buffer): 'file' | 'folder' | undefined {
  let known: Pick<Dirent, 'isDirectory' | 'isFile'> = entry
  if (entry.isSymbolicLink()) {
    try {
      known = statSync(at)
    } catch {
      return undefined
    }
  }
  return known.isDirectory() ? 'folder' : known.isFile() ? 'file' : undefined
}

function read({path, at, problem}: Located): LintFile {
  if (problem !== undefined) return {path, bytes: Buffer.alloc(0), problem}
  try {
    return {path, bytes: readFile(at), problem}
  } catch (error) {
    return {path, bytes: Buffer.alloc(0), problem: `couldn't read: ${reasonOf(error)}`}
  }
}

/** Not much more of it than what is checked; nothing of what is no file, which may never end. */
function readFile(at: Buffer): Buffer {
  return withRegular(at, opening.followed, (file, {size}) => {
    const bytes = Buffer.alloc(Math.min(size, largest) + 1)
    let length = 0
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, null)
      length += count
      if (count === 0 || length === bytes.length) return bytes.subarray(0, length)
    }
  })
}

/** Reads the whole of a file without which there is no result. Throws READ_FAILED. */
export function readWhole(path: string, cwd: string): Buffer {
  try {
    return readFile(Buffer.from(resolve(cwd, path)))
  } catch (error) {
    throw readFailed(path, error)
  }
}

/** As the C library has it: Node.js has the same words in small letters. */
function reasonOf(error: unknown): string {
  const {errno, code} = error as NodeJS.ErrnoException
  if (error instanceof FileRefused) return 'Not a regular file'
  if (code === 'ELOOP') return 'Too many levels of symbolic links'
  const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? []
  if (words === undefined) return error instanceof Error ? error.message : String(error)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
