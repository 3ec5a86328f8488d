import type * as Ast from 'luaparse'

/** A local variable, parameter or loop variable that a chunk declares. */
export interface Variable {
  readonly name: string
  readonly kind: 'local' | 'function' | 'parameter' | 'loop'
  /**
   * The expression that the variable was declared with, where that is one of its own; undefined also where there is
   * none.
   */
  readonly initial: Ast.Expression | undefined
  /** Of `for … in`: what the loop goes over, and the how manieth variable this is, from 0. */
  readonly loop?: {readonly over: Ast.Expression; readonly position: number}
  /** Whether anything is assigned to the variable after its declaration. */
  assigned: boolean
}

/** What each name in a chunk stands for; names that are not in it are globals. */
export type Scopes = ReadonlyMap<Ast.Identifier, Variable>

/** A node of the tree that calls something, in any of Lua's three spellings: `f(x)`, `f{x}` and `f"x"`. */
export type CallNode = Ast.CallExpression | Ast.TableCallExpression | Ast.StringCallExpression

/** One call that stands in a chunk, in whichever spelling. */
export interface CallSite {
  readonly node: CallNode
  readonly base: Ast.Expression
  readonly args: readonly Ast.Expression[]
  /** The expression that stands behind `or`, where the call stands before it. */
  readonly fallback: Ast.Expression | undefined
  /** Whether the call stands under a condition or in a loop, with functions in between or without. */
  readonly conditional: boolean
  /** The call among whose arguments this one stands, with functions in between or without. */
  readonly inside: CallSite | undefined
}

/** What a chunk writes to as `base.name = …`, or as a function of that name. */
export interface FieldAssignment {
  readonly field: Ast.MemberExpression | Ast.IndexExpression
  /** The expression that is assigned; undefined where several values or none stand for it. */
  readonly value: Ast.Expression | undefined
  readonly node: Ast.Statement | Ast.FunctionDeclaration
}

/** A place where a chunk reads `….modules.name`, as a host's session has its modules. */
export interface ModuleUse {
  /** The expression that has the field `modules`. */
  readonly session: Ast.Expression
  readonly name: string
  readonly node: Ast.Expression
  /** Whether the module is only asked for, as the condition of an `if`. */
  readonly tested: boolean
}

/** What one walk over a chunk finds in it. */
export interface Reading {
  readonly body: readonly Ast.Statement[]
  readonly scopes: Scopes
  /** In the order of the text, outer ones before those inside. */
  readonly calls: readonly CallSite[]
  readonly assignments: readonly FieldAssignment[]
  readonly modules: readonly ModuleUse[]
  /** Every `a .. b .. c` of the chunk, as a whole. */
  readonly joins: readonly Ast.BinaryExpression[]
}

/**
 * Resolves the names of a chunk as Lua does: a local is visible from the statement after its declaration, in `repeat`
 * also in the condition, a local function in its own body. Throws RangeError where the tree is too deep.
 */
export function scopesOf(chunk: Ast.Chunk): Scopes {
  return readChunk(chunk).scopes
}

/**
 * Reads the names of a chunk, its calls and its assignments to fields, in one walk. Throws RangeError where the tree is
 * too deep.
 */
export function readChunk(chunk: Ast.Chunk): Reading {
  const reader = new Reader(chunk.body)
  reader.block(chunk.body)
  return reader
}

type Scope = Map<string, Variable>

class Reader implements Reading {
  readonly scopes = new Map<Ast.Identifier, Variable>()
  readonly calls: CallSite[] = []
  readonly assignments: FieldAssignment[] = []
  readonly modules: ModuleUse[] = []
  readonly joins: Ast.BinaryExpression[] = []
  /** Parts of joins that are joins. */
  readonly #parts = new Set<Ast.Expression>()
  /** Undefined where nothing is declared in a block yet: most have nothing. */
  readonly #blocks: (Scope | undefined)[] = []
  #inside: CallSite | undefined
  /** Conditions and loops around. */
  #conditions = 0
  #tested = false
  readonly body: readonly Ast.Statement[]

  constructor(body: readonly Ast.Statement[]) {
    this.body = body
  }

  block(body: readonly Ast.Statement[]): void {
    this.#blocks.push(undefined)
    this.#statements(body)
    this.#blocks.pop()
  }

