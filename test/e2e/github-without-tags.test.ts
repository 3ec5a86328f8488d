import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import type {Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {mustFail, mustSucceed, networkTest, writeManifest} from '../helpers/network.ts'

const hello = 'module:log("info", "hello");\n'

let forge: Forge
let [first, tip, nightly] = ['', '', '']

beforeAll(async () => {
  forge = await startForge()
  first = await forge.commit('acme/hello', {'plugins/mod_hello.lua': hello, 'plugins/mod_bye.lua': hello})
  tip = await forge.commit('acme/hello', {
    'plugins/mod_hello.lua': `${hello}${hello}`,
    'plugins/mod_bye.lua': hello,
  })
  nightly = await forge.commit('acme/odd', {'mod_odd.lua': hello}, ['nightly', 'build/12', 'release-old'])
  await forge.commit('acme/odd', {'mod_odd.lua': `${hello}${hello}`})
  await forge.commit('acme/stale', {
    'lua/mod_door/mod_door.lua': `module:depends("bell");\n${hello}`,
    'lua/mod_door/mod_door': '-> ../lua/mod_door',
    'lua/mod_bell/mod_bell.lua': 'return 1;\n',
    'lua/mod_key/mod_key.lua': 'module:require("teeth");\n',
    'lua/mod_key/teeth.lib.lua': '-> ../../gone/teeth.lib.lua',
    'lua/mod_lock': '-> ../elsewhere/mod_lock',
    'elsewhere/mod_lock/mod_lock.lua': hello,
    'lib/words.lib.lua': 'return {};\n',
  })
})

afterAll(() => forge.close())

const sources = {
  acme: {kind: 'github', repository: 'acme/hello', folder: 'plugins'},
  odd: {kind: 'github', repository: 'acme/odd'},
  empty: {kind: 'github', repository: 'acme/nowhere'},
  stale: {kind: 'github', repository: 'acme/stale', folder: 'lua'},
  words: {kind: 'github', repository: 'acme/stale', folder: 'lib'},
}

async function project(sandbox: Sandbox, modules: Readonly<Record<string, string>> = {}): Promise<void> {
  await writeManifest(sandbox, {mirrors: forge.mirrors, sources, modules})
}

interface Locked {
  readonly version: string
  readonly resolved: object
}

async function locked(sandbox: Sandbox, key: string): Promise<Locked | undefined> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
  return (JSON.parse(text) as {modules: Record<string, Locked>}).modules[key]
}

async function pin(sandbox: Sandbox, key: string): Promise<string | undefined> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')
  return (JSON.parse(text) as {modules: Record<string, string>}).modules[key]
}

describe('a repository without tags', () => {
  networkTest('offers the tip of its default branch, which add pins', async ({sandbox}) => {
    await project(sandbox)
    const {json} = await sandbox.cli(['versions', 'acme', '--json'])
    expect(json).toMatchObject({
      versions: [{version: tip, branch: 'master', from: 'publisher'}],
      otherTags: [],
    })
    expect((await sandbox.cli(['versions', 'acme/hello'])).stdout).toContain('the tip of master')
    const {stdout} = await sandbox.cli(['add', 'acme/hello'])
    expect(stdout).toContain('note: acme/hello: the tip of master, pinned by its commit; it has no tags')
    expect(await locked(sandbox, 'acme/hello')).toMatchObject({
      version: tip,
      resolved: {revision: tip, branch: 'master'},
    })
    expect(await pin(sandbox, 'acme/hello')).toBe(tip)
    await mustSucceed(sandbox, ['install', '--frozen'])
  })

  networkTest('has branches, and commits by their first digits', async ({sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', 'acme/hello@master'])
    expect(await pin(sandbox, 'acme/hello')).toBe(tip)
    await mustSucceed(sandbox, ['add', `acme/hello@${first.slice(0, 7)}`])
    expect(await pin(sandbox, 'acme/hello')).toBe(first)
    expect(await locked(sandbox, 'acme/hello')).toMatchObject({version: first, resolved: {revision: first}})
    await rm(sandbox.store, {recursive: true})
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await mustSucceed(sandbox, ['install', '--frozen'])
  })

  networkTest('is followed by update and bump', async ({sandbox}) => {
    await project(sandbox, {'acme/hello': first, 'acme/bye': 'master'})
    await mustSucceed(sandbox, ['install'])
    await mustSucceed(sandbox, ['install', '--frozen'])
    const news = await sandbox.cli(['outdated', '--json'])
    expect(news.json).toMatchObject({
      outdated: [{module: 'acme/hello', current: first, allowed: null, latest: tip, latestFrom: 'publisher'}],
    })
    const held = await sandbox.cli(['update', '--json'])
    expect(held.json).toMatchObject({updated: [], held: [{module: 'acme/hello', latest: tip}]})
    await mustSucceed(sandbox, ['bump', 'acme/hello'])
    expect(await pin(sandbox, 'acme/hello')).toBe(tip)
    expect(await pin(sandbox, 'acme/bye')).toBe('master')
    await project(sandbox, {'acme/hello': '*'})
    await mustSucceed(sandbox, ['install'])
    expect(await locked(sandbox, 'acme/hello')).toMatchObject({version: tip})
  })

  networkTest.for([
    'acme/hello@no-such-branch',
    'acme/hello@1.x',
    'acme/hello@0123456789ab',
    `acme/hello@${'ab'.repeat(20)}`,
  ])('%s: 3, with what there is', async (spec, {sandbox}) => {
    await project(sandbox)
    const {message} = await mustFail(sandbox, ['add', spec], {exit: 3, code: 'VERSION_UNSATISFIABLE'})
    expect(message).toContain('acme/hello has no ')
  })

  networkTest('says which modules it has, and blames no network', async ({sandbox}) => {
    await project(sandbox)
    const {message, hint} = await mustFail(sandbox, ['add', 'acme/helo'], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
      mayKeep: true,
    })
    expect(message).toContain(`there is no module helo in acme/hello, folder plugins, at ${tip.slice(0, 12)}`)
    expect(hint).toBe('did you mean acme/hello?')
  })

  networkTest('that is not there: 3', async ({sandbox}) => {
    await project(sandbox)
    await mustFail(sandbox, ['add', 'empty/x'], {exit: 3, code: 'SOURCE_UNKNOWN'})
  })
})

