import {ProsodyModsError, type ErrorOptions} from '../errors.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryMove} from '../registry/types.ts'
import {ownValue} from '../own-value.ts'
import {nearestNames} from '../text/nearest.ts'
import {newestKnown} from './newest-known.ts'
import {moduleKey, type ModuleKey, splitKey} from '../module-key.ts'

/** Who may be meant by a name without a source. */
export interface OwnerQuery {
  readonly name: string
  /** `source/name` keys of the manifest. */
  readonly manifestKeys: readonly ModuleKey[]
  /** Ids of sources that the manifest declares. */
  readonly declaredSources: readonly string[]
  /** Of candidates that belong to a flat tree of which the project has a release: whether that has them. */
  readonly own?: ReadonlyMap<ModuleKey, OwnTree>
}

/** One of several modules that a name may mean. */
export interface Candidate {
  /** source/name */
  readonly key: ModuleKey
  /** What tells it from the others, in brackets behind a blank; may be empty. */
  readonly about: string
}

/** What the release of a flat tree that a project has says of one module. */
export interface OwnTree {
  readonly version: string
  /** The project has all of the tree. */
  readonly whole: boolean
  readonly has: boolean
}

/**
 * Finds the `source/name` that a bare name means: the manifest's own entry, or a source (for a whole tree), or the
 * one publisher that the registry knows. All modules of a flat tree come from one release, so a tree of which the
 * project has a release without the module is no publisher for it. Throws MODULE_UNKNOWN with the nearest names and
 * where it went, and MODULE_AMBIGUOUS with the qualified candidates in details.candidates.
 */
export function ownerOf(
  query: OwnerQuery,
  registry: Registry,
): {readonly source: string; readonly name: string} {
  const {name} = query
  const present = query.manifestKeys.filter((key) => splitKey(key)[1] === name)
  const [only] = present
  if (only !== undefined && present.length === 1) return {source: splitKey(only)[0], name}
  const publishers = publishersOf(query, registry)
  const [publisher] = publishers
  if (publisher === undefined) {
    if (query.declaredSources.includes(name) || registry.index.sources.includes(name))
      return {source: name, name: '*'}
    throw unknownModule(name, registry)
  }
  if (publishers.length === 1) return {source: publisher, name}
  throw ambiguous(query, publishers, registry)
}

/** Lists every `source/name` that a bare name may mean: of its publishers, and of those who took the name over. */
export function candidatesFor(name: string, registry: Registry): ModuleKey[] {
  const heirs = movesOf(name, undefined, registry).flatMap(({to = []}) => to)
  const keys = [
    ...registry.publishers(name).map((id) => moduleKey(id, name)),
    ...heirs.filter((key) => splitKey(key)[1] === name),
  ]
  return [...new Set(keys)].sort((a, b) => (splitKey(a)[0] < splitKey(b)[0] ? -1 : 1))
}

function publishersOf({name, own = new Map()}: OwnerQuery, registry: Registry): readonly string[] {
  const known = registry.publishers(name)
  const possible = candidatesFor(name, registry)
    .filter((key) => own.get(key)?.has ?? known.includes(splitKey(key)[0]))
    .map((key) => splitKey(key)[0])
  const meant = possible.length === 0 ? known : possible
  // A publisher who has retired the module is meant only where nobody else has it.
  const present = meant.length < 2 ? meant : meant.filter((id) => !isGone(moduleKey(id, name), registry))
  return present.some((id) => !hasDropped(moduleKey(id, name), registry)) ? present : meant
}

/** Whether the registry's moves say that a publisher has given a module up. */
function hasDropped(key: ModuleKey, registry: Registry): boolean {
  const [source, name] = splitKey(key)
  return registry.moves.some(
    (move) =>
      move.module === name &&
      move.source === source &&
      (move.change === 'dropped' || move.change === 'replaced'),
  )
}

