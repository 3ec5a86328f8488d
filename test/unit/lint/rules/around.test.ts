import {mainOf} from '../../../../src/module-name.ts'
import {describe, expect, it} from 'vitest'
import {checkRules} from '../../../../src/lint/rules/index.ts'
import {settle} from '../../../../src/lint/rules/settle.ts'
import {libraryIn} from '../../../../src/lint/rules/ships.ts'
import {SourceText} from '../../../../src/lint/source/text.ts'
import {isTestFile} from '../../../../src/prosody/module-files.ts'
import {readSyntax} from '../../../../src/lua/syntax.ts'
import {targetOf} from '../../../../src/workbench/lint-target.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const target = targetOf('13.0', undefined, embeddedRegistry())

/** Findings of files that lie in one folder of plugins, as `path:line rule severity`. */
function found(files: Readonly<Record<string, string>>): string[] {
  const reported = Object.entries(files).map(([path, text]) => {
    const read = readSyntax(Buffer.from(text))
    if (read.problem !== undefined || target === undefined) throw new Error(`no report of ${path}`)
    const job = {target, settings: {}, module: mainOf(path), isModule: true}
    return {path, report: checkRules(read.syntax, new SourceText(read.syntax.source), job)}
  })
  const exists = (path: string): boolean => Object.hasOwn(files, path)
  const libraryAt = (path: string, library: string): string | undefined =>
    libraryIn(path, library, {folders: [''], exists})
  return settle(reported, {others: [], libraryAt}).flatMap((all, index) =>
    all.map(({rule, line, severity}) => `${reported[index]?.path ?? ''}:${line} ${rule} ${severity}`),
  )
}

const cache = `local Cache = {};
Cache.__index = Cache;
function Cache.new(size)
	return setmetatable({ of = require "util.cache".new(size) }, Cache);
end
function Cache:fill()
	os.execute("fill");
end
return Cache;
`

describe('a function of a library', () => {
  it('is no handler where other files call it only while they are loaded', () => {
    const main = 'local cache = module:require "cache".new(1); cache:fill();\n'
    expect(found({'mod_a/mod_a.lua': main, 'mod_a/cache.lib.lua': cache})).toEqual([])
  })

  it('is one where one of them calls it from a handler', () => {
    const main = 'local cache = module:require "cache".new(1);\n'
    const late =
      'local cache = module:require "a/cache"; module:hook("x", function () cache.new(2):fill(); end);\n'
    expect(found({'mod_a.lua': main, 'mod_b.lua': late, 'a/cache.lib.lua': cache})).toEqual([
      'a/cache.lib.lua:4 require-in-handler warning',
      'a/cache.lib.lua:7 blocking-call warning',
    ])
  })

  it('is one where it is handed on', () => {
    const main = 'local cache = module:require "cache"; module:hook("x", cache.new); cache.new():fill();\n'
    expect(found({'mod_a/mod_a.lua': main, 'mod_a/cache.lib.lua': cache})).toEqual([
      'mod_a/cache.lib.lua:4 require-in-handler warning',
    ])
  })

  it('is taken for one where nobody calls it', () => {
    expect(
      found({'mod_a/mod_a.lua': 'module:require "cache";\n', 'mod_a/cache.lib.lua': cache}),
    ).toHaveLength(2)
    expect(found({'cache.lib.lua': cache})).toHaveLength(2)
  })

  it('may be reached through others', () => {
    const library = `local function ask() return io.popen("ask"); end
local function once() return ask(); end
return { once = once };
`
    const main = 'local answer = module:require "ask".once();\n'
    expect(found({'mod_a/mod_a.lua': main, 'mod_a/ask.lib.lua': library})).toEqual([])
    const late = 'local ask = module:require "ask"; module:hook("x", function () ask.once(); end);\n'
    expect(found({'mod_a/mod_a.lua': late, 'mod_a/ask.lib.lua': library})).toEqual([
      'mod_a/ask.lib.lua:1 blocking-call warning',
    ])
  })
})

describe('what only module.command reaches', () => {
  it('may block: in tables, in libraries, and in what these make', () => {
    const main = `local commands = {};
function commands.make() os.execute("make"); end
commands.remove = function () io.popen("rm"); end
function module.command(arg)
	local run = commands[arg[1]];
	if run then return run(arg); end
	return module:require "try"(arg);
end
`
    const library = `return function (arg)
	local on = { stanza = function () require "ssl.https".request(arg[1]); end };
	require "util.xmppstream".new({}, on);
end
`
    expect(found({'mod_a/mod_a.lua': main, 'mod_a/try.lib.lua': library})).toEqual([])
    const hooked = `${main}module:hook("x", function () commands.make(); end);\n`
    expect(found({'mod_a/mod_a.lua': hooked, 'mod_a/try.lib.lua': library})).toEqual([
      'mod_a/mod_a.lua:2 blocking-call warning',
    ])
  })

  it('may not where the library is asked for while the module is loaded', () => {
    const library = 'return function (arg) module:hook("x", function () os.execute(arg); end); end\n'
    expect(found({'mod_a/mod_a.lua': 'module:require "try"("x");\n', 'mod_a/try.lib.lua': library})).toEqual([
      'mod_a/try.lib.lua:1 blocking-call warning',
    ])
  })
})

