import {execFileSync} from 'node:child_process'
import {chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {cliPath, newSandbox, type Sandbox} from '../helpers/cli.ts'
import {runLuacheck} from '../helpers/luacheck.ts'
import {peakReporter, takePeak} from '../helpers/peak-memory.ts'
import {runProgram, type ProgramOutput} from '../helpers/program.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
  // Another user is to get to it.
  chmodSync(join(sandbox.project, '..'), 0o755)
  write('ok.lua', 'x = 1\n')
})

afterEach(() => sandbox.remove())

function write(name: string | Buffer, text: string): void {
  writeFileSync(Buffer.concat([Buffer.from(`${sandbox.project}/`), Buffer.from(name)]), text)
}

const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
const plain = ['--no-config', '--codes', '--ranges', '--formatter', 'plain']

/** Tests run as root, whom no permission keeps out. */
function asOther(command: readonly string[]): Promise<ProgramOutput> {
  const env = {...sandbox.env, PROSODY_MODS_CACHE: join(sandbox.project, 'none')}
  return runProgram([...asNobody, ...command], {cwd: sandbox.project, env})
}

const ours = (...paths: string[]): string[] => [
  process.execPath,
  cliPath,
  'lint',
  '--no-config',
  '--format',
  'luacheck',
  ...paths,
]

describe('what can’t be read is told as luacheck tells it, and the rest is linted', () => {
  test('files and folders without permission', async () => {
    mkdirSync(join(sandbox.project, 'lua/closed'), {recursive: true})
    write('lua/secret.lua', 'y = 1\n')
    write('lua/z.lua', 'z = 1\n')
    chmodSync(join(sandbox.project, 'lua/secret.lua'), 0)
    chmodSync(join(sandbox.project, 'lua/closed'), 0)
    for (const paths of [['lua/secret.lua', 'ok.lua'], ['lua'], ['lua/closed', 'ok.lua']]) {
      const real = await asOther(['luacheck', ...plain, ...paths])
      const own = await asOther(ours(...paths))
      expect(real.stdout).toContain('I/O error')
      expect(own).toEqual({code: 6, stdout: real.stdout, stderr: ''})
    }
  })

  test('links that lead nowhere or in a circle', async () => {
    symlinkSync('nowhere', join(sandbox.project, 'dangling.lua'))
    symlinkSync('circle.lua', join(sandbox.project, 'circle.lua'))
    for (const paths of [['dangling.lua', 'ok.lua'], ['circle.lua', 'ok.lua'], ['.']]) {
      const real = await runLuacheck([...plain, ...paths], {cwd: sandbox.project})
      const own = await sandbox.cli(['lint', '--no-config', '--format', 'luacheck', ...paths])
      expect(own.stdout).toBe(real.stdout)
      expect(own.code).toBe(6)
    }
  })

  test('a folder in itself is read once', async () => {
    symlinkSync('.', join(sandbox.project, 'loop'))
    const {stdout} = await sandbox.cli(['lint', '--format', 'luacheck', '.'])
    expect(stdout).toBe("ok.lua:1:1-1: (W111) setting non-standard global variable 'x'\n")
  })

  test('pipes, devices and sockets are not waited for', async () => {
    execFileSync('mkfifo', [join(sandbox.project, 'pipe.lua')])
    const socket = createServer().listen(join(sandbox.project, 'socket.lua'))
    const operands = ['pipe.lua', '/dev/zero', 'ok.lua']
    const {stdout, code} = await sandbox.cli(['lint', '--format', 'luacheck', ...operands], {timeout: 20_000})
    expect(stdout.split('\n')).toEqual([
      "pipe.lua: I/O error (couldn't read: Not a regular file)",
      "/dev/zero: I/O error (couldn't read: Not a regular file)",
      "ok.lua:1:1-1: (W111) setting non-standard global variable 'x'",
      '',
    ])
    expect(code).toBe(6)
    const folder = await sandbox.cli(['lint', '--json', '.', 'socket.lua'], {timeout: 20_000})
    expect(folder.json).toMatchObject({
      files: 2,
      errors: 1,
      findings: [{path: 'ok.lua'}, {path: 'socket.lua', code: 'unreadable', severity: 'error', line: 1}],
    })
    socket.close()
  })

  test('as text', async () => {
    symlinkSync('nowhere', join(sandbox.project, 'dangling.lua'))
    const {stdout} = await sandbox.cli(['lint', 'dangling.lua'])
    expect(stdout).toBe(
      "dangling.lua  1 error\n\ndangling.lua: error: couldn't read: No such file or directory [unreadable]\n\n1 error, 0 warnings in 1 file\n",
    )
  })
})

test('names of any bytes', async () => {
  rmSync(join(sandbox.project, 'ok.lua'))
  for (const name of ['a b.lua', '-dash.lua', 'new\nline.lua', '\x1b[31m.lua']) write(name, 'x = 1\n')
  write(Buffer.from('\xff.lua', 'latin1'), 'x = 1\n')
  const real = await runLuacheck([...plain, '.'], {cwd: sandbox.project})
  const own = await sandbox.cli(['lint', '--format', 'luacheck', '--no-config', '.'])
  // What is not UTF-8 comes out of runLuacheck as it is shown here, and what would steer a terminal is spelled out.
  expect(own.stdout).toBe(real.stdout.replaceAll('\x1b', String.raw`\x1b`))
  const text = await sandbox.cli(['lint', '.'])
  expect(text.stdout).not.toContain('\x1b[31m')
  expect((await sandbox.cli(['lint', '--', '-dash.lua'])).code).toBe(6)
})

test('thousands of files with few of them open', async () => {
  for (let index = 0; index < 3000; index += 1) write(`f${index}.lua`, 'local x = 1\nreturn x\n')
  const command = `ulimit -n 64; exec "$0" "$1" lint .`
  const {code, stdout} = await runProgram(['sh', '-c', command, process.execPath, cliPath], {
    cwd: sandbox.project,
    env: sandbox.env,
  })
  expect(stdout).toContain('0 errors, 1 warning in 3001 files')
  expect(code).toBe(6)
})

test('of a file of 5 GB, no more is read than tells that it is too large', async () => {
  write('huge.lua', '')
  truncateSync(join(sandbox.project, 'huge.lua'), 5 * 2 ** 30)
  const peak = join(sandbox.project, 'peak')
  const command = [process.execPath, '--import', peakReporter, cliPath, 'lint', 'huge.lua', 'ok.lua']
  const env = {...sandbox.env, PEAK_MEMORY_FILE: peak}
  const {stdout, code} = await runProgram(command, {cwd: sandbox.project, env, timeout: 30_000})
  expect(stdout).toContain('huge.lua:1:1: error: larger than 2097152 bytes [011]\n  1 |\n    | ^\n')
  expect(stdout).toContain('[111]')
  expect(code).toBe(6)
  expect(await takePeak(peak)).toBeLessThan(200_000_000)
})
