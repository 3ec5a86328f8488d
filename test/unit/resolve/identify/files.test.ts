import {describe, expect, it} from 'vitest'
import {sha256Of} from '../../../../src/digest.ts'
import type {Requires} from '../../../../src/resolve/identify/flat.ts'
import {planAdoption} from '../../../../src/resolve/identify/adoption.ts'
import {identifyFiles, type Identified} from '../../../../src/resolve/identify/files.ts'
import type {FolderFiles, KnownSource} from '../../../../src/resolve/identify/types.ts'
import type {LockedModule} from '../../../../src/project/lockfile.ts'

type Files = Readonly<Record<string, string>>

/** Releases oldest first, path → text; `links` is no release. */
function source(
  id: string,
  layout: KnownSource['layout'],
  {links = {}, ...releases}: Readonly<Record<string, Files>>,
): KnownSource {
  return {
    id,
    layout,
    releases: Object.entries(releases)
      .reverse()
      .map(([version, files]) => ({
        version,
        contents: {
          files: new Map(
            Object.entries(files).map(([path, text]) => [path, {sha256: sha256Of(text), size: 1}]),
          ),
          links: new Map(Object.entries(links)),
        },
      })),
  }
}

const tree3 = {
  'mod_a.lua': 'a3',
  'mod_b.lua': 'b1',
  'mod_w/mod_w.lua': 'w',
  'mod_w/x.lib.lua': 'x',
  'util.lib.lua': 'u',
}
const jitsi = source('jitsi', 'flat', {
  '101': {'mod_a.lua': 'a1', 'mod_b.lua': 'b1', 'util.lib.lua': 'u', 'mod_gone.lua': 'g'},
  '102': {...tree3, 'mod_a.lua': 'a2', 'x.patch': 'p'},
  '103': tree3,
  '104': {...tree3, 'README.md': 'r'},
})
const contrib = source('contrib', 'folders', {
  '20260101': {'one/mod_one.lua': 'o1', 'one/mod_two.lua': 't1'},
  '20260202': {'one/mod_one.lua': 'o2', 'one/mod_two.lua': 't1'},
  links: {two: 'one'},
})
const community = source('community', 'folders', {
  '2025.1.1': {'mod_web/web/mod_web.lua': 'm1', 'mod_web/web/www/index.html': 'h1', 'mod_w/mod_w.lua': 'w'},
  '2026.1.1': {'mod_web/web/mod_web.lua': 'm2', 'mod_web/web/www/index.html': 'h1', 'mod_lone.lua': 'l'},
})

/** Of a size that nothing known has. */
const unread = ''

function inFolder(files: Files): FolderFiles {
  return new Map(
    Object.entries(files).map(([path, text]) => [path, text === unread ? 'unread' : sha256Of(text)]),
  )
}

function found(files: Files, requires: Requires = () => []): Identified {
  return identifyFiles(inFolder(files), {
    sources: [contrib, community, jitsi],
    requires,
    publishers: (name) => (name === 'w' ? ['community', 'jitsi'] : ['one']),
  })
}

/** `path source/name state versions`, one a module. */
function modules({modules: all}: Identified): string[] {
  return all.map(({path, name, match}) =>
    match === undefined
      ? `${path} ${name} unknown`
      : `${path} ${match.source}/${match.name} ${match.state} ${match.versions.join()}`,
  )
}

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, digest]) => [`${folder}/${path}`, digest]))
}

