import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {chmod, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {sha256Of} from '../../src/digest.ts'
import {cliPath, newSandbox, readTree, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {writeModules} from '../helpers/own-modules.ts'
import {mustRun, runProgram} from '../helpers/program.ts'
import {machinePlace} from '../helpers/prosody-place.ts'
import {host, startProsody} from '../helpers/prosody.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

const modules = 'usr/local/lib/prosody-mods'
const config = 'etc/prosody/conf.d/prosody-mods.cfg.lua'
const record = `${modules}/prosody-mods.lock.json`
const hello = 'greeting = "hello"\n'

let work: string
let out: string
let sandbox: Sandbox
let server: TestServer
/** The key of the module that the server has. */
let served: string

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'prosody-mods-destdir-'))
  await chmod(work, 0o755)
  out = join(work, 'out')
  sandbox = await newSandbox()
  server = await startServer()
  server.on('/mod_hello.lua', ({response}) => response.end(hello))
  await must('init')
  await must('add', `${server.url}/mod_hello.lua`)
  await writeModules(join(sandbox.project, 'own'), {prefix: 'own', count: 2})
  served = Object.keys((await locked()).modules)[0] ?? ''
})

afterEach(async () => {
  await server.close()
  await sandbox.remove()
  await rm(work, {recursive: true, force: true})
})

async function must(...args: readonly string[]): Promise<CliOutput> {
  const output = await sandbox.cli(args)
  expect({args, code: output.code, stderr: output.code === 0 ? '' : output.stderr + output.stdout}).toEqual({
    args,
    code: 0,
    stderr: '',
  })
  return output
}

const install = (...args: readonly string[]): Promise<CliOutput> =>
  sandbox.cli(['install', '--frozen', '--destdir', out, ...args])

async function locked(): Promise<{modules: Record<string, object>}> {
  return JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')) as {
    modules: Record<string, object>
  }
}

const helloPath = (): string => `${modules}/${dirname(served)}/mod_hello/mod_hello.lua`
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(out, path)), {recursive: true})
  await writeFile(join(out, path), text)
}

