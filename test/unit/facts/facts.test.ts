import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {FileFacts} from '../../../src/facts/fact-types.ts'
import {factsOf} from '../../../src/facts/facts.ts'
import {loadingOf} from '../../../src/facts/loading.ts'
import {placementOf, type Placement} from '../../../src/facts/placement.ts'
import {fold} from '../../../src/lua/fold.ts'
import {scopesOf} from '../../../src/lua/scopes.ts'
import {readSyntax} from '../../../src/lua/syntax.ts'

function facts(source: string, module: string | undefined = 'mine'): FileFacts {
  const found = factsOf(Buffer.from(source), module)
  if (found.problem !== undefined) throw new Error(found.problem.message)
  return found.facts
}

describe('requires', () => {
  it.each<[source: string, ...found: [name: string | null, optional: boolean][]]>([
    ['local st = require "util.stanza"', ['util.stanza', false]],
    ["local st = require('util.stanza').reply", ['util.stanza', false]],
    ['require [[net.http]]', ['net.http', false]],
    ['local name = "util." .. "jid"; require(name)', ['util.jid', false]],
    ['local name = "a"; name = "b"; require(name)', [null, false]],
    ['local ok, cjson = pcall(require, "cjson.safe")', ['cjson.safe', true]],
    ['xpcall(require, debug.traceback, "lfs")', ['lfs', true]],
    ['pcall(function () return require "inspect" end)', ['inspect', true]],
    [
      'local softreq = require "util.dependencies".softreq; local x = softreq"ssl"',
      ['util.dependencies', false],
      ['ssl', true],
    ],
    ['local r = require; r "util.set"', ['util.set', false]],
    ['require(prefix .. "x")', [null, false]],
    ['for _, n in ipairs(names) do require(n) end', [null, false]],
    ['local function require(x) end require "not.it"'],
    ['-- require "comment"\nlocal s = [[ require "string" ]]'],
    ['other.require "x"'],
  ])('%s', (source, ...found) => {
    expect(facts(source).requires.map(({name, optional}) => [name, optional])).toEqual(found)
  })

  it('are told with their line, and what is computed with its text', () => {
    expect(facts('\n\nrequire(prefix .. "ü")').requires).toEqual([
      {name: null, text: 'prefix .. "ü"', line: 3, optional: false, conditional: false},
    ])
  })
})

describe('what depends on a condition', () => {
  it.each<[source: string, conditional: boolean]>([
    ['require "a"', false],
    ['if x then require "a" end', true],
    ['if x then else require "a" end', true],
    ['if require "a" then end', false],
    ['if x then elseif require "a" then end', true],
    ['local a = x and require "a"', true],
    ['local a = require "a" or x', false],
    ['while x do require "a" end', true],
    ['for i = 1, 2 do require "a" end', true],
    ['for k in pairs(x) do require "a" end', true],
    ['local function f() require "a" end', false],
    ['if x then local function f() require "a" end end', true],
    ['if x then end require "a"', false],
    ['do require "a" end', false],
    ['repeat require "a" until x', false],
  ])('%s', (source, conditional) => {
    expect(facts(source).requires.map((one) => one.conditional)).toEqual([conditional])
  })
})

describe('libraries and modules', () => {
  it('by module:require, module:depends, and under pcall', () => {
    const found = facts(`
      local util = module:require "util"
      local lookup = module:require("token/util").new(module)
      module:depends "http"
      module:depends("muc", true)
      local ok = pcall(module.depends, module, "pubsub")
      module:depends(module:get_option_string("backend"))
    `)
    expect(found.libraries.map(({name, line}) => [name, line])).toEqual([
      ['util', 2],
      ['token/util', 3],
    ])
    expect(found.depends.map(({name, optional}) => [name, optional])).toEqual([
      ['http', false],
      ['muc', true],
      ['pubsub', true],
      [null, false],
    ])
  })
})

