import {placesOf} from '../../prosody/module-files.ts'
import {dirname, normalize} from 'node:path/posix'

/**
 * Finds the file that `module:require(library)` in a file gives: names in each folder as util/pluginloader.lua tries
 * them, first of the module's own library, then of another one. Undefined where there is none.
 * @param path of the file that asks, with slashes
 * @param folders where modules lie
 */
export function libraryIn(
  path: string,
  library: string,
  {folders, exists}: {readonly folders: readonly string[]; readonly exists: (path: string) => boolean},
): string | undefined {
  const module = /mod_([^/.]+)/.exec(path)?.[1]
  const searches = [
    [module, `${library}.lib.lua`],
    [module, `${library}.lua`],
    [library, `${library}.lib.lua`],
  ] as const
  for (const [name, file] of searches) {
    const names = name === undefined ? [file] : placesOf(name, file)
    for (const folder of folders) {
      const found = names
        .map((one) => normalize(folder === '' ? one : `${folder}/${one}`))
        // Which of the folders is one that Prosody searches, nobody knows; no library asks for itself.
        .find((one) => one !== path && exists(one))
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Lists the folders around a file that may be where its module lies. */
export function foldersAround(path: string): string[] {
  const own = dirname(path)
  return [own, dirname(own), dirname(dirname(own))]
}
