import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {declareSource, modulesOfSource, type NamedSource} from '../../../src/locking/declare-source.ts'
import {createEnvironment} from '../../../src/workbench/environment.ts'
import {withWorkbench} from '../../../src/workbench/workbench.ts'
import type {Manifest} from '../../../src/project/manifest.ts'
import type {DeclaredSource} from '../../../src/sources/kinds.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import type {SourceLayout} from '../../../src/registry/types.ts'
import {sha256Like} from '../../helpers/digest.ts'

const registry = embeddedRegistry()
const folderAt = (path: string): DeclaredSource => ({kind: 'path', path})
const urlAt = (url: string): DeclaredSource => ({kind: 'url', url})
const declare = (wanted: DeclaredSource, manifest: Manifest = {}): NamedSource =>
  declareSource(wanted, manifest, registry)

describe('the id of a new source', () => {
  it.each<[DeclaredSource, string]>([
    [folderAt('./modules'), 'modules'],
    [folderAt('./modules/'), 'modules'],
    [folderAt('../mod_Example'), 'example'],
    [folderAt('/srv/My Modules (new)'), 'my-modules-new-'],
    [folderAt('.'), 'local'],
    [folderAt('..'), 'local'],
    [folderAt('/'), 'local'],
    [folderAt('./日本'), 'local'],
    [folderAt('./_x'), 'x'],
    [folderAt('./aux'), 'aux-modules'],
    [folderAt('./jitsi'), 'jitsi-2'],
    [folderAt('./constructor'), 'constructor'],
    [urlAt('https://h.example/files/mod_hello.lua'), 'hello'],
    [urlAt('https://h.example/hello-1.2.tar.gz'), 'hello-1-2'],
    [urlAt('https://h.example/hello-1.2.tar.zst'), 'hello-1-2'],
    [urlAt('https://h.example/hello.tgz?x=1'), 'hello'],
    [urlAt('https://h.example/'), 'local'],
    [{kind: 'debian', debs: []}, 'local'],
  ])('%o: %s', (wanted, id) => {
    const declared = declare(wanted)
    expect(declared).toEqual({id, source: wanted})
    expect(id).toMatch(/^[a-z0-9][a-z0-9_-]*$/)
  })

  it('gives way to those that are taken', () => {
    const sources = {modules: folderAt('./a'), 'modules-2': folderAt('./b')}
    expect(declare(folderAt('./x/modules'), {sources}).id).toBe('modules-3')
  })

  it('is the old one for the same place, which keeps what it says', () => {
    const sources: Manifest['sources'] = {
      mine: {kind: 'path', path: './x', layout: 'flat'},
      web: {kind: 'url', url: 'https://h.example/x', sha256: sha256Like('a')},
    }
    expect(declare(folderAt('./x'), {sources})).toEqual({id: 'mine', source: sources['mine']})
    const fresh: DeclaredSource = {kind: 'url', url: 'https://h.example/x', sha256: sha256Like('b')}
    expect(declare(fresh, {sources})).toEqual({id: 'web', source: fresh})
    expect(declare(urlAt('./x'), {sources}).id).not.toBe('mine')
  })
})

const ofJitsi = ['auth_token', 'av_moderation', 'client_proxy', 'polls'].map((name) => `mod_${name}.lua`)

