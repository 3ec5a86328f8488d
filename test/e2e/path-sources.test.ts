import {mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {mustRun} from '../helpers/program.ts'

const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n'
const hello = 'module:log("info", "hello");\n'

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await newSandbox()
  await manifest({})
})
afterEach(() => sandbox.remove())

/** Writes files below the project, or above it by `../`. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const full = join(sandbox.project, path)
    await mkdir(dirname(full), {recursive: true})
    await writeFile(full, text)
  }
}

async function manifest(value: object): Promise<void> {
  await writeFile(join(sandbox.project, 'prosody-mods.json'), `${JSON.stringify(value, undefined, 2)}\n`)
}

async function written(): Promise<Record<string, string>> {
  return readTree(join(sandbox.project, 'prosody-modules')).catch(() => ({}))
}

async function run(...args: string[]): Promise<Record<string, unknown>> {
  const output = await sandbox.cli([...args, '--json'])
  expect(output.code, output.stdout + output.stderr).toBe(0)
  return output.json as Record<string, unknown>
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string
}

async function fail(exit: number, ...args: string[]): Promise<Failure> {
  const output = await sandbox.cli([...args, '--json'])
  expect(output.code, output.stdout + output.stderr).toBe(exit)
  return (output.json as {error: Failure}).error
}

/** A folder of a server's operator: one module beside what is nobody else's business. */
const operators = {
  'prosody/mod_auth_x.lua':
    'local lib = module:require "x"; local ca = module:load_resource("ca.txt"); package.path = module:get_directory() .. "/lua/?.lua;" .. package.path; local words = require "words";\n',
  'prosody/x.lib.lua': 'return {};\n',
  'prosody/other.lib.lua': 'return {};\n',
  'prosody/lua/words.lua': 'return {};\n',
  'prosody/ca.txt': 'ca\n',
  'prosody/LICENSE': 'MIT\n',
  'prosody/README.md': '# Us\n',
  'prosody/Dockerfile': 'FROM debian:trixie\n',
  'prosody/.env': 'TOKEN=abc\n',
  'prosody/credentials.env': 'TOKEN=abc\n',
  'prosody/prosody.cfg.lua': 'modules_enabled = {}\n',
  'prosody/certs/chat.key': key,
}

const operatorsModule = {
  'prosody/mod_auth_x/mod_auth_x.lua': operators['prosody/mod_auth_x.lua'],
  'prosody/mod_auth_x/x.lib.lua': operators['prosody/x.lib.lua'],
  'prosody/mod_auth_x/lua/words.lua': operators['prosody/lua/words.lua'],
  'prosody/mod_auth_x/ca.txt': 'ca\n',
  'prosody/mod_auth_x/LICENSE': 'MIT\n',
}

describe('modules that lie deeper', () => {
  it('are told, and added by the command that is told', async () => {
    await write({'mods/mod_top/mod_top.lua': hello, 'mods/vendor/mod_deep/mod_deep.lua': hello})
    const {added, notes} = await run('add', './mods')
    expect(added).toMatchObject([{name: 'top'}])
    expect(notes).toEqual([
      './mods: 1 module lies deeper and is not added: deep; to have it: prosody-mods add ./mods/vendor',
    ])
    await run('add', './mods/vendor')
    expect(Object.keys(await written()).sort()).toEqual([
      'mods/mod_top/mod_top.lua',
      'vendor/mod_deep/mod_deep.lua',
    ])
  })

  it('are no tree of libraries, though a library lies beside one', async () => {
    await write({'mods/bob/mod_b/mod_b.lua': hello, 'mods/bob/mod_b/x.lib.lua': 'return {};\n'})
    const {code, hint} = await fail(3, 'add', './mods')
    expect(code).toBe('MODULE_UNKNOWN')
    expect(hint).toBe('modules lie deeper: prosody-mods add ./mods/bob')
    expect(await written()).toEqual({})
  })
})

