import {describe, expect, it} from 'vitest'
import {keysOf} from '../../../src/locking/key-of.ts'
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
})