describe('a flat tree', () => {
  it('is of every release that has the same files, the newest first', () => {
    const identified = found(tree3)
    expect(identified.trees).toMatchObject([
      {source: 'jitsi', folder: '', version: '104', versions: ['104', '103'], complete: true, differing: []},
    ])
    expect(modules(identified)).toEqual([
      'mod_a.lua jitsi/a exact 104,103',
      'mod_b.lua jitsi/b exact 104,103',
      'mod_w/mod_w.lua jitsi/w exact 104,103',
    ])
    expect(identified).toMatchObject({modified: [], stray: [], unknown: [], ignored: 0})
  })

  it('is found below the folder, and twice where it lies twice', () => {
    const identified = found({
      ...below('x/y', tree3),
      ...below('z', {'mod_a.lua': 'a1', 'mod_gone.lua': 'g'}),
    })
    expect(identified.trees.map(({folder, version, complete}) => [folder, version, complete])).toEqual([
      ['x/y/', '104', true],
      ['z/', '101', false],
    ])
  })

  it('with a file gone is not complete; where more releases fit, the range says so', () => {
    const {trees} = found({'mod_b.lua': 'b1', 'mod_w/mod_w.lua': 'w', 'mod_w/x.lib.lua': 'x'})
    expect(trees).toMatchObject([{versions: ['104', '103', '102'], complete: false}])
  })

  it('that is complete is not taken for a part of a bigger release', () => {
    const bigger = source('jitsi', 'flat', {
      '1': {'mod_a.lua': 'a'},
      '2': {'mod_a.lua': 'a', 'mod_b.lua': 'b'},
    })
    const {trees} = identifyFiles(inFolder({'mod_a.lua': 'a'}), {
      sources: [bigger],
      requires: () => [],
      publishers: () => [],
    })
    expect(trees).toMatchObject([{versions: ['1'], complete: true}])
  })

  it('names what is modified, what is of another release, and what is missing', () => {
    const identified = found({
      ...tree3,
      'mod_b.lua': 'mine',
      'mod_a.lua': 'a1',
      'util.lib.lua': unread,
      extra: unread,
    })
    expect(identified.trees[0]?.differing).toEqual([
      {path: 'mod_a.lua', state: 'other-release', versions: ['101']},
      {path: 'mod_b.lua', state: 'modified', versions: []},
      {path: 'util.lib.lua', state: 'modified', versions: []},
    ])
    expect(modules(identified)).toEqual([
      'mod_a.lua jitsi/a mixed 104,103,102',
      'mod_b.lua jitsi/b modified 104,103,102',
      'mod_w/mod_w.lua jitsi/w exact 104,103,102',
    ])
    expect(identified).toMatchObject({modified: ['mod_b.lua', 'util.lib.lua'], unknown: ['extra']})
  })

  it('has modules that are only as good as the libraries that they require', () => {
    const requires: Requires = (sha256) => (sha256 === sha256Of('a3') ? ['util'] : [])
    const identified = found({...tree3, 'util.lib.lua': 'mine'}, requires)
    expect(modules(identified).slice(0, 2)).toEqual([
      'mod_a.lua jitsi/a modified 104,103',
      'mod_b.lua jitsi/b exact 104,103',
    ])
    expect(modules(found({'mod_a.lua': 'a3'}, requires))).toEqual(['mod_a.lua jitsi/a incomplete 104,103'])
  })

  it('has a module that another release left behind', () => {
    expect(modules(found({...tree3, 'mod_gone.lua': 'g'})).at(2)).toBe('mod_gone.lua jitsi/gone mixed 101')
    expect(modules(found({...tree3, 'mod_gone.lua': ''})).at(2)).toBe('mod_gone.lua jitsi/gone modified 101')
  })

  it('speaks for a module that another source has with the same bytes; alone it is of the first source', () => {
    expect(modules(found(tree3))).toContain('mod_w/mod_w.lua jitsi/w exact 104,103')
    expect(modules(found({'mod_w/mod_w.lua': 'w'}))).toEqual(['mod_w/mod_w.lua community/w exact 2025.1.1'])
  })
})

