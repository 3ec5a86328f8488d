import {ProsodyModsError} from '../../errors.ts'
import {compilePattern} from './lua-pattern.ts'
import {
  addFields,
  addStandard,
  defineField,
  finish,
  removeField,
  type FieldMap,
  type Node,
  type Standard,
  type Standards,
} from './standards.ts'
import {strip} from './strip.ts'

/** Options by which codes are reported or not, from the narrowest to the widest. */
const switches = [
  ['unused_args', '21[23]'],
  ['global', '1'],
  ['unused', '[23]'],
  ['redefined', '4'],
] as const

/** Names of luacheck's options that are on or off. */
export const flagNames = [
  'global',
  'unused',
  'redefined',
  'unused_args',
  'unused_secondaries',
  'self',
  'compat',
  'allow_defined',
  'allow_defined_top',
  'module',
] as const

/** Names of luacheck's options that set a number not to be exceeded. */
export const limitNames = [
  'max_line_length',
  'max_code_line_length',
  'max_string_line_length',
  'max_comment_line_length',
  'max_cyclomatic_complexity',
] as const

/** Names of luacheck's options that allow globals. */
export const fieldMapNames = ['globals', 'read_globals', 'new_globals', 'new_read_globals'] as const

/** Names of luacheck's options that are lists of texts. */
export const listNames = ['not_globals', 'ignore', 'enable', 'only', 'operators'] as const

/** The name of an option that is on or off. */
export type FlagName = (typeof flagNames)[number]
/** The name of an option that sets a limit. */
export type LimitName = (typeof limitNames)[number]
/** The name of an option that allows globals. */
export type FieldMapName = (typeof fieldMapNames)[number]
/** The name of an option that is a list. */
export type ListName = (typeof listNames)[number]

/** Names that an option allows: paths such as `foo.bar`, and definitions by name. */
export interface GlobalNames {
  readonly paths: readonly string[]
  readonly fields: FieldMap
}

/** luacheck's options, under its own names; what a set leaves out is left to the layers below. */
export type OptionSet = Readonly<Partial<Record<FlagName, boolean>>> &
  Readonly<Partial<Record<LimitName, number | false>>> &
  Readonly<Partial<Record<FieldMapName, GlobalNames>>> &
  Readonly<Partial<Record<ListName, readonly string[]>>> & {readonly std?: string | Standard}

/** Options that hold for a place, put together from all layers. */
export interface Effective {
  readonly std: Node
  readonly unusedSecondaries: boolean
  readonly self: boolean
  readonly module: boolean
  readonly allowDefined: boolean
  readonly allowDefinedTop: boolean
  readonly maxComplexity: number | false
  readonly maxLength: Readonly<Record<LineType, number | false>>
  readonly passes: (code: string, name?: string) => boolean
}

/** What a line ends in, as limits of its length tell lines apart. */
export type LineType = 'code' | 'string' | 'comment'

/** Finds an unknown standard in a list such as `+max+busted`; undefined where all are known. */
export function unknownStandard(std: string, standards: Standards): string | undefined {
  return partsOf(std).names.find((name) => !standards.has(name))
}

/** Finds a pattern of warnings that is none; undefined where all are fine. */
export function invalidPattern({ignore = [], enable = [], only = []}: OptionSet): string | undefined {
  return [...ignore, ...enable, ...only].find((pattern) =>
    pattern.split('/').some((part) => compilePattern(part) === undefined),
  )
}

/** Puts layers of options together; later ones are right. Throws CONFIG_INVALID for what is no pattern. */
export function effective(layers: readonly OptionSet[], std: Node): Effective {
  const last = <K extends keyof OptionSet>(name: K): OptionSet[K] | undefined =>
    layers.findLast((layer) => layer[name] !== undefined)?.[name]
  return {
    std,
    unusedSecondaries: last('unused_secondaries') ?? true,
    self: last('self') ?? true,
    module: last('module') ?? false,
    allowDefined: last('allow_defined') ?? false,
    allowDefinedTop: last('allow_defined_top') ?? false,
    maxComplexity: last('max_cyclomatic_complexity') ?? false,
    maxLength: maxLengths(layers),
    passes: passesRules(rulesOf(layers)),
  }
}

function partsOf(std: string): {readonly adds: boolean; readonly names: readonly string[]} {
  const parts = std.split('+').map((part) => strip(part))
  const adds = parts[0] === ''
  return {adds, names: adds ? parts.slice(1) : parts}
}

/** Tells whether a layer has a say in which globals there are. */
export function definesGlobals(layer: OptionSet): boolean {
  return (
    layer.std !== undefined ||
    layer.compat !== undefined ||
    layer.not_globals !== undefined ||
    fieldMapNames.some((name) => layer[name] !== undefined)
  )
}

/** Collects all globals that several layers of options define; later ones are right. */
export function finalStandard(layers: readonly OptionSet[], standards: Standards): Node {
  const std: Node = {}
  for (const one of standardsOf(layers, standards)) addStandard(std, one)
  const newGlobals = layers.findLastIndex((layer) => layer.new_globals !== undefined)
  const newReadGlobals = layers.findLastIndex((layer) => layer.new_read_globals !== undefined)
  for (const [index, layer] of layers.entries()) {
    const globals = index >= newGlobals ? (layer.new_globals ?? layer.globals) : undefined
    const readGlobals = index >= newReadGlobals ? (layer.new_read_globals ?? layer.read_globals) : undefined
    defineAll(std, globals, readGlobals)
    for (const path of layer.not_globals ?? []) removeField(std, path.split('.'))
  }
  finish(std)
  return std
}

