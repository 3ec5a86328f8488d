import {spawn} from 'node:child_process'
import {openSync, closeSync, writeFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {once} from 'node:events'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {cliPath, newSandbox, type Sandbox} from '../helpers/cli.ts'
import {mustRun} from '../helpers/program.ts'
import {startServer, type Exchange, type TestServer} from '../helpers/server.ts'
import {onTerminal} from '../helpers/terminal.ts'

let sandbox: Sandbox
let server: TestServer

beforeEach(async () => {
  sandbox = await newSandbox()
  server = await startServer()
  expect((await sandbox.cli(['init'])).code).toBe(0)
})

afterEach(async () => {
  await server.close()
  await sandbox.remove()
})

const clear = '\r\u001b[K'

describe('what is to be copied or run', () => {
  it.each([
    ['completion', 'bash'],
    ['completion', 'zsh'],
    ['cache', 'path'],
  ])('is not folded: %s %s', async (...args) => {
    const {screen} = await onTerminal(sandbox, args, {columns: 40})
    const {stdout} = await sandbox.cli(args)
    expect(screen.replaceAll('\r\n', '\n').replaceAll(clear, '')).toBe(stdout)
    expect(stdout.split('\n').some((line) => line.length > 40)).toBe(true)
  })
})

it('lines of an .env are not folded, for whoever copies them', async () => {
  const deployment = ['init', '--for', 'docker-jitsi-meet', '--version', 'stable-10888']
  expect((await sandbox.cli(['-C', 'jitsi', ...deployment])).code).toBe(0)
  const args = ['-C', 'jitsi', 'image', 'env']
  const {screen} = await onTerminal(sandbox, args, {columns: 40})
  const {stdout} = await sandbox.cli(args)
  expect(screen.replaceAll('\r\n', '\n').replaceAll(clear, '')).toBe(stdout)
  expect(stdout.split('\n').some((line) => line.length > 40)).toBe(true)
})

describe('a question', () => {
  const args = ['add', 'debug_traceback', '--dry-run', '--offline']

  it('is asked until there is an answer, with what tells the candidates apart', async () => {
    const {screen} = await onTerminal(sandbox, args, {
      typed: [
        {after: 'Which one? ', keys: 'neither\r'},
        {after: 'A number from 1 to 2', keys: '\r'},
        {after: 'A number from 1 to 2', keys: '7\r'},
        {after: 'A number from 1 to 2', keys: '1\r'},
      ],
    })
    expect(screen).toContain('1) community/debug_traceback')
    expect(screen).toMatch(/2\) jitsi\/debug_traceback.*newest known \d+, of \d{4}-\d\d-\d\d/)
    expect(screen).toContain('community/debug_traceback')
    expect(screen).not.toContain('may be community/debug_traceback or')
  })

  it('is no wider than the terminal, and says a day once', async () => {
    const typed = [{after: 'Which one? ', keys: '2\r'}]
    const {screen} = await onTerminal(sandbox, args, {typed, columns: 40, env: {NO_COLOR: '1'}})
    expect(screen).toMatch(/1\) community\/debug_traceback \(newest\r\n +known 20[\d.]+\)\r\n/)
    expect(screen).toMatch(/2\) jitsi\/debug_traceback \(newest known\r\n +\d+, of \d{4}-\d\d-\d\d\)\r\n/)
  })

  it.each([
    {key: 'Ctrl-C', keys: '\u0003', code: 130, told: 'interrupted'},
    {key: 'Ctrl-D', keys: '\u0004', code: 3, told: 'nothing was chosen'},
  ])('is left with $key', async ({keys, code, told}) => {
    const shown = await onTerminal(sandbox, args, {typed: [{after: 'Which one? ', keys}]})
    expect([shown.code, shown.screen]).toEqual([code, expect.stringContaining(told)])
    expect(shown.screen).not.toContain('defect of prosody-mods')
  })

  it('is not asked in a job of a CI, which may have a terminal', async () => {
    const {code, screen} = await onTerminal(sandbox, args, {env: {CI: 'true'}})
    expect([code, screen]).toEqual([3, expect.stringContaining('several sources publish')])
  })
})

/** A project whose manifest takes a file that only this server has. */
function wanting(name: string): void {
  writeFileSync(
    join(sandbox.project, 'prosody-mods.json'),
    JSON.stringify({
      modules: {'own/x': '*'},
      sources: {own: {kind: 'url', url: `${server.url}/${name}`}},
    }),
  )
}

