import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {AddResult, BumpResult, InstallResult, OutdatedResult, UpdateResult} from '../../src/index.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {mustFail, mustSucceed, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

const plugins = 'resources/prosody-plugins'
const oneDay = 24 * 60 * 60 * 1000

/** The UTC day some days before today, YYYY-MM-DD. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * oneDay).toISOString().slice(0, 10)
}

/** The version that community gives a day. */
function calendar(day: string): string {
  return day.split('-').map(Number).join('.')
}

const tree = (words: string): Record<string, string> => ({'mod_lobby.lua': `return "${words}"\n`})

let forge: Forge
let hg: HgServer
let copy: PackageCopy

beforeAll(async () => {
  forge = await startForge()
  hg = await startHg()
  const jitsi = async (version: string, words: string): Promise<string> =>
    forge.commit('jitsi/jitsi-meet', {[`${plugins}/mod_lobby.lua`]: tree(words)['mod_lobby.lua'] ?? ''}, [
      `stable/jitsi-meet_${version}`,
    ])
  const known = [
    {version: '101', days: 300, words: 'one'},
    {version: '102', days: 30, words: 'two'},
    {version: '103', days: 2, words: 'three'},
  ]
  const releases = []
  for (const {version, days, words} of known) {
    const revision = await jitsi(version, words)
    const tag = `stable/jitsi-meet_${version}`
    releases.push({version, revision, tag, date: daysAgo(days), files: tree(words)})
  }
  // Nobody says when this one was published.
  await jitsi('104', 'four')
  for (const [days, words] of [
    [40, 'old'],
    [3, 'young'],
  ] as const)
    await hg.commit({'mod_bob/mod_bob.lua': `return "${words}"\n`}, `${daysAgo(days)} 10:00 +0000`)
  await hg.commit({'mod_amy/mod_amy.lua': 'module:depends "cat"\n'}, `${daysAgo(40)} 11:00 +0000`)
  const needed = {'mod_cat/mod_cat.lua': 'return 1\n'}
  const revision = await hg.commit(needed, `${daysAgo(3)} 11:00 +0000`)
  const cat = {version: calendar(daysAgo(3)), date: daysAgo(3), revision, files: needed}
  copy = await copyPackage(registryWith({jitsi: releases, community: [cat]}))
})

afterAll(async () => {
  await copy.remove()
  await forge.close()
  await hg.close()
})

const ageTest = it.extend<{sandbox: Sandbox}>({
  sandbox: async ({}, use) => {
    const sandbox = await newSandbox(copy.program)
    await use(sandbox)
    await sandbox.remove()
  },
})

async function manifest(
  sandbox: Sandbox,
  modules: Readonly<Record<string, string>>,
  minimumReleaseAge?: string,
): Promise<void> {
  const mirrors = {
    ...forge.mirrors,
    'https://hg.prosody.im/prosody-modules': hg.url,
    debian: 'http://127.0.0.1:9',
  }
  await writeManifest(sandbox, {
    mirrors,
    ...(minimumReleaseAge === undefined ? {} : {minimumReleaseAge}),
    modules,
  })
}

async function run(sandbox: Sandbox, ...args: readonly string[]): Promise<unknown> {
  const {code, stdout, stderr, json} = await sandbox.cli([...args, '--json'])
  expect(code, stdout + stderr).toBe(0)
  return json
}

async function text(sandbox: Sandbox, ...args: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await sandbox.cli(args)
  expect(code, stdout + stderr).toBe(0)
  return stdout
}

async function lockedAt(sandbox: Sandbox, key: string): Promise<string | undefined> {
  const lock = JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')) as {
    modules: Record<string, {version: string}>
  }
  return lock.modules[key]?.version
}

/** What is told of 103. */
const young = {
  module: 'jitsi/*',
  version: '103',
  date: daysAgo(2),
  days: 1,
  minimumReleaseAge: '7 days',
  until: new Date(Date.parse(`${daysAgo(2)}T00:00:00Z`) + 8 * oneDay).toISOString(),
}

