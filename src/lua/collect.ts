import type * as Ast from 'luaparse'
import type {FileFacts, Named, OptionFact, OptionType} from './fact-types.ts'
import {fold, isModule, utf8, type Folding} from './fold.ts'
import {
  callAt,
  globalName,
  isInsidePcall,
  methodCall,
  Receivers,
  type Call,
  type MethodCall,
} from './module-calls.ts'
import {hostTypesIn} from './host-types.ts'
import {routesOf} from './routes.ts'
import type {CallSite, Reading} from './scopes.ts'
import type {SourceText} from './source-text.ts'

/** What is collected off the tree. */
export type Collected = Omit<FileFacts, 'metadata' | 'xeps'>

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

/** @param module the module's name; undefined for a library */
export function collect(reading: Reading, source: SourceText, module: string | undefined): Collected {
  const collector = new Collector(reading, source, module)
  for (const site of reading.calls) collector.site(site)
  return collector.facts
}

type Growing = {
  -readonly [K in keyof Collected]: Collected[K] extends readonly (infer T)[] ? T[] : Record<string, number>
}

/** The facts of a file that has none. */
export function nothing(): Growing {
  return {
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
    hostTypes: [],
    api: {},
  }
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
    if (called === 'require') this.#require(call, isGuarded())
    else if (isSoftreq(call.base)) this.#require(call, true)
    else {
      const found = methodCall(call, this.#receivers)
      if (found !== undefined) this.#method(found, isGuarded)
    }
  }

  #defines(): {name: string; line: number}[] {
    const own = this.#reading.targets.filter(({target}) => isModule(target.base, this.folding.scopes))
    return own.flatMap(({target, node}) =>
      target.type === 'MemberExpression'
        ? [{name: target.identifier.name, line: this.#source.lineOf(node)}]
        : [],
    )
  }

  #require({node, args: [argument]}: Call, optional: boolean): void {
    if (argument !== undefined) this.facts.requires.push({...this.#named(argument, node), optional})
  }

  #method(call: MethodCall, isGuarded: () => boolean): void {
    const {method, node, args, on} = call
    const [first, second] = args
    const {facts} = this
    if (on === 'module' && !Object.hasOwn(facts.api, method)) facts.api[method] = this.#source.lineOf(node)
    if (first === undefined) {
      // Prosody's own default, in core/moduleapi.lua.
      if (method === 'open_store')
        facts.stores.push({name: this.folding.module ?? null, text: '', line: this.#source.lineOf(node)})
      return
    }
    const named = (): Named => this.#named(first, node)
    if (Object.hasOwn(optionTypes, method)) this.#option(call, first)
    if (Object.hasOwn(hooks, method)) this.#hook(call)
    switch (method) {
      case 'context':
        facts.contexts.push({text: this.#text(first), line: this.#source.lineOf(node)})
        return
      case 'depends': {
        const isSoft = second !== undefined && fold(second, this.folding) === true
        facts.depends.push({...named(), optional: isSoft || isGuarded(), on})
        return
      }
      case 'require':
        facts.libraries.push({...named(), optional: isGuarded(), on})
        return
      case 'provides':
        facts.provides.push({...named(), routes: this.#routes(first, second), on})
        return
      case 'fire_event':
        facts.fires.push(named())
        return
      case 'add_feature':
        facts.features.push(named())
        return
      case 'open_store':
        facts.stores.push(named())
        return
      case 'shared':
        facts.shared.push(...args.map((one) => this.#named(one, node)))
        return
      default:
    }
  }

  #option({method, node, args, fallback, on}: MethodCall, name: Ast.Expression): void {
    const type = optionTypes[method] ?? 'any'
    const [, given, ...rest] = args
    const standard = given === undefined || given.type === 'NilLiteral' ? fallback : given
    this.facts.options.push({
      ...this.#named(name, node),
      type,
      default: standard === undefined || standard.type === 'NilLiteral' ? null : this.#default(standard),
      values: type === 'enum' ? rest.map((one) => this.#text(one)) : [],
      on,
    })
  }

  #hook({method, node, args, on}: MethodCall): void {
    const event = args[hooks[method] ?? 0]
    if (event !== undefined) this.facts.hooks.push({...this.#named(event, node), by: method, on})
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
    return routesOf(item, {folding: this.folding, targets: this.#reading.targets})
  }

  #named(argument: Ast.Expression, node: Ast.Node): Named {
    const value = fold(argument, this.folding)
    return {
      name: typeof value === 'string' ? value : null,
      text: this.#text(argument),
      line: this.#source.lineOf(node),
    }
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
