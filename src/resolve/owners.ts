import {ProsodyModsError} from '../errors.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryMove} from '../registry/types.ts'
import {nearestNames} from '../text/nearest.ts'
import {newestKnown} from './newest-known.ts'

/** Who may be meant by a name without a source. */
export interface OwnerQuery {
  readonly name: string
  /** `source/name` keys of the manifest. */
  readonly manifestKeys: readonly string[]
  /** Ids of sources that the manifest declares. */
  readonly declaredSources: readonly string[]
  /** Of candidates that belong to a flat tree of which the project has a release: whether that has them. */
  readonly own?: ReadonlyMap<string, OwnTree>
}

/** One of several modules that a name may mean. */
export interface Candidate {
  /** source/name */
  readonly key: string
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
 * `source/name` for a bare name: the manifest's own entry, or a source (for a whole tree), or the one
 * publisher that the registry knows. All modules of a flat tree come from one release, so a tree of which the project
 * has a release without the module is no publisher for it. Throws MODULE_UNKNOWN with the nearest names and where it
 * went, and MODULE_AMBIGUOUS with the qualified candidates in details.candidates.
 */
export function ownerOf(
  query: OwnerQuery,
  registry: Registry,
): {readonly source: string; readonly name: string} {
  const {name} = query
  const present = query.manifestKeys.filter((key) => key.endsWith(`/${name}`))
  const [only] = present
  if (only !== undefined && present.length === 1) return {source: sourceOf(only), name}
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

/** Every `source/name` that a bare name may mean: of its publishers, and of those who took the name over. */
export function candidatesFor(name: string, registry: Registry): string[] {
  const heirs = movesOf(name, undefined, registry).flatMap(({to = []}) => to)
  const keys = [
    ...indexed(name, registry).map((id) => `${id}/${name}`),
    ...heirs.filter((key) => key.endsWith(`/${name}`)),
  ]
  return [...new Set(keys)].sort((a, b) => (sourceOf(a) < sourceOf(b) ? -1 : 1))
}

function publishersOf({name, own = new Map()}: OwnerQuery, registry: Registry): readonly string[] {
  const known = indexed(name, registry)
  const possible = candidatesFor(name, registry)
    .filter((key) => own.get(key)?.has ?? known.includes(sourceOf(key)))
    .map(sourceOf)
  return possible.length === 0 ? known : possible
}

function ambiguous(
  {name, own}: OwnerQuery,
  publishers: readonly string[],
  registry: Registry,
): ProsodyModsError {
  const candidates = publishers.map((id) => `${id}/${name}`)
  const choices = candidates.map((key) => ({key, about: aboutOf(key, own?.get(key), registry)}))
  const notes = movesOf(name, undefined, registry).map(({note}) => note)
  const lines = [...choices.map(({key, about}) => key + about), ...notes]
  return new ProsodyModsError(
    'MODULE_AMBIGUOUS',
    [`several sources publish a module ${name}:`, ...lines].join('\n  '),
    {
      hint: 'say which one you mean by writing its source in front',
      details: {name, candidates, choices, moves: movesOf(name, undefined, registry)},
    },
  )
}

function aboutOf(key: string, own: OwnTree | undefined, registry: Registry): string {
  const source = sourceOf(key)
  if (own === undefined) {
    const newest = newestKnown(source, key.slice(source.length + 1), registry)
    return newest === undefined
      ? ' (no release known)'
      : ` (newest known ${newest.version}, of ${newest.date})`
  }
  return own.whole
    ? ` (comes with ${source}/* ${own.version}, which this project has)`
    : ` (${source} ${own.version}, which this project has, has it)`
}

function indexed(name: string, {index: {names}}: Registry): readonly string[] {
  return (Object.hasOwn(names, name) ? names[name] : undefined) ?? []
}

function sourceOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

/** What the registry knows of where a module went, for one source or for all. */
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

/** Whether the registry names the module of a `source/name`, with a known release or without one. */
export function isPublished(key: string, registry: Registry): boolean {
  const source = sourceOf(key)
  return indexed(key.slice(source.length + 1), registry).includes(source)
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

export interface FlatTree {
  readonly id: string
  /** Of its newest known release. */
  readonly files: object
}

export function flatTrees(registry: Pick<Registry, 'index' | 'source' | 'releases'>): FlatTree[] {
  return registry.index.sources
    .filter((id) => registry.source(id)?.layout === 'flat')
    .map((id) => ({id, files: registry.releases(id).releases.at(-1)?.files ?? {}}))
}

/** Flat trees of which the newest known release has a library that others may load. */
export function flatSources(registry: Registry, library: string): string[] {
  return flatTrees(registry)
    .filter(({files}) => Object.hasOwn(files, `${library}.lib.lua`))
    .map(({id}) => id)
}
