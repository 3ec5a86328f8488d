import {describe, expect, it} from 'vitest'
import {digestOf} from '../../../src/digest.ts'
import type {ModuleKey} from '../../../src/module-key.ts'
import {emptyLock, type LockedModule, type Lockfile} from '../../../src/project/lockfile.ts'
import {countIn, countModules, noModules} from '../../../src/resolve/module-counts.ts'

type Files = Readonly<Record<string, string>>

function lock(
  modules: Readonly<Record<ModuleKey, Files>>,
  layout: LockedModule['layout'] = 'flat',
): Lockfile {
  const entries = Object.entries(modules).map(([key, texts]) => {
    const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, digestOf(text)]))
    const module: LockedModule = {
      version: '1',
      layout,
      resolved: {kind: 'path', path: './x'},
      trust: {by: 'user'},
      integrity: digestOf(key),
      files,
    }
    return [key, module]
  })
  return {lockfileVersion: 1, modules: Object.fromEntries(entries) as Lockfile['modules']}
}

const tree = {
  'mod_polls.lua': 'polls',
  'mod_lobby.lua': 'lobby',
  'mod_filter/mod_filter.lua': 'filter',
  'mod_filter/rules.lib.lua': 'rules',
  'util.lib.lua': 'util',
}

describe('modules of a lock', () => {
  it('of a tree count one by one, and its libraries not at all', () => {
    expect(countModules(lock({'own/*': tree}))).toEqual({...noModules, modules: 3})
    expect(countModules(lock({'own/*': {'util.lib.lua': ''}}))).toEqual(noModules)
    expect(countModules(emptyLock)).toEqual(noModules)
  })

  it('that have an entry of their own beside their tree count once', () => {
    const both = lock({'own/polls': {'mod_polls.lua': 'polls', 'util.lib.lua': 'util'}, 'own/*': tree})
    expect(countModules(both)).toEqual({...noModules, modules: 3})
    expect(countIn(new Set(['own/*']), both)).toBe(2)
    expect(countIn(new Set(['own/polls']), both)).toBe(1)
    expect(countIn(new Set(['own/polls', 'own/*', 'other/*']), both)).toBe(3)
  })

  it('of two sources are two, though they have one name', () => {
    const one = {'mod_x/mod_x.lua': 'x'}
    expect(countModules(lock({'a/x': one, 'b/x': one}, 'folders')).modules).toBe(2)
  })
})

describe('what became of modules', () => {
  const before = lock({'own/*': tree})

  it('is nothing where libraries alone differ, or what entry they have', () => {
    const after = lock({'own/*': {...tree, 'util.lib.lua': 'other'}, 'own/polls': {'mod_polls.lua': 'polls'}})
    expect(countModules(after, before)).toEqual({...noModules, modules: 3})
  })

  it('is told of their own files', () => {
    const rest = Object.fromEntries(Object.entries(tree).filter(([path]) => path !== 'mod_lobby.lua'))
    const after = lock({'own/*': {...rest, 'mod_filter/rules.lib.lua': 'others', 'mod_new.lua': 'new'}})
    expect(countModules(after, before)).toEqual({modules: 3, added: 1, removed: 1, changed: 1})
    expect(countModules(after, emptyLock)).toEqual({modules: 3, added: 3, removed: 0, changed: 0})
    expect(countModules(emptyLock, before)).toEqual({modules: 0, added: 0, removed: 3, changed: 0})
  })

  it('of a module in a folder is told of all that lies there', () => {
    const [old, now] = ['1', '2'].map((text) =>
      lock({'a/x': {'x/mod_x.lua': 'x', 'y/y.lib.lua': text}}, 'folders'),
    )
    expect(countModules(now ?? emptyLock, old)).toEqual({...noModules, modules: 1, changed: 1})
  })
})
