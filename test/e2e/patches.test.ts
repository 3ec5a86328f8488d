import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {digestOf} from '../../src/digest.ts'
import type {InstallResult} from '../../src/operations/install/types.ts'
import type {ListResult} from '../../src/operations/list.ts'
import type {RemoveResult} from '../../src/operations/remove.ts'
import type {VerifyResult} from '../../src/operations/verify.ts'
import {integrityOf, type LockedModule, type Lockfile} from '../../src/project/lockfile.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {cutModule} from '../helpers/cut.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {mustFail, mustSucceed, writeManifest} from '../helpers/network.ts'
import {runProgram} from '../helpers/program.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'
import type {ModuleKey} from '../../src/module-key.ts'

const plugins = 'resources/prosody-plugins'

function body(own: string, lines = 12): string {
  return Array.from({length: lines}, (_, index) => `local ${own}_${index} = "${own} ${index}"\n`).join('')
}

const lobby = `local util = module:require "util"\n${body('lobby')}`
/** Bytes that are no UTF-8 stay as they are. */
const library = 'return {\n\tone = 1,\n\ttwo = 2,\n}\n'
/** The second release moves the lines of the lobby, the third has the patch, the fourth other lines in its place. */
const releases = {
  101: {
    'mod_lobby.lua': lobby,
    'mod_other.lua': `module:require "util"\n${body('other')}`,
    'util.lib.lua': library,
  },
  102: {
    'mod_lobby.lua': lobby.replace('local lobby_0', '-- one more line\nlocal lobby_0'),
    'mod_other.lua': `module:require "util"\n${body('other')}`,
    'util.lib.lua': library,
  },
  103: {
    'mod_lobby.lua': lobby.replace('"lobby 5"', '"patched"'),
    'mod_other.lua': body('other'),
    'util.lib.lua': library,
  },
  104: {
    'mod_lobby.lua': lobby.replace('"lobby 6"', '"other"'),
    'mod_other.lua': body('other'),
    'util.lib.lua': library,
  },
} as const

const bob = body('bob')
const patchedLobby = lobby.replace('"lobby 5"', '"patched"')

let forge: Forge
let hg: HgServer
let copy: PackageCopy

/** Prosody's own mod_ping as the package has it, and with another feature. */
let ping = ''
let patchedPing = ''
let line = ''

beforeAll(async () => {
  ping = await readFile('/usr/lib/prosody/modules/mod_ping.lua', 'utf8')
  patchedPing = ping.replace('module:add_feature("urn:xmpp:ping");', '$&\nmodule:add_feature("urn:example");')
  const version = await readFile('/usr/lib/prosody/prosody.version', 'utf8')
  line = version.split('.').slice(0, 2).join('.')
  forge = await startForge()
  hg = await startHg()
  const known = []
  const own = await newSandbox()
  const text = await patch(own, 'x.patch', {'plugins/mod_ping.lua': [ping, patchedPing]})
  await own.remove()
  for (const [version, modules] of Object.entries(releases)) {
    const files = version === '101' || version === '102' ? {...modules, 'ping.patch': text} : modules
    const placed = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`${plugins}/${path}`, text]),
    )
    const tag = `stable/jitsi-meet_${version}`
    known.push({version, revision: await forge.commit('jitsi/jitsi-meet', placed, [tag]), tag, files})
  }
  const community = {
    'mod_bob/mod_bob.lua': `module:depends "carol"\n${bob}`,
    'mod_carol/mod_carol.lua': body('carol'),
    'mod_carol/resources/old.txt': 'old\n',
  }
  const revision = await hg.commit(community, '2026-01-02 10:00 +0000')
  copy = await copyPackage(
    registryWith({jitsi: known, community: [{version: '2026.1.2', revision, files: community}]}),
  )
})

afterAll(async () => {
  await copy.remove()
  await forge.close()
  await hg.close()
})

const patchTest = it.extend<{sandbox: Sandbox}>({
  sandbox: async ({}, use) => {
    const sandbox = await newSandbox(copy.program)
    await use(sandbox)
    await sandbox.remove()
  },
})

type Patches = Readonly<Record<string, readonly string[]>>

function manifest(modules: Readonly<Record<string, string>>, patches?: Patches, more: object = {}): object {
  const mirrors = {
    ...forge.mirrors,
    'https://hg.prosody.im/prosody-modules': hg.url,
    debian: 'http://127.0.0.1:9',
  }
  return {mirrors, modules, ...(patches === undefined ? {} : {patches}), ...more}
}

/** Writes a patch as diff -u has it: path → before and after, undefined for no file. */
async function patch(
  {project}: Sandbox,
  path: string,
  changes: Readonly<Record<string, readonly [before: string | undefined, after: string | undefined]>>,
): Promise<string> {
  const scratch = join(project, '..', `scratch-${path.replaceAll('/', '-')}`)
  for (const [file, sides] of Object.entries(changes)) {
    for (const [index, side] of (['a', 'b'] as const).entries()) {
      const text = sides[index]
      await mkdir(join(scratch, side, dirname(file)), {recursive: true})
      if (text !== undefined) await writeFile(join(scratch, side, file), text)
    }
  }
  const text = diff(scratch)
  await rm(scratch, {recursive: true})
  await mkdir(join(project, dirname(path)), {recursive: true})
  await writeFile(join(project, path), text)
  return text
}

