import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {describe, expect} from 'vitest'
import type {Lockfile} from '../../src/project/lockfile.ts'
import {file} from '../helpers/answers.ts'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {knownDeb} from '../helpers/debs.ts'
import {mustFail, networkTest, writeManifest} from '../helpers/network.ts'

async function write({project}: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), {recursive: true})
    await writeFile(join(project, path), text)
  }
}

/** a needs b, b needs c; libraries of every kind; what nobody has; what is optional. */
const own = {
  'own/mod_a/mod_a.lua': `module:depends "b"
module:depends "http"
module:depends("extra", true)
if module:get_option_boolean("x") then module:depends "maybe" end
local basexx = require "basexx"
local json = require "util.json"
local cjson = require "cjson.safe"
local url = require "net.url"
local ok, lfs = pcall(require, "lfs")
return { basexx, json, cjson, url, lfs }
`,
  'own/mod_b/mod_b.lua': 'module:depends "c"\nreturn require "util.jid"\n',
  'own/mod_c/mod_c.lua': 'return require "inspect"\n',
  'own/mod_extra/mod_extra.lua': 'return 1\n',
  'own/mod_maybe/mod_maybe.lua': 'return 1\n',
}

const manifest = {
  prosody: '13.0',
  image: {debian: 'trixie'},
  sources: {own: {kind: 'path', path: './own'}},
}

async function project(sandbox: Sandbox, more: object = {}): Promise<void> {
  await write(sandbox, own)
  await writeManifest(sandbox, {...manifest, ...more})
}

/** Where a line of a module of own lies in the project. */
function placeOf(module: string, line: number): string {
  return `prosody-modules/own/mod_${module}/mod_${module}.lua:${line}`
}

function stepPlace(module: string): {readonly file: string; readonly line: number} {
  return {file: `prosody-modules/own/mod_${module}/mod_${module}.lua`, line: 1}
}

async function lockOf({project: folder}: Sandbox): Promise<Lockfile> {
  return JSON.parse(await readFile(join(folder, 'prosody-mods.lock.json'), 'utf8')) as Lockfile
}

const twoSources = {
  ...manifest,
  sources: {own: {kind: 'path', path: './own'}, alpha: {kind: 'path', path: './alpha'}},
}

/** Prosody looks for mod_z/util in every folder: that of alpha's z comes first in the usual order. */
const mixedUp = {
  'own/mod_a/mod_a.lua': 'return module:require "mod_z/util"\n',
  'own/mod_z/mod_z.lua': 'return 1\n',
  'own/mod_z/util.lib.lua': 'return "z of own"\n',
  'alpha/mod_z/mod_z.lua': 'return 1\n',
  'alpha/mod_z/util.lib.lua': 'return "z of alpha"\n',
}

