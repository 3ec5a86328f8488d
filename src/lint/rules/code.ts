import type * as Ast from 'luaparse'
import {fold, isModule, type Folding} from '../../lua/fold.ts'
import {scopesOf} from '../../lua/scopes.ts'
import type {Syntax} from '../../lua/syntax.ts'
import type {SourceText} from '../source/text.ts'
import {endOf, startOf} from '../luacheck/places.ts'
import {findCallers} from './callers.ts'
import {
  newFunction,
  sureOnes,
  timesOf,
  whenOf,
  type FunctionInfo,
  type Times,
  type When,
} from './functions.ts'
import {callOf, pathOf, type Call, type Path} from './paths.ts'
import type {LocalTable} from './tables.ts'
import type {Pending} from './pending.ts'
import type {Stretch} from './stretch.ts'
import {nodesBelow} from './walk.ts'
import type {SeenCall, Placed, Site} from './code-view.ts'

/** A file as rules look at it: what it calls, reads and assigns, each with where. */
export class Code {
  readonly syntax: Syntax
  readonly source: SourceText
  readonly folding: Folding
  /** The name of the module whose main file this is: that of mod_<name>.lua. */
  readonly module: string | undefined
  readonly calls: SeenCall[] = []
  /** Global variables that are read. */
  readonly reads: Placed<{readonly node: Ast.Identifier}>[] = []
  readonly assignments: Placed<{
    readonly to: Ast.Expression
    readonly value: Ast.Expression | undefined
  }>[] = []
  /** Fields that are read, with those that are called and those on the way to others. */
  readonly fields: Placed<{readonly node: Ast.MemberExpression}>[] = []
  readonly indexes: Placed<{readonly node: Ast.IndexExpression}>[] = []
  /** Nodes whose syntax not every version of Lua has. */
  readonly operators: (Ast.BinaryExpression | Ast.UnaryExpression)[] = []
  readonly jumps: (Ast.GotoStatement | Ast.LabelStatement)[] = []
  /** Fields of `module` that are looked at but not called there: the code asks whether they exist. */
  readonly tested = new Set<string>()
  /** Names of globals that stand where only their being nil matters. */
  readonly testedGlobals = new Set<string>()
  /** Names of variables and fields of anything that are looked at for whether they are nil. */
  readonly testedNames = new Set<string>()
  readonly tables: readonly LocalTable[]
  readonly #functions = new Map<Ast.Node, FunctionInfo>()
  readonly #times: Times
  readonly #sure: ReadonlySet<FunctionInfo>

