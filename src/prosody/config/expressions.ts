import type * as Ast from 'luaparse'
import {utf8} from '../../lua/fold.ts'
import type {SourceText} from '../../lua/source-text.ts'
import {callBuiltin, isGlobalFunction, isLibrary, isProsodyGlobal, type Call} from './builtins.ts'
import {binary, numberOf, unary} from './operators.ts'
import {kindOf, refusalOf, refusalOfOne, type Refusal} from './refused.ts'
import type {Template} from './template.ts'
import type {ConfigPlace} from './types.ts'
import {Stop, type World} from './world.ts'
import {
  bool,
  keyOf,
  LuaTable,
  nil,
  text,
  truth,
  unknown,
  type Closure,
  type Entry,
  type Key,
  type Proxy,
  type Value,
  type Scope,
} from './values.ts'

/** Values that an expression gives. */
export interface Values {
  readonly values: readonly Value[]
  /** Whether there may be more. */
  readonly more: boolean
}

/** The text of a file of a configuration, and how it is named. */
export interface ConfigText {
  readonly file: string
  readonly source: SourceText
  /** Where the file is a template: what its marks stand for. */
  readonly template: Template | undefined
}

/** An operator, what it is applied to, and the variables that are seen there. */
interface Operation {
  readonly node: Ast.Node
  readonly operands: readonly Ast.Expression[]
  readonly scope: Scope
}

/** A call, however it is written. */
export type CallNode = Ast.CallExpression | Ast.StringCallExpression | Ast.TableCallExpression

const mostShown = 200

/** What an option that is a table has in Prosody 13, with what it keeps for itself. */
const ofProxies: ReadonlySet<unknown> = new Set([
  ...['append', 'value', 'values'],
  ...['config_table', 'host', 'option_name'],
])

/** Computes expressions as far as they can be known. */
export abstract class Expressions {
  readonly world: World
  readonly file: ConfigText

  constructor(world: World, file: ConfigText) {
    this.world = world
    this.file = file
  }

  /** Returns what Prosody gives the file by this name, and which settings can read; undefined for nothing. */
  protected abstract global(name: string): Value | undefined

  /** Tells whether a name is that of an option that is set, and which can't be read. */
  protected abstract isUnreadable(name: string): boolean

  /** Runs a function that Prosody gives to configurations; undefined for others. */
  protected abstract callProsody(name: string, call: Call): readonly Value[] | undefined

  protected abstract callHost(host: Extract<Value, {kind: 'host'}>, call: Call): readonly Value[]

  protected abstract setOption(name: string, entry: Entry): void

  protected abstract runClosure(closure: Closure, args: readonly Value[], shown: string): readonly Value[]

  /** Returns where a node stands. */
  placeOf(node: Ast.Node): ConfigPlace {
    return {file: this.file.file, line: this.file.source.lineOf(node)}
  }

  /** Returns the text of a node, cut where it is long. */
  shown(node: Ast.Node): string {
    const {source, template} = this.file
    const written = utf8((template?.original ?? source).textOf(node)).replace(/\s+/g, ' ')
    return written.length > mostShown ? `${written.slice(0, mostShown)}…` : written
  }

  /** Computes an expression; its first value where it has several. Throws Stop where Lua stops with an error. */
  evaluate(node: Ast.Expression, scope: Scope): Value {
    switch (node.type) {
      case 'StringLiteral':
        return this.#literal(node)
      case 'NumericLiteral':
        return numberOf(node.value, node.raw, this.shown(node))
      case 'BooleanLiteral':
        return bool(node.value)
      case 'NilLiteral':
        return nil
      case 'VarargLiteral':
        return scope.rest === undefined ? unknown('...') : (scope.rest[0] ?? nil)
      case 'Identifier':
        return this.variable(node, scope)
      case 'BinaryExpression': {
        const operands = [this.evaluate(node.left, scope), this.evaluate(node.right, scope)] as const
        this.#refuse(refusalOf(node.operator, operands), {node, operands: [node.left, node.right], scope})
        return binary(node.operator, operands, this.shown(node))
      }
      case 'UnaryExpression': {
        const operand = this.evaluate(node.argument, scope)
        this.#refuse(refusalOfOne(node.operator, operand), {node, operands: [node.argument], scope})
        return unary(node.operator, operand, this.shown(node))
      }
      case 'LogicalExpression':
        return this.#logical(node, scope)
      case 'MemberExpression':
        return this.index(this.evaluate(node.base, scope), text(node.identifier.name), node)
      case 'IndexExpression':
        return this.index(this.evaluate(node.base, scope), this.evaluate(node.index, scope), node)
      case 'TableConstructorExpression':
        return this.#table(node, scope)
      case 'FunctionDeclaration':
        return this.closure(node, scope)
      case 'CallExpression':
      case 'StringCallExpression':
      case 'TableCallExpression':
        return this.call(node, scope).values[0] ?? nil
    }
  }

