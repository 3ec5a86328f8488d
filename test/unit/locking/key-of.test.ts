import {describe, expect, it} from 'vitest'
import {digestOf} from '../../../src/digest.ts'
import {keyOf, keysOf} from '../../../src/locking/key-of.ts'
import type {Project} from '../../../src/project/project.ts'

function project(...keys: readonly string[]): Project {
  const modules = Object.fromEntries(keys.map((key) => [key, '*']))
  return {folder: '', manifestText: '', manifest: {modules}, lockText: undefined, lock: undefined}
}

const mixed = project('community/bob', 'community/http_oauth2', 'jitsi/*', 'own/hello', 'hello/x')

describe('what a name means in a manifest', () => {
  it.each([
    ['bob', ['community/bob']],
    ['mod_bob@2025', ['community/bob']],
    ['community/bob', ['community/bob']],
    ['jitsi', ['jitsi/*']],
    ['jitsi/*@10008', ['jitsi/*']],
    ['community', ['community/bob', 'community/http_oauth2']],
    ['community/*', ['community/bob', 'community/http_oauth2']],
  ])('%s: %j', (text, keys) => {
    expect(keysOf(text, mixed)).toEqual(keys)
  })

  it.each(['polls', 'jitsi/polls', 'matrix', './bob', 'bob/*', 'jitsi/bob'])('%s: nothing', (text) => {
    expect(() => keysOf(text, mixed)).toThrow(expect.objectContaining({code: 'NOT_INSTALLED'}))
  })

  it('a name that is a module and a source, or of two sources, is ambiguous', () => {
    expect(() => keysOf('hello', mixed)).toThrow(
      expect.objectContaining({code: 'MODULE_AMBIGUOUS', details: {candidates: ['own/hello', 'hello/x']}}),
    )
    expect(() => keysOf('bob', project('a/bob', 'b/bob'))).toThrow(
      expect.objectContaining({code: 'MODULE_AMBIGUOUS'}),
    )
    expect(keysOf('hello', project('hello/hello'))).toEqual(['hello/hello'])
  })

  it('a URL is of what the manifest declares with it', () => {
    const url = 'https://example.org/x.tar.gz'
    const {manifest, ...rest} = project('x/one', 'y/two')
    const declared: Project = {...rest, manifest: {...manifest, sources: {x: {kind: 'url', url}}}}
    expect([keyOf(url, declared), keysOf(url, declared)]).toEqual(['x/one', ['x/one']])
    expect(keyOf(`${url}#sha256=${'a'.repeat(64)}`, declared)).toBe('x/one')
    const two: Project = {
      ...declared,
      manifest: {...declared.manifest, modules: {'x/one': '*', 'x/two': '*'}},
    }
    expect(keysOf(url, two)).toEqual(['x/one', 'x/two'])
    expect(() => keyOf(url, two)).toThrow(expect.objectContaining({code: 'MODULE_AMBIGUOUS'}))
  })

  it.each(['https://example.org/mod_bob.lua?raw=1', './elsewhere/mod_bob.lua'])(
    'of a file elsewhere, %s, the module of its name is told',
    (text) => {
      for (const find of [keyOf, keysOf])
        expect(() => find(text, mixed)).toThrow(
          expect.objectContaining({code: 'NOT_INSTALLED', hint: 'did you mean community/bob?'}),
        )
    },
  )

  it('of a file elsewhere, the tree is told that has a module of its name', () => {
    const tree = {
      version: '10008',
      layout: 'flat',
      resolved: {kind: 'path', path: './x'},
      trust: {by: 'user'},
      integrity: digestOf(''),
      files: {'mod_polls.lua': digestOf('')},
    } as const
    const locked: Project = {...mixed, lock: {lockfileVersion: 1, modules: {'jitsi/*': tree}}}
    expect(() => keyOf('https://example.org/mod_polls.lua', locked)).toThrow(
      'the manifest has no module https://example.org/mod_polls.lua: it is a part of jitsi/* 10008',
    )
  })

  it('a version behind a name that is not there is not a part of it', () => {
    expect(() => keyOf('jitsi/pols@10008', mixed)).toThrow('the manifest has no module jitsi/pols')
  })
})
