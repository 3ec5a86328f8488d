import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {BumpMove, BumpResult} from '../../src/operations/bump/bump.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {writeFacts} from '../helpers/known-facts.ts'
import {mustFail, mustSucceed, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

const plugins = 'resources/prosody-plugins'

/** A body that is long enough to be recognised; `own` is what no other has. */
function body(own: string, lines = 12): string {
  return Array.from({length: lines}, (_, index) => `local ${own}_${index} = "${own} ${index}"\n`).join('')
}

/** Three releases that the registry knows: the second renames, drops, adds and changes; the third has the same files. */
const first = {
  'mod_lobby.lua': `local util = module:require "util"\n${body('lobby')}`,
  'mod_kick_jigasi.lua': body('kick'),
  'mod_old_name.lua': body('old'),
  'mod_poll.lua': body('poll'),
  'mod_still.lua': body('still'),
  'util.lib.lua': 'return {}\n',
  'one/words.lib.lua': 'return "words"\n',
  'mod_lobby.patch': '--- a/x\n',
}
const second = {
  'mod_lobby.lua': `local util = module:require "util"\n${body('lobby')}local more = true\n`,
  'mod_kick_participant.lua': `${body('kick')}local any_participant = true\n`,
  'mod_new_name.lua': body('new'),
  'mod_fresh.lua': body('fresh'),
  'mod_still.lua': body('still'),
  'util.lib.lua': 'return {2}\n',
  'two/words.lib.lua': 'return "words"\n',
}
/** Known to the publisher alone. */
const third = {...second, 'mod_late.lua': body('late')}

const moves = [
  {
    module: 'old_name',
    source: 'jitsi',
    change: 'renamed',
    since: '102',
    until: '101',
    to: ['jitsi/new_name'],
    note: 'Jitsi calls it new_name now.',
    evidence: 'this test',
  },
  {
    module: 'poll',
    source: 'jitsi',
    change: 'dropped',
    since: '102',
    until: '101',
    note: 'Polls went into the component of breakout rooms.',
    evidence: 'this test',
  },
] as const

let forge: Forge
let hg: HgServer
let copy: PackageCopy
let revisions: Readonly<Record<string, string>>
/** A revision of community that no registry knows. */
let unknown = ''

beforeAll(async () => {
  forge = await startForge()
  hg = await startHg()
  const placed = (files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`${plugins}/${path}`, text]))
  const jitsi = async (files: Readonly<Record<string, string>>, version: string): Promise<string> =>
    forge.commit('jitsi/jitsi-meet', placed(files), [`stable/jitsi-meet_${version}`])
  const [r101, r102, r103] = [
    await jitsi(first, '101'),
    await jitsi(second, '102'),
    await jitsi(second, '103'),
  ]
  await jitsi(third, '104')
  const community = (text: string): Record<string, string> => ({
    'mod_bob/mod_bob.lua': text,
    'mod_muc_moderation/mod_muc_moderation.lua': 'module:depends("muc")\n',
  })
  const old = await hg.commit(community(body('bob')), '2026-01-02 10:00 +0000')
  const fresh = await hg.commit(community(body('bobby')), '2026-02-03 10:00 +0000')
  unknown = await hg.commit(community(body('robert')), '2026-03-04 10:00 +0000')
  revisions = {101: r101, 102: r102, 103: r103}
  const tag = (version: string): string => `stable/jitsi-meet_${version}`
  copy = await copyPackage(
    registryWith(
      {
        jitsi: [
          {version: '101', revision: r101, tag: tag('101'), files: first},
          {version: '102', revision: r102, tag: tag('102'), files: second},
          {version: '103', revision: r103, tag: tag('103'), files: second},
        ],
        community: [
          {version: '2026.1.2', revision: old, files: community(body('bob'))},
          {version: '2026.2.3', revision: fresh, files: community(body('bobby'))},
        ],
      },
      moves,
    ),
  )
})

afterAll(async () => {
  await copy.remove()
  await forge.close()
  await hg.close()
})

const bumpTest = it.extend<{sandbox: Sandbox}>({
  sandbox: async ({}, use) => {
    const sandbox = await newSandbox(copy.program)
    await use(sandbox)
    await sandbox.remove()
  },
})

function manifest(modules: Readonly<Record<string, string>>, more: object = {}): object {
  const mirrors = {
    ...forge.mirrors,
    'https://hg.prosody.im/prosody-modules': hg.url,
    debian: 'http://127.0.0.1:9',
  }
  return {mirrors, modules, ...more}
}

