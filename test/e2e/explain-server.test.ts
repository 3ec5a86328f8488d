import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chown, cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer, type AddressInfo, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {ExplainResult, Explanation} from '../../src/operations/explain/explain.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {collectOutput} from '../helpers/prosody.ts'
import {machinePlace, type ProsodyPlace} from '../helpers/prosody-place.ts'

/** What the machine's Prosody prints with a configuration, until it ends or has said what is waited for. */
async function printed(place: ProsodyPlace, config: string, words: readonly string[]): Promise<string> {
  const [file = '', ...args] = place.argv(['prosody', '--config', config, '-F'], [])
  const child = spawn(file, args, {stdio: ['ignore', 'pipe', 'pipe'], cwd: '/'})
  const chunks = collectOutput(child)
  const ended = once(child, 'close')
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const isDone = (): boolean => words.length > 0 && words.every((one) => chunks.join('').includes(one))
  while (!hasEnded() && !isDone()) await sleep(50)
  child.kill('SIGTERM')
  await ended
  return chunks.join('')
}

describe('what a real Prosody prints', {timeout: 120_000}, () => {
  let sandbox: Sandbox
  let place: ProsodyPlace
  let work = ''

  beforeAll(async () => {
    sandbox = await newSandbox()
    place = await machinePlace()
    work = await mkdtemp(join(tmpdir(), 'prosody-mods-explain-'))
    await mkdir(join(work, 'data'))
    await mkdir(join(work, 'mods'))
    await chown(work, place.uid, place.gid)
    await chown(join(work, 'data'), place.uid, place.gid)
  })

  afterAll(async () => {
    await sandbox.remove()
    await rm(work, {recursive: true})
  })

  /** Options before the hosts of a Prosody that needs no network. */
  const head = (): string =>
    `data_path = "${work}/data"; pidfile = "${work}/data/p.pid"; certificates = "${work}"; log = { info = "*console" }
modules_disabled = { "s2s" }; http_ports, https_ports = {}, {}; plugin_paths = { "${work}/mods" }\n`

  async function explained(config: string, words: readonly string[] = []): Promise<readonly Explanation[]> {
    const path = join(work, 'prosody.cfg.lua')
    await writeFile(path, config)
    const input = await printed(place, path, words)
    const {code, json} = await sandbox.cli(['explain', '--json'], {input})
    expect(code, input).toBe(0)
    const {explained: all, unknown} = json as ExplainResult
    expect(unknown, input).toEqual([])
    // Which optional libraries the machine has is its own affair.
    return all.filter(({id}) => id !== 'start-library-missing')
  }

  it.each([
    ['a = 1\nmodules_enabled = { "a" "b" }\n', 'prosody.cfg.lua, line 2', 'a comma'],
    ['modules_enabled = {\n "a";\n', 'prosody.cfg.lua, line 3', 'the file ends before'],
    ['Virtualhost "a.b"\n', 'prosody.cfg.lua, line 1', 'VirtualHost is one'],
    ['Include "/nowhere.cfg.lua"\n', 'No such file', 'an Include names /nowhere.cfg.lua'],
    ['VirtualHost "a.b"\nComponent "a.b" "muc"\n', 'clashes', 'needs one of its own'],
  ])('of the configuration %j', async (config, happened, cause) => {
    const all = await explained(config)
    expect(all.map(({id}) => id)).toEqual(['config-invalid'])
    expect(all[0]?.happened).toContain(happened)
    expect(all[0]?.causes[0]?.text).toContain(cause)
  })

  it('of a start as root', async () => {
    const path = join(work, 'prosody.cfg.lua')
    await writeFile(path, `${head()}c2s_ports = {}; c2s_direct_tls_ports = {}\nVirtualHost "a.b"\n`)
    const asRoot = {...place, argv: (command: readonly string[]) => command}
    const input = await printed(asRoot, path, ['main_thread'])
    const {json} = await sandbox.cli(['explain', '--json'], {input})
    const {explained: all, unknown} = json as ExplainResult
    expect(unknown, input).toEqual([])
    expect(all.filter(({id}) => id !== 'start-library-missing').map(({id}) => id)).toEqual(['run-as-root'])
  })

  it('of an option of the whole server below a host', async () => {
    const all = await explained(
      `${head()}c2s_ports = {}; c2s_direct_tls_ports = {}\nVirtualHost "a.b"\nhttps_ports = {}\n`,
      ['has no effect'],
    )
    expect(all.map(({id, hosts}) => [id, hosts])).toEqual([['option-misplaced', ['a.b']]])
  })

  it('of a configuration that is not there', async () => {
    const input = await printed(place, join(work, 'none.cfg.lua'), [])
    const {json} = await sandbox.cli(['explain', '--json'], {input})
    expect((json as ExplainResult).explained.map(({id}) => id)).toEqual(['config-unread'])
    expect((json as ExplainResult).explained[0]?.happened).toContain('none.cfg.lua')
  })

  it('of a configuration without hosts', async () => {
    expect((await explained(`${head()}Component "a.b" "muc"\n`)).map(({id}) => id)).toEqual(['no-hosts'])
  })

  it('of a port that another program has, and of one that two services want', async () => {
    const server: Server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const {port} = server.address() as AddressInfo
    const config = `${head()}interfaces = { "127.0.0.1" }; c2s_ports = { ${port} }; c2s_direct_tls_ports = {}
http_interfaces = { "127.0.0.1" }; https_interfaces = { "127.0.0.1" }; http_ports = { ${port} }; modules_enabled = { "http" }
VirtualHost "a.b"\n`
    const all = await explained(config, [`Activated service 'c2s'`, `Activated service 'http'`])
    server.close()
    const taken = all.filter(({id}) => id === 'port-taken')
    expect(taken.map(({count}) => count)).toEqual([2])
    expect(taken[0]?.steps[0]?.command).toBe(`ss --listening --tcp --numeric --processes 'sport = :${port}'`)
  })

  it('of two services on one port', async () => {
    const server: Server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const {port} = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const config = `${head()}interfaces = { "127.0.0.1" }; c2s_ports = { ${port} }; c2s_direct_tls_ports = { ${port} }\nVirtualHost "a.b"\n`
    const all = await explained(config, ['Multiple services', `Activated service 'legacy_ssl'`])
    const [shared] = all.filter(({id}) => id === 'port-shared')
    expect(shared?.happened).toContain(String(port))
    expect([shared?.happened, shared?.steps[0]?.text].join()).toContain('c2s_direct_tls')
  })

  it('of a key that is not there', async () => {
    const config = `${head()}c2s_ports = {}; c2s_direct_tls_ports = {}\nVirtualHost "a.b"
modules_enabled = { "tls" }\nssl = { certificate = "${work}/none.crt", key = "${work}/none.key" }\n`
    const all = await explained(config, ['Certificates loaded'])
    expect(all.map(({id}) => id)).toEqual(['certificate'])
    expect(all[0]?.happened).toContain('none.')
  })

  it('of compiled libraries of another Lua, and of what is none', async () => {
    const config = `${head()}c2s_ports = {}; c2s_direct_tls_ports = {}\nVirtualHost "a.b"\nmodules_enabled = { "takes_old", "takes_text" }\n`
    await cp('/usr/lib/x86_64-linux-gnu/lua/5.1/bit.so', join(work, 'oldbit.so'))
    await writeFile(join(work, 'texts.so'), 'no library\n')
    for (const [name, library] of [
      ['takes_old', 'oldbit'],
      ['takes_text', 'texts'],
    ] as const)
      await writeFile(
        join(work, `mods/mod_${name}.lua`),
        `package.cpath = "${work}/?.so;" .. package.cpath;\nlocal x = require "${library}";\n`,
      )
    const all = await explained(config, ["module 'takes_old' on", "module 'takes_text' on"])
    expect(all.map(({id}) => id)).toEqual(['library-incompatible', 'library-incompatible'])
    const old = all.find(({module}) => module === 'takes_old')
    expect(old?.causes.map(({text}) => text).join()).toContain('compiled for Lua 5.1')
    expect(old?.causes.map(({text}) => text).join()).toContain('mod_takes_old.lua requires it')
    expect(all.find(({module}) => module === 'takes_text')?.causes[0]?.text).toContain(
      'no library for this machine',
    )
  })

  it('of a library that sets a global variable, and of an error in C code', async () => {
    const config = `${head()}c2s_ports = {}; c2s_direct_tls_ports = {}\nVirtualHost "a.b"\nmodules_enabled = { "counts", "repeats" }\n`
    await writeFile(join(work, 'counter.lua'), 'return function () total = 1; end\n')
    await writeFile(
      join(work, 'mods/mod_counts.lua'),
      `package.path = "${work}/?.lua;" .. package.path;\nrequire "counter"();\n`,
    )
    await writeFile(
      join(work, 'mods/mod_repeats.lua'),
      'local name = module:get_option_string("repeats_name");\nmodule:add_timer(0.1, function () return string.rep(name, 2); end);\n',
    )
    const all = await explained(config, ['set a global', 'bad argument'])
    expect(all.map(({id}) => id)).toEqual(['global-set', 'module-error'])
    expect(all[0]?.happened).toContain('counter.lua set the global variable total')
    expect(all[1]?.happened).toContain('mod_repeats stopped at line 2')
  })
})

