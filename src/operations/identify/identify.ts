import {bareName, mainFile, mainOf} from '../../module-name.ts'
import {join, resolve} from 'node:path'
import type {Sha256} from '../../digest.ts'
import {readRegular} from '../../regular-file.ts'
import {factsOf} from '../../facts/facts.ts'
import type {ModuleHistory, ProsodyFiles, RegistrySource} from '../../registry/types.ts'
import {newestFirst} from '../../resolve/choose.ts'
import {identifyFiles, type FoundModule} from '../../resolve/identify/files.ts'
import {
  filesOf,
  isOneOf,
  type FolderFiles,
  type KnownModule,
  type KnownRelease,
  type KnownSource,
  type TreeMatch,
} from '../../resolve/identify/types.ts'
import type {Registry} from '../../registry/registry.ts'
import {listReleases} from '../../sources/index.ts'
import {knownReleases} from '../../sources/known-releases.ts'
import {revisionOf} from '../../sources/revision.ts'
import type {SourceContext} from '../../sources/types.ts'
import {noFolders} from '../../sources/types.ts'
import {schemes} from '../../versioning/index.ts'
import {adopt} from './adopt.ts'
import {pause, withoutPause} from '../../pauses.ts'
import type {Environment} from '../../workbench/environment.ts'
import {isOwnName, prosodyId, takeOwn, withOwn} from './prosody.ts'
import {openProject} from '../../workbench/open-project.ts'
import {survey, type PassedOver, type Survey} from './survey.ts'
import type {IdentifyResult, IdentifiedTree, IdentifiedModule} from './types.ts'
import {moduleKey} from '../../module-key.ts'

/** What `identify` is asked for. */
export interface IdentifyRequest {
  /** The folder, by a path from the environment's. */
  readonly folder: string
  /** Whether to take what is found into the project. */
  readonly adopt: boolean
  /** Whether to make a project for that where the working folder is in none. */
  readonly init?: boolean
  readonly offline: boolean
  readonly dryRun: boolean
}

/**
 * Tells by digests which modules of which releases lie in a folder; with `adopt`, those that are a release's go into
 * the project. Throws PATH_NOT_FOUND, READ_FAILED; with `adopt` MANIFEST_MISSING and what adding throws.
 */
export async function identify(request: IdentifyRequest, environment: Environment): Promise<IdentifyResult> {
  if (request.adopt && request.init !== true) await openProject(environment)
  const sources = await knownSources(environment)
  const folder = resolve(environment.cwd, request.folder)
  const {prosodyFiles} = environment.registry
  const sizes = new Set([...sizesOf(sources), ...ownSizes(prosodyFiles)])
  const onName = (name: string): void => {
    for (const size of recall(name, sources, environment)) sizes.add(size)
  }
  const found = await survey(folder, {sizes, onName, signal: environment.signal})
  await pause(environment.signal)
  const known = knownDigests(sources, prosodyFiles)
  const {files, lineEnds} = inUnixText(found, known)
  const own = withoutPause(() => takeOwn(files, prosodyFiles))
  const identified = withoutPause(() =>
    identifyFiles(own.rest, {
      sources,
      requires: requiresIn(found.folder, files),
      publishers: (name) => publishersOf(name, environment),
    }),
  )
  const told = {
    trees: identified.trees.map((tree) => treeOf(tree)),
    modules: identified.modules.map((one) => moduleOf(one, environment)),
    modified: identified.modified,
    stray: identified.stray,
    unknown: identified.unknown,
  }
  return {
    folder: found.folder,
    files: files.size,
    ...withOwn(told, own, {files, own: prosodyFiles}),
    lineEnds,
    ignored: identified.ignored,
    unreadable: byPath(found.unreadable),
    skipped: byPath(found.skipped),
    adoption: request.adopt ? await adopt({found, identified}, request, environment) : null,
  }
}

/** A source that modules are added to as their names are found. */
interface OpenSource extends KnownSource {
  readonly modules: Map<string, KnownModule>
}

/** Every source of the registry with the releases that it knows. */
async function knownSources(environment: Environment): Promise<OpenSource[]> {
  const {registry, cwd} = environment
  const context: SourceContext = {
    registry,
    projectFolder: cwd,
    allowed: noFolders,
    debianMirrors: () => Promise.resolve({urls: [], reason: 'not asked'}),
  }
  const sources: OpenSource[] = []
  for (const id of registry.index.sources) {
    const definition = registry.source(id)
    if (definition === undefined) continue
    const refs = newestFirst(await listReleases(definition, context, '*'), schemes[definition.scheme])
    const releases = refs.flatMap(({ref: {version, contents}}) =>
      contents === undefined ? [] : [{version, contents}],
    )
    if (releases.length > 0) sources.push({id, layout: definition.layout, releases, modules: new Map()})
  }
  return sources
}

