import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {digestOf} from '../../../src/digest.ts'
import type {InfoResult, InfoSource} from '../../../src/operations/info/types.ts'
import type {ListedModule, ListResult} from '../../../src/operations/list.ts'
import type {SourceInfo} from '../../../src/operations/info/source.ts'
import type {TreeResult} from '../../../src/operations/needs-graph/tree.ts'
import type {WhyResult} from '../../../src/operations/needs-graph/why.ts'
import type {OutdatedResult} from '../../../src/operations/outdated.ts'
import type {SearchResult} from '../../../src/operations/search.ts'
import type {VersionsResult} from '../../../src/operations/versions.ts'
import {folded} from '../../../src/render/fold.ts'
import {renderInfo} from '../../../src/render/info.ts'
import {renderList} from '../../../src/render/list.ts'
import {roomOf, wholeRoom, type Room} from '../../../src/render/room.ts'
import {renderSearch} from '../../../src/render/search.ts'
import {renderTree} from '../../../src/render/tree.ts'
import {renderOutdated, renderVersions} from '../../../src/render/version-lists.ts'
import {renderWhy} from '../../../src/render/why.ts'
import {widthOf} from '../../../src/render/width.ts'
import {sha256Like} from '../../helpers/digest.ts'

const long = 'community/muc_a_name_that_is_longer_than_others'

function found(
  module: SearchResult['found'][number]['module'],
  more: object = {},
): SearchResult['found'][number] {
  const summary = 'Lets moderators withdraw what others wrote in their rooms'
  return {module, newest: '2025.6.13', facts: {}, summary, xeps: [], matches: {}, ...more}
}

const nothing: SearchResult = {found: [], total: 0, similar: [], apart: [], inCode: []}

const search: SearchResult = {
  ...nothing,
  found: [
    found('community/muc_moderation', {facts: {stage: 'beta'}}),
    found(long, {facts: {gone: '2025.1.2'}, newest: null}),
    found('jitsi/av_moderation', {
      summary: null,
      matches: {options: ['one', 'two', 'three', 'four', 'five', 'six', 'seven']},
    }),
  ],
  total: 3,
  inCode: [{kind: 'hooks', word: 'moderation', modules: 12}],
}

const moderation: InfoSource = {
  module: 'community/muc_moderation',
  title: 'Prosody community modules',
  homepage: 'https://modules.prosody.im/',
  licence: 'MIT',
  kind: 'hg',
  page: 'https://modules.prosody.im/mod_muc_moderation.html',
  locked: {version: '2025.6.13', trust: {by: 'registry', basis: 'debian'}},
  facts: {stage: 'beta'},
  summary: 'Lets moderators withdraw messages from rooms',
  xeps: ['XEP-0425'],
  releases: Array.from({length: 14}, (_, index) => ({
    version: `2025.${14 - index}.1`,
    revision: 'fe0a58b863db0000',
    date: `2025-01-${10 + index}`,
    files: {
      'mod_muc_moderation/mod_muc_moderation.lua': {sha256: sha256Like('a'), size: 7674, basis: 'upstream'},
    },
    evidence: null,
    sameAsPrevious: index % 2 === 0,
    advisories: index > 11 ? ['CVE-2020-0001'] : [],
  })),
  advisories: [],
  compatibility: [
    {prosody: 'trunk', works: true},
    {prosody: '0.11', works: false},
  ],
  placement: {where: 'muc-component', evidence: 'line 16: module:depends "muc"'},
  analysis: null,
}

const moduleInfo: InfoResult = {
  name: 'muc_moderation',
  source: null,
  sources: [moderation],
  core: [],
  moves: [],
}

const jitsi: SourceInfo = {
  id: 'jitsi',
  from: 'registry',
  title: 'Jitsi Meet',
  homepage: 'https://github.com/jitsi/jitsi-meet',
  licence: 'Apache-2.0',
  kind: 'github',
  place: 'jitsi/jitsi-meet, folder resources/prosody-plugins',
  scheme: 'build',
  spelling: 'a release number such as 10008 (also stable-10008, stable/jitsi-meet_10008 or 2.0.10008)',
  layout: 'flat',
  voucher: 'first-use',
  known: {
    modules: 88,
    gone: 0,
    releases: 88,
    newest: {version: '11146', revision: '48d96e4b927925ba', date: '2026-07-30'},
    historyUntil: null,
    digests: {upstream: 634, debian: 0, fork: 1},
  },
  locked: [{module: 'jitsi/*', version: '10008', revision: null}],
}

const own: SourceInfo = {
  ...jitsi,
  id: 'own',
  from: 'declared',
  title: null,
  homepage: null,
  licence: null,
  kind: 'path',
  place: './modules',
  scheme: 'single',
  spelling: 'the word local, the only version of a source that is a folder or a file',
  layout: 'folders',
  voucher: 'user',
  known: null,
  locked: [],
}

function sourceResult(source: SourceInfo): InfoResult {
  return {name: source.id, source, sources: [], core: [], moves: []}
}

function listed(module: ListedModule['module'], more: Partial<ListedModule> = {}): ListedModule {
  const [source = '', name = ''] = module.split('/')
  return {
    module,
    source,
    name,
    version: '2025.6.13',
    revision: 'fe0a58b863db0000',
    trust: {by: 'registry'},
    integrity: digestOf('x'),
    files: 1,
    except: [],
    patched: [],
    needs: {},
    wanted: '2025.6.13',
    ...more,
  }
}

