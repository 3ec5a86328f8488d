import {chown, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {copyForEverybody, type PackageCopy} from '../helpers/package-copy.ts'
import {runProgram} from '../helpers/program.ts'

let copy: PackageCopy
let sandbox: Sandbox
/** dist/code */
let code: string

beforeAll(async () => {
  copy = await copyForEverybody()
  code = join(copy.folder, 'dist/code')
})

afterAll(() => copy.remove())

beforeEach(async () => {
  sandbox = await newSandbox(copy.program)
  return () => sandbox.remove()
})

/** Path of each file of compiled code → when it was written, and its size. */
async function kept(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(code, {recursive: true, withFileTypes: true})
  const files = names.filter((entry) => entry.isFile()).map(({parentPath, name}) => join(parentPath, name))
  const told = await Promise.all(
    files.map(async (path) => {
      const {mtimeMs, size} = await stat(path)
      return [path, `${mtimeMs} ${size}`] as const
    }),
  )
  return Object.fromEntries(told)
}

/** @param command the folder: a command's, or `other` for lines that name none */
async function coreOf(command = 'other'): Promise<string> {
  const paths = Object.keys(await kept())
  const path = paths.find((one) => one.includes(`/${command}/`) && /\/core-[^/]+\.js$/.test(one))
  if (path === undefined) throw new Error(`no compiled code of core for ${command} in ${code}`)
  return path
}

async function commandsOf(): Promise<string[]> {
  return readdir(join(code, `${process.versions.v8}-${process.arch}`))
}

/** Runs the copy and tells which files it has opened. */
async function opensOf(
  args: readonly string[],
): Promise<{readonly stdout: string; readonly paths: string[]}> {
  const {env, project} = sandbox
  const hook = `const fs = require('node:fs')
    const {readFileSync} = fs
    const paths = []
    fs.readFileSync = (path, ...more) => (paths.push(String(path)), readFileSync(path, ...more))
    process.on('exit', () => process._rawDebug(JSON.stringify(paths)))`
  const path = join(sandbox.store, '../hook.cjs')
  await writeFile(path, hook)
  const command = [process.execPath, '--require', path, copy.program, ...args]
  const {stdout, stderr} = await runProgram(command, {env, cwd: project})
  return {stdout, paths: JSON.parse(stderr) as string[]}
}

it('each file is loaded once, by whomever: of a line that oclif reads, errors are known', async () => {
  expect(await sandbox.cli(['list', '--json', '--json'])).toMatchObject({
    code: 2,
    json: {error: {code: 'MANIFEST_MISSING'}},
  })
})

describe('what V8 has compiled', () => {
  it('is there after a build, and no run writes it again', async () => {
    const before = await kept()
    const names = Object.keys(before).map((path) => path.replace(/^.*\/([a-z-]+)-[\w-]{8}\.js$/, '$1'))
    expect(names).toEqual(expect.arrayContaining(['core', 'resolve', 'http', 'validators']))
    expect(await sandbox.cli(['init'])).toMatchObject({code: 0, stderr: ''})
    expect(await sandbox.cli(['list', '--json'])).toMatchObject({code: 0, stderr: ''})
    expect(await kept()).toEqual(before)
  })

  it('is kept by the first run that has none, under the version of V8', async () => {
    await rm(code, {recursive: true})
    const {stdout} = await sandbox.cli(['--version'])
    expect(await readdir(code)).toEqual([`${process.versions.v8}-${process.arch}`])
    const before = await kept()
    expect(Object.keys(before)).toContain(await coreOf())
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stdout, stderr: ''})
    expect(await kept()).toEqual(before)
  })

  it('is kept for each command by itself, by a run that has done its work', async () => {
    await rm(code, {recursive: true})
    expect(await sandbox.cli(['list'])).toMatchObject({code: 2})
    await expect(readdir(code)).rejects.toThrow('ENOENT')
    await sandbox.cli(['--version'])
    expect(await sandbox.cli(['init'])).toMatchObject({code: 0})
    expect(await sandbox.cli(['list'])).toMatchObject({code: 0})
    expect(await sandbox.cli(['list', '--help'])).toMatchObject({code: 0})
    expect(await sandbox.cli(['-C', sandbox.project, '-q', 'verify'])).toMatchObject({code: 0})
    expect(await sandbox.cli(['Unknown/../word'])).toMatchObject({code: 2})
    expect((await commandsOf()).sort()).toEqual(['help', 'init', 'list', 'other', 'verify'])
    const [other, list] = await Promise.all(
      [coreOf(), coreOf('list')].map(async (path) => (await stat(await path)).size),
    )
    // What a line without a command runs is a part of it.
    expect(list).toBeGreaterThan(other ?? Infinity)
  })

  it.each<readonly [string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
    [
      'changed in one bit',
      (bytes) =>
        Buffer.concat([
          bytes.subarray(0, 40_000),
          Buffer.of((bytes[40_000] ?? 0) ^ 4),
          bytes.subarray(40_001),
        ]),
    ],
    ['of nothing', (bytes) => Buffer.alloc(bytes.length)],
    [
      'of another version',
      (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(4, 7), bytes.subarray(8)]),
    ],
  ])('is made anew where it is %s', async (_, damage) => {
    const {stdout} = await sandbox.cli(['--version'])
    const path = await coreOf()
    const sound = await readFile(path)
    await writeFile(path, damage(sound))
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stdout, stderr: ''})
    expect((await readFile(path)).length).toBeGreaterThan(sound.length / 2)
    const before = await kept()
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stdout, stderr: ''})
    expect(await kept()).toEqual(before)
  })

  it('is left alone by a run with other flags of V8', async () => {
    const {stdout} = await sandbox.cli(['--version'])
    const before = await kept()
    const flagged = await sandbox.cli(['--version'], {env: {NODE_OPTIONS: '--max-old-space-size=300'}})
    expect(flagged).toMatchObject({code: 0, stdout, stderr: ''})
    await rm(code, {recursive: true})
    await sandbox.cli(['--version'], {env: {NODE_OPTIONS: '--max-old-space-size=300'}})
    await expect(readdir(code)).rejects.toThrow('ENOENT')
    await sandbox.cli(['--version'])
    const others = Object.keys(before).filter((path) => path.includes('/other/'))
    expect(Object.keys(await kept())).toEqual(others)
  })

  it("is not kept in another user's folder", async () => {
    await rm(code, {recursive: true})
    await chown(join(copy.folder, 'dist'), 65534, 65534)
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stderr: ''})
    await expect(readdir(code)).rejects.toThrow('ENOENT')
    await chown(join(copy.folder, 'dist'), process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  })

  it('of another command is taken by who has none and can keep none, and by nobody else', async () => {
    await sandbox.cli(['init'])
    const {stdout} = await sandbox.cli(['list'])
    await rm(code, {recursive: true, force: true})
    await sandbox.cli(['install'])
    const sound = await readFile(await coreOf('install'))
    // Who reads it makes it anew in its place, if it may.
    await writeFile(await coreOf('install'), sound.subarray(1))
    await sandbox.cli(['list'])
    expect(await readFile(await coreOf('install'))).toEqual(sound.subarray(1))
    await writeFile(await coreOf('install'), sound)
    await rm(join(await coreOf('list'), '..'), {recursive: true})
    await chown(join(copy.folder, 'dist'), 65534, 65534)
    const opened = await opensOf(['list'])
    expect(opened).toMatchObject({stdout})
    expect(opened.paths).toContain(await coreOf('install'))
    await chown(join(copy.folder, 'dist'), process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    expect((await opensOf(['list'])).paths).not.toContain(await coreOf('install'))
  })

  it('is not kept, and no matter, where nothing can be written', async () => {
    await rm(code, {recursive: true, force: true})
    await writeFile(code, 'no folder')
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stderr: ''})
    expect(await readFile(code, 'utf8')).toBe('no folder')
    await rm(code)
  })
})