describe('what a module loads is taken, and nothing else', () => {
  it.each(['./prosody', './prosody/mod_auth_x.lua'])('add %s', async (spec) => {
    await write(operators)
    const {leftOut} = await run('add', spec)
    expect(await written()).toEqual(operatorsModule)
    expect(leftOut).toEqual([
      {source: 'prosody', path: '.env', reason: 'environment'},
      {source: 'prosody', path: 'Dockerfile', reason: 'not-loaded'},
      {source: 'prosody', path: 'certs/', reason: 'not-loaded'},
      {source: 'prosody', path: 'credentials.env', reason: 'environment'},
      {source: 'prosody', path: 'prosody.cfg.lua', reason: 'configuration'},
    ])
    expect(await run('install', '--frozen')).toMatchObject({upToDate: true})
    expect(await run('verify')).toMatchObject({drift: []})
  })

  it('is told to a person, with the way to have a file all the same', async () => {
    await write({
      'modules/mod_x/mod_x.lua': hello,
      'modules/mod_x/tls/x.key': key,
      'modules/mod_x/t.txt': key,
    })
    const {stdout} = await sandbox.cli(['add', './modules'])
    expect(stdout).toContain(
      'note: modules: left out mod_x/t.txt (a private key), mod_x/tls/x.key (a private key); "include" of a module\'s entry takes a file by name\n',
    )
    expect(Object.keys(await written())).toEqual(['modules/mod_x/mod_x.lua'])
    const source = {sources: {modules: {kind: 'path', path: './modules'}}}
    await manifest({modules: {'modules/x': {version: '*', include: ['tls/x.key']}}, ...source})
    expect((await fail(7, 'install', '--frozen')).message).toContain('modules/x: "include" of the manifest')
    await run('install')
    expect((await written())['modules/mod_x/tls/x.key']).toBe(key)
    await run('add', 'modules/x')
    expect(JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8'))).toMatchObject({
      modules: {'modules/x': {version: '*', include: ['tls/x.key']}},
    })
    await manifest({modules: {'modules/x': {version: '*', include: ['none']}}, ...source})
    expect((await fail(3, 'install')).code).toBe('PATH_NOT_FOUND')
  })

  it('is told by update where it has changed, and not else', async () => {
    await write({'modules/mod_x/mod_x.lua': hello, 'modules/mod_y/mod_y.lua': hello})
    await run('add', './modules')
    expect(await run('update')).toMatchObject({updated: [], changes: []})
    await write({'modules/mod_y/mod_y.lua': `${hello}-- more\n`})
    expect(await run('update')).toMatchObject({updated: [{module: 'modules/y'}]})
  })

  it('says where names of files are computed', async () => {
    await write({'docker/mod_x.lua': 'module:load_resource(module.host .. ".txt");\n'})
    const {stdout} = await sandbox.cli(['add', './docker'])
    expect(stdout).toContain(
      'note: docker/x: which files mod_x/mod_x.lua:1 names can\'t be told (module.host .. ".txt")',
    )
  })

  it('no file is opened that is none', async () => {
    await write({'docker/mod_x.lua': `module:load_resource("pipe");\n`, 'mods/mod_y/mod_y.lua': hello})
    await mustRun(['mkfifo', join(sandbox.project, 'docker/pipe'), join(sandbox.project, 'mods/mod_y/pipe')])
    await run('add', './docker')
    expect(await run('add', './mods')).toMatchObject({
      leftOut: [{source: 'mods', path: 'mod_y/pipe', reason: 'special'}],
    })
    expect(Object.keys(await written()).sort()).toEqual(['docker/mod_x/mod_x.lua', 'mods/mod_y/mod_y.lua'])
  })

  it('any other file is refused', async () => {
    await write({...operators, 'prosody/mod_Upper.lua': hello})
    for (const file of ['Dockerfile', 'x.lib.lua', 'mod_Upper.lua'])
      expect((await fail(2, 'add', `./prosody/${file}`)).code).toBe('SPEC_INVALID')
  })
})

describe('modules beside Jitsi, which is a flat tree', () => {
  const shared = {
    'custom/pass.lib.lua': 'return {};\n',
    'custom/mod_auth_pass.lua': 'local pass = module:require "pass";\n',
    'custom/mod_pass_log.lua': 'local pass = module:require "pass";\n',
  }

  it('are no tree of their own because of a library, and each has it', async () => {
    await write(shared)
    await run('add', './custom')
    expect(Object.keys(await written()).sort()).toEqual([
      'custom/mod_auth_pass/mod_auth_pass.lua',
      'custom/mod_auth_pass/pass.lib.lua',
      'custom/mod_pass_log/mod_pass_log.lua',
      'custom/mod_pass_log/pass.lib.lua',
    ])
    expect(await run('check')).toMatchObject({modules: {length: 2}})
  })

  it('are one where that is said', async () => {
    await write(shared)
    await run('add', './custom', '--layout', 'flat')
    expect(Object.keys(await written()).sort()).toEqual(Object.keys(shared).sort())
    await write({'second/mod_y.lua': hello})
    const error = await fail(3, 'add', './second', '--layout', 'flat')
    expect(error).toMatchObject({code: 'RELEASE_CONFLICT'})
    expect(error.hint).toContain('--layout folders')
    await run('add', './second')
    expect((await fail(2, 'add', './second', '--layout', 'tree')).code).toBe('USAGE')
    expect((await fail(2, 'add', 'muc_moderation', '--layout', 'flat')).code).toBe('USAGE')
  })

  it('find libraries in a folder that has nothing else', async () => {
    await write({'libs/pass.lib.lua': 'return {};\n', 'libs/key.pem': key})
    await write({'custom/mod_auth_pass.lua': shared['custom/mod_auth_pass.lua']})
    await write({'tree/mod_z.lua': hello, 'tree/z.lib.lua': 'return {};\n'})
    await run('add', './tree', '--layout', 'flat')
    await run('add', './libs')
    const {added, warnings} = await run('add', './custom')
    expect(warnings).toEqual([])
    expect(added).toMatchObject([{module: 'custom/auth_pass', needs: {shared: {pass: 'libs/*'}}}])
    expect(Object.keys(await written())).toContain('libs/pass.lib.lua')
    expect(Object.keys(await written())).not.toContain('libs/key.pem')
  })
})

