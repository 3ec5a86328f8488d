import type * as Ast from 'luaparse'
import {isModule} from '../../lua/fold.ts'
import type {Scopes, Variable} from '../../lua/scopes.ts'

/** When code runs: while the module is loaded or unloaded; for prosodyctl; later, while the server does its work. */
export type When = 'load' | 'command' | 'work'

/** A function of the file, or its main chunk. */
export interface FunctionInfo {
  readonly node: Ast.FunctionDeclaration | Ast.Chunk
  readonly parent: FunctionInfo | undefined
  /** Whether it has a `self` that nobody wrote down: `function a:b()`. */
  readonly isMethod: boolean
  /** Functions that call it by its name, where that is all that is done with it. */
  readonly callers: FunctionInfo[]
  /** Whether it is handed to something that may call it at any time. */
  escapes: boolean
  /** Set where its place says when it runs. */
  fixed: When | undefined
}

/** Called by Prosody when it loads, unloads and reloads a module. */
const loadFunctions = new Set(['load', 'unload', 'save', 'restore', 'ready', 'add_host'])

export function newFunction(
  node: FunctionInfo['node'],
  parent: FunctionInfo | undefined,
  scopes: Scopes,
): FunctionInfo {
  return {node, parent, isMethod: isMethod(node), callers: [], escapes: false, fixed: fixedBy(node, scopes)}
}

function isMethod(node: FunctionInfo['node']): boolean {
  if (node.type === 'Chunk') return false
  const name = node.identifier
  return name?.type === 'MemberExpression' && name.indexer === ':'
}

function fixedBy(node: FunctionInfo['node'], scopes: Scopes): When | undefined {
  if (node.type === 'Chunk') return 'load'
  const name = node.identifier
  return name?.type === 'MemberExpression' && isModule(name.base, scopes)
    ? whenOf(name.identifier.name)
    : undefined
}

/** When a function runs that is assigned to a field of `module`. */
export function whenOf(field: string): When | undefined {
  if (loadFunctions.has(field)) return 'load'
  return field === 'command' ? 'command' : undefined
}

/** When each function runs, from who calls it; what nobody is seen to call runs while the server works. */
export function whenAll(functions: readonly FunctionInfo[]): Map<FunctionInfo, When> {
  const when = new Map<FunctionInfo, When>()
  for (const one of functions) {
    const first = one.fixed ?? (one.escapes ? 'work' : undefined)
    if (first !== undefined) when.set(one, first)
  }
  const callees = calleesOf(functions)
  // What is called while the server works does so, too; then what prosodyctl calls; the rest is left to loading.
  for (const kind of ['work', 'command', 'load'] as const) {
    const open = functions.filter((one) => when.get(one) === kind)
    for (let caller = open.pop(); caller !== undefined; caller = open.pop()) {
      for (const one of callees.get(caller) ?? []) {
        if (when.has(one)) continue
        when.set(one, kind)
        open.push(one)
      }
    }
  }
  for (const one of functions) if (!when.has(one)) when.set(one, 'work')
  return when
}

function calleesOf(functions: readonly FunctionInfo[]): Map<FunctionInfo, FunctionInfo[]> {
  const callees = new Map<FunctionInfo, FunctionInfo[]>()
  for (const one of functions) {
    for (const caller of one.callers) {
      const list = callees.get(caller)
      if (list === undefined) callees.set(caller, [one])
      else list.push(one)
    }
  }
  return callees
}

/** The variable that a function is the only value of: `local function f`, or `local f = function`. */
export function variablesWithFunctions(
  scopes: Scopes,
  functions: ReadonlyMap<Ast.Node, FunctionInfo>,
): Map<Variable, FunctionInfo> {
  const found = new Map<Variable, FunctionInfo>()
  for (const variable of new Set(scopes.values())) {
    const {initial, assigned} = variable
    const info = initial === undefined || assigned ? undefined : functions.get(initial)
    if (info !== undefined) found.set(variable, info)
  }
  return found
}
