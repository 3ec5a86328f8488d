import type * as Ast from 'luaparse'
import {fold, isModule, type Folding} from '../../lua/fold.ts'
import {scopesOf} from '../../lua/scopes.ts'
import type {Syntax} from '../../lua/syntax.ts'
import type {SourceText} from '../text.ts'
import {endOf, startOf} from '../places.ts'
import {
  newFunction,
  variablesWithFunctions,
  whenAll,
  whenOf,
  type FunctionInfo,
  type When,
} from './functions.ts'
import {callOf, pathOf, type Call, type Path} from './paths.ts'
import type {Stretch} from './types.ts'
import {nodesBelow} from './walk.ts'

/** Where a node stands. */
export interface Site {
  readonly in: FunctionInfo
  /** Whether it may be left out when its function runs. */
  readonly conditional: boolean
  /** Whether an error here is caught. */
  readonly guarded: boolean
}

export type Placed<T> = T & {readonly site: Site}

/** A call with what it calls. */
export interface SeenCall extends Placed<Call> {
  readonly path: Path | undefined
  /** Of `module`, or of the module of another host. */
  readonly method: string | undefined
  readonly isRequire: boolean
}

/** A file as rules look at it: what it calls, reads and assigns, each with where. */
export class Code {
  readonly syntax: Syntax
  readonly source: SourceText
  readonly folding: Folding
  /** mod_<name>.lua is that module's main file. */
  readonly module: string | undefined
  readonly calls: SeenCall[] = []
  /** Global variables that are read. */
  readonly reads: Placed<{readonly node: Ast.Identifier}>[] = []
  readonly assignments: Placed<{
    readonly target: Ast.Expression
    readonly value: Ast.Expression | undefined
  }>[] = []
  /** Nodes whose syntax not every version of Lua has. */
  readonly operators: (Ast.BinaryExpression | Ast.UnaryExpression)[] = []
  readonly jumps: (Ast.GotoStatement | Ast.LabelStatement)[] = []
  /** Fields of `module` that are looked at but not called there: the code asks whether they exist. */
  readonly tested = new Set<string>()
  /** Names of globals that stand where only their being nil matters. */
  readonly testedGlobals = new Set<string>()
  readonly #functions = new Map<Ast.Node, FunctionInfo>()
  #when = new Map<FunctionInfo, When>()

  /** @param module the module whose main file it is. Throws RangeError where the tree is too deep. */
  constructor(syntax: Syntax, source: SourceText, module: string | undefined) {
    this.syntax = syntax
    this.source = source
    this.module = module
    this.folding = {scopes: scopesOf(syntax.chunk), module}
    const main = newFunction(syntax.chunk, undefined, this.folding.scopes)
    this.#functions.set(syntax.chunk, main)
    this.#block(syntax.chunk.body, {in: main, conditional: false, guarded: false})
    this.#findCallers()
    this.#when = whenAll([...this.#functions.values()])
  }

  when({in: inside}: Site): When {
    return this.#when.get(inside) ?? 'work'
  }

  /** Whether it runs whenever the module is loaded, and an error in it stops that. */
  isCertain(site: Site): boolean {
    return site.in.parent === undefined && !site.conditional && !site.guarded
  }

  path(node: Ast.Expression): Path | undefined {
    return pathOf(node, this.folding)
  }

  /** Whether a method of the global variable `module` is called. */
  get usesModule(): boolean {
    return this.calls.some(({method}) => method !== undefined)
  }

  /** The text that an expression always is. */
  text(node: Ast.Expression | undefined): string | undefined {
    const value = node === undefined ? undefined : fold(node, this.folding)
    return typeof value === 'string' ? value : undefined
  }