describe('options', () => {
  it.each<[source: string, found: Partial<FileFacts['options'][number]>]>([
    [
      'module:get_option_string("a", "x")',
      {name: 'a', type: 'string', default: {text: '"x"', computed: false}},
    ],
    ['module:get_option("a")', {name: 'a', type: 'any', default: null, on: 'module'}],
    ['module:get_option_boolean("a", nil)', {type: 'boolean', default: null}],
    [
      'module:get_option_number("a", 60 * 60 * 24)',
      {type: 'number', default: {text: '86400', computed: false}},
    ],
    ['module:get_option_number("a", -1)', {default: {text: '-1', computed: false}}],
    ['local x = module:get_option_number("a") or 5', {name: 'a', default: {text: '5', computed: false}}],
    [
      'local d = { "x"; "y" }; module:get_option_set("a", d)',
      {type: 'set', default: {text: '{ "x"; "y" }', computed: false}},
    ],
    ['module:get_option_inherited_set("a")', {type: 'set'}],
    ['module:get_option_array("a", { host })', {type: 'array', default: {text: '{ host }', computed: true}}],
    ['module:get_option_string("a", module.host)', {default: {text: 'module.host', computed: true}}],
    ['module:get_option_string("a", "x-" .. module.name)', {default: {text: '"x-mine"', computed: false}}],
    ['module:get_option_string(module.name .. "_url")', {name: 'mine_url'}],
    ['module:get_option_string(module:get_name() .. "_url")', {name: 'mine_url'}],
    ['module:get_option_string(prefix .. "_url")', {name: null, text: 'prefix .. "_url"'}],
    ['module:get_option_enum("a", "x", "y", "z")', {type: 'enum', values: ['"y"', '"z"']}],
    ['module:get_option_period("a", "1 day")', {type: 'period', default: {text: '"1 day"', computed: false}}],
    ['module:get_option_integer("a", 1, 0, 9)', {type: 'integer', default: {text: '1', computed: false}}],
    ['module:get_option_path("a", "file", "data")', {type: 'path'}],
    ['module:context("*"):get_option_string("a")', {name: 'a', on: 'context'}],
    ['local g = module:context(host); g:get_option("a")', {name: 'a', on: 'context'}],
    ['function f(host_module) host_module:get_option_boolean("a") end', {name: 'a', on: 'context'}],
    ['return function (module) return module:get_option("a") end', {name: 'a', on: 'module'}],
    ['local m = module; m:get_option("a")', {name: 'a', on: 'module'}],
    ['local get = module.get_option_string; get(module, "a", "x")', {name: 'a', type: 'string'}],
    ['module.get_option_number(module, "a", 1)', {name: 'a', default: {text: '1', computed: false}}],
    ['module["get_option_" .. "set"](module, "a")', {name: 'a', type: 'set'}],
    ['module:context(host):context("*"):get_option("a") ', {name: 'a', on: 'context'}],
    ['pcall(module.get_option, module, "a")', {name: 'a', type: 'any'}],
  ])('%s', (source, found) => {
    expect(facts(source).options).toEqual([expect.objectContaining(found)])
  })

  it('that stand in for one another have each what stands behind', () => {
    const found = facts('local x = module:get_option("new") or module:get_option("old") or 5')
    expect(found.options.map((option) => [option.name, option.default?.text])).toEqual([
      ['new', 'module:get_option("old")'],
      ['old', '5'],
    ])
  })

  it('do not hide the context that they are read by', () => {
    expect(facts('local x = module:context(host):get_option("a") or 1').contexts).toEqual([
      {text: 'host', line: 1},
    ])
  })

  it('of a library have no module name to be made of', () => {
    const source = 'module:get_option(module.name .. "_x")'
    const found = factsOf(Buffer.from(source), undefined)
    expect(found.problem).toBeUndefined()
    if (found.problem === undefined) expect(found.facts.options).toMatchObject([{name: null}])
  })

  it('are no options of anybody else', () => {
    expect(
      facts('config:get_option("a"); module.get_option("b"); get_option("c"); module:get_options("d")')
        .options,
    ).toEqual([])
  })
})

