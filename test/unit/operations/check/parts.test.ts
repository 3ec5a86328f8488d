import {mainOf} from '../../../../src/module-name.ts'
import {describe, expect, it} from 'vitest'
import {factsOf} from '../../../../src/facts/facts.ts'
import {judged, partsOf, verdicts} from '../../../../src/operations/check/parts.ts'
import type {CheckedModule, Problem} from '../../../../src/operations/check/types.ts'
import {type ContextCode} from '../../../../src/operations/check/read-context.ts'
import {contextPathOf} from '../../../../src/project/lockfile.ts'
import type {EnabledModules} from '../../../../src/operations/check/enabled-config.ts'
import {integrityOf, type LockedModule, type Lockfile} from '../../../../src/project/lockfile.ts'
import {entriesIn, type ModuleKey} from '../../../../src/module-key.ts'
import {digestsOf} from '../../../helpers/digest.ts'

type Codes = Readonly<Record<ModuleKey, Readonly<Record<string, string>>>>

function lockOf(codes: Codes): {readonly lock: Lockfile; readonly code: ContextCode} {
  const facts = new Map<string, NonNullable<ReturnType<typeof factsOf>['facts']>>()
  const modules: Record<ModuleKey, LockedModule> = {}
  for (const [key, files] of entriesIn(codes)) {
    for (const [path, text] of Object.entries(files)) {
      const found = factsOf(Buffer.from(text), mainOf(path)).facts
      if (found !== undefined) facts.set(contextPathOf(key, path), found)
    }
    const digests = digestsOf(Object.keys(files))
    modules[key] = {
      ...{version: '1', layout: 'flat', resolved: {kind: 'path', path: './x'}, trust: {by: 'user'}},
      ...{integrity: integrityOf(digests), files: digests},
    }
  }
  return {lock: {lockfileVersion: 1, modules}, code: {bytes: new Map(), facts, named: new Map()}}
}

function problem(path: string, more: Partial<Problem> = {}): Problem {
  return {
    ...{
      kind: 'compatibility',
      severity: 'error',
      module: 'own/*',
      part: null,
      line: 1,
      message: 'no',
      cause: null,
      hint: null,
    },
    ...{path: `prosody-modules/own/${path}`, ...more},
  }
}

function enabling(...names: string[]): EnabledModules {
  return {files: ['prosody.cfg.lua'], names: new Set(names), unknown: []}
}

const tree: Codes = {
  'own/*': {
    'mod_a.lua': 'module:require "util"',
    'mod_b.lua': 'module:depends "a"',
    'mod_c.lua': 'module:depends "b"',
    'mod_d.lua': 'module:depends("a", true)',
    'util.lib.lua': 'return 1',
  },
}

/** What became of the problems, and the verdicts. */
function judge(codes: Codes, problems: readonly Problem[], config?: EnabledModules) {
  const {lock, code} = lockOf(codes)
  const parts = partsOf(lock, code, config)
  const told = judged(problems, parts)
  const {modules, cannotWork} = verdicts({problems: told, parts}, {lock, isKnown: true})
  const broken = (one: CheckedModule | undefined): string[] =>
    (one?.parts ?? []).filter(({works}) => !works).map(({module}) => module)
  return {told, modules, cannotWork, total: parts.length, broken: broken(modules[0])}
}

