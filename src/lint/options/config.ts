import type * as Ast from 'luaparse'
import {readSyntax} from '../../lua/syntax.ts'
import {
  fieldMapNames,
  flagNames,
  limitNames,
  listNames,
  unknownStandard,
  type GlobalNames,
  type OptionSet,
} from './options.ts'
import {
  anything,
  standardsWith,
  type Definition,
  type FieldMap,
  type Standard,
  type Standards,
} from './standards.ts'

/** A `.luacheckrc`, as far as it was understood. */
export interface LintConfig {
  readonly options: OptionSet
  /** Options for the files that a glob names. */
  readonly files: ReadonlyMap<string, OptionSet>
  readonly standards: ReadonlyMap<string, Standard>
  readonly excludeFiles: readonly string[]
  readonly includeFiles: readonly string[]
  readonly problems: readonly ConfigProblem[]
}

/** A place in a `.luacheckrc` that is not understood, and so has no effect. */
export interface ConfigProblem {
  /** Line of the file, from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A table, a string, a number or a boolean; undefined for nil. */
type Data = Table | string | number | boolean | undefined

/** In the order of its fields; positions count from 1. */
type Table = Map<string | number, Data>

/** Options that luacheck applies to files of these names without being told. */
const defaultFiles = [
  ['**/spec/**/*_spec.lua', '+busted'],
  ['**/test/**/*_spec.lua', '+busted'],
  ['**/tests/**/*_spec.lua', '+busted'],
  ['**/*.rockspec', '+rockspec'],
  ['**/*.luacheckrc', '+luacheckrc'],
  ['**/config.ld', '+ldoc'],
] as const

/** Returns what holds without any file of options. */
export function defaultConfig(): LintConfig {
  return new ConfigReader(new Map<string, Standard>()).config()
}

/**
 * Reads a `.luacheckrc` as data: assignments of literals, tables and what is made of them by name, index and `..`.
 * Nothing is run; all else is told as a problem.
 */
export function readConfig(
  bytes: Buffer,
  others: ReadonlyMap<string, Standard> = new Map<string, Standard>(),
): LintConfig {
  const reader = new ConfigReader(others)
  const read = readSyntax(bytes)
  if (read.problem !== undefined) reader.problems.push(read.problem)
  else reader.statements(read.syntax.chunk.body)
  return reader.config()
}

class NotUnderstood extends Error {
  readonly node: Ast.Node