describe('everything else', () => {
  it('routes, hooks, events, features, stores, shared tables, contexts, metadata, XEPs', () => {
    const found = facts(`--% requires: net.connect.filter
--% lua: 5.4
-- Implements XEP-0045 and xep-0313, not xxep-1.
module:depends "http"
local routes = { ["GET"] = get; ["POST /items/*"] = post }
module:provides("http", { default_path = "/mine/", route = routes })
module:provides("http", { name = "x", route = { ["GET /"] = get, [dynamic] = no } })
module:provides "auth"
module:hook("muc-room-created", f, 10)
module:hook_global("server-stopping", f)
module:hook_tag("urn:x", "enable", f)
module:hook("iq/" .. kind, f)
module:wrap_event("x", f)
module:fire_event("mine/event", {})
module:add_feature("urn:xmpp:mam:2")
local store = module:open_store("archive", "map")
local shared = module:shared("/*/mine", "b")
module:context("*"):fire_event("other")
module:set_global()
`)
    expect(found.metadata).toEqual({requires: 'net.connect.filter', lua: '5.4'})
    expect(found.xeps).toEqual(['XEP-0045', 'XEP-0313'])
    expect(found.provides.map(({name, routes}) => [name, routes])).toEqual([
      ['http', ['GET /mine', 'POST /mine/items/*']],
      ['http', ['GET /x/']],
      ['auth', []],
    ])
    expect(found.hooks.map(({name, by}) => [name, by])).toEqual([
      ['muc-room-created', 'hook'],
      ['server-stopping', 'hook_global'],
      ['enable', 'hook_tag'],
      [null, 'hook'],
      ['x', 'wrap_event'],
    ])
    expect(found.fires.map(({name}) => name)).toEqual(['mine/event', 'other'])
    expect(found.features.map(({name}) => name)).toEqual(['urn:xmpp:mam:2'])
    expect(found.stores.map(({name}) => name)).toEqual(['archive'])
    expect(found.shared.map(({name}) => name)).toEqual(['/*/mine', 'b'])
    expect(found.contexts).toEqual([{text: '"*"', line: 18}])
    expect(found.api).toMatchObject({depends: 4, provides: 6, set_global: 19})
    expect(found.api).not.toHaveProperty('__proto__')
  })

  it.each<[item: string, module: string, ...routes: string[]]>([
    ['{ route = { GET = f, ["post /a"] = f, ["/no"] = f } }', 'mine', 'GET /mine', 'POST /mine/a'],
    ['{ route = { ["GET /a"] = f } }', 'http_mine', 'GET /mine/a'],
    ['{ name = "x", route = { ["GET /a"] = f } }', 'mine', 'GET /x/a'],
    ['{ name = name(), route = { ["GET /a"] = f } }', 'mine'],
    [
      '{ default_path = "/", route = { ["GET /"] = f, ["GET /a"] = f, PUT = f } }',
      'mine',
      'GET /',
      'GET /a',
      'PUT /',
    ],
    ['{ default_path = "y/", route = { ["GET /a"] = f } }', 'mine', 'GET /y/a'],
    [
      '{ default_path = module:get_option_string("p", "/y"), route = { ["GET /a"] = f } }',
      'mine',
      'GET /y/a',
    ],
    ['{ default_path = path, route = { ["GET /a"] = f } }', 'mine'],
    ['{ route = guarded { ["GET /a"] = f } }', 'mine', 'GET /mine/a'],
    ['{ route = guarded({ ["GET /a"] = f }) }', 'mine', 'GET /mine/a'],
    ['{ route = made_up(a, b) }', 'mine'],
    ['item', 'mine', 'GET /mine/b', 'POST /mine/c'],
  ])('routes of %s in mod_%s', (item, module, ...routes) => {
    const source = `local routes = { ["GET /b"] = f }
      local item = {}
      routes["POST /c"] = f
      item.route = routes
      module:provides("http", ${item})`
    expect(facts(source, module).provides.map((one) => one.routes)).toEqual([routes])
  })

  it.each<[source: string, ...names: (string | null)[]]>([
    ['for _, name in ipairs { "a", "b" } do module:hook(name, f) end', 'a', 'b'],
    ['local t = { "a", "b" }; for _, name in ipairs(t) do module:hook("x/" .. name, f) end', 'x/a', 'x/b'],
    ['for name, f in pairs { a = f, ["b"] = f } do module:hook(name, f) end', 'a', 'b'],
    [
      'local s = set.new { "a", "b" }; for x in s do for _, y in pairs { "1", "2" } do module:hook(x .. y, f) end end',
      'a1',
      'a2',
      'b1',
      'b2',
    ],
    ['for _, name in ipairs { "a", other } do module:hook(name, f) end', null],
    ['for _, name in ipairs(names) do module:hook(name, f) end', null],
    ['for _, name in ipairs { "a" } do name = "b"; module:hook(name, f) end', null],
    ['for index in ipairs { "a" } do module:hook(index, f) end', null],
    ['local t = {}; t = { "a" }; for _, name in ipairs(t) do module:hook(name, f) end', null],
    ['local function ipairs() end; for _, name in ipairs { "a" } do module:hook(name, f) end', null],
    ['for i = 1, 3 do module:hook("x" .. i, f) end', null],
  ])('events in a loop: %s', (source, ...names) => {
    expect(facts(source).hooks.map(({name}) => name)).toEqual(names)
  })

  it('events of the whole server, and stores that are named after the module', () => {
    const found = facts(`
      prosody.events.fire_event("a", {})
      prosody.events.add_handler("b", f)
      other.events.fire_event("c")
      local prosody = {}
      prosody.events.fire_event("d")
      module:open_store()
      module:open_store(nil, "map")
    `)
    expect(found.fires.map(({name}) => name)).toEqual(['a'])
    expect(found.hooks).toMatchObject([{name: 'b', by: 'add_handler', on: 'context'}])
    expect(found.stores.map(({name, text}) => [name, text])).toEqual([
      ['mine', ''],
      ['mine', 'nil'],
    ])
  })

  it('what is done on another host is told as such', () => {
    const found = facts(
      'local function process(host_module) host_module:depends "muc"; host_module:provides("http", {}) end',
    )
    expect(found.depends).toMatchObject([{name: 'muc', on: 'context'}])
    expect(found.provides).toMatchObject([{name: 'http', on: 'context'}])
    expect(found.api).toEqual({})
  })

  it.each<[source: string, ...types: string[]]>([
    ['if module:get_host_type() ~= "component" then error("x", 0) end', 'component'],
    ['if module:get_host_type() ~= "local" then log(); return end', 'local'],
    ['assert(module:get_host_type() == "component", "x")', 'component'],
    ['if module:get_host_type() ~= "component" then log() end'],
    ['if module:get_host_type() ~= "component" then return else log() end'],
    ['function f() if module:get_host_type() ~= "component" then return end end'],
    ['if module:get_host_type() == "component" then error() end'],
    ['local function error() end; if module:get_host_type() ~= "component" then error() end'],
  ])('types of hosts: %s', (source, ...types) => {
    expect(facts(source).hostTypes).toEqual(types.map((name) => ({name, line: 1})))
  })

  it.each(['\n', '\r\n', '\n\r', '\r'])('lines that end with %j are counted as the parser does', (end) => {
    const source = ['', 'x = [[', ']]', 'require "a"', 'local = 1'].join(end)
    expect(facts(source.slice(0, -9)).requires).toMatchObject([{line: 4}])
    expect(factsOf(Buffer.from(source), 'mine').problem?.line).toBe(5)
  })

  it('a file that is no Lua has a problem and no facts', () => {
    expect(factsOf(Buffer.from('local x = = 1'), 'mine')).toMatchObject({problem: {line: 1, column: 11}})
    const deep = `return ${'('.repeat(20_000)}1${')'.repeat(20_000)}`
    expect(factsOf(Buffer.from(deep), 'mine')).toMatchObject({problem: {message: /nested too deeply|deep/}})
  })
})