  #statements(body: readonly Ast.Statement[]): void {
    for (const statement of body) this.#statement(statement)
  }

  #statement(node: Ast.Statement): void {
    switch (node.type) {
      case 'CallStatement':
        this.#expression(node.expression, undefined)
        return
      case 'LocalStatement':
        this.#all(node.init)
        for (let index = 0; index < node.variables.length; index += 1) {
          const variable = node.variables[index]
          // The last of several expressions may give more than one value, but its first is the one of its place.
          if (variable !== undefined) this.#declare(variable, 'local', node.init[index])
        }
        return
      case 'AssignmentStatement':
        this.#all(node.init)
        for (let index = 0; index < node.variables.length; index += 1) {
          const to = node.variables[index]
          if (to !== undefined) this.#assign(to, node.init[index], node)
        }
        return
      case 'IfStatement':
        this.#if(node)
        return
      case 'ReturnStatement':
        this.#all(node.arguments)
        return
      case 'FunctionDeclaration':
        if (node.isLocal && node.identifier?.type === 'Identifier')
          this.#declare(node.identifier, 'function', node)
        else if (node.identifier !== null) this.#assign(node.identifier, node, node)
        this.#function(node)
        return
      case 'ForGenericStatement':
        this.#all(node.iterators)
        this.#loop(node.variables, node.body, node.iterators[0])
        return
      case 'ForNumericStatement':
        this.#expression(node.start, undefined)
        this.#expression(node.end, undefined)
        if (node.step !== null) this.#expression(node.step, undefined)
        this.#loop([node.variable], node.body, undefined)
        return
      case 'RepeatStatement':
        this.#blocks.push(undefined)
        this.#statements(node.body)
        this.#expression(node.condition, undefined)
        this.#blocks.pop()
        return
      case 'WhileStatement':
        this.#conditions += 1
        this.#expression(node.condition, undefined)
        this.block(node.body)
        this.#conditions -= 1
        return
      case 'DoStatement':
        this.block(node.body)
        return
      case 'BreakStatement':
      case 'GotoStatement':
      case 'LabelStatement':
        return
    }
  }

  /** @param fallback what stands behind `or` */
  #expression(node: Ast.Expression, fallback: Ast.Expression | undefined): void {
    switch (node.type) {
      case 'Identifier':
        this.#use(node)
        return
      case 'MemberExpression':
        this.#module(node, node.identifier.name)
        this.#expression(node.base, undefined)
        return
      case 'CallExpression':
        this.#call(node, node.arguments, fallback)
        return
      case 'StringCallExpression':
        this.#call(node, [node.argument], fallback)
        return
      case 'TableCallExpression':
        this.#call(node, [node.arguments], fallback)
        return
      case 'IndexExpression':
        if (node.index.type === 'StringLiteral') this.#module(node, node.index.value)
        this.#expression(node.base, undefined)
        this.#expression(node.index, undefined)
        return
      case 'FunctionDeclaration':
        this.#function(node)
        return
      case 'TableConstructorExpression':
        for (const field of node.fields) {
          if (field.type === 'TableKey') this.#expression(field.key, undefined)
          this.#expression(field.value, undefined)
        }
        return
      case 'BinaryExpression':
        if (node.operator === '..') this.#join(node)
        this.#expression(node.left, undefined)
        this.#expression(node.right, undefined)
        return
      case 'LogicalExpression': {
        const isOr = node.operator === 'or'
        this.#expression(node.left, isOr ? node.right : undefined)
        this.#conditions += 1
        this.#expression(node.right, isOr ? fallback : undefined)
        this.#conditions -= 1
        return
      }
      case 'UnaryExpression': {
        const before = this.#tested
        if (node.operator === 'not') this.#tested = false
        this.#expression(node.argument, undefined)
        this.#tested = before
        return
      }
      default:
    }
  }

  #module(node: Ast.MemberExpression | Ast.IndexExpression, name: string): void {
    const {base} = node
    if (base.type === 'MemberExpression' && base.identifier.name === 'modules')
      this.modules.push({session: base.base, name, node, tested: this.#tested})
  }

  #join(node: Ast.BinaryExpression): void {
    if (!this.#parts.has(node)) this.joins.push(node)
    for (const part of [node.left, node.right]) if (part.type === 'BinaryExpression') this.#parts.add(part)
  }

  #all(nodes: readonly Ast.Expression[]): void {
    for (const node of nodes) this.#expression(node, undefined)
  }

  #call(node: CallNode, args: readonly Ast.Expression[], fallback: Ast.Expression | undefined): void {
    const before = this.#inside
    const conditional = this.#conditions > 0
    const site = {node, base: node.base, args, fallback, conditional, inside: before}
    this.calls.push(site)
    this.#inside = site
    this.#expression(node.base, undefined)
    for (const argument of args) this.#expression(argument, undefined)
    this.#inside = before
  }

  #function({parameters, body}: Ast.FunctionDeclaration): void {
    this.#blocks.push(undefined)
    for (const parameter of parameters)
      if (parameter.type === 'Identifier') this.#declare(parameter, 'parameter', undefined)
    this.#statements(body)
    this.#blocks.pop()
  }

  /** The first condition is looked at in any case. */
  #if({clauses}: Ast.IfStatement): void {
    for (const [index, clause] of clauses.entries()) {
      if (index > 0) this.#conditions += 1
      this.#tested = clause.type !== 'ElseClause'
      if (clause.type !== 'ElseClause') this.#expression(clause.condition, undefined)
      this.#tested = false
      if (index === 0) this.#conditions += 1
      this.block(clause.body)
      this.#conditions -= 1
    }
  }

  #loop(
    variables: readonly Ast.Identifier[],
    body: readonly Ast.Statement[],
    over: Ast.Expression | undefined,
  ): void {
    this.#blocks.push(undefined)
    for (const [position, node] of variables.entries()) {
      const loop = over && {loop: {over, position}}
      this.#put(node, {name: node.name, kind: 'loop', initial: undefined, ...loop, assigned: false})
    }
    this.#conditions += 1
    this.#statements(body)
    this.#conditions -= 1
    this.#blocks.pop()
  }

  #declare(node: Ast.Identifier, kind: Variable['kind'], initial: Ast.Expression | undefined): void {
    this.#put(node, {name: node.name, kind, initial, assigned: false})
  }

  #put(node: Ast.Identifier, variable: Variable): void {
    const innermost = this.#blocks.length - 1
    const scope = (this.#blocks[innermost] ??= new Map())
    scope.set(node.name, variable)
    this.scopes.set(node, variable)
  }

  #assign(to: Ast.Expression, value: Ast.Expression | undefined, node: FieldAssignment['node']): void {
    this.#expression(to, undefined)
    if (to.type === 'Identifier') {
      const variable = this.scopes.get(to)
      if (variable !== undefined) variable.assigned = true
    } else if (to.type === 'MemberExpression' || to.type === 'IndexExpression')
      this.assignments.push({field: to, value, node})
  }

  #use(node: Ast.Identifier): void {
    for (let at = this.#blocks.length - 1; at >= 0; at -= 1) {
      const variable = this.#blocks[at]?.get(node.name)
      if (variable === undefined) continue
      this.scopes.set(node, variable)
      return
    }
  }
}
