import type * as Ast from 'luaparse'
import type {Place} from './model.ts'
import type {Parentheses, Scan} from './scan.ts'
import {lineAt, type SourceText} from './text.ts'

type Located = Ast.Node & {readonly range: readonly [number, number]}

export function startOf(node: Ast.Node): number {
  return (node as Located).range[0]
}

export function endOf(node: Ast.Node): number {
  return (node as Located).range[1]
}

export function placeOf(node: Ast.Node): Place {
  const [start, end] = (node as Located).range
  return {line: node.loc?.start.line ?? 1, start, end}
}

/** The last of ascending offsets that is below a bound. */
export function lastBelow(offsets: readonly number[], bound: number): number | undefined {
  return offsets[firstFrom(offsets, bound) - 1]
}

/** Index of the first of ascending numbers that is not below a bound. */
export function firstFrom(numbers: readonly number[], bound: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** Finds what the tree leaves out of the source. */
export class Places {
  readonly #scan: Scan
  readonly #text: SourceText
  /** Where statements end, and semicolons that are a part of one. */
  readonly #ends = new Set<number>()
  readonly #returned = new Set<number>()
  readonly #calls = new Set<Parentheses>()

  constructor(scan: Scan, text: SourceText) {
    this.#scan = scan
    this.#text = text
  }

  /** Comes for every statement. */
  noteStatement(node: Ast.Statement): void {
    if (this.#scan.semicolons.size === 0) return
    const end = endOf(node)
    // A return holds its semicolon.
    if (node.type === 'ReturnStatement' && this.#scan.semicolons.has(end - 1)) this.#returned.add(end - 1)
    else this.#ends.add(end)
  }

  /** Semicolons that end no statement. */
  *danglingSemicolons(): Generator<Place> {
    for (const [start, before] of this.#scan.semicolons)
      if (!this.#returned.has(start) && !this.#ends.has(before)) yield this.#at({start, end: start + 1})
  }

  /** Tells that the parentheses of a call's arguments group nothing; comes before its arguments are looked at. */
  noteCall(call: Ast.CallExpression): void {
    const [first] = call.arguments
    if (first === undefined) return
    let around = this.#scan.parentheses.get(startOf(first))
    while (around !== undefined && around.end !== endOf(call))
      around = this.#scan.parentheses.get(around.start)
    if (around !== undefined) this.#calls.add(around)
  }

  /** The innermost and the outermost parentheses right around an expression; undefined where there are none. */
  around(node: Ast.Node): {readonly inner: Place; readonly outer: Place} | undefined {
    let inner: Parentheses | undefined
    let outer: Parentheses | undefined
    let {start, end} = {start: startOf(node), end: endOf(node)}
    for (;;) {
      const next = this.#scan.parentheses.get(start)
      if (next?.insideEnd !== end || this.#calls.has(next)) break
      outer = next
      inner ??= next
      ;({start, end} = next)
    }
    if (inner === undefined || outer === undefined) return undefined
    return {inner: this.#at(inner), outer: this.#at(outer)}
  }

  /** Where an expression ends, with parentheses around it. */
  outerEnd(node: Ast.Node): number {
    return this.around(node)?.outer.end ?? endOf(node)
  }

  /** The keyword `then` behind a condition. */
  thenAfter(condition: Ast.Expression): Place {
    const start = this.#scan.thens[firstFrom(this.#scan.thens, endOf(condition))] ?? endOf(condition)
    return this.#at({start, end: start + 4})
  }

  /** The colon before the name of a method that is declared. */
  colonBefore(name: Ast.Identifier): Place {
    const start = lastBelow(this.#scan.colons, startOf(name)) ?? startOf(name)
    return this.#at({start, end: start + 1})
  }

  /** The first keyword `function` from an offset on. */
  functionAfter(offset: number): Place {
    const start = this.#scan.functions[firstFrom(this.#scan.functions, offset)] ?? offset
    return this.#at({start, end: start})
  }

  #at({start, end}: {readonly start: number; readonly end: number}): Place {
    return {line: lineAt(this.#text, start), start, end}
  }
}