describe('where a module can be loaded', () => {
  const besideRooms = 'local rooms = module:get_option_string("muc_component")'

  it.each<[source: string, name: string, ...found: [where: string, line: number | null][]]>([
    ['module:set_global()', 'x', ['global', 1]],
    ['\nfunction module.add_host(m) end\nmodule.command = f', 'x', ['global', 2], ['command', 3]],
    ['module:depends "muc"; module:hook("muc-room-created", f)', 'x', ['muc', 1]],
    ['module:hook("muc-room-created", f)', 'x', ['muc', 1]],
    // A library is loaded on any host.
    ['local u = module:require "muc/util"', 'x'],
    ['module:hook("resource-bind", f)', 'x', ['host', 1]],
    ['module:provides("auth", p)', 'auth_x', ['authentication', null]],
    ['', 'storage_x', ['storage', null]],
    ['', 'room_metadata_component', ['component', null]],
    [`${besideRooms}; module:hook("message/host", f)`, 'x', ['component', 1]],
    [`${besideRooms}; module:hook("iq/host", f)`, 'x_component', ['component', null]],
    // Each of the two alone tells nothing, nor does what is another host's.
    [besideRooms, 'x'],
    ['module:hook("message/host", f)', 'x'],
    [`${besideRooms}; module:context(host):hook("message/host", f)`, 'x'],
    ['module:hook("iq/self", f)', 'x'],
    // What is hooked on the host of the rooms tells nothing of this module's own.
    ['function process(host_module) host_module:hook("muc-room-created", f) end', 'x'],
    ['module:context(host):hook("resource-bind", f)', 'x'],
    ['other.set_global(); function other.add_host() end', 'x'],
  ])('%j of mod_%s', (source, name, ...found) => {
    expect(loadingOf(name, facts(source, name)).map(({where, line}) => [where, line])).toEqual(found)
  })
})