async function installed(sandbox: Sandbox, modules: Readonly<Record<string, string>>, more?: object) {
  await writeManifest(sandbox, manifest(modules, more))
  await mustSucceed(sandbox, ['install'])
}

async function bump(sandbox: Sandbox, ...args: readonly string[]): Promise<BumpResult> {
  const {code, stdout, stderr, json} = await sandbox.cli(['bump', ...args, '--json'])
  expect(code, stdout + stderr).toBe(0)
  return json as BumpResult
}

async function only(sandbox: Sandbox, ...args: readonly string[]): Promise<BumpMove> {
  const {moved} = await bump(sandbox, ...args)
  const [move, ...more] = moved
  expect(more).toEqual([])
  if (move === undefined) throw new Error('nothing moved')
  return move
}

function text(sandbox: Sandbox, name: 'prosody-mods.json' | 'prosody-mods.lock.json'): Promise<string> {
  return readFile(join(sandbox.project, name), 'utf8')
}

async function pins(sandbox: Sandbox): Promise<Record<string, string>> {
  return (JSON.parse(await text(sandbox, 'prosody-mods.json')) as {modules: Record<string, string>}).modules
}

async function locked(sandbox: Sandbox): Promise<Record<string, string>> {
  const {modules} = JSON.parse(await text(sandbox, 'prosody-mods.lock.json')) as {
    modules: Record<string, {version: string}>
  }
  return Object.fromEntries(Object.entries(modules).map(([key, {version}]) => [key, version]))
}

async function context(sandbox: Sandbox): Promise<Record<string, string>> {
  const tree = Object.entries(await readTree(join(sandbox.project, 'prosody-modules/jitsi')))
  return Object.fromEntries(tree)
}

const shipped = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith('.patch')))

const differences = {
  sameFiles: false,
  modules: {
    added: ['fresh'],
    removed: ['poll'],
    renamed: [
      {
        from: 'kick_jigasi',
        to: 'kick_participant',
        evidence: 'similar',
        share: expect.closeTo(0.96, 2) as number,
      },
      {from: 'old_name', to: 'new_name', evidence: 'registry', share: 0},
    ],
    changed: ['lobby'],
  },
  files: {
    added: ['mod_fresh.lua', 'mod_kick_participant.lua', 'mod_new_name.lua'],
    removed: ['mod_kick_jigasi.lua', 'mod_old_name.lua', 'mod_poll.lua'],
    renamed: [{from: 'one/words.lib.lua', to: 'two/words.lib.lua'}],
    changed: ['mod_lobby.lua', 'util.lib.lua'],
  },
}

