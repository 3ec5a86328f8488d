import {withoutAttributes} from './attributes.ts'
import {largest} from './largest.ts'
import {luaparse} from './luaparse.ts'
import {refuse} from './refuse.ts'

export interface LuaProblem {
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
  readonly message: string
}

export const tooLarge: LuaProblem = {line: 1, column: 1, message: `larger than ${largest} bytes`}

const bom = [0xef, 0xbb, 0xbf]

/**
 * What keeps Lua from being read; undefined where it is valid. Always luaparse's 5.3 mode: its 5.1 mode refuses valid
 * files, and 5.3 accepts every file of Prosody, prosody-modules and Jitsi. Attributes of Lua 5.4 are read as well.
 */
export function problemIn(bytes: Buffer): LuaProblem | undefined {
  if (bytes.length > largest) return tooLarge
  const body = withoutBom(bytes)
  try {
    const {text} = withoutAttributes(body.toString('latin1'))
    refuse(text)
    luaparse().parse(text, {
      luaVersion: '5.3',
      // Bytes are read as latin1 so that columns and strings are exact.
      encodingMode: 'pseudo-latin1',
      comments: false,
    })
    return undefined
  } catch (error) {
    return problemOf(error, body)
  }
}

export function withoutBom(bytes: Buffer): Buffer {
  return bom.every((byte, index) => bytes[index] === byte) ? bytes.subarray(bom.length) : bytes
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
