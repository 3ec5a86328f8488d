import {mainOf} from '../module-name.ts'
import type {FileFacts, OptionFact} from './fact-types.ts'
import {loadingOf, type Loading} from './loading.ts'
import type {LuaProblem} from '../lua/parse.ts'
import {placementOf, type Placement, type PlacementWorld} from './placement.ts'
import {libraryPaths} from '../prosody/module-files.ts'

/** Facts of which a file has a list; which other files it names counts where those are taken, not here. */
export type ListName = Exclude<
  {
    [K in keyof FileFacts]: FileFacts[K] extends readonly {readonly line: number}[] ? K : never
  }[keyof FileFacts],
  'resources'
>

/** A fact, and the file that it was read in, by its path in the context. */
export type Placed<T> = T & {readonly file: string}

/** The facts that all Lua files of a module have together. */
export type ModuleFacts = {
  readonly [K in ListName]: readonly Placed<FileFacts[K][number]>[]
} & {
  /** Methods of the module API → where it is called first. */
  readonly api: Readonly<Record<string, {readonly file: string; readonly line: number}>>
  /** Where its modules can be loaded, as far as their code shows. */
  readonly loading: readonly Placed<Loading & {readonly module: string}>[]
  readonly metadata: Readonly<Record<string, string>>
  readonly xeps: readonly string[]
  /** Files that are not valid Lua. */
  readonly problems: readonly Placed<LuaProblem>[]
}

/** A Lua file of a module, by its path in the context, and what was found in it. */
export type AnalysedFile = {readonly path: string} & (
  | {readonly facts: FileFacts; readonly problem?: undefined}
  | {readonly facts?: undefined; readonly problem: LuaProblem}
)

const listNames = [
  'requires',
  'libraries',
  'depends',
  'options',
  'provides',
  'hooks',
  'fires',
  'features',
  'stores',
  'shared',
  'contexts',
  'hostModules',
  'searches',
  'preloads',
  'loads',
  'defines',
  'hostTypes',
] as const satisfies readonly ListName[]

/** Joins the facts of files that belong together, in the order of the files. */
export function moduleFacts(files: readonly AnalysedFile[]): ModuleFacts {
  const sound = files.flatMap((one) => (one.problem === undefined ? [one] : []))
  const lists = joinLists(sound, listNames)
  const calls = sound.flatMap(({path, facts}) =>
    Object.entries(facts.api).map(([method, line]) => [method, {file: path, line}] as const),
  )
  return {
    ...lists,
    api: Object.fromEntries(calls.toReversed()),
    loading: sound.flatMap(({path, facts}) => {
      const module = mainOf(path)
      return module === undefined
        ? []
        : loadingOf(module, facts).map((loading) => ({...loading, module, file: path}))
    }),
    metadata: Object.assign({}, ...sound.map(({facts}) => facts.metadata)) as Record<string, string>,
    xeps: [...new Set(sound.flatMap(({facts}) => facts.xeps))].sort(),
    problems: files.flatMap(({path, problem}) => (problem === undefined ? [] : [{...problem, file: path}])),
  }
}

/** Joins some of the lists that files have, in the order of the files. */
export function joinLists<K extends ListName>(
  files: readonly {readonly path: string; readonly facts: FileFacts}[],
  names: readonly K[],
): Pick<ModuleFacts, K> {
  const lists = names.map((name) => [
    name,
    files.flatMap(({path, facts}) => facts[name].map((fact) => ({...fact, file: path}))),
  ])
  return Object.fromEntries(lists) as Pick<ModuleFacts, K>
}

/**
 * Tells where a module is enabled, by its main file and the libraries that it loads; null where it has no main file
 * that could be read.
 */
export function placementIn(name: string, files: readonly AnalysedFile[]): Placement | null {
  const main = files.find(({path}) => mainOf(path) === name)
  if (main?.facts === undefined) return null
  return placementOf(name, main.facts, librariesIn(name, main.facts, files))
}

/** Libraries of Prosody's own modules: they leave the host of whoever loads them alone. */
const coreLibraries = /^(?:adhoc|pubsub|muc\/[a-z_.]+|mod_auth_ldap|sasl|hats)$/

/** Collects the facts of all that a main file loads by module:require; {} where some of it was not read. */
export function librariesIn(
  name: string,
  main: FileFacts,
  files: readonly AnalysedFile[],
): Pick<PlacementWorld, 'libraries'> {
  const byPath = new Map(files.map((file) => [file.path, file.facts]))
  const found = new Map<string, FileFacts>()
  const open = [main]
  for (let facts = open.pop(); facts !== undefined; facts = open.pop()) {
    for (const {name: library} of facts.libraries) {
      if (library === null) return {}
      if (coreLibraries.test(library)) continue
      const path = libraryPaths(name, library).find((one) => byPath.has(one))
      const next = byPath.get(path ?? '')
      if (path === undefined || next === undefined) return {}
      if (!found.has(path)) open.push(next)
      found.set(path, next)
    }
  }
  return {libraries: [...found.values()]}
}

/** An option that a module reads, once for all places where it does. */
export interface ModuleOption {
  /** The option's name; null where it is computed, and `text` then has the expression. */
  readonly name: string | null
  readonly text: string
  /** How the option is read; several where places differ. */
  readonly types: readonly OptionFact['type'][]
  readonly default: OptionFact['default']
  /** The values that an enum allows, its default among them, as Lua. */
  readonly values: readonly string[]
  /** Whose host it is read for. context: another host than the one that the module is loaded on. */
  readonly on: OptionFact['on']
  readonly places: readonly {readonly file: string; readonly line: number}[]
}

/** Lists the options of a module in the order of their first reading. */
export function optionsIn({options}: Pick<ModuleFacts, 'options'>): ModuleOption[] {
  const found = new Map<string, ModuleOption>()
  for (const option of options) {
    const {name, text, type, on, file, line} = option
    const key = `${on} ${name ?? `computed ${text}`}`
    const before = found.get(key)
    found.set(key, {
      name,
      text,
      on,
      types: [...new Set([...(before?.types ?? []), type])],
      default: before?.default ?? option.default,
      values: [...new Set([...(before?.values ?? []), ...allowedBy(option)])],
      places: [...(before?.places ?? []), {file, line}],
    })
  }
  return [...found.values()]
}

/** core/moduleapi.lua takes the default of an enum for one of its values. */
function allowedBy({values, default: standard}: OptionFact): readonly string[] {
  return values.length === 0 || standard === null ? values : [standard.text, ...values]
}
