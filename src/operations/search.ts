import {bareName, mainOf, moduleOfPath} from '../module-name.ts'
import type {RegistryName, RegistrySummary} from '../registry/types.ts'
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
  /** What it does; null where the registry does not say. */
  readonly summary: string | null
  /** The protocols that it implements or is about. */
  readonly xeps: readonly string[]
}

/** What `search` found; the shape is part of --json (docs/reference/json.md). */
export interface SearchResult {
  readonly found: readonly Found[]
  /** Names that are similar, when nothing was found. */
  readonly similar: readonly string[]
}

/**
 * Finds the modules that all words fit, in capitals or not: by a part of their name, stage or labels, or by how a word
 * of their summary or XEPs begins. Throws SOURCE_UNKNOWN.
 */
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
    .map(([name, facts]) => ({name, facts, told: registry.summary(id, name)}))
    .filter(({name, facts, told}) => {
      const text = [name, facts.stage ?? '', ...(facts.labels ?? [])].join(' ').toLowerCase()
      const prose = proseOf(told)
      return words.every((word) => text.includes(word) || isBegun(word, prose))
    })
    .map(({name, facts, told}) => ({
      module: moduleKey(id, name),
      newest: newest.get(name) ?? null,
      facts,
      summary: told?.summary ?? null,
      xeps: told?.xeps ?? [],
    }))
}

function proseOf(told: RegistrySummary | undefined): string {
  return told === undefined ? '' : spaced([told.summary, ...(told.xeps ?? [])].join(' '))
}

/** In prose, `tor` shall not find what moderators do. */
function isBegun(word: string, prose: string): boolean {
  const wanted = spaced(word).trimEnd()
  return wanted !== '' && prose.includes(wanted)
}

/** Puts a space in front of each word and one behind the last, and leaves out what is between them. */
function spaced(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `
}
