import type * as Ast from 'luaparse'
import {fold, isModule, type Folding} from '../lua/fold.ts'

/** A type of hosts that a chunk stops without, and the expression that says so. */
export interface HostType {
  readonly name: string
  readonly node: Ast.Expression
}

/**
 * Finds the types of hosts that a chunk stops without: by `if module:get_host_type() ~= "component" then error(…) end`,
 * with `return` too, and by `assert(module:get_host_type() == "component")`, where they stand in no function.
 */
export function hostTypesIn(body: readonly Ast.Statement[], folding: Folding): HostType[] {
  return body.flatMap((statement) => {
    if (statement.type === 'IfStatement') {
      const [clause, ...others] = statement.clauses
      if (clause?.type !== 'IfClause' || others.length > 0) return []
      return isEnd(clause.body.at(-1), folding) ? compared(clause.condition, '~=', folding) : []
    }
    const call = statement.type === 'CallStatement' ? statement.expression : undefined
    if (call?.type !== 'CallExpression' || !isCalled(call, 'assert', folding)) return []
    return call.arguments.slice(0, 1).flatMap((argument) => compared(argument, '==', folding))
  })
}

function isEnd(statement: Ast.Statement | undefined, folding: Folding): boolean {
  if (statement?.type === 'ReturnStatement') return true
  return (
    statement?.type === 'CallStatement' &&
    statement.expression.type === 'CallExpression' &&
    isCalled(statement.expression, 'error', folding)
  )
}

function isCalled({base}: Ast.CallExpression, name: string, {scopes}: Folding): boolean {
  return base.type === 'Identifier' && base.name === name && !scopes.has(base)
}

function compared(node: Ast.Expression, operator: string, folding: Folding): HostType[] {
  if (node.type !== 'BinaryExpression' || node.operator !== operator) return []
  const name = fold(node.right, folding)
  return isHostType(node.left, folding) && typeof name === 'string' ? [{name, node}] : []
}

function isHostType(node: Ast.Expression, {scopes}: Folding): boolean {
  return (
    node.type === 'CallExpression' &&
    node.base.type === 'MemberExpression' &&
    node.base.identifier.name === 'get_host_type' &&
    isModule(node.base.base, scopes)
  )
}