/** Answers once the command has shown that it waits. */
function heldUntil(shown: Promise<void>, {response}: Exchange): void {
  void shown.then(() => response.end('return 1\n'))
}

describe('progress', () => {
  it.each([60, 80, 120])(
    'says at %i columns whom it waits for, and leaves nothing of that',
    async (columns) => {
      wanting('mod_x.lua')
      let seen = (): void => undefined
      const shown = new Promise<void>((resolve) => (seen = resolve))
      server.on('/mod_x.lua', (exchange) => heldUntil(shown, exchange))
      const waiting = `asking ${server.host}`
      const running = onTerminal(sandbox, ['install'], {
        columns,
        typed: [{after: waiting, seen: () => seen()}],
      })
      const {code, screen} = await running
      expect([code, screen]).toEqual([0, expect.stringContaining(waiting)])
      const last = screen.slice(screen.lastIndexOf(waiting))
      expect(last.slice(last.indexOf(clear))).not.toContain(server.host + '  ')
      expect(last).toContain(clear)
    },
  )

  it('is cleared on Ctrl-C', async () => {
    wanting('mod_x.lua')
    server.on('/mod_x.lua', () => undefined)
    const waiting = `asking ${server.host}`
    const {code, screen} = await onTerminal(sandbox, ['install'], {typed: [{after: waiting, keys: '\u0003'}]})
    expect(code).toBe(130)
    const end = screen.slice(screen.lastIndexOf(waiting))
    expect(end.indexOf(clear)).toBeLessThan(end.indexOf('interrupted'))
    expect(end).toContain(clear)
  })

  it('is not shown with --json', async () => {
    wanting('mod_x.lua')
    server.on('/mod_x.lua', ({response}) => response.end('return 1\n'))
    const {screen} = await onTerminal(sandbox, ['install', '--json'])
    expect(screen).not.toContain('asking')
  })
})

describe('standard output that takes nothing', () => {
  const runInto = async (path: string, args: readonly string[]): Promise<{code: unknown; stderr: string}> => {
    const out = openSync(path, 'w')
    const child = spawn(process.execPath, [cliPath, ...args], {
      cwd: sandbox.project,
      env: sandbox.env,
      stdio: ['ignore', out, 'pipe'],
    })
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    closeSync(out)
    return {code, stderr}
  }

  it.each(['list', 'list --json', 'deps', '--version', '--help', 'search --json', 'init -C other'])(
    'is one error of %s',
    async (line) => {
      const {code, stderr} = await runInto('/dev/full', line.split(' '))
      expect([code, stderr]).toEqual([
        1,
        "error[WRITE_FAILED]: standard output can't be written: ENOSPC: no space left on device, write\n" +
          'hint: what it went to is full or closed; nothing else was left undone\n',
      ])
    },
  )

  it.each(['no-such', 'no-such --json', 'list --no-such --json'])(
    'does not keep %s from telling its own, once',
    async (line) => {
      const {code, stderr} = await runInto('/dev/full', line.split(' '))
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^error\[USAGE\]: [^\n]+\nhint: [^\n]+\n$/)])
    },
  )

  it('is one that nobody reads: silence, and the exit code that it has anyway', async () => {
    await writeFile(join(sandbox.project, 'mod_wrong.lua'), 'modul:log("info", "here")\n')
    for (const [args, expected] of [
      ['lint mod_wrong.lua', 6],
      ['search --json', 0],
      ['no-such --json', 2],
    ] as const) {
      const command = `{ "${process.execPath}" "${cliPath}" ${args}; echo "ended with $?" >&2; } | { exec 0<&-; sleep 1; }`
      const output = await mustRun(['bash', '-c', `{ ${command}; } 2>&1`], {
        cwd: sandbox.project,
        env: sandbox.env,
      })
      expect([args, output]).toEqual([args, `ended with ${expected}\n`])
    }
  })

  it('is one of which a pipe’s reader has seen enough: silence', async () => {
    const command = `"${process.execPath}" "${cliPath}" search | head -1`
    const output = await mustRun(['bash', '-c', `set -o pipefail; ${command} 2>&1`], {env: sandbox.env})
    expect(output.split('\n')).toHaveLength(2)
  })
})
