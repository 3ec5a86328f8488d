import type * as Ast from 'luaparse'
import {fold, isModule, utf8, type Folding} from './fold.ts'
import type {LuaProblem} from './parse.ts'
import {scopesOf} from './scopes.ts'
import {childrenOf, lineOf, readSyntax, textOf, type Syntax} from './syntax.ts'

/** A thing that a file names, and where. */
export interface Named {
  /** Null where it is computed; `text` then has the expression. */
  readonly name: string | null
  readonly text: string
  /** From 1. */
  readonly line: number
}

export interface Requirement extends Named {
  /** Whether the file does without it: it is required under pcall, or by softreq. */
  readonly optional: boolean
}

export type OptionType =
  | 'any'
  | 'scalar'
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'array'
  | 'set'
  | 'path'
  | 'enum'
  | 'period'

/** An option of Prosody's configuration that a file reads. */
export interface OptionFact extends Named {
  readonly type: OptionType
  /** As Lua; null where there is none. */
  readonly default: {
    readonly text: string
    /** Whether it is no literal. */ readonly computed: boolean
  } | null
  /** Of an enum, as Lua. */
  readonly values: readonly string[]
  /** context: read for another host, by module:context(…) or the module that was loaded there. */
  readonly on: 'module' | 'context'
}

export interface HookFact extends Named {
  /** The method by which: hook, hook_global, hook_tag, wrap_event … */
  readonly by: string
  /** context: on another host, by module:context(…) or the module that was loaded there. */
  readonly on: 'module' | 'context'
}

export interface ProvisionFact extends Named {
  /** Of HTTP: what it answers, such as `GET /path`. */
  readonly routes: readonly string[]
}

export interface ContextFact {
  readonly text: string
  readonly line: number
}

/** What one Lua file is and needs, read off its syntax. */
export interface FileFacts {
  /** Lua libraries. */
  readonly requires: readonly Requirement[]
  /** Libraries beside the module, by module:require. */
  readonly libraries: readonly Requirement[]
  /** Modules, by module:depends. */
  readonly depends: readonly Requirement[]
  readonly options: readonly OptionFact[]
  /** module:provides: `http`, `auth`, `storage` … */
  readonly provides: readonly ProvisionFact[]
  readonly hooks: readonly HookFact[]
  readonly fires: readonly Named[]
  /** Namespaces that are announced in service discovery. */
  readonly features: readonly Named[]
  readonly stores: readonly Named[]
  readonly shared: readonly Named[]
  readonly contexts: readonly ContextFact[]
  /** Functions that Prosody calls: module.load, module.add_host, module.command … */
  readonly defines: readonly {readonly name: string; readonly line: number}[]
  /** Methods of the module API that are called: name → line of the first call. */
  readonly api: Readonly<Record<string, number>>
  /** `--% key: value`, as Prosody 13 reads them. */
  readonly metadata: Readonly<Record<string, string>>
  /** XEP-0045 and so on, wherever they are named. */
  readonly xeps: readonly string[]
}

/**
 * Facts of a file of a module, or why it can't be read. Nothing is run: what is computed at run time is told by its
 * text.
 * @param module the module's name; undefined for a library
 */
export function factsOf(
  bytes: Buffer,
  module: string | undefined,
): {readonly facts: FileFacts; readonly problem?: undefined} | {readonly problem: LuaProblem} {
  const read = readSyntax(bytes)
  if (read.problem !== undefined) return {problem: read.problem}
  const {syntax} = read
  try {
    const collector = new Collector(syntax, {scopes: scopesOf(syntax.chunk), module})
    collector.visit(syntax.chunk, false)
    return {facts: {...collector.facts, ...textFacts(syntax)}}
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return {problem: {line: 1, column: 1, message: 'the code is nested too deeply to be read'}}
  }
}

type Collected = {
  -readonly [K in keyof Omit<FileFacts, 'metadata' | 'xeps'>]: FileFacts[K] extends readonly (infer T)[]
    ? T[]
    : Record<string, number>
}

