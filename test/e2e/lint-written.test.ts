import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {describe, expect} from 'vitest'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {networkTest, writeManifest} from '../helpers/network.ts'

interface Summary {
  readonly lint: {
    readonly errors: number
    readonly warnings: number
    readonly notes: number
    readonly findings: readonly {readonly code: string; readonly path: string; readonly severity: string}[]
  }
}

async function write({project}: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), {recursive: true})
    await writeFile(join(project, path), text)
  }
}

const broken = 'local server = require "net.httpserver";\nreturn server;\n'

describe.concurrent('modules that are brought in are looked at', {timeout: 120_000}, () => {
  networkTest('an error refuses them, and nothing is written', async ({sandbox}) => {
    await write(sandbox, {'own/mod_broken/mod_broken.lua': broken})
    const before = await readTree(sandbox.project)
    const text = await sandbox.cli(['add', './own/mod_broken'])
    expect(text.code).toBe(6)
    expect(text.stderr).toBe(`error[LINT_ERRORS]: broken/broken can't work with Prosody 13.0:
  prosody-modules/broken/mod_broken/mod_broken.lua:1:16: Prosody 13.0 has no library "net.httpserver" (Prosody 0.12 was the last to have it) [unknown-library]
hint: nothing was written; take another version, or write "lint": {"policy": "warn"} into the manifest to have it all the same
`)
    const {code, json} = await sandbox.cli(['add', './own/mod_broken', '--json'])
    expect(code).toBe(6)
    expect(json).toMatchObject({
      error: {
        code: 'LINT_ERRORS',
        exitCode: 6,
        details: {
          modules: ['broken/broken'],
          findings: [{code: 'unknown-library', line: 1, column: 16, endColumn: 39, severity: 'error'}],
        },
      },
    })
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  networkTest("so does one of a call that Prosody's own library refuses", async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_where/mod_where.lua': 'module:require "adhoc".new("Where", "where", print);\n',
      'own/mod_file/mod_file.lua': 'module:require "gone";\n',
    })
    const {code, stderr} = await sandbox.cli(['add', './own/mod_where'])
    expect(code).toBe(6)
    expect(stderr).toContain('adhoc.new is given no permission')
    // Another module may bring a file that is missing by now.
    expect((await sandbox.cli(['add', './own/mod_file'])).code).toBe(0)
  })

  networkTest('the same module is fine for another line', async ({sandbox}) => {
    await write(sandbox, {'own/mod_broken/mod_broken.lua': broken})
    await writeManifest(sandbox, {prosody: '0.12'})
    const {code, stderr} = await sandbox.cli(['add', './own/mod_broken'])
    expect(code, stderr).toBe(0)
  })

  networkTest('the policy may be to warn, and a rule may be switched off', async ({sandbox}) => {
    await write(sandbox, {'own/mod_broken/mod_broken.lua': broken})
    await writeManifest(sandbox, {lint: {policy: 'warn'}})
    const {code, stdout, stderr} = await sandbox.cli(['add', './own/mod_broken'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain(
      'warning: prosody-modules/broken/mod_broken/mod_broken.lua:1:16: Prosody 13.0 has no library "net.httpserver" [unknown-library]\n',
    )
    expect(stdout).toContain('lint: 1 error in broken/broken; "prosody-mods lint broken/broken" shows it\n')
    await writeManifest(sandbox, {lint: {rules: {'unknown-library': 'off'}}})
    const off = await sandbox.cli(['add', './own/mod_broken', '--json', '--force'])
    expect(off.json).toMatchObject({lint: {errors: 0, warnings: 0, notes: 0, findings: []}})
  })

  networkTest('install, --frozen and update refuse as add does', async ({sandbox}) => {
    const path = 'own/mod_broken/mod_broken.lua'
    await write(sandbox, {[path]: 'return 1;\n'})
    expect((await sandbox.cli(['add', './own/mod_broken'])).code).toBe(0)
    await write(sandbox, {[path]: broken})
    const before = await readTree(sandbox.project)
    for (const args of [['install'], ['install', '--dry-run']]) {
      const {code, stderr} = await sandbox.cli(args)
      expect(code, args.join(' ')).toBe(6)
      expect(stderr).toContain('[unknown-library]')
    }
    expect(await readTree(sandbox.project)).toEqual(before)
    // What was accepted by another policy is refused again where it is to be written anew.
    await writeManifest(sandbox, {...(await manifestOf(sandbox)), lint: {policy: 'warn'}})
    expect((await sandbox.cli(['install'])).code).toBe(0)
    await writeManifest(sandbox, {...(await manifestOf(sandbox)), lint: {policy: 'refuse'}})
    await writeFile(join(sandbox.project, 'prosody-modules/broken/mod_broken/mod_broken.lua'), '')
    const {code} = await sandbox.cli(['install', '--frozen', '--force'])
    expect(code).toBe(6)
  })

  networkTest('with the files of the module, the other modules and the core in sight', async ({sandbox}) => {
    await write(sandbox, {
      'own/mod_first/mod_first.lua': `local util = module:require "util";
local other = module:require "mod_second/shared";
local muc = module:require "muc/util";
local nowhere = module:require "nowhere";
return { util, other, muc, nowhere, from_library };
`,
      'own/mod_first/util.lib.lua': 'from_library = 1;\nreturn {};\n',
      'own/mod_second/shared.lib.lua': 'return {};\n',
      'own/mod_second/mod_second.lua': 'module:fire_event("first-event");\n',
      'own/mod_third/mod_third.lua': `module:hook("first-event", function () end);
module:hook("second-event", function () end);
module:hook("muc-room-created", function () end);
`,
    })
    await writeManifest(sandbox, {
      lint: {policy: 'warn', rules: {'unknown-event': 'note'}},
      sources: {own: {kind: 'path', path: './own'}},
    })
    const {json} = await sandbox.cli(['add', 'own/first', 'own/second', '--json'])
    expect(shortly(json as Summary)).toEqual([
      'warning missing-file prosody-modules/own/mod_first/mod_first.lua',
    ])
    const later = await sandbox.cli(['add', 'own/third', '--json'])
    expect(later.json).toMatchObject({lint: {errors: 0, warnings: 0, notes: 1}})
    expect(shortly(later.json as Summary)).toEqual([
      'note unknown-event prosody-modules/own/mod_third/mod_third.lua',
    ])
  })

  networkTest('a file that may come later refuses nothing, unless the rule is set to', async ({sandbox}) => {
    await write(sandbox, {'own/mod_first/mod_first.lua': 'return module:require "elsewhere";\n'})
    const {code, json} = await sandbox.cli(['add', './own/mod_first', '--json'])
    expect(code).toBe(0)
    expect(shortly(json as Summary)).toEqual([
      'warning missing-file prosody-modules/first/mod_first/mod_first.lua',
    ])
    expect((await sandbox.cli(['remove', 'first/first'])).code).toBe(0)
    await writeManifest(sandbox, {lint: {rules: {'missing-file': 'error'}}})
    expect((await sandbox.cli(['add', './own/mod_first'])).code).toBe(6)
  })

  networkTest('a rule that does not exist is refused with its place', async ({sandbox}) => {
    await writeFile(
      join(sandbox.project, 'prosody-mods.json'),
      '{\n  "lint": {"rules": {"unknown-libary": "off"}}\n}\n',
    )
    const {code, stderr} = await sandbox.cli(['list'])
    expect(code).toBe(2)
    expect(stderr).toContain('prosody-mods.json:2:')
    expect(stderr).toContain('unknown-libary')
  })
})

function shortly({lint}: Summary): string[] {
  return lint.findings.map(({severity, code, path}) => `${severity} ${code} ${path}`)
}

async function manifestOf({project}: Sandbox): Promise<object> {
  return JSON.parse(await readFile(join(project, 'prosody-mods.json'), 'utf8')) as object
}
