import {describe, expect, it} from 'vitest'
import {integrityOf, type LockedModule, type Lockfile} from '../../../src/project/lockfile.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {serveLibrary, servedText, type LibraryTarget} from '../../../src/resolve/libraries.ts'
import {
  edgesOf,
  missingNeeds,
  missingText,
  needsOf,
  needsTargetOf,
  Providers,
  reachable,
  type Named,
} from '../../../src/resolve/needs.ts'
import {digestsOf} from '../../helpers/digest.ts'

const registry = embeddedRegistry()
const {libraries} = registry

function targetFor(prosody: string, lua: string, debian: string): LibraryTarget {
  return needsTargetOf({prosody, lua, debian}, registry)
}

describe('what serves a Lua library', () => {
  it.each([
    ['string', '13.0', '5.4', 'trixie', 'lua'],
    ['utf8', '13.0', '5.4', 'trixie', 'lua'],
    ['utf8', '13.0', '5.2', 'trixie', 'unknown'],
    ['bit32', '13.0', '5.2', 'trixie', 'lua'],
    ['bit32', '13.0', '5.4', 'trixie', 'rock:bit32@5.3.5.1-1'],
    ['util.json', '13.0', '5.4', 'trixie', 'prosody'],
    ['prosody.util.json', '13.0', '5.4', 'trixie', 'prosody'],
    ['prosody.util.json', '0.12', '5.4', 'bookworm', 'unknown'],
    ['util.paseto', '13.0', '5.4', 'trixie', 'prosody'],
    ['util.paseto', '0.12', '5.4', 'bookworm', 'unknown'],
    ['net.httpserver', '13.0', '5.4', 'trixie', 'unknown'],
    ['net.url', '13.0', '5.4', 'trixie', 'rock:net-url@0.9-1'],
    ['cjson.safe', '13.0', '5.4', 'trixie', 'debian:lua-cjson'],
    ['cjson', '0.12', '5.4', 'bookworm', 'debian:lua-cjson'],
    ['basexx', '13.0', '5.4', 'trixie', 'copy:lua-basexx'],
    ['basexx', '0.12', '5.2', 'bookworm', 'debian:lua-basexx'],
    ['basexx', '13.0', '5.4', 'noble', 'rock:basexx@0.4.1-1'],
    ['inspect', '0.12', '5.4', 'bookworm', 'copy:lua-inspect'],
    ['inspect', '0.12', '5.3', 'bookworm', 'debian:lua-inspect'],
    ['ssl.x509', '13.0', '5.4', 'trixie', 'debian:lua-sec'],
    ['toString', '13.0', '5.4', 'trixie', 'unknown'],
    ['captcha', '13.0', '5.4', 'trixie', 'unknown'],
  ])('%s for Prosody %s with Lua %s on %s: %s', (...[name, prosody, lua, suite, expected]) => {
    expect(servedText(serveLibrary(name, targetFor(prosody, lua, suite), libraries))).toBe(expected)
  })

  it('says why nothing does', () => {
    const reason = (name: string): string => {
      const served = serveLibrary(name, targetFor('13.0', '5.4', 'trixie'), libraries)
      return served.by === 'unknown' ? served.reason : served.by
    }
    expect(reason('net.httpserver')).toBe('this line of Prosody has no such library')
    expect(reason('no.such')).toBe('no package and no rock is known that has it')
    expect(reason('captcha')).toBe(libraries.none['captcha']?.note)
    expect(reason('curses')).toBe(
      'lua-curses of trixie has it for Lua 5.1, 5.2, 5.3, but not for Lua 5.4; the rock lcurses is for Lua 5.1, 5.2, 5.3',
    )
  })
})

function locked(files: readonly string[], more: Partial<LockedModule> = {}): LockedModule {
  const digests = digestsOf(files)
  return {
    version: '1',
    layout: 'folders',
    resolved: {kind: 'path', path: './x'},
    trust: {by: 'user'},
    integrity: integrityOf(digests),
    files: digests,
    ...more,
  }
}