describe('install --destdir', () => {
  it('writes modules, configuration and lockfile where they belong, and nothing into the project', async () => {
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(join(sandbox.project, 'conf.d'), {recursive: true})
    const project = await readTree(sandbox.project)
    const {code, stdout} = await install()
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`wrote   ${join(out, helloPath())}\n`) as string,
    ])
    const tree = await readTree(out)
    expect(Object.keys(tree).sort()).toEqual([config, helloPath(), record].sort())
    expect(tree[helloPath()]).toBe(hello)
    expect(tree[config]).toContain(`"/${modules}/${dirname(served)}"`)
    expect(tree[record]).toBe(project['prosody-mods.lock.json'])
    expect(await readTree(sandbox.project)).toEqual(project)
    expect((await must('verify', '--destdir', out)).stdout).toBe('1 module: 3 files as locked\n')
  })

  it('lets everybody read it, whatever the umask', async () => {
    await mustRun(
      ['sh', '-c', 'umask 077; exec "$@"', 'sh', process.execPath, cliPath, 'install', '--destdir', out],
      {cwd: sandbox.project, env: sandbox.env},
    )
    for (const path of ['.', 'etc', 'etc/prosody/conf.d', modules, dirname(helloPath())])
      expect([path, (await stat(join(out, path))).mode & 0o777]).toEqual([path, 0o755])
    for (const path of [config, helloPath(), record])
      expect([path, (await stat(join(out, path))).mode & 0o777]).toEqual([path, 0o644])
  })

  it('has nothing to do the second time, and then asks nobody and writes nowhere', async () => {
    await install()
    await rm(sandbox.store, {recursive: true})
    const asked = server.requests.length
    const before = await readTree(work)
    expect((await install('--offline')).stdout).toBe('up to date: 1 module, 3 files verified\n')
    expect((await install('--json')).json).toMatchObject({upToDate: true, destdir: out, changes: []})
    expect([server.requests.length, await readTree(work)]).toEqual([asked, before])
  })

  it('shows what it would write, and writes nothing', async () => {
    const {json} = await install('--dry-run', '--json')
    expect(json).toMatchObject({
      dryRun: true,
      destdir: out,
      changes: [
        {path: config, action: 'write'},
        {path: helloPath(), action: 'write'},
        {path: record, action: 'write'},
      ],
    })
    expect(existsSync(out)).toBe(false)
  })

  it('takes away what an earlier lockfile had, and nothing else', async () => {
    await must('add', './own')
    await install()
    await write(`${modules}/other/mod_else.lua`, 'else_ = 1\n')
    await must('remove', served)
    const {code, stdout} = await install()
    expect([code, stdout]).toEqual([0, expect.stringContaining(`removed ${join(out, helloPath())}`)])
    const paths = Object.keys(await readTree(out)).sort()
    expect(paths.filter((path) => !path.includes('/own'))).toEqual([
      config,
      `${modules}/other/mod_else.lua`,
      record,
    ])
    expect(existsSync(join(out, dirname(helloPath())))).toBe(false)
  })

  it('goes by --modules-path, as plugin_paths do', async () => {
    expect((await install('--modules-path', '/opt/mods')).code).toBe(0)
    expect(existsSync(join(out, 'opt/mods', dirname(served), 'mod_hello/mod_hello.lua'))).toBe(true)
    expect(await readFile(join(out, config), 'utf8')).toContain(`"/opt/mods/${dirname(served)}"`)
    await must('verify', '--destdir', out, '--modules-path', '/opt/mods')
    expect(await install('--modules-path', '/')).toMatchObject({code: 2})
    const moved = await install()
    expect([moved.code, moved.stdout]).toEqual([
      0,
      expect.stringContaining(
        `warning[MODULES_LEFT]: ${join(out, 'opt/mods')} holds modules of an earlier run`,
      ),
    ])
    expect((await install()).stdout).not.toContain('warning')
  })

  it.each([
    ['there is no lockfile', () => rm(join(sandbox.project, 'prosody-mods.lock.json'))],
    [
      'the lockfile does not follow',
      () =>
        writeFile(
          join(sandbox.project, 'prosody-mods.json'),
          '{"modules": {"community/muc_moderation": "*"}}',
        ),
    ],
  ])('ends with 7 where %s, also without --frozen', async (_, prepare) => {
    await prepare()
    const before = await readTree(sandbox.project)
    const {code, stderr} = await sandbox.cli(['install', '--destdir', out])
    expect([code, stderr]).toEqual([7, expect.stringContaining('--destdir: ')])
    expect([existsSync(out), await readTree(sandbox.project)]).toEqual([false, before])
  })

  it('warns of another file that sets plugin_paths there', async () => {
    await write('etc/prosody/prosody.cfg.lua', 'plugin_paths = { "/srv/own" }\n')
    expect((await install()).stdout).toContain('prosody.cfg.lua sets plugin_paths too')
  })
})

describe('what lies there already', () => {
  it('is never overwritten without --force where it is not ours, and folders and links never', async () => {
    await write(helloPath(), 'mine()\n')
    await write(config, '-- mine\n')
    const before = await readTree(out)
    const refused = await install()
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining(join(out, helloPath()))])
    expect(refused.stderr).toContain('--force')
    expect(await readTree(out)).toEqual(before)
    expect((await install('--force')).code).toBe(0)
    await must('verify', '--destdir', out)
    await rm(join(out, helloPath()))
    await symlink('/etc/passwd', join(out, helloPath()))
    expect((await install('--force')).code).toBe(4)
    expect((await readTree(out))[helloPath()]).toBe('link:/etc/passwd')
  })

  it('is not lost where it was ours and changed', async () => {
    await install()
    await write(helloPath(), 'edited()\n')
    const verified = await sandbox.cli(['verify', '--destdir', out])
    expect([verified.code, verified.stdout]).toEqual([
      4,
      expect.stringContaining(`changed: ${join(out, helloPath())}`),
    ])
    expect(verified.stdout).toContain(`prosody-mods install --destdir ${out} --force`)
    const refused = await install()
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining('changed since prosody-mods wrote it'),
    ])
    expect((await install('--force')).code).toBe(0)
    await must('verify', '--destdir', out)
  })

  it('is told by verify: what is missing, and what is there without being locked', async () => {
    await install()
    await rm(join(out, config))
    await write(`${modules}/stray.lua`, 'stray()\n')
    const {code, json} = await sandbox.cli(['verify', '--destdir', out, '--json'])
    expect([code, json]).toMatchObject([
      4,
      {
        destdir: out,
        drift: [
          {path: config, kind: 'missing', hint: `"prosody-mods install --destdir ${out}" puts it back`},
          {path: `${modules}/stray.lua`, kind: 'unexpected'},
        ],
      },
    ])
  })

  it('a damaged lockfile there vouches for nothing', async () => {
    await install()
    await write(record, '{')
    await write(helloPath(), 'other()\n')
    expect((await install()).code).toBe(4)
    expect((await install('--force')).code).toBe(0)
    await must('verify', '--destdir', out)
  })
})