function diff(folder: string): string {
  try {
    execFileSync('diff', ['-urN', 'a', 'b'], {cwd: folder})
  } catch (error) {
    return String((error as {stdout: Buffer}).stdout)
  }
  throw new Error('nothing differs')
}

function at({project}: Sandbox, path: string): Promise<string> {
  return readFile(join(project, 'prosody-modules', path), 'utf8')
}

async function lockOf({project}: Sandbox): Promise<Lockfile> {
  return JSON.parse(await readFile(join(project, 'prosody-mods.lock.json'), 'utf8')) as Lockfile
}

async function entry(sandbox: Sandbox, key: ModuleKey): Promise<LockedModule> {
  const locked = (await lockOf(sandbox)).modules[key]
  if (locked === undefined) throw new Error(`no ${key} in the lockfile`)
  return locked
}

async function run<T>(sandbox: Sandbox, args: readonly string[], exit = 0): Promise<T> {
  const {code, stdout, stderr, json} = await sandbox.cli([...args, '--json'])
  expect(code, stdout + stderr).toBe(exit)
  return json as T
}

/** Jitsi's tree, and the lobby patched. */
async function patched(sandbox: Sandbox, version = '101'): Promise<string> {
  const text = await patch(sandbox, 'patches/lobby.patch', {'mod_lobby.lua': [lobby, patchedLobby]})
  await writeManifest(sandbox, manifest({'jitsi/*': version}, {'jitsi/*': ['patches/lobby.patch']}))
  return text
}

