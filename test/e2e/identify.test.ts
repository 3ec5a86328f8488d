import {chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import type {IdentifyResult} from '../../src/operations/identify/types.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {mustFail, writeManifest} from '../helpers/network.ts'
import {copyForEverybody, copyPackage, type PackageCopy} from '../helpers/package-copy.ts'
import {mustRun, runProgram} from '../helpers/program.ts'

const plugins = 'resources/prosody-plugins'

type Files = Readonly<Record<string, string>>

const oldTree = {
  'mod_lobby.lua': 'local util = module:require "util"\nreturn 1\n',
  'mod_alone.lua': 'module:set_global()\n',
  'util.lib.lua': 'return {}\n',
  'lobby.patch': '--- a/x\n',
}

/** Of releases 102 and 103. */
const tree = {...oldTree, 'mod_lobby.lua': 'local util = module:require "util"\nreturn 2\n'}
const contrib = {
  'event/mod_event.lua': 'module:depends("muc")\n',
  'event/mod_event_component.lua': 'module:set_global()\n',
}
const community = {
  'mod_web/web/mod_web.lua': 'module:depends("http")\n',
  'mod_web/web/www/index.html': '<p></p>\n',
}
const needy = {'mod_needy/mod_needy.lua': 'module:depends("web")\n'}

let forge: Forge
let hg: HgServer
let copy: PackageCopy

beforeAll(async () => {
  forge = await startForge()
  hg = await startHg()
  const jitsi = async (version: string, files: Files) => ({
    version,
    revision: await forge.commit('jitsi/jitsi-meet', below(plugins, files), [`stable/jitsi-meet_${version}`]),
    files,
  })
  const revision = await hg.commit({...community, ...needy}, '2026-01-02 10:00 +0000')
  copy = await copyPackage(
    registryWith({
      jitsi: [await jitsi('101', oldTree), await jitsi('102', tree), await jitsi('103', tree)],
      'jitsi-contrib': [
        {
          version: '20260101',
          revision: await forge.commit('jitsi-contrib/prosody-plugins', contrib),
          files: contrib,
        },
      ],
      community: [{version: '2026.1.2', revision, files: {...community, ...needy}}],
    }),
  )
})

afterAll(async () => {
  await copy.remove()
  await forge.close()
  await hg.close()
})

const identifyTest = it.extend<{sandbox: Sandbox; folder: string}>({
  sandbox: async ({}, use) => {
    const sandbox = await newSandbox(copy.program)
    await use(sandbox)
    await sandbox.remove()
  },
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-plugins-'))
    await use(folder)
    await rm(folder, {recursive: true, force: true})
  },
})

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))
}

async function lay(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), {recursive: true})
    await writeFile(join(folder, path), text)
  }
}

async function identify(sandbox: Sandbox, ...args: readonly string[]): Promise<IdentifyResult> {
  const {code, stdout, stderr, json} = await sandbox.cli(['identify', ...args, '--json'])
  expect(code, stdout + stderr).toBe(0)
  expect(stderr).toBe('')
  return json as IdentifyResult
}

async function lines(sandbox: Sandbox, ...args: readonly string[]): Promise<string[]> {
  const {code, stdout, stderr} = await sandbox.cli(['identify', ...args])
  expect(code, stdout + stderr).toBe(0)
  return stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  '))
}

/** `path name state versions`, one a module. */
function states({modules}: IdentifyResult): string[] {
  return modules.map((one) => `${one.path} ${one.module ?? one.name} ${one.state} ${one.versions.join()}`)
}

async function pins(sandbox: Sandbox): Promise<Record<string, string>> {
  const text = await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')
  return (JSON.parse(text) as {modules: Record<string, string>}).modules
}

/** Publishers are where nobody answers. */
const silent = {
  'https://github.com': 'http://127.0.0.1:9',
  'https://raw.githubusercontent.com': 'http://127.0.0.1:9',
  'https://hg.prosody.im': 'http://127.0.0.1:9',
  debian: 'http://127.0.0.1:9',
}