/** Runs a command where /etc/prosody and /usr/local/lib are what lies in `out`, for it alone. */
function inPlace(command: readonly string[]): readonly string[] {
  const script = ['etc/prosody', 'usr/local/lib'].map((path) => `mount --bind "${out}/${path}" "/${path}"`)
  const enter = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-ec',
    `${script.join('\n')}\nexec "$@"`,
    'sh',
  ]
  return [...enter, ...command]
}

it('a real Prosody loads the modules from there', async () => {
  await install()
  const machine = await machinePlace()
  const place = {...machine, argv: (command: readonly string[]) => inPlace(machine.argv(command, []))}
  const prosody = await startProsody(place, {context: '/etc/prosody', hostModules: ['hello']})
  try {
    expect(await prosody.modulePath(host, 'hello')).toBe(`/${helloPath()}`)
    expect(await prosody.moduleValue(host, 'hello', 'greeting')).toBe('hello')
  } finally {
    await prosody.stop()
  }
})

it('with / for a folder it installs on the machine itself, over several file systems', async () => {
  for (const path of ['etc/prosody', 'usr/local/lib']) await mkdir(join(out, path), {recursive: true})
  const script = `
for path in /etc/prosody /usr/local/lib; do mount -t tmpfs -o mode=755 tmpfs "$path"; done
"$@" install --frozen --destdir /
"$@" install --frozen --destdir /
"$@" verify --destdir /
cp -a /etc/prosody/. "${out}/etc/prosody"
cp -a /usr/local/lib/. "${out}/usr/local/lib"
`
  const command = ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', script, 'sh']
  const stdout = await mustRun([...command, process.execPath, cliPath], {
    cwd: sandbox.project,
    env: sandbox.env,
  })
  expect(stdout).toContain(`wrote   /${helloPath()}\n`)
  expect(stdout).toMatch(/^up to date: 1 module, 3 files verified\n1 module: 3 files as locked\n$/m)
  expect(Object.keys(await readTree(out)).sort()).toEqual([config, helloPath(), record].sort())
  expect(existsSync('/.prosody-mods')).toBe(false)
})

it('a full disk is told, and leaves all as it was', async () => {
  await must('add', './own')
  await mkdir(out)
  await mustRun(['mount', '-t', 'tmpfs', '-o', 'size=64k,mode=755', 'tmpfs', out])
  try {
    await mustRun(['dd', 'if=/dev/zero', `of=${out}/filler`, 'bs=1k', 'count=40', 'status=none'])
    const before = await readTree(out)
    const {code, stderr} = await install()
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error\[WRITE_FAILED\]: can't write .*: no space left on the device$/m),
    ])
    expect(await readTree(out)).toEqual(before)
    await rm(join(out, 'filler'))
    await mustRun(['mount', '-o', 'remount,size=1m', out])
    expect((await install()).code).toBe(0)
  } finally {
    await mustRun(['umount', out])
  }
})