describe('a whole tree', () => {
  bumpTest('moves with pin, lockfile and context, and says what that changes', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    const before = await text(sandbox, 'prosody-mods.json')
    const {moved, counts, notes, dryRun} = await bump(sandbox, 'jitsi@102')
    expect(dryRun).toBe(false)
    expect(moved).toEqual([
      {
        source: 'jitsi',
        from: '101',
        to: '102',
        entries: [
          expect.objectContaining({
            module: 'jitsi/*',
            previous: {version: '101', revision: revisions['101']},
            version: '102',
            revision: revisions['102'],
            pin: {from: '101', to: '102'},
          }),
        ],
        ...differences,
      },
    ])
    expect(counts).toEqual({
      modules: {added: 1, removed: 1, renamed: 2, changed: 1},
      files: {added: 3, removed: 3, renamed: 1, changed: 2},
    })
    expect(notes).toEqual([
      'poll: Polls went into the component of breakout rooms.',
      'old_name: Jitsi calls it new_name now.',
    ])
    expect(await text(sandbox, 'prosody-mods.json')).toBe(before.replace('"101"', '"102"'))
    expect(await locked(sandbox)).toEqual({'jitsi/*': '102'})
    expect(await context(sandbox)).toEqual(shipped(second))
    await mustSucceed(sandbox, ['install', '--frozen'])
  })

  bumpTest('shows it to a person, what leaves and what is renamed named each', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    const {stdout} = await sandbox.cli(['bump', 'jitsi@102'])
    expect(stdout.split('\n').slice(0, 14)).toEqual([
      `moved   jitsi/* 101 → 102 (${revisions['102']?.slice(0, 12) ?? ''})`,
      "  digests from the registry, seen in the publisher's repository",
      '  modules:',
      '    removed poll',
      '    renamed kick_jigasi → kick_participant (96% of its lines are the same)',
      '    renamed old_name → new_name (as its publisher says; 0% of its lines are the same)',
      '    added   fresh',
      '    changed lobby',
      '  other files:',
      '    renamed one/words.lib.lua → two/words.lib.lua',
      '    changed util.lib.lua',
      'note: poll: Polls went into the component of breakout rooms.',
      'note: old_name: Jitsi calls it new_name now.',
      'modules: 1 added, 1 removed, 2 renamed, 1 changed',
    ])
  })

  it('brings in what a dry run compares, and nothing else, of files that the registry knows', async () => {
    await writeFacts(
      copy.folder,
      'jitsi',
      new Map([...Object.entries(first), ...Object.entries(second)].map(([path, text]) => [text, path])),
    )
    const sandbox = await newSandbox(copy.program)
    try {
      await installed(sandbox, {'jitsi/*': '101'})
      const before = forge.server.requests.length
      const {code, stdout} = await sandbox.cli(['bump', 'jitsi@102', '--dry-run'])
      expect(code, stdout).toBe(0)
      expect(stdout).toContain(
        '    renamed kick_jigasi → kick_participant (96% of its lines are the same)\n' +
          '    renamed old_name → new_name (as its publisher says; 0% of its lines are the same)\n',
      )
      const asked = forge.server.requests.slice(before).map((url) => url.replace(/^.*\//, ''))
      expect(asked.sort()).toEqual(['mod_fresh.lua', 'mod_kick_participant.lua', 'mod_new_name.lua'])
    } finally {
      await sandbox.remove()
      await rm(join(copy.folder, 'registry/facts/jitsi.facts'))
    }
  })

  bumpTest('compares lines out of the context where the store is empty', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    await rm(sandbox.store, {recursive: true})
    expect((await only(sandbox, 'jitsi@102')).modules).toEqual(differences.modules)
  })

  bumpTest(
    'moves to the newest known release; equal content is no news, yet the pin moves',
    async ({sandbox}) => {
      await installed(sandbox, {'jitsi/*': '102'})
      const before = await context(sandbox)
      const {stdout} = await sandbox.cli(['bump', 'jitsi'])
      expect(stdout).toContain('  the same files, which is no news: only the pin moves\n')
      expect(await pins(sandbox)).toEqual({'jitsi/*': '103'})
      expect(await locked(sandbox)).toEqual({'jitsi/*': '103'})
      expect(await context(sandbox)).toEqual(before)
      const again = await bump(sandbox, 'jitsi')
      expect(again).toMatchObject({
        moved: [],
        changes: [],
        stayed: [{module: 'jitsi/*', version: '103', found: '103', asked: 'known'}],
      })
    },
  )

  bumpTest('--latest asks its publisher, whose release is trusted on first use', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '103'})
    await mustFail(sandbox, ['bump', 'jitsi', '--latest', '--offline'], {exit: 5, code: 'OFFLINE_MISSING'})
    const move = await only(sandbox, 'jitsi', '--latest')
    expect(move).toMatchObject({from: '103', to: '104', modules: {added: ['late'], removed: [], changed: []}})
    expect(move.entries[0]?.trust).toEqual({by: 'first-use'})
    // What is known is older, and nobody has asked to go back.
    expect(await bump(sandbox, 'jitsi')).toMatchObject({
      moved: [],
      stayed: [{version: '104', found: '103', asked: 'known'}],
    })
    expect(await pins(sandbox)).toEqual({'jitsi/*': '104'})
  })

  bumpTest(
    'goes to a version that only its publisher knows, unless the policy forbids it',
    async ({sandbox}) => {
      await installed(sandbox, {'jitsi/*': '103'}, {trust: 'registry'})
      await mustFail(sandbox, ['bump', 'jitsi@104'], {exit: 4, code: 'DIGEST_UNKNOWN'})
      await writeManifest(sandbox, manifest({'jitsi/*': '103'}))
      expect(await only(sandbox, 'jitsi@104')).toMatchObject({from: '103', to: '104'})
      expect(Object.keys(await context(sandbox))).toContain('mod_late.lua')
    },
  )

  bumpTest('--dry-run says the same and writes nothing', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    const before = await readTree(sandbox.project)
    const planned = await bump(sandbox, 'jitsi@102', '--dry-run')
    expect(await readTree(sandbox.project)).toEqual(before)
    const {stdout} = await sandbox.cli(['bump', 'jitsi@102', '--dry-run'])
    expect(stdout).toMatch(/^would move {3}jitsi\/\* 101 → 102 /)
    expect(stdout).toContain('would remove prosody-modules/jitsi/ 4 files\n')
    const done = await bump(sandbox, 'jitsi@102', '--offline')
    expect({...done, fetch: null}).toEqual({...planned, dryRun: false, fetch: null})
  })

  bumpTest('moves back only when that is asked for', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '102'})
    const {message, hint} = await mustFail(sandbox, ['bump', 'jitsi@101'], {exit: 3, code: 'DOWNGRADE'})
    expect(message).toContain('locked    102\n  asked for 101')
    expect(hint).toContain('--allow-downgrade')
    expect(await only(sandbox, 'jitsi@101', '--allow-downgrade')).toMatchObject({from: '102', to: '101'})
    expect(await context(sandbox)).toEqual(shipped(first))
  })

  bumpTest('keeps a file that the user changed, unless forced', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    await writeFile(join(sandbox.project, 'prosody-modules/jitsi/mod_lobby.lua'), 'return "mine"\n')
    await mustFail(sandbox, ['bump', 'jitsi@102'], {exit: 4, code: 'OWNED_FILE_CHANGED', mayKeep: true})
    await bump(sandbox, 'jitsi@102', '--force')
    expect(await context(sandbox)).toEqual(shipped(second))
  })
})