/** Whether a publisher no longer has the module of a `source/name`. */
function isGone(key: ModuleKey, registry: Registry): boolean {
  const [source, name] = splitKey(key)
  return ownValue(registry.releases(source).names, name)?.gone !== undefined
}

function ambiguous(
  {name, own}: OwnerQuery,
  publishers: readonly string[],
  registry: Registry,
): AmbiguousModule {
  const candidates = publishers.map((id) => moduleKey(id, name))
  const choices = candidates.map((key) => ({key, about: aboutOf(key, own?.get(key), registry)}))
  const notes = movesOf(name, undefined, registry).map(({note}) => note)
  const lines = [...choices.map(({key, about}) => key + about), ...notes]
  return new AmbiguousModule([`several sources publish a module ${name}:`, ...lines].join('\n  '), choices, {
    hint: 'say which one you mean by writing its source in front',
    details: {name, candidates, choices, moves: movesOf(name, undefined, registry)},
  })
}

/** The error MODULE_AMBIGUOUS for a bare name, with what the name may mean. */
export class AmbiguousModule extends ProsodyModsError {
  readonly choices: readonly Candidate[]

  constructor(message: string, choices: readonly Candidate[], options: ErrorOptions) {
    super('MODULE_AMBIGUOUS', message, options)
    this.choices = choices
  }
}

function aboutOf(key: ModuleKey, own: OwnTree | undefined, registry: Registry): string {
  const [source, name] = splitKey(key)
  if (own === undefined) {
    const newest = newestKnown(source, name, registry)
    if (newest === undefined) return ' (no release known)'
    // Versions of repositories without tags are days themselves.
    const isDay = newest.version === newest.date.replaceAll(/-0?/g, '.')
    return ` (newest known ${newest.version}${isDay ? '' : `, of ${newest.date}`})`
  }
  return own.whole
    ? ` (comes with ${source}/* ${own.version}, which this project has)`
    : ` (${source} ${own.version}, which this project has, has it)`
}

/** Finds what the registry knows of where a module went, for one source or for all. */
export function movesOf(
  name: string,
  source: string | undefined,
  registry: Registry,
): readonly RegistryMove[] {
  return registry.moves.filter(
    (move) =>
      move.module === name && (source === undefined || move.source === undefined || move.source === source),
  )
}

/** Tells whether the registry names the module of a `source/name`, with a known release or without one. */
export function isPublished(key: ModuleKey, registry: Registry): boolean {
  const [source, name] = splitKey(key)
  return registry.publishers(name).includes(source)
}

/** Throws what an unknown name deserves. */
export function unknownModule(name: string, registry: Registry): ProsodyModsError {
  const moves = movesOf(name, undefined, registry)
  const near = nearestNames(name, Object.keys(registry.index.names))
  const lines = [`no source that is known publishes a module ${name}`, ...moves.map(({note}) => `  ${note}`)]
  if (near.length > 0) lines.push(`  similar names: ${near.join(', ')}`)
  return new ProsodyModsError('MODULE_UNKNOWN', lines.join('\n'), {
    hint: 'search with "prosody-mods search <word>"; a module of your own is added by its path or URL',
    details: {name, similar: near, moves},
  })
}

/** A source whose modules all lie in one folder and come from one release. */
export interface FlatTree {
  readonly id: string
  /** Of its newest known release. */
  readonly files: object
}

/** Lists the sources of the registry that are flat trees. */
export function flatTrees(registry: Pick<Registry, 'index' | 'source' | 'releases'>): FlatTree[] {
  return registry.index.sources
    .filter((id) => registry.source(id)?.layout === 'flat')
    .map((id) => ({id, files: registry.releases(id).releases.at(-1)?.files ?? {}}))
}

/** Lists the flat trees of which the newest known release has a library that others may load. */
export function flatSources(registry: Registry, library: string): string[] {
  return flatTrees(registry)
    .filter(({files}) => Object.hasOwn(files, `${library}.lib.lua`))
    .map(({id}) => id)
}