describe('libraries of Prosody', () => {
  it('are there for module:require', () => {
    const names = ['adhoc', 'pubsub', 'mod_mam/mamprefs', 'muc/util', 'muc']
    const text = names.map((name) => `module:require "${name}";\n`).join('')
    expect(found({'mod_a/mod_a.lua': text})).toEqual([])
    expect(found({'mod_a/mod_a.lua': 'module:require "mamprefs";\n'})).toEqual([
      'mod_a/mod_a.lua:1 missing-file error',
    ])
    // mod_mam's own library, for a copy of mod_mam.
    expect(found({'mod_mam/mod_mam.lua': 'module:require "mamprefs";\n'})).toEqual([
      'mod_mam/mod_mam.lua:1 shadows-core warning',
    ])
  })

  it('have the fields that they have', () => {
    expect(found({'mod_a/mod_a.lua': 'module:require "adhoc".nothing();\n'})).toEqual([
      'mod_a/mod_a.lua:1 unknown-member error',
    ])
    const own = {'mod_a/adhoc.lib.lua': 'return { nothing = print };\n'}
    expect(found({'mod_a/mod_a.lua': 'module:require "adhoc".nothing();\n', ...own})).toEqual([])
  })
})

describe('a call that Prosody refuses', () => {
  const main = {'mod_a/mod_a.lua': 'module:require "adhoc".new("a", "b", print);\n'}
  it('is one of its own library', () => {
    expect(found(main)).toEqual(['mod_a/mod_a.lua:1 refused-argument error'])
  })

  it('is none of a library beside the module', () => {
    expect(found({...main, 'mod_a/adhoc.lib.lua': 'return { new = print };\n'})).toEqual([])
  })
})

describe('fields of a library beside a module', () => {
  const uses = 'local lib = module:require "lib"; lib.missing();\n'
  it.each([
    ['a table', 'return { there = 1 };\n', 1],
    ['a table in a variable', 'local lib = {}; function lib.there() end\nreturn lib;\n', 1],
    [
      'one that sets fields of itself',
      'local lib = {}; function lib:set() self.missing = print; end\nreturn lib;\n',
      0,
    ],
    ['one with a computed key', 'local lib = {}; lib[tostring(1)] = 1;\nreturn lib;\n', 0],
    ['one with a metatable', 'local lib = {}; setmetatable(lib, { __index = string });\nreturn lib;\n', 0],
    ['one that is handed on', 'local lib = {}; require "util.import".fill(lib);\nreturn lib;\n', 0],
    ['what a function gives', 'return require "util.set".new();\n', 0],
    ['one of two', 'if prosody then return { missing = print }; end\nreturn {};\n', 0],
    ['a function', 'return function () end;\n', 0],
    ['nothing', 'module:log("info", "here");\n', 0],
  ])('%s', (_, library, findings) => {
    expect(found({'mod_a/mod_a.lua': uses, 'mod_a/lib.lib.lua': library})).toHaveLength(findings)
  })
})

it('what files that are not read yet may do away with is kept for then', () => {
  const read = readSyntax(Buffer.from('module:require "lib".missing();\n'))
  if (read.problem !== undefined || target === undefined) throw new Error('no report')
  const job = {target, settings: {}, module: 'a', isModule: true}
  const files = [
    {path: 'mod_a.lua', report: checkRules(read.syntax, new SourceText(read.syntax.source), job)},
  ]
  const libraryAt = () => 'lib.lib.lua'
  expect(settle(files, {others: [], libraryAt, isFirst: true})[0]).toHaveLength(1)
  expect(settle(files, {others: [], libraryAt})[0]).toEqual([])
})

it('methods of a later line are not missed where a module adds them', () => {
  const target012 = targetOf('0.12', undefined, embeddedRegistry())
  const report = (text: string, module: string) => {
    const read = readSyntax(Buffer.from(text))
    if (read.problem !== undefined || target012 === undefined) throw new Error('no report')
    return checkRules(read.syntax, new SourceText(read.syntax.source), {
      target: target012,
      settings: {},
      module,
      isModule: true,
    })
  }
  const user = report(
    'module:depends("roles_of_old");\nmodule:default_permission("prosody:admin", ":x");\n',
    'a',
  )
  const giver = report('local api = require "core.moduleapi";\nfunction api:default_permission() end\n', 'b')
  const path = 'mod_a/mod_a.lua'
  const alone = settle([{path, report: user}], {others: [], libraryAt: () => undefined})[0] ?? []
  expect(alone.map(({rule, severity}) => `${rule} ${severity}`)).toEqual(['unknown-method warning'])
  const others = [{path: 'mod_roles_of_old/mod_roles_of_old.lua', report: giver}]
  expect(settle([{path, report: user}], {others, libraryAt: () => undefined})).toEqual([[]])
})

describe('tests of modules', () => {
  it.each([
    ['mod_a/spec/a.lua', true],
    ['modules/mod_a/tests/deep/run.lua', true],
    ['spec/mod_a_spec.lua', true],
    ['mod_a/test_a.lua', true],
    ['a_test.lua', true],
    ['mod_a_test.lua', false],
    ['tests/mod_a.lua', false],
    ['mod_test_observer.lua', false],
    ['mod_firewall/test.lib.lua', false],
  ])('%s', (path, isTest) => {
    expect(isTestFile(path)).toBe(isTest)
  })

  it('are no modules where they describe what these do, or make one up', () => {
    expect(
      found({'a.lua': 'describe("a", function () it("b", function () _G.x = module:nope(); end); end);\n'}),
    ).toEqual([])
    expect(found({'a.lua': '_G.module = { hook = print };\nmodule:nope();\n'})).toEqual([])
  })
})
