import {existsSync} from 'node:fs'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, readTree, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {writeModules} from '../helpers/own-modules.ts'
import {onTerminal} from '../helpers/terminal.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  await writeModules(join(sandbox.project, 'own'), {prefix: 'own', count: 1})
})

afterEach(() => sandbox.remove())

const cli = (...args: readonly string[]): Promise<CliOutput> => sandbox.cli(args)

describe('add in a folder without a project', () => {
  it('says so and how to make one, and makes none', async () => {
    const before = await readTree(sandbox.project)
    const {code, stderr} = await cli('add', './own/mod_own1', 'a b')
    expect(code).toBe(2)
    expect((await cli('add', './own/mod_own1')).stderr).toBe(
      `error[MANIFEST_MISSING]: no prosody-mods.json in ${sandbox.project} or above it\n` +
        'hint: to make a project here with it: prosody-mods add --init ./own/mod_own1; a project elsewhere is named with -C <folder>\n',
    )
    expect(stderr).not.toBe('')
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('makes one with --init, as init and add would, in one go', async () => {
    const {code, stdout} = await cli('add', '--init', './own/mod_own1')
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(
        '\n  for Prosody 13.0 on Debian trixie: no Dockerfile here, and no Prosody (init --prosody, --debian change it)\nadded   own1/own1\n',
      ),
    ])
    const made = await readTree(sandbox.project)
    const other = await newSandbox()
    try {
      await writeModules(join(other.project, 'own'), {prefix: 'own', count: 1})
      expect((await other.cli(['init'])).code).toBe(0)
      expect((await other.cli(['add', './own/mod_own1'])).code).toBe(0)
      expect(made).toEqual(await readTree(other.project))
    } finally {
      await other.remove()
    }
  })

  it('takes the target from a Dockerfile', async () => {
    await writeFile(join(sandbox.project, 'Dockerfile'), 'FROM debian:bookworm-slim\n')
    const {json} = await cli('add', '--init', './own/mod_own1', '--json')
    expect(json).toMatchObject({
      made: {folder: sandbox.project, target: {prosody: '0.12', debian: 'bookworm'}, notes: []},
      changes: expect.arrayContaining([
        {path: '.gitattributes', action: 'write'},
        {path: 'prosody-mods.json', action: 'write'},
      ]) as unknown,
    })
    expect(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')).toContain(
      '"debian": "bookworm"',
    )
  })

  it.each([
    ['a module that nobody has', ['no_such_module', '--offline'], 3],
    ['a file that is no module', ['./broken.lua'], 2],
    ['Lua that is none', ['./mod_broken.lua'], 4],
    ['a spec that is none', ['@@'], 2],
  ])('leaves nothing where adding fails: %s', async (_, words, exit) => {
    await writeFile(join(sandbox.project, 'broken.lua'), 'local = 1\n')
    await writeFile(join(sandbox.project, 'mod_broken.lua'), 'local = 1\n')
    const before = await readTree(sandbox.project)
    expect((await cli('add', '--init', ...words)).code).toBe(exit)
    expect(await readTree(sandbox.project)).toEqual(before)
    expect((await cli('add', '--init', '-C', 'new/folder', ...words)).code).not.toBe(0)
    expect(existsSync(join(sandbox.project, 'new'))).toBe(false)
  })

  it('makes the folder that -C names', async () => {
    const args = ['add', '--init', '-C', 'new/folder', '../../own/mod_own1', '--allow-path', sandbox.project]
    expect((await cli(...args, '--dry-run')).stdout).toContain(`would make a project in`)
    expect(existsSync(join(sandbox.project, 'new'))).toBe(false)
    expect((await cli(...args)).code).toBe(0)
    expect((await cli('verify', '-C', 'new/folder')).code).toBe(0)
  })

  it('takes the project that is there, also from a folder in it', async () => {
    expect((await cli('init')).code).toBe(0)
    const {code, json} = await cli('add', '--init', '-C', 'own', './mod_own1', '--json')
    expect([code, json]).toEqual([0, expect.not.objectContaining({made: expect.anything() as unknown})])
    expect(existsSync(join(sandbox.project, 'own/prosody-mods.json'))).toBe(false)
  })

  it('does not take a lockfile alone for nothing', async () => {
    await writeFile(join(sandbox.project, 'prosody-mods.lock.json'), '{}')
    const {code, stderr} = await cli('add', '--init', './own/mod_own1')
    expect([code, stderr]).toEqual([2, expect.stringContaining('exists already')])
  })
})

describe('on a terminal', () => {
  // It may be in two lines.
  const question = '[Y/n] '
  const args = ['add', './own/mod_own1']

  it.each(['\r', 'what\ry\r', 'Yes\r'])('asks, and %j makes a project', async (keys) => {
    const typed = keys
      .split(/(?<=\r)/)
      .map((line, index) => ({after: index === 0 ? question : 'y or n? ', keys: line}))
    const {code, screen} = await onTerminal(sandbox, args, {typed})
    expect([code, screen]).toEqual([0, expect.stringContaining('made a project in')])
    expect((await cli('verify')).code).toBe(0)
  })

  it.each([
    ['n', 'n\r', 2],
    ['Ctrl-D', '\u0004', 2],
    ['Ctrl-C', '\u0003', 130],
  ])('asks, and %s makes none', async (_, keys, exit) => {
    const before = await readTree(sandbox.project)
    const {code} = await onTerminal(sandbox, args, {typed: [{after: question, keys}]})
    expect([code, await readTree(sandbox.project)]).toEqual([exit, before])
  })

  it.each([
    ['in a job of a CI', args, {CI: 'true'}],
    ['for --json', [...args, '--json'], {}],
  ])('asks nothing %s', async (_, words, env) => {
    await mkdir(join(sandbox.project, 'conf.d'))
    const {code, screen} = await onTerminal(sandbox, words, {env})
    expect([code, screen]).toEqual([2, expect.stringContaining('add --init')])
    expect(screen).not.toContain(question)
  })
})
