import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {describe, expect} from 'vitest'
import {integrityOf, type Lockfile} from '../../src/project/lockfile.ts'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {mustFail, networkTest, writeManifest} from '../helpers/network.ts'

const tree = {
  'tree/mod_rooms.lua': 'local util = module:require "util"\nreturn util\n',
  'tree/mod_smacks.lua': 'module:log("debug", "an own copy of what Prosody has")\n',
  'tree/mod_filter/mod_filter.lua': 'return module:require "rules"\n',
  'tree/mod_filter/rules.lib.lua': 'return {}\n',
  'tree/mod_counter.lua': 'module:log("info", "counts")\nmodule:depends "filter"\n',
  'tree/util.lib.lua': 'return {}\n',
}
const sources = {own: {kind: 'path', path: './tree', layout: 'flat'}}

async function project(sandbox: Sandbox, entry: unknown): Promise<void> {
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(sandbox.project, path)), {recursive: true})
    await writeFile(join(sandbox.project, path), text)
  }
  await writeManifest(sandbox, {
    prosody: '13.0',
    image: {debian: 'trixie'},
    sources,
    ...(entry === undefined ? {} : {modules: {'own/*': entry}}),
  })
}

async function written({project: folder}: Sandbox): Promise<string[]> {
  const paths = Object.keys(await readTree(folder))
  return paths.filter((path) => path.startsWith('prosody-modules/')).sort()
}

async function manifestOf({project: folder}: Sandbox): Promise<string> {
  return readFile(join(folder, 'prosody-mods.json'), 'utf8')
}