describe.concurrent('what modules need', {timeout: 120_000}, () => {
  networkTest('comes with them, and is written down', async ({sandbox}) => {
    await project(sandbox)
    const {code, stdout, stderr} = await sandbox.cli(['add', 'own/a'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain(
      '  needs 3 Lua libraries:\n    lua-basexx (copied)  basexx\n    lua-cjson            cjson.safe\n    rock net-url 0.9-1   net.url\n',
    )
    expect(stdout).toContain('added   own/b, which own/a needs\nadded   own/c, which own/b needs\n')
    const lock = await lockOf(sandbox)
    expect(lock.target).toEqual({prosody: '13.0', lua: '5.4', debian: 'trixie'})
    expect(Object.keys(lock.modules)).toEqual(['own/a', 'own/b', 'own/c'])
    expect(lock.modules['own/a']?.needs).toEqual({
      modules: {b: 'own/b', http: 'prosody'},
      libraries: {
        basexx: 'copy:lua-basexx',
        'cjson.safe': 'debian:lua-cjson',
        'net.url': 'rock:net-url@0.9-1',
      },
      optional: {
        modules: {extra: 'missing', maybe: 'missing'},
        libraries: {lfs: 'debian:lua-filesystem'},
      },
    })
    const written = await readTree(sandbox.project)
    expect(Object.keys(written)).toContain('prosody-modules/own/mod_c/mod_c.lua')
    expect(JSON.parse(written['prosody-mods.json'] ?? '')).toMatchObject({modules: {'own/a': '*'}})
  })

  networkTest('goes with the last module that needs it, and can be asked for', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a'])
    const before = await readTree(sandbox.project)
    const again = await sandbox.cli(['install'])
    expect(again.stdout).toContain('up to date')
    expect(await readTree(sandbox.project)).toEqual(before)
    expect((await sandbox.cli(['install', '--frozen'])).code).toBe(0)
    const needed = await sandbox.cli(['remove', 'b'])
    expect(needed.code).toBe(3)
    expect(needed.stderr).toContain('the manifest has no module b: own/b is here because own/a needs it\n')
    expect((await sandbox.cli(['add', 'own/c'])).code).toBe(0)
    expect((await sandbox.cli(['remove', 'own/a'])).code).toBe(0)
    expect(Object.keys((await lockOf(sandbox)).modules)).toEqual(['own/c'])
    expect(Object.keys(await readTree(sandbox.project))).not.toContain('prosody-modules/own/mod_b/mod_b.lua')
  })

  networkTest('stays when it is removed while others need it, and that is told', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a', 'own/b'])
    const dry = await sandbox.cli(['remove', 'own/b', '--dry-run'])
    expect(dry.stdout).toContain('would take own/b out of the manifest; it stays, since own/a needs it\n')
    const {code, stdout} = await sandbox.cli(['remove', 'own/b'])
    expect(code).toBe(0)
    expect(stdout).toContain('took own/b out of the manifest; it stays, since own/a needs it\n')
    expect(stdout).not.toContain('removed own/b')
    expect(Object.keys((await lockOf(sandbox)).modules)).toEqual(['own/a', 'own/b', 'own/c'])
    await sandbox.cli(['add', 'own/b'])
    expect((await sandbox.cli(['remove', 'own/b', '--json'])).json).toMatchObject({
      removed: [],
      stillNeeded: [{module: 'own/b', neededBy: ['own/a']}],
      unusedSources: [],
    })
    await sandbox.cli(['add', 'own/b'])
    expect((await sandbox.cli(['remove', 'own/a', 'own/b', '--json'])).json).toMatchObject({
      removed: ['own/a', 'own/b'],
      stillNeeded: [],
      unusedSources: ['own'],
    })
  })

  networkTest('a lockfile without one of them is out of date', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a'])
    const lock = await lockOf(sandbox)
    const rest = Object.fromEntries(Object.entries(lock.modules).filter(([key]) => key !== 'own/c'))
    await write(sandbox, {'prosody-mods.lock.json': JSON.stringify({...lock, modules: rest})})
    const {code, stderr} = await sandbox.cli(['install', '--frozen'])
    expect(code).toBe(7)
    expect(stderr).toContain('own/c: needed by own/b, not in the lockfile')
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect(await lockOf(sandbox)).toEqual(lock)
  })

  networkTest('another target asks anew', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/c'])
    expect((await lockOf(sandbox)).modules['own/c']?.needs).toEqual({
      libraries: {inspect: 'copy:lua-inspect'},
    })
    await writeManifest(sandbox, {
      ...manifest,
      modules: {'own/c': '*'},
      image: {debian: 'trixie', lua: '5.3'},
    })
    const frozen = await sandbox.cli(['install', '--frozen'])
    expect(frozen.code).toBe(7)
    expect(frozen.stderr).toContain('Lua 5.3')
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect((await lockOf(sandbox)).modules['own/c']?.needs).toEqual({
      libraries: {inspect: 'debian:lua-inspect'},
    })
  })

  networkTest('what nobody has is told with its place, and kept as missing', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_lost/mod_lost.lua':
        'module:depends "ghost"\nlocal x = require "no.such.library"\nlocal st = require "stanza"\nreturn x, st\n',
    })
    await writeManifest(sandbox, manifest)
    const {code, stdout} = await sandbox.cli(['add', 'own/lost'])
    expect(code).toBe(0)
    expect(stdout).toContain(
      'warning[NEEDS_UNMET]: own/lost needs mod_ghost, which no known source publishes (own/mod_lost/mod_lost.lua:1)\n',
    )
    expect(stdout).toContain(
      'warning[NEEDS_UNMET]: own/lost needs the Lua library no.such.library, which nothing known serves (own/mod_lost/mod_lost.lua:2)\n',
    )
    expect((await lockOf(sandbox)).modules['own/lost']?.needs).toEqual({
      modules: {ghost: 'missing'},
      libraries: {'no.such.library': 'missing', stanza: 'missing'},
    })
    const check = await sandbox.cli(['check', '--json'])
    expect(check.code).toBe(6)
    expect(check.json).toMatchObject({
      modules: [{module: 'own/lost', verdict: 'cannot-work'}],
      problems: [
        {kind: 'needs', severity: 'error', path: 'prosody-modules/own/mod_lost/mod_lost.lua', line: 1},
        {
          ...{kind: 'needs', severity: 'warning', line: 2},
          hint: 'no package and no rock is known that has it; bring it into the image yourself',
        },
        {line: 3, hint: "Prosody's own is called util.stanza; bring it into the image yourself"},
      ],
    })
  })

  networkTest('modules that the project has serve, whoever publishes them', async ({sandbox}) => {
    await project(sandbox, {
      sources: {...manifest.sources, other: {kind: 'path', path: './other'}},
    })
    await write(sandbox, {'other/mod_b/mod_b.lua': 'return 1\n'})
    await sandbox.cli(['add', 'other/b'])
    expect((await sandbox.cli(['add', 'own/a'])).code).toBe(0)
    const lock = await lockOf(sandbox)
    expect(Object.keys(lock.modules)).toEqual(['other/b', 'own/a'])
    expect(lock.modules['own/a']?.needs?.modules).toEqual({b: 'other/b', http: 'prosody'})
  })
})

