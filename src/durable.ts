import {mkdir, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import {ProsodyModsError, messageOf, systemCode} from './errors.ts'

/** Makes a created, renamed or removed name in `folder` survive a power cut. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir says ENOENT on a read-only file system; this
 * gives the system's answer.
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolders(dirname(folder))
    await makeFolders(folder)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
}

/** The machine could not write (or remove) `path`: exit 1, naming the path and the system's reason. */
export function writeFailed(path: string, error: unknown): ProsodyModsError {
  if (error instanceof ProsodyModsError) return error
  const code = systemCode(error)
  const reason = (code === undefined ? undefined : reasons[code]) ?? messageOf(error)
  return new ProsodyModsError('WRITE_FAILED', `can't write ${path}: ${reason}`, {
    hint:
      code === 'ENOSPC' || code === 'EDQUOT'
        ? `free some space where ${dirname(path)} lies, then run the command again`
        : 'make the folder writable for this user, then run the command again',
    details: {path, ...(code === undefined ? {} : {systemCode: code})},
    cause: error,
  })
}
