import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {chownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {cliPath, newSandbox, type Sandbox} from '../helpers/cli.ts'
import {runLuacheck} from '../helpers/luacheck.ts'

const formats = ['text', 'json', 'luacheck'] as const

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  write('defines.lua', 'shared = 1\nlocal unused\n')
  write('uses.lua', 'print(shared)\nother = 2\n')
  write('inline.lua', '-- luacheck: ignore 211\nlocal x\n-- luacheck: std none\nprint(1) -- luacheck: [\n')
  write('broken.lua', 'local x = \n')
  write('unicode.lua', 'local ä = "ö€" \nlocal t = "ö€"\n')
  write('bytes.lua', Buffer.from('local t = "\xff"\n', 'latin1'))
  write('deep/spec/some_spec.lua', 'describe("x", function() end)\nundefined_name()\n')
  write('deep/same.lua', 'describe("x", function() end)\nundefined_name()\n')
})

afterEach(() => sandbox.remove())

function write(path: string, bytes: string | Buffer): void {
  const full = join(sandbox.project, path)
  mkdirSync(join(full, '..'), {recursive: true})
  writeFileSync(full, bytes)
}

/** What lint prints with a store. */
async function output(format: string, store = sandbox.store): Promise<string> {
  // The format luacheck implies these rules, and other rules are another configuration.
  const args = ['lint', '--rules', 'luacheck', '--format', format, '.']
  const {stdout, stderr, code} = await sandbox.cli(args, {env: {PROSODY_MODS_CACHE: store}})
  return `${code}\n${stderr}\n${stdout}`
}

/** In every format. */
async function outputs(store?: string): Promise<readonly string[]> {
  const shown: string[] = []
  for (const format of formats) shown.push(await output(format, store))
  return shown
}

/** What it prints when it has nothing kept. */
async function fresh(): Promise<readonly string[]> {
  const shown: string[] = []
  for (const format of formats) {
    const store = join(sandbox.project, '../fresh')
    rmSync(store, {recursive: true, force: true})
    shown.push(await output(format, store))
  }
  return shown
}

function kept(): string[] {
  const folder = join(sandbox.store, 'v1/lint')
  return readdirSync(folder).map((name) => join(folder, name))
}

test('what is kept is shown, as long as its digest is right', async () => {
  const before = await outputs()
  const [file = ''] = kept()
  const rest = readFileSync(file, 'utf8').slice(65).replaceAll("unused variable 'unused'", 'kept')
  writeFileSync(file, `${createHash('sha256').update(rest).digest('hex')}\n${rest}`)
  expect(await outputs()).toEqual(before.map((text) => text.replaceAll("unused variable 'unused'", 'kept')))
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('kept', 'made up'))
  expect(await outputs()).toEqual(before)
})

test('nothing changes by it: not with other options, other bytes, other names, or globals of other files', async () => {
  const changes: readonly (() => void)[] = [
    () => undefined,
    () => write('.luacheckrc', 'allow_defined = true\n'),
    () => write('defines.lua', 'local nothing\n'),
    () => write('defines.lua', 'shared = 1\nother = 3\nprint(other)\n'),
    () => write('.luacheckrc', 'std = "none"\nfiles["deep"].ignore = {"113"}\n'),
    () => write('.luacheckrc', 'stds.own = {read_globals = {"describe"}}\nstd = "own"\n'),
    () => write('.luacheckrc', 'stds.own = {read_globals = {"print"}}\nstd = "own"\n'),
    () => rmSync(join(sandbox.project, '.luacheckrc')),
    () => renameSync(join(sandbox.project, 'uses.lua'), join(sandbox.project, 'renamed.lua')),
    () =>
      renameSync(join(sandbox.project, 'deep/same.lua'), join(sandbox.project, 'deep/spec/same_spec.lua')),
  ]
  const all: string[] = []
  for (const change of changes) {
    change()
    const expected = await fresh()
    expect(await outputs()).toEqual(expected)
    all.push(expected.join(''))
  }
  // Each change does change what is found.
  expect(new Set(all).size).toBe(changes.length)
})

