import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {AddResult} from '../../src/operations/add/add.ts'
import type {InfoResult} from '../../src/operations/info/types.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {newSandbox, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {mustFail, mustSucceed, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

const registry = embeddedRegistry()
const lua = (name: string): string => `module:log("info", "${name}")\n`
const named = (names: readonly string[], path: (name: string) => string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [path(name), lua(name)]))

const kept = ['muc_lobby_rooms', 'av_moderation_component', 'speakerstats_component']
const flat = (name: string): string => `mod_${name}.lua`
const folder = (name: string): string => `${name}/mod_${name}.lua`
const files = {
  '10008': named([...kept, 'polls', 'speakerstats', 'muc_call', 'smacks'], flat),
  '11000': named([...kept, 'polls_component', 'features_identity', 'token_affiliation'], flat),
  '20260306': named(['token_affiliation', 'frozen_nick'], folder),
  '20260523': named(['token_affiliation_legacy', 'frozen_nick'], folder),
}

let forge: Forge
/** The package, with a registry that knows a release of Jitsi after the removals. */
let copy: PackageCopy

beforeAll(async () => {
  forge = await startForge()
  const jitsi = async (version: '10008' | '11000') => {
    const tag = `stable/jitsi-meet_${version}`
    const placed = Object.entries(files[version]).map(([path, text]) => [
      `resources/prosody-plugins/${path}`,
      text,
    ])
    const revision = await forge.commit(
      'jitsi/jitsi-meet',
      Object.fromEntries(placed) as Record<string, string>,
      [tag],
    )
    return {version, revision, tag, files: files[version]}
  }
  const contrib = async (version: '20260306' | '20260523') => {
    const tag = `v${version}`
    const revision = await forge.commit('jitsi-contrib/prosody-plugins', files[version], [tag])
    return {version, revision, tag, files: files[version]}
  }
  const releases = {
    jitsi: [await jitsi('10008'), await jitsi('11000')],
    'jitsi-contrib': [await contrib('20260306'), await contrib('20260523')],
  }
  copy = await copyPackage(registryWith(releases, registry.moves))
})

afterAll(async () => {
  await copy.remove()
  await forge.close()
})

type Modules = Readonly<Record<string, string>>

/** A test that makes projects with modules installed. */
const moveTest = it.extend<{project: (modules?: Modules) => Promise<Sandbox>}>({
  project: async ({}, use) => {
    const made: Sandbox[] = []
    await use(async (modules = {}) => {
      const sandbox = await newSandbox(copy.program)
      made.push(sandbox)
      await writeManifest(sandbox, {prosody: '13.0', mirrors: forge.mirrors, modules})
      if (Object.keys(modules).length > 0) await mustSucceed(sandbox, ['install'])
      return sandbox
    })
    for (const sandbox of made) await sandbox.remove()
  },
})

async function run(sandbox: Sandbox, ...args: readonly string[]): Promise<CliOutput> {
  const output = await sandbox.cli(args)
  expect(output.code, output.stdout + output.stderr).toBe(0)
  return output
}

function noteOf(module: string, change: string, source?: string): string {
  const found = registry.moves.find(
    (move) => move.module === module && move.change === change && move.source === source,
  )
  if (found === undefined) throw new Error(`no move ${change} of ${module}`)
  return found.note
}

async function addJson(sandbox: Sandbox, ...specs: readonly string[]): Promise<AddResult> {
  return (await run(sandbox, 'add', ...specs, '--json')).json as AddResult
}

async function modulesOf(sandbox: Sandbox): Promise<unknown> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')
  return (JSON.parse(text) as {modules?: unknown}).modules
}