describe.concurrent('tree, why and deps', {timeout: 120_000}, () => {
  networkTest('tree draws needs, each branch once', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a', 'own/b'])
    const {stdout} = await sandbox.cli(['tree'])
    expect(stdout).toBe(`for Prosody 13.0 with Lua 5.4 on Debian trixie
own/a
├─ own/b
│  └─ own/c
│     └─ inspect: copied from Debian's lua-inspect
├─ mod_http: Prosody's own
├─ basexx: copied from Debian's lua-basexx
├─ cjson.safe: Debian's lua-cjson
├─ net.url: rock net-url 0.9-1
├─ mod_extra: nothing known (optional)
├─ mod_maybe: nothing known (optional)
└─ lfs: Debian's lua-filesystem (optional)
own/b (shown above)
`)
    const {json} = await sandbox.cli(['tree', '--json'])
    expect(json).toMatchObject({
      target: {prosody: '13.0'},
      modules: [
        {module: 'own/a', wanted: true},
        {module: 'own/b', wanted: true},
        {module: 'own/c', wanted: false, needs: {libraries: {inspect: 'copy:lua-inspect'}}},
      ],
    })
  })

  networkTest('tree names who publishes what is missing', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_a/mod_a.lua':
        'module:depends("muc_moderation", true)\nmodule:depends("firewall", true)\nmodule:depends("nowhere", true)\n',
    })
    await writeManifest(sandbox, manifest)
    await sandbox.cli(['add', 'own/a'])
    expect((await sandbox.cli(['tree'])).stdout).toBe(`for Prosody 13.0 with Lua 5.4 on Debian trixie
own/a
├─ mod_firewall: not in the project: prosody-mods add community/firewall or jitsi/firewall (optional)
├─ mod_muc_moderation: not in the project: prosody-mods add community/muc_moderation (optional)
└─ mod_nowhere: nothing known (optional)
`)
    expect((await sandbox.cli(['tree', '--json'])).json).toMatchObject({
      published: {
        muc_moderation: ['community/muc_moderation'],
        firewall: ['community/firewall', 'jitsi/firewall'],
      },
    })
  })

  networkTest('explain names the module of the message first', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a', 'own/c'])
    const causes = async (module: string, library: string): Promise<string> => {
      const message = `modulemanager\terror\tError initializing module '${module}' on 'h': /usr/lib/prosody/util/startup.lua:211: module '${library}' not found:`
      const {stdout} = await sandbox.cli(['explain', message])
      return stdout
        .split('\n')
        .filter((line) => line.startsWith('  cause: '))
        .slice(0, -1)
        .join('\n')
    }
    expect(await causes('a', 'basexx')).toBe('  cause: own/a needs it (own/mod_a/mod_a.lua:5)')
    expect(await causes('links', 'basexx')).toBe(
      '  cause: mod_links, or a file that it loads, requires it\n  cause: own/a needs it, too (own/mod_a/mod_a.lua:5)',
    )
    await write(sandbox, {'own/mod_first/mod_first.lua': 'return require "inspect"\n'})
    await sandbox.cli(['add', 'own/first'])
    expect(await causes('first', 'inspect')).toBe(
      '  cause: own/first needs it (own/mod_first/mod_first.lua:1)\n  cause: own/c needs it, too (own/mod_c/mod_c.lua:1)',
    )
    const needed = await sandbox.cli([
      'explain',
      "modulemanager warn Error initializing module 'links' on 'h': /usr/lib/prosody/core/moduleapi.lua:173: Unable to load required module, mod_b: /usr/lib/prosody/modules/mod_b.lua: No such file or directory",
    ])
    expect(needed.stdout).toContain(
      '  cause: mod_links needs it\n  cause: own/a needs it, too (own/mod_a/mod_a.lua:1)\n',
    )
  })

  networkTest('why tells chains to modules, libraries, packages and rocks', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a'])
    const why = async (name: string): Promise<string> => (await sandbox.cli(['why', name])).stdout
    expect(await why('c')).toBe(
      'module c is needed by\n  own/a → own/b\n' +
        `    ${placeOf('a', 1)}  module:depends "b"\n    ${placeOf('b', 1)}  module:depends "c"\n`,
    )
    expect(await why('mod_c')).toBe(await why('own/c'))
    expect(await why('inspect')).toContain(
      `  own/a → own/b → own/c\n    ${placeOf('a', 1)}  module:depends "b"\n`,
    )
    expect(await why('inspect')).toContain(`\n    ${placeOf('c', 1)}  require "inspect"\n`)
    expect(await why('lua-cjson')).toBe(
      `Debian package lua-cjson is needed by\n  own/a (for cjson.safe)\n    ${placeOf('a', 7)}  require "cjson.safe"\n`,
    )
    expect(await why('net-url')).toBe(
      `rock net-url is needed by\n  own/a (for net.url)\n    ${placeOf('a', 8)}  require "net.url"\n`,
    )
    expect(await why('http')).toBe(
      `mod_http of Prosody's own is needed by\n  own/a\n    ${placeOf('a', 2)}  module:depends "http"\n`,
    )
    expect(await why('lfs')).toBe(
      `Lua library lfs is needed by\n  own/a (optional)\n    ${placeOf('a', 9)}  require "lfs"\n`,
    )
    expect(await why('a')).toBe('module a: the manifest names it, and no module needs it\n')
    expect((await sandbox.cli(['why', 'nothing'])).code).toBe(3)
    expect((await sandbox.cli(['why', 'c', '--json'])).json).toEqual({
      name: 'c',
      kind: 'module',
      chains: [
        {
          modules: ['own/a', 'own/b'],
          needs: 'c',
          optional: false,
          steps: [
            {module: 'own/a', needs: 'b', kind: 'modules', places: [stepPlace('a')]},
            {module: 'own/b', needs: 'c', kind: 'modules', places: [stepPlace('b')]},
          ],
        },
      ],
    })
  })

  networkTest('deps prints commands for a Dockerfile', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a'])
    const apt = await sandbox.cli(['deps', '--format', 'apt'])
    expect(apt.stdout).toBe(
      'apt-get update && apt-get install --yes --no-install-recommends lua-basexx lua-cjson lua-inspect && ' +
        'install -D --mode=644 /usr/share/lua/5.1/basexx.lua /usr/local/share/lua/5.4/basexx.lua && ' +
        'install -D --mode=644 /usr/share/lua/5.1/inspect.lua /usr/local/share/lua/5.4/inspect.lua && ' +
        'rm -rf /var/lib/apt/lists/*\n',
    )
    const luarocks = await sandbox.cli(['deps', '--format', 'luarocks'])
    expect(luarocks.stdout).toBe(
      'apt-get update && apt-get install --yes --no-install-recommends ca-certificates lua5.4 luarocks && ' +
        'luarocks --lua-version=5.4 install net-url 0.9-1 && rm -rf /var/lib/apt/lists/*\n',
    )
    expect([apt.stderr, luarocks.stderr]).toEqual([
      'note: net.url: from rocks, by "prosody-mods deps --format luarocks"\n',
      '',
    ])
    const {json} = await sandbox.cli(['deps', '--json'])
    expect(json).toMatchObject({
      libraries: [
        {library: 'basexx', by: 'copy', package: 'lua-basexx', neededBy: ['own/a'], optional: false},
        {library: 'cjson.safe', by: 'debian', package: 'lua-cjson', rock: {name: 'lua-cjson'}},
        {library: 'inspect', by: 'copy', neededBy: ['own/c']},
        {library: 'lfs', optional: true},
        {library: 'net.url', by: 'rock', package: null, rock: {name: 'net-url', version: '0.9-1'}},
      ],
      left: {apt: ['net.url'], luarocks: []},
    })
    expect((await sandbox.cli(['deps', '--format', 'nix'])).code).toBe(2)
  })

  networkTest('deps says which code a rock does not fit', async ({sandbox}) => {
    await writeManifest(sandbox, {modules: {}})
    const code = 'local jwt = require "luajwtjitsi";\nreturn jwt.decode;\n'
    await write(sandbox, {'modules/mod_gate.lua': code})
    await sandbox.cli(['add', './modules/mod_gate.lua'])
    const note = "luajwtjitsi: code that calls its decode, as Jitsi's before April 2022 does, wants 2.0-0"
    expect((await sandbox.cli(['deps'])).stdout).toContain(`note: ${note}`)
    const {stdout, stderr} = await sandbox.cli(['deps', '--format', 'luarocks'])
    expect([stdout, stderr]).toEqual([
      expect.stringContaining('install luajwtjitsi 3.0-0'),
      expect.stringContaining(note),
    ])
  })

  networkTest(
    'deps fails for a library that nothing brings, and names what is known of it',
    async ({sandbox}) => {
      await write(sandbox, {
        'own/mod_auth_pty/mod_auth_pty.lua':
          'local pty = require "lpty"\nlocal client = require "http.client"\nlocal ok, no = pcall(require, "nowhere")\n',
        'own/mod_plain/mod_plain.lua': 'return 1\n',
      })
      await writeManifest(sandbox, {...manifest, image: {debian: 'bookworm'}, prosody: '0.12'})
      await sandbox.cli(['add', 'own/plain'])
      for (const [format, nothing] of [
        ['apt', 'no package of Debian is needed'],
        ['luarocks', 'no rock, and no LuaRocks, is needed'],
      ] as const)
        expect(await sandbox.cli(['deps', '--format', format])).toMatchObject({
          ...{code: 0, stdout: '', stderr: `note: ${nothing}\n`},
        })
      expect((await sandbox.cli(['add', 'own/auth_pty'])).code).toBe(0)
      const apt = await sandbox.cli(['deps', '--format', 'apt'])
      expect(apt).toMatchObject({code: 6, stdout: ''})
      expect(apt.stderr).toContain(
        "error: nothing that is known brings 1 library that modules can't do without\n" +
          '  lpty (own/auth_pty): lua-lpty of bookworm has it for Lua 5.1, 5.2, but not for Lua 5.4; ' +
          'the rock lpty is for Lua 5.1, 5.2, 5.3\n',
      )
      expect(apt.stderr).toContain('note: http.client: from rocks')
      const rocks = await sandbox.cli(['deps', '--format', 'luarocks'])
      expect(rocks).toMatchObject({
        code: 6,
        stdout:
          'apt-get update && apt-get install --yes --no-install-recommends ca-certificates gcc libc6-dev liblua5.4-dev libssl-dev lua5.4 luarocks m4 make && ' +
          'luarocks --lua-version=5.4 install http 0.4-0 && rm -rf /var/lib/apt/lists/*\n',
      })
      expect(rocks.stderr).toContain('\n  lpty (own/auth_pty): ')
      const text = await sandbox.cli(['deps'])
      expect(text).toMatchObject({code: 0, stderr: ''})
      expect(text.stdout).toContain('nothing brings lpty: lua-lpty of bookworm has it for Lua 5.1, 5.2')
      expect(text.stdout).not.toContain('nothing brings nowhere')
      expect((await sandbox.cli(['deps', '--json'])).json).toMatchObject({
        libraries: [
          {library: 'http.client', by: 'rock', reason: null},
          {library: 'lpty', by: 'missing'},
          {optional: true},
        ],
        left: {apt: ['http.client', 'lpty'], luarocks: ['lpty']},
      })
    },
  )

  networkTest('deps prints no name that is none', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a'])
    const path = join(sandbox.project, 'prosody-mods.lock.json')
    const text = await readFile(path, 'utf8')
    for (const server of [
      'debian:lua-sec-',
      'debian:-y',
      'copy:lua sec',
      'rock:a;b',
      'rock:a@$(b)',
      'rock:-y',
    ]) {
      await writeFile(path, text.replace('debian:lua-cjson', server))
      const error = await mustFail(sandbox, ['deps', '--format', 'apt'], {exit: 2, code: 'LOCKFILE_INVALID'})
      expect(error.message).toContain(`got "${server}"`)
    }
  })

  networkTest('deps says what is not known, and prints no command for it', async ({sandbox}) => {
    await project(sandbox, {prosody: '0.11'})
    // Without modules nothing is needed, for whatever line.
    expect((await sandbox.cli(['deps', '--format', 'apt'])).code).toBe(0)
    expect((await sandbox.cli(['add', 'own/a'])).code).toBe(0)
    const reason = 'what the modules need is not known, since nothing is known of Prosody 0.11'
    const text = await sandbox.cli(['deps'])
    expect(text).toMatchObject({code: 0, stderr: ''})
    expect(text.stdout).toContain(`${reason}\nlines that are known: 0.12, 13.0`)
    expect((await sandbox.cli(['deps', '--json'])).json).toMatchObject({
      target: null,
      libraries: [],
      commands: {apt: null, luarocks: null},
      unknown: {what: 'line', reason},
    })
    for (const format of ['apt', 'luarocks']) {
      const error = await mustFail(sandbox, ['deps', '--format', format], {exit: 3, code: 'NEEDS_UNKNOWN'})
      expect(error.message).toBe(reason)
    }
    const check = await sandbox.cli(['check'])
    expect(check.code).toBe(0)
    expect(check.stdout).toMatch(/^own\/a +local +not known$/m)
    expect(check.stdout).toContain(
      '1 module: whether it can work is not known (0 errors, 1 warning, 0 notes)\n',
    )
    expect((await sandbox.cli(['check', '--json'])).json).toMatchObject({
      target: null,
      modules: [{module: 'own/a', verdict: 'unknown'}],
    })
    // Now the line is one that is known, and nothing was looked up yet.
    await project(sandbox, {modules: {'own/a': '*'}})
    await mustFail(sandbox, ['deps', '--format', 'apt'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect((await sandbox.cli(['deps', '--format', 'apt'])).stdout).toContain('lua-cjson')
  })
})

