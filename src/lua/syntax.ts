import type * as Ast from 'luaparse'
import {withoutAttributes, type Attribute} from './attributes.ts'
import {luaparse} from './luaparse.ts'
import {problemOf, withoutBom, type LuaProblem} from './parse.ts'
import {refuse} from './refuse.ts'

/** A chunk as a tree, with its text to look things up in. */
export interface Syntax {
  readonly chunk: Ast.Chunk
  /** Byte for byte as latin1, without a byte order mark; nodes' ranges count in it. */
  readonly source: string
  readonly comments: readonly Ast.Comment[]
  readonly attributes: readonly Attribute[]
}

/** Every node has `loc` (lines from 1, columns from 0, in bytes) and `range`. */
export function readSyntax(
  bytes: Buffer,
): {readonly syntax: Syntax; readonly problem?: undefined} | {readonly problem: LuaProblem} {
  const body = withoutBom(bytes)
  const source = body.toString('latin1')
  const {text, attributes} = withoutAttributes(source)
  try {
    refuse(text)
    const chunk = luaparse().parse(text, {
      luaVersion: '5.3',
      encodingMode: 'pseudo-latin1',
      comments: true,
      locations: true,
      ranges: true,
    })
    // The type declarations leave out that comments stand in the chunk.
    const {comments} = chunk as Ast.Chunk & {readonly comments: readonly Ast.Comment[]}
    return {syntax: {chunk, source, comments, attributes}}
  } catch (error) {
    return {problem: problemOf(error, body)}
  }
}

/** The text of a node. */
export function textOf(node: Ast.Node, {source}: Syntax): string {
  const {range} = node as Ast.Node & {readonly range: readonly [number, number]}
  return source.slice(...range)
}

/** From 1. */
export function lineOf(node: Ast.Node): number {
  return node.loc?.start.line ?? 0
}

/** The nodes right below a node, in the order of their names in the tree. */
export function* childrenOf(node: Ast.Node): Generator<Ast.Node, void> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const one of value as unknown[]) if (isNode(one)) yield one
    } else if (isNode(value)) yield value
  }
}

function isNode(value: unknown): value is Ast.Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
