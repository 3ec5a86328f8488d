import {execFileSync} from 'node:child_process'
import {mkdir, readdir, rename, rm, symlink, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, type CliOutput, type Sandbox} from '../helpers/cli.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  await sandbox.cli(['init'])
  await mkdir(join(sandbox.project, 'mod_x'))
  await writeFile(join(sandbox.project, 'mod_x/mod_x.lua'), 'module:log("info", "x")\n')
  expect((await sandbox.cli(['add', './mod_x'])).code).toBe(0)
})

afterEach(() => sandbox.remove())

/** What can stand in the place of a file, and reading it as one would wait, or never end. */
const things = {
  'a pipe': (path: string) => void execFileSync('mkfifo', [path]),
  'a device without end': (path: string) => symlink('/dev/zero', path),
  'a file of 5 GB': async (path: string) => {
    await writeFile(path, '')
    await truncate(path, 5 * 2 ** 30)
  },
}
const refusal = /it is no regular file|it is larger than the \d+ bytes that are read of such a file/

/** A command that would wait is killed, and the test fails. */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<CliOutput> {
  return sandbox.cli([...args, '--json'], {env, timeout: 60_000})
}

async function put(make: (path: string) => unknown, path: string): Promise<void> {
  await rm(path, {force: true})
  await make(path)
}

function errorOf({json}: CliOutput): unknown {
  return (json as {error?: unknown}).error
}

describe.each(Object.entries(things))('%s in the place of', (_, make) => {
  it.each([
    ['the manifest', 'prosody-mods.json', 'MANIFEST_INVALID'],
    ['the lockfile', 'prosody-mods.lock.json', 'LOCKFILE_INVALID'],
  ])('%s is refused', async (_, name, code) => {
    await put(make, join(sandbox.project, name))
    for (const args of [['list'], ['check'], ['tree']]) {
      const output = await run(args)
      expect(output.code).toBe(2)
      expect(errorOf(output)).toMatchObject({code, message: expect.stringMatching(refusal) as string})
    }
    // those that write look at where links lead before
    for (const args of [['install'], ['add', './mod_x']]) expect([2, 4]).toContain((await run(args)).code)
  })

  it("the user's configuration is refused", async () => {
    const folder = join(sandbox.project, '../config')
    await mkdir(folder)
    await put(make, join(folder, 'config.json'))
    const output = await run(['add', './mod_x'])
    expect(errorOf(output)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(refusal) as string,
    })
  })

  it.each([['NETRC'], ['PROSODY_MODS_CA_FILE']])('what %s names is refused', async (variable) => {
    const path = join(sandbox.project, '../named')
    await put(make, path)
    const output = await run(['add', 'http://127.0.0.1:9/mod_y.lua'], {[variable]: path})
    expect(errorOf(output)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(refusal) as string,
    })
  })

  it('a file of the context is drift, and nothing waits for it', async () => {
    await put(make, join(sandbox.project, 'prosody-modules/x/mod_x/mod_x.lua'))
    for (const args of [['verify'], ['install']]) expect((await run(args)).code).toBeGreaterThan(0)
    for (const args of [['check'], ['deps'], ['options'], ['lint'], ['tree']])
      expect((await run(args)).code).toBeLessThan(128)
  })

  it.each([
    ['a file to lint', 'x.lua', ['lint', 'x.lua']],
    ['what configures luacheck', '.luacheckrc', ['lint', 'mod_x']],
    ["Prosody's configuration", 'prosody.cfg.lua', ['check']],
  ])('%s is passed over or refused', async (_, name, args) => {
    await put(make, join(sandbox.project, name))
    const output = await run(args)
    expect(output.code).toBeLessThan(128)
    expect(errorOf(output)).not.toMatchObject({code: 'INTERNAL'})
  })

  it('what is kept of Lua files is found out anew', async () => {
    const folder = join(sandbox.store, 'v1/facts')
    const names = await readdir(folder)
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) await put(make, join(folder, name))
    for (const args of [['check'], ['deps'], ['options', 'x']]) expect((await run(args)).code).toBe(0)
  })

  it('a module is not taken', async () => {
    await put(make, join(sandbox.project, 'mod_x/mod_x.lua'))
    expect((await run(['add', './mod_x'])).code).toBeGreaterThan(0)
    expect((await run(['identify', '.'])).code).toBeLessThan(128)
  })
})

it('a log that is a pipe is told to be piped in', async () => {
  await put(things['a pipe'], join(sandbox.project, 'prosody.log'))
  const output = await run(['explain', 'prosody.log'])
  expect(errorOf(output)).toMatchObject({
    code: 'USAGE',
    hint: 'pipe it: prosody-mods explain < ' + join(sandbox.project, 'prosody.log'),
  })
})

describe('a symbolic link in the place of', () => {
  const behind = 'prosody-modules/x/mod_x/mod_x.lua'

  async function linked(folder: string): Promise<void> {
    const [full, real] = [join(sandbox.project, folder), join(sandbox.project, '../real')]
    await rename(full, real)
    await symlink(real, full)
  }

  it.each(['prosody-modules', 'prosody-modules/x'])('%s is named as what is in the way', async (link) => {
    await linked(link)
    const verified = await run(['verify'])
    expect(verified.code).toBe(4)
    expect((verified.json as {drift: unknown[]}).drift).toContainEqual(
      expect.objectContaining({path: behind, kind: 'not-a-file', link}),
    )
    expect((await sandbox.cli(['verify'])).stdout).toContain(`behind a symbolic link: ${behind}\n`)
    for (const args of [['install'], ['install', '--force'], ['remove', 'x']]) {
      const {stderr, code} = await sandbox.cli(args)
      expect({args, code}).toEqual({args, code: 4})
      expect(stderr).toContain(`in the way, as a symbolic link where a folder has to be:\n  ${link}\nhint: `)
      expect(stderr).toContain(`${link} is a symbolic link, and nothing is read or written through one`)
    }
    await rm(join(sandbox.project, link))
    expect((await run(['install'])).code).toBe(0)
    expect((await run(['verify'])).code).toBe(0)
  })

  it('prosody-modules is told by verify where no module should be there', async () => {
    expect((await run(['remove', 'x'])).code).toBe(0)
    const real = join(sandbox.project, '../real/mod_y')
    await mkdir(real, {recursive: true})
    await writeFile(join(real, 'mod_y.lua'), '')
    await symlink(join(real, '..'), join(sandbox.project, 'prosody-modules'))
    const {stdout} = await sandbox.cli(['verify'])
    expect(stdout).toContain('a symbolic link: prosody-modules\n')
  })
})
