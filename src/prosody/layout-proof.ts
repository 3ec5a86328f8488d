import {posix} from 'node:path'
import type {LoaderTarget} from './load-metadata.ts'
import {pluginLoader, type Load, type PluginLoader} from './loader.ts'
import {filesOf} from './plugin-files.ts'
import {pluginSearch} from './plugin-paths.ts'

/** A folder of plugins: its absolute path, and the contents of its files by their path within it. */
export interface PluginFolder {
  readonly path: string
  readonly files: ReadonlyMap<string, Buffer>
}

/** All folders that a Prosody searches. */
export interface PluginLayout {
  /** installer_plugin_path, always first; without it Debian's default, where nothing lies but what `folders` has there. */
  readonly installer?: PluginFolder
  /** plugin_paths, in order. */
  readonly folders: readonly PluginFolder[]
  /** The folder of the core's own modules, which is always searched last. */
  readonly core: PluginFolder
}

/** What Prosody shall find: a module's main file, what `module:require` or what `module:load_resource` gives. */
export type Wanted = (
  | {readonly kind: 'module'; readonly module: string}
  | {readonly kind: 'library'; readonly module: string; readonly library: string}
  | {readonly kind: 'resource'; readonly module: string; readonly resource: string}
) & {
  /** Absolute. */
  readonly file: string
}

/** Something that Prosody would not find where it is meant to be found. */
export interface LayoutConflict {
  readonly wanted: Wanted
  /** The file that Prosody takes instead, absolute; undefined where it takes none. */
  readonly found: string | undefined
  /**
   * hidden: `found` comes first; skipped: for its metadata; unreachable: Prosody never looks for it there; absent: there
   * is no such file; raised: Prosody's own code fails; unknown: only running the installer's manifest could tell.
   */
  readonly cause: 'hidden' | 'skipped' | 'unreachable' | 'absent' | 'raised' | 'unknown'
  /** Whether `found` has the same bytes as the file that is wanted. */
  readonly same: boolean
  /** For a person: what happens, and what to do. */
  readonly why: string
  readonly hint: string
}

