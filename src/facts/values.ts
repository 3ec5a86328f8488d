import type * as Ast from 'luaparse'
import {fold, joined, type Constant, type Folding} from '../lua/fold.ts'
import type {Variable} from '../lua/scopes.ts'

/** More values than anybody writes into a table by hand. */
const most = 200

/**
 * Lists all values that an expression has in turn: one where it is constant, several where it is made of the variable
 * of a loop over a table that is written out. Undefined where that is not plain to see.
 */
export function valuesOf(node: Ast.Expression, folding: Folding): readonly Constant[] | undefined {
  const value = fold(node, folding)
  if (value !== undefined) return [value]
  if (node.type === 'Identifier') {
    const variable = folding.scopes.get(node)
    return variable?.loop === undefined || variable.assigned ? undefined : looped(variable.loop, folding)
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '..') return undefined
  const left = valuesOf(node.left, folding)
  if (left === undefined) return undefined
  const right = valuesOf(node.right, folding)
  if (right === undefined || left.length * right.length > most) return undefined
  const found = left.flatMap((one) => right.map((other) => joined(one, other)))
  return found.includes(undefined) ? undefined : found.flatMap((one) => one ?? [])
}

/** Of `pairs(t)`, `ipairs(t)`, and of a set that is gone over by itself. */
function looped({over, position}: NonNullable<Variable['loop']>, folding: Folding): Constant[] | undefined {
  const call = unwrapped(over, folding)
  const isSet = call?.base.type === 'MemberExpression' && call.base.identifier.name === 'new'
  const name = call?.base.type === 'Identifier' && !folding.scopes.has(call.base) ? call.base.name : undefined
  if (isSet && position === 0) return itemsOf(call.argument, 'value', folding)
  if (name !== 'pairs' && name !== 'ipairs') return undefined
  if (position === 0) return name === 'pairs' ? itemsOf(call?.argument, 'key', folding) : undefined
  return position === 1 ? itemsOf(call?.argument, 'value', folding) : undefined
}

function unwrapped(
  node: Ast.Expression,
  {scopes}: Folding,
): {readonly base: Ast.Expression; readonly argument: Ast.Expression | undefined} | undefined {
  if (node.type === 'CallExpression') return {base: node.base, argument: node.arguments[0]}
  if (node.type === 'TableCallExpression') return {base: node.base, argument: node.arguments}
  const variable = node.type === 'Identifier' ? scopes.get(node) : undefined
  const {initial, assigned} = variable ?? {}
  const isCall = initial?.type === 'CallExpression' || initial?.type === 'TableCallExpression'
  return isCall && assigned === false ? unwrapped(initial, {scopes, module: undefined}) : undefined
}

function itemsOf(
  node: Ast.Expression | undefined,
  what: 'key' | 'value',
  folding: Folding,
): Constant[] | undefined {
  const variable = node?.type === 'Identifier' ? folding.scopes.get(node) : undefined
  const table = variable?.assigned === false ? variable.initial : node
  if (table?.type !== 'TableConstructorExpression' || table.fields.length > most) return undefined
  const found = table.fields.map((field) => {
    if (what === 'value') return fold(field.value, folding)
    if (field.type === 'TableKeyString') return field.key.name
    return field.type === 'TableKey' ? fold(field.key, folding) : undefined
  })
  return found.includes(undefined) ? undefined : found.flatMap((one) => one ?? [])
}