describe.concurrent('a module that is part of Prosody', {timeout: 120_000}, () => {
  moveTest(
    'needs nothing installed: add says since when, and how to take another on purpose',
    async ({project}) => {
      const sandbox = await project()
      const {code, stderr} = await sandbox.cli(['add', 'smacks'])
      expect(code).toBe(3)
      expect(stderr.split('\n').slice(-4)).toEqual([
        'error[SHADOWS_CORE]: mod_smacks is part of Prosody 13.0 (since 0.12): nothing needs installing',
        `  ${noteOf('smacks', 'core')}`,
        "hint: enable Prosody's own; to have another in its place on purpose: prosody-mods add community/smacks --allow-shadow (or jitsi/smacks)",
        '',
      ])
      const ldap = await mustFail(sandbox, ['add', 'auth_ldap'], {exit: 3, code: 'SHADOWS_CORE'})
      expect(ldap.message).toBe(
        `mod_auth_ldap is part of Prosody 13.0 (since 0.12): nothing needs installing\n  ${noteOf('auth_ldap', 'core')}`,
      )
      expect(ldap.details).toMatchObject({
        candidates: ['community/auth_ldap'],
        moves: [{module: 'auth_ldap', since: '0.12'}],
      })
      expect(await modulesOf(sandbox)).toEqual({})
    },
  )

  moveTest('is said of one that nobody else publishes', async ({project}) => {
    const error = await mustFail(await project(), ['add', 'roster'], {exit: 3, code: 'SHADOWS_CORE'})
    expect(error.message).toBe('mod_roster is part of Prosody 13.0: nothing needs installing')
  })

  moveTest('is taken from a source by --allow-shadow, and by no other way', async ({project}) => {
    const sandbox = await project()
    const error = await mustFail(sandbox, ['add', 'jitsi/smacks'], {exit: 3, code: 'SHADOWS_CORE'})
    expect(error.message).toContain(
      'jitsi/smacks: mod_smacks is part of Prosody 13.0 (since 0.12); an installed copy would hide it',
    )
    // Neither of them has it any more.
    const bare = await mustFail(sandbox, ['add', 'smacks', '--allow-shadow'], {
      exit: 3,
      code: 'MODULE_AMBIGUOUS',
    })
    expect(bare.details['candidates']).toEqual(['community/smacks', 'jitsi/smacks'])
    const {added, notes} = await addJson(sandbox, 'jitsi/smacks', '--allow-shadow')
    expect(added).toMatchObject([{module: 'jitsi/smacks', version: '10008'}])
    expect(notes).toEqual([`jitsi/smacks: ${noteOf('smacks', 'dropped', 'jitsi')}`])
  })
})

