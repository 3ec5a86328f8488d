import {mainFile} from '../../module-name.ts'
import type {ProsodyFiles} from '../../registry/types.ts'
import type {FolderFiles} from '../../resolve/identify/types.ts'
import {mainName} from '../../resolve/release-tree.ts'
import {
  mainsByName,
  prosodyFolders,
  versionsOf,
  type ProsodyFolder,
} from '../../resolve/identify/prosody-own.ts'
import type {IdentifiedModule, IdentifiedTree, IdentifyResult} from './types.ts'
import {moduleKey} from '../../module-key.ts'

/** The name that Prosody itself has among the sources: it is none, and nothing of it is added to a project. */
export const prosodyId = 'prosody'

/** The part of a folder that is Prosody's own, and what is left for the sources. */
export interface OwnFound {
  readonly folders: readonly ProsodyFolder[]
  readonly rest: FolderFiles
}

/** Takes Prosody's own files out of those of a folder. */
export function takeOwn(files: FolderFiles, own: ProsodyFiles): OwnFound {
  const folders = prosodyFolders(files, own)
  const taken = new Set(folders.flatMap((folder) => [...folder.files.keys()]))
  return {folders, rest: new Map([...files].filter(([path]) => !taken.has(path)))}
}

/** Tells whether Prosody ships a module of a name, in any release that is known. */
export function isOwnName(name: string, own: ProsodyFiles): boolean {
  return mainsByName(own).has(mainFile(name))
}

type Told = Pick<IdentifyResult, 'trees' | 'modules' | 'modified' | 'stray' | 'unknown'>

/** Puts Prosody's own beside what the sources explain. */
export function withOwn(
  told: Told,
  {folders}: OwnFound,
  {files, own}: {readonly files: FolderFiles; readonly own: ProsodyFiles},
): Told {
  const inFolders = folders.flatMap((folder) => modulesOf(folder))
  const differing = new Set(folders.flatMap((folder) => folder.differing.map(({path}) => path)))
  const others = told.modules.map((one) => ownOr(one, {differing, files, own, folders}))
  const isOwn = (path: string): boolean => placesOf(path, files, own).length > 0
  return {
    trees: [...folders.map((folder) => treeOf(folder)), ...told.trees],
    modules: [...inFolders, ...others].sort((a, b) => (a.path < b.path ? -1 : 1)),
    modified: told.modified.filter((path) => !isOwn(path)),
    stray: [...told.stray, ...told.unknown.filter((path) => !differing.has(path) && isOwn(path))].sort(),
    unknown: told.unknown.filter((path) => !differing.has(path) && !isOwn(path)),
  }
}

function treeOf({folder, versions, complete, files, differing}: ProsodyFolder): IdentifiedTree {
  const [version = ''] = versions
  return {source: prosodyId, folder, version, versions, complete, matching: files.size, differing}
}

function modulesOf({files, versions}: ProsodyFolder): IdentifiedModule[] {
  return [...files.keys()].flatMap((path) => {
    const name = mainName(path.slice(path.lastIndexOf('/') + 1))
    return name === undefined ? [] : [ownModule({name, path, versions, state: 'exact'})]
  })
}

function ownModule({
  name,
  path,
  versions,
  state,
}: Pick<IdentifiedModule, 'name' | 'path' | 'versions' | 'state'>): IdentifiedModule {
  return {
    module: moduleKey(prosodyId, name),
    name,
    path,
    state,
    version: versions[0] ?? null,
    versions,
    files: state === 'modified' ? [] : [path],
    differing: state === 'modified' ? [{path, state, versions: []}] : [],
    publishers: [],
  }
}

/** A main file that lies elsewhere than in Prosody's folder, or in it with other bytes than the rest tells. */
function ownOr(
  one: IdentifiedModule,
  {
    differing,
    files,
    own,
    folders,
  }: {
    readonly differing: ReadonlySet<string>
    readonly files: FolderFiles
    readonly own: ProsodyFiles
    readonly folders: readonly ProsodyFolder[]
  },
): IdentifiedModule {
  const {name, path, state} = one
  if (state === 'exact') return one
  const [inner] = placesOf(path, files, own)
  if (inner !== undefined) {
    const versions = versionsOf(inner, files.get(path), own)
    return ownModule({name, path, versions, state: differing.has(path) ? 'mixed' : 'exact'})
  }
  const isSeen = one.files.length > 0 || one.differing.some((file) => file.state === 'other-release')
  if (!differing.has(path) || isSeen) return one
  const versions = folders.find((folder) => folder.differing.some((file) => file.path === path))?.versions
  return ownModule({name, path, versions: versions ?? [], state: 'modified'})
}

/** Paths in Prosody with a file's name and its bytes. */
function placesOf(path: string, files: FolderFiles, own: ProsodyFiles): string[] {
  const found = files.get(path)
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (found === undefined || found === 'unread') return []
  const named = mainsByName(own).get(name) ?? libraries(name, own)
  return named.filter((inner) => versionsOf(inner, found, own).length > 0)
}

function libraries(name: string, own: ProsodyFiles): readonly string[] {
  return name.endsWith('.lib.lua') ? Object.keys(own.files).filter((path) => path.endsWith(`/${name}`)) : []
}