describe('a folder outside of the project', () => {
  const secret = {
    '../secret/id_rsa': key,
    '../secret/mod_x.lua': hello,
    '../secret/notes.lib.lua': 'return 1;\n',
  }
  const flat = {modules: {'s/*': '*'}, sources: {s: {kind: 'path', path: '../secret', layout: 'flat'}}}

  it('is read for nobody who does not say so', async () => {
    await write(secret)
    await manifest(flat)
    const linked = {...flat.sources.s, path: './inside'}
    for (const source of [
      flat.sources.s,
      {...flat.sources.s, path: join(sandbox.project, '../secret')},
      linked,
    ]) {
      await rm(join(sandbox.project, 'inside'), {force: true})
      await symlink('../secret', join(sandbox.project, 'inside'))
      await manifest({...flat, sources: {s: source}})
      for (const args of [['install'], ['add', 's/*'], ['add', source.path]]) {
        const error = await fail(4, ...args)
        expect(error.code).toBe('PATH_OUTSIDE')
        expect(error.message).toContain('lies outside of the project')
        // Several that are wrong have their hints in the message.
        expect(`${error.message}\n${error.hint}`).toContain('--allow-path')
        expect(await written()).toEqual({})
      }
    }
  })

  it('is read where a flag or the configuration allows it, without keys', async () => {
    await write(secret)
    await manifest(flat)
    await run('install', '--allow-path', '..')
    expect(Object.keys(await written()).sort()).toEqual(['s/mod_x.lua', 's/notes.lib.lua'])
    expect((await fail(4, 'install', '--frozen')).code).toBe('PATH_OUTSIDE')
    await run('install', '--frozen', '--allow-path', 'x', '--allow-path', '../secret')
    const folder = sandbox.env['PROSODY_MODS_CONFIG'] ?? ''
    await mkdir(folder, {recursive: true})
    await writeFile(join(folder, 'config.json'), JSON.stringify({allowPaths: ['../secret']}))
    expect(await run('install', '--frozen')).toMatchObject({upToDate: true})
    await writeFile(join(folder, 'config.json'), JSON.stringify({allowPaths: '../secret'}))
    expect((await fail(2, 'install')).code).toBe('CONFIG_INVALID')
  })

  it('is not come to through links in a folder of the project', async () => {
    await write({...secret, 'mods/mod_y/mod_y.lua': hello, 'mods/mod_z.lua': hello})
    await symlink('../../../secret', join(sandbox.project, 'mods/mod_y/data'))
    await symlink('../../secret', join(sandbox.project, 'mods/idle'))
    expect((await fail(4, 'add', './mods')).code).toBe('ARCHIVE_LINK_ESCAPES')
    await run('add', './mods/mod_z.lua')
    await run('add', './mods', '--allow-path', '../secret')
    expect(Object.keys(await written()).sort()).toEqual([
      'mods/mod_x/mod_x.lua',
      'mods/mod_y/data/mod_x.lua',
      'mods/mod_y/data/notes.lib.lua',
      'mods/mod_y/mod_y.lua',
      'mods/mod_z/mod_z.lua',
    ])
  })
})

describe('layouts of other people', () => {
  it('the folder bears another name than the module', async () => {
    await write({
      'prosody-foo/mod_foo.lua': hello,
      'all/bar/mod_bar.lua': hello,
      'all/mod_baz-main/mod_baz.lua': hello,
      'all/mod_qux/qux/mod_qux.lua': hello,
    })
    await run('add', './prosody-foo', './all')
    expect(Object.keys(await written()).sort()).toEqual([
      'all/mod_bar/mod_bar.lua',
      'all/mod_baz/mod_baz.lua',
      'all/mod_qux/qux/mod_qux.lua',
      'prosody-foo/mod_foo/mod_foo.lua',
    ])
  })

  it('the project itself is a source, and what was written is none of it', async () => {
    await write({'mod_x.lua': hello, 'mod_y.lua': hello})
    await run('add', './mod_x.lua')
    const before = await written()
    await run('add', '.')
    expect(Object.keys(before)).toEqual(['local/mod_x/mod_x.lua'])
    expect(Object.keys(await written()).sort()).toEqual(['local/mod_x/mod_x.lua', 'local/mod_y/mod_y.lua'])
  })
})