describe('an error in a tree', () => {
  it('is about the modules that load the file, and what depends on them', () => {
    const {told, modules, broken, cannotWork, total} = judge(tree, [problem('util.lib.lua')])
    expect(broken).toEqual(['own/a', 'own/b', 'own/c'])
    expect([cannotWork, total]).toEqual([3, 4])
    expect(modules).toMatchObject([{module: 'own/*', verdict: 'some-cannot-work'}])
    expect(told.slice(1).map(({part, message, line, path}) => [part, message, line, path])).toEqual([
      ['own/b', 'it depends on mod_a, which cannot work', 1, 'prosody-modules/own/mod_b.lua'],
      ['own/c', 'it depends on mod_b, which cannot work', 1, 'prosody-modules/own/mod_c.lua'],
    ])
  })

  it('names the module where no other one loads the file', () => {
    const codes: Codes = {
      'own/*': {...tree['own/*'], 'mod_e.lua': 'module:require "mine"', 'mine.lib.lua': ''},
    }
    const warning = problem('mod_b.lua', {severity: 'warning'})
    const {told} = judge(codes, [
      problem('mod_c.lua'),
      warning,
      problem('mine.lib.lua'),
      problem('lone.lib.lua'),
    ])
    expect(told.map(({part}) => part)).toEqual(['own/c', 'own/b', 'own/e', null])
  })

  it('names none where several load the file', () => {
    const codes: Codes = {'own/*': {...tree['own/*'], 'mod_e.lua': 'module:require "util"'}}
    const {told, broken} = judge(codes, [problem('util.lib.lua')])
    expect(told[0]?.part).toBeNull()
    expect(broken).toEqual(['own/a', 'own/b', 'own/c', 'own/e'])
  })

  it('is a note where nobody enables the modules', () => {
    const {told, modules, cannotWork} = judge(tree, [problem('mod_c.lua')], enabling('b'))
    expect(told.map(({severity, message}) => [severity, message])).toEqual([
      ['note', 'no; no configuration enables mod_c'],
    ])
    expect(modules).toMatchObject([
      {
        verdict: 'works-with-notes',
        parts: [
          {module: 'own/a', enabled: true, works: true},
          {module: 'own/b', enabled: true},
          {module: 'own/c', enabled: false, works: true},
          {module: 'own/d', enabled: false},
        ],
      },
    ])
    expect(cannotWork).toBe(0)
  })

  it('counts where an enabled module loads what is broken', () => {
    const {told, broken} = judge(tree, [problem('util.lib.lua')], enabling('c'))
    expect(told.map(({severity}) => severity)).toEqual(['error', 'error', 'error'])
    expect(broken).toEqual(['own/a', 'own/b', 'own/c'])
  })

  it('counts where the configuration does not tell', () => {
    const config = {...enabling('b'), unknown: ['prosody.cfg.lua:3: modules_enabled is computed']}
    const {told, modules} = judge(tree, [problem('mod_c.lua')], config)
    expect(told).toMatchObject([{severity: 'error'}])
    expect(modules[0]?.parts?.map(({enabled}) => enabled)).toEqual([true, true, null, null])
  })

  it('is told once where a module of the tree stands beside it', () => {
    const both = {...tree, 'own/a': {'mod_a.lua': 'return 1'}}
    const one = problem('mod_a.lua')
    const {told, total, modules, cannotWork} = judge(both, [one, {...one, module: 'own/a'}], enabling())
    expect(told.filter(({message}) => message === 'no')).toMatchObject([{severity: 'error'}])
    // What the manifest names by itself is judged whoever enables it.
    expect(modules[1]).toMatchObject({module: 'own/a', verdict: 'cannot-work', parts: null})
    expect([total, cannotWork]).toEqual([4, 1])
  })
})

describe('a module by itself', () => {
  const two: Codes = {
    'own/ledger': {'mod_ledger/mod_ledger.lua': 'return 1'},
    'own/view': {'mod_view/mod_view.lua': '\nlocal l = module:depends("ledger")'},
  }

  it('cannot work where what it depends on cannot', () => {
    const {told, modules} = judge(two, [problem('mod_ledger/mod_ledger.lua', {module: 'own/ledger'})])
    expect(modules).toMatchObject([{verdict: 'cannot-work'}, {verdict: 'cannot-work'}])
    expect(told[1]).toMatchObject({
      module: 'own/view',
      line: 2,
      message: 'it depends on mod_ledger, which cannot work',
    })
  })

  it('can work where only the lockfile is older than the manifest', () => {
    const {modules, cannotWork} = judge(two, [
      problem('', {kind: 'lockfile', module: 'own/ledger', path: null}),
    ])
    expect(modules).toMatchObject([{verdict: 'works-with-notes'}, {verdict: 'works'}])
    expect(cannotWork).toBe(0)
  })
})

describe('a module that Prosody passes over', () => {
  const {lock, code} = lockOf(tree)
  const parts = partsOf(lock, code, undefined)
  const passedOver = problem('mod_a.lua', {kind: 'layout'})
  const messages = (core: readonly string[], one = passedOver): string[] =>
    judged([one], parts, new Set(core)).map(({message}) => message)

  it('leaves its dependents with the one of that name that Prosody itself has', () => {
    expect(messages(['a'])).toEqual(['no'])
  })

  it('takes its dependents with it where Prosody has none', () => {
    const taken = ['no', 'it depends on mod_a, which cannot work', 'it depends on mod_b, which cannot work']
    expect(messages(['c'])).toEqual(taken)
    expect(messages(['a'], problem('mod_a.lua'))).toEqual(taken)
  })
})

it('a module that Prosody did not load cannot work, whoever owns the file that it failed in', () => {
  const {lock, code} = lockOf({'own/a': {'mod_a.lua': 'local x = 1'}})
  const parts = partsOf(lock, code, undefined)
  const outside = problem('', {kind: 'boot', module: 'own/a', path: '/outside/mod_a.lua'})
  const {modules, cannotWork} = verdicts({problems: judged([outside], parts), parts}, {lock, isKnown: true})
  expect([modules.map(({verdict}) => verdict), cannotWork]).toEqual([['cannot-work'], 1])
})