/** Brings in what a module has been whose folder or main file has a name; gives the sizes of its files. */
function recall(fileName: string, sources: readonly OpenSource[], {registry}: Environment): Set<number> {
  const name = mainOf(fileName) ?? bareName(fileName)
  const sizes = new Set<number>()
  for (const {id, modules} of sources) {
    const definition = registry.source(id)
    const history = modules.has(name) ? undefined : registry.history(id, name)
    if (definition === undefined || history === undefined) continue
    modules.set(name, {releases: everyRelease(definition, history, registry), files: history.digests})
    for (const {size} of history.digests) sizes.add(size)
  }
  return sizes
}

/** What they hold is looked at only where it may matter: there may be a hundred of them. */
function everyRelease(
  definition: RegistrySource,
  history: ModuleHistory,
  registry: Registry,
): KnownRelease[] {
  const mains = mainDigests(history)
  const refs = knownReleases(definition, {registry}, history.module)
  return newestFirst(refs, schemes[definition.scheme]).flatMap(({ref}) => {
    const {version, foundBy, withoutMain} = ref
    if (withoutMain === true) return []
    const revision = revisionOf(ref) ?? ''
    const main = mains.get(revision)
    return [
      {
        version: foundBy === 'revision' ? revision.slice(0, 12) : version,
        ...(foundBy === undefined ? {} : {isSecond: true as const}),
        ...(main === undefined ? {} : {main}),
        get contents() {
          return ref.contents ?? {files: new Map(), links: new Map()}
        },
      },
    ]
  })
}

/** The sha256 of a module's main file by revision. */
function mainDigests({module, changes, digests}: ModuleHistory): ReadonlyMap<string, Sha256> {
  const main = mainFile(module)
  return new Map(
    changes.flatMap(({revision, files = {}}) => {
      const sha256 = digests[files[main] ?? files[`${module}/${main}`] ?? -1]?.sha256
      return sha256 === undefined ? [] : [[revision, sha256] as const]
    }),
  )
}

function sizesOf(sources: readonly KnownSource[]): Set<number> {
  const sizes = new Set<number>()
  for (const source of sources) for (const {size} of filesOf(source)) sizes.add(size)
  return sizes
}

/** What files of the folder require, by their digest; each is parsed once. */
function requiresIn(folder: string, files: FolderFiles): (sha256: Sha256) => readonly string[] {
  const places = new Map([...files].map(([path, sha256]) => [sha256, path]))
  const known = new Map<Sha256, readonly string[]>()
  return (sha256) => {
    const path = places.get(sha256)
    if (path?.endsWith('.lua') !== true) return []
    const before = known.get(sha256)
    if (before !== undefined) return before
    const {facts} = factsOf(readRegular(join(folder, path), 'module'), mainOf(path))
    const libraries = (facts?.libraries ?? []).flatMap(({name}) => name ?? [])
    known.set(sha256, libraries)
    return libraries
  }
}

function knownDigests(sources: readonly KnownSource[], {files}: ProsodyFiles): Set<Sha256> {
  const digests = new Set(Object.values(files).flatMap((contents) => contents.map(({sha256}) => sha256)))
  for (const source of sources) for (const {sha256} of filesOf(source)) digests.add(sha256)
  return digests
}

/** Lua reads both line ends alike, so a text that is a release's but for them counts as its. */
function inUnixText(
  {files, unixText}: Survey,
  known: ReadonlySet<Sha256>,
): {readonly files: FolderFiles; readonly lineEnds: readonly string[]} {
  const told = [...unixText].filter(([path, sha256]) => !isOneOf(known, files.get(path)) && known.has(sha256))
  return {files: new Map([...files, ...told]), lineEnds: told.map(([path]) => path).sort()}
}

function ownSizes({files}: ProsodyFiles): number[] {
  return Object.values(files).flatMap((contents) => contents.map(({size}) => size))
}

function treeOf({source, folder, version, versions, complete, files, differing}: TreeMatch): IdentifiedTree {
  return {source, folder, version, versions, complete, matching: files.size, differing}
}

function publishersOf(name: string, environment: Environment): readonly string[] {
  const publishers = environment.registry.publishers(name)
  return isOwnName(name, environment.registry.prosodyFiles) ? [...publishers, prosodyId] : publishers
}

function moduleOf({path, name, match}: FoundModule, environment: Environment): IdentifiedModule {
  if (match === undefined) {
    const publishers = publishersOf(name, environment)
    const nothing = {version: null, versions: [], files: [], differing: []}
    return {module: null, name, path, state: 'unknown', ...nothing, publishers}
  }
  const {source, state, version, versions, files, differing} = match
  return {
    module: moduleKey(source, name),
    name,
    path,
    state,
    version,
    versions,
    files: [...files.keys()].sort(),
    differing,
    publishers: [],
  }
}

function byPath(passedOver: readonly PassedOver[]): readonly PassedOver[] {
  return [...passedOver].sort((a, b) => (a.path < b.path ? -1 : 1))
}
