import type * as Ast from 'luaparse'
import {collect} from './collect.ts'
import {nothing, type Collected} from './nothing.ts'
import type {FileFacts} from './fact-types.ts'
import {metadataOf} from '../prosody/load-metadata.ts'
import type {LuaProblem} from '../lua/parse.ts'
import {readChunk} from '../lua/scopes.ts'
import {SourceText} from '../lua/source-text.ts'
import {readSyntax, type Syntax} from '../lua/syntax.ts'

/**
 * Reads the facts of a file of a module; gives the problem in their place where it is not valid Lua. Nothing is run:
 * what is computed at run time is told by its text.
 * @param module the module's name; undefined for a library
 */
export function factsOf(
  bytes: Buffer,
  module: string | undefined,
):
  | {readonly facts: FileFacts; readonly problem?: undefined}
  | {readonly facts?: undefined; readonly problem: LuaProblem} {
  // Lines are looked up for the few nodes that are told; locations of all take a third longer.
  const read = readSyntax(bytes, {locations: false, comments: false})
  return read.problem === undefined ? {facts: factsOfSyntax(read.syntax, module)} : read
}

/** Collects the facts of a file that was read with ranges. */
export function factsOfSyntax({chunk, source}: Syntax, module: string | undefined): FileFacts {
  return {...factsIn(chunk, source, module), ...textFacts(source)}
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
  const named = source.matchAll(/\bXEP[-\s]?0*([1-9]\d{0,3})\b/gi)
  const numbers = [...new Set([...named].map(([, number]) => Number(number)))].sort((a, b) => a - b)
  return {
    metadata: Object.fromEntries(metadataOf(source)),
    xeps: numbers.map((number) => `XEP-${String(number).padStart(4, '0')}`),
  }
}
