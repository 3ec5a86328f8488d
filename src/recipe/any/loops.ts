import type {Bound, Place} from './expand.ts'
import {readExpression, variablesIn} from './expand.ts'
import {flowList, flowMap} from './flow.ts'
import type {Names} from './names.ts'
import {itemsBelow, mappingBelow, valueOf} from './names.ts'
import type {Entry, Item, Mapping} from './outline.ts'

/** So many members at most are taken of a list. */
const most = 500

interface Loop {
  readonly variable: string
  readonly values: readonly Bound[] | undefined
  /** What the list is called where it is not here. */
  readonly list: string
  readonly entries: readonly Entry[]
}

/** A place for each way through the loops around a line. */
export interface Rounds {
  readonly places: readonly Place[]
  /** Of loops that can't be told: what the list is called, by the variable. */
  readonly unknown: ReadonlyMap<string, string>
  /** Lists that were unrolled. */
  readonly used: readonly Entry[]
}

/** Unrolls the loops of Ansible tasks around a line whose variables a text has. */
export function roundsAt(names: Names, line: number, text: string): Rounds {
  const used = new Set(variablesIn(text).map((name) => name.split('.')[0] ?? ''))
  const plain: Place = {names, line, bound: new Map()}
  const rounds = {places: [plain], unknown: new Map<string, string>(), used: [] as Entry[]}
  let at = used.size === 0 ? undefined : names.outline.mappingOf[line]
  for (; at !== undefined; at = at.parent) {
    const loop = loopOf(names, at, used)
    if (loop === undefined) continue
    rounds.used.push(...loop.entries)
    const ways = rounds.places.length * (loop.values?.length ?? 0)
    if (loop.values === undefined || ways > names.budget.left) rounds.unknown.set(loop.variable, loop.list)
    else rounds.places = rounds.places.flatMap((place) => bind(place, loop.variable, loop.values ?? []))
  }
  names.budget.left -= rounds.places.length - 1
  return rounds
}

/** Names what can't be told: of a loop's variable the list that it is of. */
export function unknownOf(names: readonly string[], {unknown}: Rounds): readonly string[] {
  return [...new Set(names.map((name) => unknown.get(name.split('.')[0] ?? '') ?? name))]
}

function bind(place: Place, variable: string, values: readonly Bound[]): readonly Place[] {
  if (place.bound.has(variable)) return [place]
  return values.map((value) => ({...place, bound: new Map([...place.bound, [variable, value]])}))
}

const loops = [
  'loop',
  'with_items',
  'with_list',
  'with_flattened',
  'with_dict',
  'with_community.general.flattened',
]

function loopOf(names: Names, mapping: Mapping, used: ReadonlySet<string>): Loop | undefined {
  const entry = loops.map((key) => mapping.byKey.get(key)).find((found) => found !== undefined)
  if (entry === undefined) return undefined
  const control = mapping.byKey.get('loop_control')
  const named = control === undefined ? undefined : mappingBelow(names, control)
  const variable = named?.byKey.get('loop_var')?.value ?? 'item'
  if (!used.has(variable)) return undefined
  const lists = variablesIn(entry.value).map((name) => valueOf(names, name, entry.line))
  return {
    variable,
    values: listAt(names, entry),
    list: variablesIn(entry.value)[0] ?? variable,
    entries: [entry, ...lists.filter((list) => list !== undefined)],
  }
}

/** Lists what stands behind an entry: a list below it or in its line, or what a variable there has; undefined for others. */
export function listAt(names: Names, entry: Entry, depth = 0): readonly Bound[] | undefined {
  const items = itemsBelow(names, entry)
  if (items !== undefined) return items.slice(0, most).map((item) => boundOf(names, item))
  const flow = flowList(entry.value)
  if (flow !== undefined) return flow.slice(0, most)
  const below = entry.value === '' ? mappingBelow(names, entry) : undefined
  if (below !== undefined) return pairsOf(names, below)
  const parts = /^\{\{(.*)\}\}$/.exec(entry.value.trim())?.[1]?.split(' + ')
  if (parts === undefined || depth > 5) return undefined
  const lists = parts.map((part) => namedList({names, line: entry.line, depth}, part))
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? [])
}

function namedList(
  {names, line, depth}: {readonly names: Names; readonly line: number; readonly depth: number},
  text: string,
): readonly Bound[] | undefined {
  const name = readExpression(text.replace(/[()]/g, ' ').split('|')[0] ?? '').name
  const entry = name === undefined ? undefined : valueOf(names, name, line)
  return entry === undefined ? undefined : listAt(names, entry, depth + 1)
}

function boundOf(names: Names, item: Item): Bound {
  if (item.mapping !== undefined) return wordsOf(names, item.mapping)
  return flowMap(item.value) ?? item.value
}

function wordsOf(names: Names, mapping: Mapping): ReadonlyMap<string, string> {
  const words = new Map<string, string>()
  for (const entry of mapping.entries) {
    if (entry.value !== '') words.set(entry.key, entry.value)
    for (const inner of mappingBelow(names, entry)?.entries ?? [])
      words.set(`${entry.key}.${inner.key}`, inner.value)
  }
  return words
}

/** A mapping that is looped over gives `key` and `value`. */
function pairsOf(names: Names, mapping: Mapping): readonly Bound[] {
  return mapping.entries.map((entry) => {
    const words = new Map([['key', entry.key]])
    if (entry.value !== '') words.set('value', entry.value)
    for (const inner of mappingBelow(names, entry)?.entries ?? [])
      words.set(`value.${inner.key}`, inner.value)
    return words
  })
}
