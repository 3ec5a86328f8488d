import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import {file} from '../helpers/answers.ts'
import {mustFail, mustSucceed, networkTest, writeManifest} from '../helpers/network.ts'

interface Told {
  readonly subject: string
  readonly code: string
  readonly exitCode: number
  readonly message: string
  readonly hint: string | null
}

function toldIn(details: Readonly<Record<string, unknown>>): readonly Told[] {
  return details['errors'] as readonly Told[]
}

const nobody = {'https://github.com': 'http://127.0.0.1:9', 'https://hg.prosody.im': 'http://127.0.0.1:9'}

describe('add judges all specs in one run, and writes nothing', () => {
  networkTest('where each of them is wrong in its own way', async ({sandbox}) => {
    await writeManifest(sandbox, {mirrors: nobody})
    const specs = [
      'admin_shell',
      'debug_traceback',
      'no_such_module',
      'Wrong',
      './nowhere',
      'acme/thing',
      'jitsi@1',
    ]
    const {message, details} = await mustFail(sandbox, ['add', ...specs], {exit: 2, code: 'SPEC_INVALID'})
    expect(toldIn(details).map(({subject, code}) => [subject, code])).toEqual([
      ['Wrong', 'SPEC_INVALID'],
      ['admin_shell', 'SHADOWS_CORE'],
      ['debug_traceback', 'MODULE_AMBIGUOUS'],
      ['no_such_module', 'MODULE_UNKNOWN'],
      ['./nowhere', 'PATH_NOT_FOUND'],
      ['acme/thing', 'SOURCE_UNKNOWN'],
      ['jitsi/*', 'UNREACHABLE'],
    ])
    for (const {message: one, hint} of toldIn(details)) {
      expect(message).toContain(one.split('\n')[0])
      expect(message).toContain(hint?.split('\n')[0] ?? '')
    }
  })

  networkTest('and the right ones among them do not come in', async ({sandbox, server}) => {
    server.on('/mod_good.lua', file('module:set_global();\n'))
    const good = `${server.url}/mod_good.lua`
    const {details} = await mustFail(sandbox, ['add', good, 'no_such_module', 'admin_shell'], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
      mayKeep: true,
    })
    expect(toldIn(details).map(({subject}) => subject)).toEqual(['no_such_module', 'admin_shell'])
    await mustSucceed(sandbox, ['add', good])
  })

  networkTest('what is wrong with one alone is told as it always was', async ({sandbox}) => {
    const {details, message} = await mustFail(sandbox, ['add', 'no_such_module'], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
    })
    expect(message).toMatch(/^no source that is known publishes a module no_such_module/)
    expect(details).not.toHaveProperty('errors')
  })

  networkTest('wrong bytes matter more than a name that nobody knows', async ({sandbox, server}) => {
    server.on('/mod_bad.lua', file('this is not Lua\n'))
    const {details} = await mustFail(sandbox, ['add', 'no_such_module', `${server.url}/mod_bad.lua`], {
      exit: 4,
      code: 'LUA_INVALID',
      mayKeep: true,
    })
    expect(toldIn(details)).toHaveLength(2)
  })
})

describe('install judges all entries in one run', () => {
  networkTest('modules that are not there and a source that nobody knows', async ({sandbox}) => {
    await mkdir(join(sandbox.project, 'mine/mod_one'), {recursive: true})
    await writeFile(join(sandbox.project, 'mine/mod_one/mod_one.lua'), 'module:set_global();\n')
    const modules = {
      'mine/one': '*',
      'mine/two': '*',
      'mine/three': '*',
      'jitsi/no_such_thing_at_all': '10008',
    }
    await writeManifest(sandbox, {modules, sources: {mine: {kind: 'path', path: './mine'}}, mirrors: nobody})
    const {details} = await mustFail(sandbox, ['install'], {exit: 3, code: 'MODULE_UNKNOWN', mayKeep: true})
    expect(toldIn(details).map(({subject}) => subject)).toEqual([
      'mine/two',
      'mine/three',
      'jitsi/no_such_thing_at_all',
    ])
  })

  networkTest('versions that can’t be read, each with its place', async ({sandbox}) => {
    const modules = {'jitsi/polls': 'newest', 'community/bob': '>=soon'}
    await writeManifest(sandbox, {modules})
    const {message, details} = await mustFail(sandbox, ['install'], {exit: 2, code: 'MANIFEST_INVALID'})
    expect(toldIn(details)).toHaveLength(2)
    expect(message).toContain('prosody-mods.json:3:')
    expect(message).toContain('prosody-mods.json:4:')
  })
})

describe('a typing error behind the name of a source', () => {
  networkTest('has similar names, before a network is blamed', async ({sandbox}) => {
    await writeManifest(sandbox, {mirrors: nobody})
    const {message, hint} = await mustFail(sandbox, ['add', 'jitsi/muc_lobby'], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
    })
    expect(message).toContain('similar names: jitsi/muc_lobby_rooms')
    expect(message).not.toContain('no answer')
    expect(hint).toContain('did you mean jitsi/muc_lobby_rooms?')
  })

  networkTest.for([
    ['install', []],
    ['versions', ['community/muc_moderaton']],
  ] as const)('in the manifest and %s, though nobody answers', async ([command, more], {sandbox}) => {
    await writeManifest(sandbox, {mirrors: nobody, modules: {'community/muc_moderaton': '2026.7.23'}})
    const {message} = await mustFail(sandbox, [command, ...more], {exit: 3, code: 'MODULE_UNKNOWN'})
    expect(message.split('\n')[1]).toContain('similar names: community/muc_moderation')
    expect(message).toContain('connection refused')
  })
})

networkTest('update takes no version, and names the command that does', async ({sandbox}) => {
  await writeManifest(sandbox, {modules: {'community/muc_moderation': '2026.7.23'}})
  const {message, hint} = await mustFail(sandbox, ['update', 'muc_moderation@2025'], {exit: 2, code: 'USAGE'})
  expect(message).toBe('update takes no version, got muc_moderation@2025')
  expect(hint).toContain('prosody-mods bump muc_moderation@2025')
})

describe('a URL that answers with a web page', () => {
  const page = file('<!-- made by a forge -->\n<!DOCTYPE html>\n<html><title>mod_y.lua</title></html>\n')

  networkTest.for([
    ['/owner/repo/blob/master/mod_y.lua', '/owner/repo/raw/master/mod_y.lua'],
    ['/group/sub/repo/-/blob/main/plugins/mod_y.lua', '/group/sub/repo/-/raw/main/plugins/mod_y.lua'],
    ['/owner/repo/src/branch/main/mod_y.lua', '/owner/repo/raw/branch/main/mod_y.lua'],
    ['/hg/file/tip/mod_y/mod_y.lua', '/hg/raw-file/tip/mod_y/mod_y.lua'],
  ] as const)('%s: 3, with the file itself', async ([path, raw], {sandbox, server}) => {
    server.on(path, page)
    const {message, hint} = await mustFail(sandbox, ['add', server.url + path], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
      mayKeep: true,
    })
    expect(message).toBe(`${server.url}${path} is a web page, not a module`)
    expect(hint).toBe(`the file itself is at ${server.url}${raw}`)
  })

  networkTest('in place of an archive: 3', async ({sandbox, server}) => {
    server.on('/x.tar.gz', page)
    const {message} = await mustFail(sandbox, ['add', `${server.url}/x.tar.gz`], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
      mayKeep: true,
    })
    expect(message).toContain('is a web page, not a module')
  })
})