const list: ListResult = {
  modules: [
    listed('community/muc_moderation', {trust: {by: 'registry', basis: 'debian'}}),
    listed('community/sasl2', {wanted: null}),
    listed('jitsi/*', {
      version: '10008',
      files: 77,
      except: ['polls', 'reservations', 'smacks', 'muc_census', 'muc_size'],
    }),
    listed('own/x', {version: 'local', revision: null, trust: {by: 'user'}}),
    listed('acme/y', {trust: {by: 'first-use'}}),
  ],
  prosodyPatches: [],
  differences: [],
}

const needy = {
  libraries: {cjson: 'debian:lua-cjson', 'net.url': 'rock:net-url@0.9-1'},
  modules: {http: 'prosody', b: 'own/b'},
  optional: {modules: {pubsub_subscription: 'missing'}},
}

const tree: TreeResult = {
  target: {prosody: '13.0', lua: '5.4', debian: 'trixie'},
  modules: [
    {...listed('own/a', {needs: needy}), wanted: true},
    {...listed('own/b', {needs: {libraries: {cjson: 'debian:lua-cjson'}}}), wanted: false},
    {...listed('own/c', {needs: {modules: {b: 'own/b'}}}), wanted: true},
  ],
  published: {pubsub_subscription: ['community/pubsub_subscription']},
  roots: ['own/a', 'own/c'],
  part: null,
  inverted: null,
}

const inverted: TreeResult = {
  ...tree,
  roots: [],
  inverted: [
    {
      kind: 'libraries',
      name: 'cjson',
      server: 'debian:lua-cjson',
      neededBy: [
        {module: 'own/a', optional: true},
        {module: 'own/b', optional: false},
      ],
    },
  ],
}

const why: WhyResult = {
  name: 'cjson',
  kind: 'library',
  chains: [
    {
      modules: ['own/a', 'own/b'],
      needs: 'cjson.safe',
      optional: true,
      steps: [
        {
          module: 'own/a',
          needs: 'b',
          kind: 'modules',
          places: [{file: 'prosody-modules/own/mod_a/mod_a.lua', line: 3}],
        },
        {
          module: 'own/b',
          needs: 'cjson.safe',
          kind: 'libraries',
          places: Array.from({length: 9}, (_, index) => ({
            file: 'prosody-modules/own/mod_b/mod_b.lua',
            line: index + 1,
          })),
        },
      ],
    },
  ],
}

const versions: VersionsResult = {
  module: 'community/muc_moderation',
  asked: false,
  reason: 'the host name hg.prosody.im does not resolve, and nobody else was there to be asked',
  versions: Array.from({length: 34}, (_, index) => ({
    version: `2025.1.${34 - index}`,
    revision: 'fe0a58b863db0000',
    date: '2025-01-01',
    tag: null,
    branch: null,
    from: index === 0 ? ('publisher' as const) : ('registry' as const),
    sameAsPrevious: index % 2 === 1,
    locked: index === 3,
  })),
  otherTags: [],
  gone: null,
}

const outdated: OutdatedResult = {
  outdated: [
    {module: 'jitsi/*', current: '9955', allowed: null, latest: '11146', latestFrom: 'registry'},
    {
      module: 'community/muc_moderation',
      current: '2025.1.2',
      allowed: '2025.6.13',
      latest: '2026.7.23',
      latestFrom: 'publisher',
    },
  ],
  gone: [],
  advisories: [],
  heldBack: [],
  checked: 5,
  total: {modules: 80, current: 3},
  report: null,
  notAsked: [
    {module: 'own/x', reason: 'the host name hg.prosody.im does not resolve, and nobody else was there'},
  ],
}

const texts: Readonly<Record<string, (room: Room) => string>> = {
  search: (room) => renderSearch(search, room),
  'search-nothing': (room) =>
    renderSearch(
      {
        ...nothing,
        similar: ['muc_lobby_rooms', 'lobby_autostart', 'token_lobby_autostart', 'token_lobby_bypass'],
        apart: [{word: 'lobby', modules: 13}],
      },
      room,
    ),
  'info-module': (room) => renderInfo(moduleInfo, room),
  'info-source': (room) => renderInfo(sourceResult(jitsi), room),
  'info-own-source': (room) => renderInfo(sourceResult(own), room),
  list: (room) => renderList(list, room),
  tree: (room) => renderTree(tree, {...room, depth: Infinity}),
  'tree-depth': (room) => renderTree(tree, {...room, depth: 0}),
  'tree-inverted': (room) => renderTree(inverted, {...room, depth: Infinity}),
  why: (room) => renderWhy(why, room),
  versions: (room) => renderVersions(versions, room),
  outdated: (room) => renderOutdated(outdated, {...room, report: {all: false}}),
}

describe.each([60, 100])('at %i columns', (columns) => {
  it.each(Object.entries(texts))('%s reads well and fits', async (name, text) => {
    const shown = folded(stripVTControlCharacters(text({columns, all: false})), columns)
    for (const line of shown.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(columns)
    await expect(shown).toMatchFileSnapshot(`golden/${name}-${columns}.txt`)
  })
})

describe('elsewhere than on a terminal', () => {
  it.each(Object.entries(texts))('%s is whole', (_, text) => {
    expect(text(wholeRoom)).not.toMatch(/--all|\w…\n/)
  })

  it('a result is given all the room there is', () => {
    expect(roomOf(false)).toEqual(wholeRoom)
  })
})