test.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['of zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  [
    'with a flipped bit',
    (bytes: Buffer) => Buffer.from(bytes.map((one, at) => (at === 300 ? one ^ 1 : one))),
  ],
])('a file that is %s is found, and written anew', async (_, damage) => {
  const expected = await outputs()
  const [file = ''] = kept()
  const sound = readFileSync(file)
  writeFileSync(file, damage(sound))
  expect((await sandbox.cli(['cache', 'verify'])).code).toBe(4)
  expect(kept()).toEqual([])
  writeFileSync(file, damage(sound))
  expect(await outputs()).toEqual(expected)
  expect(readFileSync(file)).toEqual(sound)
  expect((await sandbox.cli(['cache', 'verify'])).code).toBe(0)
})

test.each(['/dev/null', '/proc/nothing', '/dev/full'])(
  'with a store at %s, lint goes without',
  async (store) => {
    expect(await outputs(store)).toEqual(await fresh())
  },
)

test('a folder where a file should be is left alone', async () => {
  const expected = await outputs()
  const [file = ''] = kept()
  rmSync(file)
  mkdirSync(join(file, 'inside'), {recursive: true})
  expect(await outputs()).toEqual(expected)
  expect(readdirSync(file)).toEqual(['inside'])
})

test('many processes at once', async () => {
  const expected = await fresh()
  const runs = await Promise.all(Array.from({length: 6}, () => outputs()))
  expect(runs).toEqual(runs.map(() => expected))
  expect((await sandbox.cli(['cache', 'verify'])).code).toBe(0)
  expect(readdirSync(join(sandbox.store, 'v1/tmp'))).toEqual([])
})

test('killed at any moment', async () => {
  const expected = await fresh()
  for (let delay = 60; delay <= 400; delay += 20) {
    write('changed.lua', `local x = ${delay}\n`)
    const child = spawn(process.execPath, [cliPath, 'lint', '.'], {cwd: sandbox.project, env: sandbox.env})
    const ended = new Promise((resolve) => child.once('close', resolve))
    await sleep(delay)
    child.kill('SIGKILL')
    await ended
  }
  rmSync(join(sandbox.project, 'changed.lua'))
  expect(await outputs()).toEqual(expected)
  expect((await sandbox.cli(['cache', 'verify'])).code).toBe(0)
})

test('cache prune removes it', async () => {
  await outputs()
  expect(kept()).toHaveLength(1)
  expect((await sandbox.cli(['cache', 'prune', '--json'])).json).toMatchObject({lint: {removed: 0}})
  const pruned = await sandbox.cli(['cache', 'prune', '--days', '0', '--json'])
  expect(pruned.json).toMatchObject({lint: {removed: 1}})
  expect(kept()).toEqual([])
})

test('threads find what luacheck finds, in its order', async () => {
  const plain = ['--no-config', '--codes', '--ranges', '--formatter', 'plain', '/usr/lib/prosody']
  const real = await runLuacheck(plain)
  const args = ['lint', '--no-config', '--format', 'luacheck', '/usr/lib/prosody']
  expect(real.stdout.length).toBeGreaterThan(100_000)
  for (let turn = 0; turn < 2; turn += 1) expect((await sandbox.cli(args)).stdout).toBe(real.stdout)
})

test.each([
  ['another user', '{"findings":[],"pending":[],"defines":[],"uses":[]}', 65_534],
  ['nobody who knows the form', '{"findings": 1}', undefined],
  ['nobody who knows JSON', 'clean', undefined],
])('results by %s change nothing', async (_, result, owner) => {
  const expected = await fresh()
  expect(await outputs()).toEqual(expected)
  for (const path of kept()) {
    const [, own = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
    const forged = [own, ...lines.map((line) => `${line.split(' ')[0] ?? ''} ${result}`), ''].join('\n')
    writeFileSync(path, `${createHash('sha256').update(forged).digest('hex')}\n${forged}`)
    if (owner !== undefined) chownSync(path, owner, owner)
  }
  expect(kept().length).toBeGreaterThan(0)
  expect(await outputs()).toEqual(expected)
})