  #method({base}: Call): string | undefined {
    if (base.type !== 'MemberExpression' || base.indexer !== ':') return undefined
    const {base: on} = base
    const call = callOf(on)
    const isContext =
      call?.base.type === 'MemberExpression' &&
      call.base.identifier.name === 'context' &&
      isModule(call.base.base, this.folding.scopes)
    return isContext || isModule(on, this.folding.scopes) ? base.identifier.name : undefined
  }

  #block(body: readonly Ast.Statement[], site: Site): void {
    let conditional = site.conditional
    for (const statement of body) {
      this.#visit(statement, {...site, conditional})
      // What stands behind a way out may not be reached.
      conditional ||= mayLeave(statement)
    }
  }

  #visit(node: Ast.Node, site: Site): void {
    switch (node.type) {
      case 'FunctionDeclaration':
        this.#function(node, site)
        return
      case 'IfStatement':
        this.#if(node, site)
        return
      case 'WhileStatement':
        this.#test(node.condition)
        this.#visit(node.condition, site)
        this.#block(node.body, {...site, conditional: true})
        return
      case 'ForNumericStatement':
      case 'ForGenericStatement':
        for (const one of nodesBelow(node).slice(0, -node.body.length || undefined)) this.#visit(one, site)
        this.#block(node.body, {...site, conditional: true})
        return
      case 'DoStatement':
        this.#block(node.body, site)
        return
      case 'RepeatStatement':
        this.#block(node.body, site)
        this.#visit(node.condition, {...site, conditional: true})
        return
      case 'LogicalExpression':
        this.#test(node.left)
        this.#visit(node.left, site)
        this.#visit(node.right, {...site, conditional: true})
        return
      case 'AssignmentStatement':
        this.#assignment(node, site)
        return
      case 'LocalStatement':
        // local setfenv = setfenv: what is nil then may be looked at later.
        for (const one of node.init) this.#test(one)
        break
      case 'Identifier':
        if (!this.folding.scopes.has(node) && !isSelf(node, site)) this.reads.push({node, site})
        return
      case 'GotoStatement':
      case 'LabelStatement':
        this.jumps.push(node)
        return
      case 'BinaryExpression':
        this.operators.push(node)
        if (node.operator === '==' || node.operator === '~=') {
          this.#test(node.left)
          this.#test(node.right)
        }
        break
      case 'UnaryExpression':
        this.operators.push(node)
        if (node.operator === 'not') this.#test(node.argument)
        break
      default:
    }
    const call = callOf(node)
    if (call !== undefined) this.#call(call, site)
    else for (const child of nodesBelow(node)) this.#visit(child, site)
  }

  #function(node: Ast.FunctionDeclaration, site: Site): void {
    const info = newFunction(node, site.in, this.folding.scopes)
    this.#functions.set(node, info)
    const name = node.identifier
    if (name !== null && !node.isLocal) this.assignments.push({target: name, value: node, site})
    if (name?.type === 'MemberExpression') this.#visit(name.base, site)
    this.#block(node.body, {in: info, conditional: false, guarded: site.guarded && name === null})
  }

  #if({clauses}: Ast.IfStatement, site: Site): void {
    for (const [index, clause] of clauses.entries()) {
      if (clause.type !== 'ElseClause') {
        this.#test(clause.condition)
        this.#visit(clause.condition, index === 0 ? site : {...site, conditional: true})
      }
      this.#block(clause.body, {...site, conditional: true})
    }
  }

  #assignment({variables, init}: Ast.AssignmentStatement, site: Site): void {
    for (const one of init) this.#visit(one, site)
    for (const [index, target] of variables.entries()) {
      this.assignments.push({target, value: init[index], site})
      if (target.type !== 'Identifier') for (const child of nodesBelow(target)) this.#visit(child, site)
      const value = init[index]
      const info = value === undefined ? undefined : this.#functions.get(value)
      if (info === undefined || target.type !== 'MemberExpression') continue
      if (isModule(target.base, this.folding.scopes)) info.fixed = whenOf(target.identifier.name)
    }
  }

  #call(call: Call, site: Site): void {
    const {base, args, node} = call
    const path = this.path(base)
    const name = path?.root === 'global' ? path.name : undefined
    const isRequire = name === 'require' && base.type === 'Identifier'
    this.calls.push({base, args, node, site, path, method: this.#method(call), isRequire})
    const isProtected = name === 'pcall' || name === 'xpcall'
    if (name === 'type') for (const one of args) this.#test(one)
    const inside = isProtected ? {...site, guarded: true} : site
    for (const child of nodesBelow(node)) this.#visit(child, child === base ? site : inside)
    // A function that is called where it stands runs when that does.
    for (const one of isProtected ? args.slice(0, 1) : [base]) this.#functions.get(one)?.callers.push(site.in)
  }

  /** Notes what is looked at only to see whether it is there. */
  #test(node: Ast.Expression): void {
    if (node.type === 'Identifier') this.testedGlobals.add(node.name)
    else if (node.type === 'MemberExpression') {
      if (isModule(node.base, this.folding.scopes)) this.tested.add(node.identifier.name)
      else if (node.base.type === 'Identifier')
        this.testedGlobals.add(`${node.base.name}.${node.identifier.name}`)
    } else if (node.type === 'UnaryExpression' || node.type === 'LogicalExpression') {
      for (const child of nodesBelow(node)) this.#test(child as Ast.Expression)
    }
  }

  #findCallers(): void {
    const {scopes} = this.folding
    const named = variablesWithFunctions(scopes, this.#functions)
    const direct = new Set<Ast.Node>()
    for (const {base, args, site, path} of this.calls) {
      const isProtected = path?.root === 'global' && (path.name === 'pcall' || path.name === 'xpcall')
      const [callee] = isProtected ? args : [base]
      const variable = callee?.type === 'Identifier' ? scopes.get(callee) : undefined
      const info = variable && named.get(variable)
      if (callee === undefined || info === undefined) continue
      direct.add(callee)
      info.callers.push(site.in)
    }
    for (const [identifier, variable] of scopes) {
      const info = named.get(variable)
      if (info === undefined || direct.has(identifier) || isDeclaration(identifier, info)) continue
      if (identifier.name === variable.name && !isItsOwn(identifier, variable.initial)) info.escapes = true
    }
  }
}

function isSelf({name}: Ast.Identifier, site: Site): boolean {
  if (name !== 'self') return false
  for (let at: FunctionInfo | undefined = site.in; at !== undefined; at = at.parent)
    if (at.isMethod) return true
  return false
}

/** The name in `local function f`. */
function isDeclaration(identifier: Ast.Identifier, {node}: FunctionInfo): boolean {
  return node.type === 'FunctionDeclaration' && node.identifier === identifier
}

/** The name in `local f = function`: it stands before its value. */
function isItsOwn(identifier: Ast.Identifier, initial: Ast.Expression | undefined): boolean {
  return initial !== undefined && startOf(identifier) < startOf(initial)
}

function mayLeave(node: Ast.Statement): boolean {
  if (node.type === 'ReturnStatement' || node.type === 'GotoStatement') return true
  if (node.type === 'IfStatement') return node.clauses.some(({body}) => body.some(mayLeave))
  return node.type === 'DoStatement' && node.body.some(mayLeave)
}

export function stretchOf(node: Ast.Node): Stretch {
  return {start: startOf(node), end: endOf(node)}
}
