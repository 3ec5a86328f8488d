import {digestOf, toSha256, type Digest, type Sha256} from '../digest.ts'
import type {DigestBasis, SourceLayout} from '../registry/types.ts'
import type {Resolved} from '../sources/kinds.ts'
import {parseJson, type JsonKind} from './json-text.ts'
import {mostTelling} from './manifest.ts'
import type {Voucher} from '../sources/declaration.ts'
import {entriesIn, splitKey, type ModuleKey} from '../module-key.ts'

/** Name of the lockfile, in the project's folder. */
export const lockfileName = 'prosody-mods.lock.json'
/** Name of the folder, in the project's, that holds the files of locked modules; an image is built from it. */
export const contextFolder = 'prosody-modules'
/** Name of the folder, in the project's, that holds patches out of releases of sources. */
export const patchFolder = 'prosody-patches'

/** Who vouches for the digests of a locked module. */
export interface Trust {
  readonly by: Voucher
  /** The weakest ground among the digests of the module's files, for `by: registry`. */
  readonly basis?: DigestBasis
}

/**
 * What a module needs besides its own files, by name: `source/name` of the lock, `prosody`, `debian:<package>`,
 * `copy:<package>`, `rock:<name>@<version>`, or `missing` where nothing is known to serve it.
 */
interface ServedNeeds {
  /** Modules that the code depends on by module:depends, by name. */
  readonly modules?: Readonly<Record<string, string>>
  /**
   * Libraries that the code loads by module:require and that come with another module; those of the core are left
   * out.
   */
  readonly shared?: Readonly<Record<string, string>>
  /** Lua libraries that the code requires, without Lua's and Prosody's own. */
  readonly libraries?: Readonly<Record<string, string>>
}

/** What a locked module needs, and who serves it. */
export interface Needs extends ServedNeeds {
  /** What the module uses and does without where it is missing. */
  readonly optional?: ServedNeeds
}

/** The Prosody, Lua and Debian that needs were looked up for. */
export interface LockTarget {
  readonly prosody: string
  readonly lua: string
  readonly debian: string
}

/** A patch that the files of a module were changed with. */
export interface LockedPatch {
  /** From the project's folder, or `source:path` in the locked release of a source. */
  readonly path: string
  readonly digest: Digest
  /**
   * already: the release has what the patch does, so that it changes nothing; moved: it fitted at other lines than it
   * says; absent where it fitted exactly.
   */
  readonly state?: 'already' | 'moved'
}

/** What a lockfile has of one module, or of a whole tree: the release, its files and who vouches for them. */
export interface LockedModule {
  readonly version: string
  readonly layout: SourceLayout
  readonly resolved: Resolved
  readonly trust: Trust
  /** The sha256 over what `sha256sum` prints for the files, in path order. */
  readonly integrity: Digest
  /** Digests of the files as they are written, by path below prosody-modules/<source>/. */
  readonly files: Readonly<Record<string, Digest>>
  /** Paths in the release by those of `files`, where the two differ. */
  readonly from?: Readonly<Record<string, string>>
  /** What the manifest names besides what is taken anyway, sorted; absent for nothing. */
  readonly include?: readonly string[]
  /** Modules of a whole tree that were left out, sorted; absent for none. */
  readonly except?: readonly string[]
  /** Patches that the manifest names for it, in their order; absent for none. */
  readonly patches?: readonly LockedPatch[]
  /**
   * Digests as published of the files that patches change, by path as in `files`; null for one that a patch adds. What
   * a patch takes away stands here alone. Absent for none.
   */
  readonly published?: Readonly<Record<string, Digest | null>>
  /** What the module needs; absent for nothing, and where the lock has no target. */
  readonly needs?: Needs
}

/** prosody-mods.lock.json; keys are `source/name`, or `source/*` for a whole flat tree. */
export interface Lockfile {
  readonly lockfileVersion: 1
  /** What modules are to run with; absent where needs were not looked up. */
  readonly target?: LockTarget
  /** Ids of sources as plugin_paths has to have them; absent where the usual order serves. */
  readonly pluginPaths?: readonly string[]
  /** Patches of Prosody itself, which an image gets; absent for none. */
  readonly patches?: readonly LockedPatch[]
  readonly modules: Readonly<Record<ModuleKey, LockedModule>>
}

/** The lock of a project in which nothing is locked. */
export const emptyLock: Lockfile = {lockfileVersion: 1, modules: {}}

/** The text that was read last: a command that writes reads the lockfile before it holds the project, and then again. */
let last: {readonly text: string; readonly lock: Lockfile} | undefined

/** Throws LOCKFILE_INVALID with line and column. */
export async function parseLockfile(text: string, path: string): Promise<Lockfile> {
  if (last?.text === text) return last.lock
  const lock = await readLockfile(text, path)
  last = {text, lock}
  return lock
}

async function readLockfile(text: string, path: string): Promise<Lockfile> {
  const {validateLockfile} = await import('#validators')
  const kind: JsonKind = {
    code: 'LOCKFILE_INVALID',
    hint: 'take it back from version control, or remove it and run "prosody-mods install"',
    isWritten: true,
    schema: 'lockfile.schema.json',
    problem: (data) => {
      if (!validateLockfile(data)) return mostTelling(validateLockfile.errors ?? [])
      return integrityProblem(data as Lockfile)
    },
  }
  return (await parseJson(text, path, kind)) as Lockfile
}

