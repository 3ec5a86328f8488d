import type * as Ast from 'luaparse'
import type {Variable} from '../../lua/scopes.ts'
import {startOf} from '../luacheck/places.ts'
import type {CodeView, SeenCall} from './code-view.ts'
import {variablesWithFunctions, type FunctionInfo} from './functions.ts'
import {tablesIn, type LocalTable} from './tables.ts'

/**
 * Finds out who calls each function of a file, by the names that the function goes by. Gives the tables that it looked
 * at.
 */
export function findCallers(code: CodeView, functions: ReadonlyMap<Ast.Node, FunctionInfo>): LocalTable[] {
  const {scopes} = code.folding
  const named = variablesWithFunctions(scopes, functions)
  const infoOf = (node: Ast.Expression | undefined): FunctionInfo | undefined => {
    const variable = node?.type === 'Identifier' ? scopes.get(node) : undefined
    return variable === undefined ? node && functions.get(node) : named.get(variable)
  }
  const tables = tablesIn(code, infoOf)
  const settled = new Set<Ast.Node>([...tables.flatMap(({names}) => names), ...exportItself(code, infoOf)])
  for (const {callee, call} of calleesIn(code.calls)) {
    const info = callee.type === 'Identifier' ? infoOf(callee) : undefined
    if (info === undefined) continue
    settled.add(callee)
    info.callers.push(call.site.in)
    if (!call.site.branch) info.surelyFrom.push(call.site.in)
  }
  for (const {args, site} of code.calls)
    if (!site.branch) for (const one of args) handed(one, site.in, infoOf)
  for (const [identifier, variable] of scopes) {
    const info = named.get(variable)
    if (info === undefined || settled.has(identifier) || isDeclaration(identifier, info)) continue
    if (identifier.name === variable.name && !isItsOwn(identifier, variable)) info.escapes = true
  }
  const held = byName(code, {tables, infoOf})
  for (const one of named.values()) held.add(one)
  for (const one of functions.values()) {
    // What has no name that could be followed is there for somebody to call.
    if (one.parent === undefined || one.exported !== undefined || held.has(one)) continue
    one.escapes ||= one.callers.length === 0
  }
  return tables
}

/** What pcall is given counts as called. */
function calleesIn(calls: readonly SeenCall[]): {readonly callee: Ast.Expression; readonly call: SeenCall}[] {
  return calls.flatMap((call) => {
    const isProtected = call.path?.root === 'global' && /^x?pcall$/.test(call.path.name)
    const callee = isProtected ? call.args[0] : call.base
    return callee === undefined ? [] : [{callee, call}]
  })
}

type InfoOf = (node: Ast.Expression | undefined) => FunctionInfo | undefined

/** A function that is given to a call, by itself or in a table: a handler of an event, for the most part. */
function handed(node: Ast.Expression, from: FunctionInfo, infoOf: InfoOf): void {
  const given = node.type === 'TableConstructorExpression' ? node.fields.map(({value}) => value) : [node]
  for (const one of given) infoOf(one)?.surelyFrom.push(from)
}

/** `return f` at the end of a library. */
function exportItself({syntax: {chunk}}: CodeView, infoOf: InfoOf): Ast.Node[] {
  const last = chunk.body.at(-1)
  const [value] = last?.type === 'ReturnStatement' ? last.arguments : []
  const info = infoOf(value)
  if (value === undefined || info === undefined) return []
  info.exported = '()'
  return [value]
}

/** Functions that are fields of tables, and global ones: whoever calls anything of their name calls them. Gives these. */
function byName(
  code: CodeView,
  {tables, infoOf}: {readonly tables: readonly LocalTable[]; readonly infoOf: InfoOf},
): Set<FunctionInfo> {
  const uses = usesIn(code)
  const held = new Set<FunctionInfo>()
  const add = (info: FunctionInfo, name: string): void => {
    info.callers.push(...(uses.calls.get(name) ?? []))
    info.escapes ||= uses.reads.has(name)
  }
  for (const {functions, readFrom, escapes, isExported} of tables) {
    for (const {name, info} of functions) {
      held.add(info)
      if (name !== undefined) add(info, name)
      info.callers.push(...readFrom)
      info.escapes ||= escapes
      if (isExported && name !== undefined) info.exported = name
    }
  }
  for (const {to, value} of code.assignments) {
    if (to.type !== 'Identifier' || code.folding.scopes.has(to)) continue
    const info = infoOf(value)
    if (info === undefined) continue
    held.add(info)
    add(info, to.name)
    info.exported = to.name
  }
  return held
}

/** How a file uses the names of fields and of global variables. */
export interface Uses {
  /** Functions from which something of a name is called. */
  readonly calls: ReadonlyMap<string, readonly FunctionInfo[]>
  /** Names that are read, and may be called from anywhere. */
  readonly reads: ReadonlySet<string>
}

/** Collects how a file uses names, without what is plainly part of a library, of Lua or of the module's API. */
export function usesIn(code: CodeView): Uses {
  const {scopes} = code.folding
  const calls = new Map<string, FunctionInfo[]>()
  for (const {callee, call} of calleesIn(code.calls)) {
    const name =
      callee.type === 'MemberExpression'
        ? isForeign(code, callee.base)
          ? undefined
          : callee.identifier.name
        : callee.type === 'Identifier' && !scopes.has(callee)
          ? callee.name
          : undefined
    if (name === undefined) continue
    const list = calls.get(name)
    if (list === undefined) calls.set(name, [call.site.in])
    else list.push(call.site.in)
  }
  const callees = new Set<Ast.Node>(calleesIn(code.calls).map(({callee}) => callee))
  const reads = new Set<string>()
  for (const {node} of code.fields)
    if (!callees.has(node) && !isForeign(code, node.base)) reads.add(node.identifier.name)
  for (const {node} of code.reads) if (!callees.has(node)) reads.add(node.name)
  return {calls, reads}
}

function isForeign(code: CodeView, base: Ast.Expression): boolean {
  const path = code.path(base)
  return path !== undefined && path.root !== 'global'
}

/** The name in `local function f`. */
function isDeclaration(identifier: Ast.Identifier, {node}: FunctionInfo): boolean {
  return node.type === 'FunctionDeclaration' && node.identifier === identifier
}

/** The name in `local f = function`: it stands before its value. */
function isItsOwn(identifier: Ast.Identifier, {initial}: Variable): boolean {
  return initial !== undefined && startOf(identifier) < startOf(initial)
}
