import {writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {sha256Of} from '../../src/digest.ts'
import type {CheckResult} from '../../src/operations/check/check.ts'
import type {DiffResult} from '../../src/operations/diff/diff.ts'
import type {InfoResult} from '../../src/operations/info/types.ts'
import type {OutdatedResult} from '../../src/operations/outdated.ts'
import {startReleases, type Releases} from '../helpers/bumped-project.ts'
import {networkTest} from '../helpers/network.ts'
import {runProgram} from '../helpers/program.ts'
import type {Clone} from '../helpers/robots.ts'

/** Kind, severity, name, modules and note of what a report says of advisories. */
function advisoriesIn({sources}: Pick<DiffResult, 'sources'>): string[] {
  return sources.flatMap(({changes}) =>
    changes
      .filter(({kind}) => kind.startsWith('advisory-'))
      .map(({kind, severity, name, modules, note}) =>
        [kind, severity, name, modules.join('+'), note?.split('; ').slice(0, 2).join('; ')].join(' '),
      ),
  )
}

describe('advisories of releases that the registry knows', () => {
  const moves = [
    {
      move: ['jitsi@8719', 'jitsi@9457'],
      told: [
        'advisory-closed notable CVE-2024-33530 muc_lobby_rooms was in mod_muc_lobby_rooms.lua; fixed in jitsi 9457',
      ],
    },
    {
      move: ['jitsi@5390', 'jitsi@6433'],
      told: [
        'advisory-opened notable JSA-2022-0004 polls in mod_polls.lua; fixed in jitsi 7882',
        'advisory-closed notable CVE-2021-39215 auth_token+filter_iq_jibri+filter_iq_rayo+muc_poltergeist+muc_size+token_verification was in token/util.lib.lua; fixed in jitsi 5963',
      ],
    },
    {
      move: ['jitsi@7830', 'jitsi@7882'],
      told: ['advisory-closed notable JSA-2022-0004 polls was in mod_polls.lua; fixed in jitsi 7882'],
    },
    {
      move: ['jitsi@9457', 'jitsi@8719'],
      told: [
        'advisory-opened breaking CVE-2024-33530 muc_lobby_rooms in mod_muc_lobby_rooms.lua; fixed in jitsi 9457',
      ],
    },
    {
      move: ['jitsi@6433', 'jitsi@5963'],
      told: [
        'advisory-closed notable JSA-2022-0004 polls was in mod_polls.lua, which is gone; https://github.com/jitsi/security-advisories/blob/master/advisories/JSA-2022-0004.md',
      ],
    },
    {
      move: ['auth_ldap@2019', 'auth_ldap@2020'],
      told: [
        'advisory-closed notable CVE-2020-8086 auth_ldap was in mod_auth_ldap/mod_auth_ldap.lua; fixed in community 2020.1.27',
      ],
    },
    {move: ['jitsi@9457', 'jitsi@11146'], told: []},
    {move: ['auth_ldap@2015', 'auth_ldap@2020'], told: []},
  ]
  for (const {move, told} of moves)
    networkTest(`are told from ${move.join(' to ')}`, async ({sandbox}) => {
      const output = await sandbox.cli(['diff', ...move, '--offline', '--json'])
      expect(output.code, output.stderr).toBe(0)
      expect(advisoriesIn(output.json as DiffResult)).toEqual(told)
    })

  networkTest('stand above all else of a source, in Markdown not folded', async ({sandbox}) => {
    const args = ['diff', 'jitsi@8719', 'jitsi@9457', '--offline']
    const text = await sandbox.cli(args)
    expect(text.stdout).toMatch(
      /^jitsi\/\* 8719 → 9457\n {2}modules: .*\n\n {2}security advisories \(1\)\n {4}closes CVE-2024-33530 of muc_lobby_rooms: guests who are let in/,
    )
    const markdown = await sandbox.cli([...args, '--format', 'markdown'])
    expect(markdown.stdout).toMatch(
      /\n\n\*\*Security advisories \(1\)\*\*\n\n- closes `CVE-2024-33530` of `muc_lobby_rooms`: .*\n\n\*\*Does not work as before/,
    )
  })

  networkTest('that a downgrade opens end with 6 where that was asked for', async ({sandbox}) => {
    const args = ['diff', 'jitsi@9457', 'jitsi@9364', 'muc_lobby_rooms', '--offline', '--exit-code']
    const output = await sandbox.cli(args)
    expect(output.stdout).toContain('opens CVE-2024-33530 of muc_lobby_rooms: ')
    expect(output.code).toBe(6)
  })

  networkTest('are told of each release by info, and of libraries that a module loads', async ({sandbox}) => {
    const {json} = await sandbox.cli(['info', 'jitsi/muc_lobby_rooms', '--json'])
    const [source] = (json as InfoResult).sources
    const affected = source?.releases.filter(({advisories}) => advisories.length > 0) ?? []
    expect([affected.at(-1)?.version, affected[0]?.version]).toEqual(['4546', '9364'])
    expect(source?.advisories.map(({id, introduced, fixed}) => [id, introduced, fixed])).toEqual([
      ['CVE-2024-33530', '4546', '9457'],
    ])
    const {stdout} = await sandbox.cli(['info', 'jitsi/auth_token@5390'])
    expect(stdout).toContain('  known flaws:\n    CVE-2021-39215: ')
    expect((await sandbox.cli(['info', 'jitsi/auth_token@6433'])).stdout).not.toContain('known flaws')
    expect((await sandbox.cli(['info', 'jitsi/muc_lobby_rooms'])).stdout).toContain(
      '  known flaws of older releases:\n',
    )
  })
})

/** The digest of the one file that a made-up release has. */
function digestOf(version: string): string {
  return sha256Of(`module:log("info", "release ${version}")\n`)
}

const advisory = {
  $schema: '../schema/advisory.schema.json',
  schema_version: '1.7.5',
  id: 'CVE-2099-10001',
  modified: '2099-01-01T00:00:00Z',
  summary: 'made-up guests open the made-up door',
  details: 'A flaw that nobody has, for releases that there are not.',
  affected: [
    {
      ecosystem_specific: {
        source: 'jitsi',
        modules: ['lobby'],
        introduced: '101',
        fixed: '103',
        files: {'mod_lobby.lua': [digestOf('101'), digestOf('102')]},
      },
    },
  ],
  references: [{type: 'ADVISORY', url: 'https://advisories.example/10001'}],
  database_specific: {evidence: 'made up for this test'},
}

describe('a project with files that have a known flaw', () => {
  let releases: Releases
  let clone: Clone
  let removeRemote: () => Promise<void>
  beforeAll(async () => {
    releases = await startReleases()
    const registry = join(dirname(releases.program), '../registry')
    await writeFile(join(registry, 'advisories/CVE-2099-10001.json'), JSON.stringify(advisory))
    const remote = await releases.project()
    removeRemote = () => remote.remove()
    clone = await remote.clone()
  })
  afterAll(async () => {
    await removeRemote()
    await releases.remove()
  })

  const problemsOf = async (...args: readonly string[]): Promise<CheckResult['problems']> => {
    const {problems} = JSON.parse(await releases.cli(clone, 'check', '--json', ...args)) as CheckResult
    return problems.filter(({kind}) => kind === 'advisory')
  }

  it('is told of it by check, with what to run', async () => {
    expect(await problemsOf()).toEqual([
      {
        kind: 'advisory',
        severity: 'warning',
        module: 'jitsi/*',
        part: 'jitsi/lobby',
        path: 'prosody-modules/jitsi/mod_lobby.lua',
        line: null,
        message: 'CVE-2099-10001: made-up guests open the made-up door; fixed in jitsi 103',
        cause: null,
        hint: '"prosody-mods bump jitsi@103", or a later one; https://advisories.example/10001',
      },
    ])
  })

  it('is told less of what no configuration enables', async () => {
    await clone.write('prosody.cfg.lua', 'VirtualHost "x"\n\tmodules_enabled = { "ping" }\n')
    expect(await problemsOf('--config', 'prosody.cfg.lua')).toMatchObject([
      {severity: 'note', message: expect.stringMatching(/; no configuration enables mod_lobby$/) as string},
    ])
    await clone.write('prosody.cfg.lua', 'VirtualHost "x"\n\tmodules_enabled = { "lobby" }\n')
    expect(await problemsOf('--config', 'prosody.cfg.lua')).toMatchObject([{severity: 'warning'}])
    await clone.write('prosody.cfg.lua', '-- nothing\n')
  })

  it('is told of it by outdated', async () => {
    const {advisories} = JSON.parse(await releases.cli(clone, 'outdated', '--json')) as OutdatedResult
    expect(advisories).toEqual([
      {
        module: 'jitsi/*',
        id: 'CVE-2099-10001',
        aliases: [],
        summary: 'made-up guests open the made-up door',
        url: 'https://advisories.example/10001',
        source: 'jitsi',
        introduced: '101',
        fixed: '103',
      },
    ])
    expect(await releases.cli(clone, 'outdated')).toContain(
      'jitsi/* has CVE-2099-10001: made-up guests open the made-up door; fixed in jitsi 103\n',
    )
  })

  it('is told by bump and update what a move closes, and not before it does', async () => {
    const reports = await Promise.all(
      ['102', '103'].map(async (version) => {
        const text = await releases.cli(clone, 'bump', `jitsi@${version}`, '--dry-run', '--json')
        return advisoriesIn((JSON.parse(text) as {readonly report: DiffResult}).report)
      }),
    )
    expect(reports).toEqual([
      [],
      ['advisory-closed notable CVE-2099-10001 lobby was in mod_lobby.lua; fixed in jitsi 103'],
    ])
    expect(await releases.cli(clone, 'outdated', '--explain')).toContain('closes CVE-2099-10001 of lobby: ')
  })

  it('which the user has patched is told so', async () => {
    await clone.write(
      'mend.patch',
      '--- a/mod_lobby.lua\n+++ b/mod_lobby.lua\n@@ -1 +1 @@\n-module:log("info", "release 101")\n+module:log("info", "mended")\n',
    )
    const manifest = JSON.parse(releases.manifest('101')) as object
    await clone.write(
      'prosody-mods.json',
      JSON.stringify({...manifest, patches: {'jitsi/*': ['mend.patch']}}),
    )
    await releases.cli(clone, 'install')
    expect(await problemsOf()).toMatchObject([
      {
        message:
          'CVE-2099-10001: made-up guests open the made-up door; fixed in jitsi 103; the file is patched here, and whether that mends it is not known',
      },
    ])
  })

  it('has none of them any more after the move, and is warned before it goes back', async () => {
    await clone.write('prosody-mods.json', releases.manifest('103'))
    await releases.cli(clone, 'install')
    expect(await problemsOf()).toEqual([])
    await clone.write('prosody.cfg.lua', 'VirtualHost "x"\n\tmodules_enabled = { "lobby" }\n')
    const args = ['bump', 'jitsi@102', '--allow-downgrade', '--dry-run', '--exit-code', '--json']
    const output = await runProgram([process.execPath, releases.program, ...args], {
      cwd: clone.folder,
      env: {...process.env, PROSODY_MODS_CACHE: join(clone.folder, '../cache')},
    })
    expect(output.code).toBe(6)
    const {report} = JSON.parse(output.stdout) as {readonly report: DiffResult}
    expect(advisoriesIn(report)).toEqual([
      'advisory-opened breaking CVE-2099-10001 lobby in mod_lobby.lua; fixed in jitsi 103',
    ])
    expect(report.impacts).toMatchObject([
      {
        kind: 'advisory',
        severity: 'breaking',
        message: 'you enable lobby; jitsi 102 has CVE-2099-10001: made-up guests open the made-up door',
        places: [{file: 'prosody.cfg.lua', line: 2}],
        certain: true,
      },
    ])
  })

  it.each([
    {from: 'prosodyim/prosody:13.0.4', says: 'fixed in 13.0.5'},
    {from: 'docker.io/prosodyim/prosody:0.12.5-slim', says: 'fixed in 0.12.6'},
    {from: 'prosodyim/prosody:13.0.5'},
    // Lines alone, and versions that Debian has mended under the same number.
    {from: 'prosodyim/prosody:13.0'},
    {from: 'prosodyim/prosody:13.0.1'},
    {from: 'debian:bookworm-slim'},
  ])('is told of the Prosody of $from what is known', async ({from, says}) => {
    await clone.write('Dockerfile', `FROM ${from}\n`)
    const problems = (await problemsOf()).filter(({path}) => path === 'Dockerfile')
    expect(problems.map(({message, line}) => [message, line])).toEqual(
      says === undefined
        ? []
        : [
            [
              expect.stringMatching(new RegExp(`prosody:.* has known flaws: CVE-2026-43504, .*; ${says}$`)),
              1,
            ],
          ],
    )
  })
})