describe('a module of a source of folders', () => {
  it.each([
    ['as its publisher keeps it', {'one/mod_one.lua': 'o2'}, 'exact 20260202'],
    ['below another folder', {'p/q/one/mod_one.lua': 'o1'}, 'exact 20260101'],
    ['as it stands in a context', {'mod_one/mod_one.lua': 'o1'}, 'exact 20260101'],
    ['by itself', {'mod_one.lua': 'o1'}, 'exact 20260101'],
    ['with other bytes', {'mod_one.lua': ''}, 'modified 20260202,20260101'],
  ])('%s', (_, files, expected) => {
    const [path] = Object.keys(files)
    expect(modules(found(files))).toEqual([`${path ?? ''} contrib/one ${expected}`])
  })

  it('that is linked upstream is found under its file', () => {
    expect(modules(found({'one/mod_two.lua': 't1', 'mod_two.lua': 't1'}))).toEqual([
      'mod_two.lua contrib/two exact 20260202,20260101',
      'one/mod_two.lua contrib/two exact 20260202,20260101',
    ])
  })

  it.each([
    [
      'whole, nested',
      {'mod_web/web/mod_web.lua': 'm1', 'mod_web/web/www/index.html': 'h1'},
      'exact 2025.1.1',
    ],
    ['without a file', {'mod_web/web/mod_web.lua': 'm2'}, 'incomplete 2026.1.1'],
    [
      'with a modified resource',
      {'mod_web/web/mod_web.lua': 'm1', 'mod_web/web/www/index.html': ''},
      'modified 2025.1.1',
    ],
    ['with its inner folder alone', {'web/mod_web.lua': 'm2', 'web/www/index.html': 'h1'}, 'exact 2026.1.1'],
  ])('with more than one file: %s', (_, files, expected) => {
    expect(modules(found(files))[0]?.split(' ').slice(2).join(' ')).toBe(expected)
  })

  it('whose files are of two releases is mixed', () => {
    const mix = source('mix', 'folders', {
      '1': {'mod_m/mod_m.lua': 'm1', 'mod_m/n.lib.lua': 'n1', 'mod_m/o.lib.lua': 'o'},
      '2': {'mod_m/mod_m.lua': 'm2', 'mod_m/n.lib.lua': 'n2', 'mod_m/o.lib.lua': 'o'},
    })
    const files = inFolder({'mod_m/mod_m.lua': 'm1', 'mod_m/n.lib.lua': 'n2', 'mod_m/o.lib.lua': 'o'})
    expect(
      identifyFiles(files, {sources: [mix], requires: () => [], publishers: () => []}).modules[0]?.match,
    ).toMatchObject({
      state: 'mixed',
      differing: [{path: 'mod_m/mod_m.lua', state: 'other-release', versions: ['1']}],
    })
  })
})

describe('a folder of libraries without a main file', () => {
  const sources = [
    source('community', 'folders', {
      '1': {'mod_lib_x/x.lib.lua': 'x1', 'mod_lib_x/dev/t': 't'},
      '2': {
        'mod_lib_x/x.lib.lua': 'x2',
        'mod_lib_x/dev/t': 't',
        'mod_y/mod_y.lua': 'y',
        'mod_y/z.lib.lua': 'z',
      },
      '3': {'mod_in/in/in.lib.lua': 'i'},
    }),
  ]
  const of = (files: Files): Identified =>
    identifyFiles(inFolder(files), {sources, requires: () => [], publishers: () => ['community']})

  it.each<[string, Files, string]>([
    ['whole', {'mod_lib_x/x.lib.lua': 'x2', 'mod_lib_x/dev/t': 't'}, 'exact 2'],
    ['of the older release', {'a/mod_lib_x/x.lib.lua': 'x1', 'a/mod_lib_x/dev/t': 't'}, 'exact 1'],
    ['without a file', {'mod_lib_x/x.lib.lua': 'x2'}, 'incomplete 2'],
    ['changed', {'mod_lib_x/x.lib.lua': 'x1', 'mod_lib_x/dev/t': 'mine'}, 'modified 1'],
    [
      'beside a library of somebody else',
      {'mod_lib_x/a.lib.lua': '', 'mod_lib_x/x.lib.lua': 'x1'},
      'incomplete 1',
    ],
  ])('is a module where a release has it so: %s', (_, files, expected) => {
    const path = Object.keys(files).find((one) => one.endsWith('x.lib.lua')) ?? ''
    expect(modules(of(files))).toEqual([`${path} community/lib_x ${expected}`])
  })

  it('is found in its inner folder', () => {
    expect(modules(of({'mod_in/in/in.lib.lua': 'i'}))).toEqual(['mod_in/in/in.lib.lua community/in exact 3'])
  })

  it('is none where no release has it so, or none of its files is known', () => {
    const identified = of({'mod_y/z.lib.lua': 'z', 'mod_own/own.lib.lua': '', 'mod_lib_x/x.lib.lua': 'mine'})
    expect(identified).toMatchObject({modules: [], stray: ['mod_y/z.lib.lua']})
    expect(identified.unknown).toEqual(['mod_lib_x/x.lib.lua', 'mod_own/own.lib.lua'])
  })

  it('is adopted', () => {
    const {entries} = planAdoption(of({'mod_lib_x/x.lib.lua': 'x1', 'mod_lib_x/dev/t': 't'}), {
      manifest: {},
      lock: {lockfileVersion: 1, modules: {}},
    })
    expect(entries.map(({key, version}) => `${key} ${version}`)).toEqual(['community/lib_x 1'])
  })
})

