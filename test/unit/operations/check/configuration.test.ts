import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {factsOf} from '../../../../src/facts/facts.ts'
import {mainOf} from '../../../../src/module-name.ts'
import {configurationProblems} from '../../../../src/operations/check/configuration/problems.ts'
import {enabledBy} from '../../../../src/operations/check/enabled-config.ts'
import {partsOf} from '../../../../src/operations/check/parts.ts'
import {readUserConfig} from '../../../../src/operations/user-config/find.ts'
import {
  contextPathOf,
  integrityOf,
  type LockedModule,
  type Lockfile,
} from '../../../../src/project/lockfile.ts'
import type {Manifest} from '../../../../src/project/manifest.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import type {Environment} from '../../../../src/workbench/environment.ts'
import {digestsOf} from '../../../helpers/digest.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const modules: Readonly<Record<string, string>> = {
  'mod_rooms.lua':
    'module:depends "muc"\nlocal a = module:get_option_number("rooms_limit", 5)\nlocal b = module:get_option_string("rooms_title", "x")',
  'mod_events.lua': 'module:hook("muc-occupant-joined", function () end)',
  'mod_gateway.lua':
    'if module:get_host_type() ~= "component" then error("no") end\nlocal a = module:get_option_boolean("gateway_open", false)',
  'mod_lobby.lua':
    'local util = module:require "muc/util"\nlocal rooms = module:get_option_string("main_muc")\nmodule:context(rooms):hook("muc-invite", function () end)',
  'mod_relay.lua': 'local a = module:get_option_array("relay_ports", {})',
  'mod_idle.lua': 'local a = module:get_option("idle_time")\nlocal b = "named_otherwise"',
}

interface Given {
  readonly files: Readonly<Record<string, string>>
  readonly manifest?: Manifest
  readonly line?: '0.12' | '13.0'
  readonly config?: readonly string[]
}

function problems({files, manifest = {}, line = '13.0', config = []}: Given): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'check-configuration-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  const project = {
    folder,
    manifest: {prosody: line, ...manifest},
    lock: locked,
    lockText: '',
    manifestText: '',
  }
  const configuration = readUserConfig(
    project,
    config.map((path) => join(folder, path)),
  )
  if (configuration === undefined) return ['none']
  const parts = partsOf(locked, code, enabledBy(configuration, config.length > 0))
  const target = {prosody: line, lua: '5.4', debian: 'trixie'}
  const environment = {registry: embeddedRegistry()} as unknown as Environment
  const input = {project: project as never, parts, code, target}
  return configurationProblems(configuration, input, environment).map(
    ({severity, path, line: at, message, hint}) =>
      `${severity} ${path ?? ''}:${at ?? ''} ${message}${hint === null ? '' : ` (${hint})`}`,
  )
}

const digests = digestsOf(Object.keys(modules))
const entry: LockedModule = {
  ...{version: '1', layout: 'flat', resolved: {kind: 'path', path: './x'}, trust: {by: 'user'}},
  ...{integrity: integrityOf(digests), files: digests},
}
const locked: Lockfile = {lockfileVersion: 1, modules: {'own/*': entry}}
const code = {
  bytes: new Map(
    Object.entries(modules).map(([path, text]) => [contextPathOf('own/*', path), Buffer.from(text)]),
  ),
  facts: new Map(
    Object.entries(modules).flatMap(([path, text]) => {
      const {facts} = factsOf(Buffer.from(text), mainOf(path))
      return facts === undefined ? [] : [[contextPathOf('own/*', path), facts] as const]
    }),
  ),
  named: new Map(),
}

function found(text: string, more: Omit<Given, 'files'> = {}): string[] {
  return problems({files: {'prosody.cfg.lua': text}, ...more})
}

