import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {runLuacheck} from '../helpers/luacheck.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await newSandbox()
  mkdirSync(join(sandbox.project, 'lua/inner'), {recursive: true})
  writeFileSync(join(sandbox.project, 'lua/good.lua'), 'return 1\n')
  writeFileSync(join(sandbox.project, 'lua/inner/bad.lua'), 'local ä = 1\n')
  writeFileSync(join(sandbox.project, 'lua/inner/unused.lua'), 'local\tname = "€"\nprint(utf9)\n')
  writeFileSync(join(sandbox.project, 'lua/text.txt'), 'no Lua')
})

afterAll(() => sandbox.remove())

test('rows are those of luacheck, byte for byte', async () => {
  const plain = ['--no-config', '--codes', '--ranges', '--formatter', 'plain']
  for (const paths of [['lua'], ['./lua/'], ['lua/inner/unused.lua', 'lua'], ['.']]) {
    const real = await runLuacheck([...plain, ...paths], {cwd: sandbox.project})
    const own = await sandbox.cli(['lint', '--format', 'luacheck', '--no-config', ...paths])
    expect(own.stdout).toBe(real.stdout)
    expect(own.code).toBe(6)
  }
})

test.each([
  [['lint', 'lua/good.lua'], 0],
  [['lint', 'lua/inner/unused.lua'], 6],
  [['lint', '--max-warnings', '2', 'lua/inner/unused.lua'], 0],
  [['lint', '--max-warnings', '1', 'lua/inner/unused.lua'], 6],
  [['lint', '--max-warnings', '9', 'lua/inner/bad.lua'], 6],
  [['lint', '--rules', 'luacheck', 'lua/good.lua'], 0],
  [['lint', '--rules', 'other', 'lua/good.lua'], 2],
  [['lint', '--std', 'other', 'lua/good.lua'], 2],
  [['lint', '--format', 'other', 'lua/good.lua'], 2],
  [['lint'], 2],
  [['lint', 'lua/none.lua'], 3],
])('%j exits with %i', async (args, code) => {
  expect((await sandbox.cli(args)).code).toBe(code)
})

test('--json and --format json give one shape', async () => {
  const {json} = await sandbox.cli(['lint', '--json', 'lua/inner/unused.lua'])
  const {stdout} = await sandbox.cli(['lint', '--format', 'json', 'lua/inner/unused.lua'])
  expect(JSON.parse(stdout)).toEqual(json)
  expect(json).toMatchObject({
    files: 1,
    errors: 0,
    warnings: 2,
    findings: [
      {path: 'lua/inner/unused.lua', code: '211', line: 1, column: 7, endColumn: 10, name: 'name'},
      {code: '113'},
    ],
    config: null,
  })
})

test('what is not understood of a .luacheckrc is told', async () => {
  writeFileSync(join(sandbox.project, '.luacheckrc'), 'unused = false\nglobal = os.getenv("X")\n')
  const {stdout, code} = await sandbox.cli(['lint', 'lua/inner/unused.lua'])
  expect(stdout).toContain('.luacheckrc:2:10: not understood: this is computed, and nothing is run')
  expect(stdout).toContain('[113]')
  expect(stdout).not.toContain('[211]')
  expect(code).toBe(6)
})
