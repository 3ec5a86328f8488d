import type * as Ast from 'luaparse'
import {fold, type Folding} from '../../lua/fold.ts'
import type {Code} from './code.ts'

/** Global variables that a file sets: those who run in the same environment see them. */
export function globalsSet(code: Code): string[] {
  const names = code.assignments.flatMap(({target}) =>
    target.type === 'Identifier' && !code.folding.scopes.has(target) ? [target.name] : [],
  )
  return [...new Set(names)].sort()
}

/** Events that a file fires; `*` stands for what is computed. */
export function eventsFired(code: Code): string[] {
  const names = code.calls.flatMap(({base, args: [first]}) => {
    const name =
      base.type === 'MemberExpression' ? base.identifier.name : base.type === 'Identifier' ? base.name : ''
    return name === 'fire_event' && first !== undefined ? [patternOf(first, code.folding)] : []
  })
  return [...new Set(names)].filter((name) => !/^\*+$/.test(name)).sort()
}

function patternOf(node: Ast.Expression, folding: Folding): string {
  const value = fold(node, folding)
  if (typeof value === 'string') return value
  if (node.type !== 'BinaryExpression' || node.operator !== '..') return '*'
  return patternOf(node.left, folding) + patternOf(node.right, folding)
}
