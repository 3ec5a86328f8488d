import {describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {
  digestIn,
  moduleNames,
  selectLibrary,
  selectModule,
  type Selection,
  patchesOf,
} from '../../../src/resolve/layout.ts'
import {listReleases} from '../../../src/sources/index.ts'
import type {ReleaseContents, ReleaseRef, SourceContext} from '../../../src/sources/types.ts'
import type {SourceDefinition} from '../../../src/sources/kinds.ts'
import {sha256Like} from '../../helpers/digest.ts'

const registry = embeddedRegistry()
const context: SourceContext = {
  registry,
  projectFolder: '/project',
  allowed: {folders: [], except: [], config: ''},
  debianMirrors: () => Promise.resolve({urls: [], reason: 'not in this test'}),
}

function contents(paths: readonly string[], links: Readonly<Record<string, string>> = {}): ReleaseContents {
  return {
    files: new Map(paths.map((path) => [path, {sha256: sha256Like('ab'), size: 1}])),
    links: new Map(Object.entries(links)),
  }
}

function sourceOf(id: string): SourceDefinition {
  const source = registry.source(id)
  if (source === undefined) throw new Error(`no source ${id}`)
  return source
}

async function release(id: string, version: string): Promise<ReleaseContents> {
  const refs = await listReleases(sourceOf(id), context, '*')
  const found = refs.find((ref) => ref.version === version)?.contents
  if (found === undefined) throw new Error(`no release ${id} ${version}`)
  return found
}

const plain = (selection: Selection | undefined): Record<string, string> | undefined =>
  selection && Object.fromEntries(selection)

/** The main file as Prosody's loader looks for it in one folder: `mod_X/X/`, `mod_X/`, `X/`, and the folder itself. */
function mainFileOf(selection: Selection, name: string): string | undefined {
  const file = `mod_${name}.lua`
  return [`mod_${name}/${name}/${file}`, `mod_${name}/${file}`, `${name}/${file}`, file].find((path) =>
    selection.has(path),
  )
}

describe('the embedded registry', () => {
  it('every module of every release can be selected, with its main file', async () => {
    let checked = 0
    const withoutMain = new Set<string>()
    for (const id of registry.index.sources) {
      const definition = sourceOf(id)
      const seen = new Set<string>()
      const newestFirst = [...(await listReleases(definition, context, '*'))].reverse()
      for (const ref of newestFirst) {
        if (ref.contents === undefined) throw new Error(`${id} ${ref.version} has no digests`)
        for (const name of moduleNames(ref.contents, definition.layout)) {
          if (seen.has(name)) continue
          seen.add(name)
          const selection = selectModule(ref.contents, definition.layout, name)
          expect(selection?.size, `${id}/${name} ${ref.version}`).toBeGreaterThan(0)
          if (selection === undefined) continue
          if (mainFileOf(selection, name) === undefined) withoutMain.add(`${id}/${name}`)
          for (const [path, from] of selection) {
            expect(ref.contents.files.has(from), `${id}/${name}: ${path} from ${from}`).toBe(true)
            expect(path).not.toMatch(/(?:^|\/)(?:\.|readme)|\.(?:patch|md|markdown)$/i)
          }
          checked += 1
        }
      }
    }
    expect(checked).toBeGreaterThan(200)
    // Libraries for other modules, and one that upstream keeps elsewhere in its folder.
    expect([...withoutMain].filter((key) => !/^community\/(?:lib_|captcha_registration$)/.test(key))).toEqual(
      [],
    )
  })

  it.each([
    ['event_sync_component', 'event_sync/mod_event_sync_component.lua'],
    ['matrix_affiliation', 'auth_hybrid_matrix_token/mod_matrix_affiliation.lua'],
    ['matrix_lobby_bypass', 'auth_hybrid_matrix_token/mod_matrix_lobby_bypass.lua'],
  ])('contrib’s linked %s comes from its real file', async (name, from) => {
    const selection = selectModule(await release('jitsi-contrib', '20260523'), 'folders', name)
    expect(selection?.get(`mod_${name}/mod_${name}.lua`)).toBe(from)
    const mains = [...(selection?.keys() ?? [])].filter((path) => /mod_[^/]+\.lua$/.test(path))
    expect(mains).toEqual([`mod_${name}/mod_${name}.lua`])
  })

  it.each(['auth_dovecot', 'admin_web', 'register_json'])('%s keeps its inner folder', async (name) => {
    const refs = await listReleases(sourceOf('community'), context, '*')
    const selections = refs.flatMap((ref) => {
      const found = ref.contents && selectModule(ref.contents, 'folders', name)
      return found === undefined ? [] : [found]
    })
    expect(selections.length).toBeGreaterThan(0)
    for (const selection of selections) {
      const nested = `mod_${name}/${name}/mod_${name}.lua`
      expect(selection.get(nested)).toBe(nested)
    }
  })

  it('stanza_counter comes with its files', async () => {
    const refs: readonly ReleaseRef[] = await listReleases(sourceOf('community'), context, '*')
    const selections = refs.flatMap((ref) => {
      const found = ref.contents && selectModule(ref.contents, 'folders', 'stanza_counter')
      return found === undefined ? [] : [found]
    })
    expect(selections.length).toBeGreaterThan(0)
    for (const selection of selections)
      expect(mainFileOf(selection, 'stanza_counter')).toBe('mod_stanza_counter/mod_stanza_counter.lua')
  })

  it('auth_ldap2 gets ldap.lib.lua of lib_ldap beside its own', async () => {
    const refs = await listReleases(sourceOf('community'), context, '*')
    let found = 0
    for (const {contents: all} of refs) {
      const selection = all && selectModule(all, 'folders', 'auth_ldap2')
      if (all === undefined || selection === undefined || !all.files.has('ldap.lib.lua')) continue
      found += 1
      expect(selectLibrary(all, {layout: 'folders', name: 'auth_ldap2', selection}, 'ldap')).toEqual([
        'mod_auth_ldap2/ldap.lib.lua',
        'ldap.lib.lua',
      ])
    }
    expect(found).toBeGreaterThan(0)
  })

  it('the patches of jitsi are told, of its whole tree alone', async () => {
    const all = await release('jitsi', '10008')
    expect(patchesOf(all, 'flat', '*')).toEqual([
      'mod_roster_command.patch',
      'mod_websocket_session_event.patch',
      'muc_owner_allow_kick-0.12.patch',
      'muc_owner_allow_kick.patch',
      's2sout_override1.patch',
      's2sout_override2.patch',
      'stanza_router_no-log.patch',
    ])
    expect(patchesOf(all, 'flat', 'muc_lobby_rooms')).toEqual([])
    expect(patchesOf(all, 'folders', '*')).toEqual([])
  })

  it('the whole of jitsi is every file but patches and documentation', async () => {
    const all = await release('jitsi', '10008')
    const selection = selectModule(all, 'flat', '*')
    const expected = [...all.files.keys()].filter((path) => !/\.patch$|README/.test(path))
    expect([...(selection?.keys() ?? [])].sort()).toEqual(expected.sort())
    expect([...all.files.keys()].some((path) => path.endsWith('.patch'))).toBe(true)
    expect(selection?.get('token/util.lib.lua')).toBe('token/util.lib.lua')
    expect(selection?.has('mod_muc_lobby_rooms.lua')).toBe(true)
  })

  it('one module of jitsi is its main file, and its library is found at its flat path', async () => {
    const all = await release('jitsi', '10008')
    const selection = selectModule(all, 'flat', 'muc_lobby_rooms')
    expect(plain(selection)).toEqual({'mod_muc_lobby_rooms.lua': 'mod_muc_lobby_rooms.lua'})
    if (selection === undefined) return
    const at = {layout: 'flat' as const, name: 'muc_lobby_rooms', selection}
    expect(selectLibrary(all, at, 'util')).toEqual(['util.lib.lua', 'util.lib.lua'])
    expect(selectLibrary(all, at, 'token/util')).toEqual(['token/util.lib.lua', 'token/util.lib.lua'])
    expect(selectLibrary(all, at, 'nosuch')).toBeUndefined()
  })

  it('matrix’s module at the root of its repository gets a folder of its own', async () => {
    const refs = await listReleases(sourceOf('matrix-user-verification'), context, '*')
    for (const {contents: all, version} of refs) {
      const name = 'auth_matrix_user_verification'
      const selection = all && selectModule(all, 'folders', name)
      expect(plain(selection), version).toEqual({[`mod_${name}/mod_${name}.lua`]: `mod_${name}.lua`})
    }
  })
})

it('a digest is one of a file that is there: none is ever empty', () => {
  const release = contents(['mod_a.lua'])
  expect(digestIn(release, 'mod_a.lua')).toBe(`sha256:${'ab'.repeat(32)}`)
  expect(() => digestIn(release, 'mod_b.lua')).toThrow('mod_b.lua, which it does not hold')
})

describe('a tree of folders', () => {
  const tree = contents(
    [
      'mod_a/mod_a.lua',
      'mod_a/README.md',
      'mod_a/readme.txt',
      'mod_a/html/index.html',
      'mod_a/html/readme.html',
      'mod_a/docs/x.html',
      'mod_a/.luacheckrc',
      'mod_a/.git/config',
      'mod_a/fix.patch',
      'mod_a/LICENSE',
      'b/mod_b.lua',
      'b/mod_c.lua',
      'b/x.lib.lua',
      'mod_d.lua',
      'x/y/mod_deep.lua',
      'mod_Upper/mod_Upper.lua',
      'mod_/x.lua',
      'mod_a b/mod_a b.lua',
      'shared.lib.lua',
    ],
    {e: 'b', 'f/mod_f.lua': 'mod_d.lua', dead: 'nowhere'},
  )

  it('has the modules that a manifest can name', () => {
    expect(moduleNames(tree, 'folders')).toEqual(['a', 'b', 'c', 'd', 'f'])
  })

  it.each([
    [
      'a',
      {
        'mod_a/mod_a.lua': 'mod_a/mod_a.lua',
        'mod_a/html/index.html': 'mod_a/html/index.html',
        'mod_a/LICENSE': 'mod_a/LICENSE',
      },
    ],
    ['b', {'mod_b/mod_b.lua': 'b/mod_b.lua', 'mod_b/x.lib.lua': 'b/x.lib.lua'}],
    ['c', {'mod_c/mod_c.lua': 'b/mod_c.lua', 'mod_c/x.lib.lua': 'b/x.lib.lua'}],
    ['d', {'mod_d/mod_d.lua': 'mod_d.lua'}],
    ['f', {'mod_f/mod_f.lua': 'mod_d.lua'}],
    ['deep', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
    ['..', undefined],
    ['*', undefined],
  ])('gives %s', (name, expected) => {
    expect(plain(selectModule(tree, 'folders', name))).toEqual(expected)
  })

  it('finds a library in the folder that upstream keeps for it', () => {
    const upstream = contents(['mod_auth_ldap2/mod_auth_ldap2.lua', 'mod_lib_ldap/ldap.lib.lua'])
    const selection = selectModule(upstream, 'folders', 'auth_ldap2') ?? new Map<string, string>()
    expect(selectLibrary(upstream, {layout: 'folders', name: 'auth_ldap2', selection}, 'ldap')).toEqual([
      'mod_auth_ldap2/ldap.lib.lua',
      'mod_lib_ldap/ldap.lib.lua',
    ])
  })

  it('gives a shared library a place that only this module finds', () => {
    const selection = new Map([['mod_a/mod_a.lua', 'mod_a/mod_a.lua']])
    const at = {layout: 'folders' as const, name: 'a', selection}
    expect(selectLibrary(tree, at, 'shared')).toEqual(['mod_a/shared.lib.lua', 'shared.lib.lua'])
    expect(selectLibrary(tree, at, '../b/x')).toBeUndefined()
    const own = new Map([...selection, ['mod_a/shared.lib.lua', 'mod_a/shared.lib.lua']])
    expect(selectLibrary(tree, {...at, selection: own}, 'shared')).toBeUndefined()
    const plainLua = new Map([...selection, ['mod_a/a/shared.lua', 'mod_a/a/shared.lua']])
    expect(selectLibrary(tree, {...at, selection: plainLua}, 'shared')).toBeUndefined()
  })
})

describe('a flat tree', () => {
  const tree = contents(
    [
      'mod_a.lua',
      'mod_fw/mod_fw.lua',
      'mod_fw/x.lib.lua',
      'mod_fw/other/mod_no.lua',
      'util.lib.lua',
      'README',
      'x.patch',
    ],
    {'mod_l.lua': 'mod_a.lua'},
  )

  it('has the modules at its top and in folders of their name', () => {
    expect(moduleNames(tree, 'flat')).toEqual(['a', 'fw', 'l'])
    expect(plain(selectModule(tree, 'flat', 'l'))).toEqual({'mod_l.lua': 'mod_a.lua'})
    expect([...(selectModule(tree, 'flat', 'fw')?.keys() ?? [])]).toEqual([
      'mod_fw/mod_fw.lua',
      'mod_fw/x.lib.lua',
      'mod_fw/other/mod_no.lua',
    ])
    expect(selectModule(tree, 'flat', 'none')).toBeUndefined()
  })

  it('gives a library by its name to modules of other sources', () => {
    expect(plain(selectModule(tree, 'flat', 'util'))).toEqual({'util.lib.lua': 'util.lib.lua'})
  })

  it('finds libraries where Prosody would', () => {
    const at = (name: string, selection: Selection): Parameters<typeof selectLibrary>[1] => ({
      layout: 'flat',
      name,
      selection,
    })
    expect(selectLibrary(tree, at('a', new Map()), 'util')).toEqual(['util.lib.lua', 'util.lib.lua'])
    expect(selectLibrary(tree, at('fw', new Map()), 'x')).toEqual(['mod_fw/x.lib.lua', 'mod_fw/x.lib.lua'])
    expect(selectLibrary(tree, at('a', new Map()), 'x')).toBeUndefined()
    expect(selectLibrary(tree, at('a', new Map([['util.lib.lua', 'util.lib.lua']])), 'util')).toBeUndefined()
  })
})