describe('install', () => {
  patchTest('writes patched files, and locks both digests and that of the patch', async ({sandbox}) => {
    const text = await patched(sandbox)
    const result = await run<InstallResult>(sandbox, ['install'])
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(patchedLobby)
    const locked = await entry(sandbox, 'jitsi/*')
    expect(locked.patches).toEqual([{path: 'patches/lobby.patch', digest: digestOf(text)}])
    expect(locked.published).toEqual({'mod_lobby.lua': digestOf(lobby)})
    expect(locked.files).toMatchObject({
      'mod_lobby.lua': digestOf(patchedLobby),
      'util.lib.lua': digestOf(library),
    })
    expect(locked.integrity).toBe(integrityOf(locked.files))
    expect(locked.trust).toEqual({by: 'registry', basis: 'upstream'})
    expect(result.modules[0]?.patched).toEqual([
      {path: 'patches/lobby.patch', digest: digestOf(text), state: 'applied'},
    ])
    const before = await readTree(sandbox.project)
    expect(await run<InstallResult>(sandbox, ['install'])).toMatchObject({upToDate: true, warnings: []})
    await mustSucceed(sandbox, ['install', '--frozen', '--offline'])
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  patchTest('leaves the lockfile of projects without patches as it was', async ({sandbox}) => {
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}))
    await mustSucceed(sandbox, ['install'])
    const plain = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
    expect(plain).not.toContain('patch')
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}))
    await mustSucceed(sandbox, ['install'])
    expect(await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')).toBe(plain)
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(lobby)
  })

  patchTest(
    'makes the same files again from lockfile and patches, with an empty store',
    async ({sandbox}) => {
      await patched(sandbox)
      await mustSucceed(sandbox, ['install'])
      const before = await readTree(sandbox.project)
      await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
      await run(sandbox, ['cache', 'prune', '--days', '0'])
      await mustSucceed(sandbox, ['install', '--frozen'])
      expect(await readTree(sandbox.project)).toEqual(before)
    },
  )

  patchTest('needs no network where the context has what the patches made', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    expect(await mustSucceed(sandbox, ['install', '--frozen', '--offline'])).toMatchObject({
      served: {},
      failures: [],
    })
  })

  patchTest('applies a patch that was changed, and not with --frozen', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const other = lobby.replace('"lobby 5"', '"patched again"')
    await patch(sandbox, 'patches/lobby.patch', {'mod_lobby.lua': [lobby, other]})
    const {message} = await mustFail(sandbox, ['install', '--frozen'], {
      exit: 7,
      code: 'LOCKFILE_OUTDATED',
      mayKeep: true,
    })
    expect(message).toContain('patches/lobby.patch is not what it was when it was locked')
    await mustSucceed(sandbox, ['install'])
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(other)
  })

  patchTest('follows the manifest, and says with --frozen where the lockfile does not', async ({sandbox}) => {
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}))
    await mustSucceed(sandbox, ['install'])
    await patched(sandbox)
    const {message} = await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
    expect(message).toContain(
      'the manifest has it patched with patches/lobby.patch, the lockfile with nothing',
    )
    expect((await mustFail(sandbox, ['fetch'], {exit: 7, code: 'LOCKFILE_OUTDATED'})).message).toContain(
      'patched',
    )
    const {differences} = await run<ListResult>(sandbox, ['list'])
    expect(differences).toMatchObject([{key: 'jitsi/*', kind: 'other-patches'}])
  })

  patchTest('adds, changes and removes files, by patches one after the other', async ({sandbox}) => {
    await patch(sandbox, 'patches/1.patch', {
      'mod_carol/mod_carol.lua': [body('carol'), body('carol').replace('carol 5', 'patched')],
      'mod_carol/carol.lib.lua': [undefined, 'return 1\n'],
      'mod_carol/resources/old.txt': ['old\n', undefined],
    })
    await patch(sandbox, 'patches/2.patch', {'mod_carol/carol.lib.lua': ['return 1\n', 'return 2\n']})
    const patches = {'community/carol': ['./patches/1.patch', 'patches/2.patch']}
    await writeManifest(sandbox, manifest({'community/carol': '2026.1.2'}, patches))
    await mustSucceed(sandbox, ['install'])
    const tree = await readTree(join(sandbox.project, 'prosody-modules/community'))
    expect(Object.keys(tree).sort()).toEqual(['mod_carol/carol.lib.lua', 'mod_carol/mod_carol.lua'])
    expect(tree['mod_carol/carol.lib.lua']).toBe('return 2\n')
    const {published, patches: locked} = await entry(sandbox, 'community/carol')
    expect(published).toEqual({
      'mod_carol/carol.lib.lua': null,
      'mod_carol/mod_carol.lua': digestOf(body('carol')),
      'mod_carol/resources/old.txt': digestOf('old\n'),
    })
    expect(locked?.map(({path}) => path)).toEqual(['patches/1.patch', 'patches/2.patch'])
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
    await writeManifest(sandbox, manifest({'community/carol': '2026.1.2'}))
    await mustSucceed(sandbox, ['install'])
    expect(await at(sandbox, 'community/mod_carol/resources/old.txt')).toBe('old\n')
  })

  patchTest(
    'patches what came in because others need it, and reads needs of patched code',
    async ({sandbox}) => {
      const main = `module:depends "carol"\n${bob}`
      await patch(sandbox, 'carol.patch', {
        'mod_carol.lua': [body('carol'), body('carol').replace('carol 5', 'x')],
      })
      const modules = {'community/bob': '2026.1.2'}
      await writeManifest(sandbox, manifest(modules, {'community/carol': ['carol.patch']}))
      await mustSucceed(sandbox, ['install'])
      expect(await at(sandbox, 'community/mod_carol/mod_carol.lua')).toContain('"x"')
      await mustSucceed(sandbox, ['install', '--frozen'])
      expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
      await patch(sandbox, 'bob.patch', {'mod_bob.lua': [main, bob]})
      await writeManifest(sandbox, manifest(modules, {'community/bob': ['bob.patch']}))
      await mustSucceed(sandbox, ['install'])
      expect(Object.keys((await lockOf(sandbox)).modules)).toEqual(['community/bob'])
    },
  )

  patchTest('patches a library for all modules of a tree that share it', async ({sandbox}) => {
    const other = library.replace('2', '3')
    await patch(sandbox, 'util.patch', {[`${plugins}/util.lib.lua`]: [library, other]})
    const modules = {'jitsi/lobby': '101', 'jitsi/other': '101'}
    for (const owners of [['jitsi/lobby'], ['jitsi/lobby', 'jitsi/other']]) {
      const patches = Object.fromEntries(owners.map((owner) => [owner, ['util.patch']]))
      await writeManifest(sandbox, manifest(modules, patches))
      expect(await run<InstallResult>(sandbox, ['install'])).toMatchObject({warnings: []})
      expect(await at(sandbox, 'jitsi/util.lib.lua')).toBe(other)
    }
    const both = (await lockOf(sandbox)).modules
    for (const key of ['jitsi/lobby', 'jitsi/other'] as const)
      expect(both[key]?.files['util.lib.lua']).toBe(digestOf(other))
    await mustSucceed(sandbox, ['install', '--frozen'])
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
  })

  patchTest('refuses what the patch makes no Lua of', async ({sandbox}) => {
    await patch(sandbox, 'bad.patch', {'mod_lobby.lua': [lobby, lobby.replace('"lobby 5"', '"lobby 5')]})
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}, {'jitsi/*': ['bad.patch']}))
    const {message} = await mustFail(sandbox, ['install'], {exit: 4, code: 'LUA_INVALID', mayKeep: true})
    expect(message).toContain('jitsi/*: mod_lobby.lua:7:')
    expect(message).toContain('patched with bad.patch')
  })

  patchTest('looks at patched code with the rules about Prosody', async ({sandbox}) => {
    const worse = lobby.replace('local lobby_5 = "lobby 5"', 'no_such_global()')
    await patch(sandbox, 'worse.patch', {'mod_lobby.lua': [lobby, worse]})
    await writeManifest(
      sandbox,
      manifest({'jitsi/*': '101'}, {'jitsi/*': ['worse.patch']}, {lint: {policy: 'warn'}}),
    )
    const {lint} = await run<InstallResult>(sandbox, ['install'])
    expect(lint.findings).toMatchObject([{path: 'prosody-modules/jitsi/mod_lobby.lua', line: 7}])
  })

  patchTest('applies patches in a folder that stands for a root, too', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const root = join(sandbox.project, '..', 'root')
    await mustSucceed(sandbox, ['install', '--destdir', root])
    const path = 'usr/local/lib/prosody-mods/jitsi/mod_lobby.lua'
    expect(await readFile(join(root, path), 'utf8')).toBe(patchedLobby)
    expect((await run<VerifyResult>(sandbox, ['verify', '--destdir', root])).drift).toEqual([])
    await writeFile(join(root, path), lobby)
    expect((await run<VerifyResult>(sandbox, ['verify', '--destdir', root], 4)).drift).toMatchObject([
      {path, kind: 'changed'},
    ])
    await rm(root, {recursive: true})
  })
})

