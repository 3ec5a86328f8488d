import type * as Ast from 'luaparse'
import {withoutAttributes, type Attribute} from './attributes.ts'
import {luaparse} from './luaparse.ts'
import {largest} from './largest.ts'
import {problemOf, tooLarge, withoutBom, type LuaProblem} from './parse.ts'
import {refuse} from './refuse.ts'

/** A chunk as a tree, and the text in which its nodes are looked up. */
export interface Syntax {
  readonly chunk: Ast.Chunk
  /** The text byte for byte as latin1, without a byte order mark; nodes' ranges count in it. */
  readonly source: string
  readonly comments: readonly Ast.Comment[]
  readonly attributes: readonly Attribute[]
}

/** What a tree is to have besides ranges; each costs about a third of what reading without it does. */
export interface SyntaxWanted {
  /** Whether every node has `loc`: lines from 1, columns from 0, in bytes. */
  readonly locations: boolean
  readonly comments: boolean
}

/**
 * Reads a file as a tree whose nodes all have `range`; gives the problem in its place where the file is not valid Lua.
 */
export function readSyntax(
  bytes: Buffer,
  {locations, comments: wantsComments}: SyntaxWanted = {locations: true, comments: true},
): {readonly syntax: Syntax; readonly problem?: undefined} | {readonly problem: LuaProblem} {
  if (bytes.length > largest) return {problem: tooLarge}
  const body = withoutBom(bytes)
  const source = body.toString('latin1')
  const {text, attributes} = withoutAttributes(source)
  try {
    refuse(text)
    const chunk = luaparse().parse(text, {
      luaVersion: '5.3',
      encodingMode: 'pseudo-latin1',
      comments: wantsComments,
      locations,
      ranges: true,
    })
    // The type declarations leave out that comments stand in the chunk.
    const {comments = []} = chunk as Ast.Chunk & {readonly comments?: readonly Ast.Comment[]}
    return {syntax: {chunk, source, comments, attributes}}
  } catch (error) {
    return {problem: problemOf(error, body)}
  }
}
