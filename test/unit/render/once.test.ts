import {describe, expect, it} from 'vitest'
import type {BumpResult, StayedEntry} from '../../../src/operations/bump/bump.ts'
import type {CheckResult} from '../../../src/operations/check/check.ts'
import type {Problem} from '../../../src/operations/check/types.ts'
import type {DoctorCheck} from '../../../src/operations/doctor/types.ts'
import {moduleKey} from '../../../src/module-key.ts'
import {renderBump} from '../../../src/render/bump.ts'
import {renderCachePrune, renderCacheVerify} from '../../../src/render/cache.ts'
import {renderCheck, renderProblems} from '../../../src/render/check.ts'
import {renderDoctor} from '../../../src/render/doctor.ts'
import {causeText, notAskedLines} from '../../../src/render/versions.ts'

const key = moduleKey('own', 'a')

const problem: Problem = {
  kind: 'compatibility',
  severity: 'warning',
  module: key,
  part: null,
  path: 'prosody-modules/own/mod_a.lua',
  line: 3,
  message: 'hosts is deprecated',
  cause: null,
  hint: 'use prosody.hosts',
}

function checked(problems: readonly Problem[], all = false): string {
  const result = {
    target: null,
    configuration: null,
    modules: [{module: key, version: '1', verdict: 'works-with-notes', parts: null}],
    problems,
    boot: null,
    total: {modules: 1, cannotWork: 0},
    errors: 0,
    warnings: problems.length,
    notes: 0,
  } as unknown as CheckResult
  return renderCheck(result, all)
}

describe('what check found is told once', () => {
  it('with all places where the same was found', () => {
    const text = checked([problem, {...problem, line: 9}])
    expect(text).toContain(
      '  warning: hosts is deprecated, 2 times\n' +
        '    prosody-modules/own/mod_a.lua:3\n    prosody-modules/own/mod_a.lua:9\n    use prosody.hosts\n',
    )
    expect(text).toContain('own/a  1  works, with warnings\n')
  })

  it('without the name that stands above, and with the file in front of what it is', () => {
    const text = checked([
      {...problem, path: null, message: 'own/a: in the manifest, not in the lockfile'},
      {...problem, kind: 'digest', severity: 'error', line: null, message: 'it is missing'},
    ])
    expect(text).toContain('  warning: in the manifest, not in the lockfile\n')
    expect(text).toContain('  error: prosody-modules/own/mod_a.lua is missing\n')
  })
})

describe('what a start of Prosody has shown', () => {
  const booted: Problem = {
    ...{...problem, kind: 'boot', severity: 'error', hint: null},
    ...{message: "Prosody did not load mod_a: attempt to call a nil value (global 'f')"},
    cause: "attempt to call a nil value (global 'f')",
  }

  it('is told with what the code says of that line, as an error', () => {
    const text = checked([problem, booted])
    expect(text).toContain(
      '  error: hosts is deprecated (prosody-modules/own/mod_a.lua:3)\n' +
        "    Prosody did not load it: attempt to call a nil value (global 'f')\n    use prosody.hosts\n",
    )
    expect(text).not.toContain('mod_a: attempt')
    expect(text).toContain('1 error, 0 warnings, 0 notes')
  })

  it.each([
    ['another line', {line: 4}],
    ['another module', {module: moduleKey('own', 'b')}],
    ['a note', {severity: 'note'}],
  ] as const)('is told by itself beside %s', (_, change) => {
    expect(checked([{...problem, ...change}, booted])).toContain(
      "  error: Prosody did not load mod_a: attempt to call a nil value (global 'f')",
    )
  })

  it('of a file that it skips, is told once, and --all tells all', () => {
    const path = 'prosody-modules/own/mod_a.lua'
    const all: Problem[] = [
      {
        ...problem,
        kind: 'layout',
        severity: 'error',
        path,
        line: null,
        message: 'Prosody skips it',
        hint: 'h',
      },
      {...booted, path, line: null, cause: 'its metadata'},
      {...problem, path, line: 1, message: 'Prosody skips this file [unmet-metadata]'},
    ]
    expect(checked(all)).toContain(
      `  error: Prosody skips it (${path})\n    Prosody did not load it\n    h\n\n`,
    )
    expect(checked(all)).not.toContain('unmet-metadata')
    expect(checked(all, true)).toContain('[unmet-metadata]')
  })
})

