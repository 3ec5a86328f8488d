import {dirname} from 'node:path/posix'

/**
 * Whether `module:require(library)` in a file finds something: names in each folder as util/pluginloader.lua tries them,
 * first of the module's own library, then of another one.
 * @param path of the file that asks, with slashes
 * @param folders where modules lie
 */
export function shipsIn(
  path: string,
  library: string,
  {folders, exists}: {readonly folders: readonly string[]; readonly exists: (path: string) => boolean},
): boolean {
  const module = /mod_([^/.]+)/.exec(path)?.[1]
  const searches = [
    [module, `${library}.lib.lua`],
    [module, `${library}.lua`],
    [library, `${library}.lib.lua`],
  ] as const
  const names = searches.flatMap(([name, file]) =>
    name === undefined
      ? [file]
      : [`mod_${name}/${name}/${file}`, `mod_${name}/${file}`, `${name}/${file}`, file],
  )
  return folders.some((folder) => names.some((name) => exists(folder === '' ? name : `${folder}/${name}`)))
}

/** Folders around a file that may be where its module lies. */
export function foldersAround(path: string): string[] {
  const own = dirname(path)
  return [own, `${own}/..`, `${own}/../..`]
}