describe('single modules of a flat tree', () => {
  bumpTest('move together, and it is said', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/lobby': '101', 'jitsi/still': '101'})
    const {moved, notes, counts} = await bump(sandbox, 'still@102')
    expect(moved).toMatchObject([
      {
        entries: [{module: 'jitsi/lobby'}, {module: 'jitsi/still'}],
        modules: {added: [], removed: [], renamed: [], changed: ['lobby']},
        files: {changed: ['mod_lobby.lua', 'util.lib.lua']},
      },
    ])
    expect(counts.files.changed).toBe(2)
    expect(notes).toEqual([
      'all 2 entries of jitsi move together: modules of a flat tree come from one release',
    ])
    expect(await pins(sandbox)).toEqual({'jitsi/lobby': '102', 'jitsi/still': '102'})
    expect(await locked(sandbox)).toEqual({'jitsi/lobby': '102', 'jitsi/still': '102'})
  })

  bumpTest('that leave stop the move, with what is known of them', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/poll': '101', 'jitsi/still': '101'})
    for (const args of [['still'], ['jitsi@103'], ['poll@103'], ['jitsi']]) {
      const error = await mustFail(sandbox, ['bump', ...args], {exit: 3, code: 'MODULE_GONE'})
      expect(error.message).toContain('jitsi 103 has no module poll')
      expect(error.message).toContain('Polls went into the component of breakout rooms.')
      expect(error.hint).toContain('prosody-mods remove jitsi/poll')
      expect(error.details).toMatchObject({gone: ['jitsi/poll'], newestWithAll: '101'})
    }
  })

  bumpTest('that leave are all named at once', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/old_name': '101', 'jitsi/poll': '101', 'jitsi/still': '101'})
    const {message, details} = await mustFail(sandbox, ['bump', 'jitsi@102'], {exit: 3, code: 'MODULE_GONE'})
    expect(message).toContain('jitsi 102 has no module old_name, poll')
    expect(message).toContain('Jitsi calls it new_name now.')
    expect(details).toMatchObject({gone: ['jitsi/old_name', 'jitsi/poll']})
  })

  bumpTest(
    'that leave with a release of which only the publisher knows the files, too',
    async ({sandbox}) => {
      await installed(sandbox, {'jitsi/poll': '101', 'jitsi/still': '101'})
      const {message} = await mustFail(sandbox, ['bump', 'jitsi@104'], {
        exit: 3,
        code: 'MODULE_GONE',
        mayKeep: true,
      })
      expect(message).toContain('jitsi 104 has no module poll')
    },
  )
})

describe('the manifest', () => {
  bumpTest.for([
    ['a range that admits the release stays', '>=101', 'jitsi@103', '>=101'],
    ['a range that does not becomes the pin', '<103', 'jitsi@103', '103'],
    ['a range that was typed takes the place of a pin', '102', 'jitsi@^102', '^102'],
  ] as const)('%s', async ([, value, spec, expected], {sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    await writeManifest(sandbox, manifest({'jitsi/*': value}))
    await bump(sandbox, spec)
    expect(await pins(sandbox)).toEqual({'jitsi/*': expected})
    expect(await locked(sandbox)).toEqual({'jitsi/*': '103'})
  })

  bumpTest('keeps every line that need not change, and its line ends', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101', 'community/bob': '2026.1.2'})
    const path = join(sandbox.project, 'prosody-mods.json')
    const odd = `{\r\n\t"modules": {"jitsi/*": "101",\r\n\t  "community/bob":"2026.1.2"},\r\n\t"mirrors": ${JSON.stringify((manifest({}) as {mirrors: object}).mirrors)}, "later": 1 }\r\n`
    await writeFile(path, odd)
    await bump(sandbox, 'jitsi@102')
    expect(await readFile(path, 'utf8')).toBe(odd.replace('"101"', '"102"'))
  })
})

