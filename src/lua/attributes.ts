import type {Token} from 'luaparse'
import {lexerOf} from './lexer.ts'

/** An attribute that Lua 5.4 lets a local variable have: `local x <const> = 1` (reference manual, 3.3.7). */
export interface Attribute {
  readonly name: 'const' | 'close'
  readonly variable: string
  /** Line of the `<` from 1, column from 0, in bytes. */
  readonly line: number
  readonly column: number
}

/** A source that a parser of Lua 5.3 can read, and the attributes that were taken out of it. */
export interface WithoutAttributes {
  /** The source with blanks in place of attributes: everything else keeps its place. */
  readonly text: string
  readonly attributes: readonly Attribute[]
}

// luaparse 0.3.1 has these numbers and does not export them.
const keyword = 4
const identifier = 8

/** Takes attributes out of a source for a parser of Lua 5.3; a source without any comes back as it is. */
export function withoutAttributes(source: string): WithoutAttributes {
  const none = {text: source, attributes: []}
  if (!/<[\s\S]{0,200}?\b(?:const|close)\b[\s\S]{0,200}?>/.test(source)) return none
  const tokens = tokensOf(source)
  if (tokens === undefined) return none
  const attributes: Attribute[] = []
  const spans: (readonly [start: number, end: number])[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    if (!is(tokens[at], keyword, 'local')) continue
    // Names, each with or without an attribute, between commas.
    for (at += 1; tokens[at]?.type === identifier; at += 1) {
      const [variable, open, name, close] = tokens.slice(at, at + 4)
      if (variable === undefined || open?.value !== '<' || close?.value !== '>' || !isAttribute(name)) {
        if (open?.value !== ',') break
        at += 1
        continue
      }
      const [start] = open.range
      attributes.push({
        name: name.value,
        variable: variable.value,
        line: open.line,
        column: start - open.lineStart,
      })
      spans.push(...[open, name, close].map(({range}) => range))
      if (tokens[at + 4]?.value !== ',') break
      at += 4
    }
  }
  return attributes.length === 0 ? none : {text: blanked(source, spans), attributes}
}

/** Undefined for what can't be read as tokens. */
function tokensOf(source: string): Token[] | undefined {
  try {
    return [...lexerOf(source)]
  } catch {
    return undefined
  }
}

function is(token: Token | undefined, type: number, value: string): boolean {
  return token?.type === type && token.value === value
}

function isAttribute(token: Token | undefined): token is Token & {readonly value: Attribute['name']} {
  return token?.type === identifier && (token.value === 'const' || token.value === 'close')
}

function blanked(source: string, spans: readonly (readonly [start: number, end: number])[]): string {
  let text = ''
  let at = 0
  for (const [start, end] of spans) {
    text += source.slice(at, start) + ' '.repeat(end - start)
    at = end
  }
  return text + source.slice(at)
}
