import type * as Ast from 'luaparse'
import {SourceText} from '../../lua/source-text.ts'
import {withoutMarks, filler, type Region} from './template-marks.ts'

/**
 * A file of Lua with marks of Go's text/template, as docker-jitsi-meet has them: what they stand for is not known, and
 * what stands between `if` and `end` may be left out.
 */
export class Template {
  /** Of the same length as the original, line by line. */
  readonly lua: string
  readonly original: SourceText
  /** What may be put in as whole statements: offset and text. */
  readonly insertions: readonly {readonly at: number; readonly text: string}[]
  readonly #regions: readonly Region[]

  constructor(original: string) {
    const made = withoutMarks(original)
    this.lua = made.lua
    this.original = new SourceText(original)
    this.insertions = made.insertions
    this.#regions = made.regions
  }

  /** Tells whether a string has a mark in it. */
  isMark(value: string): boolean {
    return value.includes(filler)
  }

  /** Tells whether a variable, or a part of its name, stands for a mark. */
  isName(name: string): boolean {
    return /_{5}/.test(name)
  }

  /** Tells whether a node stands under a condition of the template that the node around it does not stand under. */
  isConditional(node: Ast.Node, parent: Ast.Node): boolean {
    return this.#around(node).length > this.#around(parent).length
  }

  /** Puts statements together that stand under one condition. */
  grouped<T extends Ast.Node>(
    nodes: readonly T[],
    depth: number,
  ): {readonly nodes: readonly T[]; readonly isConditional: boolean}[] {
    const groups: {nodes: T[]; region: Region | undefined}[] = []
    for (const node of nodes) {
      const region = this.#around(node)[depth]
      const last = groups.at(-1)
      if (last !== undefined && last.region === region) last.nodes.push(node)
      else groups.push({nodes: [node], region})
    }
    return groups.map(({nodes: own, region}) => ({nodes: own, isConditional: region !== undefined}))
  }

  #around(node: Ast.Node): readonly Region[] {
    const [start, end] = (node as Ast.Node & {readonly range: readonly [number, number]}).range
    return this.#regions.filter((one) => one.start <= start && end <= one.end)
  }
}
