import type * as Ast from 'luaparse'

/** The text of a chunk, in which what its nodes, parsed with ranges, say and where they stand is looked up. */
export class SourceText {
  /** The text byte for byte as latin1, without a byte order mark. */
  readonly source: string
  /** Offsets behind every line's end; made when first needed. */
  #ends: number[] | undefined

  constructor(source: string) {
    this.source = source
  }

  /** Returns the text that a node stands for. */
  textOf(node: Ast.Node): string {
    return this.source.slice(...rangeOf(node))
  }

  /** Returns the line on which a node begins, from 1. As for the parser, CRLF and LFCR are one line's end. */
  lineOf(node: Ast.Node): number {
    return this.lineAt(rangeOf(node)[0])
  }

  /** Returns the line of an offset, from 1. */
  lineAt(start: number): number {
    const ends = (this.#ends ??= endsIn(this.source))
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) <= start) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}

function rangeOf(node: Ast.Node): readonly [start: number, end: number] {
  return (node as Ast.Node & {readonly range: readonly [number, number]}).range
}

function endsIn(source: string): number[] {
  const ends: number[] = []
  for (let at = 0; at < source.length; at += 1) {
    const code = source.charCodeAt(at)
    if (code !== lineFeed && code !== carriageReturn) continue
    const next = source.charCodeAt(at + 1)
    if (next !== code && (next === lineFeed || next === carriageReturn)) at += 1
    ends.push(at + 1)
  }
  return ends
}

const lineFeed = 10
const carriageReturn = 13
