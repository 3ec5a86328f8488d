/**
 * Resolves a path that a configuration names, as Prosody does: from the folder of the file that names it.
 * @param file the path of that file
 */
export function besides(file: string, path: string): string {
  if (path.startsWith('/')) return normal(path)
  return normal(`${folderOf(file)}${path.replace(/^\.\/+/, '')}`)
}

/** Splits an Include by wildcard; undefined for one that has none. Only the name of the file can have any. */
export function wildcardOf(pattern: string): {readonly folder: string; readonly name: RegExp} | undefined {
  if (!/[*?]/.test(pattern)) return undefined
  const [, folder = '', glob = ''] = /^(.*?)([^/]*)$/s.exec(pattern) ?? []
  const literal = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  const name = literal(glob).replaceAll('*', '.*').replaceAll('?', '.')
  return {folder, name: new RegExp(`^(?!\\.)${name}$`, 's')}
}

/** Joins a folder and a name in it. */
export function inside(folder: string, name: string): string {
  return normal(folder === '' ? name : `${folder}/${name}`)
}

/** Returns the folder of a file with a slash at its end; '' where the path has none. */
export function folderOf(file: string): string {
  return /^.*\//s.exec(file)?.[0] ?? ''
}

/** Without empty parts and those that lead nowhere. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`
}