describe('a second main file in the folder of a module', () => {
  const two = {'mod_auth_x/mod_auth_x.lua': 'a', 'mod_auth_x/mod_sasl_x.lua': 's'}
  const of = (files: Files): Identified =>
    identifyFiles(inFolder(files), {
      sources: [
        source('community', 'folders', {'1': two}),
        source('jitsi', 'flat', {'100': {'mod_sasl_x.lua': 'j'}}),
      ],
      requires: () => [],
      publishers: () => [],
    })

  it('is a file of that module where a release has it so', () => {
    const identified = of(two)
    expect(modules(identified)).toEqual(['mod_auth_x/mod_auth_x.lua community/auth_x exact 1'])
    expect(identified).toMatchObject({modified: [], stray: [], unknown: []})
  })

  it('with other bytes is told as what it is', () => {
    expect(modules(of({...two, 'mod_auth_x/mod_sasl_x.lua': 'j'}))).toEqual([
      'mod_auth_x/mod_auth_x.lua community/auth_x modified 1',
      'mod_auth_x/mod_sasl_x.lua jitsi/sasl_x exact 100',
    ])
  })
})

describe('a module that several sources publish', () => {
  const wall = {'mod_wall/mod_wall.lua': 'm', 'mod_wall/a.lib.lua': 'a', 'mod_wall/b.lib.lua': 'b'}
  const sources = [
    source('jitsi', 'flat', {
      '101': {'mod_wall/mod_wall.lua': 'old', 'mod_wall/a.lib.lua': 'a0', 'mod_wall/b.lib.lua': 'b'},
      '102': {
        'mod_wall/mod_wall.lua': 'jm',
        'mod_wall/a.lib.lua': 'ja',
        'mod_wall/b.lib.lua': 'jb',
        'mod_a.lua': 'x',
      },
    }),
    source('community', 'folders', {'2026.1.1': wall}),
  ]
  const of = (files: Files): Identified =>
    identifyFiles(inFolder(files), {
      sources,
      requires: () => [],
      publishers: (name) => (name === 'wall' ? ['community', 'jitsi'] : ['jitsi']),
    })

  it('is of the one that has most of its files, whatever else is changed', () => {
    const identified = of({...wall, 'mod_wall/mod_wall.lua': 'ours'})
    expect(modules(identified)).toEqual(['mod_wall/mod_wall.lua community/wall modified 2026.1.1'])
    expect(identified).toMatchObject({trees: [], modified: ['mod_wall/mod_wall.lua'], stray: []})
  })

  it('is of the release that has most of its files', () => {
    const identified = of({
      'mod_wall/mod_wall.lua': 'ours',
      'mod_wall/a.lib.lua': 'a0',
      'mod_wall/b.lib.lua': 'b',
    })
    expect(modules(identified)).toEqual(['mod_wall/mod_wall.lua jitsi/wall modified 101'])
  })

  it('is of none of them where no file is known', () => {
    const identified = of({'mod_wall/mod_wall.lua': 'ours', 'mod_wall/a.lib.lua': 'ours, too'})
    expect(modules(identified)).toEqual(['mod_wall/mod_wall.lua wall unknown'])
    expect(identified.unknown).toEqual(['mod_wall/a.lib.lua', 'mod_wall/mod_wall.lua'])
  })

  it('is of its only publisher where no file is known', () => {
    expect(modules(of({'mod_a.lua': 'ours'}))).toEqual(['mod_a.lua jitsi/a modified 102'])
  })

  it('is of the tree around it where no file is known', () => {
    const identified = of({'mod_wall/mod_wall.lua': 'ours', 'mod_a.lua': 'x'})
    expect(modules(identified)).toContain('mod_wall/mod_wall.lua jitsi/wall modified 102')
  })
})

describe('a file that a source has', () => {
  it('is never of no release, where another source has other bytes in its place', () => {
    const identified = found({
      ...below('t', tree3),
      't/mod_w/x.lib.lua': 'm2',
      't/mod_b.lua': 'no such bytes',
    })
    expect(identified.modified).toEqual(['t/mod_b.lua'])
    expect(identified.stray).toEqual(['t/mod_w/x.lib.lua'])
    expect(identified.unknown).toEqual([])
  })
})