/** Lists the core's plugins of a line as the registry knows them, without their contents: none of them has metadata. */
export function coreFolder(line: {
  readonly pluginDir: string
  readonly coreModulePaths: Readonly<Record<string, string>>
  readonly moduleLibs: readonly string[]
}): PluginFolder {
  const modules = Object.values(line.coreModulePaths).map((path) => path.replace(/^modules\//, ''))
  const libraries = line.moduleLibs.map((name) => `${name}.lib.lua`)
  return {
    path: line.pluginDir.replace(/\/$/, ''),
    files: new Map([...modules, ...libraries].map((path) => [path, Buffer.alloc(0)])),
  }
}

/**
 * Finds where Prosody would not get what is wanted, in the order of `wanted`; nothing where all is proved. A library
 * with the bytes of the one that is wanted is that one: its folder means nothing to it.
 */
export function layoutConflicts(
  layout: PluginLayout,
  wanted: readonly Wanted[],
  target: LoaderTarget,
): LayoutConflict[] {
  const contents = contentsOf(layout)
  const {installer, folders, core} = layout
  const search = pluginSearch({
    pluginPaths: folders.map(({path}) => path),
    coreFolder: core.path,
    dataFolder: '/var/lib/prosody',
    ...(installer === undefined ? {} : {installerPluginPath: installer.path}),
  })
  const loader = pluginLoader(search, filesOf(contents), target)
  return wanted.flatMap((one) => {
    const conflict = judge(one, loader, contents)
    return conflict === undefined ? [] : [conflict]
  })
}

/** Collects all files of a layout by absolute path. */
export function contentsOf({installer, folders, core}: PluginLayout): ReadonlyMap<string, Buffer> {
  const all = [...(installer === undefined ? [] : [installer]), ...folders, core]
  return new Map(
    all.flatMap(({path, files}) =>
      [...files].map(([name, bytes]) => [posix.join(path, name), bytes] as const),
    ),
  )
}

type Judged = Pick<LayoutConflict, 'found' | 'cause' | 'why'>

function judge(
  wanted: Wanted,
  loader: PluginLoader,
  contents: ReadonlyMap<string, Buffer>,
): LayoutConflict | undefined {
  const file = posix.normalize(wanted.file)
  const judged =
    wanted.kind === 'resource' ? judgeResource(wanted, loader, contents) : judgeLoad(wanted, loader)
  if (judged === undefined) return undefined
  const own = contents.get(file)
  // The core's files are known by name alone, and stand here as empty ones.
  const same = own !== undefined && own.length > 0 && contents.get(judged.found ?? '')?.equals(own) === true
  if (same && wanted.kind === 'library') return undefined
  return {wanted, ...judged, same, hint: hintFor(judged, file)}
}

function judgeLoad(wanted: Exclude<Wanted, {kind: 'resource'}>, loader: PluginLoader): Judged | undefined {
  const load =
    wanted.kind === 'module'
      ? loader.loadModule(wanted.module)
      : loader.loadLibrary(wanted.module, wanted.library)
  const file = posix.normalize(wanted.file)
  const found = load.outcome === 'found' ? posix.normalize(load.path) : undefined
  if (found === file) return undefined
  if (load.outcome === 'raised') return {found, cause: 'raised', why: raisedBy(load)}
  const skipped = load.skipped.find(({path}) => posix.normalize(path) === file)
  if (skipped !== undefined) {
    const values = skipped.values.join(', ')
    const why = {
      lua: `its metadata asks for Lua ${values}`,
      conflicts: `its metadata says that it conflicts with ${values}, which this Prosody has`,
      requires: `its metadata requires ${values}, which this Prosody lacks`,
    }[skipped.reason]
    return {found, cause: 'skipped', why: `Prosody skips it: ${why}`}
  }
  const reachable = loader
    .candidates(wanted.module, wanted.kind === 'library' ? wanted.library : undefined)
    .some((path) => posix.normalize(path) === file)
  if (!reachable) return {found, cause: 'unreachable', why: 'Prosody does not look for it there'}
  if (found === undefined) return {found, cause: 'absent', why: 'there is no such file'}
  return {found, cause: 'hidden', why: `Prosody finds ${found} first`}
}

function raisedBy(load: Extract<Load, {outcome: 'raised'}>): string {
  return load.cause === 'folder'
    ? `Prosody fails at ${load.path}, which is a folder and has the name of a Lua file`
    : `Prosody fails because the last file that it looks for, ${load.path}, is one that it skips`
}

function judgeResource(
  wanted: Extract<Wanted, {kind: 'resource'}>,
  loader: PluginLoader,
  contents: ReadonlyMap<string, Buffer>,
): Judged | undefined {
  const file = posix.normalize(wanted.file)
  const load = loader.loadModule(wanted.module)
  if (load.outcome === 'missing')
    return {found: undefined, cause: 'absent', why: `there is no mod_${wanted.module} that could ask for it`}
  if (load.outcome === 'raised') return {found: undefined, cause: 'raised', why: raisedBy(load)}
  const path = loader.resourcePath(wanted.module, wanted.resource)
  if (path === undefined)
    return {found: undefined, cause: 'unknown', why: 'the manifest of installed rocks is not plain data'}
  const opened = posix.normalize(path)
  const isThere = contents.has(opened)
  if (opened === file)
    return isThere ? undefined : {found: undefined, cause: 'absent', why: 'there is no such file'}
  const why = `mod_${wanted.module} is loaded from ${load.path}, and opens ${opened}`
  return {found: isThere ? opened : undefined, cause: isThere ? 'hidden' : 'unreachable', why}
}

function hintFor({cause, found}: Judged, file: string): string {
  switch (cause) {
    case 'hidden':
      return `let the folder of ${file} come before that of ${found ?? ''} in plugin_paths, or keep one of both files`
    case 'skipped':
      return 'the file is not for this Prosody: take another version of it, or leave it out'
    case 'unreachable':
      return 'the file has to lie where Prosody looks for it, under the name by which it is asked for'
    case 'absent':
      return 'the file has to come with the module'
    case 'raised':
      return 'remove it or give it another name'
    case 'unknown':
      return 'install the module in a folder of its own'
  }
}