const named = (name: string, optional = false, line = 1): Named => ({
  name,
  file: 'mod_a/mod_a.lua',
  line,
  optional,
})

describe('needs of a module', () => {
  const providers = new Providers()
  providers.add('own/a', locked(['mod_a/mod_a.lua', 'mod_a/lib.lib.lua']))
  providers.add('own/b', locked(['mod_b/mod_b.lua', 'mod_b/extra.lib.lua']))
  providers.add('jitsi/*', locked(['mod_j.lua', 'util.lib.lua', 'token/util.lib.lua'], {layout: 'flat'}))
  const target = needsTargetOf({prosody: '13.0', lua: '5.4', debian: 'trixie'}, registry)
  const world = {providers, target, libraries}
  const nothing = {modules: [], libraries: [], shared: []}

  it('are served by modules that are there, then by the core, or by nobody', () => {
    const modules = ['a', 'b', 'j', 'http', 'ghost'].map((name) => named(name))
    expect(needsOf('own/a', {...nothing, modules}, world)).toEqual({
      modules: {b: 'own/b', j: 'jitsi/*', http: 'prosody', ghost: 'missing'},
    })
  })

  it('by module:require come from the top of a tree or a module’s folder; those of the core are left out', () => {
    const shared = ['util', 'token/util', 'mod_b/extra', 'adhoc', 'muc/util', 'ghost'].map((name) =>
      named(name),
    )
    expect(needsOf('own/a', {...nothing, shared}, world)).toEqual({
      shared: {util: 'jitsi/*', 'token/util': 'jitsi/*', 'mod_b/extra': 'own/b', ghost: 'missing'},
    })
  })

  it('count as needed when any place needs them', () => {
    const found = needsOf(
      'own/a',
      {
        ...nothing,
        modules: [named('b', true), named('b'), named('ghost', true)],
        libraries: [named('lfs', true), named('cjson'), named('string'), named('util.json')],
      },
      world,
    )
    expect(found).toEqual({
      modules: {b: 'own/b'},
      libraries: {cjson: 'debian:lua-cjson'},
      optional: {modules: {ghost: 'missing'}, libraries: {lfs: 'debian:lua-filesystem'}},
    })
  })

  it('of a whole tree leave other sources to the user', () => {
    const modules = ['j', 'http', 'b', 'ghost'].map((name) => named(name))
    expect(needsOf('jitsi/*', {...nothing, modules}, world)).toEqual({
      modules: {http: 'prosody'},
      optional: {modules: {b: 'own/b', ghost: 'missing'}},
    })
  })

  it('that nothing serves are told with the place that needs them', () => {
    const names = {
      ...nothing,
      modules: [named('ghost', true, 3), named('ghost', false, 7)],
      libraries: [named('no.such', false, 9), named('util.nothing', false, 10), named('other', true, 11)],
    }
    const found = missingNeeds(names, needsOf('own/a', names, world))
    expect(found.map(({line, ...need}) => `${line}: ${missingText({line, ...need})}`)).toEqual([
      '7: mod_ghost, which no known source publishes',
      '9: the Lua library no.such, which nothing known serves',
    ])
  })
})

describe('what is reached', () => {
  it('through needs, in circles too, and not through optional ones', () => {
    const modules = {
      'x/a': locked([], {needs: {modules: {b: 'x/b', http: 'prosody', z: 'missing'}}}),
      'x/b': locked([], {needs: {modules: {a: 'x/a'}, shared: {c: 'x/c'}}}),
      'x/c': locked([], {needs: {optional: {modules: {d: 'x/d'}}}}),
      'x/d': locked([]),
    }
    const lock: Lockfile = {lockfileVersion: 1, modules}
    expect([...reachable(edgesOf(lock), ['x/a'])].sort()).toEqual(['x/a', 'x/b', 'x/c'])
    expect([...reachable(edgesOf(lock), ['x/none', 'x/toString'])]).toEqual([])
  })
})