describe('patches that can not be', () => {
  const cases: readonly (readonly [string, string, {exit: number; code: string}, RegExp])[] = [
    ['patches/none.patch', '', {exit: 3, code: 'PATH_NOT_FOUND'}, /there is no patch patches\/none.patch/],
    ['../out.patch', '', {exit: 4, code: 'PATH_OUTSIDE'}, /lies outside of the project/],
    ['/etc/passwd', '', {exit: 4, code: 'PATH_OUTSIDE'}, /lies outside of the project/],
    ['bad.patch', 'words\n', {exit: 2, code: 'PATCH_INVALID'}, /^bad.patch:1: it changes no file/],
    [
      'up.patch',
      '--- a/../x.lua\n+++ b/../x.lua\n@@ -1 +1 @@\n-a\n+b\n',
      {exit: 2, code: 'PATCH_INVALID'},
      /^up.patch:1: the name "a\/..\/x.lua" leads out/,
    ],
    [
      'new.patch',
      '--- /dev/null\n+++ b/elsewhere/mod_new.lua\n@@ -0,0 +1 @@\n+a = 1\n',
      {exit: 6, code: 'PATCH_REJECTED'},
      /b\/elsewhere\/mod_new.lua: the release has no such file/,
    ],
  ]

  patchTest.for(cases)('%s: %j', async ([path, text, expected, message], {sandbox}) => {
    if (text !== '') await writeFile(join(sandbox.project, path), text)
    await writeManifest(sandbox, manifest({'community/carol': '2026.1.2'}, {'community/carol': [path]}))
    expect((await mustFail(sandbox, ['install'], {...expected, mayKeep: true})).message).toMatch(message)
  })

  patchTest('a link out of the project', async ({sandbox}) => {
    await writeFile(join(sandbox.project, '..', 'out.patch'), 'x')
    await symlink('../out.patch', join(sandbox.project, 'in.patch'))
    await writeManifest(sandbox, manifest({'community/carol': '2026.1.2'}, {'community/carol': ['in.patch']}))
    await mustFail(sandbox, ['install'], {exit: 4, code: 'PATH_OUTSIDE', mayKeep: true})
  })

  patchTest('one for a module that the project does not have', async ({sandbox}) => {
    await patched(sandbox)
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}, {'jitsi/lobby': ['patches/lobby.patch']}))
    const {hint} = await mustFail(sandbox, ['install'], {exit: 3, code: 'PATCH_UNUSED', mayKeep: true})
    expect(hint).toContain('take "jitsi/lobby" out of "patches"')
  })
})