describe('a source of folders', () => {
  bumpTest('moves every module of it to its newest', async ({sandbox}) => {
    await installed(sandbox, {
      'community/bob': '2026.1.2',
      'community/muc_moderation': '2026.1.2',
      'jitsi/*': '101',
    })
    const {moved} = await bump(sandbox, 'community')
    expect(moved).toMatchObject([
      {
        entries: [{module: 'community/bob'}],
        from: '2026.1.2',
        to: '2026.2.3',
        sameFiles: false,
        modules: null,
        files: {changed: ['mod_bob/mod_bob.lua']},
      },
      {entries: [{module: 'community/muc_moderation'}], to: '2026.2.3', sameFiles: true},
    ])
    expect(await pins(sandbox)).toEqual({
      'community/bob': '2026.2.3',
      'community/muc_moderation': '2026.2.3',
      'jitsi/*': '101',
    })
  })

  bumpTest('moves one module alone, and a version beats none', async ({sandbox}) => {
    await installed(sandbox, {'community/bob': '2026.1.2', 'community/muc_moderation': '2026.1.2'})
    await bump(sandbox, 'mod_bob')
    expect(await locked(sandbox)).toEqual({
      'community/bob': '2026.2.3',
      'community/muc_moderation': '2026.1.2',
    })
    await bump(sandbox, 'community', 'bob@2026.1.2', '--allow-downgrade')
    expect(await locked(sandbox)).toEqual({
      'community/bob': '2026.1.2',
      'community/muc_moderation': '2026.2.3',
    })
  })

  bumpTest('takes a revision that no registry knows, which stays the pin', async ({sandbox}) => {
    await installed(sandbox, {'community/bob': '2026.1.2'})
    const move = await only(sandbox, `bob@${unknown.slice(0, 12)}`)
    expect(move).toMatchObject({to: '2026.3.4', entries: [{revision: unknown, trust: {by: 'first-use'}}]})
    expect(await pins(sandbox)).toEqual({'community/bob': unknown.slice(0, 12)})
  })
})

describe('nothing is changed, and the exit code tells why', () => {
  bumpTest.for([
    ['a module that is not in the manifest', ['still'], 3, 'NOT_INSTALLED'],
    ['a source that is not in the manifest', ['matrix-user-verification'], 3, 'NOT_INSTALLED'],
    ['one of several that is not', ['jitsi@102', 'still'], 3, 'NOT_INSTALLED'],
    ['a path', ['./jitsi'], 3, 'NOT_INSTALLED'],
    ['a version and --latest', ['jitsi@102', '--latest'], 2, 'USAGE'],
    ['two versions of one entry', ['jitsi@102', 'jitsi/*@103'], 2, 'USAGE'],
    ['no operand', [], 2, 'USAGE'],
    ['no version behind the @', ['jitsi@'], 2, 'SPEC_INVALID'],
    ['no version of this scheme', ['jitsi@1.x'], 2, 'VERSION_INVALID'],
    ['a version that there is not', ['jitsi@15000'], 3, 'VERSION_UNSATISFIABLE'],
    ['a range that nothing satisfies', ['jitsi@>=20000'], 3, 'VERSION_UNSATISFIABLE'],
  ] as const)('%s', async ([, args, exit, code], {sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    await mustFail(sandbox, ['bump', ...args], {exit, code})
  })

  bumpTest('a version that there is not comes with its neighbours', async ({sandbox}) => {
    await installed(sandbox, {'community/bob': '2026.1.2'})
    const {message} = await mustFail(sandbox, ['bump', 'bob@2026.1.20'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    expect(message).toContain('nearest is 2026.1.2 before it, 2026.2.3 after it')
  })

  bumpTest('an entry that is not locked yet', async ({sandbox}) => {
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}))
    const {hint} = await mustFail(sandbox, ['bump', 'jitsi'], {exit: 3, code: 'NOT_INSTALLED'})
    expect(hint).toContain('prosody-mods install')
  })

  bumpTest('files that are not at hand offline', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    await mustFail(sandbox, ['bump', 'jitsi@102', '--offline'], {exit: 5, code: 'OFFLINE_MISSING'})
  })

  bumpTest('two spellings of one version are no contradiction', async ({sandbox}) => {
    await installed(sandbox, {'jitsi/*': '101'})
    await bump(sandbox, 'jitsi@102', 'jitsi/*@stable-102')
    expect(await locked(sandbox)).toEqual({'jitsi/*': '102'})
  })
})
