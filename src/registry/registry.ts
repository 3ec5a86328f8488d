import {moduleKey, type ModuleKey} from '../module-key.ts'
import {readFileSync, readdirSync} from 'node:fs'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {ownValue} from '../own-value.ts'
import {listPackageFiles, packagePlace, readPackageFile} from '../package-files.ts'
import {openFacts, type OpenedFacts} from './facts-file.ts'
import type {Advisory} from './advisories.ts'
import {compareLines} from './lines.ts'
import type {
  DebianSuite,
  Deprecation,
  ModuleHistory,
  ModuleTerms,
  ProsodyLine,
  ProsodyFiles,
  ProsodyMembers,
  ProsodyRuntime,
  RegistryArchives,
  RegistryDeprecations,
  RegistryIndex,
  RegistryLibraries,
  RegistryMove,
  RegistryMoves,
  RegistryPackages,
  RegistryReleases,
  RegistrySource,
  RegistrySuites,
  RegistryTerms,
  RegistrySummaries,
  RegistrySummary,
} from './types.ts'

/**
 * The index that sources, releases, Prosody lines, Lua libraries and moves are looked up in. Files are read on first
 * use, one by one.
 */
export interface Registry {
  readonly index: RegistryIndex
  source(id: string): RegistrySource | undefined
  /** Lists the ids of the sources that publish a module of this name; [] where none is known. */
  publishers(name: string): readonly string[]
  /**
   * Returns the releases of a source; empty for one that is none of the registry's. Throws REGISTRY_BROKEN where its
   * file can't be read.
   */
  releases(source: string): RegistryReleases
  /** Archives of Debian packages that are known by name. */
  readonly archives: RegistryArchives['archives']
  /** Reads the file of keys of an archive in `archives`. Throws REGISTRY_BROKEN where it can't be read. */
  archiveKeys(name: string): Buffer
  /** Returns the packages that releases of a source come in, too; undefined where none are known. */
  packages(source: string): RegistryPackages | undefined
  /** Opens what is known of the source's Lua files by digest; missing or damaged facts are no error. */
  facts(source: string): OpenedFacts
  /** Says what a module of a source does; undefined where nobody has written it down. */
  summary(source: string, name: string): RegistrySummary | undefined
  /**
   * Returns everything that a module of a source has ever been; undefined where the registry has no such history. Throws
   * REGISTRY_BROKEN where its file can't be read.
   */
  history(source: string, module: string): ModuleHistory | undefined
  /** Lists what the newest known code of a module names; empty where nothing is known of it. */
  terms(source: string, name: string): ModuleTerms
  /** Lists the modules, as source/name, whose newest known code reads an option. */
  readersOf(option: string): readonly ModuleKey[]
  prosodyLine(line: string): ProsodyLine | undefined
  /** Returns what a module finds around it, for the lines that `prosodyLine` knows. */
  prosodyRuntime(line: string): ProsodyRuntime | undefined
  /** Returns the fields of libraries, for the lines that `prosodyLine` knows. */
  prosodyMembers(line: string): ProsodyMembers | undefined
  readonly deprecations: readonly Deprecation[]
  /** Release lines that prosody/ describes, oldest first. */
  readonly prosodyLines: readonly string[]
  /** Releases of Debian with the line of Prosody that each ships, oldest first. */
  readonly suites: readonly DebianSuite[]
  readonly moves: readonly RegistryMove[]
  /** Known flaws of modules and of Prosody, by their ids in order; [] where the registry has none. */
  readonly advisories: readonly Advisory[]
  /** Lua libraries that modules require beyond Prosody's own, and what serves them. */
  readonly libraries: RegistryLibraries
  /** What Prosody ships, by digest; empty where the registry does not say. */
  readonly prosodyFiles: ProsodyFiles
}

/** Opens the registry that ships with this package. */
export function embeddedRegistry(): Registry {
  return registryOf({
    place: packagePlace('registry/'),
    read: (path) => readPackageFile(`registry/${path}`),
    list: (path) => listPackageFiles(`registry/${path}`),
  })
}

/**
 * Opens the registry that lies in a folder.
 * @param folder a folder laid out as docs/reference/registry.md says, with a trailing slash
 */
export function openRegistry(folder: string): Registry {
  return registryOf({
    place: folder,
    read: (path) => readFileSync(folder + path),
    list: (path) => readdirSync(folder + path),
  })
}

/** Files of a registry, by their paths in it. */
interface RegistryFiles {
  /** What stands before a path where one is told. */
  readonly place: string
  readonly read: (path: string) => Buffer
  readonly list: (folder: string) => string[]
}

