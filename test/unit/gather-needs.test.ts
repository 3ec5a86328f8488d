import {describe, expect, it} from 'vitest'
import {factsOf} from '../../src/lua/facts.ts'
import {gatherNeeds} from '../../src/operations/gather-needs.ts'
import {integrityOf, type LockedModule} from '../../src/project/lockfile.ts'

/** What a module of one file names as `name` or `name?`, the latter where it does without. */
function namesIn(code: string): Record<'modules' | 'libraries' | 'shared', string[]> {
  const files = {'mod_it/mod_it.lua': `sha256:${'0'.repeat(64)}`, 'mod_it/own.lib.lua': 'sha256:'}
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
