import {describe, expect, it} from 'vitest'
import {integrityOf, type LockedModule, type Lockfile} from '../../../src/project/lockfile.ts'
import {checkConflicts, coreShadows, namesIn} from '../../../src/resolve/conflicts.ts'
import {digestsOf} from '../../helpers/digest.ts'

function locked(version: string, layout: 'flat' | 'folders', paths: readonly string[] = []): LockedModule {
  const files = digestsOf(paths)
  return {
    version,
    layout,
    resolved: {kind: 'path', path: './x'},
    trust: {by: 'user'},
    integrity: integrityOf(files),
    files,
  }
}

const lock = (modules: Lockfile['modules']): Lockfile => ({lockfileVersion: 1, modules})

const problem = (parties: readonly string[]): Error =>
  expect.objectContaining({code: 'RELEASE_CONFLICT', exitCode: 3, details: {parties}}) as Error

describe('what may stand together', () => {
  it.each([
    ['nothing', {}],
    ['one flat tree and folders', {'jitsi/*': locked('1', 'flat'), 'community/a': locked('1', 'folders')}],
    ['two of one flat tree', {'jitsi/a': locked('1', 'flat'), 'jitsi/b': locked('1', 'flat')}],
    ['a tree and one of it', {'jitsi/*': locked('1', 'flat'), 'jitsi/a': locked('1', 'flat')}],
    [
      'a tree that holds a name of another source',
      {'jitsi/*': locked('1', 'flat', ['mod_a.lua']), 'community/a': locked('1', 'folders')},
    ],
    [
      'community modules of two releases',
      {'community/a': locked('1', 'folders'), 'community/b': locked('2', 'folders')},
    ],
  ])('%s', (_, modules) => expect(() => checkConflicts(lock(modules))).not.toThrow())
})

describe('what may not', () => {
  it('two releases of one flat tree', () => {
    const modules = {'jitsi/*': locked('1', 'flat'), 'jitsi/a': locked('2', 'flat')}
    expect(() => checkConflicts(lock(modules))).toThrow(problem(['jitsi/* 1', 'jitsi/a 2']))
  })

  it('two flat trees', () => {
    const modules = {'jitsi/*': locked('1', 'flat'), 'own/*': locked('local', 'flat')}
    expect(() => checkConflicts(lock(modules))).toThrow(problem(['jitsi', 'own']))
  })

  it.each(['a', 'constructor', '__proto__'])('a module %s of two sources', (name) => {
    const modules = Object.fromEntries([
      [`community/${name}`, locked('1', 'folders')],
      [`own/${name}`, locked('local', 'folders')],
    ])
    expect(() => checkConflicts(lock(modules))).toThrow(problem([`community/${name}`, `own/${name}`]))
  })
})

describe('names', () => {
  it('of a tree are those of its main files', () => {
    const tree = locked('1', 'flat', [
      'mod_a.lua',
      'mod_fw/mod_fw.lua',
      'util.lib.lua',
      'mod_fw/x/mod_no.lua',
      'x.lua',
    ])
    expect(namesIn('jitsi/*', tree)).toEqual(['a', 'fw'])
    expect(namesIn('jitsi/b', tree)).toEqual(['b'])
  })

  it('that hide Prosody’s own are told with what brings them', () => {
    const modules = {
      'jitsi/*': locked('1', 'flat', ['mod_smacks.lua', 'mod_a.lua']),
      'community/mam': locked('1', 'folders'),
    }
    expect(coreShadows(lock(modules), ['mam', 'smacks', 'muc'])).toEqual([
      {key: 'jitsi/*', module: 'smacks'},
      {key: 'community/mam', module: 'mam'},
    ])
    expect(coreShadows(lock(modules), [])).toEqual([])
  })
})
