import {constants, accessSync, existsSync, realpathSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, isAbsolute, join, resolve, sep} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {readRegular} from '../../regular-file.ts'

/** Where the Prosody is that is to be started. */
export interface PlaceRequest {
  /** Path of Prosody's program, or its name; in the root filesystem where one is given. */
  readonly prosody?: string | undefined
  /** Folder of a root filesystem that has a Prosody in it. */
  readonly root?: string | undefined
}

/** A Prosody that can be started. */
export interface ProsodyPlace {
  /** The program's path as it is seen from inside of the root filesystem. */
  readonly program: string
  /** The root filesystem's folder, absolute; undefined for the machine itself. */
  readonly root: string | undefined
  /** The user that Prosody runs as, where this process is root; Prosody refuses to be. */
  readonly user: {readonly uid: number; readonly gid: number} | undefined
  /** An existing folder for temporary files, as the machine sees it. */
  readonly temporary: string
  readonly path: string
}

const usualPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * Finds the Prosody that is to be started. Throws PATH_NOT_FOUND where there is none, and USAGE where a root filesystem
 * can't be entered.
 */
export function findProsody(
  request: PlaceRequest,
  {cwd, env}: {readonly cwd: string; readonly env: NodeJS.ProcessEnv},
): ProsodyPlace {
  const root = request.root === undefined ? undefined : rootFolder(resolve(cwd, request.root))
  const folders = root === undefined ? (env['PATH'] ?? '').split(delimiter).filter(isAbsolute) : usualPath
  const program = programIn(request.prosody ?? 'prosody', folders, {root, cwd})
  if (program === undefined) throw notFound(request, root)
  return {
    program,
    root,
    user: process.getuid?.() === 0 ? userIn(root ?? '/') : undefined,
    temporary: root === undefined ? tmpdir() : temporaryIn(root),
    path: root === undefined ? (env['PATH'] ?? usualPath.join(':')) : usualPath.join(':'),
  }
}

function rootFolder(folder: string): string {
  if (statSync(folder, {throwIfNoEntry: false})?.isDirectory() !== true) {
    throw new ProsodyModsError('PATH_NOT_FOUND', `${folder}: there is no such folder`, {
      hint: '--root takes the folder of a root filesystem, with usr/ and etc/ in it',
      details: {path: folder},
    })
  }
  if (process.getuid?.() !== 0) {
    throw new ProsodyModsError('USAGE', `only root can enter the root filesystem ${folder}`, {
      hint: 'run it as root, or inside of that system without --root',
    })
  }
  return realpathSync(folder)
}

function programIn(
  name: string,
  folders: readonly string[],
  {root, cwd}: {readonly root: string | undefined; readonly cwd: string},
): string | undefined {
  const candidates = name.includes('/')
    ? [root === undefined ? resolve(cwd, name) : resolve('/', name)]
    : folders.map((folder) => join(folder, name))
  return candidates.find((path) => isProgram(root === undefined ? path : join(root, path)))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function notFound({prosody}: PlaceRequest, root: string | undefined): ProsodyModsError {
  const where = root === undefined ? '' : ` in ${root}`
  const message =
    prosody === undefined ? `there is no Prosody${where}` : `there is no program ${prosody}${where}`
  return new ProsodyModsError('PATH_NOT_FOUND', message, {
    hint: 'install Prosody, or name one: --prosody <program>, or --root <folder> for one in a root filesystem',
    details: {program: prosody ?? 'prosody', root: root ?? null},
  })
}

/** The user prosody of a system, else nobody. */
function userIn(root: string): {readonly uid: number; readonly gid: number} {
  const file = join(root, 'etc/passwd')
  const accounts = existsSync(file) ? readRegular(file, 'prosodyConfig').toString().split('\n') : []
  for (const account of ['prosody', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${account}:`))?.split(':') ?? []
    if (/^[1-9]\d*$/.test(uid ?? '') && /^\d+$/.test(gid ?? '')) return {uid: Number(uid), gid: Number(gid)}
  }
  return {uid: 65534, gid: 65534}
}

/** A link that leads out of the root is not followed. */
function temporaryIn(root: string): string {
  for (const name of ['tmp', 'var/tmp']) {
    const folder = join(root, name)
    if (!existsSync(folder)) continue
    const real = realpathSync(folder)
    if (real.startsWith(root.endsWith(sep) ? root : root + sep)) return real
  }
  return root
}