describe('what else lies there', () => {
  it('is unknown, known but astray, or nothing that goes into an image', () => {
    const identified = found({
      'lib/util.lib.lua': 'u',
      'mod_mine.lua': '',
      'data.bin': '',
      'README.md': '',
      '.luacheckrc': '',
      'x.patch': 'p',
    })
    expect(identified).toEqual({
      trees: [],
      modules: [{path: 'mod_mine.lua', name: 'mine', match: undefined}],
      modified: [],
      stray: ['lib/util.lib.lua'],
      unknown: ['data.bin', 'mod_mine.lua'],
      ignored: 3,
    })
  })

  it('may have names that are no module names, or names of members of objects', () => {
    const files = {'mod_Upper.lua': '', 'mod_.lua': '', 'mod_constructor.lua': '', constructor: ''}
    expect(modules(found(files))).toEqual(['mod_constructor.lua constructor unknown'])
  })
})

describe('adoption', () => {
  const nothing = {manifest: {}, lock: {lockfileVersion: 1, modules: {}}} as const
  const lockedAt = (version: string, layout: 'flat' | 'folders' = 'flat'): LockedModule =>
    ({version, layout, files: {}, resolved: {kind: 'path', path: '.'}}) as unknown as LockedModule
  const plan = (files: Files, manifest: Files = {}, locked: Readonly<Record<string, LockedModule>> = {}) => {
    const {entries, kept} = planAdoption(found(files), {
      manifest: {modules: manifest},
      lock: {lockfileVersion: 1, modules: locked},
    })
    return {
      entries: entries.map(({key, version}) => `${key} ${version}`),
      kept: kept.map(({module, version, reason}) => `${module} ${version}: ${reason}`),
    }
  }

  it('takes a complete tree as a whole, with the modules of others beside it', () => {
    expect(plan({...tree3, 'mod_one.lua': 'o1'})).toEqual({
      entries: ['jitsi/* 104', 'contrib/one 20260101'],
      kept: [],
    })
  })

  it('takes the exact modules of a tree that is not complete, and nothing else', () => {
    expect(plan({...tree3, 'mod_a.lua': 'mine', 'mod_mine.lua': ''}).entries).toEqual([
      'jitsi/b 104',
      'jitsi/w 104',
    ])
  })

  it('takes the files that belong to an entry', () => {
    const {entries} = planAdoption(found({...tree3, 'mod_mine.lua': ''}), nothing)
    expect([...(entries[0]?.files ?? new Map<string, string>()).keys()].sort()).toEqual(
      Object.keys(tree3).sort(),
    )
  })

  it('keeps to the release that the tree is locked at, where the files are of that one, too', () => {
    expect(plan({...tree3, 'mod_a.lua': ''}, {'jitsi/b': '102'}, {'jitsi/b': lockedAt('102')})).toEqual({
      entries: ['jitsi/w 102'],
      kept: ['jitsi/b 102: the manifest has it at 102'],
    })
    expect(plan(tree3, {'jitsi/b': '101'}, {'jitsi/b': lockedAt('101')})).toEqual({
      entries: [],
      kept: ['jitsi/* 104: other entries of jitsi are at 101'],
    })
  })

  it.each([
    ['the same module', {'contrib/one': '*'}, 'the manifest has it at *'],
    ['another of its name', {'acme/one': '*'}, 'acme/one has the same name'],
  ])('keeps what the manifest has: %s', (_, manifest, reason) => {
    expect(plan({'mod_one.lua': 'o1'}, manifest)).toEqual({
      entries: [],
      kept: [`contrib/one 20260101: ${reason}`],
    })
  })

  it('takes no part of a tree that the manifest has, and no second tree', () => {
    expect(
      plan({'mod_a.lua': 'a3', 'mod_b.lua': 'b1'}, {'jitsi/*': '104'}, {'jitsi/*': lockedAt('104')}),
    ).toEqual({
      entries: [],
      kept: [
        'jitsi/a 104: it comes with jitsi/* of the manifest',
        'jitsi/b 104: it comes with jitsi/* of the manifest',
      ],
    })
    expect(plan(tree3, {'own/*': '*'}, {'own/*': lockedAt('local')}).kept).toEqual([
      'jitsi/* 104: the project has another flat tree: own/*',
    ])
  })

  it('takes one of several copies', () => {
    const twice = {'x/mod_one.lua': 'o1', 'y/mod_one.lua': 'o1', 'z/mod_one.lua': 'o2'}
    expect(plan(twice)).toEqual({
      entries: ['contrib/one 20260101'],
      kept: ['contrib/one 20260202: another copy of it is of 20260101'],
    })
  })
})
