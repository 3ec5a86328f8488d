import type {Entry, Item, Mapping, Outline} from './outline.ts'

/** What a text gives names to. */
export interface Names {
  readonly outline: Outline
  /** By name; of nested keys with dots: `prosody_modules.revision`. In order. */
  readonly values: ReadonlyMap<string, readonly Entry[]>
  /** Of other texts, asked where this one says nothing. */
  readonly elsewhere: readonly Names[]
  /** So many rounds of loops are still taken in all. */
  readonly budget: {left: number}
}

/** Keys below which names stand, and which are no part of them. */
const containers = new Set([
  'vars',
  'set_fact',
  'ansible.builtin.set_fact',
  'args',
  'build_args',
  'defaults',
  'env',
  'environment',
  'locals',
])

/** Collects what a text sets: keys of its mappings, variables of shells, Nix and HCL with their defaults. */
export function readNames(text: string, outline: Outline, elsewhere: readonly Names[]): Names {
  const values = new Map<string, Entry[]>()
  const prefixes = new Map<Mapping, string>()
  for (const mapping of outline.mappings) {
    const prefix = prefixOf(mapping, prefixes)
    prefixes.set(mapping, prefix)
    for (const entry of mapping.entries)
      add(values, entry.separator === '=' ? entry.key : prefix + entry.key, entry)
  }
  addDefaults(text, values)
  return {outline, values, elsewhere, budget: {left: 20_000}}
}

/** Finds what gives a name its value: the nearest above a line, else the first below, else what another text says. */
export function valueOf(names: Names, name: string, line: number): Entry | undefined {
  const bare = name.replace(/^(?:var|local|Values|env|inputs)\./, '')
  const own = nearest(names.values.get(name) ?? names.values.get(bare) ?? [], line)
  if (own !== undefined) return own
  return names.elsewhere.map((other) => valueOf(other, name, 0)).find((found) => found !== undefined)
}

/** Returns the members of the list below an entry, of whichever text it is; undefined where there is none. */
export function itemsBelow(names: Names, entry: Entry): readonly Item[] | undefined {
  return all(names)
    .map(({outline}) => outline.itemsOf.get(entry))
    .find((found) => found !== undefined)
}

/** Returns the mapping below an entry, of whichever text it is; undefined where there is none. */
export function mappingBelow(names: Names, entry: Entry): Mapping | undefined {
  return all(names)
    .map(({outline}) => outline.below.get(entry))
    .find((found) => found !== undefined)
}

function all(names: Names): readonly Names[] {
  return [names, ...names.elsewhere]
}

function nearest(found: readonly Entry[], line: number): Entry | undefined {
  let [low, high] = [0, found.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((found[middle]?.line ?? 0) <= line) low = middle + 1
    else high = middle
  }
  return found[low - 1] ?? found[0]
}

function add(values: Map<string, Entry[]>, name: string, entry: Entry): void {
  const known = values.get(name)
  if (known === undefined) values.set(name, [entry])
  else known.push(entry)
}

function prefixOf(mapping: Mapping, prefixes: ReadonlyMap<Mapping, string>): string {
  const {owner, parent} = mapping
  if (owner === undefined || parent === undefined || containers.has(owner.key)) return ''
  return `${prefixes.get(parent) ?? ''}${owner.key}.`
}

const declaration = /\bvariable[ \t]{1,20}"?([\w-]{1,80})"?[ \t]{0,20}\{/g

/** In `variable "x" { default = "y" }` it is the default that x has. */
function addDefaults(text: string, values: Map<string, Entry[]>): void {
  const all = values.get('default') ?? []
  let next = 0
  for (const declared of text.matchAll(declaration)) {
    const end = declared.index + text.slice(declared.index, declared.index + 2000).indexOf('}')
    while ((all[next]?.valueAt ?? Infinity) < declared.index) next++
    const entry = all[next]
    if (entry !== undefined && entry.valueAt < end) add(values, declared[1] ?? '', entry)
    else addOneLine(text, {at: declared.index, end, name: declared[1] ?? ''}, values)
  }
}

function addOneLine(
  text: string,
  {at, end, name}: {readonly at: number; readonly end: number; readonly name: string},
  values: Map<string, Entry[]>,
): void {
  if (end <= at) return
  const found = /\bdefault[ \t]{0,20}=[ \t]{0,20}"([^"\n]{0,500})"/.exec(text.slice(at, end))
  if (found === null) return
  const valueAt = at + found.index + found[0].length - (found[1]?.length ?? 0) - 1
  add(values, name, {key: 'default', value: found[1] ?? '', separator: '=', line: 0, valueAt, isOwn: false})
}