/**
 * Writes a lockfile's text: sorted keys, one file a line, no timestamps, so that the same modules always give the
 * same bytes.
 */
export function formatLockfile(lock: Lockfile): string {
  const modules = Object.fromEntries(
    entriesIn(lock.modules)
      .sort(([a], [b]) => order(a, b))
      .map(([key, module]) => [key, ordered(module)]),
  )
  const {lockfileVersion, target, pluginPaths, patches} = lock
  const parts = {
    lockfileVersion,
    ...(target === undefined ? {} : {target: orderedTarget(target)}),
    ...(pluginPaths === undefined ? {} : {pluginPaths}),
    ...(patches === undefined ? {} : {patches: patches.map(orderedPatch)}),
    modules,
  }
  return `${JSON.stringify(parts, undefined, 2)}\n`
}

function orderedTarget({prosody, lua, debian}: LockTarget): LockTarget {
  return {prosody, lua, debian}
}

function ordered(module: LockedModule): LockedModule {
  const {by, basis} = module.trust
  return {
    version: module.version,
    layout: module.layout,
    resolved: sortKeys(module.resolved),
    trust: {by, ...(basis === undefined ? {} : {basis})},
    integrity: module.integrity,
    files: sortKeys(module.files),
    ...(module.from === undefined ? {} : {from: sortKeys(module.from)}),
    ...(module.include === undefined ? {} : {include: module.include}),
    ...(module.except === undefined ? {} : {except: module.except}),
    ...(module.patches === undefined ? {} : {patches: module.patches.map(orderedPatch)}),
    ...(module.published === undefined ? {} : {published: sortKeys(module.published)}),
    ...(module.needs === undefined || Object.keys(module.needs).length === 0
      ? {}
      : {needs: orderedNeeds(module.needs)}),
  }
}

function orderedPatch({path, digest, state}: LockedPatch): LockedPatch {
  return {path, digest, ...(state === undefined ? {} : {state})}
}

function orderedNeeds({modules, shared, libraries, optional}: Needs): Needs {
  return {
    ...(modules === undefined ? {} : {modules: sortKeys(modules)}),
    ...(shared === undefined ? {} : {shared: sortKeys(shared)}),
    ...(libraries === undefined ? {} : {libraries: sortKeys(libraries)}),
    ...(optional === undefined ? {} : {optional: orderedNeeds(optional)}),
  }
}

/** Computes the sha256 of the listing that `sha256sum` would print for the files, sorted by path. */
export function integrityOf(files: Readonly<Record<string, Digest>>): Digest {
  const listing = Object.entries(files)
    .sort(([a], [b]) => order(a, b))
    .map(([path, digest]) => `${toSha256(digest)}  ${path}\n`)
    .join('')
  return digestOf(listing)
}

/** Returns a locked module as its release has it, before any patch. */
export function asPublished(locked: LockedModule): LockedModule {
  const {patches, published, ...rest} = locked
  if (patches === undefined && published === undefined) return locked
  const files: Record<string, Digest> = {...locked.files}
  for (const [path, digest] of Object.entries(published ?? {})) {
    if (digest === null) Reflect.deleteProperty(files, path)
    else files[path] = digest
  }
  return {...rest, files, integrity: integrityOf(files)}
}

/**
 * Returns where a file of a module lies in a project.
 * @param key source/name
 * @param path below the source's folder in the context
 */
export function contextPathOf(key: ModuleKey, path: string): string {
  return `${contextFolder}/${splitKey(key)[0]}/${path}`
}

/** Lists every file of the context that the lock owns: path from the project's folder → sha256. */
export function lockedFiles(lock: Lockfile): Map<string, Sha256> {
  const files = new Map<string, Sha256>()
  for (const [key, module] of entriesIn(lock.modules)) {
    for (const [path, digest] of Object.entries(module.files))
      files.set(contextPathOf(key, path), toSha256(digest))
  }
  return files
}

/** Lists the patches of sources that lie in the project: path from its folder → sha256. */
export function lockedPatches({patches = [], modules}: Lockfile): Map<string, Sha256> {
  const all = [...patches, ...entriesIn(modules).flatMap(([, locked]) => locked.patches ?? [])]
  return new Map(
    all
      .filter(({path}) => upstreamPatch(path) !== undefined)
      .map(({path, digest}) => [patchPlace(path), toSha256(digest)]),
  )
}

/** Reads `source:path`, which names a patch in the release of a source; undefined for a path in the project. */
export function upstreamPatch(path: string): {readonly source: string; readonly path: string} | undefined {
  const [, source, inner] = /^([a-z0-9][a-z0-9_-]*):([^/].*)$/.exec(path) ?? []
  return source === undefined || inner === undefined ? undefined : {source, path: inner}
}

/** Returns where a patch lies in the project. */
export function patchPlace(path: string): string {
  const upstream = upstreamPatch(path)
  return upstream === undefined ? path : `${patchFolder}/${upstream.source}/${upstream.path}`
}

function integrityProblem(lock: Lockfile): ReturnType<JsonKind['problem']> {
  for (const [key, module] of entriesIn(lock.modules)) {
    const expected = integrityOf(module.files)
    if (module.integrity !== expected) {
      return {
        schemaPath: '#',
        instancePath: `/modules/${key.replaceAll('/', '~1')}/integrity`,
        keyword: 'const',
        params: {allowedValue: expected},
      }
    }
  }
  return undefined
}

function sortKeys<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => order(a, b))) as T
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
