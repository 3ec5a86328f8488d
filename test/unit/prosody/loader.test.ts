import {describe, expect, it} from 'vitest'
import {metadataIn, refusalOf} from '../../../src/prosody/load-metadata.ts'
import {pluginLoader, type Load, type PluginLoader} from '../../../src/prosody/loader.ts'
import {filesOf} from '../../../src/prosody/plugin-files.ts'
import {pluginSearch, resolveRelative} from '../../../src/prosody/plugin-paths.ts'
import {installedRock} from '../../../src/prosody/rocks-manifest.ts'
import {loaderTarget} from '../../helpers/loader-answers.ts'
import {processorTime} from '../../helpers/processor-time.ts'

const [old, current] = [loaderTarget('0.12'), loaderTarget('13.0')]

/** Files of /1 and /2, with the installer in /i and the core in /core. */
function loaderOf(files: Readonly<Record<string, string>>, target = current): PluginLoader {
  const search = pluginSearch({pluginPaths: ['/1', '/2'], installerPluginPath: '/i', coreFolder: '/core/'})
  const view = filesOf(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])))
  return pluginLoader(search, view, target)
}

function told(load: Load): string {
  if (load.outcome === 'found') return load.path
  return load.outcome === 'missing' ? load.message : `${load.cause} ${load.path}`
}

describe('a module', () => {
  const rows: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    [
      'in a folder within its folder',
      '/1/mod_x/x/mod_x.lua',
      {'/1/mod_x/x/mod_x.lua': '', '/1/mod_x/mod_x.lua': ''},
    ],
    ['in its folder', '/1/mod_x/mod_x.lua', {'/1/mod_x/mod_x.lua': '', '/1/x/mod_x.lua': ''}],
    ['in a folder of its name', '/1/x/mod_x.lua', {'/1/x/mod_x.lua': '', '/1/mod_x.lua': ''}],
    ['in a flat tree', '/1/mod_x.lua', {'/1/mod_x.lua': '', '/1/share/lua/5.4/mod_x.lua': ''}],
    [
      'as a rock',
      '/1/share/lua/5.4/mod_x.lua',
      {'/1/share/lua/5.4/mod_x.lua': '', '/1/share/lua/5.4/mod_x/mod_x.lua': ''},
    ],
    ['in the folder of a rock', '/1/share/lua/5.4/mod_x/mod_x.lua', {'/1/share/lua/5.4/mod_x/mod_x.lua': ''}],
    [
      'in an earlier folder under a later name',
      '/1/mod_x.lua',
      {'/1/mod_x.lua': '', '/2/mod_x/x/mod_x.lua': ''},
    ],
    [
      'of the installer before all',
      '/i/mod_x.lua',
      {'/i/mod_x.lua': '', '/1/mod_x.lua': '', '/core/mod_x.lua': ''},
    ],
    ['of the core after all', '/2/mod_x.lua', {'/2/mod_x.lua': '', '/core/mod_x.lua': ''}],
    ['not of another Lua', '/core/mod_x.lua', {'/1/share/lua/5.3/mod_x.lua': '', '/core/mod_x.lua': ''}],
    ['behind one that is skipped', '/2/mod_x.lua', {'/1/mod_x.lua': '--% requires: z\n', '/2/mod_x.lua': ''}],
    ['behind a file in place of a folder', '/1/mod_x.lua', {'/1/mod_x': '', '/1/mod_x.lua': ''}],
    ['and a folder in its place', 'folder /1/mod_x.lua', {'/1/mod_x.lua/y': '', '/2/mod_x.lua': ''}],
    [
      'that is nowhere',
      '/core/share/lua/5.4/mod_x/mod_x.lua: No such file or directory',
      {'/1/mod_y.lua': ''},
    ],
    [
      'and a file in the way at the end',
      '/core/share/lua/5.4/mod_x/mod_x.lua: Not a directory',
      {'/core/share': ''},
    ],
    [
      'skipped at the very last path',
      'skipped-last /core/share/lua/5.4/mod_x/mod_x.lua',
      {'/core/share/lua/5.4/mod_x/mod_x.lua': '--% requires: z\n'},
    ],
    [
      'skipped somewhere before',
      '/core/share/lua/5.4/mod_x/mod_x.lua: No such file or directory',
      {'/core/mod_x.lua': '--% requires: z\n'},
    ],
  ]
  it.each(rows)('%s', (_, expected, files) => {
    expect(told(loaderOf(files).loadModule('x'))).toBe(expected)
  })
})

