import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {boot, type BootResult} from '../../src/operations/boot/boot.ts'
import {createEnvironment} from '../../src/workbench/environment.ts'
import {bootCases, writeCases, type BootCase} from '../helpers/boot-modules.ts'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {largeTemporary} from '../helpers/debootstrap.ts'
import {linePlace, type ProsodyPlace} from '../helpers/prosody-place.ts'

describe.each(['0.12', '13.0'] as const)('a boot of Prosody %s', {timeout: 180_000}, (line) => {
  const cases = bootCases(line)
  let place: ProsodyPlace
  let sandbox: Sandbox
  /** For the temporary files of what runs on the machine itself. */
  let temporary = ''
  let result: BootResult
  let before: Record<string, string>

  beforeAll(async () => {
    place = await linePlace(line)
    temporary = await mkdtemp(join(tmpdir(), 'prosody-mods-boots-'))
    await chmod(temporary, 0o755)
    sandbox = await projectOf(cases, line)
    before = await readTree(sandbox.project)
    const environment = createEnvironment({cwd: sandbox.project, env: sandbox.env})
    result = await boot({...rootOf(place), seconds: 3}, environment)
  }, 900_000)

  afterAll(async () => {
    await sandbox.remove()
    await rm(temporary, {recursive: true})
    await place.remove()
  })

  it('is of that Prosody', () => {
    expect(result.prosody.version).toMatch(new RegExp(`^${line.replace('.', '\\.')}\\.`))
    expect(result.prosody.lua).toMatch(/^5\.\d$/)
    expect(result.modules.map(({name}) => name).sort()).toEqual(Object.keys(cases).sort())
  })

  it.each(Object.entries(cases))('tells what becomes of %s', (name, {host, reason, at}) => {
    const found = result.modules.find((one) => one.name === name)
    const folder = `prosody-modules/own/mod_${name}`
    expect(found?.host).toBe(host)
    if (reason === undefined) {
      expect(found).toMatchObject({loaded: true, reason: null, path: `${folder}/mod_${name}.lua`})
      return
    }
    expect(found).toMatchObject({loaded: false, path: null})
    expect(found?.reason).toMatch(reason)
    if (at !== undefined) expect([found?.file, found?.line]).toEqual([`${folder}/${at[0]}`, at[1]])
  })

  it.each([
    [
      'no_option',
      'it reads the option no_option_url, which is not set here; prosody-mods options own/no_option',
    ],
    [
      'joins_option',
      'it reads the option joins_domain, which is not set here; prosody-mods options own/joins_option',
    ],
    [
      'joins_part',
      'it reads the option part_domain, which is not set here; prosody-mods options own/joins_part',
    ],
    ['no_library', '"prosody-mods deps" says what brings it'],
    ['no_net', '"prosody-mods deps" says what brings it'],
    ['no_util', null],
    ['raises', null],
    ['needs_raises', null],
  ])('tells what to do about %s', (name, hint) => {
    expect(result.modules.find((one) => one.name === name)?.hint).toBe(hint)
  })

  it('has what Prosody logged about a module', () => {
    const log = result.modules.find(({name}) => name === 'plain')?.log
    expect(log).toEqual(['localhost:plain warn: plain is here'])
  })

  it('changes nothing in the project', async () => {
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind on %s', async (signal) => {
    const {sleeps} = cases
    if (sleeps === undefined) throw new Error('there is no module that sleeps')
    const project = await projectOf({sleeps}, line)
    const folder = place.root === '/' ? temporary : join(place.root, 'tmp')
    const mounts = await mountsBesideTests(place)
    expect(await readdir(folder)).toEqual([])
    try {
      const args = [cliPath, 'check', '--boot', ...rootFlags(place)]
      const env = {...project.env, TMPDIR: temporary}
      const child = spawn(process.execPath, args, {cwd: project.project, env, stdio: 'ignore'})
      const exit = once(child, 'exit')
      const work = await untilLoading(folder, 'sleeps')
      expect(await processesOf(work)).toHaveLength(1)
      child.kill(signal)
      expect(await exit).toEqual([130, null])
      expect(await readdir(folder)).toEqual([])
      expect(await processesOf(work)).toEqual([])
      expect(await mountsBesideTests(place)).toEqual(mounts)
    } finally {
      await project.remove()
    }
  })

  it('tells which file takes the place of a module', async () => {
    const {plain} = cases
    if (plain === undefined) throw new Error('cases are missing')
    const project = await projectOf({plain}, line)
    const folder = await mkdtemp(join(place.root, 'var/tmp/prosody-mods-before-'))
    try {
      await chmod(folder, 0o755)
      await writeFile(join(folder, 'mod_plain.lua'), 'module:log("info", "another one")\n')
      const before = place.root === '/' ? folder : folder.slice(place.root.length)
      const manifest = join(project.project, 'prosody-mods.json')
      const {modules} = JSON.parse(await readFile(manifest, 'utf8')) as {modules: unknown}
      await writeFile(manifest, JSON.stringify({prosody: line, modules, pluginPaths: {before: [before]}}))
      const found = await boot(rootOf(place), createEnvironment({cwd: project.project, env: project.env}))
      expect(found.modules).toMatchObject([
        {
          loaded: false,
          path: `${before}/mod_plain.lua`,
          reason: `Prosody loads ${before}/mod_plain.lua in its place`,
        },
      ])
    } finally {
      await rm(folder, {recursive: true})
      await project.remove()
    }
  })

  it('is a part of check', async () => {
    const {plain, raises} = cases
    if (plain === undefined || raises === undefined) throw new Error('cases are missing')
    const project = await projectOf({plain, raises}, line)
    try {
      const json = await project.cli(['check', '--boot', '--json', ...rootFlags(place)])
      expect(json.code, json.stdout + json.stderr).toBe(6)
      expect(json.json).toMatchObject({
        modules: [
          {module: 'own/plain', verdict: 'works'},
          {module: 'own/raises', verdict: 'cannot-work'},
        ],
        problems: [
          {
            kind: 'boot',
            severity: 'error',
            module: 'own/raises',
            path: 'prosody-modules/own/mod_raises/mod_raises.lua',
            line: 3,
          },
        ],
      })
      const text = await project.cli(['check', '--boot', ...rootFlags(place)])
      expect(text.code).toBe(6)
      expect(text.stdout).toMatch(/^ {2}loaded {2}own\/plain +localhost/m)
      expect(text.stdout).toMatch(/^ {2}failed {2}own\/raises +localhost/m)
      expect(text.stdout).toContain('it loaded 1 of 2 modules')
      const removed = await project.cli(['remove', 'raises'])
      expect(removed.code, removed.stderr).toBe(0)
      const good = await project.cli(['check', '--boot', ...rootFlags(place)])
      expect(good.code, good.stdout).toBe(0)
    } finally {
      await project.remove()
    }
  })
})

