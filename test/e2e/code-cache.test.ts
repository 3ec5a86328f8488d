import {chown, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {copyForEverybody, type PackageCopy} from '../helpers/package-copy.ts'

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

async function coreOf(): Promise<string> {
  const path = Object.keys(await kept()).find((one) => /\/core-[^/]+\.js$/.test(one))
  if (path === undefined) throw new Error(`no compiled code of core in ${code}`)
  return path
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
    expect(Object.keys(await kept())).toEqual(Object.keys(before))
  })

  it("is not kept in another user's folder", async () => {
    await rm(code, {recursive: true})
    await chown(join(copy.folder, 'dist'), 65534, 65534)
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stderr: ''})
    await expect(readdir(code)).rejects.toThrow('ENOENT')
    await chown(join(copy.folder, 'dist'), process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  })

  it('is not kept, and no matter, where nothing can be written', async () => {
    await rm(code, {recursive: true, force: true})
    await writeFile(code, 'no folder')
    expect(await sandbox.cli(['--version'])).toMatchObject({code: 0, stderr: ''})
    expect(await readFile(code, 'utf8')).toBe('no folder')
    await rm(code)
  })
})