describe('a configuration is told of', () => {
  it('where a module is not installed', () => {
    expect(
      found(
        'modules_enabled = { "roster"; "rooster" }\nVirtualHost "a"\nmodules_enabled = {\n"mod_ping"; "no_such_thing" }',
      ),
    ).toEqual([
      'error prosody.cfg.lua:1 mod_rooster is enabled (modules_enabled), and is not installed (did you mean roster?)',
      'error prosody.cfg.lua:4 mod_ping is enabled: Prosody looks for mod_mod_ping (write "ping")',
      'error prosody.cfg.lua:4 mod_no_such_thing is enabled (modules_enabled), and is not installed',
    ])
    expect(found('VirtualHost "a"\nauthentication = "nope"\nComponent "b" "nope"')).toHaveLength(2)
  })

  it('but where it may lie elsewhere', () => {
    const text = 'VirtualHost "a"\nmodules_enabled = { "muc_moderation"; "rooster" }'
    expect(found(`plugin_paths = { "/own" }\n${text}`)).toEqual([
      'warning prosody.cfg.lua:3 mod_rooster is enabled (modules_enabled), and is not installed, unless it lies in /own (did you mean roster?)',
    ])
    expect(found(text)[0]).toMatch(/^error .*muc_moderation.*prosody-mods add/)
  })

  it('where a module can not be loaded', () => {
    const text =
      'modules_enabled = { "rooms" }\nVirtualHost "a"\nVirtualHost "b"\nmodules_enabled = { "gateway"; "events" }\nComponent "c" "muc"\nmodules_enabled = { "rooms"; "events" }\nComponent "d" "gateway"'
    expect(found(text)).toEqual([
      'error prosody.cfg.lua:1 mod_rooms is enabled on VirtualHost a, and is about rooms: line 1: module:depends "muc" (a Component takes no modules of the whole server: enable it under the Component of the rooms)',
      'error prosody.cfg.lua:4 mod_gateway is enabled on VirtualHost b, and can only be loaded on a Component (line 1 of mod_gateway.lua stops it)',
      'warning prosody.cfg.lua:4 mod_events is enabled on VirtualHost b, and is about rooms: line 1: module:hook "muc-occupant-joined" (enable it under the Component of the rooms)',
    ])
  })

  it('but where it only loads a library of rooms', () => {
    expect(
      found('VirtualHost "a"\nmodules_enabled = { "lobby" }\nmain_muc = "c"\nComponent "c" "muc"'),
    ).toEqual([])
  })

  it('where nothing reads an option', () => {
    const text =
      'c2s_require_encrypton = true x_ports = { 1 }\nComponent "c" "muc"\nmodules_enabled = { "rooms" }\nrooms_titel = "t"\nidle_time = 1\nnamed_otherwise = 1\nmuc_lobby_whitelist = {}\nquite_unheard_of = 1'
    expect(found(text)).toEqual([
      'warning prosody.cfg.lua:1 c2s_require_encrypton is set, and nothing that is enabled reads it (did you mean c2s_require_encryption?)',
      'warning prosody.cfg.lua:4 rooms_titel is set, and nothing that is enabled reads it (did you mean rooms_title?)',
      'note prosody.cfg.lua:5 idle_time is set, and only mod_idle reads it, which nothing enables',
      expect.stringMatching(
        /^note prosody.cfg.lua:7 muc_lobby_whitelist is set, and nothing that is enabled reads it: jitsi/,
      ),
      'warning prosody.cfg.lua:8 quite_unheard_of is set, and nothing that is enabled reads it',
    ])
    expect(found('mine = "x"\nlog = mine .. ".log"\nfunction helper() end')).toEqual([])
  })

  it('where a name looks misspelt, if modules may lie elsewhere', () => {
    const text =
      'plugin_paths = { "/own" }\nsite_logo = "x"\nplugin_serve = "y"\ngroup_suffix = "z"\nVirtualHost "a"'
    expect(found(text)).toEqual([
      'warning prosody.cfg.lua:3 plugin_serve is set, and nothing that is enabled reads it (did you mean plugin_server?)',
    ])
    expect(found(text.replace('/own', '/usr/local/lib/prosody-mods'))).toEqual([
      'warning prosody.cfg.lua:2 site_logo is set, and nothing that is enabled reads it',
      'warning prosody.cfg.lua:3 plugin_serve is set, and nothing that is enabled reads it (did you mean plugin_server?)',
      'warning prosody.cfg.lua:4 group_suffix is set, and nothing that is enabled reads it',
    ])
  })

  it('where an option is of a wrong type', () => {
    const text =
      'modules_enabled = "x"\nc2s_timeout = { 1, 2 }\nComponent "c" "muc"\nmodules_enabled = { "rooms", "gateway" }\nrooms_limit = "ten"\nrooms_title = 5\ngateway_open = "yes"\nVirtualHost "d"\nrooms_limit = "10"\ngateway_open = "true"\nrooms_title = ENV_X'
    expect(found(text).filter((one) => one.includes('has to be'))).toEqual([
      'error prosody.cfg.lua:1 modules_enabled is the text "x", and has to be a table',
      'error prosody.cfg.lua:2 c2s_timeout is a table, and has to be a time',
      'error prosody.cfg.lua:5 rooms_limit is the text "ten", and has to be a number',
      'error prosody.cfg.lua:7 gateway_open is the text "yes", and has to be true or false',
    ])
  })

  it('where an option is for the whole server, and set for a host', () => {
    const text =
      'http_ports = { 80 }\nVirtualHost "a"\nhttps_ports = { 443 }\nmodules_enabled = { "relay" }\nrelay_ports = { 1 }\nc2s_interface = "::"\nComponent "b" "muc"\ninterfaces = { "*" }\ncomponent_ports = nil'
    const hint = '(Prosody reads it for the whole server: put it above the first VirtualHost or Component)'
    for (const line of ['0.12', '13.0'] as const)
      expect(found(text, {line})).toEqual([
        `warning prosody.cfg.lua:3 https_ports is set for VirtualHost a, and has no effect there ${hint}`,
        `warning prosody.cfg.lua:6 c2s_interface is set for VirtualHost a, and has no effect there ${hint}`,
        `warning prosody.cfg.lua:8 interfaces is set for Component b, and has no effect there ${hint}`,
      ])
  })

  it('where it is no Lua, and of the rest besides', () => {
    const files = {
      'prosody.cfg.lua': 'Include "conf.d/*.lua"\nVirtualHost "a"\nmodules_enabled = { "rooster" }',
      'conf.d/x.lua': 'x = = 1',
    }
    expect(problems({files}).map((one) => one.slice(0, 40))).toEqual([
      'error conf.d/x.lua:1 it is no Lua: <expr',
      'error prosody.cfg.lua:3 mod_rooster is e',
    ])
  })
})

