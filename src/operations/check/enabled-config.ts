import {bareName} from '../../module-name.ts'
import {readdirSync, realpathSync, statSync} from 'node:fs'
import {basename, dirname, isAbsolute, join, relative, resolve, sep} from 'node:path'
import {messageOf, ProsodyModsError} from '../../errors.ts'
import {pluginPathsPath} from '../../image/plugin-paths-file.ts'
import {readRegular, sizeBounds} from '../../regular-file.ts'
import {readProsodyConfig, type ConfigStatement, type ConfigValue} from '../../prosody/config.ts'

/** What a configuration of Prosody enables, as far as reading it tells. */
export interface EnabledModules {
  /** The files that were read, as they are shown. */
  readonly files: readonly string[]
  /** Names of modules that some host, or the whole server, enables. */
  readonly names: ReadonlySet<string>
  /** What can't be known without running it, one line each; where there is none, no other module is enabled. */
  readonly unknown: readonly string[]
}

/**
 * Reads what a configuration enables: a given file, else prosody.cfg.lua beside the manifest, else what lies in
 * conf.d/. Undefined where there is none. Files are read as data, Include is followed below the folder of the first.
 * Throws PATH_NOT_FOUND for a given file that is none.
 */
export function readEnabled(folder: string, given: string | undefined): EnabledModules | undefined {
  const reader = new Reader(folder)
  if (given !== undefined) {
    refuseNoFile(given)
    reader.file(given, dirname(realpathSync(given)))
    return reader.result()
  }
  const main = join(folder, 'prosody.cfg.lua')
  if (isFile(main)) reader.file(main, folder)
  else for (const path of matching(join(folder, 'conf.d', '*.cfg.lua'))) reader.file(path, folder)
  return reader.hasHosts ? reader.result() : undefined
}

const mostFiles = 500

interface Host {
  /** Undefined for the whole server; false for a VirtualHost. */
  readonly isComponent: boolean | undefined
  readonly enabled: Set<string>
  readonly disabled: Set<string>
}

class Reader {
  readonly #folder: string
  readonly #files: string[] = []
  readonly #unknown: string[] = []
  readonly #hosts = new Map<string, Host>([['*', emptyHost(undefined)]])

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Whether anything says what is enabled. */
  get hasHosts(): boolean {
    return this.#hosts.size > 1 || (this.#hosts.get('*')?.enabled.size ?? 0) > 0
  }

