import {joinValues, known, type Value} from '../value.ts'
import type {Source} from '../source.ts'
import type {CompoundCommand, CompoundList, Redirected} from 'unbash'

/** What a variable holds; `set` is one that a command gives a value that can't be told. */
export type Variable =
  | {readonly kind: 'text'; readonly value: Value}
  | {readonly kind: 'list'; readonly elements: readonly Value[]}
  | {readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value>}
  | {readonly kind: 'set'}

/** A function, and the text that it stands in. */
export interface ShellFunction {
  readonly body: CompoundCommand | Redirected | CompoundList
  readonly source: Source
  /** As in Pipeline, of its definition. */
  readonly statement: number
  isCalled: boolean
}

/** Variables and functions where a script is read. */
export interface Scope {
  variables: Map<string, Variable>
  readonly functions: Map<string, ShellFunction>
  /** `$1` and on; undefined where nobody knows them. */
  positional: readonly Value[] | undefined
  /** Of the function that is read: variables that are put back behind it. */
  locals: Map<string, Variable | undefined> | undefined
}

/** Makes a scope of variables. */
export function scopeOf(variables: ReadonlyMap<string, Value>): Scope {
  const made = new Map<string, Variable>()
  for (const [name, value] of variables) made.set(name, {kind: 'text', value})
  return {variables: made, functions: new Map(), positional: undefined, locals: undefined}
}

/** Makes a scope whose changes nobody outside sees. */
export function copyOf(scope: Scope): Scope {
  return {...scope, variables: new Map(scope.variables)}
}

/** Makes a variable of the scope's function local, so that it is put back behind it. */
export function makeLocal(scope: Scope, name: string): void {
  if (scope.locals !== undefined && !scope.locals.has(name)) scope.locals.set(name, scope.variables.get(name))
}

/** Puts variables back that were local. */
export function dropLocals(scope: Scope): void {
  for (const [name, variable] of scope.locals ?? []) {
    if (variable === undefined) scope.variables.delete(name)
    else scope.variables.set(name, variable)
  }
}

/** Sets a variable, or an element of one; `isAppended` as `+=` does. */
export function setVariable(
  scope: Scope,
  name: string,
  {
    value,
    index,
    isAppended,
  }: {readonly value: Value; readonly index: string | undefined; readonly isAppended: boolean},
): void {
  const old = scope.variables.get(name)
  if (index === undefined) {
    const before = old?.kind === 'text' && isAppended ? old.value : []
    if (isAppended && old?.kind === 'set') return
    scope.variables.set(name, {kind: 'text', value: joinValues([before, value], `$${name}`)})
  } else if (old?.kind === 'list' && /^\d+$/.test(index)) {
    const elements = [...old.elements]
    if (Number(index) <= elements.length) elements[Number(index)] = value
    scope.variables.set(name, {kind: 'list', elements})
  } else {
    const entries = new Map(old?.kind === 'map' ? old.entries : [])
    const before = isAppended ? (entries.get(index) ?? []) : []
    scope.variables.set(name, {
      kind: 'map',
      entries: entries.set(index, joinValues([before, value], `$${name}`)),
    })
  }
}

/** Notes that a command gives variables values that can't be told. */
export function setUnknown(scope: Scope, names: readonly string[]): void {
  for (const name of names) if (/^[A-Za-z_]\w*$/.test(name)) scope.variables.set(name, {kind: 'set'})
}

/** Reads what comes in branches of which one runs, each from where they begin, and joins what they leave in variables. */
export function inBranches(scope: Scope, branches: readonly (() => void)[]): void {
  const before = scope.variables
  const after = branches.map((branch) => {
    scope.variables = new Map(before)
    branch()
    return scope.variables
  })
  scope.variables = merged(after)
}

/** A variable that differs can't be told; one that a branch alone sets is taken for set. */
function merged(all: readonly ReadonlyMap<string, Variable>[]): Map<string, Variable> {
  const result = new Map<string, Variable>()
  for (const variables of all) {
    for (const [name, variable] of variables) {
      const other = result.get(name)
      const isSame = other === undefined || isEqual(other, variable)
      result.set(name, isSame ? variable : {kind: 'set'})
    }
  }
  return result
}

function isEqual(one: Variable, other: Variable): boolean {
  if (one === other) return true
  return (
    one.kind === 'text' && other.kind === 'text' && JSON.stringify(one.value) === JSON.stringify(other.value)
  )
}

/** Gives the elements of a variable; undefined where they can't be told. */
export function elementsOf(variable: Variable | undefined): readonly Value[] | undefined {
  if (variable === undefined || variable.kind === 'set') return undefined
  if (variable.kind === 'list') return variable.elements
  return variable.kind === 'map' ? [...variable.entries.values()] : [variable.value]
}

/** Gives the keys of a variable's elements; undefined where they can't be told. */
export function keysOf(variable: Variable | undefined): readonly Value[] | undefined {
  if (variable?.kind === 'map') return [...variable.entries.keys()].map(known)
  return elementsOf(variable)?.map((_, index) => known(String(index)))
}
