import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'
import type {Stretch} from './stretch.ts'

const operators53 = new Set(['//', '&', '|', '~', '<<', '>>'])

/** The rule `lua-version`, which docs/lint/lua-version.md describes. */
export const luaVersion: Rule = {
  check({syntax, source, operators, jumps}, {target}, say) {
    const version = Number(target.lua.replace('.', ''))
    const needs = (since: number, at: Stretch, what: string): void => {
      if (version >= since) return
      const text = `${Math.floor(since / 10)}.${since % 10}`
      say(at, {severity: 'error', message: `Lua ${target.lua} has no ${what}: it came with Lua ${text}`})
    }
    if (version >= 54) return
    for (const {line, column, name} of syntax.attributes) {
      const start = source.startOf(line) + column
      needs(54, {start, end: start + name.length + 2}, 'attributes of variables')
    }
    for (const node of operators)
      if (operators53.has(node.operator)) needs(53, stretchOf(node), `operator ${node.operator}`)
    for (const node of jumps) needs(52, stretchOf(node), node.type === 'GotoStatement' ? 'goto' : 'labels')
    if (version < 53) strings(syntax.source, needs)
  },
}

type Needs = (since: number, at: Stretch, what: string) => void

/** Strings, comments, numbers and the rest, told apart: only escapes and hexadecimal fractions matter. */
const token =
  /--\[(=*)\[[^]*?\]\1\]|--[^\r\n]*|\[(=*)\[[^]*?\]\2\]|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|0[xX][\da-fA-F]*\.[\da-fA-F]*|0[xX][\da-fA-F]+[pP]/g

function strings(source: string, needs: Needs): void {
  for (const {0: text, index} of source.matchAll(token)) {
    if (text.startsWith('0')) needs(52, {start: index, end: index + text.length}, 'hexadecimal fractions')
    if (!text.startsWith('"') && !text.startsWith("'")) continue
    for (const escape of text.matchAll(/\\(?:\\|u\{|x|z)/g)) {
      const start = index + escape.index
      if (escape[0] === '\\u{') needs(53, {start, end: start + 3}, 'escape \\u{…}')
      else if (escape[0] !== '\\\\') needs(52, {start, end: start + 2}, `escape ${escape[0]}`)
    }
  }
}