describe('a library', () => {
  const rows: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['of its own', '/1/mod_x/u.lib.lua', {'/1/mod_x/u.lib.lua': '', '/1/u.lib.lua': ''}],
    ['of a flat tree before it', '/1/u.lib.lua', {'/1/u.lib.lua': '', '/2/mod_x/u.lib.lua': ''}],
    ['with lib in its name, in a later folder', '/2/u.lib.lua', {'/1/mod_x/u.lua': '', '/2/u.lib.lua': ''}],
    ['without lib in its name', '/1/mod_x/u.lua', {'/1/mod_x/u.lua': '', '/2/mod_u/u.lib.lua': ''}],
    ['of the module of its name', '/2/mod_u/u.lib.lua', {'/2/mod_u/u.lib.lua': ''}],
    [
      'not of that without lib',
      '/core/share/lua/5.4/mod_u/u.lib.lua: No such file or directory',
      {'/2/mod_u/u.lua': ''},
    ],
    [
      'skipped at the last path, after which nothing else is tried',
      'skipped-last /core/share/lua/5.4/mod_x/u.lib.lua',
      {'/core/share/lua/5.4/mod_x/u.lib.lua': '--% lua: 5.3\n', '/1/u.lua': ''},
    ],
    ['and a folder in its place', 'folder /2/u.lib.lua', {'/2/u.lib.lua/x': '', '/1/u.lua': ''}],
  ]
  it.each(rows)('%s', (_, expected, files) => {
    expect(told(loaderOf(files).loadLibrary('x', 'u'))).toBe(expected)
  })

  it('with slashes in its name, in a flat tree and in the core', () => {
    const loader = loaderOf({'/1/token/util.lib.lua': '', '/core/muc/util.lib.lua': ''})
    expect(told(loader.loadLibrary('x', 'token/util'))).toBe('/1/token/util.lib.lua')
    expect(told(loader.loadLibrary('muc', 'util'))).toBe('/core/muc/util.lib.lua')
    expect(told(loader.loadLibrary('x', 'muc/util'))).toBe('/core/muc/util.lib.lua')
  })

  it('comes with every path that was tried and every file that was skipped', () => {
    const load = loaderOf({'/1/u.lib.lua': '--% conflicts: mod_bookmarks, z\n', '/1/u.lua': ''}).loadLibrary(
      'x',
      'u',
    )
    expect(load).toMatchObject({
      path: '/1/u.lua',
      skipped: [{path: '/1/u.lib.lua', reason: 'conflicts', values: ['mod_bookmarks']}],
    })
    expect(load.tried).toHaveLength(24 + 10)
    expect(load.tried[6]).toBe('/1/mod_x/x/u.lib.lua')
  })
})

