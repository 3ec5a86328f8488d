import {describe, expect, it} from 'vitest'
import {factsOf} from '../../../src/facts/facts.ts'
import {mainOf} from '../../../src/prosody/module-files.ts'
import {gatherNeeds} from '../../../src/resolve/gather-needs.ts'
import {integrityOf, type LockedModule} from '../../../src/project/lockfile.ts'
import type {ModuleKey} from '../../../src/module-key.ts'
import {digestsOf} from '../../helpers/digest.ts'

/** What a module of one file names as `name` or `name?`, the latter where it does without. */
function namesIn(code: string): Record<'modules' | 'libraries' | 'shared', string[]> {
  const files = digestsOf(['mod_it/mod_it.lua', 'mod_it/own.lib.lua'])
  const resolved = {kind: 'path', path: './it'} as const
  const trust = {by: 'user'} as const
  const locked: LockedModule = {
    ...{version: 'local', layout: 'folders', resolved, trust, files},
    integrity: integrityOf(files),
  }
  const {facts} = factsOf(Buffer.from(code), 'it')
  const named = gatherNeeds('acme/it', locked, (path) => (path === 'mod_it/mod_it.lua' ? facts : undefined))
  const text = (list: typeof named.modules): string[] =>
    list.map(({name, optional}) => `${name}${optional ? '?' : ''}`)
  return {modules: text(named.modules), libraries: text(named.libraries), shared: text(named.shared)}
}

describe('a library', () => {
  it.each([
    ['is needed', 'local a = require "a"', ['a']],
    ['is needed under a condition as well', 'if x then require "a" end', ['a']],
    ['is not where pcall tries it', 'local ok, a = pcall(require, "a")', ['a?']],
    ['nor where it was tried before', 'if pcall(require, "a") then local a = require "a" end', ['a?', 'a?']],
    ['nor in the condition itself', 'if pcall(require, "a") and require "a".v3 then f() end', ['a?', 'a?']],
    ['is where it is asked for whatever came of it', 'pcall(require, "a"); require "a"', ['a?', 'a']],
    ['is where another one was tried', 'if pcall(require, "b") then require "a" end', ['b?', 'a']],
    ['that is computed has no name', 'require("a" .. x)', []],
  ])('%s', (...[, code, expected]) => {
    expect(namesIn(code).libraries).toEqual(expected)
  })
})

describe('a module', () => {
  it.each([
    ['is needed', 'module:depends "a"', ['a']],
    ['is not under a condition', 'if x then module:depends "a" end', ['a?']],
    ['is not under pcall', 'pcall(function () module:depends "a" end)', ['a?']],
  ])('%s', (...[, code, expected]) => {
    expect(namesIn(code).modules).toEqual(expected)
  })
})

it('a library of its own files is not told', () => {
  expect(namesIn('module:require "own"; module:require "other"').shared).toEqual(['other'])
})

/** What the code of several files names: `library (file)`. */
function namedIn(codes: Readonly<Record<string, string>>, key: ModuleKey = 'acme/it'): string[] {
  const files = digestsOf(codes)
  const locked: LockedModule = {
    ...{
      version: 'local',
      layout: 'folders',
      resolved: {kind: 'path', path: './it'},
      trust: {by: 'user'},
      files,
    },
    integrity: integrityOf(files),
  }
  const named = gatherNeeds(
    key,
    locked,
    (path) => factsOf(Buffer.from(codes[path] ?? ''), mainOf(path)).facts,
  )
  return [...named.libraries, ...named.shared].map(({name, file}) => `${name} (${file ?? ''})`)
}

const main = 'mod_it/mod_it.lua'
const split = {
  'mod_it/words/split.lua': 'require "words.plain"; require "lpeg"',
  'mod_it/words/plain.lua': 'return 1',
}

