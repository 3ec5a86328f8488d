import {spawnSync} from 'node:child_process'
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import type {RegistryReleases} from '../../../../src/registry/types.ts'
import {buildTerms} from '../../../../tools/registry/build-terms.ts'
import {layoutJson} from '../../../../tools/registry/layout.ts'
import {scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

const everything = [
  'advisories',
  'archives.json',
  'deprecations.json',
  'facts',
  'history',
  'index.json',
  'keys',
  'libraries.json',
  'members',
  'moves.json',
  'packages',
  'prosody',
  'releases',
  'runtime',
  'suites.json',
  'summaries.json',
  'terms.json',
]
const main = fileURLToPath(new URL('../../../../tools/registry/main.ts', import.meta.url))

type Json = Record<string, unknown>
type Table = {-readonly [K in keyof RegistryReleases]: unknown} & {
  digests: Json[]
  releases: Json[]
  names: Json
}

interface Libraries {
  packages: Record<string, Record<string, {serves: Json[]}>>
  copies: Record<string, Json>
  rocks: Json
  none: Json
}

interface Summaries {
  summaries: Record<string, Record<string, Json>>
}

/** What a package serves in trixie. */
function served(packages: Libraries['packages'], name: string): Json[] {
  const serves = packages[name]?.['trixie']?.serves
  if (serves === undefined) throw new Error(`trixie has no ${name}`)
  return serves
}

/** Changes a file of the registry in place, in its own layout. */
function change(scratch: ScratchRegistry, path: string, edit: (file: never) => void): void {
  const file = scratch.json(path)
  edit(file as never)
  const inline = [
    'digests/*',
    'releases/*/aliases',
    'releases/*/deb',
    'names/*',
    'sources',
    'withDebs',
    'deprecations/*',
    'suites/*',
    'terms/*/*',
    'globals',
    'moduleFunctions',
    'read/*',
    'run/*',
    'moduleLibs/*',
    'archives/*/suites',
    'archives/*/keys',
    path.startsWith('packages/') ? 'packages/*' : 'packages/*/*',
    'copies/*/lua',
    'copies/*/suites',
    'rocks/*/lua',
    'rocks/*/headers',
    'rocks/*/source/needs',
    'rocks/*/source/files/*',
    'summaries/*/*',
    'aliases',
    'references/*',
    'affected/*/package',
    'affected/*/ranges/*/events',
    'affected/*/ecosystem_specific/modules',
  ]
  writeFileSync(join(scratch.folder, path), layoutJson(file, inline))
}

const table = 'releases/matrix-user-verification.json'

interface Fault {
  readonly what: string
  readonly path: string
  readonly edit: (file: never) => void
  /** What check must say. */
  readonly says: RegExp
}

const deprecation = {kind: 'method', name: 'hook_stanza', since: '0.12', evidence: 'seen in its sources'}

const packages = 'packages/jitsi.json'

const faults: readonly Fault[] = [
  {
    what: 'an archive without its keys',
    path: 'archives.json',
    edit: ({archives}: {archives: Record<string, Json>}) =>
      Object.assign(archives['jitsi'] ?? {}, {
        keys: {file: 'keys/other.asc', fingerprints: ['A'.repeat(40)]},
      }),
    says: /archives\.json: there is no keys\/other\.asc/,
  },
  {
    what: 'packages of an archive that nobody knows',
    path: packages,
    edit: (file: Json) => (file['archive'] = 'other'),
    says: /packages\/jitsi\.json: no archive other/,
  },
  {
    what: 'a package of no release',
    path: packages,
    edit: (file: {packages: Json[]}) => Object.assign(file.packages.at(-1) ?? {}, {release: '99999'}),
    says: /there is no release 99999/,
  },
  {
    what: 'a package of another release',
    path: packages,
    edit: (file: {packages: Json[]}) => Object.assign(file.packages[0] ?? {}, {version: '1.0.9-1'}),
    says: /1\.0\.9-1 is no package of release 4384/,
  },
  {
    what: 'packages out of order',
    path: packages,
    edit: (file: {packages: Json[]}) => file.packages.reverse(),
    says: /is not later than the one before/,
  },
  {
    what: 'a package that stands twice',
    path: packages,
    edit: (file: {packages: Json[]}) =>
      Object.assign(file.packages[1] ?? {}, {sha256: file.packages[0]?.['sha256']}),
    says: /stands there twice/,
  },
  {
    what: 'an index out of range',
    path: table,
    edit: (file: Table) => ((file.releases[0]?.['files'] as Json)['LICENSE'] = 25),
    says: /1\.0\.0: LICENSE has no digest/,
  },
  {
    what: 'an unused digest',
    path: table,
    edit: (file: Table) => file.digests.push({sha256: '0'.repeat(64), size: 1, basis: 'upstream'}),
    says: /digest 25 is used by no file/,
  },
  {
    what: 'a digest that stands twice',
    path: table,
    edit: (file: Table) => Object.assign(file.digests[1] ?? {}, file.digests[0]),
    says: /a digest stands twice/,
  },
  {
    what: 'releases out of order',
    path: table,
    edit: (file: Table) => file.releases.reverse(),
    says: /oldest first/,
  },
  {
    what: 'a version in another spelling',
    path: table,
    edit: (file: Table) => Object.assign(file.releases[0] ?? {}, {version: '01.0.0'}),
    says: /"01\.0\.0" is no version|canonical/,
  },
  {
    what: 'a version that stands twice',
    path: table,
    edit: (file: Table) => Object.assign(file.releases[1] ?? {}, {version: '1.0.0'}),
    says: /stands twice/,
  },
  {
    what: 'a module that no name lists',
    path: table,
    edit: (file: Table) => delete file.names['matrix_power_sync'],
    says: /matrix_power_sync is missing in names/,
  },
  {
    what: 'a link to nowhere',
    path: table,
    edit: (file: Table) => Object.assign(file.releases[0] ?? {}, {links: {a: 'b'}}),
    says: /link a leads nowhere/,
  },
  {
    what: 'an alias of two revisions',
    path: 'releases/jitsi.json',
    edit: (file: Table) => Object.assign(file.releases[1] ?? {}, {aliases: ['1.0.827']}),
    says: /alias 1\.0\.827 belongs to another revision/,
  },
  {
    what: 'an index that is out of date',
    path: 'index.json',
    edit: (file: {names: Json}) => delete file.names['muc_moderation'],
    says: /index\.json is out of date/,
  },
  {
    what: 'a file about another source',
    path: 'sources/jitsi.json',
    edit: (file: Json) => (file['id'] = 'jitsi-meet'),
    says: /the file is about jitsi-meet/,
  },
  {
    what: 'another $schema',
    path: 'sources/jitsi.json',
    edit: (file: Json) => (file['$schema'] = './x.json'),
    says: /\$schema must be/,
  },
  {
    what: 'a shape that its schema refuses',
    path: 'moves.json',
    edit: (file: {moves: Json[]}) => delete file.moves[0]?.['note'],
    says: /moves\.json: \/moves\/0 must have required property 'note'/,
  },
  {
    what: 'a move to a module that nobody has',
    path: 'moves.json',
    edit: (file: {moves: Json[]}) =>
      file.moves.forEach((move) => move['change'] === 'renamed' && (move['to'] = ['jitsi-contrib/nobody'])),
    says: /token_affiliation \(renamed\): jitsi-contrib\/nobody: no such module/,
  },
  {
    what: 'a suite that stands twice, out of order',
    path: 'suites.json',
    edit: (file: {suites: Json[]}) => file.suites.push({name: 'bookworm', number: '12', prosody: '0.12'}),
    says: /suites\.json: bookworm is not newer than the one before[^]*suites\.json: bookworm stands there twice/,
  },
  {
    what: 'a line of Prosody that no suite ships',
    path: 'suites.json',
    edit: (file: {suites: Json[]}) => file.suites.pop(),
    says: /suites\.json: no suite ships Prosody 13\.0/,
  },
  {
    what: 'a deprecation of what was never there',
    path: 'deprecations.json',
    edit: (file: {deprecations: Json[]}) => (file.deprecations[0] = {...deprecation, name: 'hook_nobody'}),
    says: /deprecations\.json: method hook_nobody: Prosody 0\.12 does not have it/,
  },
  {
    what: 'a deprecation that stands twice, in a line that nobody knows',
    path: 'deprecations.json',
    edit: (file: {deprecations: Json[]}) => file.deprecations.push({...deprecation, until: '0.11'}),
    says: /method hook_stanza: no line 0\.11[^]*method hook_stanza: stands twice/,
  },
  {
    what: 'a method of a core module that is none',
    path: 'runtime/0.12.json',
    edit: (file: {moduleApiOf: Json}) => (file.moduleApiOf['mail'] = 'email'),
    says: /runtime\/0\.12\.json: mail: no core module email/,
  },
  {
    what: 'fields of a library that is none',
    path: 'members/0.12.json',
    edit: (file: {read: Json}) => (file.read['util.nothing'] = ['new']),
    says: /members\/0\.12\.json: prosody\/0\.12\.json has no library util\.nothing/,
  },
  {
    what: 'a line without its run time',
    path: 'runtime/0.12.json',
    edit: (file: Json) => (file['line'] = '0.13'),
    says: /the file is about 0\.13/,
  },
  {
    what: 'a move from a release that is none',
    path: 'moves.json',
    edit: (file: {moves: Json[]}) =>
      file.moves.forEach((move) => move['change'] === 'renamed' && (move['since'] = '20990101')),
    says: /since: expected 20260523, the first release that shows it, got 20990101/,
  },
  {
    what: 'a move into a core that lacks it',
    path: 'moves.json',
    edit: (file: {moves: Json[]}) =>
      Object.assign(file.moves.find(({change}) => change === 'core') ?? {}, {
        module: 'nobody',
        since: '0.12',
      }),
    says: /nobody \([a-z-]+\): no core module nobody in any known line of Prosody/,
  },
]

const libraryFaults: readonly Omit<Fault, 'path'>[] = [
  {
    what: 'a library that one package serves twice',
    edit: ({packages}: Libraries) => served(packages, 'lua-sec').push({lua: ['5.4'], modules: ['ssl']}),
    says: /lua-sec of trixie: ssl for Lua 5\.4 stands twice/,
  },
  {
    what: 'Lua versions that stand twice',
    edit: ({packages}: Libraries) =>
      served(packages, 'lua-basexx').push({lua: ['5.2', '5.1'], modules: ['basexx.more']}),
    says: /lua-basexx of trixie: Lua 5\.1,5\.2 stands twice/,
  },
  {
    what: 'a copy for a Lua version that the package serves',
    edit: ({copies}: Libraries) => Object.assign(copies['inspect'] ?? {}, {lua: ['5.3', '5.4']}),
    says: /copy of inspect: lua-inspect of bookworm serves it for Lua 5\.3/,
  },
  {
    what: 'a copy that another package makes needless in one suite',
    edit: ({packages}: Libraries) => served(packages, 'lua-sec').push({lua: ['5.4'], modules: ['inspect']}),
    says: /^libraries\.json: copy of inspect: lua-sec of trixie serves it for Lua 5\.4$/m,
  },
  {
    what: "a copy of another library's file",
    edit: ({copies}: Libraries) =>
      Object.assign(copies['inspect'] ?? {}, {path: '/usr/share/lua/5.1/a/b.lua'}),
    says: /copy of inspect: \/usr\/share\/lua\/5\.1\/a\/b\.lua is the file of a\.b/,
  },
  {
    what: 'a copy of a file that the package lacks',
    edit: ({copies}: Libraries) =>
      Object.assign(copies['basexx'] ?? {}, {path: '/usr/share/lua/5.3/basexx.lua'}),
    says: /copy of basexx: lua-basexx of trixie lacks \/usr\/share\/lua\/5\.3\/basexx\.lua/,
  },
  {
    what: 'a copy from a package that the suite lacks',
    edit: ({packages}: Libraries) => delete packages['lua-inspect']?.['bookworm'],
    says: /copy of inspect: bookworm has no lua-inspect/,
  },
  {
    what: 'a library that a package and nobody serves',
    edit: ({none}: Libraries) => Object.assign(none, {zlib: Object.values(none)[0]}),
    says: /none: zlib is served by package lua-zlib/,
  },
  {
    what: 'a library that is copied, has a rock and is served by nobody',
    edit: (file: Libraries) => (file.none = {basexx: Object.values(file.none)[0]}),
    says: /none: basexx is served by a copy[^]*none: basexx is served by a rock/,
  },
  {
    what: 'names out of order',
    edit: (file: Libraries) => (file.rocks = Object.fromEntries(Object.entries(file.rocks).reverse())),
    says: /rocks: names must stand in order/,
  },
]

const summaryFaults: readonly Omit<Fault, 'path'>[] = [
  {
    what: 'a module that nobody has described',
    edit: ({summaries}: Summaries) => delete summaries['jitsi']?.['polls'],
    says: /^summaries\.json: jitsi: polls has no summary$/m,
  },
  {
    what: 'a module that its source has never published',
    edit: ({summaries}: Summaries) =>
      (summaries['jitsi'] = {...summaries['jitsi'], zzz: {summary: 'Does nothing'}}),
    says: /^summaries\.json: jitsi: no such module: zzz$/m,
  },
  {
    what: 'two modules of a source with one summary',
    edit: ({summaries}: Summaries) =>
      Object.assign(summaries['jitsi']?.['visitors'] ?? {}, {
        summary: String(summaries['jitsi']?.['polls']?.['summary']).toUpperCase(),
      }),
    says: /^summaries\.json: jitsi: visitors has the summary of polls$/m,
  },
  {
    what: 'a source that is none',
    edit: ({summaries}: Summaries) => Object.assign(summaries, {nobody: {}}),
    says: /^summaries\.json: there is no source nobody$/m,
  },
  {
    what: 'names and XEPs out of order',
    edit: ({summaries}: Summaries) => {
      summaries['jitsi'] = Object.fromEntries(Object.entries(summaries['jitsi'] ?? {}).reverse())
      Object.assign(summaries['community']?.['vjud'] ?? {}, {xeps: ['XEP-0055', 'XEP-0054']})
    },
    says: /community: vjud: XEPs must stand in order[^]*jitsi: names must stand in order/,
  },
  {
    what: 'a summary of 61 characters',
    edit: ({summaries}: Summaries) =>
      Object.assign(summaries['jitsi']?.['polls'] ?? {}, {summary: `Keeps ${'x'.repeat(55)}`}),
    says: /summaries\.json: \/summaries\/jitsi\/polls\/summary must NOT have more than 60 characters/,
  },
]

interface AdvisoryFile {
  aliases: string[]
  affected: {
    package: Json
    ranges: {events: Json[]}[]
    ecosystem_specific: {
      modules: string[]
      fixed: string
      introduced: string
      source: string
      files: Record<string, string[]>
    }
  }[]
}

type Specific = AdvisoryFile['affected'][number]['ecosystem_specific']

const lobby = 'advisories/CVE-2024-33530.json'

/** Changes what an advisory says of files. */
function ofFiles(edit: (specific: Specific) => void): (file: AdvisoryFile) => void {
  return ({affected: [first]}) => {
    if (first !== undefined) edit(first.ecosystem_specific)
  }
}

const advisoryFaults: readonly Fault[] = [
  {
    what: 'a digest of a release that is not affected',
    path: lobby,
    edit: ofFiles(({files}) =>
      files['mod_muc_lobby_rooms.lua']?.push(
        'c8b05365ccedf720327e8d59649c8b68386b26b94fea09675aa57ab985a5150d',
      ),
    ),
    says: /^advisories\/CVE-2024-33530\.json: mod_muc_lobby_rooms\.lua has other digests in the releases from 4546 up to 9457: run the advisories command\n.* c8b05365cced.* is mod_muc_lobby_rooms\.lua of 9457, which is not from 4546 up to 9457$/m,
  },
  {
    what: 'a range that ends too early: a release outside of it has the same bytes',
    path: lobby,
    edit: ofFiles((specific) => (specific.fixed = '9364')),
    says: /is mod_muc_lobby_rooms\.lua of 9364, which is not from 4546 up to 9364/,
  },
  {
    what: 'a range that begins too late',
    path: lobby,
    edit: ofFiles((specific) => (specific.introduced = '4548')),
    says: /is mod_muc_lobby_rooms\.lua of 4546, which is not from 4548 up to 9457/,
  },
  {
    what: 'a range that has no end after its beginning',
    path: lobby,
    edit: ofFiles((specific) => (specific.fixed = '4546')),
    says: /4546 is not later than 4546/,
  },
  {
    what: 'a version of no release',
    path: lobby,
    edit: ofFiles((specific) => (specific.fixed = '9458')),
    says: /the registry has no jitsi 9458/,
  },
  {
    what: 'a version in another spelling',
    path: lobby,
    edit: ofFiles((specific) => (specific.fixed = '2.0.9457')),
    says: /4546 and 2\.0\.9457 are no versions of jitsi in their canonical spelling/,
  },
  {
    what: 'a file that no affected release has',
    path: lobby,
    edit: ofFiles(({files}) => (files['mod_other.lua'] = [])),
    says: /mod_other\.lua is in no release from 4546 up to 9457/,
  },
  {
    what: 'a module that there is not',
    path: lobby,
    edit: ofFiles((specific) => (specific.modules = ['lobby'])),
    says: /jitsi has no module lobby/,
  },
  {
    what: 'a source that there is not',
    path: lobby,
    edit: ofFiles((specific) => (specific.source = 'nobody')),
    says: /there is no source nobody/,
  },
  {
    what: 'a change of a history on the wrong side of the fix',
    path: 'advisories/CVE-2020-8086.json',
    edit: ofFiles((specific) => (specific.fixed = '2019.4.28')),
    says: /is mod_auth_ldap\/mod_auth_ldap\.lua of 2019\.4\.28, which is not from 2016\.3\.1 up to 2019\.4\.28/,
  },
  {
    what: 'a release of Debian that suites.json lacks',
    path: 'advisories/CVE-2026-43504.json',
    edit: ({affected}: AdvisoryFile) => Object.assign(affected[2]?.package ?? {}, {ecosystem: 'Debian:99'}),
    says: /Debian:99 is not in suites\.json/,
  },
  {
    what: 'versions of Prosody out of order',
    path: 'advisories/CVE-2026-43504.json',
    edit: ({affected}: AdvisoryFile) =>
      affected[0]?.ranges[0]?.events.splice(1, 2, {fixed: '13.0.6'}, {introduced: '1.0.0'}),
    says: /1\.0\.0 is not later than 13\.0\.6/,
  },
  {
    what: 'a range without a beginning',
    path: 'advisories/CVE-2026-43504.json',
    edit: ({affected}: AdvisoryFile) => affected[1]?.ranges[0]?.events.reverse(),
    says: /events must be introduced and fixed by turns/,
  },
  {
    what: 'a file under the name of another advisory',
    path: lobby,
    edit: (file: Json) => (file['id'] = 'CVE-2024-33531'),
    says: /the file is about CVE-2024-33531/,
  },
  {
    what: 'one flaw that stands there twice',
    path: lobby,
    edit: (file: AdvisoryFile) => (file.aliases = ['JSA-2021-0002']),
    says: /CVE-2021-39215\.json: CVE-2024-33530 is about the same/,
  },
]

describe('check', {timeout: 60_000}, () => {
  it('finds nothing wrong with what faults are put into', async () => {
    expect(await scratchRegistry(...everything).run('check')).toBe('553 files, no problem found')
  })

  it.each([
    ...faults,
    ...libraryFaults.map((fault) => ({...fault, path: 'libraries.json'})),
    ...advisoryFaults,
    ...summaryFaults.map((fault) => ({...fault, path: 'summaries.json'})),
  ])('finds $what', async ({path, edit, says}) => {
    const scratch = scratchRegistry(...everything)
    change(scratch, path, edit)
    const run = scratch.run('check')
    await expect(run).rejects.toMatchObject({code: 'REGISTRY_BROKEN'})
    await expect(run).rejects.toThrow(says)
  })

  it('finds terms that are not what the facts say', async () => {
    const scratch = scratchRegistry(...everything)
    change(
      scratch,
      'terms.json',
      ({terms}: {terms: Record<string, Json>}) => delete terms['jitsi']?.['polls'],
    )
    await expect(scratch.run('check')).rejects.toThrow(/^terms\.json is out of date: run the facts command$/)
  })

  it('expects no terms of modules whose files no facts are of', async () => {
    const scratch = scratchRegistry(...everything)
    rmSync(join(scratch.folder, 'facts/jitsi.facts'))
    const {terms} = await buildTerms(scratch.folder)
    expect(terms['jitsi']?.['polls']).toBeUndefined()
    // Another source has the same bytes.
    expect(terms['jitsi']?.['debug_traceback']).toBeDefined()
    expect(terms['community']).toMatchObject({
      rest: {libraries: expect.arrayContaining(['util.jid']) as string[]},
    })
  })

  it('takes summaries of modules that left a Mercurial repository', async () => {
    const scratch = scratchRegistry(...everything)
    change(scratch, 'summaries.json', ({summaries}: Summaries) =>
      Object.assign(summaries['community'] ?? {}, {zzz_gone: {summary: 'Did what nobody wants now'}}),
    )
    expect(await scratch.run('check')).toBe('553 files, no problem found')
  })

  it('finds a stray file, a missing one, a source without releases and another layout', async () => {
    const stray = scratchRegistry(...everything)
    writeFileSync(join(stray.folder, 'stray.json'), '{}')
    await expect(stray.run('check')).rejects.toThrow('stray.json: no file of that name belongs here')
    const bare = scratchRegistry('deprecations.json', 'index.json', 'moves.json')
    await expect(bare.run('check')).rejects.toThrow('libraries.json: the file is missing')
    const lone = scratchRegistry(
      'deprecations.json',
      'index.json',
      'moves.json',
      'libraries.json',
      'suites.json',
      'summaries.json',
    )
    await expect(lone.run('check')).rejects.toThrow(
      'jitsi: needs both sources/jitsi.json and releases/jitsi.json',
    )
    const tight = scratchRegistry(...everything)
    writeFileSync(join(tight.folder, 'moves.json'), JSON.stringify(tight.json('moves.json')))
    await expect(tight.run('check')).rejects.toThrow('moves.json: the layout differs')
  })
})

describe('index', () => {
  it('lays out what was edited by hand and builds the index anew', async () => {
    const scratch = scratchRegistry(...everything)
    const [moves, index] = [scratch.text('moves.json'), scratch.text('index.json')]
    writeFileSync(join(scratch.folder, 'moves.json'), JSON.stringify(scratch.json('moves.json')))
    writeFileSync(
      join(scratch.folder, 'index.json'),
      '{"$schema": "x", "a shape": "that its schema refuses"}',
    )
    await scratch.run('index')
    expect(scratch.text('moves.json')).toBe(moves)
    expect(scratch.text('index.json')).toBe(index)
  })
})

describe('the command line', () => {
  function tool(...argv: readonly string[]) {
    const run = spawnSync(process.execPath, ['--import', 'tsx', main, ...argv], {encoding: 'utf8'})
    return {status: run.status, stdout: run.stdout, stderr: run.stderr}
  }

  it('exits with 0, 1 and 2', () => {
    const scratch = scratchRegistry(...everything)
    const at = ['--registry', scratch.folder]
    expect(tool('check', ...at)).toEqual({status: 0, stdout: '553 files, no problem found\n', stderr: ''})
    change(scratch, table, (file: Table) => file.releases.reverse())
    const broken = tool('check', ...at)
    expect(broken).toMatchObject({status: 1, stdout: ''})
    expect(broken.stderr).toContain('oldest first')
    const unknown = tool('nonsense')
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('unknown command "nonsense"'),
    ])
    const option = tool('check', '--nonsense')
    expect([option.status, option.stderr]).toEqual([2, expect.stringContaining('usage: main.ts')])
  })
})
