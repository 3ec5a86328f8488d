import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import ts from 'typescript'
import {describe, expect, it} from 'vitest'
import {
  cameFrom,
  define,
  describeSource,
  foldersOf,
  insideOf,
  isLocal,
  listsByModule,
  namesCommits,
  nothingListed,
  packageDigestOf,
  placeOf,
  publishedAt,
  replacedBy,
  rootedIn,
  urlsOf,
  voucherOf,
  type DeclaredSource,
  type Resolved,
} from '../../../src/sources/kinds.ts'
import {sources} from '../../../src/sources/index.ts'
import {importGraph} from '../../../tools/import-graph.ts'
import {sha256Like} from '../../helpers/digest.ts'

const a = sha256Like('a')
const b = sha256Like('b')
const deb = {package: 'prosody-modules', version: '0.0~hg1', path: 'pool/p.deb', sha256: a, root: 'usr/lib'}
const release = {version: '1', revision: '0123456789ab', date: '2026-01-02', files: {}}

const declared = {
  path: {kind: 'path', path: '../mine'},
  url: {kind: 'url', url: 'https://a.example/mod_a.lua'},
  'url with digest': {kind: 'url', url: 'https://a.example/mod_a.lua', sha256: a},
  hg: {kind: 'hg', repository: 'https://hg.a.example/modules/'},
  github: {kind: 'github', repository: 'acme/modules'},
  'github folder': {
    kind: 'github',
    repository: 'acme/modules',
    folder: 'lua',
    tagPrefix: 'v',
    layout: 'flat',
  },
  debian: {kind: 'debian', debs: [deb]},
  'debian index': {
    kind: 'debian',
    package: 'acme',
    root: 'usr/share',
    suite: 'stable',
    archive: 'https://deb.a.example/',
    signedBy: 'acme.asc',
  },
} satisfies Record<string, DeclaredSource>

describe('defaults', () => {
  it.each([
    ['path', {scheme: 'single', layout: 'folders', path: '../mine'}],
    ['url', {scheme: 'single', layout: 'folders', url: 'https://a.example/mod_a.lua'}],
    ['hg', {scheme: 'calendar', layout: 'folders', repository: 'https://hg.a.example/modules'}],
    ['github', {scheme: 'semver', layout: 'folders', repository: 'acme/modules', folder: ''}],
    [
      'github folder',
      {scheme: 'semver', layout: 'flat', repository: 'acme/modules', folder: 'lua', tagPrefix: 'v'},
    ],
    ['debian', {scheme: 'debian', layout: 'folders', debs: [deb]}],
    [
      'debian index',
      {
        scheme: 'debian',
        layout: 'folders',
        debs: [],
        index: {
          package: 'acme',
          root: 'usr/share',
          suite: 'stable',
          component: 'main',
          architecture: 'amd64',
          archive: 'https://deb.a.example',
          signedBy: 'acme.asc',
        },
      },
    ],
  ] as const)('of %s are filled in', (name, expected) => {
    expect(define('mine', declared[name])).toEqual({id: 'mine', kind: declared[name].kind, ...expected})
  })
})

it.each([
  ['path', '../mine', '../mine', '../mine'],
  ['url', 'https://a.example/mod_a.lua', 'https://a.example/mod_a.lua', 'https://a.example/mod_a.lua'],
  [
    'hg',
    'https://hg.a.example/modules/',
    'https://hg.a.example/modules',
    'https://hg.a.example/modules at 7',
  ],
  ['github', 'acme/modules', 'acme/modules', 'acme/modules at 7'],
  ['github folder', 'acme/modules lua', 'acme/modules, folder lua', 'acme/modules, folder lua, at 7'],
  ['debian', 'pool/p.deb', 'mine', 'mine 7'],
] as const)('%s: where it lies, for the manifest and for people', (name, ...expected) => {
  const definition = define('mine', declared[name])
  const told = [describeSource(definition), describeSource(definition, '7')]
  expect([placeOf(declared[name]), ...told]).toEqual(expected)
})

const origins: readonly (readonly [keyof typeof declared, Resolved, Resolved])[] = [
  ['path', {kind: 'path', path: '../mine'}, {kind: 'path', path: '../yours'}],
  [
    'url with digest',
    {kind: 'url', url: 'https://a.example/mod_a.lua', sha256: a},
    {kind: 'url', url: 'https://a.example/mod_a.lua'},
  ],
  [
    'hg',
    {kind: 'hg', repository: 'https://hg.a.example/modules', revision: '1'},
    {kind: 'hg', repository: 'https://hg.a.example/other', revision: '1'},
  ],
  [
    'github',
    {kind: 'github', repository: 'acme/modules', revision: '1', folder: ''},
    {kind: 'github', repository: 'acme/modules', revision: '1', folder: 'lua'},
  ],
  ['debian', {kind: 'debian', ...deb}, {kind: 'debian', ...deb, root: 'usr'}],
  [
    'debian index',
    {kind: 'debian', ...deb, package: 'acme', root: 'usr/share', archive: 'https://deb.a.example'},
    {kind: 'debian', ...deb, package: 'acme', root: 'usr/share'},
  ],
]

it.each(origins)('%s: what was resolved fits as long as it is defined so', (name, own, strange) => {
  const definition = define('mine', declared[name])
  const other: Resolved =
    own.kind === 'path' ? {kind: 'url', url: 'https://a.example'} : {kind: 'path', path: ''}
  expect([own, strange, other].map((one) => cameFrom(definition, one))).toEqual([true, false, false])
})

