import {readdirSync, realpathSync, statSync} from 'node:fs'
import {isAbsolute, join, relative, resolve, sep} from 'node:path'
import type {ConfigSources} from '../../prosody/config/types.ts'
import {readRegular, sizeBounds} from '../../regular-file.ts'

/** Names paths as a configuration's places have them: from the project's folder where they lie in it. */
export function shownFrom(folder: string, path: string): string {
  const inside = relative(folder, resolve(folder, path))
  return (leaves(inside) ? resolve(folder, path) : inside).split(sep).join('/')
}

/**
 * Gives the files of a configuration that lie below some folders; what leads elsewhere, by a path or by a link, is not
 * followed. Where an image has its configuration (`/etc/prosody`, `/config`), the first of the folders stands for that.
 */
export function sourcesBelow(folder: string, roots: readonly [string, ...string[]]): ConfigSources {
  const isBelow = (path: string): boolean => roots.some((root) => !leaves(relative(root, path)))
  return {
    read(path) {
      const at = resolve(folder, path)
      return isFile(at) && roots.some((root) => isFileBelow(at, root)) ? readQuietly(at) : undefined
    },
    list(path) {
      const at = resolve(folder, path)
      return isBelow(at) ? namesIn(at) : undefined
    },
    locate(path) {
      const direct = resolve(folder, path)
      if (isBelow(direct)) return shownFrom(folder, direct)
      const [, own, other] =
        /^\/(?:usr\/local\/)?etc\/prosody(?:\/(.*))?$|^\/config(?:\/(.*))?$/.exec(path) ?? []
      if (!/^\/(?:(?:usr\/local\/)?etc\/prosody|config)(?:\/|$)/.test(path)) return undefined
      const inImage = join(roots[0], own ?? other ?? '')
      return isBelow(inImage) ? shownFrom(folder, inImage) : undefined
    },
  }
}

/** Tells whether there is a file that may be a configuration. */
export function isFile(path: string): boolean {
  const stat = statSync(path, {throwIfNoEntry: false})
  return stat?.isFile() === true && stat.size <= sizeBounds.prosodyConfig
}

/** Lists the names in a folder, in order; undefined where there is none. */
export function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder).sort()
  } catch {
    return undefined
  }
}

/** Links are followed, as those from conf.d/ to conf.avail/, inside of the folder. */
function isFileBelow(path: string, root: string): boolean {
  return !leaves(relative(realpathSync(root), realpathSync(path)))
}

function leaves(inside: string): boolean {
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
}

function readQuietly(path: string): Buffer | undefined {
  try {
    return readRegular(path, 'prosodyConfig')
  } catch {
    return undefined
  }
}
