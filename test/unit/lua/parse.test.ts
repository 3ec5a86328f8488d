import {execFileSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {assignsGlobal} from '../../../src/lua/assigns.ts'
import {factsOf} from '../../../src/facts/facts.ts'
import {problemIn, type LuaProblem} from '../../../src/lua/parse.ts'

/** The same with facts and without. */
function problem(text: string, encoding: BufferEncoding = 'utf8'): LuaProblem | undefined {
  const bytes = Buffer.from(text, encoding)
  const found = problemIn(bytes)
  expect(factsOf(bytes, 'mine').problem).toEqual(found)
  return found
}

describe('what is valid', () => {
  it.each([
    ['an empty file', ''],
    ['a blank line', '\n'],
    ['a shebang', '#!/usr/bin/env lua\nreturn 1\n'],
    ['CRLF', 'local a = 1\r\nreturn a\r\n'],
    ['integer division, bits and goto', 'local a = 7 // 2 | 1 << 3\ngoto out\n::out::\n'],
    ['long strings and comments', 'local a = [==[ ]] ]==] --[[ x ]]\n'],
    ['escapes', 'local a = "\\x41\\z\n  \\u{1F600}\\065"\n'],
    ['a metadata line', '--% requires: s2sout-pre-connect-event\nmodule:set_global()\n'],
    ['names beyond ASCII in strings', 'local a = "é😀"\n'],
  ])('%s', (_, text) => expect(problem(text)).toBeUndefined())

  it('latin1 bytes in strings and comments', () => {
    expect(problem('local a = "caf\xe9" -- \xff\xfe\n', 'latin1')).toBeUndefined()
  })

  it('a BOM', () => {
    expect(problem('\uFEFFmodule:set_global()\n')).toBeUndefined()
  })

  it.each([
    ['a sum', `return ${'1 + '.repeat(20_000)}1`],
    ['a chain of calls', `return x${':y()'.repeat(20_000)}`],
  ])('%s of 20,000 terms, facts or no facts', (_, text) => expect(problem(text)).toBeUndefined())

  it('a thousand statements', () => {
    expect(problem('local a = { 1, 2, { 3 } }\n'.repeat(1000))).toBeUndefined()
  })
})

describe('what is not', () => {
  it.each([
    ['a bad beginning', 'x y\n', 1, 3],
    ['the third line', 'local a = 1\nlocal b = 2\nlocal = 3\n', 3, 7],
    ['behind wide characters', 'local a = "é😀" )\n', 1, 16],
    ['behind a BOM', '\uFEFF)\n', 1, 1],
    ['behind a shebang', '#!/usr/bin/lua\nlocal = 1\n', 2, 7],
    ['CRLF lines', 'local a = 1\r\nlocal = 2\r\n', 2, 7],
    ['a page of HTML', '<!DOCTYPE html>\n<html></html>\n', 1, 3],
  ])('%s', (...[, text, line, column]) => {
    expect(problem(text)).toMatchObject({line, column})
  })

  it('an end that is missing is told at the end of the file', () => {
    const found = problem('function f()\n  return 1\n')
    expect(found?.line).toBeGreaterThanOrEqual(2)
    expect(found?.message).toContain('<eof>')
  })

  it('latin1 before the place counts bytes', () => {
    expect(problem('local a = "\xe9\xe9" )\n', 'latin1')).toMatchObject({line: 1, column: 16})
  })

  it.each([
    ['parentheses', `return ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['tables', `return ${'{'.repeat(10_000)}${'}'.repeat(10_000)}`],
    ['blocks', `${'do '.repeat(10_000)}${'end '.repeat(10_000)}`],
    ['operators', `return ${'- '.repeat(20_000)}1`],
  ])('10,000 levels of %s are a problem or none, never a crash', (_, text) => {
    const bytes = Buffer.from(text)
    for (const found of [problemIn(bytes), factsOf(bytes, 'mine').problem])
      if (found !== undefined) expect(found.message).toContain('nested too deeply')
  })

  it.each([0, 1, 2, 3, 4])('junk (%i) is a problem with a place, never a crash', (round) => {
    let seed = 7 + round
    const bytes = Buffer.from(
      Array.from({length: 2000}, () => ((seed = (seed * 1103515245 + 12345) % 2147483648) >> 16) & 255),
    )
    const found = problemIn(bytes)
    expect(found?.line).toBeGreaterThan(0)
    expect(found?.column).toBeGreaterThan(0)
  })

  it.each([
    'local',
    'x = = 1',
    'for i = 1 do end',
    'return return',
    'if x then',
    '"open',
    '[[open',
    'a.b:c = 1',
    'goto',
  ])('Lua itself refuses %j, too', (text) => {
    expect(problem(text)).toBeDefined()
    expect(() => execFileSync('luac5.4', ['-p', '-'], {input: text, stdio: 'pipe'})).toThrow()
  })
})

describe('who sets a global', () => {
  it.each([
    ['plugin_paths = { "/x" }', true],
    ['a, plugin_paths = 1, {}', true],
    ['VirtualHost "x"\n\tplugin_paths = {}', true],
    ['local plugin_paths = {}', false],
    ['x.plugin_paths = {}', false],
    ['-- plugin_paths = {}', false],
    ['plugin_path = {}', false],
    ['print(plugin_paths)', false],
    ['plugin_paths = = not Lua', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(assignsGlobal(Buffer.from(text), 'plugin_paths')).toBe(expected)
  })
})
