import type * as Ast from 'luaparse'
import type {Scopes} from './scopes.ts'

/** A value of Lua, nil excepted, that an expression has whenever it is computed. */
export type Constant = string | number | boolean

/** What is known where an expression is computed: its names, and the module that it is of. */
export interface Folding {
  readonly scopes: Scopes
  /** What module.name is; undefined in a library, where it is that of whoever requires it. */
  readonly module: string | undefined
}

/** Locals that are defined by one another are followed so far. */
const maxDepth = 20

/** Computes the value that an expression always has; undefined where that is not plain to see. */
export function fold(node: Ast.Expression, folding: Folding, depth = 0): Constant | undefined {
  if (depth > maxDepth) return undefined
  const deeper = (one: Ast.Expression): Constant | undefined => fold(one, folding, depth + 1)
  switch (node.type) {
    case 'StringLiteral':
      return utf8(node.value)
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value
    case 'UnaryExpression': {
      const value = deeper(node.argument)
      return node.operator === '-' && typeof value === 'number' ? -value : undefined
    }
    case 'BinaryExpression': {
      if (node.operator !== '..') return arithmetic(node.operator, deeper(node.left), deeper(node.right))
      const [left, right] = [deeper(node.left), deeper(node.right)]
      return left === undefined || right === undefined ? undefined : joined(left, right)
    }
    case 'LogicalExpression': {
      const left = deeper(node.left)
      if (left === undefined) return undefined
      return (node.operator === 'or') === (left !== false) ? left : deeper(node.right)
    }
    case 'Identifier': {
      const variable = folding.scopes.get(node)
      if (variable?.initial === undefined || variable.assigned || variable.kind !== 'local') return undefined
      return deeper(variable.initial)
    }
    case 'MemberExpression':
      return isModule(node.base, folding.scopes) && node.identifier.name === 'name'
        ? folding.module
        : undefined
    case 'CallExpression': {
      const isName =
        node.base.type === 'MemberExpression' &&
        node.base.identifier.name === 'get_name' &&
        isModule(node.base.base, folding.scopes)
      return isName ? folding.module : undefined
    }
    default:
      return undefined
  }
}

/** Tells whether an expression is the module's own API object: the global, or a local that was made of it. */
export function isModule(node: Ast.Expression, scopes: Scopes): boolean {
  let at = node
  for (let depth = 0; depth <= maxDepth && at.type === 'Identifier'; depth += 1) {
    const variable = scopes.get(at)
    if (variable === undefined) return at.name === 'module'
    if (variable.assigned || variable.initial === undefined) return false
    at = variable.initial
  }
  return false
}

/** Decodes a string of the parser, which holds bytes, as UTF-8. */
export function utf8(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1
  return Buffer.from(latin1, 'latin1').toString('utf8')
}

/** Joins two constants as Lua's `..` does; undefined where it depends on the Lua, as numbers that are not whole do. */
export function joined(left: Constant, right: Constant): string | undefined {
  const parts = [left, right].map((value) =>
    typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : undefined,
  )
  return parts.includes(undefined) ? undefined : parts.join('')
}

/** Times and sizes are written as products: 60 * 60 * 24. */
function arithmetic(
  operator: string,
  left: Constant | undefined,
  right: Constant | undefined,
): number | undefined {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  const value =
    operator === '*' ? left * right : operator === '+' ? left + right : operator === '-' ? left - right : NaN
  return Number.isFinite(value) ? value : undefined
}
