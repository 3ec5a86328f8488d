import {execFileSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {assignsGlobal} from '../../src/lua/assigns.ts'
import {parseLua, placedCalls} from '../../src/lua/parse.ts'
import {placementOf, type Placement} from '../../src/lua/placement.ts'

const parse = (text: string, encoding: BufferEncoding = 'utf8'): ReturnType<typeof parseLua> =>
  parseLua(Buffer.from(text, encoding))
const placed = (text: string): ReturnType<typeof placedCalls> => placedCalls(Buffer.from(text))

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
  ])('%s', (_, text) => expect(parse(text).problem).toBeUndefined())

  it('latin1 bytes in strings and comments', () => {
    expect(parse('local a = "caf\xe9" -- \xff\xfe\n', 'latin1').problem).toBeUndefined()
  })

  it('a BOM', () => {
    const text = '\uFEFFmodule:set_global()\n'
    const call = {method: 'set_global', argument: undefined}
    expect(parse(text)).toEqual({problem: undefined, calls: [call]})
    expect(placed(text)).toEqual([{...call, line: 1}])
  })

  it('a thousand statements', () => {
    expect(parse('local a = { 1, 2, { 3 } }\n'.repeat(1000)).problem).toBeUndefined()
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
    expect(parse(text).problem).toMatchObject({line, column})
    expect(parse(text).calls).toEqual([])
    expect(placed(text)).toEqual([])
  })

  it('an end that is missing is told at the end of the file', () => {
    const {problem} = parse('function f()\n  return 1\n')
    expect(problem?.line).toBeGreaterThanOrEqual(2)
    expect(problem?.message).toContain('<eof>')
  })

  it('latin1 before the place counts bytes', () => {
    expect(parse('local a = "\xe9\xe9" )\n', 'latin1').problem).toMatchObject({line: 1, column: 16})
  })

  it.each([
    ['parentheses', `return ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['tables', `return ${'{'.repeat(10_000)}${'}'.repeat(10_000)}`],
    ['blocks', `${'do '.repeat(10_000)}${'end '.repeat(10_000)}`],
    ['operators', `return ${'- '.repeat(20_000)}1`],
  ])('10,000 levels of %s are a problem or none, never a crash', (_, text) => {
    const {problem} = parse(text)
    if (problem !== undefined) expect(problem.message).toContain('nested too deeply')
  })

  it.each([0, 1, 2, 3, 4])('junk (%i) is a problem with a place, never a crash', (round) => {
    let seed = 7 + round
    const bytes = Buffer.from(
      Array.from({length: 2000}, () => ((seed = (seed * 1103515245 + 12345) % 2147483648) >> 16) & 255),
    )
    const {problem} = parseLua(bytes)
    expect(problem?.line).toBeGreaterThan(0)
    expect(problem?.column).toBeGreaterThan(0)
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
    expect(parse(text).problem).toBeDefined()
    expect(() => execFileSync('luac5.4', ['-p', '-'], {input: text, stdio: 'pipe'})).toThrow()
  })
})

describe('calls on module', () => {
  it('are found in every spelling, in the order of the file', () => {
    const text = `
module:set_global();
module:depends "muc"
module:depends("http", true)
module:depends [[long]]
local util = module:require "token/util".new(module)
module:hook("muc-room-created", function (event)
	module:depends("inner");
end, 5)
module:depends(name)
module:require("a" .. "b")
module.depends("dot")
other:depends("other")
host_module:depends("host")
module:context(host):depends("chained")
module:hook_object { }
`
    const calls = placed(text)
    expect(parse(text).calls).toHaveLength(calls.length)
    expect(parse(text).calls).toEqual(
      expect.arrayContaining(calls.map(({method, argument}) => ({method, argument}))),
    )
    expect(calls.map(({method, argument, line}) => [line, method, argument])).toEqual([
      [2, 'set_global', undefined],
      [3, 'depends', 'muc'],
      [4, 'depends', 'http'],
      [5, 'depends', 'long'],
      [6, 'require', 'token/util'],
      [7, 'hook', 'muc-room-created'],
      [8, 'depends', 'inner'],
      [10, 'depends', undefined],
      [11, 'require', undefined],
      [15, 'context', undefined],
    ])
  })

  it('in comments and strings are none', () => {
    expect(
      parse('-- module:set_global()\nlocal a = "module:set_global()"\n--[[ module:depends "muc" ]]').calls,
    ).toEqual([])
  })
})

describe('where a module is enabled', () => {
  it.each<[string, string, Placement['where'], string]>([
    ['auth_x', 'module:depends "muc"', 'authentication', 'auth_'],
    ['storage_x', '', 'storage', 'storage_'],
    ['x', 'module:set_global()', 'global', 'line 1'],
    ['x', '\nmodule:depends("muc")', 'muc-component', 'line 2: module:depends "muc"'],
    ['x', 'local m = module:require "muc/room"', 'muc-component', 'muc/room'],
    ['x', 'module:hook("muc-occupant-joined", f)', 'muc-component', 'muc-occupant-joined'],
    ['x', 'module:hook("message/bare", f)', 'host', 'nothing'],
    ['x', 'module:depends "component"', 'component', 'line 1'],
    ['x_component', 'module:hook("message/host", f)', 'component', '_component'],
    ['x_component', 'module:depends "muc"', 'muc-component', 'muc'],
    ['muc_x', '', 'host', 'nothing'],
    ['x', 'module:depends "muc"\nmodule:set_global()', 'global', 'line 2'],
    [
      'x',
      'module:hook("x", function ()\n module:hook("muc-b", f)\nend)\nmodule:hook("muc-c", f)',
      'muc-component',
      'line 2',
    ],
  ])('%s with %j: %s', (...[name, code, where, evidence]) => {
    const found = placementOf(name, placed(code))
    expect(found.where).toBe(where)
    expect(found.evidence).toContain(evidence)
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
