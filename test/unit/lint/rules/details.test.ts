import {describe, expect, it} from 'vitest'
import {checkRules} from '../../../../src/lint/rules/index.ts'
import type {RuleReport} from '../../../../src/lint/rules/rule-report.ts'
import {settle} from '../../../../src/lint/rules/settle.ts'
import {foldersAround, libraryIn} from '../../../../src/lint/rules/ships.ts'
import {eventTest} from '../../../../src/lint/rules/target.ts'
import {SourceText} from '../../../../src/lint/source/text.ts'
import {readSyntax} from '../../../../src/lua/syntax.ts'
import {targetOf} from '../../../../src/workbench/lint-target.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import {lintRules, type RuleCase} from '../../../helpers/lint-rules.ts'

const target = targetOf('13.0', undefined, embeddedRegistry())

function report(text: string, isModule = true): RuleReport {
  const read = readSyntax(Buffer.from(text))
  if (read.problem !== undefined || target === undefined) throw new Error('no report')
  const job = {target, settings: {'unknown-event': 'note'} as const, module: undefined, isModule}
  return checkRules(read.syntax, new SourceText(read.syntax.source), job)
}

const ids = (text: string, about?: RuleCase): string[] =>
  lintRules(text, about).map(({rule, severity}) => `${rule} ${severity}`)

it('a chain of locals is followed so far, and takes no longer than its number', {timeout: 30_000}, () => {
  const chain = Array.from({length: 30_000}, (_, at) => `local v${at + 1} = v${at} v${at + 1}:nope()`)
  const {findings} = report(`local v0 = module\n${chain.join('\n')}\n`)
  expect(new Set(findings.map(({rule}) => rule))).toEqual(new Set(['unknown-method']))
  expect(findings.map(({line}) => line)).toEqual(Array.from({length: 19}, (_, at) => at + 2))
})

describe('settings', () => {
  const text = 'require "util.nothing";\nif x then require "util.nothing"; end\n'

  it('leave severities as rules give them, where nothing is set', () => {
    expect(ids(`local x;\n${text}`)).toEqual(['unknown-library error', 'unknown-library warning'])
  })

  it.each([
    ['note', ['unknown-library note', 'unknown-library note']],
    ['warning', ['unknown-library warning', 'unknown-library warning']],
    ['error', ['unknown-library error', 'unknown-library error']],
    ['off', []],
  ] as const)('%s', (setting, expected) => {
    expect(ids(`local x;\n${text}`, {settings: {'unknown-library': setting}})).toEqual(expected)
  })
})

describe('places', () => {
  it('count characters, not bytes, and stay on the line', () => {
    const [finding] = lintRules('local a = "ö"; require(\n\t"util.nothing");\n')
    expect(finding).toMatchObject({line: 1, column: 16, endColumn: 23})
  })

  it('stand behind a byte order mark and a shebang', () => {
    expect(lintRules('\ufeffrequire "util.nothing";\n')[0]).toMatchObject({line: 1, column: 1})
    expect(lintRules('#!/usr/bin/lua\nrequire "util.nothing";\n')[0]).toMatchObject({line: 2, column: 1})
  })
})

describe('files that are no part of a module', () => {
  it('are left alone unless they use it', () => {
    expect(report('hosts = unpack({});\n', false).findings).toEqual([])
    expect(report('local x = hosts; module:log("debug", x);\n', false).findings).toHaveLength(1)
  })
})

