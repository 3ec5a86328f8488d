import {readFileSync} from 'node:fs'
import {openFacts} from '../../../../src/registry/facts-file.ts'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {readRegistry} from '../../../../tools/registry/files.ts'
import {type SchemaName, schemaErrors, schemaNames} from '../../../../tools/registry/schemas.ts'

const folder = fileURLToPath(new URL('../../../../registry/', import.meta.url))

interface Flaw {
  readonly schema: SchemaName
  /** A valid file. */
  readonly path: string
  readonly what: string
  readonly change: (file: Flawed) => void
  /** What the schema must say of it. */
  readonly says: RegExp
}

const flaws: readonly Flaw[] = [
  {
    schema: 'advisory',
    path: 'advisories/CVE-2024-33530.json',
    what: 'an id of no database',
    change: (file) => (file['id'] = 'JSA-2024-0001'),
    says: /id must match/,
  },
  {
    schema: 'advisory',
    path: 'advisories/CVE-2024-33530.json',
    what: 'a digest that is too short',
    change: (file) => {
      const specific = first(file, 'affected')['ecosystem_specific'] as {files: Record<string, string[]>}
      specific.files['mod_muc_lobby_rooms.lua']?.push('ab')
    },
    says: /mod_muc_lobby_rooms\.lua\/15 must match/,
  },
  {
    schema: 'advisory',
    path: 'advisories/CVE-2024-33530.json',
    what: 'no version that mends it',
    change: (file) =>
      delete (first(file, 'affected')['ecosystem_specific'] as Record<string, unknown>)['fixed'],
    says: /must have required property 'fixed'/,
  },
  {
    schema: 'advisory',
    path: 'advisories/CVE-2026-43504.json',
    what: 'an abbreviated commit or anything else that is no version',
    change: (file) =>
      (first(file, 'affected')['ranges'] = [{type: 'SEMVER', events: [{introduced: '0'}, {fixed: '13.x'}]}]),
    says: /events\/1\/fixed must match/,
  },
  {
    schema: 'source',
    path: 'sources/jitsi.json',
    what: 'an unknown kind',
    change: (file) => (file['kind'] = 'svn'),
    says: /kind/,
  },
  {
    schema: 'source',
    path: 'sources/jitsi.json',
    what: 'a folder outside',
    change: (file) => (file['folder'] = '../x'),
    says: /folder/,
  },
  {
    schema: 'source',
    path: 'sources/community.json',
    what: 'a folder on hg',
    change: (file) => (file['folder'] = ''),
    says: /additional.*"folder"/,
  },
  {
    schema: 'source',
    path: 'sources/community.json',
    what: 'plain http',
    change: (file) => (file['repository'] = 'http://x.org/r'),
    says: /repository/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a short sha256',
    change: (file) => (first(file, 'digests')['sha256'] = 'ab'),
    says: /sha256/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'no basis',
    change: (file) => delete first(file, 'digests')['basis'],
    says: /basis/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'an impossible date',
    change: (file) => (first(file, 'releases')['date'] = '2024-13-01'),
    says: /date/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a rooted path',
    change: (file) => (first(file, 'releases')['files'] = {'/etc/x': 0}),
    says: /files/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a path upwards',
    change: (file) => (first(file, 'releases')['files'] = {'a/../b': 0}),
    says: /files/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a backslash',
    change: (file) => (first(file, 'releases')['files'] = {'a\\b': 0}),
    says: /files/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a link upwards',
    change: (file) => (first(file, 'releases')['links'] = {a: '..'}),
    says: /links/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a negative index',
    change: (file) => (first(file, 'releases')['files'] = {a: -1}),
    says: />= 0/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'a name with mod_',
    change: (file) => (file['names'] = {mod_x: {}}),
    says: /names/,
  },
  {
    schema: 'releases',
    path: 'releases/community.json',
    what: 'an unknown key',
    change: (file) => (first(file, 'releases')['extra'] = 1),
    says: /"extra"/,
  },
  {
    schema: 'index',
    path: 'index.json',
    what: 'a name of nobody',
    change: (file) => (file['names'] = {x: []}),
    says: /names\/x/,
  },
  {
    schema: 'index',
    path: 'index.json',
    what: 'no sources',
    change: (file) => delete file['sources'],
    says: /sources/,
  },
  {
    schema: 'prosody-line',
    path: 'prosody/13.0.json',
    what: 'a line that is a version',
    change: (file) => (file['line'] = '13.0.1'),
    says: /line/,
  },
  {
    schema: 'prosody-line',
    path: 'prosody/13.0.json',
    what: 'no core modules',
    change: (file) => (file['coreModules'] = []),
    says: /coreModules/,
  },
  {
    schema: 'libraries',
    path: 'libraries.json',
    what: 'a bare suite',
    change: (file) => (file['packages'] = {'lua-x': {trixie: {}}}),
    says: /packages/,
  },
  {
    schema: 'libraries',
    path: 'libraries.json',
    what: 'no Lua version',
    change: (file) =>
      (file['packages'] = {'lua-x': {trixie: {version: '1', serves: [{lua: [], modules: ['x']}]}}}),
    says: /serves\/0\/lua/,
  },
  {
    schema: 'libraries',
    path: 'libraries.json',
    what: 'a library with a slash',
    change: (file) =>
      (file['packages'] = {'lua-x': {trixie: {version: '1', serves: [{lua: ['5.4'], modules: ['x/y']}]}}}),
    says: /modules\/0/,
  },
  {
    schema: 'libraries',
    path: 'libraries.json',
    what: 'a copy from elsewhere',
    change: (file) => (first(file, 'copies', 'basexx')['path'] = '/etc/basexx.lua'),
    says: /copies\/basexx\/path/,
  },
  {
    schema: 'libraries',
    path: 'libraries.json',
    what: 'a copy without evidence',
    change: (file) => delete first(file, 'copies', 'basexx')['evidence'],
    says: /copies\/basexx.*evidence/,
  },
  {
    schema: 'libraries',
    path: 'libraries.json',
    what: 'a rock without its revision',
    change: (file) => (first(file, 'rocks', 'basexx')['version'] = '0.4.1'),
    says: /rocks\/basexx\/version/,
  },
  {
    schema: 'archives',
    path: 'archives.json',
    what: 'an archive without evidence',
    change: (file) => delete first(file, 'archives', 'jitsi')['evidence'],
    says: /evidence/,
  },
  {
    schema: 'archives',
    path: 'archives.json',
    what: 'the last digits of a fingerprint',
    change: (file) =>
      (first(file, 'archives', 'jitsi')['keys'] = {file: 'keys/jitsi.asc', fingerprints: ['F1FD7806']}),
    says: /fingerprints\/0/,
  },
  {
    schema: 'packages',
    path: 'packages/jitsi.json',
    what: 'a place outside of the archive',
    change: (file) => (first(file, 'packages')['path'] = '../x_1_all.deb'),
    says: /packages\/0\/path/,
  },
  {
    schema: 'moves',
    path: 'moves.json',
    what: 'an unknown change',
    change: (file) => (first(file, 'moves')['change'] = 'gone'),
    says: /change/,
  },
  {
    schema: 'moves',
    path: 'moves.json',
    what: 'no evidence',
    change: (file) => delete first(file, 'moves')['evidence'],
    says: /evidence/,
  },
  {
    schema: 'moves',
    path: 'moves.json',
    what: 'a rename to nowhere',
    change: (file) => {
      first(file, 'moves')['change'] = 'renamed'
      delete first(file, 'moves')['to']
    },
    says: /required property 'to'/,
  },
  {
    schema: 'moves',
    path: 'moves.json',
    what: 'one that was dropped and goes on',
    change: (file) => {
      const move = first(file, 'moves')
      Object.assign(move, {source: 'jitsi', change: 'dropped', to: ['jitsi/polls']})
    },
    says: /moves\/0\/to boolean schema is false/,
  },
  {
    schema: 'moves',
    path: 'moves.json',
    what: 'modules of Prosody in a move elsewhere',
    change: (file) => {
      Object.assign(first(file, 'moves'), {source: 'jitsi', change: 'dropped', core: ['muc']})
    },
    says: /moves\/0\/change must be equal to constant/,
  },
  {
    schema: 'history',
    path: 'history/community/bob.json',
    what: 'a revision of twelve digits',
    change: (file) => (first(file, 'changes')['revision'] = 'f315edc39f3d'),
    says: /changes\/0\/revision/,
  },
  {
    schema: 'history',
    path: 'history/community/bob.json',
    what: 'no file at all, rather than none',
    change: (file) => (first(file, 'changes')['files'] = {}),
    says: /changes\/0\/files/,
  },
  {
    schema: 'history',
    path: 'history/community/bob.json',
    what: 'a path that leaves the folder',
    change: (file) => (first(file, 'changes')['files'] = {'../x.lua': 0}),
    says: /changes\/0\/files/,
  },
  {
    schema: 'runtime',
    path: 'runtime/13.0.json',
    what: 'a global that is no name',
    change: (file) => (file['globals'] = ['not a name']),
    says: /globals\/0/,
  },
  {
    schema: 'runtime',
    path: 'runtime/13.0.json',
    what: 'no events',
    change: (file) => delete file['events'],
    says: /required property 'events'/,
  },
  {
    schema: 'members',
    path: 'members/13.0.json',
    what: 'fields that are no list',
    change: (file) => ((file['read'] as Flawed)['util.jid'] = {bare: true}),
    says: /read\/util\.jid must be array/,
  },
  {
    schema: 'deprecations',
    path: 'deprecations.json',
    what: 'an unknown kind',
    change: (file) => (first(file, 'deprecations')['kind'] = 'module'),
    says: /kind/,
  },
  {
    schema: 'suites',
    path: 'suites.json',
    what: 'a number of Prosody that is no line',
    change: (file) => (first(file, 'suites')['prosody'] = '13'),
    says: /prosody must match pattern/,
  },
  {
    schema: 'deprecations',
    path: 'deprecations.json',
    what: 'no evidence',
    change: (file) => delete first(file, 'deprecations')['evidence'],
    says: /evidence/,
  },
  {
    schema: 'prosody-files',
    path: 'prosody-files.json',
    what: 'a file that is no Lua',
    change: (file) => ((file['files'] as Flawed)['util/x.so'] = []),
    says: /property name must be valid/,
  },
  {
    schema: 'prosody-files',
    path: 'prosody-files.json',
    what: 'a short sha256',
    change: (file) => (first(file, 'releases')['sha256'] = 'ab'),
    says: /releases\/0\/sha256/,
  },
  {
    schema: 'terms',
    path: 'terms.json',
    what: 'a module that names nothing',
    change: (file) => (first(file, 'terms', 'jitsi')['polls'] = {}),
    says: /jitsi\/polls must NOT have fewer than 1 properties/,
  },
  {
    schema: 'facts',
    path: 'facts/jitsi.facts',
    what: 'a severity that is none',
    change: (file) => (first(file['x'] as Flawed, 'found')['severity'] = 'grave'),
    says: /severity must be equal/,
  },
  {
    schema: 'facts',
    path: 'facts/jitsi.facts',
    what: 'a fact that is none',
    change: (file) => (first(file, 'x', 'facts')['moods'] = []),
    says: /must NOT have additional properties "moods"/,
  },
  {
    schema: 'summaries',
    path: 'summaries.json',
    what: 'a summary that ends like a sentence',
    change: (file) => (module(file, 'polls')['summary'] = 'Keeps polls.'),
    says: /jitsi\/polls\/summary must match pattern/,
  },
  {
    schema: 'summaries',
    path: 'summaries.json',
    what: 'a XEP without its zeros',
    change: (file) => (module(file, 'smacks')['xeps'] = ['XEP-198']),
    says: /jitsi\/smacks\/xeps\/0 must match pattern/,
  },
]

