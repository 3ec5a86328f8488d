import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startChangedReleases, type ChangedReleases} from '../helpers/changed-releases.ts'
import {onTerminal, type Shown, type Typed} from '../helpers/terminal.ts'

let releases: ChangedReleases

beforeAll(async () => {
  releases = await startChangedReleases()
  const {sandbox} = releases
  expect((await sandbox.cli(['install'])).code).toBe(0)
  const path = join(sandbox.project, 'prosody-mods.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({...manifest, modules: {'jitsi/*': '>=301'}}))
  expect((await sandbox.cli(['install'])).code).toBe(0)
})

afterAll(() => releases.remove())

const question = 'Enter for none) '

/** On a terminal, with --dry-run, so that each begins with the earlier release. */
function asked(typed: readonly Typed[], env = {}): Promise<Shown> {
  const {program, sandbox} = releases
  return onTerminal(sandbox, ['update', '-i', '--dry-run'], {program, typed, env: {NO_COLOR: '1', ...env}})
}

describe('update --interactive', () => {
  it('lists what can move, and moves what is chosen', async () => {
    const {code, screen} = await asked([{after: question, keys: '1\r'}])
    expect([code, screen]).toEqual([0, expect.stringMatching(/ {2}1\) {2}jitsi\/\* {2}301 → 302\r\n/)])
    expect(screen).toContain('would change jitsi/* 302')
  })

  it('asks again on a slip', async () => {
    const {code, screen} = await asked([
      {after: question, keys: '2\r'},
      {after: '1, or Enter for none: ', keys: 'one\r'},
      {after: '1, or Enter for none: ', keys: 'a\r'},
    ])
    expect([code, screen]).toEqual([0, expect.stringContaining('would change jitsi/* 302')])
  })

  it('moves nothing where none is chosen', async () => {
    const {code, screen} = await asked([{after: question, keys: '\r'}])
    expect([code, screen]).toEqual([0, expect.stringContaining('nothing was chosen')])
    expect(screen).not.toContain('does not admit')
  })

  it.each([
    {
      name: 'the end of the input',
      keys: '\u0004',
      code: 3,
      text: 'error[NOTHING_CHOSEN]: nothing was chosen',
    },
    {name: 'Ctrl-C', keys: '\u0003', code: 130, text: 'error[INTERRUPTED]: interrupted'},
  ])('ends with $name', async ({keys, code, text}) => {
    const shown = await asked([{after: question, keys}])
    expect([shown.code, shown.screen]).toEqual([code, expect.stringContaining(text)])
  })

  it('never asks a job of a CI, nor where there is no terminal', async () => {
    expect((await asked([], {CI: 'true'})).code).toBe(2)
    const {code, stderr} = await releases.sandbox.cli(['update', '--interactive'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is none to ask on')])
  })
})
