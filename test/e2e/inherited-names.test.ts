import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'

/** What every object of JavaScript has, and no table of ours. */
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', '__defineGetter__']

/** Whatever a module can name, named so. */
const code = inherited
  .map((name) =>
    [
      `module:depends "${name}"`,
      `local a = module:require "${name}"`,
      `a.${name}()`,
      `local b = pcall(require, "${name}")`,
      `module:get_option_string("${name}", "x")`,
      `module:hook("${name}", function (event) return event.${name} end)`,
      `module:fire_event("${name}")`,
      `module:shared("${name}").${name} = 1`,
      `module:open_store("${name}")`,
      `if module:get_host_type() == "${name}" then return end`,
      `module:${name}()`,
      `if module.${name} then module:log("info", "${name}") end`,
      `module:provides("${name}", { ${name} = 1 })`,
    ].join('\n'),
  )
  .map((text) => `do ${text} end`)
  .join('\n')

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  for (const name of inherited) {
    const folder = join(sandbox.project, `constructor/mod_${name}`)
    await mkdir(folder, {recursive: true})
    await writeFile(join(folder, `mod_${name}.lua`), code)
    await writeFile(join(folder, 'README.md'), `---\nsummary: x\n${name}: y\n---\n\n# ${name}\n`)
    for (const library of inherited)
      await writeFile(join(folder, `${library}.lib.lua`), `return { ${library} = 1 }\n`)
  }
  const manifest = {
    prosody: '13.0',
    sources: {constructor: {kind: 'path', path: './constructor'}},
    lint: {policy: 'warn'},
  }
  await writeFile(join(sandbox.project, 'prosody-mods.json'), JSON.stringify(manifest))
})

afterEach(() => sandbox.remove())

it('names that every object has are names like any other', {timeout: 120_000}, async () => {
  expect((await sandbox.cli(['add', 'constructor/constructor'])).code).toBe(0)
  expect((await sandbox.cli(['list', '--json'])).json).toMatchObject({
    modules: [{module: 'constructor/constructor'}],
  })
  const lines: [readonly string[], number][] = [
    [['verify'], 0],
    [['list'], 0],
    [['tree'], 0],
    [['why', 'constructor'], 0],
    [['outdated'], 0],
    [['install', '--frozen'], 0],
    [['deps'], 0],
    [['deps', '--format', 'luarocks'], 0],
    [['options', 'constructor'], 0],
    [['check'], 6],
    [['lint'], 0],
    [['lint', 'constructor'], 6],
    [['lint', '--fix', 'constructor'], 6],
    [['identify', 'constructor'], 0],
    [['identify', '.', '--adopt'], 0],
    [['update'], 0],
    [['explain', 'constructor.log'], 0],
    ...inherited.map((name): [readonly string[], number] => [['info', name], name === 'constructor' ? 0 : 2]),
  ]
  await writeFile(join(sandbox.project, 'constructor.log'), log)
  const codes: (readonly [readonly string[], number | null])[] = []
  for (const [args] of lines) codes.push([args, await codeOf(args)])
  expect(codes).toEqual(lines)
  expect((await sandbox.cli(['remove', 'constructor'])).code).toBe(0)
})

/** Messages of Prosody about such names. */
const log = inherited
  .flatMap((name) => [
    `localhost:${name} error Error initializing module '${name}' on 'localhost': no`,
    `modulemanager error Unable to load module '${name}': /usr/local/lib/prosody-mods/constructor/mod_constructor/${name}:1: attempt to call a nil value (method '${name}')`,
    `modulemanager error Error initializing module 'constructor' on 'localhost': /usr/local/lib/prosody-mods/constructor/mod_constructor/mod_constructor.lua:12: attempt to call a nil value (method '${name}')`,
    `modulemanager error Unable to load module 'constructor': module '${name}' not found`,
    `sql error Unable to load ${name} driver`,
  ])
  .join('\n')

async function codeOf(args: readonly string[]): Promise<number | null> {
  const [plain, json] = await Promise.all([sandbox.cli(args), sandbox.cli([...args, '--json'])])
  for (const {stdout, stderr} of [plain, json])
    expect(`${stdout}${stderr}`, args.join(' ')).not.toMatch(
      /INTERNAL|a defect of prosody-mods|\[native code\]|\[object/,
    )
  return plain.code
}

it('a source of such a name may be the user’s own', async () => {
  await writeFile(
    join(sandbox.project, 'prosody-mods.json'),
    '{"prosody": "13.0", "lint": {"policy": "warn"}}',
  )
  expect((await sandbox.cli(['add', './constructor/mod_constructor'])).code).toBe(0)
  expect((await sandbox.cli(['list', '--json'])).json).toMatchObject({
    modules: [{module: 'constructor/constructor'}],
  })
})
