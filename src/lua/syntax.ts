import type * as Ast from 'luaparse'
import {withoutAttributes, type Attribute} from './attributes.ts'
import {luaparse} from './luaparse.ts'
import {problemOf, withoutBom, type LuaProblem} from './parse.ts'

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