interface Call {
  readonly node: Ast.Expression
  readonly base: Ast.Expression
  readonly args: readonly Ast.Expression[]
}

const optionTypes: Readonly<Record<string, OptionType>> = {
  get_option: 'any',
  get_option_scalar: 'scalar',
  get_option_string: 'string',
  get_option_number: 'number',
  get_option_integer: 'integer',
  get_option_boolean: 'boolean',
  get_option_array: 'array',
  get_option_set: 'set',
  get_option_inherited_set: 'set',
  get_option_path: 'path',
  get_option_enum: 'enum',
  get_option_period: 'period',
}

/** Methods whose first argument is an event, and which argument that is. */
const hooks: Readonly<Record<string, number>> = {
  hook: 0,
  hook_global: 0,
  hook_object_event: 1,
  hook_tag: 1,
  hook_stanza: 1,
  hook_signal: 0,
  wrap_event: 0,
  wrap_global: 0,
  wrap_object_event: 1,
}

class Collector {
  readonly facts: Collected = {
    requires: [],
    libraries: [],
    depends: [],
    options: [],
    provides: [],
    hooks: [],
    fires: [],
    features: [],
    stores: [],
    shared: [],
    contexts: [],
    defines: [],
    api: {},
  }
  readonly #syntax: Syntax
  readonly #folding: Folding

  constructor(syntax: Syntax, folding: Folding) {
    this.#syntax = syntax
    this.#folding = folding
  }