describe('inline comments', () => {
  const bad = 'require "util.nothing"'
  it.each([
    ['on the line', `${bad}; -- prosody-mods: ignore unknown-library\n`, 0],
    ['on the line before', `-- prosody-mods: ignore unknown-library\n${bad};\n`, 0],
    ['indented', `do\n\t-- prosody-mods: ignore unknown-library\n\t${bad};\nend\n`, 0],
    ['two lines before', `-- prosody-mods: ignore unknown-library\n\n${bad};\n`, 1],
    ['of another rule', `${bad}; -- prosody-mods: ignore unknown-event\n`, 1],
    ['of several rules', `${bad}; -- prosody-mods: ignore unknown-event, unknown-library\n`, 0],
    ['with a reason', `${bad}; -- prosody-mods: ignore unknown-library -- comes later\n`, 0],
    ['for the file', `${bad};\n-- prosody-mods: ignore-file unknown-library\n`, 0],
    ['as a long comment', `--[[ prosody-mods: ignore unknown-library ]]\n${bad};\n`, 0],
    ['in a string', `local x = "-- prosody-mods: ignore unknown-library"; ${bad};\n`, 1],
  ])('%s', (_, text, count) => {
    expect(lintRules(text).filter(({rule}) => rule === 'unknown-library')).toHaveLength(count)
  })
})

describe('what runs when', () => {
  const call = 'os.execute("x")'
  it.each([
    ['the file itself', `${call};\n`, 0],
    ['a function that the file calls', `local function f() ${call}; end\nf();\n`, 0],
    ['a function in a local variable', `local f = function () ${call}; end\nf();\n`, 0],
    [
      'one that such a function calls',
      `local function g() ${call}; end\nlocal function f() g(); end\nf();\n`,
      0,
    ],
    ['one that is called where it stands', `(function () ${call}; end)();\n`, 0],
    ['under pcall', `pcall(function () ${call}; end);\n`, 0],
    ['module.load', `function module.load() ${call}; end\n`, 0],
    ['module.add_host in a variable', `module.add_host = function () ${call}; end\n`, 0],
    ['module.command', `function module.command() ${call}; end\n`, 0],
    ['a handler', `module:hook("x", function () ${call}; end);\n`, 1],
    ['a named handler', `local function f() ${call}; end\nmodule:hook("x", f);\n`, 1],
    ['a handler that is called, too', `local function f() ${call}; end\nf();\nmodule:hook("x", f);\n`, 1],
    [
      'one that a handler calls',
      `local function f() ${call}; end\nmodule:hook("x", function () f(); end);\n`,
      1,
    ],
    ['a field of a table', `local t = { go = function () ${call}; end };\nreturn t;\n`, 1],
    ['a global function', `function go() ${call}; end\n`, 1],
    ['one that only itself calls', `local function f() f(); ${call}; end\n`, 1],
  ])('%s', (_, text, count) => {
    expect(lintRules(text).filter(({rule}) => rule === 'blocking-call')).toHaveLength(count)
  })
})

describe('fixes', () => {
  const fixed = (text: string, about?: RuleCase): string =>
    lintRules(text, about)
      .flatMap(({fix}) => fix ?? [])
      .sort((a, b) => b.start - a.start)
      .reduce((so, {start, end, text: put}) => so.slice(0, start) + put + so.slice(end), text)

  it('take the prefix of a library away for a line that knows none', () => {
    expect(
      fixed('local a, b = require "prosody.util.jid", require(\'prosody.util.set\');\n', {line: '0.12'}),
    ).toBe('local a, b = require "util.jid", require(\'util.set\');\n')
    expect(fixed('local a = require "prosody.util.crypto";\n', {line: '0.12'})).toContain(
      'prosody.util.crypto',
    )
  })

  it('put what Prosody wants in place of what it keeps', () => {
    expect(fixed('module:hook_stanza("a", "b", function () return hosts[1]; end);\n')).toBe(
      'module:hook_tag("a", "b", function () return prosody.hosts[1]; end);\n',
    )
    expect(fixed('local prosody = {};\nreturn hosts, prosody;\n')).toContain('return hosts')
  })
})

