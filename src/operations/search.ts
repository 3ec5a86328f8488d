import {bareName, mainOf, moduleOfPath} from '../module-name.ts'
import type {ModuleTerms, RegistryName, RegistrySummary} from '../registry/types.ts'
import {nearestNames} from '../text/nearest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {Environment} from '../workbench/environment.ts'
import {moduleKey, type ModuleKey} from '../module-key.ts'

/** What `search` is asked for. */
export interface SearchRequest {
  /** Words that all must be found; none lists everything. */
  readonly words: readonly string[]
  readonly source?: string
  /** Parts of what the code of modules names, in capitals or not; all must be found. */
  readonly terms?: Readonly<Partial<Record<TermKind, string>>>
  /** The number of a XEP: `45`, `0045`, `XEP-0045`. */
  readonly xep?: string
  /** How many modules are told at most; all where nothing is said. */
  readonly limit?: number
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
  /** What fits best first. */
  readonly found: readonly Found[]
  /** How many modules fit, those beyond the limit too. */
  readonly total: number
  /** Names that are similar, when nothing was found. */
  readonly similar: readonly string[]
  /** Words of which each is found by itself, when they are not together; with the number of modules. */
  readonly apart: readonly {readonly word: string; readonly modules: number}[]
  /** Where the code of modules names the word, if only one was searched for and few were found; with the number of modules. */
  readonly inCode: readonly {readonly kind: TermKind; readonly word: string; readonly modules: number}[]
}

/**
 * Finds the modules that all words fit, in capitals or not: by a part of their name, stage or labels, by how a word of
 * their summary begins, or by the number of a XEP; and of these, those whose newest known code names all terms. Best
 * first: by exact name, by its beginning, by a word of it, by a part of it, by what else is said; those that are gone
 * behind the others of their kind. Throws SOURCE_UNKNOWN, and USAGE for what is no XEP.
 */
export function search(request: SearchRequest, {registry}: Environment): SearchResult {
  const {index} = registry
  const {source, limit = Infinity, terms = {}} = request
  if (source !== undefined && !index.sources.includes(source)) {
    throw new ProsodyModsError('SOURCE_UNKNOWN', `there is no source ${source}`, {
      hint: `known sources: ${index.sources.join(', ')}`,
    })
  }
  const words = wordsOf(request.words)
  const xep = request.xep === undefined ? undefined : xepOf(request.xep)
  const all = index.sources
    .filter((id) => source === undefined || id === source)
    .flatMap((id) => candidatesOf(id, registry))
    .filter(({told}) => xep === undefined || told?.xeps?.includes(xep) === true)
  const ranked = all.flatMap((one) => {
    const rank = rankOf(one, words)
    return rank === undefined ? [] : withMatches(one, terms, registry).map((found) => ({rank, found}))
  })
  ranked.sort((a, b) => a.rank - b.rank || (a.found.module < b.found.module ? -1 : 1))
  const found = ranked.map((one) => one.found)
  const [word, ...more] = words
  const isOneWord = word !== undefined && more.length === 0 && Object.keys(terms).length === 0
  return {
    found: found.slice(0, limit),
    total: found.length,
    similar: found.length === 0 ? similarTo(words, request, registry) : [],
    apart: found.length === 0 && more.length > 0 ? apartOf(words, all) : [],
    inCode: isOneWord && found.length <= few ? inCodeOf(word, all, registry) : [],
  }
}

/** Modules beside which it is worth to tell what code names. */
const few = 3

/** Each word that is typed, in one operand or several. */
function wordsOf(operands: readonly string[]): readonly string[] {
  return operands
    .flatMap((operand) => operand.split(/\s+/))
    .map((word) => bareName(word.toLowerCase()))
    .filter((word) => word !== '')
}

interface Candidate {
  readonly id: string
  readonly name: string
  readonly facts: RegistryName
  readonly told: RegistrySummary | undefined
  readonly newest: string | null
}