describe('bump', () => {
  patchTest(
    'stops before anything is written where a patch does not apply, with the hunk',
    async ({sandbox}) => {
      await patched(sandbox)
      await mustSucceed(sandbox, ['install'])
      const failure = await mustFail(sandbox, ['bump', 'jitsi@104'], {
        exit: 6,
        code: 'PATCH_REJECTED',
        mayKeep: true,
      })
      expect(failure.message).toContain('patches/lobby.patch does not apply to jitsi/* 104: mod_lobby.lua')
      expect(failure.message).toContain('-local lobby_5 = "lobby 5"\n')
      expect(failure.message).toContain('local lobby_6 = "other"')
      expect(failure.hint).toContain('nothing was written')
      expect(failure.details).toMatchObject({
        patch: 'patches/lobby.patch',
        module: 'jitsi/*',
        version: '104',
        file: 'mod_lobby.lua',
        why: 'other',
        hunk: {line: 4, from: 4},
      })
      await mustFail(sandbox, ['bump', 'jitsi@104', '--dry-run'], {
        exit: 6,
        code: 'PATCH_REJECTED',
        mayKeep: true,
      })
      expect((await sandbox.cli(['bump', 'jitsi@104'])).code).toBe(6)
    },
  )

  patchTest('goes on where the lines have moved, and says so', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const {code, stdout, stderr} = await sandbox.cli(['bump', 'jitsi@102'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('jitsi/* patched with patches/lobby.patch')
    expect(stdout).toContain('patches/lobby.patch applies to jitsi/* 102 at other lines than it says')
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(
      releases[102]['mod_lobby.lua'].replace('"lobby 5"', '"patched"'),
    )
    expect((await entry(sandbox, 'jitsi/*')).patches).toMatchObject([{state: 'moved'}])
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
    await mustSucceed(sandbox, ['install', '--frozen', '--offline'])
  })

  patchTest('tells of a release that has the patch already, and changes nothing there', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const {stdout} = await sandbox.cli(['bump', 'jitsi@103'])
    expect(stdout).toContain('jitsi/* 103 has already what patches/lobby.patch does')
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(releases[103]['mod_lobby.lua'])
    const {patches, published} = await entry(sandbox, 'jitsi/*')
    expect(patches).toMatchObject([{path: 'patches/lobby.patch', state: 'already'}])
    expect(published).toBeUndefined()
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
    await mustSucceed(sandbox, ['install', '--frozen', '--offline'])
  })

  patchTest('update stays where nothing upstream has changed', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const before = await readTree(sandbox.project)
    const {updated} = await run<{updated: readonly unknown[]}>(sandbox, ['update', '--offline'])
    expect(updated).toEqual([])
    expect(await readTree(sandbox.project)).toEqual(before)
  })
})

describe('a lockfile is a claim', () => {
  /** Writes evil code into context and lockfile, as if patches had made it. */
  async function forged(sandbox: Sandbox): Promise<void> {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const evil = `${patchedLobby}os.execute("evil")\n`
    await writeFile(join(sandbox.project, 'prosody-modules/jitsi/mod_lobby.lua'), evil)
    const lock = await lockOf(sandbox)
    const locked = await entry(sandbox, 'jitsi/*')
    const files = {...locked.files, 'mod_lobby.lua': digestOf(evil)}
    const modules = {...lock.modules, 'jitsi/*': {...locked, files, integrity: integrityOf(files)}}
    await writeFile(
      join(sandbox.project, 'prosody-mods.lock.json'),
      JSON.stringify({...lock, modules}, undefined, 2),
    )
  }

  patchTest('install --frozen makes patched files anew, and compares', async ({sandbox}) => {
    await forged(sandbox)
    const {message} = await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
    expect(message).toContain('its files are not what its patches make of the published ones')
  })

  patchTest('verify takes patches back, and compares, without store or network', async ({sandbox}) => {
    await forged(sandbox)
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    const {drift} = await run<VerifyResult>(sandbox, ['verify'], 4)
    expect(drift).toMatchObject([{path: 'prosody-modules/jitsi/mod_lobby.lua', kind: 'unproved'}])
    const {problems} = await run<{problems: readonly object[]}>(sandbox, ['check'], 6)
    expect(problems).toContainEqual(
      expect.objectContaining({kind: 'digest', path: 'prosody-modules/jitsi/mod_lobby.lua'}),
    )
  })

  patchTest('install mends it', async ({sandbox}) => {
    await forged(sandbox)
    await mustSucceed(sandbox, ['install'])
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(patchedLobby)
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
  })

  patchTest('published digests are compared with the registry', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const path = join(sandbox.project, 'prosody-mods.lock.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(digestOf(lobby), digestOf('evil')))
    await mustFail(sandbox, ['install', '--frozen'], {exit: 4, code: 'LOCKFILE_DISPUTED'})
    await mustFail(sandbox, ['list'], {exit: 4, code: 'LOCKFILE_DISPUTED'})
  })

  patchTest('verify tells patches that were changed, or are gone', async ({sandbox}) => {
    const text = await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const path = join(sandbox.project, 'patches/lobby.patch')
    await writeFile(path, `More words.\n${text}`)
    expect((await run<VerifyResult>(sandbox, ['verify'], 4)).drift).toMatchObject([
      {path: 'patches/lobby.patch', kind: 'patch'},
    ])
    await rm(path)
    const {drift} = await run<VerifyResult>(sandbox, ['verify'], 4)
    expect(drift).toMatchObject([{path: 'patches/lobby.patch', kind: 'patch', got: null}])
    const {code, stdout} = await sandbox.cli(['verify'])
    expect([code, stdout]).toEqual([4, expect.stringContaining('other patch: patches/lobby.patch')])
  })
})