describe('a Prosody that can not be started', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await newSandbox()
    expect((await sandbox.cli(['init'])).code).toBe(0)
  })
  afterEach(() => sandbox.remove())

  it('is not there', async () => {
    const {code, stderr} = await sandbox.cli(['check', '--boot'], {env: {PATH: sandbox.project}})
    expect(stderr).toContain('there is no Prosody')
    expect(code).toBe(3)
  })

  it('is not where it was said to be', async () => {
    const {code, stderr} = await sandbox.cli(['check', '--boot', '--prosody', './nothing'])
    expect(stderr).toContain(join(sandbox.project, 'nothing'))
    expect(code).toBe(3)
  })

  it('is in no root filesystem', async () => {
    const {code, stderr} = await sandbox.cli(['check', '--boot', '--root', './nothing'])
    expect(stderr).toContain(join(sandbox.project, 'nothing'))
    expect(code).toBe(3)
  })

  it('ends by itself', async () => {
    const program = join(dirname(sandbox.project), 'prosody')
    await writeFile(program, '#!/bin/sh\necho "no library of mine" >&2\nexit 7\n', {mode: 0o755})
    await chmod(dirname(sandbox.project), 0o755)
    const {code, stderr} = await sandbox.cli(['check', '--boot', '--prosody', program])
    expect(stderr).toContain('exit code 7')
    expect(stderr).toContain('no library of mine')
    expect(code).toBe(1)
  })

  it.each(['--prosody', '--root'])('is not asked for by %s alone', async (flag) => {
    const {code, stderr} = await sandbox.cli(['check', flag, '/'])
    expect(stderr).toContain('--boot')
    expect(code).toBe(2)
  })
})

/** A new project with modules of a source `own`, which may have what lint calls errors. */
async function projectOf(cases: Readonly<Record<string, BootCase>>, line: string): Promise<Sandbox> {
  const sandbox = await newSandbox()
  const own = join(sandbox.project, 'own')
  await mkdir(own)
  await writeCases(own, cases)
  const manifest = {prosody: line, lint: {policy: 'warn'}}
  await writeFile(join(sandbox.project, 'prosody-mods.json'), `${JSON.stringify(manifest)}\n`)
  const added = await sandbox.cli(['add', own])
  if (added.code !== 0) throw new Error(added.stdout + added.stderr)
  return sandbox
}

function rootOf({root}: ProsodyPlace): {readonly root?: string} {
  return root === '/' ? {} : {root}
}

function rootFlags(place: ProsodyPlace): string[] {
  const {root} = rootOf(place)
  return root === undefined ? [] : ['--root', root]
}

/** The one folder in `parent`, once its trace says that a module is being loaded. */
async function untilLoading(parent: string, name: string): Promise<string> {
  const end = Date.now() + 60_000
  while (Date.now() < end) {
    for (const entry of await readdir(parent)) {
      const trace = await readFile(join(parent, entry, 'trace-1'), 'utf8').catch(() => '')
      if (trace.includes(`"name":"${name}"`)) return entry
    }
    await sleep(50)
  }
  throw new Error(`no Prosody got as far as mod_${name}`)
}

/** All mounts but those that other tests, which run meanwhile, make in their own folders: buildah's and debootstrap's. */
async function mountsBesideTests({root}: ProsodyPlace): Promise<string[]> {
  const lines = (await readFile('/proc/mounts', 'utf8')).split('\n')
  return lines.filter((line) => {
    const at = line.split(' ')[1] ?? ''
    return !at.startsWith(join(largeTemporary, 'prosody-mods-')) || (root !== '/' && at.startsWith(root))
  })
}

/** Ids of running processes that name a file in a command line. */
async function processesOf(part: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found: string[] = []
  for (const id of ids) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(part)) found.push(id)
  }
  return found
}
