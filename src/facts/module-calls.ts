import type * as Ast from 'luaparse'
import type {On} from './fact-types.ts'
import {fold, isModule, type Folding} from '../lua/fold.ts'
import type {CallNode, CallSite} from '../lua/scopes.ts'

/** A call as it takes effect: `pcall(f, …)` counts as a call of `f`. */
export interface Call {
  readonly node: CallNode
  readonly base: Ast.Expression
  readonly args: readonly Ast.Expression[]
  readonly fallback: Ast.Expression | undefined
  /** Whether pcall makes the call. */
  readonly isCaught: boolean
}

/** A call of a method that the module API has. */
export interface MethodCall extends Call {
  readonly method: string
  readonly on: On
}

/** Returns the call that a site makes; `name` is that of the global function that it calls, where it calls one. */
export function callAt(site: CallSite, name: string | undefined): Call {
  const {node, base, args, fallback} = site
  const [called, ...rest] = args
  if (
    (name !== 'pcall' && name !== 'xpcall') ||
    called === undefined ||
    called.type === 'FunctionDeclaration'
  )
    return {node, base, args, fallback, isCaught: false}
  // With xpcall, a handler stands in between.
  const given = name === 'xpcall' ? rest.slice(1) : rest
  return {node, base: called, args: given, fallback: undefined, isCaught: true}
}

/** Tells whether a site stands in what pcall is given, functions for the most part. */
export function isInsidePcall({inside}: CallSite, folding: Folding): boolean {
  for (let at = inside; at !== undefined; at = at.inside) {
    const name = globalName(at.base, folding)
    if (name === 'pcall' || name === 'xpcall') return true
  }
  return false
}

/** Names the global variable that an expression stands for, by itself or through a local that was made of it. */
export function globalName(node: Ast.Expression, {scopes}: Folding): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const variable = scopes.get(node)
  if (variable === undefined) return node.name
  const {initial, assigned} = variable
  return !assigned && initial?.type === 'Identifier' && !scopes.has(initial) ? initial.name : undefined
}

/**
 * Recognises `module:method(…)`, and what comes to the same: `module.method(module, …)`, `module["method"](module, …)`,
 * and a local that holds the method. Undefined for any other call.
 */
export function methodCall(call: Call, receivers: Receivers): MethodCall | undefined {
  const {base, args} = call
  if (base.type === 'MemberExpression' && base.indexer === ':') {
    const on = receivers.of(base.base)
    return on === undefined ? undefined : {...call, method: base.identifier.name, on}
  }
  const method = fieldOfModule(base, receivers)
  const [self, ...rest] = args
  const on = method === undefined || self === undefined ? undefined : receivers.of(self)
  return method === undefined || on === undefined ? undefined : {...call, args: rest, method, on}
}

function fieldOfModule(node: Ast.Expression, receivers: Receivers): string | undefined {
  if (node.type === 'MemberExpression')
    return receivers.of(node.base) === undefined ? undefined : node.identifier.name
  if (node.type === 'IndexExpression') {
    const name = receivers.of(node.base) === undefined ? undefined : fold(node.index, receivers.folding)
    return typeof name === 'string' ? name : undefined
  }
  const variable = node.type === 'Identifier' ? receivers.folding.scopes.get(node) : undefined
  const {initial, assigned} = variable ?? {}
  const isField = initial?.type === 'MemberExpression' || initial?.type === 'IndexExpression'
  return isField && assigned === false ? fieldOfModule(initial, receivers) : undefined
}

/** Which expressions of a chunk are the module API of this module, or of what is loaded on another host. */
export class Receivers {
  readonly folding: Folding

  constructor(folding: Folding) {
    this.folding = folding
  }

  /**
   * Tells whose API an expression stands for: the module's own, or that of another host, as from `module:context`;
   * undefined for others.
   */
  of(node: Ast.Expression): On | undefined {
    const {scopes} = this.folding
    if (node.type === 'CallExpression' || node.type === 'StringCallExpression')
      return this.#isContext(node) ? 'context' : undefined
    if (node.type !== 'Identifier') return undefined
    if (isModule(node, scopes)) return 'module'
    const variable = scopes.get(node)
    if (variable === undefined) return undefined
    const {initial, kind} = variable
    if (initial !== undefined && initial !== node && this.#isContext(initial)) return 'context'
    // A library is often given the module that requires it, and add_host the one of each host.
    if (kind === 'parameter' && node.name === 'module') return 'module'
    // What another host's loading is told: function (host_module, host) … end.
    return /(?:^|_)module$/.test(node.name) ? 'context' : undefined
  }

  /** module:context(host), and that of a context. */
  #isContext(node: Ast.Expression): boolean {
    if (node.type !== 'CallExpression' && node.type !== 'StringCallExpression') return false
    const {base} = node
    return (
      base.type === 'MemberExpression' &&
      base.identifier.name === 'context' &&
      this.of(base.base) !== undefined
    )
  }
}