function registryOf(files: RegistryFiles): Registry {
  const {place} = files
  const cache = new Map<string, unknown>()
  function read(path: string): unknown {
    if (!cache.has(path)) cache.set(path, readJson(path, files))
    return cache.get(path)
  }
  function need(path: string): unknown {
    const value = read(path)
    if (value === undefined) throw broken(place + path, 'the file is missing')
    return value
  }
  return {
    get index() {
      return need('index.json') as RegistryIndex
    },
    source(id) {
      return this.index.sources.includes(id) ? (need(`sources/${id}.json`) as RegistrySource) : undefined
    },
    publishers(name) {
      return ownValue(this.index.names, name) ?? []
    },
    releases(source) {
      if (!this.index.sources.includes(source)) return {source, digests: [], releases: [], names: {}}
      return need(`releases/${source}.json`) as RegistryReleases
    },
    get archives() {
      return ((read('archives.json') ?? {archives: {}}) as RegistryArchives).archives
    },
    archiveKeys(name) {
      const path = ownValue(this.archives, name)?.keys.file ?? `keys/${name}.asc`
      try {
        return files.read(path)
      } catch (error) {
        throw broken(place + path, 'it cannot be read', error)
      }
    },
    packages(source) {
      if (!this.index.sources.includes(source)) return undefined
      return read(`packages/${source}.json`) as RegistryPackages | undefined
    },
    facts(source) {
      const path = factsPath(source)
      if (!cache.has(path))
        cache.set(
          path,
          openFacts(() => files.read(path)),
        )
      return cache.get(path) as OpenedFacts
    },
    summary(source, name) {
      const {summaries = {}} = (read('summaries.json') ?? {}) as Partial<RegistrySummaries>
      return ownValue(ownValue(summaries, source) ?? {}, name)
    },
    history(source, module) {
      const {history, names} = this.releases(source)
      if (history === undefined || !Object.hasOwn(names, module)) return undefined
      return read(`history/${source}/${module}.json`) as ModuleHistory | undefined
    },
    readersOf(option) {
      const {terms = {}} = (read('terms.json') ?? {}) as Partial<RegistryTerms>
      return Object.entries(terms).flatMap(([source, modules]) =>
        Object.entries(modules).flatMap(([name, {options = []}]) =>
          options.includes(option) ? moduleKey(source, name) : [],
        ),
      )
    },
    terms(source, name) {
      const {terms = {}} = (read('terms.json') ?? {}) as Partial<RegistryTerms>
      return ownValue(ownValue(terms, source) ?? {}, name) ?? {}
    },
    prosodyLine: (line) =>
      /^[\w.-]+$/.test(line) ? (read(`prosody/${line}.json`) as ProsodyLine | undefined) : undefined,
    prosodyRuntime: (line) =>
      /^[\w.-]+$/.test(line) ? (read(`runtime/${line}.json`) as ProsodyRuntime | undefined) : undefined,
    prosodyMembers: (line) =>
      /^[\w.-]+$/.test(line) ? (read(`members/${line}.json`) as ProsodyMembers | undefined) : undefined,
    get deprecations() {
      return (need('deprecations.json') as RegistryDeprecations).deprecations
    },
    get prosodyLines() {
      return files
        .list('prosody')
        .map((name) => name.replace(/\.json$/, ''))
        .sort(compareLines)
    },
    get suites() {
      return (need('suites.json') as RegistrySuites).suites
    },
    get moves() {
      return (need('moves.json') as RegistryMoves).moves
    },
    get advisories() {
      const names = listOrNone('advisories', files).filter((name) => name.endsWith('.json'))
      return names.sort().map((name) => need(`advisories/${name}`) as Advisory)
    },
    get libraries() {
      return need('libraries.json') as RegistryLibraries
    },
    get prosodyFiles() {
      return (read('prosody-files.json') ?? {releases: [], files: {}}) as ProsodyFiles
    },
  }
}

/** Returns where a source's facts of Lua files lie, from the registry's folder. */
export function factsPath(source: string): string {
  return `facts/${source}.facts`
}

function listOrNone(folder: string, {list}: RegistryFiles): string[] {
  try {
    return list(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

function readJson(path: string, {place, read}: RegistryFiles): unknown {
  let text: string
  try {
    text = read(path).toString()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw broken(place + path, 'it cannot be read', error)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw broken(place + path, 'it is not valid JSON', error)
  }
}

function broken(path: string, reason: string, cause?: unknown): ProsodyModsError {
  return new ProsodyModsError('REGISTRY_BROKEN', `the registry file ${path} can't be used: ${reason}`, {
    hint: 'reinstall prosody-mods; its registry comes with it',
    ...(cause === undefined ? {} : {cause}),
  })
}
