import {ownValue} from '../own-value.ts'
import type * as Ast from 'luaparse'
import type {Named, OptionFact, OptionType} from './fact-types.ts'
import {fold, isModule, utf8, type Folding} from '../lua/fold.ts'
import {
  callAt,
  globalName,
  isInsidePcall,
  methodCall,
  Receivers,
  type Call,
  type MethodCall,
} from './module-calls.ts'
import {hostModulesIn} from './host-modules.ts'
import {hostTypesIn} from './host-types.ts'
import {nothing, type Collected, type Growing} from './nothing.ts'
import {resourcesIn} from './resources.ts'
import {routesOf} from './routes.ts'
import {searchFacts} from './searches.ts'
import type {CallSite, Reading} from '../lua/scopes.ts'
import type {SourceText} from '../lua/source-text.ts'
import {valuesOf} from './values.ts'

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

/** Methods one of whose arguments is an event, and which one that is. */
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

/**
 * Collects the facts of one file.
 * @param module the module's name; undefined for a library
 */
export function collect(reading: Reading, source: SourceText, module: string | undefined): Collected {
  const collector = new Collector(reading, source, module)
  for (const site of reading.calls) collector.site(site)
  collector.resources()
  const {facts, folding} = collector
  const hostModules = hostModulesIn(reading.modules, source, folding)
  return {...facts, hostModules, ...searchFacts(reading, source, folding)}
}

class Collector {
  readonly facts: Growing
  readonly folding: Folding
  readonly #reading: Reading
  readonly #source: SourceText
  readonly #receivers: Receivers

  constructor(reading: Reading, source: SourceText, module: string | undefined) {
    this.folding = {scopes: reading.scopes, module}
    this.#reading = reading
    this.#source = source
    this.#receivers = new Receivers(this.folding)
    this.facts = {
      ...nothing(),
      defines: this.#defines(),
      hostTypes: hostTypesIn(reading.body, this.folding).map(({name, node}) => ({
        name,
        line: source.lineOf(node),
      })),
    }
  }

