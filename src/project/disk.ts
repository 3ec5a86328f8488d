import {lstatSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {readFailed} from '../durable.ts'
import {systemCode} from '../errors.ts'
import {readPlainFile} from '../plain-file.ts'
import {linkEnd, mayBeLink} from './manifest-link.ts'

/** What stands at a path: a regular file's sha256, nothing, or something that is no regular file. */
export type DiskState = {readonly sha256: Sha256} | 'absent' | 'other'

/** More than any file of a context has; what is longer is none of ours. */
const maxBytes = 512 * 1024 * 1024

/**
 * Looks at a path below a folder. A link on the way, in place of the file or of a folder, is 'other':
 * writing through it would reach outside the project. A manifest or lockfile that is a link is what it leads to.
 */
export function diskState(folder: string, path: string): DiskState {
  return diskBelow(folder)(path)
}

/** Gives `diskState` for paths below one folder, and looks once at each folder on their ways. */
export function diskBelow(folder: string): (path: string) => DiskState {
  const parents: Parents = new Map()
  return (path) => look(folder, path, parents)
}

/** Names the symbolic link that the way to a path leads through, by its path from the folder; undefined where none does. */
export function linkOnWay(folder: string, path: string): string | undefined {
  const parts = path.split('/')
  const above = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'))
  try {
    return above.find((one) => placeAt(join(folder, one)) === 'linked')
  } catch {
    // A way that can't be gone is no link's.
    return undefined
  }
}

/** What is known of folders, by their paths. */
type Parents = Map<string, 'absent' | 'linked' | 'there'>

function look(folder: string, path: string, parents: Parents): DiskState {
  const full = join(folder, path)
  try {
    const parent = parentOf(folder, path, parents)
    if (parent !== 'there') return parent === 'linked' ? 'other' : parent
    const end = mayBeLink(path) ? linkEnd(folder, path) : undefined
    return stateAt(end === undefined ? full : join(end.root, end.path))
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return 'absent'
    if (code === 'ENOTDIR') return 'other'
    throw readFailed(full, error)
  }
}

/** Tells whether a file is the one of a digest but for its line ends, those of Windows or of everybody else. */
export function differsInLineEnds(folder: string, path: string, sha256: Sha256): boolean {
  const file = readPlainFile(join(folder, path), maxBytes)
  if (file === undefined) return false
  // As latin1 each byte is a character of its own.
  const unix = file.bytes.toString('latin1').replaceAll('\r\n', '\n')
  return [unix, unix.replaceAll('\n', '\r\n')].some(
    (text) => sha256Of(Buffer.from(text, 'latin1')) === sha256,
  )
}

/** Finds what stands at the end of a way, itself no link. Throws the system's error. */
export function stateAt(way: string): DiskState {
  try {
    // Of what is not there an error would be made, which takes longer than this look.
    if (lstatSync(way, {throwIfNoEntry: false}) === undefined) return 'absent'
    const file = readPlainFile(way, maxBytes)
    return file === undefined ? 'other' : {sha256: sha256Of(file.bytes)}
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return 'absent'
    // A link, a folder above that is none, a socket or a device without its driver.
    if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO' || code === 'ENODEV') return 'other'
    throw error
  }
}

/** Lists every file, link and other thing below a folder, as `/`-separated paths from it; [] when it is not there. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, {withFileTypes: true, recursive: true})
      .filter((entry) => !entry.isDirectory())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw readFailed(folder, error)
  }
}

/** Whether the folder of a path is there, and reached without a link; asked from the top, since below nothing is nothing. */
function parentOf(folder: string, path: string, parents: Parents): 'absent' | 'linked' | 'there' {
  const slash = path.lastIndexOf('/')
  if (slash === -1) return 'there'
  const parent = path.slice(0, slash)
  const before = parents.get(parent)
  if (before !== undefined) return before
  const above = parentOf(folder, parent, parents)
  const found = above === 'there' ? placeAt(join(folder, parent)) : above
  parents.set(parent, found)
  return found
}

function placeAt(path: string): 'absent' | 'linked' | 'there' {
  const found = lstatSync(path, {throwIfNoEntry: false})
  if (found === undefined) return 'absent'
  return found.isSymbolicLink() ? 'linked' : 'there'
}