  /** Computes a list, whose last expression may give several values. */
  evaluateAll(nodes: readonly Ast.Expression[], scope: Scope): Values {
    const values: Value[] = []
    let more = false
    for (const [index, node] of nodes.entries()) {
      const isLast = index === nodes.length - 1
      const found = isLast ? this.#several(node, scope) : undefined
      if (found === undefined) values.push(this.evaluate(node, scope))
      else {
        values.push(...found.values)
        more = found.more
      }
    }
    return {values, more}
  }

  /** Makes a function of its declaration. */
  closure(node: Ast.FunctionDeclaration, scope: Scope): Closure {
    return {kind: 'closure', node, scope, isMethod: false, run: (...given) => this.runClosure(...given)}
  }

  /** Returns the value of a variable or, without one, of the global of its name. */
  variable(node: Ast.Identifier, scope: Scope): Value {
    const {name} = node
    const cell = scope.find(name)
    if (cell !== undefined) return cell.value
    if (this.file.template?.isName(name) === true) return unknown(this.shown(node))
    if (scope.find('_ENV') !== undefined) return unknown(name)
    return this.global(name) ?? nil
  }

  /** Returns what is under a key of a value. Throws Stop where Lua stops with an error. */
  index(base: Value, key: Value, node: Ast.Node): Value {
    const shown = this.shown(node)
    const name = keyOf(key)
    const why = noFieldOf(base, name, shown)
    if (why !== undefined) throw new Stop(`it stops with an error: ${why}`, this.placeOf(node))
    if (base.kind === 'library' && typeof name === 'string') return this.#member(base.name, name)
    if (base.kind === 'string' && typeof name === 'string') return {kind: 'builtin', name: `string.${name}`}
    if (base.kind !== 'table' || name === undefined) return unknown(shown)
    return base.get(name, shown)
  }