  site(site: CallSite): void {
    const name = globalName(site.base, this.folding)
    const call = callAt(site, name)
    const called = call.isCaught ? globalName(call.base, this.folding) : name
    const isGuarded = (): boolean => call.isCaught || isInsidePcall(site, this.folding)
    const {conditional} = site
    if (called === 'require') this.#require(call, {optional: isGuarded(), conditional})
    else if (isSoftreq(call.base)) this.#require(call, {optional: true, conditional})
    else {
      const found = methodCall(call, this.#receivers)
      if (found === undefined) this.#serverEvent(call)
      else this.#method(found, {isGuarded, conditional})
    }
  }

  resources(): void {
    const found = resourcesIn(this.#reading, this.folding)
    this.facts.resources.push(
      ...found.map(({node, path, exact}) => ({
        path,
        exact,
        text: this.#text(node),
        line: this.#source.lineOf(node),
      })),
    )
  }

  #defines(): {name: string; line: number}[] {
    const own = this.#reading.assignments.filter(({field}) => isModule(field.base, this.folding.scopes))
    return own.flatMap(({field, node}) =>
      field.type === 'MemberExpression'
        ? [{name: field.identifier.name, line: this.#source.lineOf(node)}]
        : [],
    )
  }

  #require(
    {node, args: [argument]}: Call,
    how: {readonly optional: boolean; readonly conditional: boolean},
  ): void {
    if (argument === undefined) return
    this.facts.requires.push(...this.#named(argument, node).map((one) => ({...one, ...how})))
  }

  #method(
    call: MethodCall,
    {isGuarded, conditional}: {readonly isGuarded: () => boolean; readonly conditional: boolean},
  ): void {
    const {method, node, args, on} = call
    const [first, second] = args
    const {facts} = this
    if (on === 'module' && !Object.hasOwn(facts.api, method)) facts.api[method] = this.#source.lineOf(node)
    if (method === 'open_store') facts.stores.push(...this.#store(call))
    if (first === undefined) return
    const named = (): Named[] => this.#named(first, node)
    if (Object.hasOwn(optionTypes, method)) this.#option(call, first)
    if (Object.hasOwn(hooks, method)) this.#hook(args[hooks[method] ?? 0], call)
    switch (method) {
      case 'context':
        facts.contexts.push({text: this.#text(first), line: this.#source.lineOf(node)})
        return
      case 'depends': {
        const isSoft = second !== undefined && fold(second, this.folding) === true
        const optional = isSoft || isGuarded()
        facts.depends.push(...named().map((one) => ({...one, optional, conditional, on})))
        return
      }
      case 'require': {
        const optional = isGuarded()
        facts.libraries.push(...named().map((one) => ({...one, optional, conditional, on})))
        return
      }
      case 'provides': {
        const routes = this.#routes(first, second)
        facts.provides.push(...named().map((one) => ({...one, routes, on})))
        return
      }
      case 'fire_event':
        facts.fires.push(...named())
        return
      case 'add_feature':
        facts.features.push(...named())
        return
      case 'shared':
        for (const one of args) facts.shared.push(...this.#named(one, node))
        return
      default:
    }
  }

  /** Events of the whole server: prosody.events.fire_event, prosody.events.add_handler. */
  #serverEvent({node, base, args: [event]}: Call): void {
    if (base.type !== 'MemberExpression' || event === undefined) return
    const by = base.identifier.name
    if (by !== 'fire_event' && by !== 'add_handler') return
    const {base: events} = base
    const isServer =
      events.type === 'MemberExpression' &&
      events.identifier.name === 'events' &&
      globalName(events.base, this.folding) === 'prosody'
    if (!isServer) return
    if (by === 'fire_event') this.facts.fires.push(...this.#named(event, node))
    else this.#hook(event, {node, method: by, on: 'context'})
  }

  /** Without a name, it is the module's: core/moduleapi.lua. */
  #store({node, args: [name]}: MethodCall): Named[] {
    if (name !== undefined && name.type !== 'NilLiteral') return this.#named(name, node)
    const text = name === undefined ? '' : 'nil'
    return [{name: this.folding.module ?? null, text, line: this.#source.lineOf(node)}]
  }

  #option({method, node, args, fallback, on}: MethodCall, name: Ast.Expression): void {
    const type = ownValue(optionTypes, method) ?? 'any'
    const [, given, ...rest] = args
    const standard = given === undefined || given.type === 'NilLiteral' ? fallback : given
    const isNone = standard === undefined || standard.type === 'NilLiteral'
    const about = {
      type,
      default: isNone ? null : this.#default(standard),
      values: type === 'enum' ? rest.map((one) => this.#text(one)) : [],
      on,
    }
    this.facts.options.push(...this.#named(name, node).map((one) => ({...one, ...about})))
  }

  #hook(
    event: Ast.Expression | undefined,
    {node, method: by, on}: Pick<MethodCall, 'node' | 'method' | 'on'>,
  ): void {
    if (event === undefined) return
    this.facts.hooks.push(...this.#named(event, node).map((one) => ({...one, by, on})))
  }

  #default(node: Ast.Expression): NonNullable<OptionFact['default']> {
    if (isLiteral(node)) return {text: this.#text(node), computed: false}
    const variable = node.type === 'Identifier' ? this.folding.scopes.get(node) : undefined
    if (variable?.initial !== undefined && !variable.assigned && isLiteral(variable.initial))
      return {text: this.#text(variable.initial), computed: false}
    const value = fold(node, this.folding)
    if (value !== undefined)
      return {text: typeof value === 'string' ? quotedLua(value) : String(value), computed: false}
    return {text: this.#text(node), computed: true}
  }

  #routes(what: Ast.Expression, item: Ast.Expression | undefined): string[] {
    if (item === undefined || fold(what, this.folding) !== 'http') return []
    return routesOf(item, {folding: this.folding, assignments: this.#reading.assignments})
  }

  /** One, but for names in a loop. */
  #named(argument: Ast.Expression, node: Ast.Node): Named[] {
    const values = valuesOf(argument, this.folding) ?? []
    const names = values.map((value) => (typeof value === 'string' ? value : null))
    const about = {text: this.#text(argument), line: this.#source.lineOf(node)}
    return (names.length === 0 ? [null] : names).map((name) => ({name, ...about}))
  }

  #text(node: Ast.Node): string {
    return utf8(this.#source.textOf(node))
  }
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
