import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import type {ChangeKind} from '../../src/changes/types.ts'
import type {DiffResult} from '../../src/operations/diff/diff.ts'
import {startChangedReleases, type ChangedReleases} from '../helpers/changed-releases.ts'
import {expectGolden} from '../helpers/golden.ts'
import {onTerminal} from '../helpers/terminal.ts'

/** What each kind of change is told with, in the report of the fixture. */
const told = {
  'module-removed': 'module polls is gone',
  'module-renamed': 'module doorbell is called porch_bell now',
  'module-added': 'module gong is new',
  'option-removed': 'option greeter_motto of greeter is not read any more',
  'option-renamed': 'option greeter_words of greeter is called greeter_phrases now',
  'option-type': 'option greeter_mode of greeter is read as number',
  'option-values': 'option greeter_level of greeter takes',
  'option-default': 'option greeter_limit of greeter is 7 by default',
  'option-added': 'option greeter_signature of greeter is new',
  'store-removed': 'store greetings of greeter is gone',
  'store-added': 'store farewells of greeter is new',
  'route-removed': 'route greeter: GET /greeter/greetings is gone',
  'route-added': 'route greeter: GET /greeter/hello is new',
  'feature-removed': 'feature urn:acme:greeting:0 of greeter is gone',
  'feature-added': 'feature urn:acme:greeting:1 of greeter is new',
  'event-removed': 'event greeter-done of greeter is gone',
  'event-added': 'event greeter-ended of greeter is new',
  'hook-removed': 'hook muc-occupant-joined of greeter is gone',
  'hook-added': 'hook muc-occupant-left of greeter is new',
  'dependency-added': 'greeter depends on muc_mam now',
  'dependency-removed': 'greeter does not depend on muc any more',
  'shared-added': 'keeper loads util.lib.lua now',
  'shared-removed': 'bell does not load util.lib.lua any more',
  'xep-removed': 'greeter does not name XEP-0313 any more',
  'xep-added': 'greeter names XEP-0421 now',
  'prosody-line': 'module keeper runs on Prosody 13.0 and later',
  'finding-new': 'unknown-library of keeper:',
  'finding-gone': 'unknown-library of bell, mended:',
  'patch-removed': 'patch time.patch is gone',
  'patch-changed': 'patch ping.patch has changed',
  'patch-added': 'patch uptime.patch is new',
  // Those of advisories: advisories.test.ts.
} satisfies Record<Exclude<ChangeKind, `advisory-${string}`>, string>

const reports = {
  diff: ['diff', 'jitsi@302'],
  'diff-all': ['diff', 'jitsi@302', '--all'],
  bump: ['bump', 'jitsi@302', '--dry-run'],
  outdated: ['outdated', '--explain'],
} as const

let releases: ChangedReleases

beforeAll(async () => {
  // Revisions stand in reports.
  for (const name of ['GIT_AUTHOR_DATE', 'GIT_COMMITTER_DATE']) vi.stubEnv(name, '2026-01-02T10:00:00Z')
  releases = await startChangedReleases()
  // What is said of fetching is no part of them.
  for (const args of [['install'], reports.bump, reports.diff]) {
    const {code, stdout, stderr} = await releases.sandbox.cli(args)
    expect(code, stdout + stderr).toBe(0)
  }
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await releases.remove()
})

/** What stays on the screen of a terminal: progress is written over; how long it took is each time another. */
async function screen(args: readonly string[], columns: number): Promise<string> {
  const {program, sandbox} = releases
  const shown = await onTerminal(sandbox, args, {program, columns, env: {NO_COLOR: '1'}})
  expect(shown.code, shown.screen).toBe(0)
  return shown.screen
    .replaceAll('\r\n', '\n')
    .replaceAll(/^[^\n]*\r\u001b\[K/gm, '')
    .replaceAll(/ in [\d.]+ m?s$/gm, ' in … s')
}

describe.for(Object.entries(reports))('the report of %s', ([name, args]) => {
  it.for([60, 100])('is the golden one on a terminal of %i columns', async (columns) => {
    const text = await screen(args, columns)
    await expectGolden(`${name}-${columns}.txt`, text)
    const wide = text.split('\n').filter((line) => line.length > columns && !/^ *RUN /.test(line))
    expect(wide).toEqual([])
  })
})

describe('the report in Markdown', () => {
  it.for(['diff', 'bump'] as const)('of %s is the golden one', async (name) => {
    const {code, stdout, stderr} = await releases.sandbox.cli([...reports[name], '--format', 'markdown'])
    expect(code, stderr).toBe(0)
    await expectGolden(`${name}.md`, stdout)
  })
})

describe('the releases that are compared', () => {
  it('differ in each way that there is, and each is told', async () => {
    const {stdout} = await releases.sandbox.cli(reports['diff-all'])
    const {json} = await releases.sandbox.cli([...reports.diff, '--json'])
    const kinds = (json as DiffResult).sources.flatMap(({changes}) => changes.map(({kind}) => kind))
    expect([...new Set(kinds)].sort()).toEqual(Object.keys(told).sort())
    for (const text of Object.values(told)) expect(stdout).toContain(text)
  })
})
