import type {Placed} from '../facts/module-facts.ts'
import type {Named} from '../facts/fact-types.ts'
import {optionChanges} from './option-changes.ts'
import type {Portrait} from './portrait.ts'
import type {Change, ChangeKind, Place, Severity} from './types.ts'

/** Things of one kind that a module names: name → where it does so first. */
type Names = ReadonlyMap<string, Place>

interface Kind {
  readonly removed: ChangeKind
  readonly added: ChangeKind
  /** How much it matters that one is gone; what is new is news. */
  readonly severity: Severity
  readonly of: (portrait: Portrait) => Names
  /** By what names a thing is there, in the words of the same kind, where its name alone does not tell. */
  readonly servedAs?: (name: string) => readonly string[]
  readonly note?: string
}

const kinds: readonly Kind[] = [
  {
    removed: 'store-removed',
    added: 'store-added',
    severity: 'notable',
    of: ({facts}) => named(facts.stores),
    note: 'what is stored there is not read any more',
  },
  {
    removed: 'route-removed',
    added: 'route-added',
    severity: 'notable',
    of: routesOf,
    // A module by another name may serve the same path, and mod_http sends whoever asks without the last slash there.
    servedAs: (name) => [pathOf(name), pathOf(name).replace(/\/\*?$/, '')],
  },
  {
    removed: 'feature-removed',
    added: 'feature-added',
    severity: 'notable',
    of: ({facts}) => named(facts.features),
  },
  {removed: 'event-removed', added: 'event-added', severity: 'notable', of: ({facts}) => named(facts.fires)},
  {removed: 'hook-removed', added: 'hook-added', severity: 'news', of: ({facts}) => named(facts.hooks)},
  {
    removed: 'dependency-removed',
    added: 'dependency-added',
    severity: 'news',
    of: ({facts}) => named(facts.depends),
  },
  {removed: 'xep-removed', added: 'xep-added', severity: 'news', of: xepsOf},
]

/** Two portraits of one module, the earlier one maybe by another name. */
export interface PortraitPair {
  readonly before: Portrait
  readonly after: Portrait
  /** Files that other modules load on both sides, and this one on one side only: what they say is no news. */
  readonly shared: {readonly dropped: readonly string[]; readonly taken: readonly string[]}
}

/** Lists what differs between two portraits of one module. */
export function comparePortraits(pair: PortraitPair): Change[] {
  const {before, after, shared} = pair
  const old = {whole: before, own: without(before, shared.dropped)}
  const fresh = {whole: after, own: without(after, shared.taken)}
  return [
    ...optionChanges(old, fresh),
    ...kinds.flatMap((kind) => [
      ...lacking(kind.of(old.own), kind.of(after), kind).map(([name, place]) =>
        changeOf(after, {kind: kind.removed, severity: kind.severity, name, before: place, note: kind.note}),
      ),
      ...lacking(kind.of(fresh.own), kind.of(before), kind).map(([name, place]) =>
        changeOf(after, {kind: kind.added, severity: 'news', name, after: place}),
      ),
    ]),
    ...shared.dropped.map((name) =>
      changeOf(after, {kind: 'shared-removed', severity: 'news', name, note: optionsNote(before, name)}),
    ),
    ...shared.taken.map((name) =>
      changeOf(after, {kind: 'shared-added', severity: 'news', name, note: optionsNote(after, name)}),
    ),
  ]
}

/** What a library reads counts for who loads it. */
function optionsNote({facts}: Portrait, path: string): string | undefined {
  const names = new Set(facts.options.flatMap(({file, name}) => (file === path && name !== null ? name : [])))
  return names.size === 0 ? undefined : `it reads ${[...names].sort().join(', ')}`
}

/** Leaves out what some of the files say. */
function without(portrait: Portrait, files: readonly string[]): Portrait {
  if (files.length === 0) return portrait
  const {facts} = portrait
  const left = new Set(files)
  const isKept = ({file}: {readonly file: string}): boolean => !left.has(file)
  return {
    ...portrait,
    facts: {
      ...facts,
      options: facts.options.filter(isKept),
      provides: facts.provides.filter(isKept),
      hooks: facts.hooks.filter(isKept),
      fires: facts.fires.filter(isKept),
      features: facts.features.filter(isKept),
      stores: facts.stores.filter(isKept),
      depends: facts.depends.filter(isKept),
    },
  }
}

function changeOf(
  {name: module}: Portrait,
  given: Pick<Change, 'kind' | 'severity' | 'name'> & {
    readonly before?: Place
    readonly after?: Place
    readonly note?: string | undefined
  },
): Change {
  const {kind, severity, name, before = null, after = null, note = null} = given
  return {kind, severity, name, modules: [module], before: null, after: null, places: {before, after}, note}
}

function lacking(names: Names, others: Names, {servedAs}: Kind): [name: string, place: Place][] {
  const there = new Set(servedAs === undefined ? others.keys() : [...others.keys()].flatMap(servedAs))
  const keyOf = (name: string): string => (servedAs === undefined ? name : pathOf(name))
  return [...names].filter(([name]) => !there.has(keyOf(name))).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Of a route's name, without the module. */
function pathOf(route: string): string {
  return route.slice(route.indexOf(': '))
}

/** Without names that are computed: nobody knows what they are. */
function named(facts: readonly Placed<Named>[]): Names {
  const names = new Map<string, Place>()
  for (const {name, file, line} of facts) if (name !== null && !names.has(name)) names.set(name, {file, line})
  return names
}

function routesOf({name: module, facts}: Portrait): Names {
  const routes = new Map<string, Place>()
  for (const {name, routes: own, file, line} of facts.provides) {
    if (name !== 'http') continue
    // A path without a slash is one below the module's, too.
    for (const route of own)
      routes.set(`${module}: ${route.replace(/^(\S+) (?=[^/\s])/, '$1 /')}`, {file, line})
  }
  return routes
}

function xepsOf({facts, files}: Portrait): Names {
  return new Map(facts.xeps.map((xep) => [xep, {file: files[0] ?? '', line: 1}]))
}