describe('a repository whose tags are no versions', () => {
  networkTest('says how many, which, and what to write', async ({sandbox}) => {
    await project(sandbox)
    const {stdout} = await sandbox.cli(['versions', 'odd'])
    expect(stdout).toMatch(
      /none of its 3 tags is a version \((?:[a-z0-9/-]+(?:, )?){3}\): take one by its name/,
    )
    const {message} = await mustFail(sandbox, ['add', 'odd/odd@>=1'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    expect(message).toContain('none of its 3 tags is a version')
  })

  networkTest.for(['nightly', 'build/12'])('has %s by its name', async (tag, {sandbox}) => {
    await project(sandbox)
    await mustSucceed(sandbox, ['add', `odd/odd@${tag}`])
    expect(await locked(sandbox, 'odd/odd')).toMatchObject({version: nightly, resolved: {tag}})
  })

  networkTest('goes on when such a tag moves', async ({sandbox}) => {
    const moving = await startForge()
    await moving.commit('acme/odd', {'mod_odd.lua': hello}, ['nightly'])
    await writeManifest(sandbox, {mirrors: moving.mirrors, sources})
    await mustSucceed(sandbox, ['add', 'odd/odd@nightly'])
    const now = await moving.commit('acme/odd', {'mod_odd.lua': `${hello}${hello}`}, ['nightly'])
    await mustSucceed(sandbox, ['add', 'odd/odd@nightly'])
    expect(await locked(sandbox, 'odd/odd')).toMatchObject({version: now})
    await moving.close()
  })
})

describe('a repository with links gone stale', () => {
  networkTest('gives the modules that do without them, and says what is left out', async ({sandbox}) => {
    await project(sandbox)
    const {code, json} = await sandbox.cli(['add', 'stale/door', '--json'])
    expect(code).toBe(0)
    expect(json).toMatchObject({
      leftOut: [{source: 'stale', path: 'mod_door/mod_door', reason: 'broken-link'}],
      needs: {broughtIn: [{module: 'stale/bell'}]},
    })
    // once more, by what is kept of the tree
    const again = await sandbox.cli(['add', 'stale/lock', 'stale/key', '--json'])
    expect(again.json).toMatchObject({
      error: {
        details: {
          errors: [
            {subject: 'stale/lock', code: 'MODULE_UNKNOWN'},
            {subject: 'stale/key', code: 'ARCHIVE_LINK_ESCAPES'},
          ],
        },
      },
    })
  })

  networkTest('of which only libraries are taken, says how', async ({sandbox}) => {
    await project(sandbox)
    const {hint} = await mustFail(sandbox, ['add', 'words/words'], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
      mayKeep: true,
    })
    expect(hint).toContain('"layout": "flat"')
    const whole = await mustFail(sandbox, ['add', 'words/*'], {exit: 2, code: 'USAGE'})
    expect(whole.hint).toContain('"layout": "flat" in the manifest\'s source words')
    await writeManifest(sandbox, {
      mirrors: forge.mirrors,
      sources: {...sources, words: {...sources.words, layout: 'flat'}},
    })
    await mustSucceed(sandbox, ['add', 'words/*'])
    expect(await locked(sandbox, 'words/*')).toMatchObject({
      files: {'words.lib.lua': expect.any(String) as string},
    })
  })
})

describe('versions of a module', () => {
  networkTest('that the newest does not have: 3, with what it has', async ({sandbox}) => {
    await project(sandbox)
    const failed = {exit: 3, code: 'MODULE_UNKNOWN', mayKeep: true} as const
    const {message, hint} = await mustFail(sandbox, ['versions', 'acme/helo'], failed)
    expect([message, hint]).toEqual([
      expect.stringContaining('there is no module helo in acme/hello'),
      'did you mean acme/hello?',
    ])
    const before = forge.server.requests.length
    expect(await sandbox.cli(['versions', 'stale/door'])).toMatchObject({code: 0, stderr: ''})
    expect(forge.server.requests.slice(before).filter((path) => path.includes('/archive/'))).toEqual([])
  })
})

describe('what a module needs', () => {
  networkTest('moves along with it, and bump says so', async ({sandbox}) => {
    const moving = await startForge()
    const door = 'module:depends("bell");\n'
    const old = await moving.commit('acme/odd', {'mod_door.lua': door, 'mod_bell.lua': 'return 1;\n'})
    const fresh = await moving.commit('acme/odd', {'mod_door.lua': door, 'mod_bell.lua': 'return 2;\n'})
    await writeManifest(sandbox, {mirrors: moving.mirrors, sources, modules: {'odd/door': old}})
    await mustSucceed(sandbox, ['install'])
    const {json} = await sandbox.cli(['outdated', '--json'])
    const bell = {module: 'odd/bell', allowed: null, latest: fresh}
    expect(json).toMatchObject({
      outdated: expect.arrayContaining([expect.objectContaining(bell)]) as unknown[],
    })
    const bumped = await sandbox.cli(['bump', 'odd/door', '--latest', '--json'])
    expect((bumped.json as {notes: string[]}).notes).toEqual([
      `odd/bell, which others need, moves along: ${old.slice(0, 12)} → ${fresh.slice(0, 12)} (files: 0 added, 0 removed, 0 renamed, 1 changed)`,
    ])
    const text = await sandbox.cli(['list'])
    expect(text.stdout).not.toContain(fresh)
    expect(text.stdout).toContain(fresh.slice(0, 12))
    await moving.close()
  })
})

describe('what a module needs, from a repository that is gone', () => {
  networkTest('is told as that, and not as what nobody has', async ({sandbox}) => {
    const moving = await startForge()
    const door = 'module:depends("bell");\n'
    await moving.commit('acme/odd', {'mod_door.lua': door, 'mod_bell.lua': 'return 1;\n'})
    await writeManifest(sandbox, {mirrors: moving.mirrors, sources})
    await mustSucceed(sandbox, ['add', 'odd/door'])
    const path = join(sandbox.project, 'prosody-mods.lock.json')
    const lock = JSON.parse(await readFile(path, 'utf8')) as {modules: Record<string, unknown>}
    delete lock.modules['odd/bell']
    await writeFile(path, JSON.stringify(lock))
    await moving.drop('acme/odd')
    const {message} = await mustFail(sandbox, ['install'], {exit: 3, code: 'SOURCE_UNKNOWN'})
    expect(message).toBe('there is no repository acme/odd at github.com\nodd/bell is needed by odd/door')
    await moving.close()
  })
})

describe('the tree of a commit is fetched once', () => {
  networkTest('whatever is asked of it later, and offline too', async ({sandbox}) => {
    await project(sandbox)
    const archives = async (args: readonly string[]): Promise<readonly string[]> => {
      const before = forge.server.requests.length
      const {code, stdout, stderr} = await sandbox.cli(args)
      expect(code, stdout + stderr).toBe(0)
      return forge.server.requests.slice(before).filter((path) => path.includes('/archive/'))
    }
    const of = (repository: string, commit: string): string => `/${repository}/archive/${commit}.tar.gz`
    expect(await archives(['add', 'acme/hello'])).toEqual([of('acme/hello', tip)])
    expect(await archives(['add', 'acme/hello'])).toEqual([])
    expect(await archives(['add', 'acme/bye'])).toEqual([])
    expect(await archives(['options', `acme/bye@${tip}`])).toEqual([])
    expect(await archives(['options', `acme/bye@${first}`])).toEqual([of('acme/hello', first)])
    expect(await archives(['options', `acme/bye@${first}`, '--offline'])).toEqual([])
    await rm(join(sandbox.project, 'prosody-mods.lock.json'))
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    expect(await archives(['install'])).toEqual([])
  })
})