  /** @param isGuarded whether an error here is caught */
  visit(node: Ast.Node, isGuarded: boolean): void {
    if (node.type === 'LogicalExpression' && node.operator === 'or') {
      const call = callOf(node.left)
      if (call !== undefined && this.#option(call, node.right)) {
        for (const one of [...call.args, node.right]) this.visit(one, isGuarded)
        return
      }
    }
    this.#define(node)
    const call = callOf(node)
    const isPcall = call !== undefined && isGlobal(call.base, ['pcall', 'xpcall'], this.#folding)
    if (call !== undefined) this.#call(call, isGuarded)
    for (const child of childrenOf(node)) this.visit(child, isGuarded || isPcall)
  }

  #define(node: Ast.Node): void {
    const targets =
      node.type === 'AssignmentStatement'
        ? node.variables
        : node.type === 'FunctionDeclaration' && node.identifier !== null
          ? [node.identifier]
          : []
    for (const target of targets) {
      if (target.type !== 'MemberExpression' || !isModule(target.base, this.#folding.scopes)) continue
      this.facts.defines.push({name: target.identifier.name, line: lineOf(node)})
    }
  }

  #call(call: Call, isGuarded: boolean): void {
    if (isGlobal(call.base, ['require'], this.#folding)) this.#require(call.args[0], call.node, isGuarded)
    else if (isGlobal(call.base, ['pcall', 'xpcall'], this.#folding)) this.#pcall(call)
    else if (isSoftreq(call.base)) this.#require(call.args[0], call.node, true)
    else this.#method(call, isGuarded)
  }

  /** `pcall(require, "x")`, and `pcall(module.depends, module, "x")` likewise. */
  #pcall({args, node}: Call): void {
    const [what, ...rest] = args
    if (what === undefined) return
    if (isGlobal(what, ['require'], this.#folding)) {
      // With xpcall, a handler stands in between.
      this.#require(rest.at(-1), node, true)
    } else if (what.type === 'MemberExpression' && isModule(what.base, this.#folding.scopes)) {
      this.#apply(
        what.identifier.name,
        {node, base: what, args: rest.slice(1)},
        {on: 'module', isGuarded: true},
      )
    }
  }

  #require(argument: Ast.Expression | undefined, node: Ast.Node, optional: boolean): void {
    if (argument !== undefined) this.facts.requires.push({...this.#named(argument, node), optional})
  }

  #method(call: Call, isGuarded: boolean): void {
    const {base} = call
    if (base.type !== 'MemberExpression' || base.indexer !== ':') return
    const on = this.#receiver(base.base)
    if (on !== undefined) this.#apply(base.identifier.name, call, {on, isGuarded})
  }

  #apply(
    method: string,
    call: Call,
    {on, isGuarded}: {readonly on: OptionFact['on']; readonly isGuarded: boolean},
  ): void {
    const {node, args} = call
    const [first, second] = args
    const {facts} = this
    if (on === 'module') facts.api[method] ??= lineOf(node)
    if (this.#option(call, undefined)) return
    if (method === 'context') facts.contexts.push({text: this.#text(first ?? node), line: lineOf(node)})
    if (first === undefined) return
    const event = Object.hasOwn(hooks, method) ? args[hooks[method] ?? 0] : undefined
    if (event !== undefined) facts.hooks.push({...this.#named(event, node), by: method, on})
    const isSoft = second !== undefined && fold(second, this.#folding) === true
    switch (method) {
      case 'depends':
        facts.depends.push({...this.#named(first, node), optional: isGuarded || isSoft})
        return
      case 'require':
        facts.libraries.push({...this.#named(first, node), optional: isGuarded})
        return
      case 'provides':
        facts.provides.push({
          ...this.#named(first, node),
          routes: second === undefined ? [] : this.#routes(second),
        })
        return
      case 'fire_event':
        facts.fires.push(this.#named(first, node))
        return
      case 'add_feature':
        facts.features.push(this.#named(first, node))
        return
      case 'open_store':
        facts.stores.push(this.#named(first, node))
        return
      case 'shared':
        facts.shared.push(...args.map((one) => this.#named(one, node)))
        return
      default:
    }
  }

  /** @param fallback what stands behind `or` */
  #option({node, base, args}: Call, fallback: Ast.Expression | undefined): boolean {
    if (base.type !== 'MemberExpression') return false
    const on = this.#receiver(base.base)
    const method = base.identifier.name
    const type = Object.hasOwn(optionTypes, method) ? optionTypes[method] : undefined
    const [name, given, ...rest] = args
    if (on === undefined || type === undefined || name === undefined) return false
    if (on === 'module') this.facts.api[method] ??= lineOf(node)
    const standard = given === undefined || given.type === 'NilLiteral' ? fallback : given
    this.facts.options.push({
      ...this.#named(name, node),
      type,
      default: standard === undefined || standard.type === 'NilLiteral' ? null : this.#default(standard),
      values: type === 'enum' ? rest.map((one) => this.#text(one)) : [],
      on,
    })
    return true
  }

  #default(node: Ast.Expression): {readonly text: string; readonly computed: boolean} {
    if (isLiteral(node)) return {text: this.#text(node), computed: false}
    const variable = node.type === 'Identifier' ? this.#folding.scopes.get(node) : undefined
    if (variable?.initial !== undefined && !variable.assigned && isLiteral(variable.initial))
      return {text: this.#text(variable.initial), computed: false}
    const value = fold(node, this.#folding)
    if (value !== undefined)
      return {text: typeof value === 'string' ? quotedLua(value) : String(value), computed: false}
    return {text: this.#text(node), computed: true}
  }

  #receiver(node: Ast.Expression): OptionFact['on'] | undefined {
    const {scopes} = this.#folding
    if (isModule(node, scopes)) return 'module'
    if (this.#isContext(node)) return 'context'
    if (node.type !== 'Identifier') return undefined
    const variable = scopes.get(node)
    const {initial} = variable ?? {}
    if (initial !== undefined && this.#isContext(initial)) return 'context'
    // A library is often given the module that requires it.
    if (variable?.kind === 'parameter' && node.name === 'module') return 'module'
    // What another host's loading is told: function (host_module, host) … end.
    return variable !== undefined && /(?:^|_)module$/.test(node.name) ? 'context' : undefined
  }

  #isContext(node: Ast.Expression): boolean {
    const call = callOf(node)
    return (
      call?.base.type === 'MemberExpression' &&
      call.base.identifier.name === 'context' &&
      isModule(call.base.base, this.#folding.scopes)
    )
  }

  /** Of `{ default_path = "/x", route = { ["GET /y"] = … } }`. */
  #routes(node: Ast.Expression): string[] {
    const item = this.#table(node)
    const path = item.get('default_path')
    const base = path === undefined ? undefined : fold(path, this.#folding)
    const routes = item.get('route')
    const names = routes === undefined ? [] : [...this.#table(routes).keys()]
    const at = typeof base === 'string' ? base.replace(/\/+$/, '') : ''
    return names.map((name) => {
      const [, method = '', rest = ''] = /^([A-Z]*)\s*(.*)$/.exec(name) ?? []
      return `${method} ${at}${rest === '' ? '' : rest.startsWith('/') ? rest : `/${rest}`}`.trim()
    })
  }

  #table(node: Ast.Expression): Map<string, Ast.Expression> {
    const known = node.type === 'Identifier' ? this.#folding.scopes.get(node)?.initial : node
    if (known?.type !== 'TableConstructorExpression') return new Map()
    return new Map(
      known.fields.flatMap((field) => {
        if (field.type === 'TableKeyString') return [[field.key.name, field.value] as const]
        const key = field.type === 'TableKey' ? fold(field.key, this.#folding) : undefined
        return typeof key === 'string' ? [[key, field.value] as const] : []
      }),
    )
  }

  #named(argument: Ast.Expression, node: Ast.Node): Named {
    const value = fold(argument, this.#folding)
    return {
      name: typeof value === 'string' ? value : null,
      text: this.#text(argument),
      line: lineOf(node),
    }
  }

  #text(node: Ast.Node): string {
    return utf8(textOf(node, this.#syntax))
  }
}

function callOf(node: Ast.Node): Call | undefined {
  switch (node.type) {
    case 'CallExpression':
      return {node, base: node.base, args: node.arguments}
    case 'TableCallExpression':
      return {node, base: node.base, args: [node.arguments]}
    case 'StringCallExpression':
      return {node, base: node.base, args: [node.argument]}
    default:
      return undefined
  }
}

/** A global of one of these names, or a local that was made of it. */
function isGlobal(node: Ast.Expression, names: readonly string[], {scopes}: Folding): boolean {
  if (node.type !== 'Identifier') return false
  const variable = scopes.get(node)
  if (variable === undefined) return names.includes(node.name)
  const {initial, assigned} = variable
  return !assigned && initial?.type === 'Identifier' && !scopes.has(initial) && names.includes(initial.name)
}

/** util.dependencies has a function of that name; modules keep it in a local. */
function isSoftreq(node: Ast.Expression): boolean {
  if (node.type === 'Identifier') return node.name === 'softreq'
  return node.type === 'MemberExpression' && node.identifier.name === 'softreq'
}

/** What can stand in a configuration file as it is. */
function isLiteral(node: Ast.Expression): boolean {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return true
    case 'UnaryExpression':
      return node.operator === '-' && node.argument.type === 'NumericLiteral'
    case 'TableConstructorExpression':
      return node.fields.every(
        (field) => isLiteral(field.value) && (field.type !== 'TableKey' || isLiteral(field.key)),
      )
    default:
      return false
  }
}

function quotedLua(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

function textFacts({source}: Syntax): Pick<FileFacts, 'metadata' | 'xeps'> {
  // As core/modulemanager.lua reads them: whole lines, wherever they stand; the last of a key counts.
  const metadata = source.matchAll(/^--% *(\w+): *(.+)\n/gm)
  const named = source.matchAll(/\bXEP[-\s]?0*([1-9]\d{0,3})\b/gi)
  const numbers = [...new Set([...named].map(([, number]) => Number(number)))].sort((a, b) => a - b)
  return {
    metadata: Object.fromEntries(
      [...metadata].map(([, key = '', value = '']) => [key, utf8(value.trimEnd())]),
    ),
    xeps: numbers.map((number) => `XEP-${String(number).padStart(4, '0')}`),
  }
}