describe('the guide', () => {
  patchTest('makes a patch with Git that applies, and a second one on top', async ({sandbox}) => {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, {
        cwd: sandbox.project,
        env: {...process.env, GIT_CEILING_DIRECTORIES: '/'},
      }).toString()
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}))
    await mustSucceed(sandbox, ['install'])
    git('init', '--quiet')
    await mkdir(join(sandbox.project, 'patches'))
    const names: string[] = []
    for (const [name, line] of [
      ['one', '3'],
      ['two', '9'],
    ] as const) {
      git('add', 'prosody-modules')
      const before = await at(sandbox, 'jitsi/mod_lobby.lua')
      const after = before.replace(`"lobby ${line}"`, `"${name}"`)
      await writeFile(join(sandbox.project, 'prosody-modules/jitsi/mod_lobby.lua'), after)
      names.push(`patches/${name}.patch`)
      await writeFile(join(sandbox.project, `patches/${name}.patch`), git('diff', 'prosody-modules/jitsi'))
      git('checkout', '--quiet', 'prosody-modules/jitsi')
      await writeManifest(sandbox, manifest({'jitsi/*': '101'}, {'jitsi/*': names}))
      expect(await run<InstallResult>(sandbox, ['install'])).toMatchObject({warnings: []})
      expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(after)
    }
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
  })
})

describe('a command that is cut off', () => {
  patchTest('is brought to its end by the next, patches and all', {timeout: 300_000}, async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    await mustSucceed(sandbox, ['fetch'])
    const before = await readTree(sandbox.project)
    const other = lobby.replace('"lobby 5"', '"patched again"')
    await patch(sandbox, 'patches/lobby.patch', {'mod_lobby.lua': [lobby, other]})
    const changed = await readTree(sandbox.project)
    await mustSucceed(sandbox, ['install'])
    const after = await readTree(sandbox.project)
    const preload = join(sandbox.project, '../cut.mjs')
    await writeFile(preload, cutModule)
    const ends = {early: 0, late: 0, done: 0}
    for (let at = 1; ends.done === 0; at += 3) {
      await reset(sandbox, changed)
      const {code} = await runProgram([process.execPath, '--import', preload, copy.program, 'install'], {
        cwd: sandbox.project,
        env: {...sandbox.env, CUT_AT: String(at), CUT_HOW: 'kill'},
      })
      if (code === 0) ends.done += 1
      else ends[existsSync(join(sandbox.project, '.prosody-mods/journal.json')) ? 'late' : 'early'] += 1
      await run(sandbox, ['install'])
      expect(await readTree(sandbox.project), `cut at ${at}`).toEqual(after)
      // Where the disk is full, all of it is written or nothing.
      await reset(sandbox, changed)
      await runProgram([process.execPath, '--import', preload, copy.program, 'install'], {
        cwd: sandbox.project,
        env: {...sandbox.env, CUT_AT: String(at), CUT_HOW: 'fail'},
      })
      const left = Object.entries(await readTree(sandbox.project)).filter(
        ([path]) => !path.startsWith('.prosody-mods/'),
      )
      expect([changed, after]).toContainEqual(Object.fromEntries(left))
    }
    expect(before).not.toEqual(after)
    expect(ends.early).toBeGreaterThan(2)
    expect(ends.late).toBeGreaterThan(1)
  })

  async function reset({project}: Sandbox, tree: Readonly<Record<string, string>>): Promise<void> {
    await rm(project, {recursive: true})
    for (const [path, text] of Object.entries(tree)) {
      await mkdir(dirname(join(project, path)), {recursive: true})
      await writeFile(join(project, path), text)
    }
  }
})