describe('where a module is enabled', () => {
  it.each<[string, string, Placement['where'], string]>([
    ['auth_x', 'module:depends "muc"', 'authentication', 'auth_'],
    ['storage_x', '', 'storage', 'storage_'],
    ['x', 'module:set_global()', 'global', 'line 1'],
    ['x', '\nmodule:depends("muc")', 'muc-component', 'line 2: module:depends "muc"'],
    ['x', 'local m = module:require "muc/room"', 'host', 'nothing'],
    [
      'x',
      'local m = module:require "muc/room"\nmodule:hook("muc-config-form", f)',
      'muc-component',
      'line 2',
    ],
    [
      'muc_lobby',
      'local u = module:require "muc/util"\nfunction f(host_module) host_module:hook("muc-invite", g) end',
      'host',
      'line 2: hooks "muc-invite" on another host than its own',
    ],
    [
      'end_it',
      `module:depends "session"\nlocal rooms = module:get_option_string("muc_component")\nmodule:hook("message/host", f)`,
      'component',
      'line 2: reads muc_component, and hooks "message/host"',
    ],
    ['x', 'module:hook("muc-occupant-joined", f)', 'muc-component', 'muc-occupant-joined'],
    ['x', 'module:hook("message/bare", f)', 'host', 'nothing'],
    ['x', 'module:depends "component"', 'component', 'line 1'],
    ['x_component', 'module:hook("message/host", f)', 'component', '_component'],
    ['x_component', 'module:depends "muc"', 'muc-component', 'muc'],
    ['muc_x', '', 'host', 'nothing'],
    ['x', 'module:depends "muc"\nmodule:set_global()', 'global', 'line 2'],
    ['x', 'module:hook("resource-bind", f)', 'host', 'line 1: module:hook "resource-bind"'],
    ['x', 'module:provides("auth", p)', 'host', 'nothing'],
    ['x', 'if module:get_host_type() ~= "component" then error("no") end', 'component', 'line 1'],
    [
      'x',
      'if module:get_host_type() ~= "local" then return end\nmodule:hook("muc-a", f)',
      'host',
      'line 1: stops unless module:get_host_type() is "local"',
    ],
    [
      'x',
      'function process(host_module)\n host_module:hook("muc-room-created", f) end',
      'host',
      'line 2: hooks "muc-room-created" on another host than its own',
    ],
    [
      'x',
      'local m = module:context(h); m:depends "muc"; m:require "muc/x"',
      'host',
      'line 1: works on another host',
    ],
    [
      'x',
      'local muc = prosody.hosts[module.host].modules.muc',
      'muc-component',
      'line 1: takes mod_muc of its own host',
    ],
    [
      'x',
      'local h = module:get_host()\nif not hosts[h].modules.muc then return end',
      'muc-component',
      'line 2',
    ],
    ['x', 'local s = hosts[module.host]\nf(s.modules["muc"].rooms)', 'muc-component', 'line 2'],
    ['x', 'if hosts[module.host].modules.muc then f(hosts[module.host].modules.muc) end', 'host', 'nothing'],
    ['x', 'f(prosody.hosts[host].modules.muc)', 'host', 'line 1: takes mod_muc of another host than its own'],
    ['x', 'local r = module:shared "muc/rooms"', 'muc-component', 'line 1: module:shared "muc/rooms"'],
    ['x', 'local r = module:shared "/*/muc/rooms"', 'host', 'nothing'],
    ['x', 'module:depends "muc_mam"', 'muc-component', 'line 1: module:depends "muc_mam"'],
    ['x', 'module:depends "pubsub"', 'in-component', 'line 1: module:depends "pubsub"'],
    ['x', 'module:depends("pubsub", true)', 'host', 'nothing'],
    ['x', 'local p = hosts[module.host].modules.pubsub', 'in-component', 'takes mod_pubsub of its own host'],
    ['x', 'module:hook(event, f)', 'host', 'line 1: hooks an event whose name is computed'],
    ['x', 'module:depends "other"', 'host', 'line 1: it belongs where mod_other does'],
    ['x', 'module:require "lib"', 'host', 'nothing in its main file'],
    ['x', 'module:hook_global("muc-x", f)', 'host', 'nothing'],
    [
      'x',
      'module:hook("x", function ()\n module:hook("muc-b", f)\nend)\nmodule:hook("muc-c", f)',
      'muc-component',
      'line 2',
    ],
  ])('%s with %j: %s', (...[name, code, where, evidence]) => {
    const found = placementOf(name, facts(code, name))
    expect(found.where).toBe(where)
    expect(found.evidence).toContain(evidence)
  })

  it('follows what it depends on, over several modules and in circles', () => {
    const codes: Readonly<Record<string, string>> = {
      api: 'module:depends "deeper"',
      deeper: 'module:depends "api"; module:hook("muc-room-created", f)',
      thing_component: 'module:hook("message/host", f)',
      circle: 'module:depends "circle"',
    }
    const moduleOf = (name: string) => {
      const code = codes[name]
      return code === undefined ? undefined : facts(code, name)
    }
    const place = (code: string) => placementOf('x', facts(code, 'x'), {moduleOf})
    expect(place('\nmodule:depends "api"')).toEqual({
      where: 'muc-component',
      evidence:
        'line 2: module:depends "api", and mod_deeper is for rooms or a component (line 1: module:hook "muc-room-created")',
    })
    expect(place('module:depends "thing_component"')).toMatchObject({
      where: 'in-component',
      component: 'thing_component',
    })
    expect(place('module:depends "circle"')).toEqual({
      where: 'host',
      evidence: 'nothing in its code ties it to a component',
    })
    expect(place('module:depends("api", true)').where).toBe('host')
    expect(place('module:context(h):depends "api"').where).toBe('host')
  })

  it('sees what a library does on the host of whoever loads it', () => {
    const library = facts('module:hook("muc-room-created", f)', undefined)
    const main = facts('module:require "lib"', 'x')
    expect(placementOf('x', main, {libraries: [library]})).toEqual({
      where: 'muc-component',
      evidence: 'line 1: module:hook "muc-room-created", in a library of it',
    })
    expect(placementOf('x', main, {libraries: [facts('return 1', undefined)]}).evidence).toBe(
      'nothing in its code ties it to a component',
    )
  })
})