it(
  'killed at any moment, no file is half of anything, and the next run ends it',
  {timeout: 600_000},
  async () => {
    await must('add', './own')
    await install()
    const first = join(work, 'first')
    await cp(out, first, {recursive: true})
    const before = await readTree(out)
    await must('remove', served)
    await writeModules(join(sandbox.project, 'own'), {prefix: 'more', count: 6})
    await must('add', './own')
    await install()
    const after = await readTree(out)
    const whole = new Set([...Object.values(before), ...Object.values(after)].map((text) => sha256Of(text)))
    const kills = 30
    let amidst = 0
    for (let number = 0; number < kills; number += 1) {
      await rm(out, {recursive: true})
      await cp(first, out, {recursive: true})
      await killWhileWriting(number)
      if (existsSync(join(out, '.prosody-mods'))) amidst += 1
      for (const [path, text] of Object.entries(await readTree(out)))
        if (!path.startsWith('.prosody-mods/') && text !== 'folder:')
          expect([path, whole.has(sha256Of(text))]).toEqual([path, true])
      expect((await install()).code).toBe(0)
      expect(await readTree(out)).toEqual(after)
    }
    expect(amidst).toBeGreaterThan(kills / 5)
  },
)

/** Kills a run once it has begun to write, later from time to time. */
async function killWhileWriting(number: number): Promise<void> {
  const args = [cliPath, 'install', '--frozen', '--destdir', out]
  const child = spawn(process.execPath, args, {cwd: sandbox.project, env: sandbox.env, stdio: 'ignore'})
  const exit = once(child, 'exit')
  while (child.exitCode === null && !existsSync(join(out, '.prosody-mods/staged'))) await setTimeout(1)
  await Promise.race([setTimeout(number), exit])
  child.kill('SIGKILL')
  await exit
}

it('a place that can not be written is told, and folders that were there stay', async () => {
  await mkdir(join(out, 'a'), {recursive: true})
  await mkdir(join(out, 'etc'))
  await mustRun(['mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', join(out, 'etc')])
  try {
    const {code, stderr} = await install('--modules-path', '/a/mods')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`can't write ${join(out, config)}: the file system is read-only`),
    ])
    expect(await readTree(out)).toEqual({'a/mods': 'folder:', etc: 'folder:'})
  } finally {
    await mustRun(['umount', join(out, 'etc')])
  }
  expect((await install('--modules-path', '/a/mods')).code).toBe(0)
})

it('a manifest can not lead out of the folder', async () => {
  const path = join(sandbox.project, 'prosody-mods.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as {image: object}
  const image = {...manifest.image, modulesPath: '/opt/../../../elsewhere'}
  await writeFile(path, JSON.stringify({...manifest, image}))
  await mkdir(join(work, 'a/b'), {recursive: true})
  out = join(work, 'a/b/out')
  expect((await install()).code).toBe(0)
  expect(existsSync(join(out, 'elsewhere', dirname(served), 'mod_hello/mod_hello.lua'))).toBe(true)
  expect(existsSync(join(work, 'elsewhere'))).toBe(false)
})

it('a link on the way leads nowhere', async () => {
  await mkdir(join(out, 'usr'), {recursive: true})
  await mkdir(join(work, 'elsewhere'))
  await symlink(join(work, 'elsewhere'), join(out, 'usr/local'))
  const {code, stderr} = await install('--force')
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining(`in the way, as a symbolic link where a folder has to be`),
  ])
  expect(await readTree(join(work, 'elsewhere'))).toEqual({})
})

it('two at once write one after the other', async () => {
  await must('add', './own')
  const both = await Promise.all([install(), install()])
  expect(both.map(({code}) => code)).toEqual([0, 0])
  await must('verify', '--destdir', out)
})

it('works on a project that can only be read', async () => {
  await mustRun(['mount', '--bind', sandbox.project, sandbox.project])
  try {
    await mustRun(['mount', '-o', 'remount,bind,ro', sandbox.project])
    expect((await runProgram(['touch', join(sandbox.project, 'x')])).code).toBe(1)
    expect((await install()).code).toBe(0)
    await must('verify', '--destdir', out)
  } finally {
    await mustRun(['umount', sandbox.project])
  }
})
