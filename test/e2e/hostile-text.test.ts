import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {copyPackage} from '../helpers/package-copy.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

/** Clears the screen, rings, sets the title, turns the direction, hides, and so does each in its other form. */
const steering =
  '\u001b[2J\u0007\u009b31m\u001b]0;title\u0007\u202edcba\u2066\u200f\u200b\u2028\u0085\r\u007f\b'
const steers = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

let sandbox: Sandbox
let server: TestServer

beforeEach(async () => {
  sandbox = await newSandbox()
  server = await startServer()
})

afterEach(async () => {
  await server.close()
  await sandbox.remove()
})

const write = (path: string, content: string): void => writeFileSync(join(sandbox.project, path), content)
const text = (path: string): string => readFileSync(join(sandbox.project, path), 'utf8')
const lua = (bytes: string): string =>
  Array.from(Buffer.from(bytes), (byte) => `\\${String(byte).padStart(3, '0')}`).join('')

async function quiet(args: readonly string[], input?: string): Promise<CliOutput> {
  const output = await sandbox.cli(args, input === undefined ? {} : {input})
  expect(output.stdout, args.join(' ')).not.toMatch(steers)
  expect(output.stderr, args.join(' ')).not.toMatch(steers)
  return output
}

const readers = ['list', 'tree', 'deps', 'verify', 'check', 'outdated', 'options', 'lint', 'identify .']
const others = [
  'install',
  'install --frozen',
  'why x',
  'update',
  'fetch',
  'remove own',
  'bump own',
  'info own',
]
const explain = ["explain module_'own'_failed", "explain module_'inspect'_not_found"]
const commands = [...readers, ...others, ...explain].map((line) => line.split(' '))

async function project(): Promise<void> {
  mkdirSync(join(sandbox.project, 'own/mod_own'), {recursive: true})
  write('own/mod_own/mod_own.lua', 'module:set_global()\nlocal i = require "inspect"\nprint(i)\n')
  const {code, stderr} = await sandbox.cli(['init'])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect((await sandbox.cli(['add', './own', '--offline'])).stderr).toBe('')
}

describe('what can be no version, name or line', () => {
  it.each([
    ['a version', '"version": "local"', `"version": "1.0${steering}"`],
    ['a target', '"prosody": "13.0"', `"prosody": "13.0${steering}"`],
    ['a suite', '"debian": "trixie"', `"debian": "trixie${steering}"`],
    ['a need', '"inspect": "', `"inspect${steering}": "`],
    ['what serves it', '"inspect": "', `"inspect": "${steering}`],
    ['a path', '"mod_own/mod_own.lua": "', `"mod_own/${steering}.lua": "`],
    ['a key', '"own/own": {', `"own/own${steering}": {`],
    ['a field', '"layout": "', `"${steering}": "x", "layout": "`],
  ])('of a lockfile is refused by every command: %s', async (what, before, after) => {
    await project()
    const escaped = JSON.stringify(after.replaceAll('"', '\u0000')).slice(1, -1).replaceAll('\\u0000', '"')
    expect(text('prosody-mods.lock.json')).toContain(before)
    write('prosody-mods.lock.json', text('prosody-mods.lock.json').replaceAll(before, escaped))
    for (const args of what === 'a version' ? commands : [['list'], ['install']]) {
      const {code, stderr} = await quiet(args)
      if (!['identify', 'explain', 'info'].includes(args[0] ?? ''))
        expect([args.join(' '), code, stderr]).toEqual([
          args.join(' '),
          2,
          expect.stringMatching(/^error\[LOCKFILE_INVALID\]: /),
        ])
    }
  })

  it.each([
    ['a version', (bad: string) => ({modules: {'own/own': bad}})],
    ['a key', (bad: string) => ({modules: {[`own/${bad}`]: '*'}})],
    ['a path', (bad: string) => ({sources: {own: {kind: 'path', path: `./${bad}`}}})],
    ['a mirror', (bad: string) => ({mirrors: {'https://github.com': `https://h.example/${bad}`}})],
    ['a URL', (bad: string) => ({sources: {own: {kind: 'url', url: `https://h.example/${bad}`}}})],
    ['a folder of the image', (bad: string) => ({image: {modulesPath: `/srv/${bad}`}})],
    ['a folder of plugins', (bad: string) => ({pluginPaths: {before: [`/srv/${bad}`]}})],
    [
      'a prefix of tags',
      (bad: string) => ({sources: {own: {kind: 'github', repository: 'a/b', tagPrefix: bad}}}),
    ],
  ])('of a manifest is refused: %s', async (_what, manifest) => {
    for (const bad of ['x\u202ey', 'x\u001b[2J']) {
      write('prosody-mods.json', JSON.stringify(manifest(bad)))
      const {code, stderr} = await quiet(['list'])
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^error\[MANIFEST_INVALID\]: prosody-mods\.json:1:\d+: /),
      ])
    }
  })
})

