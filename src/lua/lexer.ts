import type {Token} from 'luaparse'
import {luaparse} from './luaparse.ts'

// luaparse 0.3.1 has this number and does not export it.
const endOfFile = 1

/** Yields the tokens of a source, without comments. Throws SyntaxError where something is no token. */
export function* lexerOf(source: string): Generator<Token, void> {
  // The lexer alone knows nothing of a first line that a system reads to start a script.
  const code = source.replace(/^#!.*/, (line) => ' '.repeat(line.length))
  const lexer = luaparse().parse(code, {
    wait: true,
    luaVersion: '5.3',
    encodingMode: 'pseudo-latin1',
    comments: false,
  })
  for (let token = lexer.lex(); token.type !== endOfFile; token = lexer.lex()) yield {...token}
}