describe('several files', () => {
  const file = (path: string, text: string) => ({path, report: report(text)})
  const left = (files: readonly ReturnType<typeof file>[], others: readonly ReturnType<typeof file>[] = []) =>
    settle(files, {others, libraryAt: (_, library) => `${library}.lib.lua`}).map((found) =>
      found.map(({rule}) => rule),
    )

  it('share events, wherever they are', () => {
    const hook = file('a/mod_x/mod_x.lua', 'module:hook("x-event", print); module:hook("x/y", print);\n')
    expect(left([hook])).toEqual([['unknown-event', 'unknown-event']])
    const fires = file('b/mod_y.lua', 'module:fire_event("x-event"); prosody.events.fire_event("x/" .. a);\n')
    expect(left([hook], [fires])).toEqual([[]])
    expect(left([hook, fires])[0]).toEqual([])
  })

  it('share global variables within a folder of a module, or a flat tree', () => {
    const reads = (path: string) => file(path, 'module:log("debug", from_library);\n')
    const sets = (path: string) => file(path, 'module:log("x"); from_library = 1;\n')
    expect(left([reads('a/mod_x/mod_x.lua')], [sets('a/mod_x/util.lib.lua')])).toEqual([[]])
    expect(left([reads('a/mod_x/x/mod_x.lua')], [sets('a/mod_x/lib/util.lib.lua')])).toEqual([[]])
    expect(left([reads('flat/mod_x.lua')], [sets('flat/util.lib.lua')])).toEqual([[]])
    expect(left([reads('flat/token/util.lib.lua')], [sets('flat/mod_x.lua')])).toEqual([[]])
    expect(left([reads('a/mod_x/mod_x.lua')], [sets('a/mod_y/util.lib.lua')])).toEqual([['unknown-global']])
    expect(left([reads('a/mod_x/mod_x.lua')], [sets('b/mod_x/util.lib.lua')])).toEqual([['unknown-global']])
  })
})

describe('files for module:require', () => {
  const found = (path: string, library: string, files: readonly string[]): string | undefined =>
    libraryIn(path, library, {folders: ['own', 'flat'], exists: (one) => files.includes(one)})

  it.each([
    ['own/mod_a/mod_a.lua', 'util', 'own/mod_a/util.lib.lua'],
    ['own/mod_a/mod_a.lua', 'util', 'own/mod_a/a/util.lib.lua'],
    ['own/mod_a/a/mod_a.lua', 'util', 'own/mod_a/util.lua'],
    ['own/mod_a/mod_a.lua', 'mod_b/shared', 'own/mod_b/shared.lib.lua'],
    ['own/mod_a/mod_a.lua', 'token/util', 'flat/token/util.lib.lua'],
    ['own/mod_a/mod_a.lua', 'b', 'own/mod_b/b.lib.lua'],
    ['own/mod_a/mod_a.lua', 'util', 'flat/util.lib.lua'],
  ])('%s finds %s in %s', (path, library, file) => {
    expect(found(path, library, [file])).toBe(file)
  })

  it.each([
    ['own/mod_a/mod_a.lua', 'util', 'own/mod_b/util.lib.lua'],
    ['own/mod_a/mod_a.lua', 'util', 'own/mod_a/lib/util.lib.lua'],
    ['own/mod_a/mod_a.lua', 'util', 'elsewhere/mod_a/util.lib.lua'],
  ])('%s does not find %s in %s', (path, library, file) => {
    expect(found(path, library, [file])).toBeUndefined()
  })

  it('lie around the file that asks', () => {
    expect(foldersAround('a/mod_x/x/mod_x.lua')).toEqual(['a/mod_x/x', 'a/mod_x', 'a'])
  })
})

describe('patterns of events', () => {
  const fires = eventTest(['exact', 'iq-*/bare/*:*', 'a.b/*'])
  it.each([
    ['exact', true],
    ['exactly', false],
    ['iq-get/bare/urn:x:query', true],
    ['iq-get/host/urn:x:query', false],
    ['a.b/c', true],
    ['a-b/c', false],
    ['a.b/', false],
  ])('%s: %s', (event, expected) => {
    expect(fires(event)).toBe(expected)
  })
})
