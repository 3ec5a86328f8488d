import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {compareLines} from '../../src/registry/lines.ts'
import {openRegistry} from '../../src/registry/registry.ts'
import type {RegistryLibraries, RegistryReleases} from '../../src/registry/types.ts'
import {checkRegistry} from '../../tools/registry/check.ts'
import {listRegistry, readRegistry} from '../../tools/registry/files.ts'
import {digestsOf} from '../helpers/scratch-registry.ts'

const folder = fileURLToPath(new URL('../../registry/', import.meta.url))
const registry = openRegistry(folder)

function tableOf(id: string): RegistryReleases {
  return registry.releases(id)
}

function releaseOf(id: string, version: string) {
  const release = tableOf(id).releases.find((candidate) => candidate.version === version)
  if (release === undefined) throw new Error(`no ${id} ${version}`)
  return release
}

describe('the embedded registry', () => {
  it('is sound: schemas, layout, order, indexes, index', () => {
    expect(checkRegistry(folder)).toEqual([])
    expect(listRegistry(folder)).toEqual([
      'deprecations.json',
      'index.json',
      'libraries.json',
      'moves.json',
      'prosody/0.12.json',
      'prosody/13.0.json',
      'releases/community.json',
      'releases/jitsi-contrib.json',
      'releases/jitsi.json',
      'releases/matrix-user-verification.json',
      'runtime/0.12.json',
      'runtime/13.0.json',
      'sources/community.json',
      'sources/jitsi-contrib.json',
      'sources/jitsi.json',
      'sources/matrix-user-verification.json',
    ])
  })

  it.each([
    {id: 'jitsi', count: [72, 412], span: ['830', '10008']},
    {id: 'jitsi-contrib', count: [21, 127], span: ['20230803', '20260523']},
    {id: 'matrix-user-verification', count: [10, 25], span: ['1.0.0', '1.8.1']},
    {id: 'community', count: [4, 390], span: ['2021.1.30', '2026.7.23']},
  ])('has $id: releases and digests $count, versions $span', ({id, count, span}) => {
    const {releases, digests} = tableOf(id)
    expect([releases.length, digests.length]).toEqual(count)
    expect([releases[0]?.version, releases.at(-1)?.version]).toEqual(span)
  })

  it('knows every community module, with or without a release', () => {
    const {names} = tableOf('community')
    expect(Object.keys(names).length).toBeGreaterThanOrEqual(457)
    expect(names['http_admin_api']).toBeDefined()
    expect(names['mam_muc']).toEqual({stage: 'obsolete', supersededBy: 'muc_mam'})
    expect(names['lib_ldap']).toBeDefined()
    expect(JSON.stringify(names)).not.toContain('mod_')
  })

  it('has the linked modules of jitsi-contrib', () => {
    expect(releaseOf('jitsi-contrib', '20260523').links).toEqual({
      event_sync_component: 'event_sync',
      matrix_affiliation: 'auth_hybrid_matrix_token',
      matrix_lobby_bypass: 'auth_hybrid_matrix_token',
    })
    for (const name of ['event_sync_component', 'matrix_affiliation', 'matrix_lobby_bypass']) {
      expect(registry.index.names[name]).toEqual(['jitsi-contrib'])
    }
  })

  it("says what a digest rests on: Debian's newest muc_moderation was not seen upstream", () => {
    const table = tableOf('community')
    const sha256 = digestsOf(table, '2026.7.23')['mod_muc_moderation/mod_muc_moderation.lua']
    expect(sha256).toMatch(/^26da8e40/)
    expect(table.digests.find((digest) => digest.sha256 === sha256)?.basis).toBe('debian')
    const bases = table.digests.map(({basis}) => basis)
    expect(bases.filter((basis) => basis === 'debian')).toHaveLength(127)
    for (const id of ['jitsi', 'jitsi-contrib', 'matrix-user-verification']) {
      expect(tableOf(id).digests.every(({basis}) => basis === 'upstream')).toBe(true)
    }
  })

  it('has a package for each community snapshot', () => {
    expect(
      tableOf('community').releases.map(({version, revision, deb}) => [version, revision, deb?.root]),
    ).toEqual([
      ['2021.1.30', 'dd3bfe8f182e', 'usr/lib/prosody/modules'],
      ['2023.2.23', '556bf57d6417', 'usr/lib/prosody/modules'],
      ['2025.4.2', 'f315edc39f3d', 'usr/lib/prosody/modules'],
      ['2026.7.23', '0971c99bfbc9', 'usr/lib/prosody/modules'],
    ])
    expect(registry.index.withDebs).toEqual(['community'])
  })

  it('knows the package number of every Jitsi release', () => {
    expect(releaseOf('jitsi', '10008')).toMatchObject({aliases: ['1.0.8384'], tag: 'stable/jitsi-meet_10008'})
    expect(tableOf('jitsi').releases.filter(({aliases}) => aliases?.length !== 1)).toEqual([])
    // Committed on 16 July 2018 at 20:38 -0700.
    expect(releaseOf('jitsi', '3229').date).toBe('2018-07-17')
  })

  it('finds the publishers of a name in the index', () => {
    expect(registry.index.names['muc_moderation']).toEqual(['community'])
    expect(registry.index.names['firewall']).toEqual(['community', 'jitsi'])
    expect(registry.index.names['token_affiliation_legacy']).toEqual(['jitsi-contrib'])
    expect(registry.index.names['token_affiliation']).toEqual(['jitsi-contrib'])
    expect(registry.index.names['auth_matrix_user_verification']).toEqual(['matrix-user-verification'])
    expect(registry.source('jitsi')).toMatchObject({kind: 'github', layout: 'flat', scheme: 'build'})
    expect(registry.source('nobody')).toBeUndefined()
  })

  it.each([
    {line: '0.12', version: '0.12.3', counts: [89, 138, 52]},
    {line: '13.0', version: '13.0.1', counts: [96, 144, 61]},
  ])(
    'has Prosody $line as of $version: core modules, libraries, API methods $counts',
    ({line, version, counts}) => {
      const facts = registry.prosodyLine(line)
      expect(facts).toMatchObject({line, version, lua: '5.4'})
      expect([facts?.coreModules.length, facts?.libs.length, facts?.moduleApi.length]).toEqual(counts)
    },
  )

  it("has Debian's Lua packages by suite", () => {
    const {packages} = readRegistry(folder, 'libraries.json') as RegistryLibraries
    expect(Object.keys(packages)).toHaveLength(29)
    expect(packages['lua-basexx']?.['trixie']).toEqual({
      version: '0.3-2.1',
      lua: ['5.1', '5.2'],
      modules: ['basexx'],
    })
  })
})