  constructor(node: Ast.Node, message: string) {
    super(message)
    this.node = node
  }
}

class ConfigReader {
  readonly problems: ConfigProblem[] = []
  readonly #locals = new Map<string, Data>()
  readonly #globals: Table = new Map<string | number, Data>([
    ['files', new Map()],
    ['stds', new Map()],
  ])
  readonly #others: ReadonlyMap<string, Standard>

  constructor(others: ReadonlyMap<string, Standard>) {
    this.#others = others
  }

  statements(statements: readonly Ast.Statement[]): void {
    for (const statement of statements) {
      try {
        this.#statement(statement)
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error
        this.#problem(error.node, error.message)
      }
    }
  }

  config(): LintConfig {
    const {options, standards} = this.#standards()
    const files = new Map<string, OptionSet>()
    const given = this.#globals.get('files')
    for (const [glob, table] of given instanceof Map ? given : [])
      if (typeof glob === 'string') files.set(glob, this.#options(table, `files["${glob}"]`, standards))
    for (const [glob, std] of defaultFiles) files.set(glob, {std, ...files.get(glob)})
    return {
      options,
      files,
      standards,
      excludeFiles: stringsOf(this.#globals.get('exclude_files')) ?? [],
      includeFiles: stringsOf(this.#globals.get('include_files')) ?? [],
      problems: this.problems,
    }
  }

  #standards(): Pick<LintConfig, 'options' | 'standards'> {
    const standards = new Map<string, Standard>(this.#others)
    const given = this.#globals.get('stds')
    for (const [name, table] of given instanceof Map ? given : []) {
      const standard = standardOf(table)
      if (typeof name === 'string' && standard !== undefined) standards.set(name, standard)
      else this.#complain(`invalid custom std '${name}'`)
    }
    return {options: this.#options(this.#globals, '', standards), standards}
  }

  #options(table: Data, where: string, standards: ReadonlyMap<string, Standard>): OptionSet {
    if (!(table instanceof Map)) {
      this.#complain(`${where}: a table of options is expected`)
      return {}
    }
    const known = standardsWith(standards)
    const entries: [string, never][] = []
    for (const [name, data] of table) {
      if (typeof name !== 'string' || data === undefined || (where === '' && others.has(name))) continue
      const value = optionOf(name, data, known)
      if (value === undefined)
        this.#complain(`invalid value of option '${where === '' ? '' : `${where}.`}${name}'`)
      else entries.push([name, value as never])
    }
    return Object.fromEntries(entries)
  }

  #complain(message: string): void {
    this.problems.push({line: 1, column: 1, message})
  }

  #problem({loc}: Ast.Node, message: string): void {
    const {line, column} = loc?.start ?? {line: 1, column: 0}
    this.problems.push({line, column: column + 1, message})
  }

  #statement(node: Ast.Statement): void {
    switch (node.type) {
      case 'LocalStatement':
        for (const [index, {name}] of node.variables.entries())
          this.#locals.set(name, this.#valueAt(node.init, index))
        return
      case 'AssignmentStatement': {
        const values = node.variables.map((_, index) => this.#valueAt(node.init, index))
        for (const [index, to] of node.variables.entries()) this.#assign(to, values[index])
        return
      }
      case 'ReturnStatement': {
        const [first] = node.arguments
        const table = first === undefined ? undefined : this.#value(first)
        if (table instanceof Map) for (const [name, value] of table) this.#globals.set(name, value)
        return
      }
      case 'DoStatement':
        this.statements(node.body)
        return
      default:
        throw new NotUnderstood(node, 'only assignments are understood here')
    }
  }

  #valueAt(nodes: readonly Ast.Expression[], index: number): Data {
    const node = nodes[index]
    return node === undefined ? undefined : this.#value(node)
  }

  #assign(to: Ast.Expression, value: Data): void {
    if (to.type === 'Identifier') {
      if (this.#locals.has(to.name)) this.#locals.set(to.name, value)
      else this.#globals.set(to.name, value)
      return
    }
    if (to.type !== 'MemberExpression' && to.type !== 'IndexExpression')
      throw new NotUnderstood(to, 'nothing can be assigned to this')
    const table = this.#tableAt(to.base)
    table.set(this.#keyOf(to), value)
  }

  /** The table that a name or field stands for; fields of `files` come into being when they are used. */
  #tableAt(node: Ast.Expression): Table {
    const known = this.#value(node)
    if (known instanceof Map) return known
    const isField = node.type === 'MemberExpression' || node.type === 'IndexExpression'
    if (known !== undefined || !isField || !this.#isFiles(node.base))
      throw new NotUnderstood(node, 'this is no table')
    const table: Table = new Map()
    this.#assign(node, table)
    return table
  }

  #isFiles(node: Ast.Expression): boolean {
    return node.type === 'Identifier' && node.name === 'files' && !this.#locals.has('files')
  }

  #keyOf(node: Ast.MemberExpression | Ast.IndexExpression): string | number {
    if (node.type === 'MemberExpression') return node.identifier.name
    const key = this.#value(node.index)
    if (typeof key === 'string' || typeof key === 'number') return key
    throw new NotUnderstood(node.index, 'a string or a number is expected')
  }

  #value(node: Ast.Expression): Data {
    switch (node.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return node.value
      case 'NilLiteral':
        return undefined
      case 'TableConstructorExpression':
        return this.#table(node)
      case 'Identifier':
        return this.#locals.has(node.name) ? this.#locals.get(node.name) : this.#globals.get(node.name)
      case 'MemberExpression':
      case 'IndexExpression': {
        const table = this.#value(node.base)
        if (table instanceof Map) return table.get(this.#keyOf(node))
        throw new NotUnderstood(node, 'this is no table')
      }
      case 'BinaryExpression':
        return this.#joined(node)
      case 'UnaryExpression': {
        const value = this.#value(node.argument)
        if (node.operator === '-' && typeof value === 'number') return -value
        throw new NotUnderstood(node, `"${node.operator}" is not understood`)
      }
      default:
        throw new NotUnderstood(node, 'this is computed, and nothing is run')
    }
  }

  #joined(node: Ast.BinaryExpression): string {
    const parts = [this.#value(node.left), this.#value(node.right)]
    const isText = parts.every((part) => typeof part === 'string' || typeof part === 'number')
    if (node.operator === '..' && isText) return parts.join('')
    throw new NotUnderstood(node, `"${node.operator}" of these is not understood`)
  }

  #table(node: Ast.TableConstructorExpression): Table {
    const table: Table = new Map()
    let position = 1
    for (const field of node.fields) {
      const value = this.#value(field.value)
      if (field.type === 'TableValue') {
        table.set(position, value)
        position += 1
      } else if (field.type === 'TableKeyString') table.set(field.key.name, value)
      else {
        const key = this.#value(field.key)
        if (typeof key !== 'string' && typeof key !== 'number')
          throw new NotUnderstood(field.key, 'a string or a number is expected')
        table.set(key, value)
      }
    }
    return table
  }
}

