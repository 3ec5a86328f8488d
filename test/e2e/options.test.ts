import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import type {Sandbox} from '../helpers/cli.ts'
import {startHg} from '../helpers/hg.ts'
import {mustFail, networkTest, writeManifest} from '../helpers/network.ts'
import {mustRun} from '../helpers/program.ts'

const lua = `module:depends "muc"
local limit = module:get_option_number("greet_limit", 60 * 60)
local words = module:get_option_set("greet_words", {
  "hello";
  "a ]] b";
})
local url = module:get_option_string(module.name .. "_url", module.host)
local mode = module:get_option_enum("greet_mode", "loud", "quiet")
local other = module:context("*"):get_option_boolean("elsewhere")
local odd = module:get_option("end")
`

async function writeModule({project}: Sandbox, text = lua): Promise<void> {
  await mkdir(join(project, 'own/mod_greet'), {recursive: true})
  await writeFile(join(project, 'own/mod_greet/mod_greet.lua'), text)
}

describe.concurrent('options', {timeout: 120_000}, () => {
  networkTest('are Lua to paste, which changes nothing until dashes are taken away', async ({sandbox}) => {
    await writeModule(sandbox)
    const {code, stdout, stderr} = await sandbox.cli(['options', './own'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('-- number; mod_greet/mod_greet.lua:2\n-- greet_limit = 3600\n')
    expect(stdout).toContain('-- greet_words = {\n--   "hello";\n--   "a ]] b";\n-- }\n')
    expect(stdout).toContain('-- default: computed, module.host\n-- greet_url = ""\n')
    expect(stdout).toContain('-- one of "loud", "quiet"\n-- greet_mode = "loud"\n')
    expect(stdout).toContain('-- * elsewhere (boolean; mod_greet/mod_greet.lua:9)\n')
    expect(stdout).toContain('-- * end (any value; mod_greet/mod_greet.lua:10)\n')
    expect(await valuesOf(sandbox, stdout)).toBe('')
    const uncommented = stdout.replaceAll(/^-- (\w+ = |[ }])/gm, '$1')
    expect(await valuesOf(sandbox, uncommented)).toBe(
      'greet_limit=number greet_mode=string greet_url=string greet_words=table',
    )
  })

  networkTest('come from the module’s own file first, each name once', async ({sandbox}) => {
    await writeModule(
      sandbox,
      'module:require "a"\nmodule:get_option("own")\nmodule:get_option("made", { f() })\nmodule:context("*"):get_option("own")\n',
    )
    const library = 'module:get_option_number("shared", 1)\n'
    await writeFile(join(sandbox.project, 'own/mod_greet/a.lib.lua'), library)
    const {stdout} = await sandbox.cli(['options', './own'])
    expect(stdout).toBe(
      [
        '-- own/greet',
        '-- enable: add "greet" to modules_enabled at the top or of a VirtualHost  -- nothing in its code ties it to a component',
        '',
        '-- any value; mod_greet/mod_greet.lua:2',
        '-- no default',
        '-- own = nil',
        '',
        '-- any value; mod_greet/mod_greet.lua:3',
        '-- default: computed, { f() }',
        '-- made = {}',
        '',
        '-- number; mod_greet/a.lib.lua:1',
        '-- shared = 1',
        '',
      ].join('\n'),
    )
  })

  networkTest('are read once for all commands', async ({sandbox}) => {
    await writeModule(sandbox)
    const first = await sandbox.cli(['options', './own', '--json'])
    const facts = join(sandbox.store, 'v1/facts')
    expect(await readdir(facts)).toHaveLength(1)
    const [name = ''] = await readdir(facts)
    const {mtimeMs} = await stat(join(facts, name))
    expect((await sandbox.cli(['add', './own'])).code).toBe(0)
    expect((await sandbox.cli(['options', './own', '--json'])).json).toEqual(first.json)
    expect((await stat(join(facts, name))).mtimeMs).toBe(mtimeMs)
  })

  networkTest('need no project, and leave none behind', async ({sandbox}) => {
    await writeModule(sandbox)
    await mustRun(['rm', join(sandbox.project, 'prosody-mods.json')])
    const output = await sandbox.cli(['options', './own/mod_greet', '--json'])
    expect(output.json).toMatchObject({
      modules: [
        {
          placement: {where: 'muc-component'},
          options: [
            {name: 'greet_limit', types: ['number'], default: {text: '3600', computed: false}},
            {},
            {},
            {},
            {},
            {},
          ],
        },
      ],
    })
    expect(await mustRun(['ls', sandbox.project])).toBe('own\n')
  })

  networkTest('are those of the locked release, and the README’s words go with it', async ({sandbox}) => {
    const hg = await startHg()
    const folder = 'mod_greet/'
    const readme = '---\nsummary: Greets people\nlabels: Stage-Beta\n...\n'
    await hg.commit(
      {[`${folder}mod_greet.lua`]: lua, [`${folder}README.markdown`]: readme},
      '2026-01-02 00:00 +0000',
    )
    await hg.commit(
      {
        [`${folder}mod_greet.lua`]: 'module:get_option("new")\n',
        [`${folder}README.markdown`]: '---\nlabels:\n\t- x\n---\n',
      },
      '2026-02-03 00:00 +0000',
    )
    await writeManifest(sandbox, {sources: {own: {kind: 'hg', repository: hg.url}}})
    const old = await sandbox.cli(['options', 'own/greet@2026.1.2', '--json'])
    expect(old.json).toMatchObject({
      modules: [
        {version: '2026.1.2', readme: {summary: 'Greets people', labels: ['Stage-Beta']}, warnings: []},
      ],
    })
    const newest = await sandbox.cli(['options', 'own/greet'])
    expect(newest.stdout).toContain('-- warning: own/greet: README: its front matter is not valid YAML')
    expect(newest.stdout).toContain('-- new = nil')
    expect((await sandbox.cli(['add', 'own/greet@2026.1.2'])).code).toBe(0)
    await hg.stop()
    const locked = await sandbox.cli(['options', 'own/greet', '--json'])
    expect(locked.json).toMatchObject({modules: [{version: '2026.1.2', options: {length: 6}}]})
    await hg.close()
  })

  networkTest('of what is not there: 3, of what is no Lua: 4', async ({sandbox}) => {
    await mustFail(sandbox, ['options', 'nonexistent_module'], {exit: 3, code: 'MODULE_UNKNOWN'})
    await mustFail(sandbox, ['options', './nowhere'], {exit: 3, code: 'PATH_NOT_FOUND'})
    await writeModule(sandbox, 'module:get_option(\n')
    const error = await mustFail(sandbox, ['options', './own'], {exit: 4, code: 'LUA_INVALID', mayKeep: true})
    expect(error.message).toMatch(/mod_greet\.lua:\d+:\d+: not valid Lua/)
  })

  networkTest('can not break out of their comments', async ({sandbox}) => {
    await writeModule(
      sandbox,
      'module:get_option("a", "x\\\ny = 1")\nmodule:get_option("b", [[\nz = 2 ]])\nmodule:hook("muc-\\nw = 3", f)\nmodule:get_option("c", f(\n"\\27[31m"\n))\n',
    )
    const {stdout} = await sandbox.cli(['options', './own'])
    expect(await valuesOf(sandbox, stdout)).toBe('')
    expect(stdout).not.toContain('\u001b')
  })
})

/** What a chunk sets, by the real Lua: `name=type` in order of names. */
async function valuesOf({project}: Sandbox, text: string): Promise<string> {
  const path = join(project, 'options.cfg.lua')
  await writeFile(path, text)
  const script = `local env = {}
    assert(loadfile(arg[1], "t", env))()
    local found = {}
    for name, value in pairs(env) do found[#found + 1] = name .. "=" .. type(value) end
    table.sort(found)
    io.write(table.concat(found, " "))`
  await writeFile(join(project, 'read.lua'), script)
  expect(await readFile(path, 'utf8')).toBe(text)
  return mustRun(['lua5.4', join(project, 'read.lua'), path])
}