describe('metadata', () => {
  it.each([
    ['--% requires: a\n', {requires: 'a'}],
    ['--%requires:a\n', {requires: 'a'}],
    ['--%   a_1:   b c  \t\v\f\n', {a_1: 'b c'}],
    ['x = 1\r\n--% a: b\r\n', {a: 'b'}],
    ['--% a: b', {}],
    ['--% a: b\r', {}],
    ['--% a: b\r\r\n', {}],
    ['x\r--% a: b\n', {a: 'b'}],
    [' --% a: b\n', {}],
    ['-- % a: b\n', {}],
    ['--%\ta: b\n', {}],
    ['--% a : b\n', {}],
    ['--% a:\n', {}],
    ['--% a: \n', {a: ''}],
    ['--% a: 1\n--% a: 2\n', {a: '2'}],
    ['--% a: b\u00a0\n', {a: 'b\u00a0'}],
    ['--% ä: b\n', {}],
    ['--[[\n--% a: b\n]]\n', {a: 'b'}],
  ])('of %j', (text, expected) => {
    expect(Object.fromEntries(metadataIn(Buffer.from(text)))).toEqual(expected)
  })

  it.each([
    ['lua', '5.4', undefined],
    ['lua', '5.2, 5.3', {reason: 'lua', values: ['5.2', '5.3']}],
    ['lua', '', {reason: 'lua', values: []}],
    ['lua', ' ,', {reason: 'lua', values: []}],
    ['requires', '', undefined],
    ['requires', 'loader,keyval+', undefined],
    ['requires', 'loader, a,, b a', {reason: 'requires', values: ['a', 'b']}],
    ['requires', 'loader;keyval+', {reason: 'requires', values: ['loader;keyval+']}],
    ['conflicts', 'a, loader', {reason: 'conflicts', values: ['loader']}],
    ['Conflicts', 'loader', undefined],
    ['provides', 'loader', undefined],
  ] as const)('%s: %s', (key, value, expected) => {
    expect(refusalOf(new Map([[key, value]]), current)).toEqual(expected)
  })

  it('is looked at in the order of Prosody', () => {
    const all = [
      ['requires', 'z'],
      ['conflicts', 'mod_bookmarks'],
      ['lua', '5.1'],
    ] as const
    expect(refusalOf(new Map(all), current)?.reason).toBe('lua')
    expect(refusalOf(new Map(all.slice(0, 2)), current)?.reason).toBe('conflicts')
  })

  it('names no versions of Lua in 0.12', () => {
    expect(refusalOf(new Map([['lua', '5.1']]), old)).toBeUndefined()
    expect(refusalOf(new Map([['conflicts', 'loader']]), old)).toBeUndefined()
    expect(refusalOf(new Map([['conflicts', 'mod_bookmarks']]), old)?.reason).toBe('conflicts')
  })

  it('of a megabyte of spaces is read in no time', async () => {
    const text = Buffer.from(`--% a: ${' '.repeat(1 << 20)}x${' '.repeat(1 << 20)}\n`)
    expect(await processorTime(() => metadataIn(text))).toBeLessThan(2_000_000)
  })
})

describe('folders to search', () => {
  it.each([
    [{}, ['/d/custom_plugins/', '/core/']],
    [{pluginPaths: ['/a', '/b/', '//c//d']}, ['/d/custom_plugins/', '/a/', '/b/', '/c/d/', '/core/']],
    [{pluginPaths: ['/a;/b', '', ';']}, ['/d/custom_plugins/', '/a/', '/b/', '/core/']],
    [{pluginPaths: ['a', './b', '\\c']}, ['/d/custom_plugins/', 'a/', './b/', '/c/', '/core/']],
    [{installerPluginPath: './own'}, ['/d/own/', '/core/']],
    [{installerPluginPath: '/own//'}, ['/own/', '/core/']],
  ])('%j', (options, expected) => {
    expect(pluginSearch({dataFolder: '/d', coreFolder: '/core/', ...options}).folders).toEqual(expected)
  })

  it('are relative to a data folder that Prosody is not built with', () => {
    expect(pluginSearch({coreFolder: '/core'})).toEqual({
      folders: ['data/custom_plugins/', '/core/'],
      installer: 'data/custom_plugins',
    })
  })

  it.each([
    ['/a/', 'b', '/a/b'],
    ['/a', './b', '/a/b'],
    ['/a', './/b', '/a/b'],
    ['/a', '././b', '/a/./b'],
    ['/a', '', '/a/'],
    ['/a', '.b', '/a/.b'],
    ['/a', '/b', '/b'],
    ['/a', './/', '/a/'],
    ['', 'b', '/b'],
  ])('%s and %s', (parent, path, expected) => {
    expect(resolveRelative(parent, path)).toBe(expected)
  })
})