describe.concurrent('a tree that leaves modules out', {timeout: 120_000}, () => {
  networkTest('is installed without them, and says so', async ({sandbox}) => {
    await project(sandbox, {version: '*', except: ['mod_smacks', 'counter', 'filter']})
    const {code, stderr} = await sandbox.cli(['install'])
    expect(code, stderr).toBe(0)
    const left = ['prosody-modules/own/mod_rooms.lua', 'prosody-modules/own/util.lib.lua']
    expect(await written(sandbox)).toEqual(left)
    const lock = JSON.parse(
      await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8'),
    ) as Lockfile
    expect(lock.modules['own/*']?.except).toEqual(['counter', 'filter', 'smacks'])
    expect((await sandbox.cli(['list'])).stdout).toContain('own/* without counter, filter, smacks\n')
    expect((await sandbox.cli(['list', '--json'])).json).toMatchObject({
      modules: [{module: 'own/*', except: ['counter', 'filter', 'smacks']}],
    })
    expect((await sandbox.cli(['install', '--frozen'])).code).toBe(0)
    expect((await sandbox.cli(['verify'])).code).toBe(0)
  })

  networkTest('counts as the modules that it has, wherever they are counted', async ({sandbox}) => {
    await project(sandbox, undefined)
    const last = async (...args: readonly string[]): Promise<string | undefined> => {
      const {code, stdout, stderr} = await sandbox.cli(args)
      expect(code, stderr).toBe(0)
      return stdout.trimEnd().split('\n').at(-1)
    }
    expect(await last('add', 'own/*')).toBe('4 modules added, 9 files written')
    expect(await last('add', 'own/rooms')).toMatch(/^\d+ files? written$/)
    expect(await last('verify')).toMatch(/^4 modules: \d files as locked$/)
    expect(await last('install')).toMatch(/^up to date: 4 modules, \d files verified$/)
    expect(await last('fetch')).toMatch(/^the store holds 0 files of 4 modules; /)
    expect(await last('outdated')).toBe('4 modules up to date')
    await writeFile(join(sandbox.project, 'tree/mod_counter.lua'), 'module:log("info", "counts more")\n')
    expect(await last('update')).toMatch(/^1 module updated, \d files written$/)
    expect(await last('remove', 'own', '--dry-run')).toMatch(
      /^dry run: 3 modules, \d+ files; nothing was written$/,
    )
    const {json} = await sandbox.cli(['remove', 'own', '--json'])
    expect(json).toMatchObject({removed: ['own/*'], total: {modules: 1, added: 0, removed: 3, changed: 0}})
  })

  networkTest('takes them back when the manifest no longer leaves them out', async ({sandbox}) => {
    await project(sandbox, {version: '*', except: ['smacks']})
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect(await written(sandbox)).not.toContain('prosody-modules/own/mod_smacks.lua')
    await project(sandbox, '*')
    const failure = await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
    expect(failure.message).toContain('own/*: the manifest leaves out nothing, the lockfile smacks')
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect(await written(sandbox)).toContain('prosody-modules/own/mod_smacks.lua')
  })

  networkTest('can not leave out what another of its modules needs', async ({sandbox}) => {
    await project(sandbox, {version: '*', except: ['filter']})
    const failure = await mustFail(sandbox, ['install'], {exit: 3, code: 'MODULE_EXCEPTED', mayKeep: true})
    expect(failure.message).toContain('own/* leaves out filter, and own/* needs it (own/mod_counter.lua:2)')
    expect(failure.details).toMatchObject({tree: 'own/*', module: 'filter', line: 2})
  })

  networkTest('does not bring them in for the module of another source either', async ({sandbox}) => {
    await project(sandbox, {version: '*', except: ['smacks', 'rooms']})
    await mkdir(join(sandbox.project, 'mod_asks'))
    await writeFile(join(sandbox.project, 'mod_asks/mod_asks.lua'), '\nmodule:depends "rooms"\n')
    const failure = await mustFail(sandbox, ['add', './mod_asks'], {
      exit: 3,
      code: 'MODULE_EXCEPTED',
      mayKeep: true,
    })
    expect(failure.message).toContain('own/* leaves out rooms')
    expect(failure.message).toContain(':2)')
  })

  networkTest("leaves to Prosody what is Prosody's own", async ({sandbox}) => {
    await project(sandbox, {version: '*', except: ['smacks']})
    await writeFile(join(sandbox.project, 'tree/mod_resume.lua'), 'module:depends "smacks"\n')
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect((await sandbox.cli(['check'])).stdout).not.toContain('smacks')
  })

  networkTest('is what add --except makes, and what update and add keep', async ({sandbox}) => {
    await project(sandbox, undefined)
    const {code, stderr} = await sandbox.cli(['add', 'own', '--except', 'mod_smacks'])
    expect(code, stderr).toBe(0)
    expect(JSON.parse(await manifestOf(sandbox))).toMatchObject({
      modules: {'own/*': {version: '*', except: ['smacks']}},
    })
    const before = await manifestOf(sandbox)
    for (const args of [['add', 'own'], ['update'], ['install']]) {
      expect((await sandbox.cli(args)).code, args.join(' ')).toBe(0)
      expect(await manifestOf(sandbox)).toBe(before)
      expect(await written(sandbox)).not.toContain('prosody-modules/own/mod_smacks.lua')
    }
  })

  networkTest('tells names that it does not have, and where there is no tree', async ({sandbox}) => {
    await project(sandbox, undefined)
    const misspelled = await mustFail(sandbox, ['add', 'own', '--except', 'smaks'], {
      exit: 3,
      code: 'MODULE_UNKNOWN',
      mayKeep: true,
    })
    expect(misspelled).toMatchObject({hint: 'did you mean smacks?'})
    await mustFail(sandbox, ['add', './tree/mod_rooms.lua', '--except', 'smacks'], {
      exit: 2,
      code: 'USAGE',
      mayKeep: true,
    })
  })

  networkTest('is refused in an entry of a single module', async ({sandbox}) => {
    await project(sandbox, undefined)
    await writeManifest(sandbox, {sources, modules: {'own/rooms': {version: '*', except: ['smacks']}}})
    const {message} = await mustFail(sandbox, ['list'], {exit: 2, code: 'MANIFEST_INVALID'})
    expect(message).toContain('except')
  })

  networkTest('what the lockfile leaves out has to be what the manifest does', async ({sandbox}) => {
    await project(sandbox, '*')
    expect((await sandbox.cli(['install'])).code).toBe(0)
    const path = join(sandbox.project, 'prosody-mods.lock.json')
    const lock = JSON.parse(await readFile(path, 'utf8')) as Lockfile
    const locked = lock.modules['own/*']
    if (locked === undefined) throw new Error('own/* is not locked')
    const {'mod_smacks.lua': taken, ...files} = locked.files
    expect(taken).toMatch(/^sha256:/)
    const forged = {...locked, files, integrity: integrityOf(files), except: ['smacks']}
    await writeFile(path, JSON.stringify({...lock, modules: {'own/*': forged}}))
    await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
  })
})
