import {posix} from 'node:path'
import type {Load, PluginLoader} from '../../src/prosody/loader.ts'
import {pluginLoader} from '../../src/prosody/loader.ts'
import type {LoaderTarget} from '../../src/prosody/load-metadata.ts'
import {coreFolder} from '../../src/prosody/layout-proof.ts'
import {filesOf} from '../../src/prosody/plugin-files.ts'
import {pluginSearch} from '../../src/prosody/plugin-paths.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import type {MadeLayout} from './plugin-layouts.ts'

/** What fixtures/loader/ask.lua says of a search. */
interface ProsodyLoad {
  readonly path?: string
  readonly metadata?: Readonly<Record<string, string>> | null
  readonly missing?: string
  readonly raised?: string
  readonly tried: readonly string[] | null
  readonly skipped: readonly {path: string; reason: string; values: readonly string[] | null}[] | null
}

interface ProsodyModule extends ProsodyLoad {
  readonly directory?: string
  readonly resources?: readonly string[]
  readonly required?: readonly {readonly value?: string | null; readonly error?: string}[]
}

export interface ProsodyAnswers {
  readonly modules: readonly ProsodyModule[]
  readonly libraries: readonly (ProsodyLoad & {readonly value?: string | null})[]
}

/** A search in the form in which both sides are compared. */
export interface ComparedLoad {
  readonly outcome: string
  readonly path?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly text?: string
  readonly tried: readonly string[]
  readonly skipped: readonly string[]
}

interface ComparedModule extends ComparedLoad {
  readonly directory?: string
  readonly resources?: readonly string[]
  readonly required?: readonly string[]
}

export interface ComparedAnswers {
  readonly modules: readonly ComparedModule[]
  readonly libraries: readonly ComparedLoad[]
}

/** The loader's target for a line, from the registry. */
export function loaderTarget(line: string): LoaderTarget {
  const facts = embeddedRegistry().prosodyLine(line)
  if (facts === undefined) throw new Error(`the registry knows no Prosody ${line}`)
  const {lua, features, metadataKeys} = facts
  return {lua, features: new Set(features), metadataKeys}
}

export function ourLoader(layout: MadeLayout, target: LoaderTarget): PluginLoader {
  const {pluginPaths, installerPluginPath, dataFolder, coreFolder} = layout
  const search = pluginSearch({
    ...{pluginPaths, dataFolder, coreFolder},
    ...(installerPluginPath === undefined ? {} : {installerPluginPath}),
  })
  return pluginLoader(search, filesOf(layout.files, layout.workingFolder), target)
}

/** Our answers to a layout's questions. */
export function ourAnswers(layout: MadeLayout, target: LoaderTarget): ComparedAnswers {
  const loader = ourLoader(layout, target)
  return {
    modules: layout.modules.map((name) => {
      const load = loader.loadModule(name)
      if (load.outcome !== 'found') return ofLoad(load)
      const directory = loader.directory(name)
      return {
        ...ofLoad(load),
        directory: directory ?? unknown,
        resources: layout.resources.map((path) => loader.resourcePath(name, path) ?? unknown),
        required: layout.libraries.map((library) => givenBy(loader.loadLibrary(name, library))),
      }
    }),
    libraries: layout.pairs.map(([module, library]) => {
      const load = loader.loadLibrary(module, library)
      return {...ofLoad(load), ...(load.outcome === 'found' ? {text: givenBy(load)} : {})}
    }),
  }
}

/** What stands for an answer that the loader leaves open. */
const unknown = 'unknown'

/** Prosody's answers; where ours is open, so is the one that is compared with it. */
export function prosodyAnswers(given: ProsodyAnswers, ours: ComparedAnswers): ComparedAnswers {
  return {
    modules: given.modules.map(({directory, resources = [], required = [], ...load}, index) => {
      const compared = ofProsody(load)
      if (compared.outcome !== 'found') return compared
      const open = ours.modules[index]?.directory === unknown
      return {
        ...compared,
        directory: open ? unknown : String(directory),
        resources: resources.map((path) => (open ? unknown : path)),
        required: required.map(({value, error}) => (error === undefined ? (value ?? '') : messageIn(error))),
      }
    }),
    libraries: given.libraries.map(({value, ...load}) => {
      const compared = ofProsody(load)
      return {...compared, ...(compared.outcome === 'found' ? {text: value ?? ''} : {})}
    }),
  }
}