it('that a lockfile lacks several modules is told once', () => {
  const missing = ['a', 'b', 'c', 'd', 'e'].map((name): Problem => ({
    ...{...problem, kind: 'lockfile', severity: 'error', path: null, line: null, hint: 'install'},
    ...{module: moduleKey('own', name), message: `own/${name}: in the manifest, not in the lockfile`},
  }))
  const told =
    'the lockfile\n  error: 5 modules in the manifest, not in the lockfile: own/a, own/b, own/c and 2 more\n    install\n'
  expect(checked(missing)).toContain(`\n${told}\n`)
  expect(checked(missing, true)).not.toContain('5 modules in')
  expect(renderProblems({problems: missing} as unknown as CheckResult)).toBe(told)
})

describe('why nobody was asked', () => {
  const reason = (name: string): string => `no answer about ${name} in x\n  host.example: it does not resolve`

  it('is told once for all modules of a publisher', () => {
    const notAsked = ['b', 'c'].map((name) => ({module: moduleKey('own', name), reason: reason(name)}))
    expect(notAskedLines(notAsked)).toEqual([
      'of own/b and own/c only the registry was asked: host.example: it does not resolve',
    ])
  })

  it('is the whole reason where nobody answered for another', () => {
    expect(causeText('--offline')).toBe('--offline')
  })
})

it('a hint that checks of doctor share stands behind the last of them', () => {
  const check = (text: string, hint: string | null): DoctorCheck =>
    ({section: 'network', state: hint === null ? 'ok' : 'warning', text, hint}) as DoctorCheck
  const text = renderDoctor({
    checks: [check('one', 'take a mirror'), check('two', null), check('three', 'take a mirror')],
    errors: 0,
    warnings: 2,
  })
  expect(text.match(/take a mirror/g)).toHaveLength(1)
  expect(text.indexOf('take a mirror')).toBeGreaterThan(text.indexOf('three'))
})

it('bump counts modules that stay where they are, and names a few', () => {
  const stayed = (number: number): string =>
    renderBump(
      {
        moved: [],
        stayed: Array.from({length: number}, (_, at): StayedEntry => ({
          module: moduleKey('own', `m${at}`),
          version: '1',
          found: '1',
          asked: 'known',
        })),
        notes: [],
        heldBack: [],
        counts: {modules: {renamed: 0}},
        total: {modules: number, added: 0, removed: 0, changed: 0},
        report: {sources: [], needs: null, impacts: [], configuration: null},
        needs: {broughtIn: [], offered: []},
        fetch: {served: {}, failures: [], fromStore: 0},
        lint: {errors: 0, warnings: 0, findings: []},
        codedWarnings: [],
        changes: [],
        dryRun: false,
      } as unknown as BumpResult,
      {all: false},
    )
  expect(stayed(2)).toContain('own/m1 is at 1 already')
  expect(stayed(40)).toContain('40 modules are at the newest known release already; --latest asks')
  expect(stayed(40)).not.toContain('own/m1 ')
})

describe('the store', () => {
  const part = {checked: 0, removed: 0, bytes: 0}

  it('is told of by what it has', () => {
    const verified = {
      folder: '/s',
      checked: 5,
      removed: [],
      listings: part,
      lint: part,
      facts: part,
      registry: [],
    }
    expect(renderCacheVerify(verified)).toBe('5 files checked, none bad\n')
    expect(renderCacheVerify({...verified, listings: {...part, checked: 1}})).toBe(
      "5 files and 1 publisher's answer checked, none bad\n",
    )
  })

  it('says in a word that nothing was to be removed', () => {
    const pruned = {folder: '/s', removed: 0, bytes: 0, listings: part, lint: part, facts: part}
    expect(renderCachePrune(pruned)).toBe('nothing to remove\n')
    expect(renderCachePrune({...pruned, removed: 1, bytes: 1500})).toBe('removed 1 file, 1.5 kB\n')
  })
})
