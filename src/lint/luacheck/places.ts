import type * as Ast from 'luaparse'
import {signs, tokenFrom} from '../source/characters.ts'
import type {Span} from './model.ts'
import type {Parentheses, Scan} from '../source/scan.ts'
import type {SourceText} from '../source/text.ts'

type Located = Ast.Node & {readonly range: Span}

/** Returns the range of a node, which the parser must have been asked for. */
export function spanOf(node: Ast.Node): Span {
  return (node as Located).range
}

/** Returns where a node begins, in bytes. */
export function startOf(node: Ast.Node): number {
  return (node as Located).range[0]
}

/** Returns where a node ends, in bytes. */
export function endOf(node: Ast.Node): number {
  return (node as Located).range[1]
}

/** A finder of what the tree leaves out of the source. */
export class Places {
  readonly #scan: Scan
  readonly #source: string
  /** Where statements end, and semicolons that are a part of one or separate fields. */
  readonly #ends = new Set<number>()
  readonly #meant = new Set<number>()

  constructor(scan: Scan, text: SourceText) {
    this.#scan = scan
    this.#source = text.source
  }

  /** Notes where a statement ends; called for every one. */
  noteStatement(node: Ast.Statement): void {
    if (this.#scan.semicolons.length === 0) return
    const end = endOf(node)
    // A return holds its semicolon.
    if (node.type === 'ReturnStatement' && this.#source.charCodeAt(end - 1) === signs.semicolon)
      this.#meant.add(end - 1)
    else this.#ends.add(end)
  }

  /** Notes where a value of a table ends; called for every one. */
  noteField(value: Ast.Expression): void {
    if (this.#scan.semicolons.length === 0) return
    const separator = this.#behind(value)
    if (this.#source.charCodeAt(separator) === signs.semicolon) this.#meant.add(separator)
  }

  /** Lists the semicolons that end no statement. */
  danglingSemicolons(): Span[] {
    return this.#scan.semicolons
      .filter(({start, before}) => !this.#meant.has(start) && !this.#ends.has(before))
      .map(({start}) => [start, start + 1])
  }

  /** Notes that the parentheses of a call's arguments group nothing; called before its arguments are looked at. */
  noteCall(call: Ast.CallExpression): void {
    const [first] = call.arguments
    if (first === undefined) return
    const end = endOf(call)
    let around = this.#scan.parentheses.get(startOf(first))
    while (around !== undefined && around.end !== end) around = this.#scan.parentheses.get(around.start)
    if (around !== undefined) around.isCall = true
  }

  /** Tells whether an expression stands in parentheses that are not those of a call. */
  isWrapped(node: Ast.Node): boolean {
    const [start, end] = spanOf(node)
    const next = this.#scan.parentheses.get(start)
    return next?.insideEnd === end && !next.isCall
  }

  /** Returns the innermost and the outermost parentheses right around an expression; undefined where there are none. */
  around(node: Ast.Node): {readonly inner: Span; readonly outer: Span} | undefined {
    let inner: Parentheses | undefined
    let outer: Parentheses | undefined
    let [start, end] = spanOf(node)
    for (;;) {
      const next = this.#scan.parentheses.get(start)
      if (next?.insideEnd !== end || next.isCall) break
      outer = next
      inner ??= next
      ;({start, end} = next)
    }
    if (inner === undefined || outer === undefined) return undefined
    return {inner: [inner.start, inner.end], outer: [outer.start, outer.end]}
  }

  /** Returns where an expression ends, with parentheses around it. */
  outerEnd(node: Ast.Node): number {
    return this.around(node)?.outer[1] ?? endOf(node)
  }

  /** Finds the keyword `then` behind a condition. */
  thenAfter(condition: Ast.Expression): Span {
    const start = this.#behind(condition)
    return [start, start + 'then'.length]
  }

  /** The first token behind an expression and parentheses around it. */
  #behind(node: Ast.Expression): number {
    let start = tokenFrom(this.#source, endOf(node))
    while (this.#source.charCodeAt(start) === signs.closing) start = tokenFrom(this.#source, start + 1)
    return start
  }

  /** Finds the colon between what has a method and the method's name, where it is declared. */
  colonAfter(base: Ast.Expression): Span {
    const start = tokenFrom(this.#source, endOf(base))
    return [start, start + 1]
  }

  /** Finds where the keyword `function` starts behind a `local`. */
  functionAfter(local: number): number {
    return tokenFrom(this.#source, local + 'local'.length)
  }
}
