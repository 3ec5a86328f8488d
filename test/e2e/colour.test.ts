import {afterEach, beforeEach, expect, it} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
})

afterEach(() => sandbox.remove())

const escape = '\u001b['

it.each([
  {name: 'in a pipe', env: {CI: undefined, FORCE_COLOR: undefined}, coloured: false},
  {name: 'in a pipe on a CI machine', env: {CI: 'true', FORCE_COLOR: undefined}, coloured: false},
  {name: 'where colours are forced', env: {FORCE_COLOR: '1', NO_COLOR: undefined}, coloured: true},
  {name: 'where NO_COLOR forbids them', env: {FORCE_COLOR: '1', NO_COLOR: '1'}, coloured: false},
])('colours $name: $coloured', async ({env, coloured}) => {
  const done = await sandbox.cli(['init'], {env})
  const failed = await sandbox.cli(['add', 'muc_moderatoin'], {env})
  expect([done.code, failed.code]).toEqual([0, 3])
  expect(done.stdout.includes(escape)).toBe(coloured)
  expect(failed.stderr.includes(escape)).toBe(coloured)
})

it.each(['doctor', 'config'])('%s writes colours as --color says', async (command) => {
  const args = command === 'doctor' ? [command, '--offline'] : [command]
  const written = await Promise.all(
    ['always', 'never'].map((when) => sandbox.cli([...args, `--color=${when}`], {env: {CI: undefined}})),
  )
  expect(written.map(({stdout}) => stdout.includes(escape))).toEqual([true, false])
})