function standardsOf(layers: readonly OptionSet[], standards: Standards): Standard[] {
  const max = standards.get('max') ?? {}
  const added: Standard[] = []
  let ignoresCompat = false
  for (const {compat, std} of layers.toReversed()) {
    if (compat === true && !ignoresCompat) return [max, ...added]
    if (compat === false) ignoresCompat = true
    if (std === undefined) continue
    if (typeof std !== 'string') return [std, ...added]
    const {adds, names} = partsOf(std)
    added.push(...names.map((name) => standards.get(name) ?? {}))
    if (!adds) return added
  }
  return [max, ...added]
}

function defineAll(std: Node, globals: GlobalNames | undefined, readGlobals: GlobalNames | undefined): void {
  const paths = [
    ...(globals?.paths ?? []).map((path) => ({path: path.split('.'), readOnly: false})),
    ...(readGlobals?.paths ?? []).map((path) => ({path: path.split('.'), readOnly: true})),
  ]
  // What is wider comes first, lest it undo what is narrower.
  if (globals !== undefined && readGlobals !== undefined) paths.sort((a, b) => comparePaths(a.path, b.path))
  for (const {path, readOnly} of paths) defineField(std, path, readOnly)
  addFields(std, globals?.fields, {overwrite: true, readOnly: false})
  addFields(std, readGlobals?.fields, {overwrite: true, readOnly: true})
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (part !== other) return part < other ? -1 : 1
  }
  return a.length - b.length
}

function maxLengths(layers: readonly OptionSet[]): Effective['maxLength'] {
  const lengths: Record<LineType, number | false> = {code: 120, string: 120, comment: 120}
  for (const layer of layers) {
    for (const type of ['code', 'string', 'comment'] as const) {
      const length = layer[`max_${type}_line_length`] ?? layer.max_line_length
      if (length !== undefined) lengths[type] = length
    }
  }
  return lengths
}

type RuleKind = 'enable' | 'disable' | 'only'

interface Rule {
  readonly kind: RuleKind
  readonly patterns: readonly {readonly code: Test | undefined; readonly name: Test | undefined}[]
}

type Test = (text: string) => boolean

function rulesOf(layers: readonly OptionSet[]): Rule[] {
  const rules: Rule[] = []
  const used = new Set<string>()
  const add = (kind: RuleKind, patterns: readonly string[] | undefined): void => {
    if (patterns !== undefined) rules.push({kind, patterns: patterns.map((pattern) => patternOf(pattern))})
  }
  for (const layer of layers.toReversed()) {
    for (const [option, pattern] of switches) {
      const value = layer[option]
      if (value === undefined || used.has(option)) continue
      used.add(option)
      add(value ? 'enable' : 'disable', [pattern])
    }
    add('disable', layer.ignore)
    add('only', layer.only)
    add('enable', layer.enable)
  }
  return rules
}

/** `code/name`, a name, which has letters or underscores, or a code. */
function patternOf(pattern: string): Rule['patterns'][number] {
  const slash = pattern.indexOf('/')
  const isName = slash === -1 && /[_a-zA-Z]/.test(pattern)
  const code = slash === -1 ? (isName ? undefined : pattern) : pattern.slice(0, slash)
  const name = slash === -1 ? (isName ? pattern : undefined) : pattern.slice(slash + 1)
  return {
    code: code === undefined ? undefined : testOf(code, ''),
    name: name === undefined ? undefined : testOf(name, '$'),
  }
}

function testOf(pattern: string, end: '' | '$'): Test {
  const isAnchored = pattern.startsWith('^') || pattern.endsWith('$')
  const test = compilePattern(isAnchored ? pattern : `^${pattern}${end}`)
  if (test !== undefined) return test
  throw new ProsodyModsError('CONFIG_INVALID', `Invalid pattern '${pattern}'`, {
    hint: 'patterns of warnings are Lua patterns (reference manual, 6.4.1)',
  })
}

/**
 * Rules apply in order, the last layer's first: what `enable` matches is reported, what `disable` matches is not. Code
 * and name may be enabled by different patterns.
 */
function passesRules(rules: readonly Rule[]): Effective['passes'] {
  return (code, name) => {
    let enabledCode = false
    let enabledName = false
    for (const {kind, patterns} of rules) {
      let matchesOne = false
      for (const pattern of patterns) {
        let byCode = pattern.code?.(code)
        const byName = pattern.name === undefined ? undefined : name !== undefined && pattern.name(name)
        // As in luacheck 1.1.0, where an enabled name decides on the code, too.
        if (enabledCode || enabledName) byCode = kind !== 'disable'
        const matches = (byCode === true && byName !== false) || (byName === true && byCode !== false)
        matchesOne ||= matches
        if (kind === 'enable') {
          enabledCode ||= byCode === true
          enabledName ||= byName === true
          if (enabledCode && enabledName) return true
        } else if (kind === 'disable' && matchesOne) return false
      }
      if (kind === 'only' && !matchesOne) return false
    }
    return true
  }
}