  /** @param root what Include may lead to lies below it */
  file(path: string, root: string): void {
    const shown = this.#shown(path)
    if (resolve(path) === resolve(this.#folder, pluginPathsPath) || this.#files.includes(shown)) return
    const isOne = isFileBelow(path, root)
    if (this.#files.length >= mostFiles || !isOne) {
      const why = isOne ? 'there are too many files' : `it is no regular file below ${this.#shown(root)}`
      this.#unknown.push(`${shown} is not read: ${why}`)
      return
    }
    this.#files.push(shown)
    const {statements, problem} = readConfiguration(path)
    if (problem !== undefined) this.#unknown.push(`${shown} is not read: ${problem}`)
    // What is included begins with the whole server.
    let host = '*'
    for (const statement of statements ?? []) {
      if (statement.kind === 'host') host = this.#host(statement, shown)
      else if (statement.kind === 'include') this.#include(statement, {path, root, shown})
      else this.#option(statement, host, shown)
    }
  }

  result(): EnabledModules {
    const names = new Set<string>()
    const global = this.#hosts.get('*')
    const virtual = [...this.#hosts.values()].filter(({isComponent}) => isComponent === false)
    for (const name of global?.enabled ?? []) {
      const isOff = virtual.length > 0 && virtual.every(({disabled}) => disabled.has(name))
      if (!isOff && global?.disabled.has(name) !== true) names.add(name)
    }
    for (const {isComponent, enabled, disabled} of this.#hosts.values())
      if (isComponent !== undefined) for (const name of enabled) if (!disabled.has(name)) names.add(name)
    return {files: this.#files, names, unknown: this.#unknown}
  }

  #host({name, component, line}: Extract<ConfigStatement, {kind: 'host'}>, shown: string): string {
    // Two hosts whose names are computed may be two.
    const key = name ?? `${shown}:${line}`
    const host = this.#hosts.get(key) ?? emptyHost(component !== undefined)
    this.#hosts.set(key, host)
    this.#add(host.enabled, component, {what: 'the type of a component', shown, line})
    return key
  }

  #option({name, value, line}: Extract<ConfigStatement, {kind: 'option'}>, at: string, shown: string): void {
    const host = this.#hosts.get(at)
    if (host === undefined) return
    const place = {what: name, shown, line}
    if (name === 'modules_enabled') this.#add(host.enabled, value, place)
    if (name === 'modules_disabled') for (const one of value.texts) host.disabled.add(one)
    if (name === 'component_module') this.#add(host.enabled, value, place)
    const prefix =
      name === 'authentication' ? 'auth_' : name === 'storage' || name === 'default_storage' ? 'storage_' : ''
    if (prefix === '') return
    this.#add(host.enabled, {...value, texts: value.texts.map((text) => prefix + text)}, place)
  }

  #add(
    names: Set<string>,
    value: ConfigValue | undefined,
    {what, shown, line}: {readonly what: string; readonly shown: string; readonly line: number},
  ): void {
    for (const text of value?.texts ?? []) names.add(bareName(text))
    if (value?.complete === false) this.#unknown.push(`${shown}:${line}: ${what} is computed`)
  }

  #include(
    {path: pattern, line}: Extract<ConfigStatement, {kind: 'include'}>,
    {path, root, shown}: {readonly path: string; readonly root: string; readonly shown: string},
  ): void {
    const at = pattern === undefined ? undefined : includedAt(pattern, {file: path, root})
    if (at === undefined) {
      this.#unknown.push(`${shown}:${line}: Include of ${pattern ?? 'a computed path'} is not followed`)
      return
    }
    const isPattern = /[*?]/.test(at)
    if (!isPattern && !isFile(at)) {
      this.#unknown.push(`${shown}:${line}: Include of ${pattern ?? ''}: there is no such file here`)
      return
    }
    for (const one of isPattern ? matching(at) : [at]) this.file(one, root)
  }

  #shown(path: string): string {
    const inside = relative(this.#folder, resolve(path)).split(sep).join('/')
    return inside.startsWith('..') ? path : inside
  }
}

function emptyHost(isComponent: boolean | undefined): Host {
  return {isComponent, enabled: new Set(), disabled: new Set()}
}

/**
 * Where the file of an Include lies: beside the file that has it, or, of the folder that an image has it in
 * (/etc/prosody/conf.d/x below the folder of prosody.cfg.lua). Undefined for what leaves the root.
 */
function includedAt(
  pattern: string,
  {file, root}: {readonly file: string; readonly root: string},
): string | undefined {
  const direct = isAbsolute(pattern) ? pattern : join(dirname(file), pattern)
  if (isBelow(direct, root)) return direct
  const inImage = /^\/(?:usr\/local\/)?etc\/prosody\/(.+)$|^\/config\/(.+)$/.exec(pattern)
  const at = inImage === null ? undefined : join(root, inImage[1] ?? inImage[2] ?? '')
  return at !== undefined && isBelow(at, root) ? at : undefined
}

function isBelow(path: string, folder: string): boolean {
  const inside = relative(resolve(folder), resolve(path))
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

/** Wildcards in the name of the file alone, as Prosody has them, in order. */
function matching(pattern: string): string[] {
  const folder = dirname(pattern)
  if (/[*?]/.test(folder)) return []
  const literal = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  const name = new RegExp(`^${literal(basename(pattern)).replaceAll('*', '.*').replaceAll('?', '.')}$`)
  try {
    return readdirSync(folder)
      .filter((one) => name.test(one))
      .sort()
      .map((one) => join(folder, one))
  } catch {
    return []
  }
}

/** Links are followed, as those from conf.d/ to conf.avail/, inside of the root. */
function readConfiguration(path: string): ReturnType<typeof readProsodyConfig> {
  let bytes: Buffer
  try {
    bytes = readRegular(path, 'prosodyConfig')
  } catch (error) {
    return {problem: messageOf(error)}
  }
  return readProsodyConfig(bytes)
}

function isFileBelow(path: string, root: string): boolean {
  return isFile(path) && isBelow(realpathSync(path), realpathSync(root))
}

function isFile(path: string): boolean {
  const stat = statSync(path, {throwIfNoEntry: false})
  return stat?.isFile() === true && stat.size <= sizeBounds.prosodyConfig
}

function refuseNoFile(path: string): void {
  if (isFile(path)) return
  const isThere = statSync(path, {throwIfNoEntry: false}) !== undefined
  throw new ProsodyModsError(
    'PATH_NOT_FOUND',
    isThere ? `${path} is no configuration file` : `there is nothing at ${path}`,
    {
      hint: '--config names the file that Prosody is started with, such as prosody.cfg.lua',
      details: {path},
    },
  )
}
