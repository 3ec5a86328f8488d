import {chmod, mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, onTestFinished} from 'vitest'
import {file} from '../helpers/answers.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {startServer} from '../helpers/server.ts'

/** One command line and what it must end with; `prepare` makes the project that it runs in. */
interface Row {
  readonly name: string
  readonly args: readonly string[]
  readonly exit: number
  /** Error code in the JSON; null for commands that end with a result. */
  readonly code: string | null
  /** What the message must say. */
  readonly says?: readonly (string | RegExp)[]
  readonly env?: Readonly<Record<string, string>>
  readonly prepare?: (sandbox: Sandbox) => Promise<void>
}

const lua = 'module:set_global()\n'
const unresolvable = {PROSODY_MODS_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian'}

async function initialised(sandbox: Sandbox): Promise<void> {
  const {code, stderr} = await sandbox.cli(['init'])
  if (code !== 0) throw new Error(stderr)
}

/** A project with one module from a folder of its own, locked and written. */
async function installed(sandbox: Sandbox): Promise<void> {
  await initialised(sandbox)
  await mkdir(join(sandbox.project, 'own/mod_hello'), {recursive: true})
  await writeFile(join(sandbox.project, 'own/mod_hello/mod_hello.lua'), lua)
  const {code, stderr} = await sandbox.cli(['add', './own'])
  if (code !== 0) throw new Error(stderr)
}

/** Publishers that answer, and have nothing: Git's empty list, and 404 for hgweb's questions about revisions. */
async function withPublishers(sandbox: Sandbox): Promise<void> {
  const server = await startServer()
  onTestFinished(() => server.close())
  server.on('/jitsi/jitsi-meet.git/git-upload-pack', file('0000'))
  await mirrorPublishers(sandbox, server.url)
}

async function withoutPublishers(sandbox: Sandbox): Promise<void> {
  await mirrorPublishers(sandbox, 'http://127.0.0.1:9')
}

async function mirrorPublishers(sandbox: Sandbox, url: string): Promise<void> {
  await initialised(sandbox)
  await editManifest(sandbox, (text) =>
    JSON.stringify({
      ...(JSON.parse(text) as object),
      mirrors: {'https://github.com': url, 'https://hg.prosody.im': url},
    }),
  )
}

async function editManifest(sandbox: Sandbox, change: (text: string) => string): Promise<void> {
  const path = join(sandbox.project, 'prosody-mods.json')
  await writeFile(path, change(await readFile(path, 'utf8')))
}

const context = 'prosody-modules/own/mod_hello/mod_hello.lua'

const rows: readonly Row[] = [
  {name: 'a command that works', args: ['init'], exit: 0, code: null},
  {name: 'nothing found by search', args: ['search', 'zzzz'], exit: 0, code: null},
  {name: 'install with nothing to do', args: ['install'], exit: 0, code: null, prepare: installed},
  {
    name: 'a file where the work folder should be',
    args: ['remove', 'hello'],
    exit: 4,
    code: 'WORK_FOLDER_FOREIGN',
    says: ['.prosody-mods'],
    prepare: async (sandbox) => {
      await installed(sandbox)
      await writeFile(join(sandbox.project, '.prosody-mods'), '')
    },
  },
  {
    name: 'an unknown command',
    args: ['instal'],
    exit: 2,
    code: 'USAGE',
    says: ['instal', 'prosody-mods install'],
  },
  {
    name: 'an unknown command of a topic',
    args: ['cache', 'prun'],
    exit: 2,
    code: 'USAGE',
    says: ['cache prun', 'cache prune'],
  },
  {name: 'an unknown flag', args: ['install', '--forzen'], exit: 2, code: 'USAGE', says: ['--forzen']},
  ...[
    {args: ['upgrade', 'x'], says: ['"prosody-mods bump <module>" moves exact versions']},
    {args: ['lsit'], says: ['did you mean "prosody-mods list"?']},
    {args: ['i', 'jitsi'], says: ['"prosody-mods add <module>" adds a module']},
    {args: ['nope', '-h'], says: ['there is no command or topic "nope"']},
    {args: ['polls', '--color=blue'], says: ['--color: expected auto, always or never, got "blue"']},
    {args: ['list', '-qv'], says: ['--quiet and --verbose are given, which are opposites']},
    {args: ['add', 'polls', '9955'], says: ['did you mean "prosody-mods add polls@9955"?']},
    {args: ['explain', 'NO_SUCH_CODE'], says: ['there is no code NO_SUCH_CODE']},
    {args: ['lint', '--explain', 'nope'], says: ['lint has no rule or code "nope"', 'unknown-global']},
    {args: ['install', 'jitsi'], says: ['install takes flags only, got "jitsi"', 'prosody-mods add jitsi']},
    {args: ['init', 'my-image'], says: ['init takes flags only', 'prosody-mods init -C my-image']},
    {args: ['list', 'x'], says: ['list takes flags only, got "x"']},
    {args: ['info', 'a', 'b'], says: ['info takes one <module>, got 2: a b']},
    {args: ['add'], says: ['add needs <spec>: one or more modules', 'prosody-mods add muc_moderation']},
    {args: ['add', 'x', '--dryrun'], says: ['add has no flag --dryrun', 'did you mean --dry-run?']},
    {args: ['init', '--prosody'], says: ['the value of --prosody is missing']},
    {
      args: ['cache', 'prune', '--days', 'x'],
      says: ['--days: expected a whole number from 0, got "x"\nhint: for example --days 30\n'],
    },
  ].map(({args, says}) => ({name: `usage: ${args.join(' ')}`, args, exit: 2, code: 'USAGE', says})),
  {name: 'no manifest', args: ['install'], exit: 2, code: 'MANIFEST_MISSING', says: ['prosody-mods.json']},
  {name: 'init twice', args: ['init'], exit: 2, code: 'MANIFEST_EXISTS', prepare: initialised},
  {
    name: 'a line that is no release line',
    args: ['init', '--prosody', 'new'],
    exit: 2,
    code: 'MANIFEST_INVALID',
  },
  {
    name: 'a manifest that is not JSON',
    args: ['install'],
    exit: 2,
    code: 'MANIFEST_INVALID',
    says: ['prosody-mods.json:2:13'],
    prepare: (sandbox) => writeFile(join(sandbox.project, 'prosody-mods.json'), '{\n  "modules" {}\n}\n'),
  },
  {
    name: 'a manifest with a wrong value',
    args: ['install'],
    exit: 2,
    code: 'MANIFEST_INVALID',
    says: ['prosody-mods.json:2:12', 'first-use'],
    prepare: (sandbox) => writeFile(join(sandbox.project, 'prosody-mods.json'), '{\n  "trust": "all"\n}\n'),
  },
  {
    name: 'a manifest with a version of the wrong form',
    args: ['install'],
    exit: 2,
    code: 'MANIFEST_INVALID',
    says: ['prosody-mods.json:3:33', 'yesterday'],
    prepare: (sandbox) =>
      writeFile(
        join(sandbox.project, 'prosody-mods.json'),
        '{\n  "modules": {\n    "community/muc_moderation": "yesterday"\n  }\n}\n',
      ),
  },
  ...[['install'], ['list'], ['verify'], ['add', './own'], ['remove', 'hello']].map((args) => ({
    name: `${args[0] ?? ''} with a source of the manifest that stands in for a publisher`,
    args,
    exit: 2,
    code: 'MANIFEST_INVALID',
    says: ['prosody-mods.json:12:5: sources → jitsi: the registry has a source of that id'],
    prepare: async (sandbox: Sandbox) => {
      await installed(sandbox)
      await editManifest(sandbox, (text) =>
        text.replace('"sources": {', '"sources": {\n    "jitsi": {"kind": "path", "path": "./own"},'),
      )
    },
  })),
  {
    name: 'a lockfile that is not JSON',
    args: ['install'],
    exit: 2,
    code: 'LOCKFILE_INVALID',
    says: ['prosody-mods.lock.json:1:1', 'merge conflict'],
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await writeFile(join(sandbox.project, 'prosody-mods.lock.json'), '<<<<<<< ours\n{}\n')
    },
  },
  {
    name: 'a lockfile whose integrity does not fit',
    args: ['install'],
    exit: 2,
    code: 'LOCKFILE_INVALID',
    says: [/prosody-mods\.lock\.json:\d+:\d+/, 'integrity'],
    prepare: async (sandbox) => {
      await installed(sandbox)
      const path = join(sandbox.project, 'prosody-mods.lock.json')
      const text = await readFile(path, 'utf8')
      await writeFile(
        path,
        text.replace(/("integrity": "sha256:).{8}/, (_match, head: string) => `${head}00000000`),
      )
    },
  },
  {
    name: 'a user configuration that is not JSON',
    args: ['add', 'muc_moderation'],
    exit: 2,
    code: 'CONFIG_INVALID',
    says: ['config.json'],
    prepare: async (sandbox) => {
      await initialised(sandbox)
      const folder = sandbox.env['PROSODY_MODS_CONFIG'] ?? ''
      await mkdir(folder, {recursive: true})
      await writeFile(join(folder, 'config.json'), '{')
    },
  },
  {
    name: 'a spec that names nothing',
    args: ['add', 'Foo Bar'],
    exit: 2,
    code: 'SPEC_INVALID',
    prepare: initialised,
  },
  {
    name: 'a version of the wrong form',
    args: ['add', 'muc_moderation@yesterday'],
    exit: 2,
    code: 'VERSION_INVALID',
    says: ['yesterday'],
    prepare: initialised,
  },
  {
    name: 'a mistyped module',
    args: ['add', 'muc_moderatoin'],
    exit: 3,
    code: 'MODULE_UNKNOWN',
    says: ['muc_moderation'],
    prepare: initialised,
  },
  {
    name: 'a name that several publish',
    args: ['add', 'firewall'],
    exit: 3,
    code: 'MODULE_AMBIGUOUS',
    says: ['community/firewall', 'jitsi/firewall'],
    prepare: initialised,
  },
  {
    name: 'a source that is not known',
    args: ['add', 'nobody/hello'],
    exit: 3,
    code: 'SOURCE_UNKNOWN',
    says: ['nobody'],
    prepare: initialised,
  },
  {
    name: 'a range that nothing satisfies',
    args: ['add', 'muc_moderation@>2027'],
    exit: 3,
    code: 'VERSION_UNSATISFIABLE',
    says: ['2025.6.13, 2025.1.24', '18 in all'],
    prepare: withPublishers,
  },
  {
    name: 'a release that the publisher does not have either',
    args: ['add', 'jitsi@9999'],
    exit: 3,
    code: 'VERSION_UNSATISFIABLE',
    says: ['nearest is 9955 before it, 10008 after it'],
    prepare: withPublishers,
  },
  {
    name: 'a release that the registry does not have, and no network',
    args: ['add', 'jitsi@9999'],
    exit: 5,
    code: 'UNREACHABLE',
    says: ['nearest is 9955 before it, 10008 after it', 'github.com', 'connection refused'],
    prepare: withoutPublishers,
  },
  {
    name: 'a release that the registry does not have, offline',
    args: ['add', 'jitsi@9999', '--offline'],
    exit: 5,
    code: 'OFFLINE_MISSING',
    says: [
      'nearest is 9955 before it, 10008 after it',
      'the tags of https://github.com/jitsi/jitsi-meet.git',
    ],
    prepare: withoutPublishers,
  },
  {
    name: 'fetch without a lockfile',
    args: ['fetch'],
    exit: 7,
    code: 'LOCKFILE_MISSING',
    prepare: (sandbox) => writeFile(join(sandbox.project, 'prosody-mods.json'), '{}\n'),
  },
  {
    name: 'fetch where the lockfile does not follow the manifest',
    args: ['fetch'],
    exit: 7,
    code: 'LOCKFILE_OUTDATED',
    says: ['jitsi/*: in the manifest, not in the lockfile'],
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await editManifest(sandbox, (text) => text.replace('"modules": {}', '"modules": {"jitsi/*": "10008"}'))
    },
  },
  {name: 'info on a release', args: ['info', 'muc_moderation@2025'], exit: 0, code: null},
  {
    name: 'info on a release that does not exist',
    args: ['info', 'muc_moderation@1999'],
    exit: 3,
    code: 'VERSION_UNSATISFIABLE',
    says: ['community/muc_moderation@1999', '2025.6.13, 2025.1.24'],
  },
  {
    name: "info on a release of one of Prosody's own modules",
    args: ['info', 'roster@2025'],
    exit: 3,
    code: 'VERSION_UNSATISFIABLE',
    says: ['mod_roster comes with Prosody'],
  },
  ...['info', 'versions'].map((command) => ({
    name: `${command} on a source that is not known`,
    args: [command, 'nobody/hello'],
    exit: 3,
    code: 'SOURCE_UNKNOWN',
    says: ['nobody/hello: there is no source nobody', 'community'],
  })),
  {
    name: 'versions of a module that nobody has, offline',
    args: ['versions', 'jitsi/nope', '--offline'],
    exit: 3,
    code: 'MODULE_UNKNOWN',
    says: ['jitsi/nope: the registry has no such module', '--offline'],
  },
  ...['list', 'verify', 'check', 'install'].map((command) => ({
    name: `${command} with credentials in a mirror of the manifest`,
    args: [command],
    exit: 2,
    code: 'CONFIG_INVALID',
    says: ['mirrors → debian: a URL holds no credentials'],
    prepare: async (sandbox: Sandbox) => {
      await initialised(sandbox)
      await editManifest(sandbox, (text) =>
        text.replace('{', '{"mirrors": {"debian": "http://me:pw@x.example/"},'),
      )
    },
  })),
  ...['remove', 'bump', 'why'].map((command) => ({
    name: `${command} of a part of a whole tree`,
    args: [command, 'one'],
    exit: 3,
    code: 'NOT_INSTALLED',
    says: ['it is a part of flat/*'],
    prepare: async (sandbox: Sandbox) => {
      await initialised(sandbox)
      await mkdir(join(sandbox.project, 'flat'))
      for (const name of ['mod_one.lua', 'mod_two.lua'])
        await writeFile(join(sandbox.project, 'flat', name), lua)
      await writeFile(join(sandbox.project, 'flat/util.lib.lua'), 'return {}\n')
      const {code, stderr} = await sandbox.cli(['add', './flat', '--layout', 'flat'])
      if (code !== 0) throw new Error(stderr)
    },
  })),
  {
    name: 'a module at two versions',
    args: ['add', 'sasl2@2025', 'sasl2@2026'],
    exit: 2,
    code: 'USAGE',
    says: ['community/sasl2 is asked to be at 2025 and at 2026'],
    prepare: initialised,
  },
  {
    name: 'a path without ./',
    args: ['add', 'own/mod_hello'],
    exit: 3,
    code: 'SOURCE_UNKNOWN',
    says: ['prosody-mods add ./own/mod_hello'],
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await mkdir(join(sandbox.project, 'own/mod_hello'), {recursive: true})
    },
  },
  {
    name: 'a timeout that is no number',
    args: ['add', 'http://127.0.0.1:9/mod_x.lua'],
    env: {PROSODY_MODS_TIMEOUT: 'abc'},
    exit: 2,
    code: 'CONFIG_INVALID',
    says: ['PROSODY_MODS_TIMEOUT', 'abc'],
    prepare: initialised,
  },
  {
    name: 'an oldest index that is no date',
    args: ['add', 'http://127.0.0.1:9/mod_x.lua'],
    env: {PROSODY_MODS_OLDEST_INDEX: '22.11.2026'},
    exit: 2,
    code: 'CONFIG_INVALID',
    says: ['PROSODY_MODS_OLDEST_INDEX', '2026-11-22T09:59:58Z', '"22.11.2026"'],
    prepare: initialised,
  },
  {
    name: 'init for a line of the wrong form',
    args: ['init', '--prosody', '14'],
    exit: 2,
    code: 'MANIFEST_INVALID',
    says: ['--prosody: expected a release line such as 13.0 or 0.12, got "14"'],
  },
  {
    name: 'versions of a version',
    args: ['versions', 'jitsi@10008'],
    exit: 2,
    code: 'SPEC_INVALID',
    says: ['without a version'],
  },
  {
    name: 'a module of Prosody itself',
    args: ['add', 'cloud_notify'],
    exit: 3,
    code: 'SHADOWS_CORE',
    says: ['13.0', '--allow-shadow'],
    prepare: initialised,
  },
  {
    name: "a module that hides one of Prosody's own, wanted so",
    args: ['add', 'community/flags', '--allow-shadow'],
    env: unresolvable,
    exit: 5,
    code: 'UNREACHABLE',
    prepare: initialised,
  },
  {
    name: 'a folder that is not there',
    args: ['add', './nowhere'],
    exit: 3,
    code: 'PATH_NOT_FOUND',
    prepare: initialised,
  },
  {
    name: 'a folder without a module',
    args: ['add', './empty'],
    exit: 3,
    code: 'MODULE_UNKNOWN',
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await mkdir(join(sandbox.project, 'empty'))
    },
  },
  {
    name: 'one name from two folders',
    args: ['add', './other'],
    exit: 3,
    code: 'RELEASE_CONFLICT',
    says: ['own/hello', 'other/hello'],
    prepare: async (sandbox) => {
      await installed(sandbox)
      await mkdir(join(sandbox.project, 'other/mod_hello'), {recursive: true})
      await writeFile(join(sandbox.project, 'other/mod_hello/mod_hello.lua'), lua)
    },
  },
  {
    name: 'removing what is not there',
    args: ['remove', 'helo'],
    exit: 3,
    code: 'NOT_INSTALLED',
    says: ['own/hello'],
    prepare: installed,
  },
  {
    name: 'a file of ours that was changed',
    args: ['remove', 'hello'],
    exit: 4,
    code: 'OWNED_FILE_CHANGED',
    says: [context],
    prepare: async (sandbox) => {
      await installed(sandbox)
      await writeFile(join(sandbox.project, context), 'changed()\n')
    },
  },
  {
    name: 'a file in the way',
    args: ['add', './own'],
    exit: 4,
    code: 'FILE_IN_THE_WAY',
    says: [context],
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await mkdir(join(sandbox.project, 'own/mod_hello'), {recursive: true})
      await writeFile(join(sandbox.project, 'own/mod_hello/mod_hello.lua'), lua)
      await mkdir(join(sandbox.project, 'prosody-modules/own/mod_hello'), {recursive: true})
      await writeFile(join(sandbox.project, context), 'mine()\n')
    },
  },
  {
    name: 'Lua that does not parse',
    args: ['add', './own'],
    exit: 4,
    code: 'LUA_INVALID',
    says: ['mod_hello.lua:2:7'],
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await mkdir(join(sandbox.project, 'own/mod_hello'), {recursive: true})
      await writeFile(join(sandbox.project, 'own/mod_hello/mod_hello.lua'), 'local x = 1\nlocal = 2\n')
    },
  },
  {
    name: 'drift, found by verify',
    args: ['verify'],
    exit: 4,
    code: null,
    prepare: async (sandbox) => {
      await installed(sandbox)
      await writeFile(join(sandbox.project, context), 'changed()\n')
    },
  },
  {
    name: 'a damaged store, found by cache verify',
    args: ['cache', 'verify'],
    exit: 4,
    code: null,
    prepare: async (sandbox) => {
      await installed(sandbox)
      const blobs = Object.keys(await readTree(sandbox.store)).filter((path) => path.includes('sha256/'))
      await chmod(join(sandbox.store, blobs[0] ?? ''), 0o644)
      await writeFile(join(sandbox.store, blobs[0] ?? ''), 'damaged')
    },
  },
  {
    name: 'a digest that the manifest forbids to trust',
    args: ['add', 'http://127.0.0.1:9/mod_x.lua'],
    exit: 4,
    code: 'DIGEST_UNKNOWN',
    prepare: async (sandbox) => {
      await initialised(sandbox)
      await editManifest(sandbox, (text) => text.replace('{', '{"trust": "registry",'))
    },
  },
  {
    name: 'nothing reachable',
    args: ['add', 'http://127.0.0.1:9/mod_x.lua'],
    exit: 5,
    code: 'UNREACHABLE',
    says: ['127.0.0.1:9', 'connection refused'],
    prepare: initialised,
  },
  {
    name: 'offline with an empty store',
    args: ['add', 'muc_moderation', '--offline'],
    exit: 5,
    code: 'OFFLINE_MISSING',
    says: ['mod_muc_moderation.lua'],
    prepare: initialised,
  },
  {
    name: 'frozen without a lockfile',
    args: ['install', '--frozen'],
    exit: 7,
    code: 'LOCKFILE_MISSING',
    prepare: async (sandbox) => {
      await installed(sandbox)
      await rm(join(sandbox.project, 'prosody-mods.lock.json'))
    },
  },
  {
    name: 'frozen with a lockfile that lacks a module',
    args: ['install', '--frozen'],
    exit: 7,
    code: 'LOCKFILE_OUTDATED',
    says: ['community/muc_moderation'],
    prepare: async (sandbox) => {
      await installed(sandbox)
      await editManifest(sandbox, (text) =>
        text.replace('"modules": {', '"modules": {"community/muc_moderation": "2026.7.23",'),
      )
    },
  },
  {
    name: 'frozen with a folder that changed',
    args: ['install', '--frozen'],
    exit: 7,
    code: 'LOCKFILE_OUTDATED',
    says: ['own/hello'],
    prepare: async (sandbox) => {
      await installed(sandbox)
      await writeFile(join(sandbox.project, 'own/mod_hello/mod_hello.lua'), `${lua}-- more\n`)
    },
  },
  ...[
    ['verify'],
    ['check'],
    ['outdated'],
    ['outdated', '--exit-code'],
    ['tree'],
    ['deps'],
    ['why', 'hello'],
  ].map((args) => ({
    name: `${args.join(' ')} without a lockfile`,
    args,
    exit: 7,
    code: 'LOCKFILE_MISSING',
    prepare: async (sandbox: Sandbox) => {
      await installed(sandbox)
      await rm(join(sandbox.project, 'prosody-mods.lock.json'))
    },
  })),
  {name: 'outdated without modules', args: ['outdated'], exit: 0, code: null, prepare: initialised},
]

