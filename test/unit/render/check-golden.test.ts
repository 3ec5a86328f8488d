import {describe, it} from 'vitest'
import type {CheckResult} from '../../../src/operations/check/check.ts'
import type {CheckedModule, Problem} from '../../../src/operations/check/types.ts'
import {moduleKey} from '../../../src/module-key.ts'
import {uncoloured} from '../../../src/render/colours.ts'
import {renderCheck, renderProblems} from '../../../src/render/check.ts'
import {folded} from '../../../src/render/fold.ts'
import {expectGolden} from '../../helpers/golden.ts'

const names = ['calls_newer', 'conflicts', 'needs_library', 'raises', 'sound'] as const
type Name = (typeof names)[number]

function problem(name: Name, more: Partial<Problem>): Problem {
  return {
    ...{kind: 'compatibility', severity: 'error', module: moduleKey('own', name), part: null, line: 1},
    ...{message: '', cause: null, hint: null},
    path: `prosody-modules/own/mod_${name}/mod_${name}.lua`,
    ...more,
  }
}

function booted(name: Name, cause: string, line: number | null = 1): Problem {
  return problem(name, {kind: 'boot', line, cause, message: `Prosody did not load mod_${name}: ${cause}`})
}

const lacking = names.map((name) =>
  problem(name, {
    ...{kind: 'lockfile', path: null, line: null},
    message: `own/${name}: in the manifest, not in the lockfile`,
    hint: '"prosody-mods install" writes the lockfile anew',
  }),
)

const problems: readonly Problem[] = [
  problem('needs_library', {
    ...{kind: 'needs', severity: 'warning'},
    message: 'it needs the Lua library unheard.of, which nothing known serves',
    hint: 'no package and no rock is known that has it; bring it into the image yourself',
  }),
  booted('needs_library', 'Lua library unheard.of is not installed for Lua 5.4'),
  problem('conflicts', {
    ...{kind: 'layout', line: null},
    message:
      'Prosody would not load mod_conflicts from its own file: Prosody skips it: its metadata says that it conflicts with mod_bookmarks, which this Prosody has',
    hint: 'the file is not for this Prosody: take another version of it, or leave it out',
  }),
  booted('conflicts', 'its metadata says that it conflicts with mod_bookmarks, which this Prosody has', null),
  problem('conflicts', {
    severity: 'warning',
    message: 'Prosody 0.12 skips this file: it has the feature "mod_bookmarks" [unmet-metadata]',
  }),
  problem('calls_newer', {
    message: 'Prosody 0.12 has no module:default_permission [unknown-method]',
    hint: 'it came with Prosody 13.0',
  }),
  booted('calls_newer', "attempt to call a nil value (method 'default_permission')"),
  booted('raises', "attempt to index a nil value (local 't')", 3),
]

const result = {
  target: {prosody: '0.12', lua: '5.4', debian: 'bookworm'},
  modules: names.map((name): CheckedModule => ({
    module: moduleKey('own', name),
    version: 'local',
    verdict: name === 'sound' ? 'works' : 'cannot-work',
    parts: null,
  })),
  total: {modules: 5, cannotWork: 4},
  configuration: null,
  problems,
  boot: {
    prosody: {program: '/usr/bin/prosody', root: null, version: '0.12.3', lua: '5.4'},
    modules: names.map((name) => ({
      ...{module: moduleKey('own', name), name, host: 'localhost', loaded: name === 'sound'},
      path: name === 'sound' ? `prosody-modules/own/mod_${name}/mod_${name}.lua` : null,
    })),
  },
  errors: 6,
  warnings: 2,
  notes: 0,
} as unknown as CheckResult

describe.each([60, 100])('check at %i columns', (columns) => {
  const shown = (text: string): string => uncoloured(folded(text, columns))

  it('tells what the code and a start of Prosody say', async () => {
    await expectGolden(`check-boot-${columns}.txt`, shown(renderCheck(result)))
  })

  it('tells all, where that is asked for', async () => {
    await expectGolden(`check-boot-all-${columns}.txt`, shown(renderCheck(result, true)))
  })

  it('tells once what the lockfile lacks, and with --quiet nothing else', async () => {
    await expectGolden(
      `check-quiet-${columns}.txt`,
      shown(renderProblems({...result, problems: [...lacking, ...problems]})),
    )
  })
})
