import {sha256Of, type Sha256} from '../digest.ts'
import {readFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {FileRefused, opening, readBounded, withRegular} from '../regular-file.ts'
import {isPrivateKey} from '../sources/private-files.ts'
import type {ReleaseFile} from '../sources/types.ts'
import {fileLimit} from './download.ts'

/** Bytes of all files together that are read of one folder: modules are text. */
const folderLimit = 256 * 1024 * 1024

/** A bound on what may still be read of one folder. */
export class FolderBudget {
  readonly #folder: string
  #bytes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Counts a file of so many bytes. */
  take(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= folderLimit) return
    throw new ProsodyModsError(
      'ARCHIVE_TOO_LARGE',
      `${this.#folder}: its modules are more than is taken\n  expected at most ${folderLimit} bytes\n  got      more`,
      {hint: 'name the folder that holds the modules, and keep out of it what no module loads'},
    )
  }
}

/**
 * A file of a folder, which is read when somebody first asks for its digest: what no module has is never opened.
 * Throws then what `readModuleFile` and the budget throw.
 */
export class FolderFile implements ReleaseFile {
  readonly size: number
  readonly #path: string
  readonly #budget: FolderBudget
  #read: {readonly sha256: Sha256; readonly isKey: boolean} | undefined

  constructor(path: string, size: number, budget: FolderBudget) {
    this.#path = path
    this.size = size
    this.#budget = budget
  }

  get sha256(): Sha256 {
    return this.#found().sha256
  }

  get isKey(): boolean {
    return this.#found().isKey
  }

  #found(): {readonly sha256: Sha256; readonly isKey: boolean} {
    if (this.#read !== undefined) return this.#read
    this.#budget.take(this.size)
    const bytes = readModuleFile(this.#path)
    this.#read = {sha256: sha256Of(bytes), isKey: isPrivateKey(bytes)}
    return this.#read
  }
}

/**
 * Reads the bytes of a regular file. Throws ARCHIVE_SPECIAL_FILE for pipes, devices and links, ARCHIVE_TOO_LARGE,
 * PATH_NOT_FOUND, READ_FAILED.
 * @param path with all links followed
 */
export function readModuleFile(path: string): Buffer {
  try {
    return withRegular(path, opening.unfollowed, (file, {size}) => {
      if (size > fileLimit) throw tooLarge(path, size)
      return readBounded(file, path, fileLimit)
    })
  } catch (error) {
    if (error instanceof ProsodyModsError) throw error
    if (error instanceof FileRefused)
      throw error.code === 'TOO_LARGE' ? tooLarge(path, fileLimit + 1) : special(path)
    throw ['ELOOP', 'ENXIO'].includes(systemCode(error) ?? '') ? special(path) : unreadable(path, error)
  }
}

/**
 * Makes the error of a file or folder that could not be read, PATH_NOT_FOUND or READ_FAILED, by what the system said.
 */
export function unreadable(path: string, error: unknown): ProsodyModsError {
  if (systemCode(error) !== 'ENOENT') return readFailed(path, error)
  return new ProsodyModsError('PATH_NOT_FOUND', `there is nothing at ${path}`, {
    details: {path},
    cause: error,
  })
}

function special(path: string): ProsodyModsError {
  return new ProsodyModsError('ARCHIVE_SPECIAL_FILE', `${path} is no regular file, and is not opened`, {
    hint: 'a module is made of files: put one there, or remove it',
    details: {path},
  })
}

function tooLarge(path: string, size: number): ProsodyModsError {
  return new ProsodyModsError(
    'ARCHIVE_TOO_LARGE',
    `${path}: expected at most ${fileLimit} bytes in one file, got ${size}`,
    {hint: 'a file of that size is none of a module; keep it elsewhere', details: {path}},
  )
}
