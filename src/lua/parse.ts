import {withoutAttributes} from './attributes.ts'
import {largest} from './largest.ts'
import {luaparse} from './luaparse.ts'
import {refuse} from './refuse.ts'

/** What keeps a file from being read as Lua, in the parser's words, and where. */
export interface LuaProblem {
  /** Line of the file, from 1. */
  readonly line: number
  /** Column in that line from 1, in characters. */
  readonly column: number
  readonly message: string
}

/** The problem that a file of more than `largest` bytes has. */
export const tooLarge: LuaProblem = {line: 1, column: 1, message: `larger than ${largest} bytes`}

const bom = [0xef, 0xbb, 0xbf]

/**
 * Tells what keeps a file from being read as Lua; undefined where it is valid. Always luaparse's 5.3 mode: its 5.1 mode
 * refuses valid files, and 5.3 accepts every file of Prosody, prosody-modules and Jitsi. Attributes of Lua 5.4 are read
 * as well.
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

/** Returns the bytes of a text behind its UTF-8 byte order mark, or all of them where it has none. */
export function withoutBom(bytes: Buffer): Buffer {
  return bom.every((byte, index) => bytes[index] === byte) ? bytes.subarray(bom.length) : bytes
}

/**
 * Turns what the parser threw into a problem of the file whose bytes are `body`, without a byte order mark. Rethrows
 * what is no error of syntax or of depth.
 */
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
