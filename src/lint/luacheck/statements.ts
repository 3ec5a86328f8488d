import type * as Ast from 'luaparse'
import {constantOf} from './constants.ts'
import type {Issues} from './issue.ts'
import {spanOf, startOf, type Places} from './places.ts'

/** Reports blocks without statements. */
export function checkBlocks(node: Ast.DoStatement | Ast.IfStatement, issues: Issues, places: Places): void {
  if (node.type === 'DoStatement') {
    if (node.body.length === 0) issues.add('541', spanOf(node))
    return
  }
  for (const clause of node.clauses) {
    if (clause.body.length > 0) continue
    if (clause.type === 'ElseClause') issues.add('542', [startOf(clause), startOf(clause) + 'else'.length])
    else issues.add('542', places.thenAfter(clause.condition))
  }
}

/** Reports a loop from the length of something down to a constant that counts up. */
export function checkFor(node: Ast.ForNumericStatement, issues: Issues): void {
  if (node.start.type !== 'UnaryExpression' || node.start.operator !== '#') return
  const limit = constantOf(node.end)
  if (typeof limit?.value !== 'number' || limit.value > 1) return
  const step = node.step === null ? 1 : constantOf(node.step)?.value
  if (typeof step === 'number' && step >= 0) issues.add('571', spanOf(node), {limit: limit.text})
}