/** What a registry's summaries say of a module of Jitsi. */
function module(file: Flawed, name: string): Flawed {
  const {jitsi} = file['summaries'] as {jitsi?: Record<string, Flawed>}
  return jitsi?.[name] ?? {}
}

type Flawed = Record<string, unknown>

function first(file: Flawed, list: string, key = '0'): Flawed {
  return (file[list] as Record<string, Flawed>)[key] ?? {}
}

/** Of facts, a line that has findings, as if it were of a module x. */
function valueIn(path: string): unknown {
  if (!path.endsWith('.facts')) return readRegistry(folder, path)
  const {facts} = openFacts(() => readFileSync(`${folder}/${path}`))
  const lines = [...(facts?.entries() ?? [])].map(([, line]) => JSON.parse(line ?? '{}') as Flawed)
  const readings = lines.flatMap((line) => Object.values(line) as Flawed[])
  return {x: readings.find(({found}) => found !== undefined)}
}

describe('the schemas', () => {
  it.each(flaws)('$schema: refuses $path with $what', ({schema, path, change, says}) => {
    const file = structuredClone(valueIn(path)) as Flawed
    expect(schemaErrors(schema, file)).toEqual([])
    change(file)
    expect(schemaErrors(schema, file).join('\n')).toMatch(says)
  })

  it('each have a flaw here that they refuse', () => {
    expect(new Set(flaws.map(({schema}) => schema))).toEqual(new Set(schemaNames))
  })
})
