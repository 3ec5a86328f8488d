import type * as Ast from 'luaparse'
import {withoutAttributes} from './attributes.ts'
import {luaparse} from './luaparse.ts'
import {refuse} from './refuse.ts'

export interface LuaProblem {
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
  readonly message: string
}

/** The literal text of a string argument; undefined for anything computed. */
export type LiteralArgument = string | undefined

/** One call `module:method("first argument", …)`. */
export interface ModuleCall {
  readonly method: string
  readonly argument: LiteralArgument
}

export interface PlacedCall extends ModuleCall {
  /** From 1. */
  readonly line: number
}

export interface ParsedLua {
  readonly problem: LuaProblem | undefined
  /** Calls of methods on `module`, in no certain order. */
  readonly calls: readonly ModuleCall[]
}

const bom = [0xef, 0xbb, 0xbf]

/**
 * Parses Lua as data. Always luaparse's 5.3 mode: its 5.1 mode refuses valid files, and 5.3 accepts every
 * file of Prosody, prosody-modules and Jitsi. Attributes of Lua 5.4 are read as well.
 */
export function parseLua(bytes: Buffer): ParsedLua {
  const body = withoutBom(bytes)
  const calls: ModuleCall[] = []
  try {
    visit(body, false, (node) => {
      const call = moduleCall(node)
      if (call !== undefined) calls.push(call)
    })
    return {problem: undefined, calls}
  } catch (error) {
    return {problem: problemOf(error, body), calls: []}
  }
}

/**
 * Calls of methods on `module` in source order, with their lines: takes a third longer than parseLua. None for
 * what is not valid Lua.
 */
export function placedCalls(bytes: Buffer): readonly PlacedCall[] {
  const calls: PlacedCall[] = []
  const body = withoutBom(bytes)
  try {
    visit(body, true, (node) => {
      const call = moduleCall(node)
      if (call !== undefined) calls.push({...call, line: node.loc?.start.line ?? 0})
    })
  } catch (error) {
    problemOf(error, body)
    return []
  }
  // The parser reports a call after those inside its arguments.
  return calls.sort((a, b) => a.line - b.line)
}

export function withoutBom(bytes: Buffer): Buffer {
  return bom.every((byte, index) => bytes[index] === byte) ? bytes.subarray(bom.length) : bytes
}

/** Bytes are read as latin1 so that columns and strings are exact. */
function visit(body: Buffer, locations: boolean, onCreateNode: (node: Ast.Node) => void): void {
  const {text} = withoutAttributes(body.toString('latin1'))
  refuse(text)
  luaparse().parse(text, {
    luaVersion: '5.3',
    encodingMode: 'pseudo-latin1',
    comments: false,
    locations,
    onCreateNode,
  })
}

function moduleCall(node: Ast.Node): ModuleCall | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'StringCallExpression') return undefined
  const {base} = node
  if (base.type !== 'MemberExpression' || base.indexer !== ':') return undefined
  if (base.base.type !== 'Identifier' || base.base.name !== 'module') return undefined
  const argument = node.type === 'StringCallExpression' ? node.argument : node.arguments[0]
  return {
    method: base.identifier.name,
    argument: argument?.type === 'StringLiteral' ? argument.value : undefined,
  }
}

export function problemOf(error: unknown, body: Buffer): LuaProblem {
  if (error instanceof RangeError)
    return {line: 1, column: 1, message: 'the code is nested too deeply to be read'}
  if (!(error instanceof SyntaxError)) throw error
  const {line, column} = error as SyntaxError & {line?: number; column?: number}
  const at = {line: line ?? 1, byteColumn: column ?? 0}
  return {
    line: at.line,
    column: characterColumn(body, at),
    message: error.message.replace(/^\[\d+:\d+\] /, ''),
  }
}

/** Characters before a byte column of a line, from 1; bytes where the line is not UTF-8. */
function characterColumn(body: Buffer, at: {readonly line: number; readonly byteColumn: number}): number {
  const line = body.toString('latin1').split('\n')[at.line - 1] ?? ''
  const before = Buffer.from(line.slice(0, at.byteColumn), 'latin1')
  try {
    return Array.from(new TextDecoder('utf-8', {fatal: true}).decode(before)).length + 1
  } catch {
    return at.byteColumn + 1
  }
}