describe('libraries that a module brings and finds by its own package.path', () => {
  it.each([
    ['its folder', 'package.path = module:get_directory() .. "/?.lua;" .. package.path'],
    [
      'its folder by a local',
      'local d = module:get_directory()\npackage.path = package.path .. ";" .. d .. "/?.lua"',
    ],
    ['a computed folder', 'package.path = package.path .. ";" .. module.path:match("(.*/)") .. "?.lua"'],
    ['a format', 'package.path = ("%s/?.lua;%s"):format(module:get_directory(), package.path)'],
    ['string.format', 'package["path"] = string.format("%s/?.lua;%s", dir(), package.path)'],
    [
      'table.concat',
      'package.path = table.concat({ module:get_directory() .. "/?.lua", package.path }, ";")',
    ],
    ['a searcher', 'table.insert(package.searchers, 2, function (name) return f(name) end)'],
    ['a searcher by index', 'package.searchers[#package.searchers + 1] = function (name) end'],
  ])('are no needs: %s', (...[, code]) => {
    const names = namedIn({[main]: `local s = require "words.split"\n${code}`, ...split})
    expect(names).toEqual(['lpeg (mod_it/words/split.lua)'])
  })

  it.each([
    ['where nothing was added', 'local x = 1'],
    [
      'where another folder was added',
      'package.path = module:get_directory() .. "/lib/?.lua;" .. package.path',
    ],
    ['where a folder elsewhere was added', 'package.path = "/opt/?.lua;" .. package.path'],
    [
      'where another variable is called so',
      'local package = {}\npackage.path = module:get_directory() .. "/?.lua"',
    ],
  ])('are needs %s', (...[, code]) => {
    expect(namedIn({[main]: `${code}\nrequire "words.split"`, ...split})).toEqual([`words.split (${main})`])
  })

  it('lie in folders of their own, have init.lua, or are given by package.preload', () => {
    const code = `package.path = module:get_directory() .. "/lib/?.lua;" .. module:get_directory() .. "/lib/?/init.lua"
      package.preload["given"] = function () return 1 end
      package.loaded.set = module:require "own"
      require "one"; require "two"; require "given"; require "set"; require "three"`
    const files = {
      'mod_it/lib/one.lua': '',
      'mod_it/lib/two/init.lua': '',
      'mod_it/own.lib.lua': 'require "four"',
    }
    expect(namedIn({[main]: code, ...files})).toEqual([`three (${main})`, 'four (mod_it/own.lib.lua)'])
  })

  it('are looked for beside the main file in an inner folder', () => {
    const code = 'package.path = module:get_directory() .. "/?.lua;" .. package.path\nrequire "x"'
    expect(namedIn({'mod_it/it/mod_it.lua': code, 'mod_it/it/x.lua': ''})).toEqual([])
    expect(namedIn({'mod_it/it/mod_it.lua': code, 'mod_it/x.lua': ''})).toEqual(['x (mod_it/it/mod_it.lua)'])
  })
})

describe('files that Prosody cannot load', () => {
  const aside = {
    'mod_it/spec/it_spec.lua': 'require "luaunit"',
    'mod_it/test_it.lua': 'require "busted"; module:require "nothing"',
    'mod_it/example/run.lua': 'require "socket"',
    'mod_it/build.lua': 'require "lfs"',
    'mod_it/modules/mod_register.lua': 'require "captcha"; module:depends "elsewhere"',
    'mod_it/unused.lib.lua': 'require "lpeg"',
  }

  it('need nothing', () => {
    expect(namedIn({[main]: 'require "cjson"', ...aside})).toEqual([`cjson (${main})`])
  })

  it('are left out of a whole tree as well', () => {
    const tree = {
      'mod_a.lua': 'module:require "util"',
      'util.lib.lua': 'require "inspect"',
      'test.lua': 'require "busted"',
    }
    expect(namedIn(tree, 'acme/*')).toEqual(['inspect (util.lib.lua)'])
  })

  it('are told by their names where a module loads what it computes', () => {
    const computed = (code: string): string[] => namedIn({[main]: code, ...aside})
    expect(computed('module:require("drivers/" .. x)')).toEqual(['lpeg (mod_it/unused.lib.lua)'])
    expect(computed('dofile(module:get_directory() .. "/" .. x)')).toEqual(['lpeg (mod_it/unused.lib.lua)'])
    expect(computed('dofile(module:get_directory() .. "/test_it.lua")')).toEqual([
      'busted (mod_it/test_it.lua)',
      'nothing (mod_it/test_it.lua)',
    ])
    expect(computed('module:load_resource("example/run.lua")')).toEqual(['socket (mod_it/example/run.lua)'])
  })

  it('but an entry that is a library alone is loaded by others', () => {
    expect(namedIn({'util.lib.lua': 'require "inspect"'}, 'acme/util')).toEqual(['inspect (util.lib.lua)'])
  })
})
