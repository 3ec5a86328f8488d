import {ProsodyModsError} from '../errors.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryMove} from '../registry/types.ts'
import {nearestNames} from './nearest.ts'

/** Who may be meant by a name without a source. */
export interface OwnerQuery {
  readonly name: string
  /** `source/name` keys of the manifest. */
  readonly manifestKeys: readonly string[]
  /** Ids of sources that the manifest declares. */
  readonly declaredSources: readonly string[]
}

/**
 * `source/name` for a bare name: the manifest's own entry, or a source (for a whole tree), or the one
 * publisher that the registry knows. Throws MODULE_UNKNOWN with the nearest names and where it went, and
 * MODULE_AMBIGUOUS with the qualified candidates in details.candidates.
 */
export function ownerOf(
  query: OwnerQuery,
  registry: Registry,
): {readonly source: string; readonly name: string} {
  const {name} = query
  const present = query.manifestKeys.filter((key) => key.endsWith(`/${name}`))
  const [only] = present
  if (only !== undefined && present.length === 1) return {source: only.slice(0, only.indexOf('/')), name}
  const {names} = registry.index
  const publishers = (Object.hasOwn(names, name) ? names[name] : undefined) ?? []
  const [publisher] = publishers
  if (publisher === undefined) {
    if (query.declaredSources.includes(name) || registry.index.sources.includes(name))
      return {source: name, name: '*'}
    throw unknownModule(name, registry)
  }
  if (publishers.length === 1) return {source: publisher, name}
  const moves = movesOf(name, undefined, registry).map(({note}) => `\n  ${note}`)
  throw new ProsodyModsError(
    'MODULE_AMBIGUOUS',
    `several sources publish a module ${name}:\n  ${publishers.map((id) => `${id}/${name}`).join('\n  ')}${moves.join('')}`,
    {
      hint: 'say which one you mean by writing its source in front',
      details: {name, candidates: publishers.map((id) => `${id}/${name}`)},
    },
  )
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

/** Flat trees of which the newest known release has a library that others may load. */
export function flatSources(registry: Registry, library: string): string[] {
  return registry.index.sources.filter(
    (id) =>
      registry.source(id)?.layout === 'flat' &&
      Object.hasOwn(registry.releases(id).releases.at(-1)?.files ?? {}, `${library}.lib.lua`),
  )
}