describe('the modules of a source', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'prosody-mods-declare-'))))
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  async function modulesIn(
    paths: readonly string[],
    source: DeclaredSource = folderAt('./src'),
    about: {readonly layout?: SourceLayout; readonly only?: string} = {},
  ): ReturnType<typeof modulesOfSource> {
    for (const path of ['empty', ...paths.map((path) => `src/${path}`)]) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), 'return 1\n')
    }
    mkdirSync(join(folder, 'src'), {recursive: true})
    const env = {PROSODY_MODS_CACHE: join(folder, 'cache'), PROSODY_MODS_CONFIG: folder}
    const environment = createEnvironment({cwd: folder, env})
    return withWorkbench(environment, {folder, manifest: {}, offline: true}, (bench) =>
      modulesOfSource({id: 'src', source}, {manifest: {}, ...about}, bench),
    )
  }

  it.each<[string, readonly string[], readonly string[], 'flat' | undefined]>([
    ['folders', ['mod_a/mod_a.lua', 'b/mod_b.lua', 'mod_c.lua', 'README.md'], ['a', 'b', 'c'], undefined],
    ['modules beside a library', ['mod_a.lua', 'mod_b.lua', 'util.lib.lua'], ['a', 'b'], undefined],
    ["a copy of Jitsi's tree", [...ofJitsi, 'mod_own.lua', 'util.lib.lua'], ['*'], 'flat'],
    ["three of Jitsi's modules", ofJitsi.slice(1), ['av_moderation', 'client_proxy', 'polls'], undefined],
    [
      "modules of which fewer than half are Jitsi's",
      [...ofJitsi, ...['v', 'w', 'x', 'y', 'z'].map((name) => `mod_${name}.lua`)],
      ['auth_token', 'av_moderation', 'client_proxy', 'polls', 'v', 'w', 'x', 'y', 'z'],
      undefined,
    ],
    ['libraries only', ['x.lib.lua', 'deep/y.lib.lua'], ['*'], 'flat'],
    [
      'folders of other names',
      ['prosody-a/mod_a.lua', 'mod_b_v2/mod_b.lua', 'mod_c/c/mod_c.lua'],
      ['a', 'b', 'c'],
      undefined,
    ],
    [
      'modules and what tests them',
      ['mod_a.lua', 'spec/mod_b.lua', 'test/mod_c.lua', '.x/mod_d.lua'],
      ['a'],
      undefined,
    ],
    ['folders beside a library', ['mod_a/mod_a.lua', 'util.lib.lua'], ['a'], undefined],
    ['modules side by side without a library', ['mod_a.lua', 'mod_b.lua'], ['a', 'b'], undefined],
  ])('%s', async (...[, paths, names, layout]) => {
    const found = await modulesIn(paths)
    expect(found.names).toEqual(names)
    expect(found.source).toEqual({kind: 'path', path: './src', ...(layout === undefined ? {} : {layout})})
    expect(found.notes).toEqual([])
  })

  it('follow the layout that the source names', async () => {
    const source: DeclaredSource = {kind: 'path', path: './src', layout: 'folders'}
    expect((await modulesIn(['mod_a.lua', 'util.lib.lua'], source)).names).toEqual(['a'])
  })

  it('follow the layout that is asked for, and the source says so then', async () => {
    const paths = ['mod_a.lua', 'util.lib.lua']
    const flat = {kind: 'path', path: './src', layout: 'flat'}
    expect(await modulesIn(paths, undefined, {layout: 'flat'})).toEqual({
      names: ['*'],
      source: flat,
      notes: [],
    })
    const folders = {...flat, layout: 'folders'}
    const tree = [...ofJitsi, 'util.lib.lua']
    expect((await modulesIn(tree, undefined, {layout: 'folders'})).source).toEqual(folders)
  })

  it('are the one that is wanted', async () => {
    const found = await modulesIn([...ofJitsi, 'mod_a.lua', 'x.lib.lua'], undefined, {only: 'a'})
    expect(found).toEqual({names: ['a'], source: {kind: 'path', path: './src'}, notes: []})
  })

  it('are told where they lie deeper', async () => {
    const paths = ['a/b/c/mod_x/mod_x.lua', 'a/b/mod_y.lua', 'd e/f/mod_z.lua']
    await expect(modulesIn(paths)).rejects.toMatchObject({
      code: 'MODULE_UNKNOWN',
      hint: "modules lie deeper: prosody-mods add ./src/a/b/c ./src/a/b './src/d e/f'",
    })
  })

  it('are told where they lie deeper beside libraries, which are no reason to be content', async () => {
    const paths = ['alice/mod_a/mod_a.lua', 'bob/mod_b/b/mod_b.lua', 'bob/mod_b/x.lib.lua', 'y.lib.lua']
    await expect(modulesIn(paths)).rejects.toMatchObject({
      code: 'MODULE_UNKNOWN',
      hint: 'modules lie deeper: prosody-mods add ./src/alice ./src/bob',
    })
    expect(await modulesIn(paths, undefined, {layout: 'flat'})).toMatchObject({
      names: ['*'],
      notes: [
        './src: 2 modules lie deeper and are not added: a, b; to have them: prosody-mods add ./src/alice ./src/bob',
      ],
    })
  })

  it('are those that are found, and a note tells of those that lie deeper', async () => {
    const found = ['mod_top/mod_top.lua', 'mod_top/more/mod_part.lua', 'vendor/old/mod_top/mod_top.lua']
    const deep = ['vendor/x/mod_deep/mod_deep.lua', 'vendor/spec/mod_t/mod_t.lua', '.git/a/mod_g/mod_g.lua']
    expect(await modulesIn([...found, ...deep])).toMatchObject({
      names: ['top'],
      notes: [
        './src: 1 module lies deeper and is not added: deep; to have it: prosody-mods add ./src/vendor/x',
      ],
    })
  })

  it('are counted where they are many', async () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `v/${name}/mod_${name}.lua`)
    const folders = './src/v/a ./src/v/b ./src/v/c ./src/v/d ./src/v/e and 2 more'
    await expect(modulesIn(many)).rejects.toMatchObject({
      hint: `modules lie deeper: prosody-mods add ${folders}`,
    })
    expect((await modulesIn(['mod_x.lua', ...many])).notes).toEqual([
      `./src: 7 modules lie deeper and are not added: a, b, c, d, e and 2 more; to have them: prosody-mods add ${folders}`,
    ])
  })

  it.each<[string, readonly string[]]>([
    ['nothing', []],
    ['other Lua', ['x.lua', 'y/z.lua']],
    ['names that no manifest can hold', ['mod_Upper/mod_Upper.lua', 'mod_con.lua', 'mod_aux/mod_aux.lua']],
  ])('are missed where there is %s', async (_, paths) => {
    await expect(modulesIn(paths)).rejects.toMatchObject({
      code: 'MODULE_UNKNOWN',
      exitCode: 3,
      details: {source: './src'},
    })
  })

  it('are missed where there is no such folder', async () => {
    await expect(modulesIn([], folderAt('./none'))).rejects.toMatchObject({code: 'PATH_NOT_FOUND'})
  })
})
