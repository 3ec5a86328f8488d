import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import type {Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {mustFail, networkTest as plainTest, writeManifest} from '../helpers/network.ts'

const one = 'module:log("info", "one")\n'
const two = 'module:log("info", "two")\n'

const declaredTest = plainTest.extend<{forge: Forge; hg: HgServer}>({
  forge: async ({}, use) => {
    const forge = await startForge()
    await use(forge)
    await forge.close()
  },
  hg: async ({}, use) => {
    const hg = await startHg()
    await use(hg)
    await hg.close()
  },
})

describe.concurrent('a declared source', {timeout: 120_000}, () => {
  declaredTest('of kind github: tags with a prefix, ranges, news', async ({sandbox, forge}) => {
    const files = (text: string): Record<string, string> => ({
      'lua/mod_hello/mod_hello.lua': text,
      'mod_x.lua': two,
    })
    await forge.commit('acme/plugins', files(one), ['plugins-v1.0.0', 'v7.0.0', 'plugins-latest'])
    await forge.commit('acme/plugins', files(two), ['plugins-1.2.0'])
    await forge.commit('acme/plugins', files(two), ['plugins-2.0.0'])
    const acme = {kind: 'github', repository: 'acme/plugins', folder: 'lua', tagPrefix: 'plugins-'}
    await writeManifest(sandbox, {mirrors: forge.mirrors, sources: {acme}})
    expect(await run(sandbox, ['versions', 'acme'])).toMatchObject({
      versions: [
        {version: '2.0.0', tag: 'plugins-2.0.0', from: 'publisher'},
        {version: '1.2.0', tag: 'plugins-1.2.0'},
        {version: '1.0.0', tag: 'plugins-v1.0.0'},
      ],
    })
    expect(await run(sandbox, ['add', 'acme/hello@1.0.0'])).toMatchObject({
      added: [{module: 'acme/hello', version: '1.0.0', files: 1, trust: {by: 'first-use'}}],
    })
    expect(await written(sandbox, 'acme/mod_hello/mod_hello.lua')).toBe(one)
    await run(sandbox, ['add', 'acme/hello@^1'])
    expect(await written(sandbox, 'acme/mod_hello/mod_hello.lua')).toBe(two)
    expect(await run(sandbox, ['outdated'])).toMatchObject({
      outdated: [{module: 'acme/hello', current: '1.2.0', allowed: null, latest: '2.0.0'}],
    })
    const page = 'https://github.com/acme/plugins/tree/plugins-1.2.0/lua/mod_hello'
    expect(await run(sandbox, ['add', page])).toMatchObject({
      added: [{module: 'acme/hello', version: '1.2.0'}],
      notes: [`${page} is acme/hello@1.2.0`],
    })
    expect(
      await run(sandbox, ['versions', 'https://github.com/acme/plugins/tree/main/lua/mod_hello']),
    ).toMatchObject({
      versions: [{version: '2.0.0'}, {version: '1.2.0'}, {version: '1.0.0'}],
    })
    const error = await mustFail(sandbox, ['add', 'acme/hello@1.1.0'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    expect(error.message).toContain('nearest is 1.0.0 before it, 1.2.0 after it')
  })

  declaredTest('of kind github: a commit between tags, by its 40 digits', async ({sandbox, forge}) => {
    const commit = await forge.commit('acme/one', {'mod_hello.lua': one})
    await writeManifest(sandbox, {
      mirrors: forge.mirrors,
      sources: {acme: {kind: 'github', repository: 'acme/one'}},
    })
    expect(await run(sandbox, ['add', 'acme/hello', '--dry-run'])).toMatchObject({
      added: [{module: 'acme/hello', revision: commit}],
      notes: ['acme/hello: the tip of master, pinned by its commit; it has no tags'],
    })
    expect(await run(sandbox, ['add', `acme/hello@${commit.slice(0, 12)}`, '--dry-run'])).toMatchObject({
      added: [{module: 'acme/hello', revision: commit}],
    })
    expect(await run(sandbox, ['add', `acme/hello@${commit}`])).toMatchObject({
      added: [{module: 'acme/hello', version: commit, revision: commit, trust: {by: 'first-use'}}],
    })
    expect(await manifest(sandbox)).toMatchObject({modules: {'acme/hello': commit}})
    expect(await run(sandbox, ['install', '--frozen'])).toMatchObject({upToDate: true})
    expect(await run(sandbox, ['outdated'])).toMatchObject({outdated: []})
    expect(await run(sandbox, ['update'])).toMatchObject({updated: []})
  })

  declaredTest(
    'of kind github: a pinned commit stays until something is asked for',
    async ({sandbox, forge}) => {
      await forge.commit('acme/one', {'mod_hello.lua': one}, ['v1.0.0'])
      const commit = await forge.commit('acme/one', {'mod_hello.lua': two})
      await declareOne(sandbox, forge)
      await run(sandbox, ['add', `acme/hello@${commit}`])
      for (const args of [
        ['bump', 'acme'],
        ['bump', 'acme/hello', '--latest'],
      ])
        expect(await run(sandbox, args)).toMatchObject({moved: []})
      expect(await written(sandbox, 'acme/mod_hello/mod_hello.lua')).toBe(two)
      await run(sandbox, ['bump', 'acme/hello@1.0.0'])
      expect(await written(sandbox, 'acme/mod_hello/mod_hello.lua')).toBe(one)
    },
  )

  declaredTest(
    'of kind github: versions before their time are taken by name alone',
    async ({sandbox, forge}) => {
      await forge.commit('acme/one', {'mod_hello.lua': one}, ['v1.0.0'])
      await forge.commit('acme/one', {'mod_hello.lua': two}, ['v2.0.0-rc.1'])
      await declareOne(sandbox, forge)
      expect(await run(sandbox, ['add', 'acme/hello', '--latest'])).toMatchObject({
        added: [{version: '1.0.0'}],
      })
      expect(await run(sandbox, ['outdated', '--exit-code'])).toMatchObject({outdated: []})
      expect(await run(sandbox, ['bump', 'acme', '--latest'])).toMatchObject({moved: []})
      expect(await run(sandbox, ['bump', 'acme'])).toMatchObject({moved: []})
      expect(await run(sandbox, ['bump', 'acme/hello@2.0.0-rc.1'])).toMatchObject({
        moved: [{to: '2.0.0-rc.1'}],
      })
    },
  )

  declaredTest(
    'of kind github: a locked tag that moves is told by whoever asks: 4',
    async ({sandbox, forge}) => {
      const before = await forge.commit('acme/one', {'mod_hello.lua': one}, ['v1.0.0'])
      await declareOne(sandbox, forge)
      await run(sandbox, ['add', 'acme/hello'])
      const now = await forge.commit('acme/one', {'mod_hello.lua': two}, ['v1.0.0'])
      for (const command of [
        'outdated',
        'update',
        'versions acme',
        'bump acme/hello@1.0.0',
        'add acme/hello@1.0.0',
      ]) {
        const error = await mustFail(sandbox, command.split(' '), {exit: 4, code: 'TAG_MOVED', mayKeep: true})
        expect(error.message).toContain(`expected ${before}\n  got      ${now}`)
      }
      expect(await run(sandbox, ['install', '--frozen'])).toMatchObject({upToDate: true})
    },
  )

  declaredTest('of kind github: two tags of one version are ambiguous: 3', async ({sandbox, forge}) => {
    await forge.commit('acme/one', {'mod_hello.lua': one}, ['v1.0.0'])
    const second = await forge.commit('acme/one', {'mod_hello.lua': two}, ['1.0.0'])
    await declareOne(sandbox, forge)
    const error = await mustFail(sandbox, ['add', 'acme/hello'], {exit: 3, code: 'VERSION_AMBIGUOUS'})
    expect(error.message).toContain(`1.0.0 (${second})`)
    expect(await run(sandbox, ['add', `acme/hello@${second}`])).toMatchObject({added: [{revision: second}]})
  })

  declaredTest('of kind github: no such repository: 3', async ({sandbox, forge}) => {
    await declareOne(sandbox, forge)
    const error = await mustFail(sandbox, ['add', 'acme/hello'], {exit: 3, code: 'SOURCE_UNKNOWN'})
    expect(error.hint).toContain('GITHUB_TOKEN')
  })

  declaredTest('of kind hg: days, revisions, a range', async ({sandbox, hg}) => {
    const first = await hg.commit({'mod_hello/mod_hello.lua': one}, '2026-01-02 03:04 +0000')
    await hg.commit({'mod_hello/mod_hello.lua': two}, '2026-02-03 03:04 +0000')
    await writeManifest(sandbox, {sources: {own: {kind: 'hg', repository: hg.url}}})
    expect(await run(sandbox, ['add', `own/hello@${first.slice(0, 12)}`])).toMatchObject({
      added: [{version: '2026.1.2', revision: first}],
    })
    expect(await run(sandbox, ['add', 'own/hello@>=2026.1'])).toMatchObject({added: [{version: '2026.2.3'}]})
    expect(await written(sandbox, 'own/mod_hello/mod_hello.lua')).toBe(two)
  })

  declaredTest('of the user is written into the manifest', async ({sandbox, forge}) => {
    await forge.commit('acme/plugins', {'mod_hello/mod_hello.lua': one}, ['v1.0.0'])
    const acme = {kind: 'github', repository: 'acme/plugins'}
    await configure(sandbox, {mirrors: forge.mirrors, sources: {acme, other: acme}})
    expect(await run(sandbox, ['versions', 'acme'])).toMatchObject({versions: [{version: '1.0.0'}]})
    await run(sandbox, ['add', 'acme/hello'])
    expect(await manifest(sandbox)).toEqual({modules: {'acme/hello': '1.0.0'}, sources: {acme}})
    // A manifest may also name what only the user declares.
    const whole = await manifest(sandbox)
    await writeManifest(sandbox, {modules: {'acme/hello': '1.0.0'}})
    expect(await run(sandbox, ['install'])).toMatchObject({upToDate: true})
    expect(await run(sandbox, ['bump', 'acme/hello@^1'])).toMatchObject({moved: [{to: '1.0.0'}]})
    expect(await run(sandbox, ['remove', 'acme/hello'])).toMatchObject({removed: ['acme/hello']})
    await run(sandbox, ['add', 'acme/hello'])
    await writeManifest(sandbox, whole as object)
    await configure(sandbox, {mirrors: forge.mirrors})
    expect(await run(sandbox, ['install', '--frozen'])).toMatchObject({upToDate: true})
    expect(await run(sandbox, ['outdated'])).toMatchObject({outdated: [], checked: 1, notAsked: []})
  })

  declaredTest('stays when its last module is removed, and that is told', async ({sandbox}) => {
    await mkdir(join(sandbox.project, 'own/mod_hello'), {recursive: true})
    await writeFile(join(sandbox.project, 'own/mod_hello/mod_hello.lua'), one)
    const debian = {
      kind: 'debian',
      package: 'prosody-modules',
      suite: 'trixie',
      root: 'usr/lib/prosody/modules',
    }
    const mine = {kind: 'path', path: './own', layout: 'folders'}
    await writeManifest(sandbox, {sources: {debian, mine}})
    await run(sandbox, ['add', 'mine/hello'])
    const {stdout} = await sandbox.cli(['remove', 'hello'])
    expect(stdout).toContain('removed mine/hello\n')
    expect(stdout).toContain(
      'note: no module comes from the source mine any more; its declaration stays in prosody-mods.json\n',
    )
    expect(await manifest(sandbox)).toEqual({sources: {debian, mine}, modules: {}})
    expect(await run(sandbox, ['add', 'mine/hello'])).toMatchObject({added: [{module: 'mine/hello'}]})
    expect(await run(sandbox, ['remove', 'mine/hello'])).toMatchObject({
      removed: ['mine/hello'],
      unusedSources: ['mine'],
    })
  })

  declaredTest('of the user has its places from the configuration', async ({sandbox}) => {
    const folder = await configure(sandbox, {sources: {mine: {kind: 'path', path: './modules'}}})
    await mkdir(join(folder, 'modules/mod_hello'), {recursive: true})
    await writeFile(join(folder, 'modules/mod_hello/mod_hello.lua'), one)
    await run(sandbox, ['add', 'mine/hello'])
    expect(await manifest(sandbox)).toEqual({
      modules: {'mine/hello': '*'},
      sources: {mine: {kind: 'path', path: join(folder, 'modules')}},
    })
  })

  declaredTest('of the user can be no source of the registry: 2', async ({sandbox}) => {
    await configure(sandbox, {sources: {jitsi: {kind: 'path', path: './modules'}}})
    const error = await mustFail(sandbox, ['add', 'jitsi'], {exit: 2, code: 'CONFIG_INVALID'})
    expect(error.message).toMatch(/config\.json: sources → jitsi: the registry has a source of that id/)
  })

  declaredTest.for([
    ['{"sources": {"a": {"kind": "github"}}}', 'the key "repository" is missing'],
    ['{"sources": {"a": {"kind": "github", "repository": "a/.."}}}', 'expected the form'],
    ['{"sources": {"a": {"kind": "github", "repository": "a/b", "folder": "../x"}}}', 'expected the form'],
    ['{"sources": {"a": {"kind": "github", "repository": "a/b", "scheme": "debian"}}}', 'expected one of'],
    [
      '{"sources": {"a": {"kind": "hg", "repository": "ssh://h/x"}}}',
      'expected a URL such as https://example.org/path',
    ],
    [
      '{"sources": {"a": {"kind": "hg", "repository": "https://h/x?y"}}}',
      'expected a URL such as https://example.org/path',
    ],
    ['{"sources": {"a": {"kind": "hg", "repository": "https://u:p@h/x"}}}', 'got "https://…@h/x"'],
    ['{"sources": {"a": {"kind": "debian", "package": "p"}}}', 'the key "suite" is missing'],
    ['{"sources": {"a": {"kind": "github", "repository": "a/b.git"}}}', 'expected the form'],
    ['{"sources": {"a": {"kind": "hg", "repository": "http://[::1"}}}', "can't be read as a URL"],
    ['{"sources": {"a": {"kind": "url", "url": "http://%zz/x"}}}', "can't be read as a URL"],
    [
      '{"sources": {"a": {"kind": "debian", "package": "pp", "suite": "x", "root": "r", "archive": "http://h:99999/x"}}}',
      'sources → a → archive: "http://h:99999/x" can\'t be read as a URL',
    ],
    [
      '{"sources": {"a": {"kind": "debian", "package": "p", "suite": "../x", "root": "r"}}}',
      'expected the form',
    ],
    [
      '{"sources": {"a": {"kind": "debian", "package": "p", "suite": "x", "root": "r", "trusted": true}}}',
      'not known',
    ],
  ] as const)('is refused: %s', async ([text, reason], {sandbox}) => {
    await writeFile(join(sandbox.project, 'prosody-mods.json'), text)
    const error = await mustFail(sandbox, ['add', 'a/x'], {exit: 2, code: 'MANIFEST_INVALID'})
    expect(error.message).toContain(reason)
  })
})

async function run(sandbox: Sandbox, args: readonly string[]): Promise<unknown> {
  const output = await sandbox.cli([...args, '--json'])
  expect(output.code, output.stdout + output.stderr).toBe(0)
  return output.json
}

async function declareOne(sandbox: Sandbox, {mirrors}: Forge): Promise<void> {
  await writeManifest(sandbox, {mirrors, sources: {acme: {kind: 'github', repository: 'acme/one'}}})
}

function written({project}: Sandbox, path: string): Promise<string> {
  return readFile(join(project, 'prosody-modules', path), 'utf8')
}

async function manifest({project}: Sandbox): Promise<unknown> {
  return JSON.parse(await readFile(join(project, 'prosody-mods.json'), 'utf8')) as unknown
}

/** Gives the folder of the user's configuration. */
async function configure({env}: Sandbox, config: object): Promise<string> {
  const folder = env['PROSODY_MODS_CONFIG'] ?? ''
  await mkdir(folder, {recursive: true})
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  return folder
}
