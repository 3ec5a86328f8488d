import {bareName, mainOf, moduleOfPath} from '../module-name.ts'
import type {ModuleTerms, RegistryName, RegistrySummary} from '../registry/types.ts'
import {nearestNames} from '../text/nearest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {Environment} from '../workbench/environment.ts'
import {moduleKey, splitKey, type ModuleKey} from '../module-key.ts'

/** What `search` is asked for. */
export interface SearchRequest {
  /** Words that all must be found; none lists everything. */
  readonly words: readonly string[]
  readonly source?: string
  /** Parts of what the code of modules names, in capitals or not; all must be found. */
  readonly terms?: Readonly<Partial<Record<TermKind, string>>>
  /** The number of a XEP: `45`, `0045`, `XEP-0045`. */
  readonly xep?: string
}

/** What is named in code and can be searched for. */
export type TermKind = keyof ModuleTerms

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
  /** Of what was searched for in code, the names that fit. */
  readonly matches: ModuleTerms
}

/** What `search` found; the shape is part of --json (docs/reference/json.md). */
export interface SearchResult {
  readonly found: readonly Found[]
  /** Names that are similar, when nothing was found. */
  readonly similar: readonly string[]
}

/**
 * Finds the modules that all words fit, in capitals or not: by a part of their name, stage or labels, or by how a word
 * of their summary or XEPs begins; and of these, those whose newest known code names all terms. Throws SOURCE_UNKNOWN,
 * and USAGE for what is no XEP.
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
  const xep = request.xep === undefined ? undefined : xepOf(request.xep)
  const found = index.sources
    .filter((id) => source === undefined || id === source)
    .flatMap((id) => searchSource(id, words, registry))
    .filter(({xeps}) => xep === undefined || xeps.includes(xep))
    .flatMap((one) => withMatches(one, request.terms ?? {}, registry))
  const similar = found.length === 0 ? similarTo(words, request, registry) : []
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
      newest: facts.newest ?? newest.get(name) ?? null,
      facts,
      summary: told?.summary ?? null,
      xeps: told?.xeps ?? [],
      matches: {},
    }))
}

/** Names like the one that is looked for, if only one is: of modules or, where code is searched, of what it names. */
function similarTo(
  words: readonly string[],
  {terms = {}}: SearchRequest,
  registry: Environment['registry'],
): readonly string[] {
  const {names, sources} = registry.index
  const [only, ...others] = Object.entries(terms) as [TermKind, string][]
  if (only === undefined) return words.length === 0 ? [] : nearestNames(words.join('_'), Object.keys(names))
  if (others.length > 0 || words.length > 0) return []
  const [kind, text] = only
  const all = sources.flatMap((id) =>
    Object.keys(registry.releases(id).names).flatMap((name) => registry.terms(id, name)[kind] ?? []),
  )
  return nearestNames(text, [...new Set(all)].sort())
}

/** Gives what a module names of each term; [] where it names nothing of one. */
function withMatches(
  found: Found,
  terms: NonNullable<SearchRequest['terms']>,
  registry: Environment['registry'],
): Found[] {
  const wanted = Object.entries(terms) as [TermKind, string][]
  if (wanted.length === 0) return [found]
  const own = registry.terms(...splitKey(found.module))
  const matches = wanted.map(([kind, text]): [TermKind, readonly string[]] => [
    kind,
    (own[kind] ?? []).filter((name) => name.toLowerCase().includes(text.toLowerCase())),
  ])
  return matches.some(([, names]) => names.length === 0)
    ? []
    : [{...found, matches: Object.fromEntries(matches)}]
}

function xepOf(text: string): string {
  const [, number] = /^(?:xep[-\s]?)?0*(\d{1,4})$/i.exec(text.trim()) ?? []
  if (number !== undefined) return `XEP-${number.padStart(4, '0')}`
  throw new ProsodyModsError('USAGE', `--xep ${text}: that is the number of no XEP`, {
    hint: 'write it like this: --xep 0363',
  })
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