  /** @param module the module whose main file it is. Throws RangeError where the tree is too deep. */
  constructor(syntax: Syntax, source: SourceText, module: string | undefined) {
    this.syntax = syntax
    this.source = source
    this.module = module
    this.folding = {scopes: scopesOf(syntax.chunk), module}
    const main = newFunction(syntax.chunk, undefined, this.folding.scopes)
    this.#functions.set(syntax.chunk, main)
    this.#block(syntax.chunk.body, {in: main, conditional: false, branch: false, guarded: false})
    this.tables = findCallers(this, this.#functions)
    const functions = [...this.#functions.values()]
    this.#times = timesOf(functions)
    this.#sure = sureOnes(functions)
  }

  /** Tells when a node's code runs, as far as this file tells. */
  when({in: inside}: Site): When {
    return this.whenRuns(inside)
  }

  /** Tells when a function's code runs, as far as this file tells. */
  whenRuns(one: FunctionInfo): When {
    return this.#times.when.get(one) ?? 'work'
  }

  /**
   * Tells whether a node's code runs while the server works: undefined where it does not, else what may do away with
   * that.
   */
  whileWorking({in: inside}: Site): {readonly pending?: Pending} | undefined {
    const {when, openedBy} = this.#times
    const known = when.get(inside)
    const openings = openedBy.get(inside)
    if (openings !== undefined) return {pending: this.#calledBy(openings, false)}
    if (known !== undefined && known !== 'work') return undefined
    // Of a library that only a command asks for, everything is the command's.
    for (let at = inside.parent; at !== undefined; at = at.parent) {
      const around = openedBy.get(at)
      if (around === undefined) continue
      return when.get(at) === 'load' ? {} : {pending: this.#calledBy(around, true)}
    }
    return {}
  }

  #calledBy(openings: readonly FunctionInfo[], madeInside: boolean): Pending {
    const names = (isCalled: boolean): string[] =>
      openings.filter((one) => this.#times.when.has(one) === isCalled).flatMap(({exported}) => exported ?? [])
    return {kind: 'caller', called: names(true), uncalled: names(false), madeInside}
  }

  /**
   * Tells whether a node's code runs each time the module is loaded, or each time that something happens which it asked
   * to be told of.
   */
  isSure(site: Site): boolean {
    return !site.branch && !site.guarded && this.#sure.has(site.in)
  }

  /** Tells whether a node's code runs whenever the module is loaded, and an error in it stops that. */
  isCertain(site: Site): boolean {
    return site.in.parent === undefined && !site.conditional && !site.guarded
  }

  /**
   * Tells what an expression stands for, by the names that lead there from a global or from `module`; undefined for
   * others.
   */
  path(node: Ast.Expression): Path | undefined {
    return pathOf(node, this.folding)
  }

  /** Whether the file calls a method of the global variable `module`. */
  get usesModule(): boolean {
    return this.calls.some(({method}) => method !== undefined)
  }

  /** Whether the file is a test of modules: it describes what they do, or makes up a `module` of its own. */
  get isTest(): boolean {
    const called = new Set(this.calls.map(({path}) => (path?.root === 'global' ? path.name : undefined)))
    if (called.has('describe') && called.has('it')) return true
    return this.assignments.some(
      ({to, value}) => value?.type === 'TableConstructorExpression' && this.path(to)?.name === 'module',
    )
  }

  /** Returns the text that an expression always is. */
  text(node: Ast.Expression | undefined): string | undefined {
    const value = node === undefined ? undefined : fold(node, this.folding)
    return typeof value === 'string' ? value : undefined
  }

  /** Names the method of `module`, or of the module of another host, that a call is of. */
  methodOf({base}: Call): string | undefined {
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
    let {conditional} = site
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
        this.#block(node.body, {...site, conditional: true, branch: true})
        return
      case 'ForNumericStatement':
      case 'ForGenericStatement':
        for (const one of nodesBelow(node).slice(0, -node.body.length || undefined)) this.#visit(one, site)
        this.#block(node.body, {...site, conditional: true, branch: true})
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
        for (const one of node.init) this.#testGlobal(one)
        break
      case 'Identifier':
        if (!this.folding.scopes.has(node) && !isSelf(node, site)) this.reads.push({node, site})
        return
      case 'MemberExpression':
        this.fields.push({node, site})
        break
      case 'IndexExpression':
        this.indexes.push({node, site})
        break
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
    const info = newFunction(node, site, this.folding.scopes)
    this.#functions.set(node, info)
    const name = node.identifier
    if (name !== null && !node.isLocal) this.assignments.push({to: name, value: node, site})
    if (name?.type === 'MemberExpression') this.#visit(name.base, site)
    const guarded = site.guarded && name === null
    this.#block(node.body, {in: info, conditional: false, branch: false, guarded})
  }

  #if({clauses}: Ast.IfStatement, site: Site): void {
    for (const [index, clause] of clauses.entries()) {
      if (clause.type !== 'ElseClause') {
        this.#test(clause.condition)
        this.#visit(clause.condition, index === 0 ? site : {...site, conditional: true, branch: true})
      }
      this.#block(clause.body, {...site, conditional: true, branch: true})
    }
  }

  #assignment({variables, init}: Ast.AssignmentStatement, site: Site): void {
    for (const one of init) this.#visit(one, site)
    for (const [index, to] of variables.entries()) {
      this.assignments.push({to, value: init[index], site})
      if (to.type !== 'Identifier') for (const child of nodesBelow(to)) this.#visit(child, site)
      const value = init[index]
      const info = value && this.#functions.get(value)
      if (info === undefined || to.type !== 'MemberExpression') continue
      if (isModule(to.base, this.folding.scopes)) info.fixed = whenOf(to.identifier.name)
    }
  }

  #call(call: Call, site: Site): void {
    const {base, args, node} = call
    const path = this.path(base)
    const name = path?.root === 'global' ? path.name : undefined
    const isRequire = name === 'require' && base.type === 'Identifier'
    this.calls.push({base, args, node, site, path, method: this.methodOf(call), isRequire})
    const isProtected = name === 'pcall' || name === 'xpcall'
    if (name === 'type') for (const one of args) this.#test(one)
    const inside = isProtected ? {...site, guarded: true} : site
    for (const child of nodesBelow(node)) this.#visit(child, child === base ? site : inside)
    // A function that is called where it stands runs when that does.
    for (const one of isProtected ? args.slice(0, 1) : [base]) this.#functions.get(one)?.callers.push(site.in)
  }

  /** Notes what is looked at only to see whether it is there. */
  #test(node: Ast.Expression): void {
    if (node.type === 'Identifier') this.testedNames.add(node.name)
    else if (node.type === 'MemberExpression') this.testedNames.add(node.identifier.name)
    else if (node.type === 'UnaryExpression' || node.type === 'LogicalExpression') {
      for (const child of nodesBelow(node)) this.#test(child as Ast.Expression)
      return
    }
    this.#testGlobal(node)
  }

  #testGlobal(node: Ast.Expression): void {
    if (node.type === 'Identifier') this.testedGlobals.add(node.name)
    else if (node.type === 'MemberExpression') {
      if (isModule(node.base, this.folding.scopes)) this.tested.add(node.identifier.name)
      else if (node.base.type === 'Identifier')
        this.testedGlobals.add(`${node.base.name}.${node.identifier.name}`)
    } else if (node.type === 'UnaryExpression' || node.type === 'LogicalExpression') {
      for (const child of nodesBelow(node)) this.#testGlobal(child as Ast.Expression)
    }
  }
}

function isSelf({name}: Ast.Identifier, site: Site): boolean {
  if (name !== 'self') return false
  for (let at: FunctionInfo | undefined = site.in; at !== undefined; at = at.parent)
    if (at.isMethod) return true
  return false
}

/** Tells whether a statement may end the function that it stands in. */
export function mayLeave(node: Ast.Statement): boolean {
  if (node.type === 'ReturnStatement' || node.type === 'GotoStatement') return true
  if (node.type === 'IfStatement') return node.clauses.some(({body}) => body.some(mayLeave))
  return node.type === 'DoStatement' && node.body.some(mayLeave)
}

/** Returns the range of a node, which the parser must have been asked for, as a stretch. */
export function stretchOf(node: Ast.Node): Stretch {
  return {start: startOf(node), end: endOf(node)}
}
