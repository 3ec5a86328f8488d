import type * as Ast from 'luaparse'
import type {Reading, Variable} from '../lua/scopes.ts'

interface Place {
  readonly called: Variable
  /** From 0. */
  readonly index: number
}

/** More calls than anybody writes for files of a module's own; each is looked at for each use of a parameter. */
const most = 200

/** What the calls of a chunk's local functions give to their parameters. */
export class GivenArguments {
  readonly #reading: Reading
  #places: ReadonlyMap<Variable, Place> | undefined
  #calls: ReadonlyMap<Variable, readonly (readonly Ast.Expression[])[]> | undefined
  #uses: ReadonlyMap<Variable, number> | undefined

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** Lists all that a parameter ever is; undefined where that is not plain to see. */
  of(node: Ast.Expression): readonly Ast.Expression[] | undefined {
    const {scopes} = this.#reading
    const variable = node.type === 'Identifier' ? scopes.get(node) : undefined
    if (variable?.kind !== 'parameter' || variable.assigned) return undefined
    const place = (this.#places ??= placesOf(this.#reading)).get(variable)
    if (place === undefined) return undefined
    const calls = (this.#calls ??= callsOf(this.#reading)).get(place.called) ?? []
    // Its declaration is a use, too; who else names it may call it with anything.
    const uses = (this.#uses ??= usesOf(this.#reading)).get(place.called)
    const given = calls.map((args) => args[place.index])
    if (calls.length > most || uses !== calls.length + 1 || given.includes(undefined)) return undefined
    return given.flatMap((one) => one ?? [])
  }
}

function placesOf({scopes}: Reading): ReadonlyMap<Variable, Place> {
  const places = new Map<Variable, Place>()
  for (const called of new Set(scopes.values())) {
    if (called.initial?.type !== 'FunctionDeclaration' || called.assigned) continue
    for (const [index, parameter] of called.initial.parameters.entries()) {
      const variable = parameter.type === 'Identifier' ? scopes.get(parameter) : undefined
      if (variable !== undefined) places.set(variable, {called, index})
    }
  }
  return places
}

function callsOf({scopes, calls}: Reading): ReadonlyMap<Variable, readonly (readonly Ast.Expression[])[]> {
  const found = new Map<Variable, (readonly Ast.Expression[])[]>()
  for (const {base, args} of calls) {
    const called = base.type === 'Identifier' ? scopes.get(base) : undefined
    if (called === undefined) continue
    const before = found.get(called)
    if (before === undefined) found.set(called, [args])
    else before.push(args)
  }
  return found
}

function usesOf({scopes}: Reading): ReadonlyMap<Variable, number> {
  const uses = new Map<Variable, number>()
  for (const variable of scopes.values()) uses.set(variable, (uses.get(variable) ?? 0) + 1)
  return uses
}