describe.concurrent('a suite that is not known', {timeout: 120_000}, () => {
  networkTest('is told by init, check and deps', async ({sandbox}) => {
    const warning =
      "prosody-mods.json: nothing is known of Debian forky; which of its packages serve modules can't be told (known: bookworm, trixie)"
    await rm(join(sandbox.project, 'prosody-mods.json'))
    const made = await sandbox.cli(['init', '--debian', 'forky', '--json'])
    expect(made).toMatchObject({code: 0, json: {warnings: [warning]}})
    expect((await sandbox.cli(['check'])).stdout).toContain('\nno modules: 0 errors, 1 warning, 0 notes\n')
    await project(sandbox, {image: {debian: 'forky'}})
    expect((await sandbox.cli(['add', 'own/b'])).stdout).toContain(`warning[DEBIAN_UNKNOWN]: ${warning}\n`)
    expect((await sandbox.cli(['deps'])).stdout).toContain(
      'which packages serve these libraries is not known, since nothing is known of Debian forky\n' +
        'suites that are known: bookworm, trixie; "prosody-mods deps --format luarocks" prints what rocks there are\n',
    )
    expect((await sandbox.cli(['deps', '--json'])).json).toMatchObject({unknown: {what: 'suite'}})
    await mustFail(sandbox, ['deps', '--format', 'apt'], {exit: 3, code: 'NEEDS_UNKNOWN'})
    expect((await sandbox.cli(['deps', '--format', 'luarocks'])).stdout).toContain('install inspect')
    expect((await sandbox.cli(['check', '--json'])).json).toMatchObject({
      problems: [{kind: 'project', severity: 'warning', message: warning}],
    })
  })
})