describe('fold', () => {
  it.each<[expression: string, value: unknown]>([
    ['"a" .. "b" .. 1', 'ab1'],
    ['1.5 .. ""', undefined],
    ['2 * 3 + 1', 7],
    ['2 ^ 3', undefined],
    ['"a" or "b"', 'a'],
    ['false or "b"', 'b'],
    ['true and "b"', 'b'],
    ['nil or "b"', undefined],
    ['f() or "b"', undefined],
    ['("a")', 'a'],
    ['module.name', 'mine'],
    ['module.host', undefined],
    ['other.name', undefined],
    ['"\\xc3\\xbc"', 'ü'],
  ])('%s', (expression, value) => {
    const read = readSyntax(Buffer.from(`return ${expression}`))
    if (read.problem !== undefined) throw new Error(read.problem.message)
    const [statement] = read.syntax.chunk.body
    if (statement?.type !== 'ReturnStatement') throw new Error('no return')
    const [argument] = statement.arguments
    if (argument === undefined) throw new Error('nothing is returned')
    expect(fold(argument, {scopes: scopesOf(read.syntax.chunk), module: 'mine'})).toEqual(value)
  })

  it('gives up on locals that are defined by one another', () => {
    const chain = Array.from({length: 50}, (_, index) => `local a${index + 1} = a${index} .. "x"`).join('\n')
    expect(
      facts(`local a0 = "x"\n${chain}\nrequire(a50)\nrequire(a5)`).requires.map(({name}) => name),
    ).toEqual([null, 'xxxxxx'])
  })
})

