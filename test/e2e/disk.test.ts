import {chmod, chown, cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, onTestFinished} from 'vitest'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {writeModules} from '../helpers/own-modules.ts'
import {copyForEverybody} from '../helpers/package-copy.ts'
import {mustRun, runProgram} from '../helpers/program.ts'

/** uid of nobody on Debian: root could write whatever the mode says. */
const nobody = 65534

let sandbox: Sandbox
let mountPoint: string
let mounted: string[] = []

beforeEach(async () => {
  sandbox = await newSandbox()
  mountPoint = await mkdtemp(join(tmpdir(), 'prosody-mods-mount-'))
  await writeModules(join(sandbox.project, 'own'), {prefix: 'disk', count: 3})
})

afterEach(async () => {
  for (const point of mounted.reverse()) await mustRun(['umount', point])
  mounted = []
  await rm(mountPoint, {recursive: true, force: true})
  await sandbox.remove()
})

async function mount(point: string, args: readonly string[]): Promise<void> {
  await mustRun(['mount', ...args, point])
  mounted.push(point)
}

/** Runs the CLI in a folder; gives exit code and the error of its JSON. */
async function failure(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const command = [process.execPath, cliPath, ...args, '--json']
  const {code, stdout} = await runProgram(command, {cwd, env: {...sandbox.env, ...env}})
  const {error} = JSON.parse(stdout) as {error?: {code: string; message: string}}
  return {exit: code, code: error?.code, message: error?.message}
}

describe('a full disk', () => {
  it.each([
    {size: 8, what: 'no room for anything'},
    {size: 24, what: 'room for a part of the staged files'},
    {size: 32, what: 'room for a part more'},
    {size: 40, what: 'room for all but the last'},
  ])('under the project: $what ($size KiB left)', async ({size}) => {
    // A tmpfs counts pages of 4 KiB; the project itself takes a few.
    await mount(mountPoint, ['-t', 'tmpfs', '-o', 'size=1m,mode=755', 'tmpfs'])
    await cp(sandbox.project, mountPoint, {recursive: true})
    const env = {...sandbox.env}
    await mustRun([process.execPath, cliPath, 'init'], {cwd: mountPoint, env})
    await fill(join(mountPoint, 'filler'), size)
    const before = await readTree(mountPoint)
    expect(await failure(mountPoint, ['add', './own'])).toEqual({
      exit: 1,
      code: 'WRITE_FAILED',
      message: expect.stringMatching(/^can't write .*: no space left on the device$/s) as string,
    })
    expect(await readTree(mountPoint)).toEqual(before)
    await rm(join(mountPoint, 'filler'))
    await mustRun([process.execPath, cliPath, 'add', './own'], {cwd: mountPoint, env})
    await mustRun([process.execPath, cliPath, 'verify'], {cwd: mountPoint, env})
  })

  it('under the store', async () => {
    await mustRun([process.execPath, cliPath, 'init'], {cwd: sandbox.project, env: sandbox.env})
    await mount(mountPoint, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs'])
    await fill(join(mountPoint, 'filler'), 8)
    const before = await readTree(sandbox.project)
    const env = {PROSODY_MODS_CACHE: join(mountPoint, 'store')}
    expect(await failure(sandbox.project, ['add', './own'], env)).toMatchObject({
      exit: 1,
      code: 'WRITE_FAILED',
      message: expect.stringContaining(mountPoint) as string,
    })
    expect(await readTree(sandbox.project)).toEqual(before)
  })
})

describe('a place that cannot be written', () => {
  it('the project on a read-only file system: exit 1, nothing changed; reading commands work', async () => {
    await mustRun([process.execPath, cliPath, 'init'], {cwd: sandbox.project, env: sandbox.env})
    await mount(mountPoint, ['--bind', sandbox.project])
    await mustRun(['mount', '-o', 'remount,ro,bind', mountPoint])
    const before = await readTree(mountPoint)
    expect(await failure(mountPoint, ['add', './own'])).toMatchObject({
      exit: 1,
      code: 'WRITE_FAILED',
      message: expect.stringContaining('the file system is read-only') as string,
    })
    expect(await readTree(mountPoint)).toEqual(before)
    for (const args of [['list'], ['install'], ['verify']]) {
      await mustRun([process.execPath, cliPath, ...args], {cwd: mountPoint, env: sandbox.env})
    }
  })

  it('a new project on a read-only file system: exit 1 with the reason', async () => {
    await mount(mountPoint, ['-t', 'tmpfs', '-o', 'ro', 'tmpfs'])
    expect(await failure(sandbox.project, ['init', '-C', join(mountPoint, 'deep/project')])).toEqual({
      exit: 1,
      code: 'WRITE_FAILED',
      message: `can't write ${join(mountPoint, 'deep/project')}: the file system is read-only`,
    })
  })

  it("another user's project and store: exit 1 with the path, nothing changed", async () => {
    await mustRun([process.execPath, cliPath, 'init'], {cwd: sandbox.project, env: sandbox.env})
    await mustRun(['chmod', '755', join(sandbox.project, '..')])
    const before = await readTree(sandbox.project)
    const copy = await copyForEverybody()
    onTestFinished(() => copy.remove())
    const asNobody = ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups']
    const run = async (env: NodeJS.ProcessEnv): Promise<unknown> => {
      const command = [...asNobody, process.execPath, copy.program, 'add', './own', '--json']
      const {code, stdout} = await runProgram(command, {cwd: sandbox.project, env: {...sandbox.env, ...env}})
      return {exit: code, ...(JSON.parse(stdout) as object)}
    }
    expect(await run({})).toMatchObject({
      exit: 1,
      error: {code: 'WRITE_FAILED', message: expect.stringContaining('permission denied') as string},
    })
    expect(await readTree(sandbox.project)).toEqual(before)

    await chown(sandbox.project, nobody, nobody)
    const store = join(mountPoint, 'store')
    await mkdir(store, {mode: 0o755})
    await writeFile(join(store, 'keep'), '')
    // mkdtemp lets nobody else in: such a store can't even be read.
    for (const [mode, code] of [
      [0o700, 'READ_FAILED'],
      [0o755, 'WRITE_FAILED'],
    ] as const) {
      await chmod(mountPoint, mode)
      expect(await run({PROSODY_MODS_CACHE: store})).toMatchObject({
        exit: 1,
        error: {code, message: expect.stringMatching(`${store}.*: permission denied$`) as string},
      })
    }
    expect(await readTree(sandbox.project)).toEqual(before)
  })
})

it('few open files: a module of many files is written all the same', async () => {
  await writeModules(join(sandbox.project, 'many'), {prefix: 'many', count: 40})
  await mustRun([process.execPath, cliPath, 'init'], {cwd: sandbox.project, env: sandbox.env})
  // Node.js itself opens about 30.
  const limited = ['sh', '-c', 'ulimit -n 64 && exec "$@"', 'sh', process.execPath, cliPath]
  await mustRun([...limited, 'add', './many'], {cwd: sandbox.project, env: sandbox.env})
  await mustRun([...limited, 'verify'], {cwd: sandbox.project, env: sandbox.env})
})

/** Fills the file system until only so many KiB are left. */
async function fill(path: string, leave: number): Promise<void> {
  const available = async (): Promise<number> => {
    const out = await mustRun(['df', '--output=avail', '-k', join(path, '..')])
    return Number(out.split('\n')[1])
  }
  const size = (await available()) - leave
  await mustRun(['dd', 'if=/dev/zero', `of=${path}`, 'bs=1k', `count=${size}`, 'status=none'])
}