describe('resources', () => {
  it('lie beside a module', () => {
    const loader = loaderOf({'/1/mod_x/x/mod_x.lua': ''})
    expect(loader.directory('x')).toBe('/1/mod_x/x')
    expect(loader.resourcePath('x', './html/a')).toBe('/1/mod_x/x/html/a')
    expect(loader.directory('y')).toBeUndefined()
  })

  it.each([
    ['modules = {mod_x = {"r/1-1", "s/1-1"}}', 'lib/luarocks/rocks-5.4/r/1-1'],
    ['commands = {}; modules = {["mod_x"] = {[[r/1-1]]}}', 'lib/luarocks/rocks-5.4/r/1-1'],
    ['modules = {mod_x = {[1] = "a", "b"}}', 'lib/luarocks/rocks-5.4/b'],
    ['modules = {mod_x = {}}', 'share/lua/5.4'],
    ['modules = {mod_x = "r/1-1"}', 'share/lua/5.4'],
    ['modules = nil', 'share/lua/5.4'],
    ['', 'share/lua/5.4'],
    ['modules = {', 'share/lua/5.4'],
    ['\ufeffmodules = {mod_x = {"r/1-1"}}', 'share/lua/5.4'],
    ['local a = 1', undefined],
    ['modules = {mod_x = {f()}}', undefined],
    ['modules = {mod_x = {{}}}', undefined],
  ])('of a rock by %j', (manifest, expected) => {
    const files = {'/i/share/lua/5.4/mod_x.lua': '', '/i/lib/luarocks/rocks-5.4/manifest': manifest}
    expect(loaderOf(files).directory('x')).toBe(expected === undefined ? undefined : `/i/${expected}`)
  })

  it('of a rock by the manifest of luarocks 2 where that of 3 is no Lua', () => {
    const files = {
      '/i/share/lua/5.4/mod_x.lua': '',
      '/i/lib/luarocks/rocks-5.4/manifest': '{',
      '/i/lib/luarocks/rocks/manifest': 'modules = {mod_x = {"r/1-1"}}',
    }
    expect(loaderOf(files).directory('x')).toBe('/i/lib/luarocks/rocks/r/1-1')
  })

  it('of a rock lie beside it where the installer is spelled otherwise', () => {
    const search = pluginSearch({installerPluginPath: '/i/', coreFolder: '/core'})
    const files = {'/i/mod_x.lua': '', '/i/lib/luarocks/rocks-5.4/manifest': 'modules = {mod_x = {"r/1-1"}}'}
    const view = filesOf(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])))
    expect(pluginLoader(search, view, current).directory('x')).toBe('/i')
  })
})

describe('a view of files', () => {
  const view = filesOf(new Map([['/a/b/c', Buffer.from('c')]]), '/w')
  it.each([
    ['/a/b/c', 'c'],
    ['/a//b/./c', 'c'],
    ['/../a/b/c', 'c'],
    ['/a/b/../b/c', 'c'],
    ['../a/b/c', 'c'],
    ['c', 'ENOENT'],
    ['/a/x/../b/c', 'ENOENT'],
    ['/a/b', 'EISDIR'],
    ['/a/b/', 'EISDIR'],
    ['.', 'EISDIR'],
    ['/a/b/c/', 'ENOTDIR'],
    ['/a/b/c/..', 'ENOTDIR'],
    ['/a/b/c/d', 'ENOTDIR'],
    [`/a/${'x'.repeat(256)}`, 'ENAMETOOLONG'],
  ])('opens %s', (path, expected) => {
    const opened = view.open(path)
    expect(typeof opened === 'string' ? opened : opened.toString()).toBe(expected)
  })

  it('does not take a file for a folder', () => {
    expect(() => filesOf(new Map(['/a', '/a/b'].map((path) => [path, Buffer.alloc(0)])))).toThrow(RangeError)
  })
})

it('a manifest that is nested too deeply is no manifest', () => {
  expect(installedRock(Buffer.from(`modules = ${'{'.repeat(1e5)}`), 'mod_x').kind).toBe('invalid')
})