describe('the rest', () => {
  patchTest('list and check know of patches', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    expect((await sandbox.cli(['list'])).stdout).toContain('jitsi/* patched with patches/lobby.patch')
    const {problems} = await run<{problems: readonly {kind: string}[]}>(sandbox, ['check'])
    expect(problems.filter(({kind}) => kind === 'digest' || kind === 'lockfile')).toEqual([])
    for (const args of [['options', 'jitsi/lobby'], ['deps'], ['tree'], ['info', 'lobby']])
      await run(sandbox, args)
    await run(sandbox, ['lint', 'jitsi/lobby'])
    await run(sandbox, ['image', 'init', '--profile', 'minimal'])
    await run(sandbox, ['image', 'check'])
  })

  patchTest('what is added beside a patched module leaves that as it is', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    const before = await entry(sandbox, 'jitsi/*')
    const {code, stderr} = await sandbox.cli(['add', 'community/bob'])
    expect(code, stderr).toBe(0)
    expect(await entry(sandbox, 'jitsi/*')).toEqual(before)
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(patchedLobby)
    const {stdout} = await sandbox.cli(['install', '--force', '--modules-path', '/srv/mods'])
    expect(stdout).toContain('jitsi/* patched with patches/lobby.patch\n')
  })

  patchTest('fetch brings what patches are applied to', async ({sandbox}) => {
    await patched(sandbox)
    await mustSucceed(sandbox, ['install'])
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    await mustSucceed(sandbox, ['fetch'])
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await mustSucceed(sandbox, ['install', '--frozen', '--offline'])
    expect(await at(sandbox, 'jitsi/mod_lobby.lua')).toBe(patchedLobby)
  })

  patchTest('remove takes patches out of the manifest, and leaves their files', async ({sandbox}) => {
    await patch(sandbox, 'carol.patch', {
      'mod_carol.lua': [body('carol'), body('carol').replace('carol 5', 'x')],
    })
    const modules = {'community/bob': '2026.1.2', 'jitsi/*': '101'}
    await patched(sandbox)
    const patches = {'community/carol': ['carol.patch'], 'jitsi/*': ['patches/lobby.patch']}
    await writeManifest(sandbox, manifest(modules, patches))
    await mustSucceed(sandbox, ['install'])
    const {unusedPatches} = await run<RemoveResult>(sandbox, ['remove', 'bob'])
    expect(unusedPatches).toEqual(['carol.patch'])
    const written = async (): Promise<object> =>
      JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')) as object
    expect(await written()).toMatchObject({patches: {'jitsi/*': ['patches/lobby.patch']}})
    await mustSucceed(sandbox, ['install', '--frozen'])
    await run(sandbox, ['remove', 'jitsi'])
    expect(await written()).not.toHaveProperty('patches')
    expect(await readFile(join(sandbox.project, 'carol.patch'), 'utf8')).toContain('carol')
  })

  patchTest('a module of a local folder is patched, too', async ({sandbox}) => {
    await mkdir(join(sandbox.project, 'own/mod_dave'), {recursive: true})
    await writeFile(join(sandbox.project, 'own/mod_dave/mod_dave.lua'), body('dave'))
    await patch(sandbox, 'dave.patch', {'mod_dave.lua': [body('dave'), body('dave').replace('dave 5', 'x')]})
    const sources = {own: {kind: 'path', path: './own'}}
    await writeManifest(sandbox, manifest({'own/dave': '*'}, {'own/dave': ['dave.patch']}, {sources}))
    await mustSucceed(sandbox, ['install'])
    expect(await at(sandbox, 'own/mod_dave/mod_dave.lua')).toContain('"x"')
    await mustSucceed(sandbox, ['install', '--frozen'])
  })
})

