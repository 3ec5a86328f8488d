import type * as Ast from 'luaparse'
import {fold, type Folding} from '../../lua/fold.ts'
import {mayLeave, type Code} from './code.ts'
import {usesIn} from './callers.ts'
import {libraryValue} from './library-values.ts'
import type {When} from './functions.ts'

/** Lists the global variables that a file sets: those who run in the same environment see them. */
export function globalsSet(code: Code): string[] {
  const names = code.assignments.flatMap(({to}) =>
    to.type === 'Identifier' && !code.folding.scopes.has(to) ? [to.name] : [],
  )
  return [...new Set(names)].sort()
}

/** Lists the events that a file fires; `*` stands for what is computed. */
export function eventsFired(code: Code): string[] {
  const names = code.calls.flatMap(({base, args: [first]}) => {
    const name =
      base.type === 'MemberExpression' ? base.identifier.name : base.type === 'Identifier' ? base.name : ''
    return name === 'fire_event' && first !== undefined ? [patternOf(first, code.folding)] : []
  })
  return [...new Set(names)].filter((name) => !/^\*+$/.test(name)).sort()
}

/** Lists the methods that a file adds to the API of all modules. */
export function methodsAdded(code: Code): string[] {
  const names = code.assignments.flatMap(({to}) => {
    if (to.type !== 'MemberExpression') return []
    const library = libraryValue(to.base, code)
    return library?.by === 'require' && library.name === 'core.moduleapi' ? [to.identifier.name] : []
  })
  return [...new Set(names)]
}

/** Lists what a file asks module:require for. */
export function librariesAsked(code: Code): string[] {
  const names = code.calls.flatMap(({method, args}) =>
    method === 'require' ? (code.text(args[0]) ?? []) : [],
  )
  return [...new Set(names)]
}

/**
 * Collects the names by which a file calls something that another file may have, and when at the latest; `()` for a
 * library itself.
 */
export function namesUsed(code: Code): Record<string, When> {
  // Only files that share something with others matter to them.
  if (code.module !== undefined && !code.calls.some(({method}) => method === 'require')) return {}
  const {calls, reads} = usesIn(code)
  const used = new Map<string, When>([...reads].map((name) => [name, 'work']))
  for (const [name, callers] of calls) {
    for (const one of callers) used.set(name, later(used.get(name), code.whenRuns(one)))
  }
  for (const {base, site} of code.calls)
    if (libraryValue(base, code)?.by === 'module:require')
      used.set('()', later(used.get('()'), code.when(site)))
  return Object.fromEntries(used)
}

const order: readonly When[] = ['load', 'command', 'work']

function later(a: When | undefined, b: When): When {
  return a !== undefined && order.indexOf(a) > order.indexOf(b) ? a : b
}

/** Lists the fields of the table that a file returns; null where they can't all be known. */
export function membersGiven(code: Code): string[] | null {
  const {body} = code.syntax.chunk
  const table = code.tables.find(({isExported}) => isExported)
  if (code.module !== undefined || table === undefined || table.escapes || table.isOpen) return null
  // What it returns elsewhere may have others.
  if (body.slice(0, -1).some(mayLeave)) return null
  // Its own methods may set fields of it.
  const ofSelf = code.assignments.flatMap(({to}) =>
    to.type !== 'Identifier' && isSelf(to) ? [nameOf(to, code)] : [],
  )
  const names = ofSelf.flatMap((name) => name ?? [])
  return names.length < ofSelf.length ? null : [...new Set([...table.fields, ...names])].sort()
}

function isSelf(to: Ast.Expression): boolean {
  return 'base' in to && to.base.type === 'Identifier' && to.base.name === 'self'
}

function nameOf(to: Ast.Expression, code: Code): string | undefined {
  if (to.type === 'MemberExpression') return to.identifier.name
  return to.type === 'IndexExpression' ? code.text(to.index) : undefined
}

function patternOf(node: Ast.Expression, folding: Folding): string {
  const value = fold(node, folding)
  if (typeof value === 'string') return value
  if (node.type !== 'BinaryExpression' || node.operator !== '..') return '*'
  return patternOf(node.left, folding) + patternOf(node.right, folding)
}