describe.concurrent('token_affiliation', {timeout: 120_000}, () => {
  const renamed = noteOf('token_affiliation', 'renamed', 'jitsi-contrib')
  const official = noteOf('token_affiliation', 'official', 'jitsi-contrib')

  moveTest(
    "is jitsi-contrib's last where the project's Jitsi has none, and says where it went",
    async ({project}) => {
      for (const modules of [{'jitsi/*': '10008'}, {'jitsi/muc_lobby_rooms': '10008'}]) {
        const sandbox = await project(modules)
        const {added, notes, moves} = await addJson(sandbox, 'token_affiliation')
        expect(added).toMatchObject([{module: 'jitsi-contrib/token_affiliation', version: '20260306'}])
        expect(notes).toEqual([renamed, official].map((note) => `jitsi-contrib/token_affiliation: ${note}`))
        expect(moves.map(({change, to}) => [change, to])).toEqual([
          ['renamed', ['jitsi-contrib/token_affiliation_legacy']],
          ['official', ['jitsi/token_affiliation']],
        ])
      }
    },
  )

  moveTest("is a choice where the project's Jitsi has one too", async ({project}) => {
    const sandbox = await project({'jitsi/*': '11000'})
    const error = await mustFail(sandbox, ['add', 'token_affiliation'], {exit: 3, code: 'MODULE_AMBIGUOUS'})
    expect(error.message.split('\n')).toEqual([
      'several sources publish a module token_affiliation:',
      '  jitsi/token_affiliation (comes with jitsi/* 11000, which this project has)',
      expect.stringMatching(
        /^ {2}jitsi-contrib\/token_affiliation \(newest known [\w.]+, of \d{4}-\d\d-\d\d\)$/,
      ),
      `  ${renamed}`,
      `  ${official}`,
    ])
    expect(error.details['candidates']).toEqual([
      'jitsi/token_affiliation',
      'jitsi-contrib/token_affiliation',
    ])
    const {notes} = await addJson(sandbox, 'jitsi-contrib/token_affiliation')
    expect(notes).toContain(
      'jitsi-contrib/token_affiliation: jitsi 11000 has it; jitsi/* of this project has token_affiliation already',
    )
    const single = await project({'jitsi/muc_lobby_rooms': '11000'})
    const other = await mustFail(single, ['add', 'token_affiliation'], {exit: 3, code: 'MODULE_AMBIGUOUS'})
    expect(other.message).toContain('jitsi/token_affiliation (jitsi 11000, which this project has, has it)')
    const taken = await addJson(single, 'jitsi/token_affiliation')
    expect(taken).toMatchObject({added: [{version: '11000'}], notes: [], moves: []})
  })

  moveTest('of a release of jitsi-contrib without it is refused, with its new name', async ({project}) => {
    const error = await mustFail(await project(), ['add', 'jitsi-contrib/token_affiliation@20260523'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    expect(error.message).toContain(`\n  ${renamed}\n`)
    expect(error.hint).toContain('take in its place: prosody-mods add jitsi-contrib/token_affiliation_legacy')
  })
})

describe.concurrent('a module that Jitsi dropped', {timeout: 120_000}, () => {
  moveTest('is there at 10008, with what replaces it later', async ({project}) => {
    const sandbox = await project({'jitsi/muc_lobby_rooms': '10008'})
    const {added, notes} = await addJson(sandbox, 'polls', 'speakerstats')
    expect(added).toMatchObject([
      {module: 'jitsi/polls', version: '10008'},
      {module: 'jitsi/speakerstats', version: '10008'},
    ])
    expect(notes).toEqual(
      ['polls', 'speakerstats'].map((name) => `jitsi/${name}: ${noteOf(name, 'replaced', 'jitsi')}`),
    )
  })

  moveTest(
    'is refused where the project has a later Jitsi, with what to take, nobody being asked',
    async ({project}) => {
      const sandbox = await project({'jitsi/muc_lobby_rooms': '11000'})
      // Offline, a question to the publisher would be another error.
      const error = await mustFail(sandbox, ['add', 'polls', '--offline'], {
        exit: 3,
        code: 'VERSION_UNSATISFIABLE',
      })
      expect(error.message.split('\n')).toEqual([
        'jitsi/polls: jitsi 11000, which this project has, has no module polls',
        '  the newest known release with it is 10008',
        `  ${noteOf('polls', 'replaced', 'jitsi')}`,
      ])
      expect(error.hint).toBe('take in its place: prosody-mods add jitsi/polls_component')
      expect(error.details).toMatchObject({available: ['10008'], moves: [{to: ['jitsi/polls_component']}]})
      const gone = await mustFail(sandbox, ['add', 'muc_call'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
      expect(gone.message).toContain(noteOf('muc_call', 'dropped', 'jitsi'))
      expect(gone.hint).toContain('all modules of jitsi come from one release')
      expect(await modulesOf(sandbox)).toEqual({'jitsi/muc_lobby_rooms': '11000'})
    },
  )

  moveTest('is refused beside the whole tree, which may have what replaced it', async ({project}) => {
    const sandbox = await project({'jitsi/*': '11000'})
    const error = await mustFail(sandbox, ['add', 'speakerstats'], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
    expect(error.message).toContain(noteOf('speakerstats', 'replaced', 'jitsi'))
    expect(error.hint).toBe(
      'jitsi/* of this project has speakerstats_component and features_identity already',
    )
  })

  moveTest('is the last that is known in a project without Jitsi', async ({project}) => {
    const {added, notes} = await addJson(await project(), 'polls')
    expect(added).toMatchObject([{module: 'jitsi/polls', version: '10008'}])
    expect(notes).toEqual([`jitsi/polls: ${noteOf('polls', 'replaced', 'jitsi')}`])
  })

  moveTest('is told by bump when it leaves the tree', async ({project}) => {
    const sandbox = await project({'jitsi/*': '10008'})
    const {stdout} = await run(sandbox, 'bump', 'jitsi@11000', '--dry-run')
    for (const note of [
      `polls: ${noteOf('polls', 'replaced', 'jitsi')}`,
      `muc_call: ${noteOf('muc_call', 'dropped', 'jitsi')}`,
      `smacks: ${noteOf('smacks', 'core')}`,
      `token_affiliation: ${noteOf('token_affiliation', 'official', 'jitsi-contrib')}`,
    ])
      expect(stdout).toContain(`note: ${note}\n`)
  })
})

describe.concurrent('what nothing is known of', {timeout: 120_000}, () => {
  moveTest('gets no word of where it went', async ({project}) => {
    const sandbox = await project({'jitsi/muc_lobby_rooms': '11000'})
    for (const name of ['polls2', 'jitsi/never_there', 'jitsi-contrib/polls']) {
      const error = await mustFail(sandbox, ['add', name], {exit: 3, code: 'MODULE_UNKNOWN'})
      for (const {note} of registry.moves) expect(error.message).not.toContain(note)
      expect(error.details['moves'] ?? []).toEqual([])
    }
    const {notes, moves} = await addJson(sandbox, 'av_moderation_component')
    expect({notes, moves}).toEqual({notes: [], moves: []})
  })
})

describe.concurrent('info', {timeout: 120_000}, () => {
  moveTest('shows the moves, to a person and to a program', async ({project}) => {
    const sandbox = await project()
    const smacks = await run(sandbox, 'info', 'smacks')
    expect(smacks.stdout).toContain('mod_smacks is part of Prosody 0.12 and 13.0, since 0.12\n')
    expect(smacks.stdout).toContain(
      `note: jitsi/smacks, last known in 10133: ${noteOf('smacks', 'dropped', 'jitsi')}\n`,
    )
    const upload = await run(sandbox, 'info', 'http_upload', '--json')
    const {moves, core} = upload.json as InfoResult
    expect(core).toEqual([])
    expect(moves).toEqual(registry.moves.filter(({module}) => module === 'http_upload'))
    expect(moves).toMatchObject([
      {change: 'core', since: '0.12', core: ['http_file_share'], until: '2024.10.22'},
    ])
    const lobby = await run(sandbox, 'info', 'muc_lobby_rooms', '--json')
    expect((lobby.json as InfoResult).moves).toEqual([])
  })
})