describe('Prosody itself', () => {
  const upstream = 'jitsi:ping.patch'

  async function pinged(sandbox: Sandbox, more: readonly string[] = []): Promise<void> {
    const image = {debian: line === '0.12' ? 'bookworm' : 'trixie'}
    const patches = {prosody: [upstream, ...more]}
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}, patches, {prosody: line, image}))
  }

  patchTest('has its patches locked, and those of releases in the project', async ({sandbox}) => {
    await patch(sandbox, 'patches/core.patch', {'b.lua': ['a\n', 'b\n']})
    await pinged(sandbox, ['patches/core.patch'])
    await mustSucceed(sandbox, ['install'])
    const path = join(sandbox.project, 'prosody-patches/jitsi/ping.patch')
    const text = await readFile(path)
    const own = await readFile(join(sandbox.project, 'patches/core.patch'))
    expect((await lockOf(sandbox)).patches).toEqual([
      {path: upstream, digest: digestOf(text)},
      {path: 'patches/core.patch', digest: digestOf(own)},
    ])
    expect((await sandbox.cli(['list'])).stdout).toContain(`patched with ${upstream}, patches/core.patch`)
    const {problems} = await run<{
      problems: readonly {kind: string; severity: string; path: string | null}[]
    }>(sandbox, ['check'])
    expect(
      problems.filter(({kind}) => kind === 'project').map(({severity, path: at}) => [severity, at]),
    ).toEqual([
      ['note', 'prosody-patches/jitsi/ping.patch'],
      ['note', 'patches/core.patch'],
    ])
    const before = await readTree(sandbox.project)
    await mustSucceed(sandbox, ['install', '--frozen', '--offline'])
    await rm(path)
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    await mustSucceed(sandbox, ['install', '--frozen'])
    expect(await readTree(sandbox.project)).toEqual(before)
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
    await writeFile(path, `${text.toString()}\n`)
    await writeFile(join(sandbox.project, 'patches/core.patch'), `words\n${own.toString()}`)
    expect((await run<VerifyResult>(sandbox, ['verify'], 4)).drift).toMatchObject([
      {path: 'patches/core.patch', kind: 'patch'},
      {path: 'prosody-patches/jitsi/ping.patch', kind: 'changed'},
    ])
    await writeFile(path, text.toString().replaceAll('\n', '\r\n'))
    const ended = await run<VerifyResult>(sandbox, ['verify'], 4)
    expect(ended.drift.find(({kind}) => kind === 'line-ends')?.hint).toContain('"prosody-patches/** -text"')
    await rm(path)
    const {message} = await mustFail(sandbox, ['install', '--frozen'], {
      exit: 7,
      code: 'LOCKFILE_OUTDATED',
      mayKeep: true,
    })
    expect(message).toContain('patches/core.patch is not what it was when it was locked')
    await writeManifest(sandbox, manifest({'jitsi/*': '101'}))
    await mustSucceed(sandbox, ['install'])
    expect(Object.keys(await readTree(sandbox.project))).not.toContain('prosody-patches/jitsi/ping.patch')
  })

  patchTest(
    'names of patches that a release does not have are told with those that it has',
    async ({sandbox}) => {
      const patches = {prosody: ['jitsi:pong.patch']}
      await writeManifest(sandbox, manifest({'jitsi/*': '101'}, patches))
      const missing = {exit: 3, code: 'PATH_NOT_FOUND', mayKeep: true}
      expect((await mustFail(sandbox, ['install'], missing)).message).toContain('jitsi/* 101 has ping.patch')
      await writeManifest(sandbox, manifest({'jitsi/*': '101'}, {prosody: ['community:x.patch']}))
      expect((await mustFail(sandbox, ['install'], missing)).message).toContain(
        'nothing of a flat tree community',
      )
      await pinged(sandbox)
      await mustSucceed(sandbox, ['install'])
      expect((await mustFail(sandbox, ['bump', 'jitsi@104'], missing)).message).toContain('104 has no patch')
    },
  )

  patchTest('a patch of a release is for modules of another source, too', async ({sandbox}) => {
    const text = await patch(sandbox, 'x.patch', {'mod_ping.lua': [ping, patchedPing]})
    await mkdir(join(sandbox.project, 'own/mod_ping'), {recursive: true})
    await writeFile(join(sandbox.project, 'own/mod_ping/mod_ping.lua'), ping)
    const sources = {own: {kind: 'path', path: './own'}}
    const patches = {'own/ping': [upstream]}
    await writeManifest(sandbox, manifest({'jitsi/*': '101', 'own/ping': '*'}, patches, {sources}))
    await mustSucceed(sandbox, ['install'])
    expect(text).toContain('urn:example')
    expect(await at(sandbox, 'own/mod_ping/mod_ping.lua')).toBe(patchedPing)
    expect((await run<VerifyResult>(sandbox, ['verify'])).drift).toEqual([])
    await mustSucceed(sandbox, ['bump', 'jitsi@102'])
    await mustSucceed(sandbox, ['install', '--frozen'])
  })

  patchTest('is patched by the Dockerfile, exactly, or no image is built', async ({sandbox}) => {
    await pinged(sandbox)
    await mustSucceed(sandbox, ['install'])
    expect((await sandbox.cli(['image', 'init', '--profile', 'minimal'])).stderr).toBe('')
    const dockerfile = await readFile(join(sandbox.project, 'Dockerfile'), 'utf8')
    const kept = '/usr/local/share/prosody-patches/1-ping.patch'
    expect(dockerfile).toContain(`COPY ["prosody-patches/jitsi/ping.patch","${kept}"]\n`)
    expect(dockerfile).toMatch(/install[^&]* patch \\/)
    expect(await readFile(join(sandbox.project, '.dockerignore'), 'utf8')).toContain(
      '\n!prosody-patches/jitsi/ping.patch\n',
    )
    const command = /^RUN (patched\(\)(?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? ''
    const folder = join(sandbox.project, '..', 'prosody')
    execFileSync('cp', ['--recursive', '/usr/lib/prosody', folder])
    const script = command
      .replaceAll('/usr/lib/prosody', folder)
      .replaceAll(kept, join(sandbox.project, 'prosody-patches/jitsi/ping.patch'))
    const sh = (): string =>
      execFileSync('sh', ['-c', script], {stdio: ['ignore', 'pipe', 'pipe']}).toString()
    const file = join(folder, 'modules/mod_ping.lua')
    sh()
    expect(await readFile(file, 'utf8')).toBe(patchedPing)
    expect(sh()).toContain('Prosody has it already')
    expect(await readFile(file, 'utf8')).toBe(patchedPing)
    const other = ping.replace('local function ping_handler', 'function ping_handler')
    await writeFile(file, other)
    expect(sh).toThrow('it does not apply to the Prosody of this image')
    expect(await readFile(file, 'utf8')).toBe(other)
    expect(
      Object.keys(await readTree(join(folder, 'modules'))).filter((one) => /\.(?:orig|rej)$/.test(one)),
    ).toEqual([])
    await rm(folder, {recursive: true})
    await patch(sandbox, 'some$x.patch', {'mod_ping.lua': [ping, patchedPing]})
    await patch(sandbox, 'none.patch', {'mod_no_such.lua': ['a\n', 'b\n']})
    const wrong = {
      'some$x.patch': 'some$x.patch: a Dockerfile can not name such a file',
      'none.patch': 'none.patch: from no one folder of Prosody',
    }
    for (const [name, message] of Object.entries(wrong)) {
      await pinged(sandbox, [name])
      await writeManifest(sandbox, {
        ...(JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')) as object),
        image: {debian: line === '0.12' ? 'bookworm' : 'trixie', profile: 'minimal'},
      })
      await mustSucceed(sandbox, ['install'])
      const refused = await mustFail(sandbox, ['image', 'write'], {exit: 2, code: 'PATCH_INVALID'})
      expect(refused.message).toContain(message)
    }
  })
})
