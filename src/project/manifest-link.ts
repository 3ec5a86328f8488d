import {existsSync, lstatSync, realpathSync} from 'node:fs'
import {dirname, join, relative, sep} from 'node:path'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {lockfileName} from './lockfile.ts'
import {manifestName} from './manifest.ts'

/** The place that a link leads to. */
export interface LinkEnd {
  /**
   * The folder that `path` starts from, absolute, without links: the project's, or that of the repository which it is
   * in.
   */
  readonly root: string
  /** The path from `root`, `/`-separated and without links. */
  readonly path: string
}

/**
 * Tells whether a file may be a link: the two that users write themselves may, as they may keep them elsewhere; what
 * prosody-mods makes is never one.
 */
export function mayBeLink(path: string): boolean {
  return path === manifestName || path === lockfileName
}

/**
 * Finds where a manifest or lockfile that is a link leads; undefined for one that is none. Throws FILE_IN_THE_WAY where
 * that is nothing, or outside of the project and the repository around it: a project that somebody else wrote must not
 * choose what is written elsewhere.
 */
export function linkEnd(folder: string, name: string): LinkEnd | undefined {
  const link = join(folder, name)
  if (lstatSync(link, {throwIfNoEntry: false})?.isSymbolicLink() !== true) return undefined
  const real = realOf(link)
  if (real === undefined) throw refused(link, 'leads nowhere')
  const project = realpathSync(folder)
  const root = [project, repositoryOf(project)].find((one) => one !== undefined && isBelow(real, one))
  const path = root === undefined ? '' : relative(root, real).split(sep).join('/')
  if (root === undefined || path.split('/').some((part) => part === '.git' || part === '.hg')) {
    throw refused(link, `leads to ${real}, outside of the project`)
  }
  return {root, path}
}

function realOf(link: string): string | undefined {
  try {
    return realpathSync(link)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')) || existsSync(join(at, '.hg'))) return at
    if (at === dirname(at)) return undefined
  }
}

function refused(link: string, what: string): ProsodyModsError {
  return new ProsodyModsError(
    'FILE_IN_THE_WAY',
    `${link} is a link that ${what}: prosody-mods does not write through it`,
    {
      hint: 'let it lead to a file in the project or in the repository around it, or put a file in its place; nothing was written',
      details: {paths: [link]},
    },
  )
}
