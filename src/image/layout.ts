import {mainOf} from '../module-name.ts'
import {posix} from 'node:path'
import {pluginPaths} from './config.ts'
import {coreFolder, type PluginFolder, type PluginLayout, type Wanted} from '../prosody/layout-proof.ts'
import {isMainFile} from '../prosody/module-files.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import {splitKey, keysIn, entriesIn, type ModuleKey} from '../module-key.ts'
import {contextFolder, contextPathOf, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import {placeByModule} from '../project/destination.ts'
import {layoutIn, modulesPathOf, type Manifest} from '../project/manifest.ts'
import type {ProsodyLine} from '../registry/types.ts'
import {Providers} from '../resolve/needs.ts'
import {configInput} from './config-input.ts'
import {moduleIn, ownLibrary} from '../resolve/loaded-files.ts'

/** What an image is made from. */
export interface Locked {
  readonly manifest: Manifest
  readonly lock: Lockfile
}

/** Lays out what Prosody searches in the image. Folders of the user's own are not known here, and stand empty. */
export function layoutOf(
  code: {readonly bytes: ReadonlyMap<string, Buffer>},
  {manifest, lock}: Locked,
  line: ProsodyLine,
): PluginLayout {
  if (layoutIn(manifest) === 'modules') return oneFolder(code, {manifest, lock}, line)
  const modulesPath = modulesPathOf(manifest)
  const ids = [...new Set(keysIn(lock.modules).map((key) => splitKey(key)[0]))]
  const folders = pluginPaths(configInput({lock, manifest})).map((path): PluginFolder => {
    const id = ids.find((one) => posix.join(modulesPath, one) === path)
    const prefix = `${contextFolder}/${id ?? ''}/`
    const files = [...code.bytes].filter(([at]) => id !== undefined && at.startsWith(prefix))
    return {path, files: new Map(files.map(([at, bytes]) => [at.slice(prefix.length), bytes]))}
  })
  return {folders, core: coreFolder(line)}
}

/** Lays out modules that have a folder each in one that somebody else's plugin_paths name. */
function oneFolder(
  code: {readonly bytes: ReadonlyMap<string, Buffer>},
  {manifest, lock}: Locked,
  line: ProsodyLine,
): PluginLayout {
  const path = modulesPathOf(manifest)
  const files = new Map<string, Buffer>()
  for (const [key, locked] of entriesIn(lock.modules)) {
    for (const file of Object.keys(locked.files)) {
      const bytes = code.bytes.get(contextPathOf(key, file))
      if (bytes !== undefined) files.set(placeByModule(key, file), bytes)
    }
  }
  const others = ({before = [], after = []}: NonNullable<Manifest['pluginPaths']>): PluginFolder[] =>
    [...before, ...after].map((other) => ({path: other, files: new Map()}))
  return {folders: [{path, files}, ...others(manifest.pluginPaths ?? {})], core: coreFolder(line)}
}

/** Something that Prosody shall find, and the module whose it is. */
export interface WantedOf {
  readonly wanted: Wanted
  /** source/name */
  readonly key: ModuleKey
  /** The file's path from the project's folder. */
  readonly path: string
}

/** Lists every module, every library that one of them asks for, and every file beside their code. */
export function wantedIn(
  code: {readonly facts: ReadonlyMap<string, FileFacts>},
  {manifest, lock}: Locked,
): WantedOf[] {
  const providers = new Providers()
  for (const [key, locked] of entriesIn(lock.modules)) providers.add(key, locked)
  const modulesPath = modulesPathOf(manifest)
  const isByModule = layoutIn(manifest) === 'modules'
  const inImage = (key: ModuleKey, path: string): string =>
    posix.join(modulesPath, isByModule ? placeByModule(key, path) : posix.join(splitKey(key)[0], path))
  const found: WantedOf[] = []
  for (const [key, locked] of entriesIn(lock.modules)) {
    for (const path of Object.keys(locked.files)) {
      const at = contextPathOf(key, path)
      const module = mainOf(path)
      if (module !== undefined && isMainFile(path))
        found.push({wanted: {kind: 'module', module, file: inImage(key, path)}, key, path: at})
      const asking = moduleIn(path, key, locked)
      const resource = resourceOf(path, asking, locked)
      if (resource !== undefined)
        found.push({
          wanted: {kind: 'resource', module: asking, resource, file: inImage(key, path)},
          key,
          path: at,
        })
      for (const {name} of code.facts.get(at)?.libraries ?? []) {
        const own = name === null ? undefined : ownLibrary(name, asking, locked)
        const meant = own === undefined ? providers.sharedFile(name ?? '') : {key, path: own}
        if (name === null || meant === undefined) continue
        const wanted: Wanted = {
          kind: 'library',
          module: asking,
          library: name,
          file: inImage(meant.key, meant.path),
        }
        found.push({wanted, key, path: contextPathOf(meant.key, meant.path)})
      }
    }
  }
  return distinct(found)
}

/** A file that is no Lua, as module:load_resource names it; undefined for one that lies in no module's folder. */
function resourceOf(path: string, module: string, {files}: LockedModule): string | undefined {
  if (path.endsWith('.lua')) return undefined
  const main = mainsOf(files).get(module)
  const folder = main === undefined ? '' : posix.dirname(main)
  return folder !== '' && folder !== '.' && path.startsWith(`${folder}/`)
    ? path.slice(folder.length + 1)
    : undefined
}

const mainsByFiles = new WeakMap<LockedModule['files'], ReadonlyMap<string, string>>()

/** By module, the main file that Prosody shall load. */
function mainsOf(files: LockedModule['files']): ReadonlyMap<string, string> {
  const known = mainsByFiles.get(files)
  if (known !== undefined) return known
  const mains = new Map<string, string>()
  for (const path of Object.keys(files)) {
    const module = mainOf(path)
    if (module !== undefined && isMainFile(path) && !mains.has(module)) mains.set(module, path)
  }
  mainsByFiles.set(files, mains)
  return mains
}

function distinct(found: readonly WantedOf[]): WantedOf[] {
  const seen = new Set<string>()
  return found.filter(({wanted}) => {
    const text = JSON.stringify(wanted)
    const isNew = !seen.has(text)
    seen.add(text)
    return isNew
  })
}
