import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {compareLines} from '../../../../src/registry/lines.ts'
import {openRegistry} from '../../../../src/registry/registry.ts'
import type {RegistryReleases} from '../../../../src/registry/types.ts'
import {checkRegistry} from '../../../../tools/registry/check.ts'
import {listRegistry} from '../../../../tools/registry/files.ts'
import {digestsOf} from '../../../helpers/scratch-registry.ts'

const folder = fileURLToPath(new URL('../../../../registry/', import.meta.url))
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
    const others = listRegistry(folder).filter((path) => !path.startsWith('history/'))
    expect(others).toEqual([
      'advisories/CVE-2020-8086.json',
      'advisories/CVE-2021-39215.json',
      'advisories/CVE-2024-33530.json',
      'advisories/CVE-2026-43504.json',
      'advisories/CVE-2026-43505.json',
      'advisories/CVE-2026-43506.json',
      'advisories/CVE-2026-43507.json',
      'advisories/x_JSA-2022-0004.json',
      'archives.json',
      'deprecations.json',
      'index.json',
      'libraries.json',
      'members/0.12.json',
      'members/13.0.json',
      'moves.json',
      'packages/jitsi.json',
      'prosody-files.json',
      'prosody/0.12.json',
      'prosody/13.0.json',
      'releases/community.json',
      'releases/jitsi-contrib.json',
      'releases/jitsi-packages.json',
      'releases/jitsi.json',
      'releases/matrix-user-verification.json',
      'runtime/0.12.json',
      'runtime/13.0.json',
      'sources/community.json',
      'sources/jitsi-contrib.json',
      'sources/jitsi-packages.json',
      'sources/jitsi.json',
      'sources/matrix-user-verification.json',
      'suites.json',
      'summaries.json',
      'terms.json',
    ])
  })

  it.each([
    {id: 'jitsi', count: [88, 635], span: ['830', '11146']},
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
    expect(Object.keys(names)).toHaveLength(523)
    expect(names['http_admin_api']).toBeDefined()
    expect(names['mam_muc']).toEqual({
      stage: 'obsolete',
      supersededBy: 'muc_mam',
      newest: '2019.9.2',
      gone: '2021.7.9',
    })
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

  it("says what a digest rests on: Debian's newest firewall was not seen upstream", () => {
    const table = tableOf('community')
    const sha256 = digestsOf(table, '2026.7.23')['mod_firewall/mod_firewall.lua']
    expect(sha256).toMatch(/^761d7ff2/)
    expect(table.digests.find((digest) => digest.sha256 === sha256)?.basis).toBe('debian')
    const bases = table.digests.map(({basis}) => basis)
    expect(bases.filter((basis) => basis === 'debian')).toHaveLength(55)
    for (const id of ['jitsi-contrib', 'matrix-user-verification']) {
      expect(tableOf(id).digests.every(({basis}) => basis === 'upstream')).toBe(true)
    }
    // One file of Jitsi 11146 was seen in one fork alone.
    const jitsi = tableOf('jitsi')
    const weak = jitsi.digests.filter(({basis}) => basis !== 'upstream')
    expect(weak).toMatchObject([{sha256: digestsOf(jitsi, '11146')['mod_filter_iq_rayo.lua'], basis: 'fork'}])
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

  it('says how a release of Jitsi is known whose tag nobody saw', () => {
    const known = tableOf('jitsi').releases.filter(({evidence}) => evidence !== undefined)
    expect(known.map(({version}) => version)).toEqual([
      '10590',
      '10655',
      '10710',
      '10741',
      '10888',
      '10978',
      '11031',
      '11146',
    ])
    for (const {evidence} of known) expect(evidence).toMatch(/^commit by .*(?:not? tag|neither tag)/)
  })

  it('finds the publishers of a name in the index', () => {
    expect(registry.index.names['muc_moderation']).toEqual(['community'])
    expect(registry.index.names['firewall']).toEqual(['community', 'jitsi'])
    expect(registry.index.names['token_affiliation_legacy']).toEqual(['jitsi-contrib'])
    expect(registry.index.names['token_affiliation']).toEqual(['jitsi', 'jitsi-contrib'])
    expect(registry.index.names['auth_matrix_user_verification']).toEqual(['matrix-user-verification'])
    expect(registry.source('jitsi')).toMatchObject({kind: 'github', layout: 'flat', scheme: 'build'})
    expect(registry.source('nobody')).toBeUndefined()
  })

  it.each([
    {line: '0.12', version: '0.12.3', counts: [89, 139, 52]},
    {line: '13.0', version: '13.0.7', counts: [96, 145, 61]},
  ])(
    'has Prosody $line as of $version: core modules, libraries, API methods $counts',
    ({line, version, counts}) => {
      const facts = registry.prosodyLine(line)
      expect(facts).toMatchObject({line, version, lua: '5.4'})
      expect([facts?.coreModules.length, facts?.libs.length, facts?.moduleApi.length]).toEqual(counts)
    },
  )
})

it('knows what Prosody 13.0.7 brought, in each table of the line', () => {
  expect(registry.prosodyLine('13.0')?.features).toContain('simple-version-compare')
  expect(registry.prosodyLine('13.0')?.libs).toContain('util.tlsref')
  const {read} = registry.prosodyMembers('13.0') ?? {}
  expect(read?.['util.tlsref']).toContain('get_profile')
  expect(read?.['util.human.io']).toContain('simple_version_compare')
  expect(registry.prosodyRuntime('13.0')?.events).toContain('config-reload-failed')
  const lua = Object.entries(registry.prosodyFiles.files).filter(([, contents]) =>
    contents.some(({releases}) => releases.includes('13.0.7')),
  )
  const libraries = registry.prosodyLine('13.0')?.libs ?? []
  const written = lua.map(([path]) => path.replace(/\.lua$/, '').replaceAll('/', '.'))
  expect(Object.keys(read ?? {}).filter((name) => !written.includes(name))).toEqual([])
  expect(libraries).toEqual(expect.arrayContaining(Object.keys(read ?? {})))
  const {releases} = registry.prosodyFiles
  expect(releases.map(({version, suites}) => [version, suites?.[0]])).toEqual([
    ['0.12.3', 'bookworm'],
    ['13.0.1', 'trixie'],
    ['13.0.6', 'trixie-backports'],
    ['13.0.7', 'forky'],
  ])
})

describe('libraries', () => {
  const {packages, copies, rocks, none} = registry.libraries

  /** Packages that serve a library in a suite, for a version of Lua. */
  function serving(library: string, suite: string, lua: string): string[] {
    return Object.entries(packages).flatMap(([name, suites]) =>
      (suites[suite]?.serves ?? []).some((one) => one.lua.includes(lua) && one.modules.includes(library))
        ? [name]
        : [],
    )
  }

  it("has what Debian's Lua packages serve, by suite and Lua version", () => {
    const counts = ['bookworm', 'trixie'].map(
      (suite) => Object.values(packages).filter((suites) => suite in suites).length,
    )
    expect(counts).toEqual([112, 114])
    expect(packages['lua-basexx']?.['trixie']).toEqual({
      version: '0.3-2.1',
      serves: [{lua: ['5.1', '5.2'], modules: ['basexx']}],
    })
    expect(packages['lua-bit32']?.['bookworm']?.serves).toEqual([{lua: ['5.1'], modules: ['bit32']}])
    expect(packages['lua-proctitle']).not.toHaveProperty('bookworm')
  })

  it.each([
    ...['DBI', 'bit', 'cjson', 'cjson.safe', 'cyrussasl', 'geoip.country', 'lfs', 'lualdap', 'luaunit'],
    ...['ltn12', 'luarocks.loader', 'luarocks.require', 'lunbound', 'lxp', 'lxp.lom', 'mime', 'readline'],
    ...['openssl.cipher', 'openssl.digest', 'openssl.hmac', 'openssl.kdf', 'openssl.pkey', 'zlib'],
    ...['socket', 'socket.http', 'socket.smtp', 'socket.unix', 'socket.url', 'luaevent'],
    ...['ssl', 'ssl.core', 'ssl.https', 'ssl.x509'],
  ])('%s is in a package for Lua 5.4, in each suite', (library) => {
    expect(['bookworm', 'trixie'].map((suite) => serving(library, suite, '5.4').length)).toEqual([1, 1])
  })

  it.each([
    {library: 'posix', bookworm: '5.1 5.2 5.3', trixie: '5.1 5.2 5.3 5.4'},
    {library: 'proctitle', bookworm: '', trixie: '5.1 5.2 5.3 5.4'},
    {library: 'curses', bookworm: '5.1 5.2 5.3', trixie: '5.1 5.2 5.3'},
    {library: 'inotify', bookworm: '5.1 5.2 5.3', trixie: '5.1 5.2 5.3'},
    {library: 'lpty', bookworm: '5.1 5.2', trixie: '5.1 5.2'},
    {library: 'inspect', bookworm: '5.1 5.2 5.3', trixie: '5.1 5.2 5.3'},
  ])('$library is in a package for some versions of Lua', ({library, bookworm, trixie}) => {
    const versions = (suite: string) =>
      ['5.1', '5.2', '5.3', '5.4'].filter((lua) => serving(library, suite, lua).length > 0).join(' ')
    expect([versions('bookworm'), versions('trixie')]).toEqual([bookworm, trixie])
  })

  it('has what else modules require: files to copy, rocks, and what nobody serves', () => {
    expect(Object.keys(copies)).toEqual([
      'MessagePack',
      'ansicolors',
      'basexx',
      'binaryheap',
      'fifo',
      'inspect',
      'redis',
    ])
    expect(Object.values(copies).map(({lua, suites}) => [...lua, ...suites].join(' '))).toEqual([
      '5.4 bookworm trixie',
      '5.4 bookworm trixie',
      '5.3 5.4 bookworm trixie',
      '5.4 bookworm trixie',
      '5.4 bookworm trixie',
      '5.4 bookworm trixie',
      '5.4 bookworm trixie',
    ])
    expect(
      Object.entries(rocks).map(([library, {rock, version}]) => `${library}: ${rock} ${version ?? ''}`),
    ).toEqual([
      'argon2: argon2 3.0.1-2',
      'base64: base64 1.5-3',
      'basexx: basexx 0.4.1-1',
      'bcrypt: bcrypt 2.3-1',
      'bit32: bit32 5.3.5.1-1',
      'cURL: Lua-cURL ',
      'cbor: lua-cbor 1.0.0-1',
      'cjson: lua-cjson 2.1.0-1',
      'cjson.safe: lua-cjson 2.1.0-1',
      'curses: lcurses 9.0.0-1',
      'date: date 2.2.1-2',
      'etlua: etlua 1.3.0-1',
      'gdbm: lgdbm 20211118.52-0',
      'http.client: http 0.4-0',
      'http.cookie: http 0.4-0',
      'http.headers: http 0.4-0',
      'http.hpack: http 0.4-0',
      'http.request: http 0.4-0',
      'http.server: http 0.4-0',
      'http.tls: http 0.4-0',
      'http.util: http 0.4-0',
      'http.websocket: http 0.4-0',
      'inotify: inotify 0.5-1',
      'inspect: inspect 3.1.3-0',
      'lcurl: Lua-cURL ',
      'lightningmdb: lightningmdb 0.9.22.1-1',
      'lpty: lpty 1.2.2-1',
      'luajwtjitsi: luajwtjitsi 3.0-0',
      'luatz: luatz 0.4-1',
      'lustache: lustache 1.3.1-0',
      'md5: md5 1.3-1',
      'mqtt: luamqtt 3.4.3-1',
      'net.url: net-url 0.9-1',
      'otp: otp 0.1-6',
      'pgmoon: pgmoon ',
      'posix: luaposix 36.3-1',
      'rapidjson: rapidjson 0.7.2-1',
      'redis: redis-lua 2.0.4-1',
      'sha1: sha1 0.6.0-1',
      'uuid: uuid 0.3-1',
      'xml2lua: xml2lua 1.6-2',
    ])
    expect(Object.keys(none).join(' ')).toBe(
      'captcha event format hmac luaunbound mock modulemanager mongo pam stanza templates unbound yubikey',
    )
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
    expect(expected).toHaveLength(22)
  })

  it('knows in which release Jitsi dropped what, and says it in words, too', () => {
    const left = registry.moves.filter(({source, until}) => source === 'jitsi' && Number(until) >= 10008)
    expect(left.map(({module, until, since}) => `${module} ${until ?? ''} ${since}`)).toEqual([
      'av_moderation 10978 11031',
      'conference_duration_component 10978 11031',
      'external_services 10133 10169',
      'muc_call 10978 11031',
      'muc_poltergeist 10978 11031',
      'polls 10532 10590',
      'poltergeist_component 10978 11031',
      'room_metadata 10978 11031',
      's2soutinjection 10314 10431',
      'smacks 10133 10169',
      'speakerstats 10978 11031',
      'turncredentials 10978 0.12',
    ])
    const {releases} = tableOf('jitsi')
    const numbers = releases.map(({version}) => version)
    for (const {module, until = '', note} of left) {
      const after = numbers[numbers.indexOf(until) + 1]
      expect(note).toContain(after)
      const has = (version: string | undefined) =>
        releases.some((one) => one.version === version && `mod_${module}.lua` in one.files)
      expect([has(until), has(after)]).toEqual([true, false])
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
