import {describe, expect, it} from 'vitest'
import {factsOf} from '../../../src/facts/facts.ts'

/** `path` of what is named as a whole, `path…` of what goes on with something computed. */
function named(lua: string): string[] {
  const {facts} = factsOf(Buffer.from(lua), 'x')
  if (facts === undefined) throw new Error('not valid Lua')
  return facts.resources.map(({path, exact}) => (exact ? path : `${path}…`))
}

describe('files that a module names beside itself', () => {
  it.each([
    ['module:load_resource("tls/ca.txt")', ['tls/ca.txt']],
    ['module:load_resource("lang/" .. lang .. ".json")', ['lang/…']],
    ['module:load_resource(name)', ['…']],
    ['for _, n in ipairs { "p", "q" } do module:load_resource(n .. ".xml") end', ['p.xml', 'q.xml']],
    [
      'local function get(f) return module:load_resource(f) end; get("a.html"); get("b/" .. c); get(...)',
      ['a.html', 'b/…', '…'],
    ],
    ['local get = function (_, f) return module:load_resource(f) end; get(1, "a.css")', ['a.css']],
    ['local function get(f) module:load_resource(f) end; get("a"); get()', ['…']],
    ['local function get(f) module:load_resource(f) end; get("a"); each(get)', ['…']],
    ['local function get(f) f = f .. "x"; module:load_resource(f) end; get("a")', ['…']],
    ['function get(f) module:load_resource(f) end; get("a")', ['…']],
    ['local base = module:get_directory(); serve { path = base .. "/www/html" }', ['www/html']],
    ['local base = module:get_directory() .. "/"; io.open(base .. "k/" .. z)', ['', 'k/…']],
    ['local d = (module.path:match("^(.*/)") or "") .. "data.json"', ['data.json']],
    ['local d = module.path:gsub("/[^/]+$", "") .. "/data.json"', ['data.json']],
    ['local f = debug.getinfo(1).source:sub(2):match("(.*/)") .. "z.lua"', ['z.lua']],
    ['local f = string.match(module.path, "(.*/)") .. "z.lua"', ['z.lua']],
    ['local e = require "util.paths".join(module:get_directory(), "x", "y.txt")', ['x/y.txt']],
    ['local e = join(module:get_directory(), "x", name)', ['x…']],
    ['package.path = module:get_directory() .. "/lib/?.lua;" .. package.path', ['lib/?.lua;…']],
    ['local function f(module) return module:get_directory() .. "/a" end', ['a']],
    ['local a = "x" .. "y"; local b = module.path .. "z"; local c = dir .. "/q"', []],
    ['local path; path = module:get_directory(); local a = path .. "/x"', []],
  ])('%s', (lua, expected) => {
    expect(named(lua)).toEqual(expected)
  })

  it('are told with text and line', () => {
    const {facts} = factsOf(Buffer.from('\nmodule:load_resource(one .. ".txt")'), 'x')
    expect(facts?.resources).toEqual([{path: '', exact: false, text: 'one .. ".txt"', line: 2}])
  })

  it('take the same work for each part of a long join', () => {
    // Lua itself takes no more than some 200.
    const lua = `local x = module:get_directory()${' .. a'.repeat(180)}`
    expect(named(lua)).toEqual(['…'])
    const deep = `local x = ${'('.repeat(150)}module:get_directory()${' .. "a")'.repeat(150)}`
    expect(named(deep)).toEqual(['a'.repeat(150)])
  })

  it('follow a function that is called a few times only', () => {
    const lua = (times: number): string =>
      `local function get(f) module:load_resource(f) end\n${'get("a")\n'.repeat(times)}`
    expect(named(lua(200))).toEqual(Array.from({length: 200}, () => 'a'))
    expect(named(lua(201))).toEqual(['…'])
  })

  it('follow locals only so far', () => {
    const chain = Array.from({length: 150}, (_, index) => `local p${index + 1} = p${index}:sub(1)`)
    expect(named(`local p0 = module.path\n${chain.join('\n')}\nlocal f = p150:match("x") .. "y"`)).toEqual([])
  })
})