  /** Says that Lua stops with an error where it does: an operator does not take what it is given. */
  #refuse(refusal: Refusal | undefined, {node, operands, scope}: Operation): void {
    if (refusal === undefined) return
    const {at, does, given} = refusal
    const operand = at === undefined ? undefined : operands[at]
    const what = operand === undefined ? given : this.#named(operand, given, scope)
    throw new Stop(`it stops with an error: it ${does} ${what}`, this.placeOf(node))
  }

  /** Before 13.0, who reads an option that was set above finds nothing there. */
  #named(node: Ast.Expression, kind: string, scope: Scope): string {
    const shown = this.shown(node)
    if (shown === kind) return kind
    const isOption =
      node.type === 'Identifier' && scope.find(node.name) === undefined && this.isUnreadable(node.name)
    const why = isOption ? ': this Prosody does not give back the options that are set' : ''
    return `${shown}, which is ${kind}${why}`
  }

  /** Calls whatever stands there; what is not known is run as if it might do all that it is given. */
  call(node: CallNode, scope: Scope): Values {
    const method = node.base.type === 'MemberExpression' && node.base.indexer === ':' ? node.base : undefined
    const self = method && this.evaluate(method.base, scope)
    const callee = method && self ? this.#method(self, method) : this.evaluate(node.base, scope)
    const given = this.evaluateAll(argumentsOf(node), scope)
    const args = self === undefined ? given.values : [self, ...given.values]
    const call: Call = {
      args,
      shown: this.shown(node),
      place: this.placeOf(node),
      world: this.world,
      run: (other, values) => this.run(other, {...call, args: values}).values,
    }
    if (given.more && callee.kind !== 'closure') return this.#unknownCall(callee, call)
    return this.run(callee, call)
  }

  /** Calls a value. Throws Stop where Lua stops with an error. */
  run(callee: Value, call: Call): Values {
    switch (callee.kind) {
      case 'closure':
        this.world.turn()
        return {values: callee.run(callee, call.args, call.shown), more: false}
      case 'host':
        return {values: this.callHost(callee, call), more: false}
      case 'builtin': {
        const values =
          this.#proxied(callee.name, call) ??
          this.callProsody(callee.name, call) ??
          callBuiltin(callee.name, call)
        return values === undefined ? this.#unknownCall(callee, call) : {values, more: false}
      }
      case 'proxy':
        return {values: this.#append(callee, call.args[0] ?? nil, call), more: false}
      case 'unknown':
        return this.#unknownCall(callee, call)
      default:
        if (callee.kind === 'table' && callee.isOpen) return this.#unknownCall(callee, call)
        throw new Stop(`it stops with an error: ${call.shown} calls what is no function`, call.place)
    }
  }

  /** Line ends in a string are one character in Lua, whatever they are in the file. */
  #literal(node: Ast.StringLiteral): Value {
    const {raw, value} = node
    if (this.file.template?.isMark(value) === true) return unknown(this.shown(node))
    if (!raw.includes('\r')) return text(value)
    const level = /^\[=*\[/.exec(raw)?.[0].length
    if (level === undefined) return unknown(this.shown(node))
    const inner = raw.slice(level, -level).replace(/\r\n|\n\r|\r/g, '\n')
    return text(inner.replace(/^\n/, ''))
  }

  #several(node: Ast.Expression, scope: Scope): Values | undefined {
    if (node.type === 'VarargLiteral')
      return scope.rest === undefined
        ? {values: [unknown('...')], more: true}
        : {values: scope.rest, more: false}
    const isCall =
      node.type === 'CallExpression' ||
      node.type === 'StringCallExpression' ||
      node.type === 'TableCallExpression'
    return isCall ? this.call(node, scope) : undefined
  }

  #logical(node: Ast.LogicalExpression, scope: Scope): Value {
    const left = this.evaluate(node.left, scope)
    const holds = truth(left)
    const isOr = node.operator === 'or'
    if (holds !== undefined) return holds === isOr ? left : this.evaluate(node.right, scope)
    const found: Value[] = []
    const other = (): 'next' => (found.push(this.evaluate(node.right, scope)), 'next')
    this.world.ways.fork([() => guarded(other)], false)
    return unknown(this.shown(node), isOr ? [left, ...found] : found)
  }

  /** Of Lua's own variables, and of the file's by `_ENV`. */
  #member(library: string, name: string): Value {
    if (library === '_ENV') return this.global(name) ?? nil
    return library === '' ? luaGlobal(name, this.world) : {kind: 'builtin', name: `${library}.${name}`}
  }

  /** Lua puts the values without keys in last: they count where a key says the same place. */
  #table(node: Ast.TableConstructorExpression, scope: Scope): LuaTable {
    const table = new LuaTable()
    const list: Entry[] = []
    for (const [index, field] of node.fields.entries()) {
      const place = this.placeOf(field)
      const certain = this.file.template?.isConditional(field, node) !== true
      if (field.type === 'TableValue') {
        const isLast = index === node.fields.length - 1
        const {values, more} = isLast
          ? this.evaluateAll([field.value], scope)
          : {values: [this.evaluate(field.value, scope)], more: false}
        list.push(...values.map((value) => ({value, place, certain})))
        table.isOpen ||= more
        continue
      }
      const key = field.type === 'TableKeyString' ? field.key.name : keyOf(this.evaluate(field.key, scope))
      const entry = {value: this.evaluate(field.value, scope), place, certain}
      if (key === undefined) table.blur()
      else table.set(key, entry, this.shown(field))
    }
    table.fill(list)
    return table
  }

  #method(self: Value, node: Ast.MemberExpression): Value {
    const {name} = node.identifier
    if (self.kind === 'proxy') return {kind: 'builtin', name: `option:${name}`}
    return this.index(self, text(name), node)
  }

  /** The methods of an option that a configuration reads, from 13.0 on. */
  #proxied(name: string, call: Call): readonly Value[] | undefined {
    const [proxy = nil, value = nil] = call.args
    if (proxy.kind !== 'proxy' || !name.startsWith('option:')) return undefined
    if (name === 'option:append') return this.#append(proxy, value, call)
    if (name === 'option:value') return [this.world.valueOf(proxy.host, proxy.option)]
    return name === 'option:values'
      ? undefined
      : ((): never => {
          throw new Stop(`it stops with an error: ${call.shown}`, call.place)
        })()
  }

  #append(proxy: Proxy, more: Value, {shown, place, world}: Call): readonly Value[] {
    const option = world.valueOf(proxy.host, proxy.option)
    const table = option.kind === 'nil' ? new LuaTable() : option
    if (table.kind !== 'table' || more.kind !== 'table') {
      if (table.kind === 'table') table.blur()
      const value = table.kind === 'table' ? table : unknown(shown, [table])
      this.setOption(proxy.option, {value, place, certain: true})
      return [proxy]
    }
    const {certain} = world.ways
    const isList = more.entries.has(1) || more.loose.length > 0
    if (isList) {
      for (let at = 1; more.entries.has(at); at += 1) {
        const entry = more.entries.get(at)
        if (entry !== undefined) table.append({...entry, certain: entry.certain && certain})
      }
      for (const entry of more.loose) table.append({...entry, certain: entry.certain && certain})
    } else
      for (const [key, entry] of more.entries)
        table.set(key, {...entry, certain: entry.certain && certain}, shown)
    if (more.isOpen) table.isOpen = true
    this.setOption(proxy.option, {value: table, place, certain: true})
    return [proxy]
  }

  /** What it is given may be changed, and may be called. */
  #unknownCall(callee: Value, call: Call): Values {
    const isBuiltin = callee.kind === 'builtin'
    const changes = !isBuiltin || /^(?:table\.|rawset$|setmetatable$)/.test(callee.name)
    const sets = changes || /^(?:load\w*|setfenv)$/.test(callee.name)
    if (!isBuiltin || /^(?:dofile|load\w*|require|setfenv)$/.test(callee.name)) this.world.runsOther = true
    for (const value of call.args) {
      if (value.kind === 'library' && value.name === '_ENV' && sets)
        this.world.note('option', `any option may be set by ${call.shown}`, call.place)
      if (value.kind === 'library' && value.name === '' && changes) this.world.touched.add('*')
      if (value.kind === 'table' && changes) value.blur()
      if (value.kind !== 'closure') continue
      const parameters = value.node.parameters.map(() => unknown(call.shown))
      this.world.ways.fork([() => guarded(() => (value.run(value, parameters, call.shown), 'next'))], false)
    }
    const isOne = isBuiltin && /^(?:os\.getenv|string\.\w+|to\w+|type|require)$/.test(callee.name)
    return {values: [unknown(call.shown)], more: !isOne}
  }
}