describe('a message about a module of the project', {timeout: 60_000}, () => {
  let sandbox: Sandbox

  beforeAll(async () => {
    sandbox = await newSandbox()
    await sandbox.cli(['init', '--prosody', '13.0'])
    const files: Readonly<Record<string, string>> = {
      mod_guard: `local allowed = module:get_option_set("guard_allowed");
local key, limit = module:get_option_string("guard_key"), module:get_option_number("guard_limit");
local seats = module:get_option_number("guard_seats", 4);
module:hook("resource-bind", function (event)
	if allowed:contains(event.name) or event.check(key, seats) then
		return true;
	end
	return event.count < limit;
end);
`,
      mod_ends: `local muc_host = module:get_option_string("muc_component");
if muc_host == nil then
	module:log("error", "No MUC to operate on!");
	return;
end
local seats = module:get_option_number("ends_seats", 10);
if seats < 1 then
	module:log("warn", "Nobody gets into %s", muc_host);
end
`,
      mod_needs_newer: '--% requires: unheard-of\nmodule:log("debug", "there");\n',
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(sandbox.project, 'own', name), {recursive: true})
      await writeFile(join(sandbox.project, 'own', name, `${name}.lua`), text)
    }
    const {code, stderr} = await sandbox.cli(['add', './own'])
    expect(code, stderr).toBe(0)
  })

  afterAll(() => sandbox.remove())

  const at = '/usr/local/lib/prosody-mods/own/mod_guard/mod_guard.lua'

  async function told(input: string): Promise<Explanation> {
    const {code, json} = await sandbox.cli(['explain', '--json'], {input})
    expect(code).toBe(0)
    const [only, ...more] = (json as ExplainResult).explained
    expect(more).toEqual([])
    if (only === undefined) throw new Error('nothing is explained')
    return only
  }

  it.each([
    [
      `c2s error\tTraceback[c2s]: ${at}:5: attempt to index a nil value (upvalue 'allowed')\n`,
      'guard_allowed',
      true,
    ],
    [
      `c2s error\tTraceback[c2s]: bad argument #1 to 'check' (string expected, got nil)\n\tstack traceback:\n\t[C]: in function 'check'\n\t${at}:5: in function '?'\n`,
      'guard_key',
      false,
    ],
    [`c2s error\tTraceback[c2s]: ${at}:8: attempt to compare number with nil\n`, 'guard_limit', false],
  ])('names the option that ends as nil: %s', async (input, option, isSure) => {
    const {id, causes, steps} = await told(input)
    expect(id).toBe('option-missing')
    expect(causes.map(({text, sure}) => [/option (\w+)/.exec(text)?.[1], sure])).toEqual([[option, isSure]])
    expect(steps.map(({command}) => command)).toContain('prosody-mods options own/guard')
  })

  it.each([
    ['meet.example.com:ends\terror\tNo MUC to operate on!\n', 'own/mod_ends/mod_ends.lua:3', 'muc_component'],
    ['meet.example.com:ends\twarn\tNobody gets into room@muc\n', 'own/mod_ends/mod_ends.lua:8', 'ends_seats'],
  ])(
    'that it logs itself is found in its text, with the option beside it: %s',
    async (input, place, option) => {
      const {id, module, hosts, causes} = await told(input)
      expect([id, module, hosts]).toEqual(['module-says', 'ends', ['meet.example.com']])
      expect(causes[0]).toMatchObject({sure: true, evidence: [place]})
      expect(causes[1]?.text).toContain(`option ${option}`)
      expect(causes).toHaveLength(2)
    },
  )

  it('that it logs itself is not understood where its text has no such words', async () => {
    const {code, json} = await sandbox.cli(['explain', '--json'], {
      input: 'h:ends\terror\tSomething quite different\n',
    })
    expect(code).toBe(3)
    expect((json as ExplainResult).unknown).toEqual([
      {line: 1, text: 'h:ends\terror\tSomething quite different', count: 1},
    ])
  })

  it('that Prosody 13.0.2 left out names what its first lines ask for', async () => {
    const path = '/usr/local/lib/prosody-mods/own/mod_needs_newer/mod_needs_newer.lua'
    const {id, causes} = await told(
      `modulemanager error\tUnable to load module 'needs_newer': /usr/lib/prosody/modules/mod_needs_newer.lua: No such file or directory (${path} skipped because of Prosody version missing required feature)\n`,
    )
    expect([id, causes[0]?.text]).toEqual([
      'metadata-refused',
      'it requires unheard-of that this Prosody lacks',
    ])
  })

  it('is not looked for where the operand is a path: what keeps it from being read is told', async () => {
    const gone = await sandbox.cli(['explain', './none/prosody.err', '--json'])
    expect([gone.code, gone.json]).toMatchObject([3, {error: {code: 'PATH_NOT_FOUND'}}])
    const bare = await sandbox.cli(['explain', 'prosody.log', '--json'])
    expect(bare.json).toMatchObject({error: {code: 'PATH_NOT_FOUND'}})
    const folder = await sandbox.cli(['explain', 'own', '--json'])
    expect([folder.code, folder.json]).toMatchObject([2, {error: {code: 'USAGE'}}])
    const device = await sandbox.cli(['explain', '/dev/zero', '--json'])
    expect([device.code, device.json]).toMatchObject([2, {error: {code: 'USAGE'}}])
    const words = await sandbox.cli(['explain', 'hello'])
    expect(words.code).toBe(3)
  })
})