/** What a file of options may say that is no option of warnings. */
const others = new Set([
  'files',
  'stds',
  'exclude_files',
  'include_files',
  'quiet',
  'color',
  'codes',
  'ranges',
  'formatter',
  'cache',
  'jobs',
])

/** Undefined for what an option can't be; unknown names are no options, and luacheck says nothing of them. */
function optionOf(name: string, data: Exclude<Data, undefined>, standards: Standards): unknown {
  const has = (names: readonly string[]): boolean => names.includes(name)
  if (has(flagNames)) return typeof data === 'boolean' ? data : undefined
  if (has(limitNames)) return typeof data === 'number' || data === false ? data : undefined
  if (has(listNames)) return stringsOf(data)
  if (has(fieldMapNames)) return globalNamesOf(data)
  if (name !== 'std') return data
  if (typeof data === 'string') return unknownStandard(data, standards) === undefined ? data : undefined
  return standardOf(data)
}

function stringsOf(data: Data): string[] | undefined {
  if (!(data instanceof Map)) return undefined
  const strings: string[] = []
  for (let at = 1; data.get(at) !== undefined; at += 1) {
    const one = data.get(at)
    if (typeof one !== 'string') return undefined
    strings.push(one)
  }
  return strings
}

function globalNamesOf(data: Data): GlobalNames | undefined {
  const paths = stringsOf(data)
  const fields = fieldsOf(data, false)
  return paths === undefined || fields === undefined ? undefined : {paths, fields}
}

function standardOf(data: Data): Standard | undefined {
  if (!(data instanceof Map)) return undefined
  const globals = fieldsOf(data.get('globals') ?? new Map(), true)
  const readGlobals = fieldsOf(data.get('read_globals') ?? new Map(), true)
  return globals === undefined || readGlobals === undefined ? undefined : {globals, readGlobals}
}

/** @param positional whether names without a definition count */
function fieldsOf(data: Data, positional: boolean): FieldMap | undefined {
  if (!(data instanceof Map)) return undefined
  const fields = new Map<string, Definition>()
  for (const [name, value] of data) {
    if (typeof name !== 'string') {
      if (typeof value !== 'string') return undefined
      if (positional) fields.set(value, anything)
      continue
    }
    const definition = definitionOf(value)
    if (definition === undefined) return undefined
    fields.set(name, definition)
  }
  return fields
}

function definitionOf(data: Data): Definition | undefined {
  if (!(data instanceof Map)) return undefined
  const readOnly = data.get('read_only')
  const otherFields = data.get('other_fields')
  const fields = data.get('fields')
  const below = fields === undefined ? undefined : fieldsOf(fields, true)
  const isFlag = (value: Data): value is boolean | undefined =>
    value === undefined || typeof value === 'boolean'
  if (!isFlag(readOnly) || !isFlag(otherFields) || (fields !== undefined && below === undefined))
    return undefined
  return {readOnly, otherFields, fields: below}
}