/** Why Lua stops with an error at a field; undefined where it does not, and where that is not known. */
function noFieldOf(base: Value, name: Key | undefined, shown: string): string | undefined {
  switch (base.kind) {
    case 'nil':
      return 'nothing is where it looks for a field'
    case 'boolean':
    case 'number':
    case 'closure':
    case 'host':
      return `${shown} is a field of ${kindOf(base) ?? ''}`
    case 'proxy':
      return name === undefined || ofProxies.has(name)
        ? undefined
        : `${shown} is no operation of an option (append, value and values are)`
    default:
      return undefined
  }
}

/** Returns what a way comes to: where Prosody stops on it with an error, it is not taken. */
export function guarded<T>(way: () => T): T | 'error' {
  try {
    return way()
  } catch (error) {
    if (error instanceof Stop) return 'error'
    throw error
  }
}

/** Returns a variable of Lua's own. */
export function luaGlobal(name: string, world: World): Value {
  const {touched} = world
  if (touched.has(name) || touched.has('*')) return unknown(name)
  if (name === '_G') return {kind: 'library', name: ''}
  if (isLibrary(name)) return {kind: 'library', name}
  if (isGlobalFunction(name)) return {kind: 'builtin', name}
  return isProsodyGlobal(name) || world.mayHaveMore ? unknown(name) : nil
}

/** Lists the arguments of a call. */
export function argumentsOf(node: CallNode): readonly Ast.Expression[] {
  if (node.type === 'CallExpression') return node.arguments
  return [node.type === 'StringCallExpression' ? node.argument : node.arguments]
}