it('says who vouches', () => {
  const table = Object.entries(declared).map(([name, one]) => [
    name,
    ...[true, false].map((isKnown) => voucherOf(define('mine', one), isKnown)),
  ])
  expect(table).toEqual([
    ['path', 'user', 'user'],
    ['url', 'first-use', 'first-use'],
    ['url with digest', 'user', 'user'],
    ['hg', 'registry', 'first-use'],
    ['github', 'registry', 'first-use'],
    ['github folder', 'registry', 'first-use'],
    ['debian', 'user', 'user'],
    ['debian index', 'signature', 'signature'],
  ])
})

it('takes what lies on this machine from a folder', () => {
  expect(rootedIn('/etc/p', declared.path)).toEqual({kind: 'path', path: '/etc/mine'})
  expect(rootedIn('/etc/p', {kind: 'path', path: '/srv'})).toEqual({kind: 'path', path: '/srv'})
  expect(rootedIn('/etc/p', declared['debian index'])).toMatchObject({signedBy: '/etc/p/acme.asc'})
  expect(rootedIn('/etc/p', declared.github)).toBe(declared.github)
  expect(Object.values(declared).flatMap((one) => foldersOf(one))).toEqual(['../mine'])
  expect(insideOf({kind: 'path', path: 'lua/'}, 'more')).toBe('lua/more')
  expect(insideOf(declared.github, 'more')).toBeUndefined()
})

it('knows which texts have to be URLs', () => {
  expect(Object.values(declared).map((one) => urlsOf(one))).toEqual([
    {},
    {url: 'https://a.example/mod_a.lua'},
    {url: 'https://a.example/mod_a.lua'},
    {repository: 'https://hg.a.example/modules/'},
    {},
    {},
    {},
    {archive: 'https://deb.a.example/'},
  ])
})

it('knows what a release of the registry resolves to', () => {
  expect(publishedAt(define('mine', declared['github folder']), {...release, tag: 'v1'})).toEqual({
    kind: 'github',
    repository: 'acme/modules',
    revision: '0123456789ab',
    folder: 'lua',
    tag: 'v1',
  })
  expect(publishedAt(define('mine', declared.hg), release)).toEqual({
    kind: 'hg',
    repository: 'https://hg.a.example/modules',
    revision: '0123456789ab',
  })
  expect(() => publishedAt(define('mine', declared.path), release)).toThrow(/no source of kind path/)
})

it('sees a package that was replaced under its version', () => {
  const locked: Resolved = {kind: 'debian', ...deb}
  expect(replacedBy(locked, locked)).toBeUndefined()
  expect(replacedBy(locked, {...locked, sha256: b})).toEqual({
    what: 'package prosody-modules 0.0~hg1',
    expected: a,
    got: b,
  })
  expect(replacedBy(locked, {kind: 'path', path: '.'})).toBeUndefined()
  expect(packageDigestOf(locked)).toBe(a)
  expect(packageDigestOf({kind: 'url', url: 'https://a.example/p.deb', sha256: a})).toBeUndefined()
})

it('says what is wrong where an archive lists nothing', () => {
  const flat = {...declared['debian index'], suite: './'}
  expect(nothingListed(define('mine', declared['debian index']))?.message).toBe(
    'mine: suite stable (main) of the archive has no package acme',
  )
  expect(nothingListed(define('mine', flat))?.message).toBe(
    'mine: suite ./ of the archive has no package acme',
  )
  expect(nothingListed(define('mine', declared.debian))).toBeUndefined()
  expect(nothingListed(define('mine', declared.hg))).toBeUndefined()
})

it('has traits by kind', () => {
  const kinds = Object.values(sources)
  expect(kinds.filter(isLocal).map(({kind}) => kind)).toEqual(['path'])
  expect(kinds.filter(namesCommits).map(({kind}) => kind)).toEqual(['github'])
  expect(kinds.filter(listsByModule).map(({kind}) => kind)).toEqual(['hg'])
})

describe('a kind owns its declaration', () => {
  const folder = join(import.meta.dirname, '../../../src')
  const graph = importGraph(folder)

  it('which reaches no network', () => {
    const reached = new Set(['sources/kinds.ts'])
    for (const path of reached) for (const one of graph.get(path) ?? []) reached.add(one)
    expect([...reached]).toContain('sources/debian/declared.ts')
    expect([...reached].filter((path) => /^(?:net|fetch|store)\//.test(path))).toEqual([])
  })

  it('so that nothing outside asks for a kind by its name', () => {
    const asking = [...graph.keys()]
      // What recipes run are programs, of which two are called as kinds are.
      .filter((path) => !/^(?:sources|recipe)\//.test(path))
      .flatMap((path) =>
        kindsAskedFor(path, readFileSync(join(folder, path), 'utf8')).map((text) => `${path}: ${text}`),
      )
    expect(asking).toEqual([])
  })

  it('which would be seen', () => {
    const text =
      "if (a.b.kind === 'hg') f()\nswitch (kind) { case 'github': f() }\nif (spec.kind !== 'url') f()"
    expect(kindsAskedFor('a.ts', text)).toEqual(["a.b.kind === 'hg'", "case 'github'"])
  })
})

/** Comparisons with kinds of sources; path, url and debian are words of specs and of needs, too. */
function kindsAskedFor(path: string, text: string): string[] {
  const found: string[] = []
  const isKind = (node: ts.Node): boolean => ts.isStringLiteral(node) && ['github', 'hg'].includes(node.text)
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && (isKind(node.left) || isKind(node.right))) found.push(node.getText())
    if (ts.isCaseClause(node) && isKind(node.expression)) found.push(`case ${node.expression.getText()}`)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return found
}
