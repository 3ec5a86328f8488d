import {describe, expect, it} from 'vitest'
import {sha256Of} from '../../../src/digest.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {moduleNames, selectModule} from '../../../src/resolve/layout.ts'
import {takingOf, type NamedFiles, type Taking, type TakingRequest} from '../../../src/resolve/taking.ts'
import {listReleases} from '../../../src/sources/index.ts'
import {noFolders, type Barred, type ReleaseContents} from '../../../src/sources/types.ts'

interface Tree {
  readonly paths: readonly string[]
  readonly links?: Readonly<Record<string, string>>
  readonly barred?: Readonly<Record<string, Barred>>
  readonly keys?: readonly string[]
  readonly rootName?: string
}

function contents({paths, links = {}, barred = {}, keys = [], rootName = 'repo'}: Tree): ReleaseContents {
  return {
    files: new Map(
      paths.map((path) => [path, {sha256: sha256Of(path), size: 1, isKey: keys.includes(path)}]),
    ),
    links: new Map(Object.entries(links)),
    barred: new Map(Object.entries(barred)),
    rootName,
  }
}

function taking(tree: Tree, request: Partial<TakingRequest> = {}): Taking {
  const wanted = {layout: 'folders', name: 'x', isKnown: false, include: [], ...request} as const
  const found = takingOf(contents(tree), wanted)
  if (found === undefined) throw new Error('no such module')
  return found
}

interface Code {
  readonly libraries?: readonly string[]
  readonly requires?: readonly string[]
  /** One that ends in … goes on with something computed. */
  readonly resources?: readonly string[]
}

function named({libraries = [], requires = [], resources = []}: Code): NamedFiles {
  const names = (all: readonly string[]): {name: string}[] => all.map((name) => ({name}))
  return {
    libraries: names(libraries),
    requires: names(requires),
    resources: resources.map((path) => ({path: path.replace('…', ''), exact: !path.endsWith('…')})),
  }
}