it('unknown keys of a manifest and a configuration are told without what they hold', async () => {
  write('prosody-mods.json', JSON.stringify({[`key${steering}\n::error::x`]: 1}))
  mkdirSync(sandbox.env['PROSODY_MODS_CONFIG'] ?? '', {recursive: true})
  writeFileSync(
    join(sandbox.env['PROSODY_MODS_CONFIG'] ?? '', 'config.json'),
    JSON.stringify({[steering]: 1}),
  )
  for (const args of commands) await quiet(args)
})

it('names in code are told, and never get into a lockfile', async () => {
  mkdirSync(join(sandbox.project, 'own/mod_own'), {recursive: true})
  await sandbox.cli(['init'])
  write(
    'own/mod_own/mod_own.lua',
    `require "${lua(`a${steering}`)}"\nmodule:depends "${lua(`b${steering}`)}"\n`,
  )
  const {code, stderr} = await quiet(['add', './own', '--offline'])
  expect([code, stderr]).toEqual([4, expect.stringContaining('holds characters that are not seen')])
  expect((await quiet(['list'])).code).toBe(0)
})

it('a file whose name is not seen is not taken', async () => {
  await sandbox.cli(['init'])
  mkdirSync(join(sandbox.project, 'own/mod_own'), {recursive: true})
  write('own/mod_own/mod_own.lua', 'return 1\n')
  write('own/mod_own/x\u202eaul.lua', 'return 1\n')
  expect((await quiet(['add', './own', '--offline'])).code).toBe(4)
  expect((await quiet(['list'])).code).toBe(0)
})

it.each(['text', 'github', 'luacheck', 'json', 'sarif'])(
  'lint --format %s spells out what code holds',
  async (format) => {
    write('prosody-mods.json', '{}')
    write(
      'mod_x.lua',
      `local s = "${steering.replaceAll(/[\r\u2028\u0085]/g, '')}"; module:hook("${lua(steering)}", print)\n` +
        `module:get_option_string("${lua(steering)}", undefined_x)\nprint(${steering}\n`,
    )
    write(
      'mod_y.lua',
      `module:depends "${lua(steering)}"\nlocal x = require "${lua(steering)}"\nprint(utf9, x) \n`,
    )
    const {stdout} = await quiet(['lint', '--format', format, '.'])
    if (format === 'json' || format === 'sarif') expect(JSON.parse(stdout)).toBeTypeOf('object')
    if (format === 'github') expect(stdout).toMatch(/^(?:::(?:error|warning|notice) .*\n)+$/)
  },
)

it('a diff spells out what its lines hold, and keeps their ends', async () => {
  write('prosody-mods.json', '{}')
  write('mod_x.lua', `print("${steering.replaceAll('\r', '')}")  \r\nreturn 1  \r\n`)
  const {stdout} = await sandbox.cli(['lint', '--fix', '--dry-run', 'mod_x.lua'])
  expect(stdout.replaceAll('\r\n', '\n')).not.toMatch(steers)
  expect(stdout).toContain('+return 1\r\n')
  expect((await quiet(['lint', '--fix', 'mod_x.lua'])).code).toBeDefined()
})

