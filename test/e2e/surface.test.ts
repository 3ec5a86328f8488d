import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {cp, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'
import {mustRun, runProgram} from '../helpers/program.ts'
import {scratchFolder} from '../helpers/scratch.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

const root = join(import.meta.dirname, '../..')

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  expect((await sandbox.cli(['init'])).code).toBe(0)
})

afterEach(() => sandbox.remove())

const configFolder = (): string => sandbox.env['PROSODY_MODS_CONFIG'] ?? ''

describe('a copy that can not run', () => {
  it('says that it is not built', async () => {
    const folder = await scratchFolder()
    await cp(join(root, 'bin'), join(folder, 'bin'), {recursive: true})
    await cp(join(root, 'package.json'), join(folder, 'package.json'))
    const {code, stdout, stderr} = await runProgram([process.execPath, join(folder, 'bin/run.js'), 'list'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      'error: this copy of prosody-mods can not run: it is not built\n' +
        'hint: in the folder of the clone, run: npm ci && npm run build\n',
    )
  })

  it('says that Node.js is too old', async () => {
    // Lies about its version to what is loaded next.
    const lie = "Object.defineProperty(process.versions, 'node', {value: '18.20.8'})"
    const folder = await scratchFolder()
    writeFileSync(join(folder, 'lie.cjs'), lie)
    const program = join(root, 'bin/run.js')
    const {code, stdout, stderr} = await runProgram([
      process.execPath,
      '--require',
      join(folder, 'lie.cjs'),
      program,
      'list',
    ])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: Node\.js 18\.20\.8 is too old for prosody-mods: 20\.19 or later is needed, of 22 at least 22\.3\nhint: /,
    )
    // What Node.js 12 can read: neither operators of later versions nor imports that are resolved before it runs.
    const text = readFileSync(program, 'utf8')
    expect(text).not.toMatch(/\?\?|\?\.|^import |^await |\|\|=/m)
  })
})

describe('the user’s configuration', () => {
  it('with a key that is not known is an error, and not ignored', async () => {
    await mkdir(configFolder(), {recursive: true})
    writeFileSync(join(configFolder(), 'config.json'), '{"mirors": {"debian": "https://x.example"}}')
    const {code, stderr} = await sandbox.cli(['list'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('mirors: this key is not known here')])
  })

  it('is looked for in a folder, and a file in its place is an error', async () => {
    writeFileSync(configFolder(), '{}')
    const {code, stderr} = await sandbox.cli(['list'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('PROSODY_MODS_CONFIG: ')])
    expect(stderr).toContain('is not a folder')
  })
})

it('a folder that is not there is told as that', async () => {
  const {code, stderr} = await sandbox.cli(['list', '-C', './nowhere'])
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/^error\[PATH_NOT_FOUND\]: there is no folder .*nowhere\n/),
  ])
})

it('removing says what to take out of the configuration', async () => {
  mkdirSync(join(sandbox.project, 'own/mod_own'), {recursive: true})
  writeFileSync(join(sandbox.project, 'own/mod_own/mod_own.lua'), 'return 1\n')
  const added = await sandbox.cli(['add', './own', '--offline'])
  expect(added.stdout).toMatch(/enable: add "own" to modules_enabled /)
  const {stdout} = await sandbox.cli(['remove', 'own'])
  expect(stdout).toContain('next: take "own" out of Prosody\'s configuration')
  expect(existsSync(join(sandbox.project, 'prosody-modules/own'))).toBe(false)
})

describe('with releases that a registry knows', () => {
  const releases = ['2025.1.1', '2025.2.2', '2026.3.3'].map((version, index) => ({
    version,
    revision: `${index}`.repeat(40),
    files: {'mod_known/mod_known.lua': `return ${index === 0 ? 0 : 1}\n`},
  }))
  let copy: PackageCopy
  let server: TestServer
  let other: Sandbox

  beforeEach(async () => {
    copy = await copyPackage(registryWith({community: releases}))
    server = await startServer()
    server.on('*', ({request, response}) => {
      const {url = ''} = request
      response.end(`return ${url.includes('0'.repeat(12)) ? 0 : url.includes('unheard') ? 2 : 1}\n`)
    })
    other = await newSandbox(copy.program)
    await other.cli(['init'])
    const manifest = JSON.parse(readFileSync(join(other.project, 'prosody-mods.json'), 'utf8')) as object
    const mirrors = {'https://hg.prosody.im': server.url}
    writeFileSync(join(other.project, 'prosody-mods.json'), JSON.stringify({...manifest, mirrors}))
  })

  afterEach(async () => {
    await Promise.all([server.close(), other.remove(), copy.remove()])
  })

  it('bytes are recognised wherever they come from', async () => {
    const {code, stdout, stderr} = await other.cli(['add', `${server.url}/mod_known.lua`])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(
      'these are the bytes of community/known 2025.2.2 to 2026.3.3; ' +
        '"prosody-mods add community/known@2026.3.3" has them vouched for',
    )
    const renamed = await other.cli(['add', `${server.url}/mod_other.lua`])
    expect(renamed.stdout).toContain(
      'other/other: these are the bytes of community/known 2025.2.2 to 2026.3.3; ',
    )
    const unknown = await other.cli(['add', `${server.url}/mod_unheard.lua`])
    expect([unknown.code, unknown.stderr]).toEqual([0, ''])
    expect(unknown.stdout).not.toContain('these are the bytes of')
  })

  it('a module that moves back is told to', async () => {
    const first = await other.cli(['add', 'community/known'])
    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).not.toContain('moved back')
    const {stdout} = await other.cli(['add', 'community/known@2025.1.1'])
    expect(stdout).toContain('community/known: moved back, from 2026.3.3 to the older 2025.1.1')
  })
})

it('bin/run.js is read by the shell as it stands', async () => {
  expect(await mustRun([join(root, 'bin/run.js'), '--version'])).toMatch(/^prosody-mods\//)
})
