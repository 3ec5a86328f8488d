import {existsSync, lstatSync} from 'node:fs'
import {join, posix, resolve} from 'node:path'
import {contextFolder, lockfileName} from '../../project/lockfile.ts'
import {enabledBy} from '../check/enabled-config.ts'
import {optionFor} from '../../prosody/config/effective.ts'
import {readConfiguration} from '../../prosody/config/read.ts'
import type {Configuration} from '../../prosody/config/types.ts'
import {isConfiguration, quotedNames} from '../../recipe/follow/commands/text.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {ContextTree} from './own-modules.ts'
import {namesIn, textOf} from './quiet-files.ts'

/** What the configuration says that goes into an image with a recipe. */
export interface ContextConfiguration {
  /** As they are shown: paths in the build context, and of what the recipe writes itself. */
  readonly files: readonly string[]
  /** Modules that it names. */
  readonly names: ReadonlySet<string>
  /** As the last of the files that set it has it; undefined where none does. */
  readonly pluginPaths: readonly string[] | undefined
  /** The files that set them, as they are shown. */
  readonly pathsFiles: readonly string[]
  /** Configuration that lies beside the recipe, and goes into no image by it. */
  readonly beside: BesideConfiguration
}

/** Configuration that a recipe does not speak of. */
export interface BesideConfiguration {
  readonly files: readonly string[]
  readonly names: ReadonlySet<string>
}

/**
 * Reads the configuration of Prosody that a recipe copies into the image, from its build context, or writes itself. What
 * can't be read is left out: it is only looked at for names.
 */
export function contextConfiguration(folder: string, followed: Followed): ContextConfiguration {
  const texts = new Map<string, string>()
  for (const {piece} of followed.placed) {
    if (piece.thing.kind !== 'context') continue
    for (const path of filesAt(folder, piece.thing.from).filter((one) => isRead(one))) {
      const text = textOf(join(folder, path))
      if (text !== undefined) texts.set(path, text)
    }
  }
  for (const {path, text} of followed.written)
    if (isConfiguration(path)) texts.set(path, `${texts.get(path) ?? ''}${text}\n`)
  const names = new Set(followed.enabled.flatMap((one) => one.names))
  let pluginPaths: readonly string[] | undefined
  const pathsFiles: string[] = []
  for (const [path, text] of texts) {
    const configuration = read(path, text)
    for (const name of namesOf(configuration, text)) names.add(name)
    const paths = pathsIn(configuration)
    if (paths === undefined) continue
    pluginPaths = paths
    pathsFiles.push(path)
  }
  const beside = besideOf(folder, texts)
  return {files: [...texts.keys()].sort(), names, pluginPaths, pathsFiles: pathsFiles.sort(), beside}
}

/** Configuration, and what it is made from when an image starts: `prosody.cfg.lua.tmpl`. */
const configurationName = /\.cfg\.lua(?:\.[a-z0-9]+)?$/

function isRead(path: string): boolean {
  return configurationName.test(path) && !path.endsWith('.patch')
}

/** What shows how something could be used says nothing of how it is. */
const notUsed = /(?:^|\/)(?:examples?|samples?|tests?|docs?)\/|\.(?:dist|example|sample|orig|bak|patch)$/i

function besideOf(folder: string, known: ReadonlyMap<string, string>): BesideConfiguration {
  const files: string[] = []
  const names = new Set<string>()
  for (const path of filesAt(folder, '')) {
    const isOther = configurationName.test(path) && !known.has(path) && !notUsed.test(path)
    const text = isOther && !isGenerated(path) ? textOf(join(folder, path)) : undefined
    if (text === undefined) continue
    const own = namesOf(read(path, text), text)
    if (own.length > 0) files.push(path)
    for (const name of own) names.add(name)
  }
  return {files: files.sort(), names}
}

function isGenerated(path: string): boolean {
  return path.endsWith('/prosody-mods.cfg.lua')
}

/** Of a template, which is no Lua, what stands in its lists. */
function namesOf(configuration: Configuration, text: string): string[] {
  const found = enabledBy(configuration, true)?.names ?? new Set<string>()
  if (found.size > 0 || !/\{\{|\{%|\$\{|<%/.test(text)) return [...found]
  const plain = text.replaceAll(/--(?!\[\[).*$/gm, '').replaceAll(/\{[{%].*?[}%]\}|\$\{.*?\}|<%.*?%>/gs, '')
  return [...plain.matchAll(/\bmodules_enabled\s*=\s*\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    quotedNames(list),
  )
}

function read(path: string, text: string): Configuration {
  return readConfiguration(path, {
    read: (asked) => (asked === path ? Buffer.from(text) : undefined),
    list: () => undefined,
  })
}

function pathsIn(configuration: Configuration): readonly string[] | undefined {
  const found = optionFor(configuration, null, 'plugin_paths')
  if (found?.value.kind !== 'table') return undefined
  return found.value.items.flatMap(({value}) => (value.kind === 'string' ? value.value : []))
}

/** A build context has a few hundred files where it has many. */
const most = 300

/** Lists files of a build context by their paths, configuration or Lua; a few hundred at most. */
export function contextTree(folder: string): ContextTree {
  const hasOurs = existsSync(join(folder, lockfileName))
  return {files: (path) => (hasOurs && path === contextFolder ? [] : filesAt(folder, path))}
}

function filesAt(folder: string, path: string): string[] {
  const top = resolve(folder, path)
  if (top !== folder && !top.startsWith(`${folder}/`)) return []
  const found: string[] = []
  const look = (at: string): void => {
    if (found.length >= most) return
    const stat = lstatSync(join(folder, at), {throwIfNoEntry: false})
    if (stat?.isFile() === true && (at.endsWith('.lua') || configurationName.test(at))) found.push(at)
    if (stat?.isDirectory() !== true || /(?:^|\/)(?:\.git|\.hg|node_modules)$/.test(at)) return
    for (const name of namesIn(join(folder, at))) look(posix.join(at, name))
  }
  look(path.includes('*') ? posix.dirname(path) : path)
  return found
}
