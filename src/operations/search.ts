import {bareName, mainOf, moduleOfPath} from '../module-name.ts'
import type {RegistryName} from '../registry/types.ts'
import {nearestNames} from '../text/nearest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {Environment} from '../workbench/environment.ts'
import {moduleKey, type ModuleKey} from '../module-key.ts'

/** What `search` is asked for. */
export interface SearchRequest {
  /** Words that all must be found; none lists everything. */
  readonly words: readonly string[]
  readonly source?: string
}

/** A module that a search found. */
export interface Found {
  /** source/name */
  readonly module: ModuleKey
  /** Newest version whose digests are known; null when none are. */
  readonly newest: string | null
  readonly facts: RegistryName
}

/** What `search` found; the shape is part of --json (docs/reference/json.md). */
export interface SearchResult {
  readonly found: readonly Found[]
  /** Names that are similar, when nothing was found. */
  readonly similar: readonly string[]
}

/** Finds the modules whose name, stage or labels hold all words. Throws SOURCE_UNKNOWN. */
export function search(request: SearchRequest, {registry}: Environment): SearchResult {
  const {index} = registry
  const {source} = request
  if (source !== undefined && !index.sources.includes(source)) {
    throw new ProsodyModsError('SOURCE_UNKNOWN', `there is no source ${source}`, {
      hint: `known sources: ${index.sources.join(', ')}`,
    })
  }
  const words = request.words.map((word) => bareName(word.toLowerCase()))
  const found = index.sources
    .filter((id) => source === undefined || id === source)
    .flatMap((id) => searchSource(id, words, registry))
  const similar = found.length === 0 ? nearestNames(words.join('_'), Object.keys(index.names)) : []
  return {found: found.sort((a, b) => (a.module < b.module ? -1 : 1)), similar}
}

function searchSource(id: string, words: readonly string[], registry: Environment['registry']): Found[] {
  const {names, releases} = registry.releases(id)
  const newest = new Map<string, string>()
  for (const release of releases) {
    for (const path of Object.keys(release.files)) {
      const name = mainOf(path) ?? moduleOfPath(path)
      if (name !== undefined) newest.set(name, release.version)
    }
  }
  return Object.entries(names)
    .filter(([name, facts]) => {
      const text = [name, facts.stage ?? '', ...(facts.labels ?? [])].join(' ').toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .map(([name, facts]) => ({
      module: moduleKey(id, name),
      newest: facts.newest ?? newest.get(name) ?? null,
      facts,
    }))
}
