import {lstat, readdir, realpath, stat} from 'node:fs/promises'
import {isAbsolute, join, relative, sep} from 'node:path'
import {readRegular} from '../regular-file.ts'
import {readFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import type {ReleaseContents, ReleaseFile} from '../sources/types.ts'
import {checkDigest} from './download.ts'
import {hashFile, type Store} from './store.ts'
import type {Want} from './types.ts'

const maxFiles = 20_000

/**
 * Hashes the files of a folder of modules. Hidden files and node_modules are passed over; links inside
 * the folder are kept as links, links that leave it are refused (ARCHIVE_LINK_ESCAPES).
 */
export async function readFolder(folder: string): Promise<ReleaseContents> {
  const root = await realFolder(folder)
  const files = new Map<string, ReleaseFile>()
  const links = new Map<string, string>()
  const walk = async (at: string): Promise<void> => {
    for (const name of (await readdir(join(root, at))).sort()) {
      if (name.startsWith('.') || name === 'node_modules') continue
      const path = at === '' ? name : `${at}/${name}`
      const found = await lstat(join(root, path))
      if (found.isSymbolicLink()) links.set(path, await linkTarget(root, path))
      else if (found.isDirectory()) await walk(path)
      else if (found.isFile()) files.set(path, {sha256: await hashFile(join(root, path)), size: found.size})
      if (files.size > maxFiles) {
        throw new ProsodyModsError('ARCHIVE_TOO_MANY_ENTRIES', `${folder}: more than ${maxFiles} files`, {
          hint: 'name the folder that holds the modules, not one above it',
        })
      }
    }
  }
  try {
    await walk('')
  } catch (error) {
    throw error instanceof ProsodyModsError ? error : unreadable(folder, error)
  }
  return {files, links}
}

/** Copies one file of a folder into the store; its digest must still be the wanted one. */
export async function copyFromFolder(
  want: Want,
  at: {readonly folder: string; readonly path: string},
  store: Store,
): Promise<void> {
  const full = join(await realFolder(at.folder), at.path)
  let bytes: Buffer
  try {
    bytes = readRegular(await realpath(full), 'module')
  } catch (error) {
    throw unreadable(full, error)
  }
  const writer = await store.writer()
  try {
    writer.write(bytes)
    checkDigest(writer.digest(), {name: want.name, url: full, sha256: want.sha256})
    await writer.commit()
  } catch (error) {
    writer.abort()
    throw error
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder)
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    throw unreadable(folder, error)
  }
  throw new ProsodyModsError('PATH_NOT_FOUND', `${folder} is not a folder`, {
    hint: 'a path source names a folder of modules: ./modules or ./modules/mod_example',
  })
}

async function linkTarget(root: string, path: string): Promise<string> {
  let real: string
  try {
    real = await realpath(join(root, path))
  } catch (error) {
    throw new ProsodyModsError('ARCHIVE_LINK_BROKEN', `${path}: the link leads nowhere`, {cause: error})
  }
  const inside = relative(root, real)
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new ProsodyModsError('ARCHIVE_LINK_ESCAPES', `${path}: the link leaves the folder, to ${real}`, {
      hint: 'copy what it leads to into the folder',
    })
  }
  return inside.split(sep).join('/')
}

function unreadable(path: string, error: unknown): ProsodyModsError {
  if (systemCode(error) !== 'ENOENT') return readFailed(path, error)
  return new ProsodyModsError('PATH_NOT_FOUND', `there is nothing at ${path}`, {
    details: {path},
    cause: error,
  })
}