const mixture = {
  ...below('jitsi', {...tree, 'mod_lobby.lua': 'return "mine"\n'}),
  'jitsi/mod_event.lua': contrib['event/mod_event.lua'],
  ...below('contrib', contrib),
  ...below('lib/modules', community),
  'own/mod_own.lua': 'return "own"\n',
  'own/logo.png': '\u0089PNG\u0000\u0001',
  'own/README.md': 'words\n',
}

describe('a folder', () => {
  identifyTest('with a whole tree is of the newest release that has its files', async ({sandbox, folder}) => {
    await lay(folder, tree)
    expect(await identify(sandbox, folder)).toMatchObject({
      files: 4,
      trees: [
        {source: 'jitsi', folder: '', version: '103', versions: ['103', '102'], complete: true, matching: 3},
      ],
      modules: [
        {module: 'jitsi/alone', state: 'exact', version: '103', files: ['mod_alone.lua']},
        {module: 'jitsi/lobby', state: 'exact', version: '103', files: ['mod_lobby.lua', 'util.lib.lua']},
      ],
      modified: [],
      stray: [],
      unknown: [],
      ignored: 1,
      adoption: null,
    })
    expect((await lines(sandbox, folder)).slice(0, 3)).toEqual([
      `${folder}: 4 files, 2 modules: 2 exact`,
      'jitsi 102, 103: complete, 3 files',
      '  exact  2 modules of jitsi  102, 103',
    ])
  })

  identifyTest('with a mixture of layouts', async ({sandbox, folder}) => {
    await lay(folder, mixture)
    const result = await identify(sandbox, folder)
    expect(states(result)).toEqual([
      'contrib/event/mod_event.lua jitsi-contrib/event exact 20260101',
      'contrib/event/mod_event_component.lua jitsi-contrib/event_component exact 20260101',
      'jitsi/mod_alone.lua jitsi/alone exact 103,102,101',
      'jitsi/mod_event.lua jitsi-contrib/event exact 20260101',
      'jitsi/mod_lobby.lua jitsi/lobby modified 103,102,101',
      'lib/modules/mod_web/web/mod_web.lua community/web exact 2026.1.2',
      'own/mod_own.lua own unknown ',
    ])
    expect(result).toMatchObject({
      trees: [{folder: 'jitsi/', complete: false, matching: 2}],
      modified: ['jitsi/mod_lobby.lua'],
      unknown: ['own/logo.png', 'own/mod_own.lua'],
      ignored: 2,
    })
    const text = await lines(sandbox, folder)
    expect(text).toContain('  modified  jitsi/lobby  nearest 103  jitsi/mod_lobby.lua')
    expect(text).toContain('  unknown  own  -  own/mod_own.lua')
    expect(text).toContain('  own/logo.png')
  })

  identifyTest('without a module says so', async ({sandbox, folder}) => {
    await lay(folder, {})
    expect(await identify(sandbox, folder)).toMatchObject({files: 0, modules: [], trees: []})
    expect(await lines(sandbox, folder)).toEqual([
      `${folder}: 0 files, no module`,
      '  a module is a file mod_<name>.lua; none lies in it at any depth',
      '',
    ])
  })

  identifyTest('is found from the folder of -C, and may be a link', async ({sandbox, folder}) => {
    await lay(folder, below('here', tree))
    await symlink('here', join(folder, 'there'))
    const {folder: real} = await identify(sandbox, 'there', '-C', folder)
    expect(real).toBe(join(folder, 'here'))
  })

  identifyTest('is read as far as its links stay in it', async ({sandbox, folder}) => {
    const outside = join(sandbox.project, 'mod_event.lua')
    await writeFile(outside, contrib['event/mod_event.lua'])
    await lay(folder, {'.data/mod_alone.lua': tree['mod_alone.lua'], 'a/b/words.txt': ''})
    await symlink('.data/mod_alone.lua', join(folder, 'mod_alone.lua'))
    await symlink(outside, join(folder, 'mod_event.lua'))
    await symlink(sandbox.project, join(folder, 'outside'))
    await symlink('none', join(folder, 'mod_nowhere.lua'))
    await symlink('mod_circle.lua', join(folder, 'mod_circle.lua'))
    await symlink('../..', join(folder, 'a/b/up'))
    await mustRun(['mkfifo', join(folder, 'mod_pipe.lua')])
    const result = await identify(sandbox, folder)
    expect(states(result)).toEqual(['mod_alone.lua jitsi/alone exact 103,102,101'])
    expect(result.skipped).toEqual([
      {path: 'mod_circle.lua', reason: 'a link that leads nowhere'},
      {path: 'mod_event.lua', reason: 'a link that leaves the folder'},
      {path: 'mod_nowhere.lua', reason: 'a link that leads nowhere'},
      {path: 'mod_pipe.lua', reason: 'neither a file nor a folder'},
      {path: 'outside', reason: 'a link that leaves the folder'},
    ])
    expect(result.files).toBe(2)
  })

  identifyTest('is walked into hidden folders only where a link leads there', async ({sandbox, folder}) => {
    await lay(folder, below('.git/x', tree))
    expect((await identify(sandbox, folder)).files).toBe(0)
    await symlink('.git/x', join(folder, 'modules'))
    expect((await identify(sandbox, folder)).trees).toMatchObject([{folder: 'modules/', complete: true}])
  })

  identifyTest('with what cannot be read says so, and goes on', async ({sandbox, folder}) => {
    await lay(folder, {'mod_open.lua': 'x', 'mod_closed.lua': 'x', 'closed/mod_inner.lua': 'x'})
    await chmod(folder, 0o755)
    await chmod(join(folder, 'mod_closed.lua'), 0)
    await chmod(join(folder, 'closed'), 0)
    const everybody = await copyForEverybody()
    onTestFinished(() => everybody.remove())
    // root may read everything.
    const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
    const run = (at: string) =>
      runProgram([...asNobody, process.execPath, everybody.program, 'identify', at, '--json'], {
        cwd: folder,
        env: sandbox.env,
      })
    const {code, stdout} = await run(folder)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      modules: [{path: 'mod_open.lua'}],
      unreadable: [
        {path: 'closed', reason: 'permission denied'},
        {path: 'mod_closed.lua', reason: 'permission denied'},
      ],
    })
    const none = await run(join(folder, 'closed'))
    expect(none.code).toBe(1)
    expect(JSON.parse(none.stdout)).toMatchObject({error: {code: 'READ_FAILED'}})
  })

  identifyTest(
    'is not read where no release has a file of that size',
    {timeout: 20_000},
    async ({sandbox, folder}) => {
      await lay(folder, {'mod_huge.lua': '', 'mod_alone.lua': tree['mod_alone.lua']})
      await truncate(join(folder, 'mod_huge.lua'), 2 ** 40)
      expect(states(await identify(sandbox, folder))).toEqual([
        'mod_alone.lua jitsi/alone exact 103,102,101',
        'mod_huge.lua huge unknown ',
      ])
    },
  )

  identifyTest('of many files is shown shortened and told in full', async ({sandbox, folder}) => {
    const names = Array.from({length: 3000}, (_, index) => `mod_m${index}.lua`)
    await lay(folder, Object.fromEntries(names.map((name) => [`d/${name}`, 'x'])))
    expect((await identify(sandbox, folder)).modules).toHaveLength(3000)
    const text = await lines(sandbox, folder)
    expect(text).toContain('  … and 2960 more unknown (--json lists all)')
    expect(text.length).toBeLessThan(60)
  })

  identifyTest('cannot drive the terminal with the names of its files', async ({sandbox, folder}) => {
    await lay(folder, {'x\u001b[2J.lua': 'x'})
    const {stdout} = await sandbox.cli(['identify', folder])
    expect(stdout).toContain('  x\\x1b[2J.lua\n')
    expect(stdout).not.toContain('\u001b[2J')
  })
})