it('a log that explain reads steers nothing', async () => {
  const line = `Nov 28 10:00:00 h${steering}.example error Unable to load module '${steering}': ${steering}`
  for (const args of [['explain'], ['explain', '--json']]) {
    const {stdout} = await quiet(args, `${line}\n${steering}\nmodule 'a${steering}b' not found\n`)
    expect(stdout).not.toBe('')
  }
})

it('words of the command line are no better', async () => {
  await sandbox.cli(['init'])
  const bad = steering.replaceAll('\u0000', '')
  const words = [
    'add',
    'remove',
    'update',
    'why',
    'info',
    'versions',
    'search',
    'lint',
    'explain',
    'identify',
  ]
  for (const name of words) {
    const offline = ['add', 'update', 'versions'].includes(name) ? ['--offline'] : []
    await quiet([name, `./a${bad}`, ...offline])
    await quiet([name, `a@${bad}`, `--${bad}`])
  }
  await quiet([bad])
  await quiet(['list', '-C', `./${bad}`])
  await quiet(['lint', '--format', bad])
})

it('answers of an upstream are told without what they hold', async () => {
  const tag = `v1.0${steering}`
  server.on('*', ({request, response}) => {
    if (request.url?.includes('info/refs') === true) {
      const line = `${'a'.repeat(40)} refs/tags/${tag}\n`
      response.end(
        `001e# service=git-upload-pack\n0000${(Buffer.byteLength(line) + 4).toString(16).padStart(4, '0')}${line}0000`,
      )
      return
    }
    response.statusCode = 500
    response.end(steering)
  })
  write(
    'prosody-mods.json',
    JSON.stringify({
      modules: {'own/x': '*', 'hg/y': '*'},
      sources: {own: {kind: 'github', repository: 'a/b'}, hg: {kind: 'hg', repository: `${server.url}/hg`}},
      mirrors: {'https://github.com': server.url, 'https://raw.githubusercontent.com': server.url},
    }),
  )
  expect((await quiet(['install'])).code).not.toBe(0)
  expect((await quiet(['add', `${server.url}/mod_z.lua`])).code).toBe(5)
  await quiet(['versions', 'own/x'])
  await quiet(['outdated'])
}, 120_000)

it('a registry is no better', async () => {
  const registry = embeddedRegistry()
  const [first] = registry.moves
  const copy = await copyPackage({
    ...registry,
    index: registry.index,
    source: (id) => registry.source(id),
    releases: (id) => registry.releases(id),
    moves: registry.moves.map((move) => ({...move, note: steering})),
  })
  const other = await newSandbox(copy.program)
  const {stdout, stderr} = await other.cli(['info', first?.module ?? ''])
  await Promise.all([other.remove(), copy.remove()])
  expect(stdout).toContain('\\x1b[2J')
  expect(stdout + stderr).not.toMatch(steers)
})

it('our own colours are colours', async () => {
  await sandbox.cli(['init'])
  const {stderr} = await sandbox.cli(['add', `\u001b[31mred`], {env: {FORCE_COLOR: '1', NO_COLOR: undefined}})
  expect(stderr).toContain('\u001b[31merror:\u001b[39m')
  expect(stderr).toContain('\\x1b[31mred')
  expect(stderr).not.toContain('\u001b[31mred')
})

it('JSON holds the values themselves, spelled as JSON spells them', async () => {
  const {stdout, json} = await quiet(['explain', '--json', `module 'a\u001b\u202e\u{e0041}b' not found`])
  expect(stdout).toContain('a\\u202e\\udb40\\udc41b')
  expect(JSON.stringify(json)).toContain('\u202e')
})
