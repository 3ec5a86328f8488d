import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {describe, expect} from 'vitest'
import type {Sandbox} from '../helpers/cli.ts'
import {networkTest, writeManifest} from '../helpers/network.ts'

interface Shown {
  readonly files: number
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  readonly target: {readonly prosody: string; readonly lua: string} | null
  readonly findings: readonly {
    readonly path: string
    readonly line: number
    readonly code: string
    readonly rule: string
    readonly severity: string
    readonly hint?: string
    readonly source: string
  }[]
}

async function write({project}: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), {recursive: true})
    await writeFile(join(project, path), text)
  }
}

async function linted(sandbox: Sandbox, ...args: readonly string[]): Promise<Shown> {
  const {json, stderr} = await sandbox.cli(['lint', '--json', ...args])
  expect(stderr).toBe('')
  return json as Shown
}

const shortly = ({findings}: Shown): string[] =>
  findings.map(({path, line, code, severity}) => `${path}:${line} ${severity} ${code}`)

const hello = `local old = hosts;
local unused = require "util.jid";
module:hook("no-such-event", function () return old, unpack; end);
`

describe.concurrent('lint about Prosody', {timeout: 120_000}, () => {
  networkTest('applies both groups to paths, and stands in for W113', async ({sandbox}) => {
    await write(sandbox, {'own/mod_hello/mod_hello.lua': hello, 'plain.lua': 'print(unpack)\n'})
    expect(shortly(await linted(sandbox, 'own', 'plain.lua'))).toEqual([
      'own/mod_hello/mod_hello.lua:1 warning deprecated-api',
      'own/mod_hello/mod_hello.lua:2 warning 211',
      'own/mod_hello/mod_hello.lua:3 warning unknown-global',
    ])
    expect(shortly(await linted(sandbox, '--rules', 'luacheck', 'own'))).toEqual([
      'own/mod_hello/mod_hello.lua:1 warning 113',
      'own/mod_hello/mod_hello.lua:2 warning 211',
      'own/mod_hello/mod_hello.lua:3 warning 143',
    ])
    expect(shortly(await linted(sandbox, '--rules', 'prosody', 'own', 'plain.lua'))).toEqual([
      'own/mod_hello/mod_hello.lua:1 warning deprecated-api',
      'own/mod_hello/mod_hello.lua:3 warning unknown-global',
    ])
  })

  networkTest('leaves globals to a standard that the user names', async ({sandbox}) => {
    await write(sandbox, {'own/mod_hello/mod_hello.lua': hello})
    const codes = ({findings}: Shown): string[] => findings.map(({code}) => code)
    expect(codes(await linted(sandbox, '--std', 'lua54+prosody-13.0', 'own'))).toEqual([
      'deprecated-api',
      '211',
      '113',
    ])
    expect(codes(await linted(sandbox, '--std', 'lua54', 'own'))).toEqual([
      '113',
      'deprecated-api',
      '211',
      '113',
      '113',
    ])
    await writeFile(join(sandbox.project, '.luacheckrc'), 'std = "lua51+prosody-0.12"\n')
    expect(codes(await linted(sandbox, 'own'))).toEqual(['deprecated-api', '211'])
  })

  networkTest('takes target and rules from the manifest, and a target from the line', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_x/mod_x.lua': 'module:may(require "net.httpserver");\nlocal half = 3 // 2;\nreturn half;\n',
    })
    expect(shortly(await linted(sandbox, 'own'))).toEqual(['own/mod_x/mod_x.lua:1 error unknown-library'])
    const older = await linted(sandbox, '--prosody', '0.12', 'own')
    expect(shortly(older)).toEqual(['own/mod_x/mod_x.lua:1 error unknown-method'])
    expect(older.target).toEqual({prosody: '0.12', lua: '5.4'})
    expect(older.findings[0]?.hint).toBe('it came with Prosody 13.0')
    expect(shortly(await linted(sandbox, '--prosody', '0.12', '--lua', '5.1', 'own'))).toEqual([
      'own/mod_x/mod_x.lua:1 error unknown-method',
      'own/mod_x/mod_x.lua:2 error lua-version',
    ])
    await writeManifest(sandbox, {
      prosody: '0.12',
      image: {lua: '5.2'},
      lint: {rules: {'unknown-method': 'note', 'lua-version': 'warning'}},
    })
    const set = await linted(sandbox, 'own')
    expect(set).toMatchObject({errors: 0, warnings: 1, notes: 1, target: {prosody: '0.12', lua: '5.2'}})
    await writeManifest(sandbox, {lint: {rules: {'unknown-library': 'note'}}})
    expect((await sandbox.cli(['lint', 'own'])).code).toBe(0)
  })

  networkTest('looks at what is installed, by name or all of it', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_hello/mod_hello.lua': hello,
      'own/mod_other/mod_other.lua': 'module:fire_event("no-such-event");\n',
    })
    await writeManifest(sandbox, {
      sources: {own: {kind: 'path', path: './own'}},
      lint: {rules: {'unknown-event': 'note'}},
    })
    expect((await sandbox.cli(['add', 'own/hello'])).code).toBe(0)
    const installed = 'prosody-modules/own/mod_hello/mod_hello.lua'
    const expected = [
      `${installed}:1 warning deprecated-api`,
      `${installed}:3 note unknown-event`,
      `${installed}:3 warning unknown-global`,
    ]
    expect(shortly(await linted(sandbox))).toEqual(expected)
    expect(shortly(await linted(sandbox, 'own/hello'))).toEqual(expected)
    expect((await linted(sandbox, '--rules', 'luacheck,prosody', 'own/hello')).warnings).toBe(3)
    // What the other module fires is known once it is installed, though only this one is looked at.
    expect((await sandbox.cli(['add', 'own/other'])).code).toBe(0)
    expect(shortly(await linted(sandbox, 'own/hello'))).toEqual([expected[0], expected[2]])
    // From a folder inside, paths are as one would write them there.
    const {json} = await sandbox.cli(['lint', '--json', '-C', 'own', 'own/hello'])
    expect(shortly(json as Shown)[0]).toBe(`../${installed}:1 warning deprecated-api`)
    await rm(join(sandbox.project, installed))
    expect(shortly(await linted(sandbox, 'own/hello'))).toEqual([`${installed}:1 error unreadable`])
  })

  networkTest(
    'fetches a module that is not installed into the store, and touches no project',
    async ({sandbox}) => {
      await write(sandbox, {'own/mod_hello/mod_hello.lua': hello})
      await writeManifest(sandbox, {sources: {own: {kind: 'path', path: './own'}}})
      const before = await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')
      expect(shortly(await linted(sandbox, 'own/hello@*'))).toEqual([
        'own/hello@local/mod_hello/mod_hello.lua:1 warning deprecated-api',
        'own/hello@local/mod_hello/mod_hello.lua:3 warning unknown-global',
      ])
      expect(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')).toBe(before)
    },
  )

  networkTest('finds what stands beside a file that is looked at alone', async ({sandbox}) => {
    await write(sandbox, {
      'flat/mod_a.lua': 'local util = module:require "util";\nreturn util, from_util, nowhere;\n',
      'flat/util.lib.lua': 'from_util = 1;\nreturn {};\n',
    })
    expect(shortly(await linted(sandbox, '--rules', 'prosody', 'flat/mod_a.lua'))).toEqual([
      'flat/mod_a.lua:2 warning unknown-global',
    ])
    await rm(join(sandbox.project, 'flat/util.lib.lua'))
    expect(shortly(await linted(sandbox, '--rules', 'prosody', 'flat/mod_a.lua'))).toEqual([
      'flat/mod_a.lua:1 error missing-file',
      'flat/mod_a.lua:2 warning unknown-global',
      'flat/mod_a.lua:2 warning unknown-global',
    ])
  })

  networkTest('shows findings with their hints', async ({sandbox}) => {
    await write(sandbox, {'mod_x.lua': 'local x = require "net.httpserver";\nreturn x;\n'})
    const {stdout, code} = await sandbox.cli(['lint', 'mod_x.lua'])
    expect(stdout).toBe(`mod_x.lua  1 error

mod_x.lua:1:11: error: Prosody 13.0 has no library "net.httpserver" [unknown-library]
  1 | local x = require "net.httpserver";
    |           ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Prosody 0.12 was the last to have it

1 error, 0 warnings in 1 file
`)
    expect(code).toBe(6)
  })

  networkTest('mends what a rule can mend', async ({sandbox}) => {
    await write(sandbox, {'mod_x.lua': 'local jid = require "prosody.util.jid";\nreturn hosts, jid;\n'})
    const {stdout, code} = await sandbox.cli(['lint', '--fix', '--prosody', '0.12', 'mod_x.lua'])
    expect(stdout).toBe('fixed 2 problems in 1 file\nno findings in 1 file\n')
    expect(code).toBe(0)
    expect(await readFile(join(sandbox.project, 'mod_x.lua'), 'utf8')).toBe(
      'local jid = require "util.jid";\nreturn prosody.hosts, jid;\n',
    )
  })

  networkTest('is the same with and without what earlier runs kept', async ({sandbox}) => {
    await write(sandbox, {
      'mod_hello.lua': hello,
      'b/mod_smacks.lua': 'return 1;\n',
      'b/mod_other.lua': 'return 1;\n',
    })
    const first = await linted(sandbox, '.')
    expect(first.findings.map(({code}) => code)).toContain('shadows-core')
    expect(await linted(sandbox, '.')).toEqual(first)
    const older = await linted(sandbox, '--prosody', '0.12', '.')
    expect(await linted(sandbox, '.')).toEqual(first)
    expect(await linted(sandbox, '--prosody', '0.12', '.')).toEqual(older)
    // The same bytes under another name are another module.
    expect(shortly(await linted(sandbox, '--rules', 'prosody', 'b'))).toEqual([
      'b/mod_smacks.lua:1 warning shadows-core',
    ])
    await writeManifest(sandbox, {lint: {rules: {'shadows-core': 'off'}}})
    expect((await linted(sandbox, '.')).findings.map(({code}) => code)).not.toContain('shadows-core')
  })

  networkTest('says what it can not do', async ({sandbox}) => {
    const cases = [
      [['lint'], 2, 'no path is named, and no module is installed'],
      [['lint', 'nowhere'], 3, 'nowhere: there is no such file, folder or module'],
      [['lint', './nowhere'], 3, './nowhere: there is no such file or folder'],
      [['lint', '--prosody', '0.9', '.'], 2, 'lines are 0.12, 13.0'],
      [['lint', '--lua', '5.5', '.'], 2, 'versions are 5.1, 5.2, 5.3 and 5.4'],
      [['lint', '--rules', 'prosody,other', '.'], 2, 'groups are luacheck, prosody'],
      [['lint', '--format', 'luacheck', '--rules', 'prosody', '.'], 2, '--format luacheck'],
    ] as const
    for (const [args, exit, text] of cases) {
      const {code, stderr} = await sandbox.cli(args)
      expect(stderr).toContain(text)
      expect(code, args.join(' ')).toBe(exit)
    }
    await write(sandbox, {'own/mod_x/mod_x.lua': 'return 1;   \n'})
    expect((await sandbox.cli(['add', './own/mod_x'])).code).toBe(0)
    for (const args of [
      ['lint', '--fix'],
      ['lint', '--fix', 'x/x'],
      ['lint', '--fix', 'prosody-modules'],
    ]) {
      const {code, stderr} = await sandbox.cli(args)
      expect(stderr).toContain('of an installed module')
      expect(code, args.join(' ')).toBe(2)
    }
  })
})
