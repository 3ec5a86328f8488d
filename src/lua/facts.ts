import type * as Ast from 'luaparse'
import {withoutAttributes} from './attributes.ts'
import {collect, nothing, type Collected} from './collect.ts'
import type {FileFacts} from './fact-types.ts'
import {utf8} from './fold.ts'
import {luaparse} from './luaparse.ts'
import {refuse} from './refuse.ts'
import {problemOf, withoutBom, type LuaProblem} from './parse.ts'
import {readChunk} from './scopes.ts'
import {SourceText} from './source-text.ts'

/**
 * Facts of a file of a module, or why it is not valid Lua. Nothing is run: what is computed at run time is told by its
 * text.
 * @param module the module's name; undefined for a library
 */
export function factsOf(
  bytes: Buffer,
  module: string | undefined,
):
  | {readonly facts: FileFacts; readonly problem?: undefined}
  | {readonly facts?: undefined; readonly problem: LuaProblem} {
  const body = withoutBom(bytes)
  const source = body.toString('latin1')
  const read = chunkOf(source, body)
  if (read.problem !== undefined) return read
  return {facts: {...factsIn(read.chunk, source, module), ...textFacts(source)}}
}

function chunkOf(
  source: string,
  body: Buffer,
): {readonly chunk: Ast.Chunk; readonly problem?: undefined} | {readonly problem: LuaProblem} {
  try {
    const {text} = withoutAttributes(source)
    refuse(text)
    const chunk = luaparse().parse(text, {
      luaVersion: '5.3',
      encodingMode: 'pseudo-latin1',
      comments: false,
      // Lines are looked up for the few nodes that are told; locations of all take a third longer.
      ranges: true,
    })
    return {chunk}
  } catch (error) {
    return {problem: problemOf(error, body)}
  }
}

function factsIn(chunk: Ast.Chunk, source: string, module: string | undefined): Collected {
  try {
    return collect(readChunk(chunk), new SourceText(source), module)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    // A sum of ten thousand terms is a tree of that depth, and valid Lua all the same.
    return nothing()
  }
}

function textFacts(source: string): Pick<FileFacts, 'metadata' | 'xeps'> {
  // As core/modulemanager.lua reads them: whole lines, wherever they stand; the last of a key counts.
  const metadata = source.matchAll(/^--% *(\w+): *(.+)\n/gm)
  const named = source.matchAll(/\bXEP[-\s]?0*([1-9]\d{0,3})\b/gi)
  const numbers = [...new Set([...named].map(([, number]) => Number(number)))].sort((a, b) => a - b)
  return {
    metadata: Object.fromEntries(
      [...metadata].map(([, key = '', value = '']) => [key, utf8(value.trimEnd())]),
    ),
    xeps: numbers.map((number) => `XEP-${String(number).padStart(4, '0')}`),
  }
}
