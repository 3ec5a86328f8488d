import type {FileFacts, OptionFact} from '../lua/fact-types.ts'
import {factsOf} from '../lua/facts.ts'
import {loadingOf, type Loading} from '../lua/loading.ts'
import type {LuaProblem} from '../lua/parse.ts'
import {placementOf, type Placement} from '../lua/placement.ts'

type ListName = {
  [K in keyof FileFacts]: FileFacts[K] extends readonly {readonly line: number}[] ? K : never
}[keyof FileFacts]

/** A fact with the file that it was read in, by its path in the context. */
export type Placed<T> = T & {readonly file: string}

/** Facts of all Lua files of a module. */
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

/** A Lua file of a module. */
export interface LuaFile {
  readonly path: string
  readonly bytes: Buffer
}

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
  'defines',
] as const satisfies readonly ListName[]

/** The facts of files that belong together, in the order of the files. */
export function moduleFacts(files: readonly LuaFile[]): ModuleFacts {
  const read = files.map(({path, bytes}) => ({path, ...factsOf(bytes, mainOf(path))}))
  const sound = read.flatMap((one) => (one.problem === undefined ? [one] : []))
  const lists = Object.fromEntries(
    listNames.map((name) => [
      name,
      sound.flatMap(({path, facts}) => facts[name].map((fact) => ({...fact, file: path}))),
    ]),
  ) as unknown as {[K in ListName]: ModuleFacts[K]}
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
    problems: read.flatMap(({path, problem}) => (problem === undefined ? [] : [{...problem, file: path}])),
  }
}

/** The module whose main file this is; undefined for a library. */
function mainOf(path: string): string | undefined {
  return /(?:^|\/)mod_([^/]+)\.lua$/.exec(path)?.[1]
}

/** Where a module is enabled, by the facts of its main file; null where it has none. */
export function placementByFacts(
  name: string,
  facts: ModuleFacts,
  paths: readonly string[],
): Placement | null {
  const main = paths.find((path) => path.endsWith(`mod_${name}.lua`))
  if (main === undefined || facts.problems.some(({file}) => file === main)) return null
  const global = facts.api['set_global']
  const calls = [
    ...facts.depends.map((fact) => ({...fact, method: 'depends'})),
    ...facts.libraries.map((fact) => ({...fact, method: 'require'})),
    ...facts.hooks
      .filter(({by, on}) => by === 'hook' && on === 'module')
      .map((fact) => ({...fact, method: 'hook'})),
    ...(global === undefined ? [] : [{...global, name: null, method: 'set_global'}]),
  ]
  return placementOf(
    name,
    calls
      .filter(({file}) => file === main)
      .map(({method, name: argument, line}) => ({method, line, argument: argument ?? undefined}))
      .sort((a, b) => a.line - b.line),
  )
}

/** An option that a module reads, once for all places where it does. */
export interface ModuleOption {
  /** Null where the name is computed: `text` has the expression. */
  readonly name: string | null
  readonly text: string
  /** How it is read; several where places differ. */
  readonly types: readonly OptionFact['type'][]
  readonly default: OptionFact['default']
  /** Of an enum, as Lua. */
  readonly values: readonly string[]
  /** context: of another host than the one that the module is loaded on. */
  readonly on: OptionFact['on']
  readonly places: readonly {readonly file: string; readonly line: number}[]
}

/** The options of a module in the order of their first reading. */
export function optionsIn({options}: ModuleFacts): ModuleOption[] {
  const found = new Map<string, ModuleOption>()
  for (const option of options) {
    const {name, text, type, values, on, file, line} = option
    const key = `${on} ${name ?? `computed ${text}`}`
    const before = found.get(key)
    found.set(key, {
      name,
      text,
      on,
      types: [...new Set([...(before?.types ?? []), type])],
      default: before?.default ?? option.default,
      values: [...new Set([...(before?.values ?? []), ...values])],
      places: [...(before?.places ?? []), {file, line}],
    })
  }
  return [...found.values()]
}
