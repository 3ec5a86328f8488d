import {lstat, readdir, realpath, stat} from 'node:fs/promises'
import {basename, isAbsolute, join, relative, sep} from 'node:path'
import {ProsodyModsError} from '../errors.ts'
import type {Barred, FolderLocation, ReleaseContents, ReleaseFile} from '../sources/types.ts'
import {checkDigest} from './download.ts'
import {FolderBudget, FolderFile, readModuleFile, unreadable} from './folder-file.ts'
import type {Store} from '../store/store.ts'
import type {Want} from './types.ts'

/** Of files, folders and links that are looked at. */
const maxEntries = 20_000
/** Folders inside one another. */
const maxDepth = 32

/**
 * Lists the files of a folder of modules. Hidden folders and node_modules are passed over; links inside the folder are
 * kept as links, those that lead elsewhere are followed to where its location lets them, and barred otherwise. Throws
 * PATH_OUTSIDE, PATH_NOT_FOUND, ARCHIVE_TOO_MANY_ENTRIES, READ_FAILED.
 */
export async function readFolder(location: FolderLocation): Promise<ReleaseContents> {
  const places = await placesOf(location)
  const walk = new Walk(location, places)
  await walk.folder(places.root, '', [places.root])
  const {files, links, barred} = walk
  return {files, links, barred, rootName: basename(places.root)}
}

/** Copies one file of a folder into the store; its digest must still be the wanted one. */
export async function copyFromFolder(
  want: Want,
  at: {readonly location: FolderLocation; readonly path: string},
  store: Store,
): Promise<void> {
  const {root, within} = await placesOf(at.location)
  const full = join(root, at.path)
  let real: string
  try {
    real = await realpath(full)
  } catch (error) {
    throw unreadable(full, error)
  }
  if (![root, ...within].some((folder) => isInside(folder, real)))
    throw outside(full, real, {location: at.location, within})
  const writer = store.writer()
  try {
    writer.write(readModuleFile(real))
    checkDigest(writer.digest(), {name: want.name, url: full, sha256: want.sha256})
    await writer.commit()
  } catch (error) {
    writer.abort()
    throw error
  }
}

/** A location with all links followed. */
interface Places {
  readonly root: string
  readonly within: readonly string[]
}

class Walk {
  readonly files = new Map<string, ReleaseFile>()
  readonly links = new Map<string, string>()
  readonly barred = new Map<string, Barred>()
  readonly #location: FolderLocation
  readonly #places: Places
  readonly #budget: FolderBudget
  #entries = 0

  constructor(location: FolderLocation, places: Places) {
    this.#location = location
    this.#places = places
    this.#budget = new FolderBudget(location.path)
  }

  /** @param around real folders that it lies in, as it was come to */
  async folder(real: string, at: string, around: readonly string[]): Promise<void> {
    for (const name of await namesIn(real)) {
      this.#count()
      const full = join(real, name)
      const path = at === '' ? name : `${at}/${name}`
      const found = await lstat(full)
      if (found.isSymbolicLink()) await this.#link(full, path, around)
      else if (found.isFile()) this.files.set(path, new FolderFile(full, found.size, this.#budget))
      else if (!found.isDirectory()) this.barred.set(path, {why: 'special'})
      else if (this.#isOwn(full, name) && around.length <= maxDepth)
        await this.folder(full, path, [...around, full])
    }
  }

  async #link(full: string, path: string, around: readonly string[]): Promise<void> {
    let real: string
    try {
      real = await realpath(full)
    } catch {
      this.barred.set(path, {why: 'broken', to: full})
      return
    }
    const {root, within} = this.#places
    if (real !== root && isInside(root, real)) this.links.set(path, slashed(relative(root, real)))
    else if (isInside(real, root) || !within.some((folder) => isInside(folder, real)))
      this.barred.set(path, {why: 'escapes', to: real})
    else await this.#elsewhere(real, path, around)
  }

  /** What a link leads to, outside of the folder and where that may be. */
  async #elsewhere(real: string, path: string, around: readonly string[]): Promise<void> {
    const found = await stat(real)
    if (found.isFile()) this.files.set(path, new FolderFile(real, found.size, this.#budget))
    else if (!found.isDirectory()) this.barred.set(path, {why: 'special'})
    else if (!around.includes(real) && around.length <= maxDepth && this.#isOwn(real, basename(real)))
      await this.folder(real, path, [...around, real])
  }

  #isOwn(real: string, name: string): boolean {
    return !name.startsWith('.') && name !== 'node_modules' && !this.#location.except.includes(real)
  }

  #count(): void {
    this.#entries += 1
    if (this.#entries <= maxEntries) return
    throw new ProsodyModsError(
      'ARCHIVE_TOO_MANY_ENTRIES',
      `${this.#location.path}: more than ${maxEntries} files and folders`,
      {hint: 'name the folder that holds the modules, not one above it'},
    )
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    throw unreadable(folder, error)
  }
}

async function placesOf(location: FolderLocation): Promise<Places> {
  const root = await realFolder(location.path)
  const within: string[] = []
  // One that is not there can hold nothing.
  for (const folder of location.within) within.push(await realpath(folder).catch(() => folder))
  if (!within.some((folder) => isInside(folder, root)))
    throw outside(location.label, root, {location, within})
  return {root, within}
}

function outside(
  what: string,
  found: string,
  {location, within}: {readonly location: FolderLocation; readonly within: readonly string[]},
): ProsodyModsError {
  return new ProsodyModsError(
    'PATH_OUTSIDE',
    `${what} lies outside of the project\n  expected a folder in ${within.join(', ')}\n  found    ${found}`,
    {hint: location.hint, details: {path: what, expected: within, found}},
  )
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

/** Whether a path is that of a folder or of something in it. */
function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

function slashed(path: string): string {
  return path.split(sep).join('/')
}