function candidatesOf(id: string, registry: Environment['registry']): Candidate[] {
  const {names, releases} = registry.releases(id)
  const newest = new Map<string, string>()
  for (const release of releases) {
    for (const path of Object.keys(release.files)) {
      const name = mainOf(path) ?? moduleOfPath(path)
      if (name !== undefined) newest.set(name, release.version)
    }
  }
  return Object.entries(names).map(([name, facts]) => ({
    id,
    name,
    facts,
    told: registry.summary(id, name),
    newest: facts.newest ?? newest.get(name) ?? null,
  }))
}

/** How well all words fit, from 0; undefined where one does not. */
function rankOf({id, name, facts, told}: Candidate, words: readonly string[]): number | undefined {
  const key = moduleKey(id, name)
  const text = [name, facts.stage ?? '', ...(facts.labels ?? [])].join(' ').toLowerCase()
  const prose = proseOf(told)
  const fits = (word: string): boolean =>
    text.includes(word) || isBegun(word, prose) || isXepOf(word, told) || isPartOf(word, {id, name})
  if (!words.every(fits)) return undefined
  if (words.length === 0) return 0
  const own = name.split(/[_-]/)
  const wanted = words.join('_')
  const tests = [
    wanted === name || wanted === key,
    name.startsWith(wanted) ||
      (told?.xeps ?? []).slice(0, 1).some((xep) => words.some((word) => isXep(word, xep))),
    words.every((word) => own.includes(word)),
    words.every((word) => name.includes(word)),
  ]
  const rank = tests.indexOf(true)
  return (rank === -1 ? tests.length : rank) * 2 + (facts.gone === undefined ? 0 : 1)
}

/** Whether a word is `source/part` of a name. */
function isPartOf(word: string, {id, name}: Pick<Candidate, 'id' | 'name'>): boolean {
  const slash = word.indexOf('/')
  return slash > 0 && word.slice(0, slash) === id && name.includes(bareName(word.slice(slash + 1)))
}

/** Whether a word is the number of a XEP that a module is about: `425`, `0425`, `xep-0425`, `xep0425`. */
function isXepOf(word: string, told: RegistrySummary | undefined): boolean {
  return (told?.xeps ?? []).some((xep) => isXep(word, xep))
}

function isXep(word: string, xep: string): boolean {
  const [, number] = xepPattern.exec(word) ?? []
  return number !== undefined && xep === `XEP-${number.padStart(4, '0')}`
}

function apartOf(words: readonly string[], all: readonly Candidate[]): SearchResult['apart'] {
  return words
    .map((word) => ({word, modules: all.filter((one) => rankOf(one, [word]) !== undefined).length}))
    .filter(({modules}) => modules > 0)
}

function inCodeOf(
  word: string,
  all: readonly Candidate[],
  registry: Environment['registry'],
): SearchResult['inCode'] {
  const kinds = ['options', 'hooks', 'libraries', 'features'] as const
  const named = all.map(({id, name}) => registry.terms(id, name))
  return kinds
    .map((kind) => ({
      kind,
      word,
      modules: named.filter((terms) => (terms[kind] ?? []).some((text) => text.toLowerCase().includes(word)))
        .length,
    }))
    .filter(({modules}) => modules > 0)
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

/** Tells what was found with what its code names of each term; [] where it names nothing of one. */
function withMatches(
  {id, name, facts, told, newest}: Candidate,
  terms: NonNullable<SearchRequest['terms']>,
  registry: Environment['registry'],
): Found[] {
  const wanted = Object.entries(terms) as [TermKind, string][]
  const own = wanted.length === 0 ? {} : registry.terms(id, name)
  const matches = wanted.map(([kind, text]): [TermKind, readonly string[]] => [
    kind,
    (own[kind] ?? []).filter((one) => one.toLowerCase().includes(text.toLowerCase())),
  ])
  if (matches.some(([, names]) => names.length === 0)) return []
  const module = moduleKey(id, name)
  const {summary = null, xeps = []} = told ?? {}
  return [{module, newest, facts, summary, xeps, matches: Object.fromEntries(matches)}]
}

const xepPattern = /^(?:xep[-\s]?)?0*(\d{1,4})$/i

function xepOf(text: string): string {
  const [, number] = xepPattern.exec(text.trim()) ?? []
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
