import {placesOf} from './module-files.ts'
import {mainFile, prefixed} from '../module-name.ts'
import {metadataIn, refusalOf, type LoaderTarget, type Refusal} from './load-metadata.ts'
import type {FileError, PluginFiles} from './plugin-files.ts'
import {resolveRelative, type PluginSearch} from './plugin-paths.ts'
import {installedRock} from './rocks-manifest.ts'

/** A file that a search found and passed over for what its metadata say. */
export interface SkippedFile extends Refusal {
  readonly path: string
}

interface Search {
  /** Files that were found and that their metadata keep from being loaded, in order. */
  readonly skipped: readonly SkippedFile[]
  /** Every path that Prosody tries to open, in order. */
  readonly tried: readonly string[]
}

/** What comes of a search. Whether the text that is found is valid Lua is not looked at: Prosody does not search on. */
export type Load = Search &
  (
    | {
        readonly outcome: 'found'
        readonly path: string
        readonly contents: Buffer
        readonly metadata: ReadonlyMap<string, string>
      }
    | {
        readonly outcome: 'missing'
        /** Prosody's words, which name the last path alone. */
        readonly message: string
      }
    | {
        /** Prosody's own code fails, and with a module takes the start of the whole server with it. */
        readonly outcome: 'raised'
        /** A folder in place of a file, or a skipped file at the very last path, after which Prosody has no path. */
        readonly cause: 'folder' | 'skipped-last'
        readonly path: string
      }
  )

/** Prosody's plugin loader, which is the same in 0.12 and 13.0 but for what a LoaderTarget holds. */
export interface PluginLoader {
  /** Finds the main file of a module; `module:depends` searches in the same way. */
  loadModule(name: string): Load
  /** Finds what `module:require(library)` runs in a module, which need not be there itself. */
  loadLibrary(module: string, library: string): Load
  /** Lists every path that may be tried for a module's main file, or for a library of it, in order. */
  candidates(module: string, library?: string): readonly string[]
  /**
   * Gives what `module:get_directory()` gives in a module; undefined when the module is not found, and when the
   * installer's manifest is a program, which only running it could tell.
   */
  directory(module: string): string | undefined
  /** Gives the path that `module:load_resource(path)` opens; undefined as for `directory`. */
  resourcePath(module: string, path: string): string | undefined
}

/**
 * Makes a loader that searches as util/pluginloader.lua does, with the load filter of core/modulemanager.lua, and as
 * the callers of both in core/modulemanager.lua and core/moduleapi.lua do.
 */
export function pluginLoader(search: PluginSearch, files: PluginFiles, target: LoaderTarget): PluginLoader {
  const load = (phases: readonly (readonly string[])[]): Load =>
    loadPhases(phases, (path) => files.open(path), {folders: search.folders, target})
  const loadModule = (name: string): Load => load(modulePhases(name, target.lua))
  const directory = (module: string): string | undefined => {
    const loaded = loadModule(module)
    if (loaded.outcome !== 'found') return undefined
    const own = loaded.path.replace(/\/[^/]*$/, '')
    if (!loaded.path.startsWith(`${search.installer}/`)) return own
    const rock = rockFolder(module, files, {installer: search.installer, lua: target.lua})
    return rock.unknown ? undefined : (rock.folder ?? own)
  }
  return {
    loadModule,
    loadLibrary: (module, library) => load(libraryPhases(module, library, target.lua)),
    candidates: (module, library) => {
      const phases =
        library === undefined ? modulePhases(module, target.lua) : libraryPhases(module, library, target.lua)
      return phases.flatMap((names) => candidatesIn(search.folders, names))
    },
    directory,
    resourcePath: (module, path) => {
      const parent = directory(module)
      return parent === undefined ? undefined : resolveRelative(parent, path)
    },
  }
}

/** Lists the names that a module's main file may have within each folder; there is one phase. */
export function modulePhases(name: string, lua: string): readonly (readonly string[])[] {
  return [namesOf(name, mainFile(name), lua)]
}

/**
 * Lists the names that a library may have: each phase goes through all folders, and the next one begins only when
 * nothing was found.
 */
export function libraryPhases(module: string, library: string, lua: string): readonly (readonly string[])[] {
  return [
    namesOf(module, `${library}.lib.lua`, lua),
    namesOf(module, `${library}.lua`, lua),
    namesOf(library, `${library}.lib.lua`, lua),
  ]
}

function namesOf(plugin: string, file: string, lua: string): readonly string[] {
  return [
    ...placesOf(plugin, file),
    `share/lua/${lua}/${file}`,
    `share/lua/${lua}/${prefixed(plugin)}/${file}`,
  ]
}

/** Where a search looks, and for which Prosody. */
export interface SearchPlace {
  readonly folders: readonly string[]
  readonly target: LoaderTarget
}

/**
 * Searches for a file as Prosody does: all folders with the names of the first phase, then of the next.
 * @param open as PluginFiles has it
 */
export function loadPhases(
  phases: readonly (readonly string[])[],
  open: PluginFiles['open'],
  {folders, target}: SearchPlace,
): Load {
  const tried: string[] = []
  const skipped: SkippedFile[] = []
  let message = 'nil'
  for (const names of phases) {
    let skippedLast: string | undefined
    for (const path of candidatesIn(folders, names)) {
      tried.push(path)
      const contents = open(path)
      // C opens a folder and fails to read it: there is no text for the load filter to search.
      if (contents === 'EISDIR') return {outcome: 'raised', cause: 'folder', path, skipped, tried}
      if (typeof contents === 'string') {
        skippedLast = undefined
        message = `${path}: ${errorTexts[contents]}`
        continue
      }
      const metadata = metadataIn(contents)
      const refusal = refusalOf(metadata, target)
      if (refusal === undefined) return {outcome: 'found', path, contents, metadata, skipped, tried}
      skipped.push({path, ...refusal})
      skippedLast = path
    }
    if (skippedLast !== undefined)
      return {outcome: 'raised', cause: 'skipped-last', path: skippedLast, skipped, tried}
  }
  return {outcome: 'missing', message, skipped, tried}
}

function candidatesIn(folders: readonly string[], names: readonly string[]): string[] {
  return folders.flatMap((folder) => names.map((name) => folder + name))
}

const errorTexts = {
  EACCES: 'Permission denied',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
} as const satisfies Record<Exclude<FileError, 'EISDIR'>, string>

/** The folder of a rock that the installer's manifest names for a module; luarocks 3 has it in another place than 2. */
function rockFolder(
  module: string,
  files: PluginFiles,
  {installer, lua}: {readonly installer: string; readonly lua: string},
): {readonly folder?: string; readonly unknown: boolean} {
  for (const rocks of [`${installer}/lib/luarocks/rocks-${lua}`, `${installer}/lib/luarocks/rocks`]) {
    const manifest = files.open(`${rocks}/manifest`)
    const installed = typeof manifest === 'string' ? undefined : installedRock(manifest, prefixed(module))
    if (installed === undefined || installed.kind === 'invalid') continue
    if (installed.kind === 'rock') return {folder: `${rocks}/${installed.rock}`, unknown: false}
    return {unknown: installed.kind === 'program'}
  }
  return {unknown: false}
}
