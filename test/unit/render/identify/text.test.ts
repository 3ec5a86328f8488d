import {describe, expect, it} from 'vitest'
import type {IdentifiedModule, IdentifyResult} from '../../../../src/operations/identify/types.ts'
import {renderIdentify} from '../../../../src/render/identify/text.ts'

const changed = {path: 'util.lib.lua', state: 'modified', versions: []} as const

function module(name: string, about: Partial<IdentifiedModule>): IdentifiedModule {
  return {
    module: `jitsi/${name}`,
    name,
    path: `mod_${name}.lua`,
    state: 'exact',
    version: '102',
    versions: ['102'],
    files: [`mod_${name}.lua`],
    differing: [],
    publishers: [],
    ...about,
  }
}

function result(modules: readonly IdentifiedModule[]): IdentifyResult {
  const tree = {
    source: 'jitsi',
    folder: '',
    version: '102',
    versions: ['102'],
    complete: false,
    matching: 3,
    differing: [changed],
  }
  return {
    folder: '/plugins',
    files: 4,
    trees: [tree],
    modules,
    modified: ['util.lib.lua'],
    stray: [],
    unknown: [],
    lineEnds: [],
    ignored: 0,
    unreadable: [],
    skipped: [],
    adoption: null,
  }
}

describe('a tree with a changed library', () => {
  const loading = ['b', 'c'].map((name) => module(name, {state: 'modified', differing: [changed]}))
  const text = renderIdentify(result([module('a', {}), ...loading]), '/')

  it('is the tree and that file: modules that load it are told by number', () => {
    expect(text).toContain('3 modules: 1 exact, 2 exact but for a library that they load')
    expect(text).toMatch(
      /exact but +2 modules of jitsi +102 +for the changed util\.lib\.lua, which they load/,
    )
    expect(text).not.toContain('jitsi/b')
  })

  it('has a line of its own for a module whose own file is changed', () => {
    const own = module('d', {
      state: 'modified',
      differing: [{path: 'mod_d.lua', state: 'modified', versions: []}, changed],
    })
    expect(renderIdentify(result([...loading, own]), '/')).toMatch(
      /modified +jitsi\/d +nearest 102 +mod_d\.lua/,
    )
  })
})

it('a module of several publishers names all of them', () => {
  const unknown = module('x', {
    module: null,
    state: 'unknown',
    version: null,
    versions: [],
    publishers: ['community', 'jitsi'],
  })
  expect(renderIdentify(result([unknown]), '/')).toContain('community and jitsi have one of that name each')
})

it('files around modules that are none of theirs are told by number', () => {
  const own = module('x', {path: 'plugins/mod_x/mod_x.lua'})
  const unknown = ['LICENSE', 'docs/a.png', 'lib/b.lua', 'plugins/mod_x/html/c.html', 'plugins/mod_x/d.js']
  const text = renderIdentify({...result([own]), unknown}, '/')
  expect(text).toContain(
    'in no release:\n  lib/b.lua\n  plugins/mod_x/html/c.html\n  plugins/mod_x/d.js\nleft out: 2 files in no folder of a module',
  )
})

it('a tree with more changed files than equal ones is told with doubt', () => {
  const [tree] = result([]).trees
  if (tree === undefined) throw new Error('there is a tree')
  const differing = ['a', 'b', 'c', 'd'].map((path) => ({path, state: 'modified', versions: []}) as const)
  const told = (matching: number): string =>
    renderIdentify({...result([module('a', {})]), trees: [{...tree, matching, differing}]}, '/')
  expect(told(3)).toContain('3 files, 4 modified; most of it is of no known release')
  expect(told(4)).not.toContain('most of it')
})