/** What fixtures/loader/module.lua logs. */
interface LoggedModule {
  readonly name: string
  readonly path: string
  readonly directory: string
  readonly libraries: readonly string[]
  readonly resources: readonly string[]
}

/** What the modules of a running server have logged, by name. */
export function loggedAnswers(log: string): readonly LoggedModule[] {
  const lines = log.matchAll(/loader answers (\{.*\})$/gm)
  return [...lines].map(([, json = '']) => JSON.parse(json) as LoggedModule).sort(byName)
}

/** What they should log, and for each module the path that it is loaded from or `missing` and the message. */
export function serverAnswers(
  layout: MadeLayout,
  line: string,
): {readonly logged: readonly LoggedModule[]; readonly paths: ReadonlyMap<string, string>} {
  const facts = embeddedRegistry().prosodyLine(line)
  if (facts === undefined) throw new Error(`the registry knows no Prosody ${line}`)
  const core = coreFolder(facts)
  const coreFiles = [...core.files].map(([path, bytes]) => [`${core.path}/${path}`, bytes] as const)
  const files = new Map([...layout.files, ...coreFiles])
  const loader = ourLoader({...layout, files}, loaderTarget(line))
  const logged: LoggedModule[] = []
  const paths = new Map<string, string>()
  for (const name of layout.modules) {
    const load = loader.loadModule(name)
    paths.set(name, load.outcome === 'found' ? load.path : `missing ${givenBy(load)}`)
    if (load.outcome !== 'found' || load.path.startsWith(core.path)) continue
    const given = layout.libraries.map((library) => {
      const found = loader.loadLibrary(name, library)
      if (found.outcome === 'missing')
        return `Failed to load plugin library '${library}', error: ${found.message}`
      return givenBy(found) || 'of the core'
    })
    const resources = layout.resources.map((resource) => {
      const path = loader.resourcePath(name, resource) ?? unknown
      return files.get(posix.normalize(path))?.toString() ?? `${path}: No such file or directory`
    })
    logged.push({
      name,
      path: load.path,
      directory: loader.directory(name) ?? unknown,
      libraries: given,
      resources,
    })
  }
  return {logged: logged.sort(byName), paths}
}

function byName(a: LoggedModule, b: LoggedModule): number {
  return a.name < b.name ? -1 : 1
}

function ofLoad(load: Load): ComparedLoad {
  const skipped = load.skipped.map(({path, reason, values}) => `${reason} ${sorted(values)} ${path}`)
  const both = {tried: load.tried, skipped}
  if (load.outcome === 'missing') return {outcome: 'missing', text: load.message, ...both}
  if (load.outcome === 'raised') return {outcome: load.cause, ...both}
  return {outcome: 'found', path: load.path, metadata: Object.fromEntries(load.metadata), ...both}
}

function ofProsody({path, metadata, missing, raised, tried, skipped}: ProsodyLoad): ComparedLoad {
  const both = {
    tried: tried ?? [],
    skipped: (skipped ?? []).map((one) => `${one.reason} ${sorted(one.values ?? [])} ${one.path}`),
  }
  if (missing !== undefined) return {outcome: 'missing', text: missing, ...both}
  if (raised !== undefined) return {outcome: messageIn(raised), ...both}
  return {outcome: 'found', path: String(path), metadata: metadata ?? {}, ...both}
}

function sorted(values: readonly string[]): string {
  return JSON.stringify([...new Set(values)].sort())
}

/** What `module:require` returns: the text of the file, or what it fails with. */
function givenBy(load: Load): string {
  if (load.outcome === 'raised') return load.cause
  if (load.outcome === 'missing') return load.message
  return /return "([^"]*)"/.exec(load.contents.toString())?.[1] ?? ''
}

/** What of an error's text is Prosody's answer. */
function messageIn(error: string): string {
  if (error.endsWith("attempt to index a nil value (local 'content')")) return 'folder'
  if (error.endsWith("attempt to concatenate a nil value (local 'path')")) return 'skipped-last'
  return /Failed to load plugin library '.*', error: (.*)$/s.exec(error)?.[1] ?? error
}
