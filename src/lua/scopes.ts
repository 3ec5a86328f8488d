import type * as Ast from 'luaparse'

/** A local variable, parameter or loop variable. */
export interface Variable {
  readonly name: string
  readonly kind: 'local' | 'function' | 'parameter' | 'loop'
  /** What it was declared with, where that is one expression of its own; undefined also for nothing. */
  readonly initial: Ast.Expression | undefined
  /** Whether anything is assigned to it after its declaration. */
  assigned: boolean
}

/** What each name in a chunk stands for; names that are not in it are globals. */
export type Scopes = ReadonlyMap<Ast.Identifier, Variable>

type Scope = Map<string, Variable>

/**
 * Resolves the names of a chunk as Lua does: a local is visible from the statement after its declaration, in `repeat`
 * also in the condition, a local function in its own body. Throws RangeError where the tree is too deep.
 */
export function scopesOf(chunk: Ast.Chunk): Scopes {
  const resolver = new Resolver()
  resolver.block(chunk.body)
  return resolver.found
}

class Resolver {
  readonly found = new Map<Ast.Identifier, Variable>()
  readonly #scopes: Scope[] = []

  block(body: readonly Ast.Statement[], before: () => void = () => undefined): void {
    this.#scopes.push(new Map())
    before()
    for (const statement of body) this.#statement(statement)
    this.#scopes.pop()
  }

  #statement(node: Ast.Statement): void {
    switch (node.type) {
      case 'LocalStatement':
        this.#all(node.init)
        node.variables.forEach((variable, index) =>
          this.#declare(variable, 'local', initialAt(node.init, index)),
        )
        return
      case 'AssignmentStatement':
        this.#all(node.init)
        for (const target of node.variables) this.#target(target)
        return
      case 'FunctionDeclaration':
        if (node.isLocal && node.identifier?.type === 'Identifier')
          this.#declare(node.identifier, 'function', node)
        else if (node.identifier !== null) this.#target(node.identifier)
        this.#function(node)
        return
      case 'ForNumericStatement':
        this.#all([node.start, node.end, ...(node.step === null ? [] : [node.step])])
        this.block(node.body, () => this.#declare(node.variable, 'loop', undefined))
        return
      case 'ForGenericStatement':
        this.#all(node.iterators)
        this.block(node.body, () => {
          for (const variable of node.variables) this.#declare(variable, 'loop', undefined)
        })
        return
      case 'RepeatStatement':
        this.#scopes.push(new Map())
        for (const statement of node.body) this.#statement(statement)
        this.#expression(node.condition)
        this.#scopes.pop()
        return
      case 'WhileStatement':
        this.#expression(node.condition)
        this.block(node.body)
        return
      case 'IfStatement':
        for (const clause of node.clauses) {
          if (clause.type !== 'ElseClause') this.#expression(clause.condition)
          this.block(clause.body)
        }
        return
      case 'DoStatement':
        this.block(node.body)
        return
      case 'ReturnStatement':
        this.#all(node.arguments)
        return
      case 'CallStatement':
        this.#expression(node.expression)
        return
      case 'BreakStatement':
      case 'GotoStatement':
      case 'LabelStatement':
        return
    }
  }

  #expression(node: Ast.Expression): void {
    switch (node.type) {
      case 'Identifier':
        this.#use(node)
        return
      case 'FunctionDeclaration':
        this.#function(node)
        return
      case 'TableConstructorExpression':
        for (const field of node.fields) {
          if (field.type === 'TableKey') this.#expression(field.key)
          this.#expression(field.value)
        }
        return
      case 'BinaryExpression':
      case 'LogicalExpression':
        this.#all([node.left, node.right])
        return
      case 'UnaryExpression':
        this.#expression(node.argument)
        return
      case 'MemberExpression':
        this.#expression(node.base)
        return
      case 'IndexExpression':
        this.#all([node.base, node.index])
        return
      case 'CallExpression':
        this.#all([node.base, ...node.arguments])
        return
      case 'TableCallExpression':
        this.#all([node.base, node.arguments])
        return
      case 'StringCallExpression':
        this.#all([node.base, node.argument])
        return
      default:
    }
  }

  #all(nodes: readonly Ast.Expression[]): void {
    for (const node of nodes) this.#expression(node)
  }

  #function({parameters, body}: Ast.FunctionDeclaration): void {
    this.block(body, () => {
      for (const parameter of parameters)
        if (parameter.type === 'Identifier') this.#declare(parameter, 'parameter', undefined)
    })
  }

  #declare(node: Ast.Identifier, kind: Variable['kind'], initial: Ast.Expression | undefined): void {
    const variable = {name: node.name, kind, initial, assigned: false}
    this.#scopes.at(-1)?.set(node.name, variable)
    this.found.set(node, variable)
  }

  #target(node: Ast.Expression): void {
    this.#expression(node)
    if (node.type !== 'Identifier') return
    const variable = this.found.get(node)
    if (variable !== undefined) variable.assigned = true
  }

  #use(node: Ast.Identifier): void {
    for (let at = this.#scopes.length - 1; at >= 0; at -= 1) {
      const variable = this.#scopes[at]?.get(node.name)
      if (variable === undefined) continue
      this.found.set(node, variable)
      return
    }
  }
}

/** The last of several expressions may give more than one value, but its first is the one of its place. */
function initialAt(init: readonly Ast.Expression[], index: number): Ast.Expression | undefined {
  return init[index]
}
