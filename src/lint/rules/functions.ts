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
  for (const one of functions) if (one.fixed !== undefined) when.set(one, one.fixed)
  for (const one of functions) if (one.fixed === undefined && one.escapes) when.set(one, 'work')
  // What is called while the server works does so too; then prosodyctl's; the rest of those with callers is left to loading.
  for (const kind of ['work', 'command', 'load'] as const) {
    for (let changed = true; changed;) {
      changed = false
      for (const one of functions) {
        if (when.has(one) || !one.callers.some((caller) => when.get(caller) === kind)) continue
        when.set(one, kind)
        changed = true
      }
    }
  }
  for (const one of functions) if (!when.has(one)) when.set(one, 'work')
  return when
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