describe('without minimumReleaseAge', () => {
  ageTest('the newest is taken, however young', async ({sandbox}) => {
    await manifest(sandbox, {})
    const {heldBack} = (await run(sandbox, 'add', 'jitsi')) as AddResult
    expect([await lockedAt(sandbox, 'jitsi/*'), heldBack]).toEqual(['103', []])
  })
})

describe('with minimumReleaseAge', () => {
  ageTest('add without a version takes the newest that is old enough, and says so', async ({sandbox}) => {
    await manifest(sandbox, {}, '7 days')
    const {added, heldBack} = (await run(sandbox, 'add', 'jitsi')) as AddResult
    expect(added).toMatchObject([{module: 'jitsi/*', version: '102'}])
    expect(heldBack).toEqual([young])
  })

  ageTest('a version that is asked for by name is given', async ({sandbox}) => {
    await manifest(sandbox, {}, '7 days')
    expect(await text(sandbox, 'add', 'jitsi@103')).not.toContain('minimumReleaseAge')
    expect(await lockedAt(sandbox, 'jitsi/*')).toBe('103')
    await run(sandbox, 'bump', 'jitsi@104')
    expect(await lockedAt(sandbox, 'jitsi/*')).toBe('104')
  })

  ageTest('a range of the manifest is locked at what is old enough', async ({sandbox}) => {
    await manifest(sandbox, {'jitsi/*': '>=101'}, '7 days')
    const {heldBack} = (await run(sandbox, 'install')) as InstallResult
    expect([await lockedAt(sandbox, 'jitsi/*'), heldBack]).toEqual(['102', [young]])
  })

  ageTest('outdated, update and bump pass over the young', async ({sandbox}) => {
    await manifest(sandbox, {'jitsi/*': '>=101'}, '7 days')
    await mustSucceed(sandbox, ['install'])
    const {outdated, heldBack} = (await run(sandbox, 'outdated')) as OutdatedResult
    expect(outdated).toEqual([])
    // Of all that are too young the newest is told; nobody says when 104 was.
    const unknown = {...young, version: '104', date: null, days: null, until: null}
    expect(heldBack).toEqual([unknown])
    expect(await text(sandbox, 'outdated', '--exit-code')).toBe(
      '1 module up to date\nnote: jitsi/* 104 has no known date; minimumReleaseAge is 7 days\n',
    )
    expect(((await run(sandbox, 'update')) as UpdateResult).heldBack).toEqual([unknown])
    expect(await text(sandbox, 'bump', 'jitsi')).toContain(
      'note: jitsi/* 103 is 1 day old; minimumReleaseAge is 7 days\n',
    )
    expect(((await run(sandbox, 'bump', 'jitsi', '--latest')) as BumpResult).heldBack).toEqual([unknown])
    expect(await lockedAt(sandbox, 'jitsi/*')).toBe('102')
  })

  ageTest('what is old enough is taken, and what is not stays out, in one go', async ({sandbox}) => {
    await manifest(sandbox, {'jitsi/*': '101'}, '7 days')
    await mustSucceed(sandbox, ['install'])
    const {outdated} = (await run(sandbox, 'outdated')) as OutdatedResult
    expect(outdated).toMatchObject([{current: '101', latest: '102'}])
    const {moved, heldBack} = (await run(sandbox, 'bump', 'jitsi')) as BumpResult
    expect(moved).toMatchObject([{from: '101', to: '102'}])
    expect(heldBack).toEqual([young])
  })

  ageTest('hours count from the end of the day of a release', async ({sandbox}) => {
    // 103 is of the day before yesterday, which ended 24 to 48 hours ago.
    await manifest(sandbox, {'jitsi/*': '101'}, '24 hours')
    await mustSucceed(sandbox, ['install'])
    const {moved, heldBack} = (await run(sandbox, 'bump', 'jitsi')) as BumpResult
    expect([moved, heldBack]).toMatchObject([[{to: '103'}], []])
    await manifest(sandbox, {'jitsi/*': '101'}, '48 hours')
    await mustSucceed(sandbox, ['install'])
    expect(((await run(sandbox, 'bump', 'jitsi')) as BumpResult).moved).toMatchObject([{to: '102'}])
  })

  ageTest('what is locked already is not taken back', async ({sandbox}) => {
    await manifest(sandbox, {'jitsi/*': '103'})
    await mustSucceed(sandbox, ['install'])
    await manifest(sandbox, {'jitsi/*': '>=101'}, '7 days')
    await mustSucceed(sandbox, ['install'])
    await mustSucceed(sandbox, ['update'])
    const {stayed, heldBack} = (await run(sandbox, 'bump', 'jitsi')) as BumpResult
    expect([stayed, heldBack]).toMatchObject([[{version: '103', found: '103'}], []])
    expect(await lockedAt(sandbox, 'jitsi/*')).toBe('103')
  })

  ageTest("a publisher's history is searched for what is old enough", async ({sandbox}) => {
    await manifest(sandbox, {}, '2 weeks')
    const {heldBack} = (await run(sandbox, 'add', 'community/bob')) as AddResult
    expect(await lockedAt(sandbox, 'community/bob')).toBe(calendar(daysAgo(40)))
    expect(heldBack).toMatchObject([{version: calendar(daysAgo(3)), days: 2}])
  })

  ageTest('where all is too young nothing is taken, and how to take it is said', async ({sandbox}) => {
    await manifest(sandbox, {}, '9 weeks')
    const {message, hint, details} = await mustFail(sandbox, ['add', 'community/bob'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    const version = calendar(daysAgo(3))
    expect(message).toBe(
      `community/bob: no release of it is known to be old enough\n  ${version} is 2 days old; minimumReleaseAge is 9 weeks`,
    )
    expect(hint).toBe(`name the version to take it all the same: community/bob@${version}`)
    expect(details).toMatchObject({module: 'community/bob', version, minimumReleaseAge: '9 weeks'})
    await manifest(sandbox, {}, '9999 weeks')
    await mustFail(sandbox, ['add', 'jitsi'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
    await mustFail(sandbox, ['add', 'jitsi', '--latest'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
  })

  ageTest('what a module needs is no exception, and is not left out in silence', async ({sandbox}) => {
    await manifest(sandbox, {}, '2 weeks')
    const {message} = await mustFail(sandbox, ['add', 'community/amy'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
      mayKeep: true,
    })
    expect(message).toContain('\ncommunity/cat is needed by community/amy')
    expect(message).toContain('is 2 days old; minimumReleaseAge is 2 weeks')
    await run(sandbox, 'add', 'community/amy', `community/cat@${calendar(daysAgo(3))}`)
    expect(await lockedAt(sandbox, 'community/cat')).toBe(calendar(daysAgo(3)))
  })

  ageTest('a range that only what is too young satisfies is told as such', async ({sandbox}) => {
    await manifest(sandbox, {'jitsi/*': '101'})
    await mustSucceed(sandbox, ['install'])
    await manifest(sandbox, {'jitsi/*': '>=103'}, '7 days')
    const {message} = await mustFail(sandbox, ['install'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
    expect(message).toMatch(/^jitsi\/\*: no release of it is known to be old enough\n {2}10[34] /)
  })

  ageTest.for(['7', '7 d', '0 days', 'a week', '7days', ' 7 days', '99999 days'])(
    'no length of time: %j',
    async (age, {sandbox}) => {
      await manifest(sandbox, {}, age)
      await mustFail(sandbox, ['install'], {exit: 2, code: 'MANIFEST_INVALID'})
    },
  )
})
