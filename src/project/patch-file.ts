import {realpathSync} from 'node:fs'
import {isAbsolute, join, relative, sep} from 'node:path'
import {readFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {readRegular} from '../regular-file.ts'
import {manifestName} from './manifest.ts'

/**
 * Reads a patch that a project's manifest names. Throws PATH_NOT_FOUND, PATH_OUTSIDE for one that lies, or leads, out of
 * the project, and READ_FAILED.
 * @param path from the project's folder
 */
export function readPatch(folder: string, path: string): Buffer {
  const full = join(folder, path)
  if (isAbsolute(path) || isOutside(folder, full)) throw outside(path, full, folder)
  try {
    const [root, real] = [realpathSync(folder), realpathSync(full)]
    if (isOutside(root, real)) throw outside(path, real, root)
    return readRegular(full, 'patch')
  } catch (error) {
    if (error instanceof ProsodyModsError) throw error
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) throw notFound(path, error)
    throw readFailed(full, error)
  }
}

/**
 * Returns a path of a patch as lockfiles have it: without `./`, and without turns on the way. One that leads out of the
 * project stays as it is.
 */
export function patchPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop()
    else if (part === '..' || (part === '' && parts.length === 0)) return path
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function isOutside(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
}

function outside(path: string, found: string, folder: string): ProsodyModsError {
  return new ProsodyModsError(
    'PATH_OUTSIDE',
    `${path} lies outside of the project\n  expected a file in ${folder}\n  found    ${found}`,
    {
      hint: 'keep patches in the project: whoever has its files must be able to write the same modules',
      details: {path, expected: [folder], found},
    },
  )
}

function notFound(path: string, cause: unknown): ProsodyModsError {
  return new ProsodyModsError('PATH_NOT_FOUND', `there is no patch ${path}`, {
    hint: `${manifestName} names it under "patches", by its path from the project's folder`,
    details: {path},
    cause,
  })
}
