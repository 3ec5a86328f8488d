import {mainOf} from '../../module-name.ts'
import {splitKey, entriesIn} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import type {ProsodyLine} from '../../registry/types.ts'
import {editedOf} from './edited.ts'
import type {LockedPath} from './locked-path.ts'
import type {PathMatch} from './path-match.ts'

/** What is to be known to tell whose a path is. */
interface Places {
  readonly project: {readonly lock: Lockfile}
  readonly line: ProsodyLine
  readonly registry: Pick<Registry, 'prosodyFiles'>
  installedPath(file: LockedPath): string
  mainFile(module: string): LockedPath | undefined
}

/** Tells what a path that a message names is to the project and to Prosody. */
export function matchPath(path: string, world: Places): PathMatch {
  // Lua cuts the head of a long path off.
  const tail = path.startsWith('...') ? path.slice(3) : undefined
  for (const [key, {files}] of entriesIn(world.project.lock.modules)) {
    for (const file of Object.keys(files)) {
      const inSource = `/${splitKey(key)[0]}/${file}`
      const full = world.installedPath({key, file})
      const whole = tail ?? path
      if (
        whole === full ||
        whole.endsWith(inSource) ||
        (tail !== undefined && tail.length > 8 && full.endsWith(tail))
      )
        return {kind: 'ours', key, file}
    }
  }
  const module = mainOf(path)
  const main = module === undefined ? undefined : world.mainFile(module)
  if (main !== undefined && isElsewhere(path, main)) return {kind: 'other', ...main}
  if (!isOfLine(path, world.line)) return {kind: 'unknown'}
  const version = editedOf(path, world.registry.prosodyFiles)
  return version === undefined ? {kind: 'core'} : {kind: 'edited', version}
}

/** Whether enough of a path is there to tell that it is not that of a file in its source's folder. */
function isElsewhere(path: string, {key, file}: LockedPath): boolean {
  const source = splitKey(key)[0]
  if (path.startsWith('/')) return true
  // Of a path with its head cut off, the first folder may be a part of a name.
  const folders = path.split('/').slice(1, -1)
  const own = [source, ...file.split('/').slice(0, -1)]
  return folders.length >= own.length && folders.slice(-own.length).join('/') !== own.join('/')
}

/**
 * Whether a line of Prosody ships a file of this name at this place, in Debian's layout or that of its own make. People
 * put other modules into the same folder.
 */
function isOfLine(path: string, line: ProsodyLine): boolean {
  const {coreModulePaths, moduleLibs} = line
  if (coreLibrary(path, line) !== undefined) return true
  const inner = /\/lib(?:64)?\/prosody\/(modules\/.+)$/.exec(path)?.[1]
  if (inner === undefined) return false
  const module = mainOf(inner)
  if (module !== undefined) return Object.hasOwn(coreModulePaths, module) && coreModulePaths[module] === inner
  return moduleLibs.some((one) => inner === `modules/${one}.lib.lua`)
}

/** Names the library of Prosody's own whose place a path is: `util/jid.lua`; undefined where it is none. */
export function coreLibrary(path: string, {libs}: ProsodyLine): string | undefined {
  const inner = /\/(?:lib(?:64)?|share\/lua\/5\.\d)\/prosody\/((?:core|net|util)\/[\w/]+)\.lua$/.exec(
    path,
  )?.[1]
  return inner !== undefined && libs.includes(inner.replaceAll('/', '.')) ? `${inner}.lua` : undefined
}

/** A file that Lua finds under the name of a library of Prosody's own, in a folder of rocks. */
export interface Shadow {
  readonly path: string
  readonly library: string
}

/** Finds, of the places that an error names, the first that stands in for a library of Prosody's own. */
export function shadowIn(paths: readonly string[], {libs}: ProsodyLine): Shadow | undefined {
  for (const path of paths) {
    const inner = /\/(?:share|lib)\/lua\/5\.\d\/(.+)\.(?:lua|so)$/.exec(path)?.[1]
    const library = inner?.replace(/\/init$/, '').replaceAll('/', '.')
    if (library !== undefined && libs.includes(library)) return {path, library}
  }
  return undefined
}