describe('moves', () => {
  it('lists each community module that a Prosody line ships itself, once, with the first such line', () => {
    const lines = ['0.12', '13.0'].map((line) => registry.prosodyLine(line))
    const expected = Object.keys(tableOf('community').names).flatMap((module) => {
      const since = lines.find((line) => line?.coreModules.includes(module))?.line
      return since === undefined ? [] : [`${module} ${since}`]
    })
    const core = registry.moves.filter((move) => move.change === 'core' && move.core === undefined)
    // Of what the oldest line has, an entry may know an older one that had it first.
    const known = core.map(
      ({module, since}) => `${module} ${compareLines(since, '0.12') < 0 ? '0.12' : since}`,
    )
    expect(known.sort()).toEqual(expected.sort())
    const since = (name: string) => core.find(({module}) => module === name)?.since
    expect(['carbons', 'csi', 'smacks', 'cloud_notify'].map(since)).toEqual(['0.10', '0.11', '0.12', '13.0'])
    expect(expected).toHaveLength(17)
  })

  it('knows what Jitsi dropped after its last known release, as later than that', () => {
    const later = registry.moves.filter(({source, until}) => source === 'jitsi' && until === '10008')
    expect(later.map(({module}) => module)).toEqual([
      'av_moderation',
      'conference_duration_component',
      'external_services',
      'muc_call',
      'muc_poltergeist',
      'polls',
      'poltergeist_component',
      'room_metadata',
      's2soutinjection',
      'smacks',
      'speakerstats',
      'turncredentials',
    ])
    for (const {change, since, note} of later) {
      expect(since).toBe(change === 'core' ? '0.12' : '10009')
      expect(note).toMatch(/newer than 10008|after 10008/)
    }
  })

  it('knows where token_affiliation went', () => {
    expect(registry.moves.filter(({module}) => module === 'token_affiliation')).toEqual([
      expect.objectContaining({
        source: 'jitsi-contrib',
        change: 'renamed',
        until: '20260306',
        since: '20260523',
        to: ['jitsi-contrib/token_affiliation_legacy'],
      }),
      expect.objectContaining({source: 'jitsi-contrib', change: 'official', to: ['jitsi/token_affiliation']}),
    ])
    const files = (version: string) => Object.keys(releaseOf('jitsi-contrib', version).files)
    expect(files('20260306')).toContain('token_affiliation/mod_token_affiliation.lua')
    expect(files('20260523')).not.toContain('token_affiliation/mod_token_affiliation.lua')
    expect(files('20260523')).toContain('token_affiliation_legacy/mod_token_affiliation_legacy.lua')
  })
})
