import {lexerOf} from './lexer.ts'

// luaparse 0.3.1 has this number and does not export it.
const punctuator = 32

/** luaparse compares every `goto` with every local variable behind it and with every label. */
const mostJumps = 5000

/**
 * Throws SyntaxError, as the parser does, for a source that luaparse reads though it is not valid, or reads too slowly.
 */
export function refuse(source: string): void {
  // It takes the first expression of arguments and of `return` for left out where a comma stands.
  if (/(?:,|--)(?<=(?:\(|\breturn)\s*(?:,|--))/.test(source)) refuseCommas(source)
  if (source.includes('goto') && (source.match(/\bgoto\b/g)?.length ?? 0) > mostJumps)
    throw problemAt({line: 1, column: 0}, `there are more than ${mostJumps} jumps`)
}

function refuseCommas(source: string): void {
  let before = ''
  for (const {type, value, line, range, lineStart} of lexerOf(source)) {
    const opens = before === '(' || before === 'return'
    if (opens && type === punctuator && value === ',')
      throw problemAt({line, column: range[0] - lineStart}, "<expression> expected near ','")
    before = type === punctuator || value === 'return' ? value : ''
  }
}

function problemAt(at: {readonly line: number; readonly column: number}, message: string): SyntaxError {
  return Object.assign(new SyntaxError(message), at)
}