describe('the configuration of a project', () => {
  const files = {
    'prosody.cfg.lua': 'VirtualHost "a"\nmodules_enabled = { "one_missing" }',
    'deploy/prosody.cfg.lua': 'VirtualHost "a"\nmodules_enabled = { "two_missing" }',
    'deploy/own.env': 'XMPP_MUC_MODULES=three_missing',
    '.env': 'XMPP_MODULES=four_missing',
  }
  const names = (given: Omit<Given, 'files'>): string[] =>
    problems({files, ...given}).map((one) => /([a-z]+_missing)/.exec(one)?.[1] ?? one)

  it('is given, or named in the manifest, or lies beside it', () => {
    expect(names({})).toEqual(['one_missing', 'four_missing'])
    expect(names({manifest: {image: {config: ['deploy/prosody.cfg.lua', 'deploy/own.env']}}})).toEqual([
      'two_missing',
      'three_missing',
    ])
    expect(names({config: ['deploy/own.env']})).toEqual(['three_missing'])
    expect(() => names({manifest: {image: {config: 'no.cfg.lua'}}})).toThrow(/there is nothing at/)
  })
})

describe('the configuration of the package', () => {
  it('has no findings', () => {
    const text = readFileSync('/etc/prosody/prosody.cfg.lua', 'utf8')
    const given = {'prosody.cfg.lua': text, 'conf.d/x.cfg.lua': ''}
    expect(problems({files: given, line: '0.12'})).toEqual([])
    expect(problems({files: given, line: '13.0'})).toEqual([])
  })
})