describe('Prosody as Debian installs it', () => {
  const root = '/usr/lib/prosody'
  const files = readdirSync(root, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && entry.name.endsWith('.lua'))
    .map((entry) => join(entry.parentPath, entry.name))

  it('has facts of every file, with every require that a search for its text finds', () => {
    expect(files.length).toBeGreaterThan(200)
    let seen = 0
    for (const path of files) {
      const text = readFileSync(path, 'utf8')
      const name = /mod_([^/]+)\.lua$/.exec(path)?.[1]
      const found = factsOf(readFileSync(path), name)
      if (found.problem !== undefined) throw new Error(`${path}: ${found.problem.message}`)
      const required = new Set([...found.facts.requires, ...found.facts.libraries].map((one) => one.name))
      const lines = text.split('\n').filter((line) => !/^\s*--/.test(line))
      for (const line of lines) {
        const [, literal] =
          /(?<![\w."'])(?:module:)?require\s*\(?\s*"([\w./-]+)"(?!\s*\.\.)/.exec(line.replace(/--.*/, '')) ??
          []
        if (literal === undefined || /\[\[|\]\]/.test(text)) continue
        expect(required, `${path}: ${line}`).toContain(literal)
        seen += 1
      }
    }
    expect(seen).toBeGreaterThan(500)
  })
})