/** What is taken once the main file is known to name something, below mod_x/ where that is its folder. */
function taken(tree: Tree, code: Code, request: Partial<TakingRequest> = {}): string[] {
  const one = taking(tree, request)
  const [main = ''] = [...one.files.keys()].filter((path) => path.endsWith('mod_x.lua'))
  one.follow(main, named(code))
  return [...one.files].map(([path, from]) =>
    path.replace(/^mod_x\//, '') === from ? from : `${path} < ${from}`,
  )
}

describe('of a loose module is taken', () => {
  const rest = [
    'Dockerfile',
    'compose.yml',
    'certs/chat.key',
    'html/x.html',
    'data/a.json',
    'lib/y.lua',
    'y.lua',
  ]
  const paths = ['mod_x.lua', 'LICENSE', 'README.md', 'a.lib.lua', 'deep/b.lib.lua', ...rest]
  const own = ['mod_x.lua', 'LICENSE']

  it.each<[string, Code, readonly string[]]>([
    ['its main file and the licence', {}, []],
    ['a library', {libraries: ['a']}, ['a.lib.lua']],
    ['a library in a folder', {libraries: ['deep/b']}, ['deep/b.lib.lua']],
    ['a library that is plain Lua', {libraries: ['y']}, ['y.lua']],
    [
      'what package.path finds',
      {requires: ['y', 'util.jid'], resources: ['lib/?.lua;?/init.lua…']},
      ['lib/y.lua'],
    ],
    ['nothing that is required without it', {requires: ['y', 'lib.y']}, []],
    ['a resource', {resources: ['data/a.json']}, ['data/a.json']],
    ['a folder', {resources: ['html']}, ['html/x.html']],
    ['what begins with what is plain of a computed name', {resources: ['data/a…']}, ['data/a.json']],
    ['nothing for a name that is computed', {resources: ['…']}, []],
    ['nothing for the whole folder', {resources: ['']}, []],
    ['nothing above it', {resources: ['../y.lua', 'html/../../y']}, []],
    ['no key that it names', {resources: ['certs/chat.key', 'certs']}, []],
    ['a README that it names', {resources: ['README.md']}, ['README.md']],
  ])('%s', (_, code, more) => {
    expect(taken({paths}, code)).toEqual([...own, ...more])
  })

  it('the same from a folder of any name', () => {
    for (const folder of ['x', 'prosody-x', 'mod_x_v2']) {
      const tree = {paths: paths.map((path) => `${folder}/${path}`)}
      const files = taken(tree, {libraries: ['a'], resources: ['html']})
      expect(files).toEqual(
        [...own, 'a.lib.lua', 'html/x.html'].map((path) => `mod_x/${path} < ${folder}/${path}`),
      )
    }
  })

  it('the same where it is in a flat tree, at its own path', () => {
    const files = taken({paths}, {libraries: ['a'], resources: ['html']}, {layout: 'flat'})
    expect(files).toEqual(['mod_x.lua', 'a.lib.lua', 'html/x.html'])
  })

  it('also what lies in a folder of its name beside it', () => {
    const tree = {paths: ['mod_x.lua', 'mod_x/data.json', 'mod_x/.env', 'x/other.json', 'more.json']}
    expect(taken(tree, {resources: ['other.json']})).toEqual([
      'mod_x/data.json < mod_x/data.json',
      'mod_x.lua',
      'x/other.json',
    ])
  })

  it('a library of the whole repository, where its own folder has none', () => {
    const tree = {paths: ['x/mod_x.lua', 'a.lib.lua', 'mod_lib_b/b.lib.lua']}
    expect(taken(tree, {libraries: ['a', 'b']})).toEqual([
      'mod_x/mod_x.lua < x/mod_x.lua',
      'a.lib.lua',
      'mod_x/b.lib.lua < mod_lib_b/b.lib.lua',
    ])
  })

  it('nothing beside it, and that is told: by name at the top of its folder', () => {
    const tree = {paths: [...paths, '.env', '.gitignore', 'x.key', 'mod_y.lua', 'mod_z/z.txt'], keys: []}
    const one = taking(tree)
    one.follow('mod_x/mod_x.lua', named({resources: ['html']}))
    expect(one.leftOut).toEqual([
      {path: '.env', reason: 'environment'},
      {path: 'Dockerfile', reason: 'not-loaded'},
      {path: 'certs/', reason: 'not-loaded'},
      {path: 'compose.yml', reason: 'not-loaded'},
      {path: 'data/', reason: 'not-loaded'},
      {path: 'lib/', reason: 'not-loaded'},
      {path: 'x.key', reason: 'key'},
      {path: 'y.lua', reason: 'not-loaded'},
    ])
  })
})

describe("a module's own folder", () => {
  const paths = [
    'mod_x.lua',
    'a.txt',
    'docs/a.md',
    'README.md',
    'x.patch',
    '.luacheckrc',
    'tls/server.key',
    'tls/ca',
  ]
  const inOwn = {paths: [...paths.map((path) => `mod_x/${path}`), 'Dockerfile'], keys: ['mod_x/tls/ca']}

  it.each([
    ['in a tree', inOwn],
    ['as the release itself', {paths, keys: ['tls/ca'], rootName: 'mod_x'}],
  ])('is taken but for keys, hidden files and documentation: %s', (_, tree) => {
    expect([...taking(tree).files.keys()]).toEqual(['mod_x/a.txt', 'mod_x/mod_x.lua'])
    expect(taking(tree).leftOut.map(({path, reason}) => [path.replace('mod_x/', ''), reason])).toEqual([
      ['.luacheckrc', 'hidden'],
      ['tls/ca', 'key'],
      ['tls/server.key', 'key'],
    ])
  })

  it('keeps its inner folder', () => {
    const tree = {paths: ['mod_x/x/mod_x.lua', 'mod_x/page.html']}
    expect(taken(tree, {})).toEqual([
      'mod_x/page.html < mod_x/page.html',
      'mod_x/x/mod_x.lua < mod_x/x/mod_x.lua',
    ])
  })

  it('has nothing twice for being named in its inner folder', () => {
    const paths = ['x/mod_x.lua', 'x/page.html', 'x/a.lib.lua', 'b.lib.lua'].map((path) => `mod_x/${path}`)
    const one = taking({paths})
    const code = named({libraries: ['a', 'b'], resources: ['page.html', 'pa…']})
    expect(one.follow('mod_x/x/mod_x.lua', code)).toEqual([])
    expect([...one.files.keys()].sort()).toEqual([...paths].sort())
    expect(one.isPartial).toBe(false)
  })

  it('is one by its name alone: a folder x is not', () => {
    expect(taken({paths: ['mod_x.lua', 'Dockerfile'], rootName: 'x'}, {})).toEqual(['mod_x.lua'])
  })

  it('tells of pipes, and refuses links that lead out', () => {
    const one = taking({...inOwn, barred: {'mod_x/pipe': {why: 'special'}, pipe: {why: 'special'}}})
    expect(one.leftOut).toContainEqual({path: 'mod_x/pipe', reason: 'special'})
    const out = {why: 'escapes', to: '/elsewhere'} as const
    const escapes = expect.objectContaining({code: 'ARCHIVE_LINK_ESCAPES'}) as Error
    expect(() => taking({...inOwn, barred: {'mod_x/out': out}})).toThrow(escapes)
    expect(taking({...inOwn, barred: {out}}).files.size).toBe(2)
  })

  it('tells of a link gone stale in its folder, and refuses it where code asks for it', () => {
    const barred = {'mod_x/old.lib.lua': {why: 'broken', to: 'gone'} as const}
    const one = taking({...inOwn, barred})
    expect(one.leftOut).toContainEqual({path: 'mod_x/old.lib.lua', reason: 'broken-link'})
    const broken = expect.objectContaining({code: 'ARCHIVE_LINK_BROKEN'}) as Error
    expect(() => one.follow('mod_x/mod_x.lua', named({libraries: ['old']}))).toThrow(broken)
    expect(() => taking({paths: ['y'], barred: {'mod_x/mod_x.lua': {why: 'broken', to: 'gone'}}})).toThrow(
      broken,
    )
  })

  it('links are refused that a loose module is made of', () => {
    const out = {why: 'escapes', to: '/elsewhere'} as const
    const escapes = expect.objectContaining({code: 'ARCHIVE_LINK_ESCAPES'}) as Error
    expect(() => taking({paths: ['y'], barred: {'mod_x.lua': out}})).toThrow(escapes)
    const one = taking({paths: ['mod_x.lua'], barred: {'a.lib.lua': out, 'b.txt': out, 'c.txt': out}})
    expect(() => one.follow('mod_x/mod_x.lua', named({libraries: ['a']}))).toThrow(escapes)
    expect(() => one.follow('mod_x/mod_x.lua', named({resources: ['b.txt']}))).toThrow(escapes)
    expect([...one.files.keys()]).toEqual(['mod_x/mod_x.lua'])
  })
})

describe('a name that is a device on Windows', () => {
  it.each(['mod_x/aux.txt', 'mod_x/nul/a.txt', 'mod_x/COM1'])('is refused: %s', (path) => {
    const error = expect.objectContaining({code: 'ARCHIVE_PATH_INVALID'}) as Error
    expect(() => taking({paths: ['mod_x/mod_x.lua', path]})).toThrow(error)
    expect(taking({paths: ['mod_x/mod_x.lua', path.replace('mod_x', 'mod_y')]}).files.size).toBe(1)
  })
})

describe('what the manifest names', () => {
  const tree = {
    paths: ['d/mod_x.lua', 'd/tls/ca.pem', 'd/.conf', 'd/www/a.html', 'd/www/.b', 'd/.git/config', 'd/k'],
    keys: ['d/k'],
  }

  it('is taken, keys and hidden files as well', () => {
    expect(taken(tree, {}, {include: ['tls/ca.pem', '.conf', 'www', 'k']})).toEqual([
      'mod_x/tls/ca.pem < d/tls/ca.pem',
      'mod_x/.conf < d/.conf',
      'mod_x/www/.b < d/www/.b',
      'mod_x/www/a.html < d/www/a.html',
      'mod_x/k < d/k',
      'mod_x/mod_x.lua < d/mod_x.lua',
    ])
    expect(taking(tree, {include: ['k', 'tls', 'www']}).leftOut).toEqual([])
  })

  it('is taken of a release that a registry knows as well, at the path that it has there', () => {
    const known = {paths: ['mod_x/mod_x.lua', 'mod_x/README.md']}
    expect(taken(known, {}, {isKnown: true, include: ['README.md']})).toEqual([
      'mod_x/README.md < mod_x/README.md',
      'mod_x/mod_x.lua < mod_x/mod_x.lua',
    ])
  })

  it.each(['none', 'mod_y.lua', '.git/config', '.git'])(
    'has to be there, and no version control: %s',
    (name) => {
      const missing = expect.objectContaining({code: 'PATH_NOT_FOUND'}) as Error
      expect(() => taking(tree, {include: [name]})).toThrow(missing)
    },
  )
})

describe('of a whole flat tree', () => {
  const tree = {
    paths: [
      'mod_x.lua',
      'mod_f/mod_f.lua',
      'mod_f/f.txt',
      'a.lib.lua',
      'token/b.lib.lua',
      'y.lua',
      'www/a.html',
      'id_rsa',
      'prosody.cfg.lua',
      'LICENSE',
    ],
  }

  it('modules, libraries and what they name are taken', () => {
    const one = taking(tree, {layout: 'flat', name: '*'})
    one.follow('mod_x.lua', named({libraries: ['y'], resources: ['www']}))
    expect([...one.files.keys()].sort()).toEqual([
      'LICENSE',
      'a.lib.lua',
      'mod_f/f.txt',
      'mod_f/mod_f.lua',
      'mod_x.lua',
      'token/b.lib.lua',
      'www/a.html',
      'y.lua',
    ])
    expect(one.leftOut).toEqual([
      {path: 'id_rsa', reason: 'key'},
      {path: 'prosody.cfg.lua', reason: 'configuration'},
    ])
  })

  it('a library by its name', () => {
    expect([...taking(tree, {layout: 'flat', name: 'a'}).files.keys()]).toEqual(['a.lib.lua'])
    expect(
      takingOf(contents(tree), {layout: 'flat', name: 'none', isKnown: false, include: []}),
    ).toBeUndefined()
  })
})

describe('a release that a registry knows', () => {
  it('is taken as the registry knows it: every module of every release', async () => {
    const registry = embeddedRegistry()
    const context = {
      registry,
      projectFolder: '/project',
      allowed: noFolders,
      debianMirrors: () => Promise.resolve({urls: [], reason: 'not in this test'}),
    }
    let checked = 0
    for (const id of registry.index.sources) {
      const source = registry.source(id)
      if (source === undefined) throw new Error(`no source ${id}`)
      const {layout} = source
      const refs = await listReleases(source, context, '*')
      for (const {contents: all} of refs.slice(-2)) {
        if (all === undefined) throw new Error(`${id} has a release without digests`)
        for (const name of [...moduleNames(all, layout), ...(layout === 'flat' ? ['*'] : [])]) {
          const one = takingOf(all, {layout, name, isKnown: true, include: []})
          expect([...(one?.files ?? [])], `${id}/${name}`).toEqual([
            ...(selectModule(all, layout, name) ?? []),
          ])
          expect(one?.leftOut).toEqual([])
          checked += 1
        }
      }
    }
    expect(checked).toBeGreaterThan(150)
  })
})
