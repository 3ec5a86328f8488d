/** Why fopen or the first read of a path fails. */
export type FileError = 'EACCES' | 'EISDIR' | 'ELOOP' | 'ENAMETOOLONG' | 'ENOENT' | 'ENOTDIR'

/** The files that a Prosody sees. */
export interface PluginFiles {
  /**
   * Gives the contents of a file, or why there are none; EISDIR for a folder. Relative paths are of Prosody's working
   * folder.
   */
  open(path: string): Buffer | FileError
}

type Folder = Map<string, Folder | Buffer>

/**
 * Makes a view of files by absolute path that opens them as Linux does: folders are those that files lie in; `.`, `..`
 * and doubled slashes count as there; what goes through a file fails.
 * @param workingFolder absolute; there even where no file lies in it
 * @throws RangeError where one file's path goes through another file
 */
export function filesOf(files: ReadonlyMap<string, Buffer>, workingFolder = '/'): PluginFiles {
  const root: Folder = new Map()
  for (const [path, contents] of files) {
    const parts = path.split('/').filter((part) => part !== '')
    const name = parts.pop() ?? ''
    const folder = folderFor(root, parts)
    if (folder.get(name) instanceof Map) throw new RangeError(`${path} is a folder, too`)
    folder.set(name, contents)
  }
  folderFor(
    root,
    workingFolder.split('/').filter((part) => part !== ''),
  )
  return {open: (path) => openIn(root, path.startsWith('/') ? path : `${workingFolder}/${path}`)}
}

function folderFor(root: Folder, parts: readonly string[]): Folder {
  let folder = root
  for (const part of parts) {
    const next = folder.get(part) ?? new Map<string, Folder | Buffer>()
    if (Buffer.isBuffer(next)) throw new RangeError(`${parts.join('/')} goes through a file`)
    folder.set(part, next)
    folder = next
  }
  return folder
}

function openIn(root: Folder, path: string): Buffer | FileError {
  const above: Folder[] = [root]
  const parts = path.split('/').slice(1)
  for (const [index, part] of parts.entries()) {
    const folder = above.at(-1) ?? root
    if (part === '..') above.splice(Math.max(1, above.length - 1))
    if (part === '' || part === '.' || part === '..') continue
    const next = folder.get(part)
    if (next === undefined) return Buffer.byteLength(part) > 255 ? 'ENAMETOOLONG' : 'ENOENT'
    if (Buffer.isBuffer(next)) return index === parts.length - 1 ? next : 'ENOTDIR'
    above.push(next)
  }
  return 'EISDIR'
}
