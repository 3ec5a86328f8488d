import {optionsIn, type ModuleOption} from '../facts/module-facts.ts'
import {editDistance} from '../text/edit-distance.ts'
import type {Portrait} from './portrait.ts'
import type {Change, Place} from './types.ts'

type Options = ReadonlyMap<string, ModuleOption>

/** A module with all that it loads, and without libraries that are no news. */
export interface Sides {
  readonly whole: Portrait
  readonly own: Portrait
}

/**
 * Lists how the options of a module differ: gone, renamed (one that went and one that came, of one type and default, with
 * names alike), read as another type, with other values or another default, new.
 */
export function optionChanges(before: Sides, after: Sides): Change[] {
  const [old, fresh] = [optionsOf(before.own), optionsOf(after.own)]
  const gone = missingIn(old, optionsOf(after.whole))
  const come = missingIn(fresh, optionsOf(before.whole))
  const renamed = renamesOf(gone, come)
  const made = (change: Omit<Change, 'modules'>): Change => ({...change, modules: [after.whole.name]})
  const computes = after.whole.facts.options.some(({name}) => name === null)
  return [
    ...gone
      .filter((option) => !renamed.has(option))
      .map((option) =>
        made({
          ...{kind: 'option-removed', severity: 'breaking', name: nameOf(option), before: shown(option)},
          ...{after: null, places: {before: placeOf(option), after: null}},
          note: computes ? 'the module reads options by computed names, too, and may read it so' : null,
        }),
      ),
    ...[...renamed].map(([option, heir]) =>
      made({
        ...{kind: 'option-renamed', severity: 'breaking', name: nameOf(option), before: nameOf(option)},
        after: nameOf(heir),
        places: {before: placeOf(option), after: placeOf(heir)},
        note: 'guessed from type, default and likeness of the names',
      }),
    ),
    ...[...old].flatMap(([name, option]) => {
      const now = fresh.get(name)
      return now === undefined ? [] : differences(option, now).map(made)
    }),
    ...come
      .filter((option) => ![...renamed.values()].includes(option))
      .map((option) =>
        made({
          ...{kind: 'option-added', severity: 'news', name: nameOf(option), before: null},
          ...{after: shown(option), places: {before: null, after: placeOf(option)}, note: null},
        }),
      ),
  ]
}

/** By name; those with computed names are left out. */
function optionsOf({facts}: Portrait): Options {
  const options = new Map<string, ModuleOption>()
  for (const option of optionsIn(facts)) {
    const {name} = option
    if (name === null) continue
    const before = options.get(name)
    options.set(name, before === undefined ? option : joined(before, option))
  }
  return options
}

/** The same option of this host and of another one. */
function joined(one: ModuleOption, other: ModuleOption): ModuleOption {
  return {
    ...one,
    types: [...new Set([...one.types, ...other.types])],
    default: one.default ?? other.default,
    values: [...new Set([...one.values, ...other.values])],
    places: [...one.places, ...other.places],
  }
}

function missingIn(options: Options, others: Options): ModuleOption[] {
  return [...options]
    .filter(([name]) => !others.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, option]) => option)
}

function differences(old: ModuleOption, now: ModuleOption): Omit<Change, 'modules'>[] {
  const places = {before: placeOf(old), after: placeOf(now)}
  const name = nameOf(old)
  const found: Omit<Change, 'modules'>[] = []
  const [types, typesNow] = [typesOf(old), typesOf(now)]
  // What is read without a type now takes whatever it took.
  if (types !== typesNow)
    found.push({
      ...{kind: 'option-type', severity: isAny(now) ? 'news' : 'notable', name, before: types},
      ...{after: typesNow, places, note: null},
    })
  const [values, valuesNow] = [valuesOf(old), valuesOf(now)]
  if (values !== valuesNow) {
    const isLess =
      now.values.length > 0 && old.values.some((value) => !now.values.map(plain).includes(plain(value)))
    found.push({
      ...{kind: 'option-values', severity: isLess ? 'notable' : 'news', name, before: values},
      ...{after: valuesNow, places, note: null},
    })
  }
  if (plain(old.default?.text) !== plain(now.default?.text)) {
    const isComputed = old.default?.computed === true || now.default?.computed === true
    found.push({
      ...{kind: 'option-default', severity: isComputed ? 'news' : 'notable', name},
      ...{before: old.default?.text ?? 'nil', after: now.default?.text ?? 'nil', places},
      note: isComputed ? 'computed: what comes out is not known' : null,
    })
  }
  return found
}

/** The same string in other quotes, and the same code with other blanks, is no difference. */
function plain(text: string | undefined): string | undefined {
  return text
    ?.replace(/'([^'"\\\\]*)'/g, '"$1"')
    .replace(/\s+/g, ' ')
    .replace(/^\{ | \}$/g, (edge) => edge.trim())
}

function valuesOf({values}: ModuleOption): string {
  return values
    .map((value) => plain(value) ?? '')
    .sort()
    .join(', ')
}

/** Names that share half of their words, or all but few letters, are alike; the likest go together. */
function renamesOf(
  gone: readonly ModuleOption[],
  come: readonly ModuleOption[],
): Map<ModuleOption, ModuleOption> {
  const pairs = gone.flatMap((from) =>
    come.flatMap((to) => {
      const likeness = isSameUse(from, to) ? likenessOf(nameOf(from), nameOf(to)) : 0
      // Two options of no default have little in common by that.
      return likeness > 0.5 || (likeness === 0.5 && from.default !== null) ? [{from, to, likeness}] : []
    }),
  )
  const renamed = new Map<ModuleOption, ModuleOption>()
  const taken = new Set<ModuleOption>()
  for (const {from, to} of pairs.sort((a, b) => b.likeness - a.likeness)) {
    if (renamed.has(from) || taken.has(to)) continue
    renamed.set(from, to)
    taken.add(to)
  }
  return renamed
}

function isSameUse(from: ModuleOption, to: ModuleOption): boolean {
  return (
    typesOf(from) === typesOf(to) &&
    plain(from.default?.text) === plain(to.default?.text) &&
    from.on === to.on
  )
}

/** From 0 to 1. */
function likenessOf(a: string, b: string): number {
  const [words, others] = [new Set(a.split('_')), new Set(b.split('_'))]
  const common = [...words].filter((word) => others.has(word)).length
  const byWords = common / Math.max(words.size, others.size)
  const longest = Math.max(a.length, b.length)
  const distance = editDistance(a, b, Math.floor(longest / 4))
  return Math.max(byWords, distance === undefined ? 0 : 1 - distance / longest)
}

function isAny({types}: ModuleOption): boolean {
  return types.every((type) => type === 'any' || type === 'scalar')
}

function typesOf({types}: ModuleOption): string {
  return [...types].sort().join(' or ')
}

function nameOf({name}: ModuleOption): string {
  return name ?? ''
}

function shown(option: ModuleOption): string {
  return `${typesOf(option)}, default ${option.default?.text ?? 'nil'}`
}

function placeOf({places: [first]}: ModuleOption): Place | null {
  return first === undefined ? null : {file: first.file, line: first.line}
}
