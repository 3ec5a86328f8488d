import type * as Ast from 'luaparse'
import {isModule} from '../../lua/fold.ts'
import type {Scopes, Variable} from '../../lua/scopes.ts'

/** When code is run: while the module is loaded or unloaded; for prosodyctl; later, while the server does its work. */
export type When = 'load' | 'command' | 'work'

/** A function that a file has, or its main chunk. */
export interface FunctionInfo {
  readonly node: Ast.FunctionDeclaration | Ast.Chunk
  readonly parent: FunctionInfo | undefined
  /** Whether the function may never be made. */
  readonly conditional: boolean
  /** Whether the function has a `self` that nobody wrote down: `function a:b()`. */
  readonly isMethod: boolean
  /** Functions that call this one by its name, where that is all that is done with it. */
  readonly callers: FunctionInfo[]
  /** Functions that, whenever they run, call this one or hand it to something that will. */
  readonly surelyFrom: FunctionInfo[]
  /** Whether the function is handed to something that may call it at any time. */
  escapes: boolean
  /** The name by which other files may call the function; `()` where it is all that the file gives. */
  exported: string | undefined
  /** When the function runs, set where its place says so. */
  fixed: When | undefined
}

/** Called by Prosody when it loads, unloads and reloads a module. */
const loadFunctions = new Set(['load', 'unload', 'save', 'restore', 'ready', 'add_host'])

/** Makes what is known of a function before the file has been read: that it is there. */
export function newFunction(
  node: FunctionInfo['node'],
  at: {readonly in: FunctionInfo; readonly conditional: boolean} | undefined,
  scopes: Scopes,
): FunctionInfo {
  return {
    node,
    parent: at?.in,
    conditional: at !== undefined && (at.conditional || at.in.conditional),
    isMethod: isMethod(node),
    callers: [],
    surelyFrom: [],
    escapes: false,
    exported: undefined,
    fixed: fixedBy(node, scopes),
  }
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

/** Tells when a function runs that is assigned to a field of `module`. */
export function whenOf(field: string): When | undefined {
  if (loadFunctions.has(field)) return 'load'
  return field === 'command' ? 'command' : undefined
}

/** When each function of a file is run, as follows from who calls it. */
export interface Times {
  /** When each function runs, leaving out what no function of the file calls, or only such as that. */
  readonly when: ReadonlyMap<FunctionInfo, When>
  /** The functions that other files may call and that lead to a function, by the latter. */
  readonly openedBy: ReadonlyMap<FunctionInfo, readonly FunctionInfo[]>
}

/**
 * Tells when each function runs: what is called while the server works does so, too; then what prosodyctl calls; the
 * rest is left to loading.
 */
export function timesOf(functions: readonly FunctionInfo[]): Times {
  const callees = calleesOf(functions, ({callers}) => callers)
  const first = spread(functions, callees, ({escapes}) => (escapes ? 'work' : undefined))
  // prosodyctl ends with its command: what that makes is called by nobody else, whatever is done with it.
  const isMadeBy = ({parent}: FunctionInfo): boolean =>
    parent !== undefined && first.get(parent) === 'command'
  const isNew = functions.some((one) => isMadeBy(one) && first.get(one) !== 'command')
  const when = isNew
    ? spread(functions, callees, (one) =>
        isInside(one, isMadeBy) ? 'command' : one.escapes ? 'work' : undefined,
      )
    : first
  return {when, openedBy: openings(functions, {when, callees})}
}

function isInside(one: FunctionInfo, test: (one: FunctionInfo) => boolean): boolean {
  for (let at: FunctionInfo | undefined = one; at !== undefined; at = at.parent) if (test(at)) return true
  return false
}

function spread(
  functions: readonly FunctionInfo[],
  callees: Callees,
  start: (one: FunctionInfo) => When | undefined,
): Map<FunctionInfo, When> {
  const when = new Map<FunctionInfo, When>()
  for (const one of functions) {
    const first = one.fixed ?? start(one)
    if (first !== undefined) when.set(one, first)
  }
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
  return when
}

type Callees = ReadonlyMap<FunctionInfo, readonly FunctionInfo[]>

/** More than these lead to a function of no file that a person wrote. */
const mostOpenings = 8

/** Each list grows a few times at most, so that this takes no longer than there are calls. */
function openings(
  functions: readonly FunctionInfo[],
  {when, callees}: {readonly when: ReadonlyMap<FunctionInfo, When>; readonly callees: Callees},
): Map<FunctionInfo, readonly FunctionInfo[]> {
  const found = new Map<FunctionInfo, readonly FunctionInfo[]>()
  const exported = functions.filter((one) => one.exported !== undefined && when.get(one) !== 'work')
  for (const one of exported) found.set(one, [one])
  const open = [...exported]
  for (let caller = open.pop(); caller !== undefined; caller = open.pop()) {
    const given = found.get(caller) ?? []
    for (const one of callees.get(caller) ?? []) {
      const before = found.get(one) ?? []
      if (when.get(one) === 'work' || before.length >= mostOpenings) continue
      const more = given.filter((name) => !before.includes(name))
      if (more.length === 0) continue
      found.set(one, [...before, ...more].slice(0, mostOpenings))
      open.push(one)
    }
  }
  return found
}

/** Finds the functions that run, or are handed to what will call them, whenever the module is loaded. */
export function sureOnes(functions: readonly FunctionInfo[]): Set<FunctionInfo> {
  const sure = new Set(functions.filter(({fixed}) => fixed === 'load'))
  const from = calleesOf(functions, ({surelyFrom}) => surelyFrom)
  const open = [...sure]
  for (let caller = open.pop(); caller !== undefined; caller = open.pop()) {
    for (const one of from.get(caller) ?? []) {
      if (sure.has(one) || one.fixed === 'command') continue
      sure.add(one)
      open.push(one)
    }
  }
  return sure
}

function calleesOf(
  functions: readonly FunctionInfo[],
  callersOf: (one: FunctionInfo) => readonly FunctionInfo[],
): Callees {
  const callees = new Map<FunctionInfo, FunctionInfo[]>()
  for (const one of functions) {
    for (const caller of callersOf(one)) {
      const list = callees.get(caller)
      if (list === undefined) callees.set(caller, [one])
      else list.push(one)
    }
  }
  return callees
}

/** Finds each variable that has a function for its only value: `local function f`, or `local f = function`. */
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