describe.concurrent('check', {timeout: 120_000}, () => {
  networkTest('a project in order has no problems, and a damaged one has', async ({sandbox}) => {
    await project(sandbox)
    await sandbox.cli(['add', 'own/a'])
    const sound = await sandbox.cli(['check', '--json'])
    expect(sound.code, sound.stdout).toBe(0)
    expect(sound.json).toMatchObject({errors: 0, warnings: 0, problems: []})
    expect((await sandbox.cli(['check'])).stdout).toContain('\n3 modules: nothing keeps them from working (')
    const path = 'prosody-modules/own/mod_c/mod_c.lua'
    await write(sandbox, {[path]: 'return 2\n'})
    const damaged = await sandbox.cli(['check', '--json'])
    expect(damaged.code).toBe(6)
    expect(damaged.json).toMatchObject({
      problems: [{kind: 'digest', severity: 'error', module: 'own/c', path}],
    })
  })

  networkTest(
    'plugin_paths stand in an order that serves, where the usual one does not',
    async ({sandbox}) => {
      await write(sandbox, mixedUp)
      await writeManifest(sandbox, twoSources)
      const {code, stdout} = await sandbox.cli(['add', 'own/a', 'alpha/z'])
      expect(code).toBe(0)
      expect(stdout).not.toContain('warning')
      expect((await lockOf(sandbox)).pluginPaths).toEqual(['own', 'alpha'])
      const config = await readFile(join(sandbox.project, 'conf.d/prosody-mods.cfg.lua'), 'utf8')
      expect(config.match(/prosody-mods\/\w+/g)).toEqual(['prosody-mods/own', 'prosody-mods/alpha'])
      expect((await sandbox.cli(['check'])).code).toBe(0)
      expect((await sandbox.cli(['install'])).stdout).toContain('up to date')
      expect((await sandbox.cli(['install', '--frozen'])).stdout).toContain('up to date')
      // Without the module that comes in between, the usual order serves.
      expect((await sandbox.cli(['remove', 'own/a'])).code).toBe(0)
      expect((await lockOf(sandbox)).pluginPaths).toBeUndefined()
    },
  )

  networkTest('what a flat tree gives to others is looked for as Prosody does', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_a/mod_a.lua': 'return module:require "shared"\n',
      'tree/mod_j.lua': 'return 1\n',
      'tree/shared.lib.lua': 'return "of the tree"\n',
    })
    const tree = {kind: 'path', path: './tree', layout: 'flat'}
    await writeManifest(sandbox, {...manifest, sources: {...manifest.sources, tree}})
    expect((await sandbox.cli(['add', 'tree', 'own/a'])).code).toBe(0)
    expect((await lockOf(sandbox)).modules['own/a']?.needs).toEqual({shared: {shared: 'tree/*'}})
    expect((await sandbox.cli(['check', '--json'])).json).toMatchObject({problems: []})
    // The top of any folder comes before a module of the library's name.
    await write(sandbox, {
      'own/mod_shared/mod_shared.lua': 'return 1\n',
      'own/mod_shared/shared.lib.lua': 'return 2\n',
    })
    const added = await sandbox.cli(['add', 'own/shared'])
    expect(added.stdout).not.toContain('warning')
    expect((await lockOf(sandbox)).modules['own/a']?.needs).toEqual({shared: {shared: 'tree/*'}})
    expect((await sandbox.cli(['check', '--json'])).json).toMatchObject({problems: []})
  })

  networkTest('tree knows a part of a whole tree that another module depends on', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_a/mod_a.lua': 'module:depends "j"\n',
      'tree/mod_j.lua': 'local json = require "cjson"\n',
    })
    const tree = {kind: 'path', path: './tree', layout: 'flat'}
    await writeManifest(sandbox, {...manifest, sources: {...manifest.sources, tree}})
    expect((await sandbox.cli(['add', 'tree', 'own/a'])).code).toBe(0)
    for (const name of ['j', 'mod_j', 'tree/j'])
      expect((await sandbox.cli(['tree', name])).stdout, name).toContain(
        "tree/j, of tree/*\n└─ cjson: Debian's lua-cjson\n",
      )
    expect((await sandbox.cli(['tree', '--invert', 'j'])).stdout).toContain('└─ own/a\n')
  })

  networkTest(
    'a lockfile that does not say what modules need is looked at all the same',
    async ({sandbox}) => {
      await project(sandbox)
      await sandbox.cli(['add', 'own/c'])
      const {lockfileVersion, modules} = await lockOf(sandbox)
      const bare = Object.fromEntries(
        Object.entries(modules).map(([key, locked]) => [key, {...locked, needs: undefined}]),
      )
      await write(sandbox, {'prosody-mods.lock.json': JSON.stringify({lockfileVersion, modules: bare})})
      const {code, json} = await sandbox.cli(['check', '--json'])
      expect(code).toBe(6)
      expect(json).toMatchObject({
        target: {prosody: '13.0'},
        problems: [
          {
            kind: 'lockfile',
            severity: 'error',
            message: 'what the modules of prosody-mods.lock.json need was not looked up yet',
          },
        ],
      })
      expect((await sandbox.cli(['tree'])).stdout).toContain('the lockfile does not say what modules need')
    },
  )

  networkTest('where no order serves, both files are named', async ({sandbox}) => {
    await write(sandbox, {
      ...mixedUp,
      'alpha/mod_b/mod_b.lua': 'return module:require "mod_y/util"\n',
      'alpha/mod_y/mod_y.lua': 'return 1\n',
      'alpha/mod_y/util.lib.lua': 'return "y of alpha"\n',
      'own/mod_y/mod_y.lua': 'return 1\n',
      'own/mod_y/util.lib.lua': 'return "y of own"\n',
    })
    await writeManifest(sandbox, twoSources)
    const {code, stdout} = await sandbox.cli(['add', 'own/a', 'alpha/z', 'alpha/b', 'own/y'])
    expect(code).toBe(0)
    expect(stdout).toContain(
      'warning[OTHER_FILE_LOADED]: Prosody would not load /usr/local/lib/prosody-mods/',
    )
    expect(stdout).toContain('no order of plugin_paths gives every module what is meant for it')
    const check = await sandbox.cli(['check', '--json'])
    expect(check.code).toBe(6)
    expect(check.json).toMatchObject({problems: [{kind: 'layout', severity: 'error'}]})
  })

  networkTest(
    'a module that another one needs stays at its release, without the network',
    async ({sandbox, server}) => {
      // The newer release has the one that needs it, and no longer what it needs.
      for (const version of ['2023.2.23', '2026.7.23']) {
        const {target, bytes} = await knownDeb(version)
        server.on(target, file(bytes))
      }
      const mirrors = {debian: server.url, 'https://hg.prosody.im': server.url}
      await writeManifest(sandbox, {prosody: '0.12', image: {debian: 'bookworm'}, mirrors})
      const specs = ['community/cloud_notify@2023.2.23', 'community/cloud_notify_encrypted@2026.7.23']
      expect(await sandbox.cli(['add', ...specs])).toMatchObject({code: 0})
      const before = (await lockOf(sandbox)).modules
      const {code, stdout, stderr} = await sandbox.cli(['remove', 'cloud_notify', '--offline'])
      expect(code, stderr).toBe(0)
      expect(stdout).toContain(
        'took community/cloud_notify out of the manifest; it stays, since community/cloud_notify_encrypted needs it\n',
      )
      expect((await lockOf(sandbox)).modules).toEqual(before)
      expect(await sandbox.cli(['install', '--frozen', '--offline'])).toMatchObject({code: 0})
    },
  )

  networkTest('code that the target can not run is told with its place', async ({sandbox}) => {
    await write(sandbox, {'own/mod_old/mod_old.lua': 'return require "net.httpserver"\n'})
    await writeManifest(sandbox, {...manifest, lint: {policy: 'warn'}})
    expect((await sandbox.cli(['add', 'own/old'])).code).toBe(0)
    const {code, stdout} = await sandbox.cli(['check'])
    expect(code).toBe(6)
    expect(stdout).toContain('own/old  local  cannot work\n')
    expect(stdout).toContain(
      'Prosody 13.0 has no library "net.httpserver" [unknown-library] (prosody-modules/own/mod_old/mod_old.lua:1)\n',
    )
    expect(stdout).toContain('1 of 1 module cannot work: 1 error, 0 warnings, 0 notes\n')
  })
})