describe('exit codes of the built CLI', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await newSandbox()
  })
  afterEach(() => sandbox.remove())

  it.each([[['-h', 'cache', 'prune']], [['cache', 'prune', '-h']], [['--help', 'cache', 'prune']]])(
    '0: help by %j',
    async (args) => {
      const {code, stdout} = await sandbox.cli(args)
      expect({code, stdout}).toEqual({
        code: 0,
        stdout: expect.stringContaining('\n  --days=<n> ') as string,
      })
    },
  )

  it('0: adding or bumping what is there already is told so', async () => {
    await installed(sandbox)
    expect((await sandbox.cli(['add', './own'])).stdout).toContain('own/hello is here already\n')
    expect((await sandbox.cli(['bump', 'hello'])).stdout).toContain('own/hello comes from a path or URL')
  })

  it('0: a lockfile for another suite is named', async () => {
    await installed(sandbox)
    await editManifest(sandbox, (text) => text.replace('"trixie"', '"bookworm"'))
    expect((await sandbox.cli(['list'])).stdout).toContain('prosody-mods.lock.json was made for Prosody 13.0')
  })

  it('0: explain takes a message an operand, or the path of a log', async () => {
    const messages = ["module 'inspect' not found", "module 'cjson' not found"]
    const told = await sandbox.cli(['explain', ...messages, '--json'])
    expect(told.json).toMatchObject({lines: 2, explained: [{line: 1}, {line: 2}]})
    await writeFile(join(sandbox.project, 'prosody.log'), `${messages.join('\n')}\n`)
    expect((await sandbox.cli(['explain', 'prosody.log', '--json'])).json).toEqual(told.json)
  })

  it('0: --json in front of the command', async () => {
    await initialised(sandbox)
    expect((await sandbox.cli(['--json', '-C', '.', 'list'])).json).toMatchObject({modules: []})
  })

  it.each(rows)('$exit $code: $name', async ({args, exit, code, says = [], prepare, env = {}}) => {
    await prepare?.(sandbox)
    const before = await readTree(sandbox.project)
    const json = await sandbox.cli([...args, '--json'], {env})
    expect({code: json.code, stderr: json.stderr}).toEqual({code: exit, stderr: ''})
    if (code === null) {
      expect(json.json).not.toHaveProperty('error')
      if (exit !== 0) expect(await readTree(sandbox.project)).toEqual(before)
      return
    }
    expect(json.json).toMatchObject({error: {code, exitCode: exit}})
    expect(await readTree(sandbox.project)).toEqual(before)

    const text = await sandbox.cli(args, {env})
    expect(text.code).toBe(exit)
    expect(text.stdout).toBe('')
    expect(text.stderr).toContain(`error[${code}]: `)
    for (const words of says) expect(text.stderr).toMatch(words)
    expect(await readTree(sandbox.project)).toEqual(before)
  })
})