describe('--adopt', () => {
  identifyTest('takes a tree with line ends of Windows as its release has it', async ({sandbox, folder}) => {
    const windows = Object.entries(tree).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')] as const)
    await lay(folder, Object.fromEntries(windows))
    await writeManifest(sandbox, {mirrors: silent})
    const {adoption, lineEnds} = await identify(sandbox, folder, '--adopt', '--offline')
    expect(lineEnds).toEqual(['mod_alone.lua', 'mod_lobby.lua', 'util.lib.lua'])
    expect(adoption).toMatchObject({added: [{module: 'jitsi/*', version: '103'}]})
    const taken = await readFile(join(sandbox.project, 'prosody-modules/jitsi/mod_lobby.lua'), 'utf8')
    expect(taken).toBe(tree['mod_lobby.lua'])
  })

  identifyTest('takes a whole tree without asking anybody for its bytes', async ({sandbox, folder}) => {
    await lay(folder, tree)
    await writeManifest(sandbox, {mirrors: silent})
    const {adoption} = await identify(sandbox, folder, '--adopt', '--offline')
    expect(adoption).toMatchObject({
      dryRun: false,
      added: [{module: 'jitsi/*', version: '103', previous: null, files: 3, trust: {by: 'registry'}}],
      kept: [],
      fetch: {served: {}, fromStore: 3},
    })
    expect(await pins(sandbox)).toEqual({'jitsi/*': '103'})
    const shipped = Object.entries(tree).filter(([path]) => !path.endsWith('.patch'))
    expect(await readTree(join(sandbox.project, 'prosody-modules'))).toEqual(
      below('jitsi', Object.fromEntries(shipped)),
    )
    expect((await sandbox.cli(['install', '--frozen', '--offline'])).code).toBe(0)
    expect((await sandbox.cli(['verify'])).code).toBe(0)
  })

  identifyTest('takes what is exact, and says what becomes of the rest', async ({sandbox, folder}) => {
    await lay(folder, mixture)
    await cp(folder, join(sandbox.project, 'plugins'), {recursive: true})
    await writeManifest(sandbox, {mirrors: silent})
    const text = await lines(sandbox, 'plugins', '--adopt')
    expect(await pins(sandbox)).toEqual({
      'community/web': '2026.1.2',
      'jitsi-contrib/event': '20260101',
      'jitsi-contrib/event_component': '20260101',
      'jitsi/alone': '103',
    })
    expect(text).toContain(
      'not adopted: jitsi/lobby: modified; keep it as it is: prosody-mods add ./plugins/jitsi/mod_lobby.lua',
    )
    expect(text).toContain('not adopted: own: unknown; keep it as it is: prosody-mods add ./plugins/own')
    expect((await sandbox.cli(['add', './plugins/own'])).code).toBe(0)
  })

  identifyTest('names the changed library of an exact module, and how to keep both', async ({sandbox}) => {
    await lay(join(sandbox.project, 'plugins'), {...tree, 'util.lib.lua': 'return {changed = true}\n'})
    await writeManifest(sandbox, {mirrors: silent})
    expect(await lines(sandbox, 'plugins', '--adopt')).toContain(
      "not adopted: jitsi/lobby: its own bytes are the release's, and a library that it loads is changed: util.lib.lua; keep both as they are: prosody-mods add ./plugins/mod_lobby.lua",
    )
    expect((await sandbox.cli(['add', './plugins/mod_lobby.lua'])).code).toBe(0)
    expect((await readTree(join(sandbox.project, 'prosody-modules')))['plugins/mod_lobby/util.lib.lua']).toBe(
      'return {changed = true}\n',
    )
  })

  identifyTest('leaves modules of a tree that lint looks at where they lie', async ({sandbox, folder}) => {
    await lay(folder, tree)
    await writeManifest(sandbox, {mirrors: silent})
    await identify(sandbox, folder, '--adopt', '--offline')
    const path = 'prosody-modules/jitsi/mod_lobby.lua'
    const installed = join(sandbox.project, path)
    await writeFile(installed, `hosts.x = 1\n${await readFile(installed, 'utf8')}`)
    for (const operands of [['lobby'], ['jitsi/lobby'], ['jitsi/*'], ['jitsi'], []]) {
      const {json} = await sandbox.cli(['lint', '--json', ...operands])
      const {findings} = json as {
        readonly findings: readonly {readonly path: string; readonly code: string}[]
      }
      expect(findings, operands.join()).toMatchObject([{path, code: 'deprecated-api'}])
    }
  })

  identifyTest('tells what came in for others', async ({sandbox, folder}) => {
    await lay(folder, needy)
    await writeManifest(sandbox, {
      mirrors: {...silent, 'https://hg.prosody.im/prosody-modules': hg.url},
    })
    const text = await lines(sandbox, folder, '--adopt')
    expect(text).toContain('adopted community/needy 2026.1.2: 1 file')
    expect(text).toContain('added  community/web 2026.1.2, which community/needy needs')
    expect(await pins(sandbox)).toEqual({'community/needy': '2026.1.2'})
  })

  identifyTest('with --dry-run writes nothing', async ({sandbox, folder}) => {
    await lay(folder, tree)
    await writeManifest(sandbox, {mirrors: silent})
    const before = await readTree(sandbox.project)
    const {adoption} = await identify(sandbox, folder, '--adopt', '--dry-run')
    expect(adoption).toMatchObject({dryRun: true, added: [{module: 'jitsi/*'}]})
    expect(await lines(sandbox, folder, '--adopt', '--dry-run')).toContain('would adopt jitsi/* 103: 3 files')
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  identifyTest('keeps what the manifest has, and says so', async ({sandbox, folder}) => {
    await lay(folder, {...tree, ...contrib})
    await lay(sandbox.project, {'own/mod_event/mod_event.lua': 'return "mine"\n'})
    await writeManifest(sandbox, {mirrors: silent})
    expect((await sandbox.cli(['add', './own'])).code).toBe(0)
    const before = await pins(sandbox)
    const {adoption} = await identify(sandbox, folder, '--adopt')
    expect(adoption?.kept).toEqual([
      {module: 'jitsi-contrib/event', version: '20260101', reason: 'own/event has the same name'},
    ])
    expect(await pins(sandbox)).toEqual({
      ...before,
      'jitsi-contrib/event_component': '20260101',
      'jitsi/*': '103',
    })
    const again = await identify(sandbox, folder, '--adopt')
    expect(again.adoption).toMatchObject({
      added: [],
      changes: [],
      kept: [
        {module: 'jitsi/*', reason: 'the manifest has it at 103'},
        {module: 'jitsi-contrib/event', reason: 'own/event has the same name'},
        {module: 'jitsi-contrib/event_component', reason: 'the manifest has it at 20260101'},
      ],
    })
    expect(await lines(sandbox, folder, '--adopt')).toContain('nothing to adopt')
  })

  identifyTest('takes nothing where nothing is exact', async ({sandbox, folder}) => {
    await lay(folder, {'mod_mine.lua': 'return 1\n'})
    await writeManifest(sandbox, {})
    const before = await readTree(sandbox.project)
    expect((await identify(sandbox, folder, '--adopt')).adoption).toMatchObject({added: [], kept: []})
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  identifyTest('does not overwrite a file in the way', async ({sandbox, folder}) => {
    await lay(folder, tree)
    await writeManifest(sandbox, {})
    await lay(sandbox.project, {'prosody-modules/jitsi/mod_alone.lua': 'return "mine"\n'})
    await mustFail(sandbox, ['identify', folder, '--adopt'], {
      exit: 4,
      code: 'FILE_IN_THE_WAY',
      mayKeep: true,
    })
  })

  identifyTest('needs a project', async ({sandbox, folder}) => {
    await lay(folder, tree)
    await mustFail(sandbox, ['identify', folder, '--adopt'], {exit: 2, code: 'MANIFEST_MISSING'})
  })
})

describe('bad input', () => {
  identifyTest.for([
    ['no folder', [], 2, 'USAGE'],
    ['two folders', ['.', '..'], 2, 'USAGE'],
    ['an unknown flag', ['.', '--adapt'], 2, 'USAGE'],
    ['a folder that is not there', ['./none'], 3, 'PATH_NOT_FOUND'],
    ['a file', ['prosody-mods.json'], 3, 'PATH_NOT_FOUND'],
    ['something below a file', ['prosody-mods.json/x'], 3, 'PATH_NOT_FOUND'],
  ] as const)('%s', async ([, args, exit, code], {sandbox}) => {
    await writeManifest(sandbox, {})
    await mustFail(sandbox, ['identify', ...args], {exit, code})
  })
})
