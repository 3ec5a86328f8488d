import {ProsodyModsError} from '../../errors.ts'
import {garbled, type Upstream} from '../../net/upstream.ts'
import type {ListedPath} from '../types.ts'
import {encodePath} from '../url-path.ts'
import {isObject, jsonOf} from './json.ts'

/** What lies right in a folder of a revision. */
export interface FolderEntries {
  readonly files: readonly ListedFile[]
  /** Names of the folders in the folder. */
  readonly folders: readonly string[]
}

/** A file that a folder of a revision has. */
export interface ListedFile {
  readonly name: string
  /** How many bytes the file has. */
  readonly size: number
  /** Whether the file is a link: what lies there is where the link leads to. */
  readonly isLink: boolean
}

const maxBytes = 16 * 1024 * 1024

/**
 * Lists what a folder holds at a revision; undefined where there is no such folder. Throws UNREACHABLE,
 * UPSTREAM_GARBLED.
 */
export async function entriesOf(
  repository: string,
  {node, folder}: {readonly node: string; readonly folder: string},
  upstream: Upstream,
): Promise<FolderEntries | undefined> {
  const question = {
    url: `${repository}/json-manifest/${node}/${encodePath(folder)}`,
    about: `the folder ${folder === '' ? 'at the top' : folder} of ${repository}`,
    maxBytes,
    sound: (answer: Buffer) => entriesIn(answer) !== undefined,
  }
  const answer = await upstream.ask(question)
  if (answer === undefined) return undefined
  const entries = entriesIn(answer)
  if (entries === undefined) throw garbled(question, "hgweb's JSON list of a folder", answer)
  return entries
}

/** Files of one module; those of a whole repository come as an archive. */
const mostFiles = 2000

/** Lists every file below a folder at a revision. Throws UNREACHABLE, UPSTREAM_GARBLED, ARCHIVE_TOO_MANY_ENTRIES. */
export async function filesBelow(
  repository: string,
  {node, folder}: {readonly node: string; readonly folder: string},
  upstream: Upstream,
): Promise<readonly ListedPath[]> {
  const found: ListedPath[] = []
  const pending = [folder]
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const {files = [], folders = []} = (await entriesOf(repository, {node, folder: at}, upstream)) ?? {}
    for (const {name, ...file} of files) found.push({path: `${at}/${name}`, ...file})
    for (const name of folders) pending.push(`${at}/${name}`)
    if (found.length + pending.length > mostFiles) {
      throw new ProsodyModsError(
        'ARCHIVE_TOO_MANY_ENTRIES',
        `${repository}: ${folder} has more than ${mostFiles} files`,
      )
    }
  }
  return found
}

/** Paths stand in it with a slash in front or without; names are the same everywhere. */
function entriesIn(answer: Buffer): FolderEntries | undefined {
  const data = jsonOf(answer)
  if (!isObject(data)) return undefined
  const {files, directories = []} = data
  if (!Array.isArray(files) || !Array.isArray(directories)) return undefined
  const listed = files.map((entry: unknown) => fileIn(entry))
  const folders = directories.map((entry: unknown) => nameIn(entry))
  if (listed.includes(undefined) || folders.includes(undefined)) return undefined
  return {
    files: listed.filter((file) => file !== undefined),
    folders: folders.filter((name) => name !== undefined),
  }
}

function fileIn(entry: unknown): ListedFile | undefined {
  const name = nameIn(entry)
  if (name === undefined || !isObject(entry)) return undefined
  const {size, flags} = entry
  return {name, size: typeof size === 'number' ? size : 0, isLink: flags === 'l'}
}

/** A name that could lead elsewhere is none. */
function nameIn(entry: unknown): string | undefined {
  const name = isObject(entry) ? entry['basename'] : undefined
  if (typeof name !== 'string' || name === '' || name === '.' || name === '..') return undefined
  return /[/\\\0]/.test(name) ? undefined : name
}
