import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import {readRuntime} from '../../../../tools/registry/import-runtime.ts'

const sources = {
  'core/modulemanager.lua': `local api_instance = setmetatable({ name = n, event_handlers = {}, reloading = false }, { __index = api })
api_instance.path = p
if module_has_method(mod, "load") then call_module_method(mod, "unload") end
`,
  'core/moduleapi.lua': 'function api:set_global() self.global = true; fire_event("item-added/"..key) end\n',
  'util/startup.lua': 'local mine = 1\nmine = 2\nhosts = {}\n_G.log = 1\n',
  'util/import.lua': 'function _G.import() end\n',
  'modules/mod_http.lua': `local moduleapi = require "core.moduleapi"
function moduleapi.http_url() end
module:hook("http-error", handler)
module:hook_object_event(server, "pre-request", handler)
prosody.events.fire_event(module.name .. "-event")
hosts[h].events.fire_event(kind)
hosts[h].events.fire_event(kind .. "/" .. other)
local interval = module:get_option_number("ping_interval", 60)
local log, ports = config.get("*", "log"), config.get("*", prefix .. "ports")
`,
  'net/server.lua': `local config_get = require "core.configmanager".get
local function load_config() return config_get("*", "network_settings") end
local other_get = lookup
other_get("*", "no_option")
`,
  'core/hostmanager.lua': 'if not host_config.disco_hidden then host_config = nil end\n',
  'util/prosodyctl/check.lua': `local global = api.new("*")
local all = global:get_option_array("external_addresses", {})
local seconds = global:get_option("ping_interval")
`,
}

const program = `#!/usr/bin/env lua5.4
local timeout = (configmanager.get("*", "prosodyctl_timeout") or 5) * 2
_G.own, hosts = 1, 2
`

describe('facts of a run time', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prosody-mods-runtime-'))
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), text)
    }
    writeFileSync(join(folder, 'prosodyctl'), program)
  })

  afterAll(() => rmSync(folder, {recursive: true}))

  it('are read off sources', () => {
    const {events, ...rest} = readRuntime(folder, '9.9', [join(folder, 'prosodyctl')])
    expect(rest).toEqual({
      line: '9.9',
      globals: ['hosts', 'import', 'log'],
      moduleFields: ['event_handlers', 'global', 'name', 'path', 'reloading'],
      moduleFunctions: ['command', 'load', 'unload'],
      moduleApiOf: {http_url: 'http'},
      options: {
        '*ports': 'any',
        disco_hidden: 'any',
        external_addresses: 'any',
        log: 'any',
        network_settings: 'any',
        ping_interval: 'number',
        prosodyctl_timeout: 'any',
      },
    })
    expect(events.filter((event) => !/^(?:pre-)?(?:iq|message|presence)\//.test(event))).toEqual([
      'http-error',
      'http-event',
      'item-added/*',
      'pre-request',
    ])
    expect(events).toContain('pre-message/full')
  })

  it('are refused where there are none', () => {
    expect(() => readRuntime(join(folder, 'modules'), '9.9')).toThrow(/has no sources of Prosody/)
    expect(() => readRuntime(join(folder, 'nowhere'), '9.9')).toThrow(/has no sources of Prosody/)
  })

  it('have what prosodyctl reads, and not modules alone', () => {
    for (const line of ['0.12', '13.0'])
      expect(Object.keys(embeddedRegistry().prosodyRuntime(line)?.options ?? {})).toEqual(
        expect.arrayContaining([
          ...['conflict_resolve', 'daemonize', 'disco_hidden', 'external_addresses', 'network_settings'],
          ...['plugin_server', 'prosodyctl_service_warnings', 'prosodyctl_timeout'],
        ]),
      )
  })

  it('are those of the Prosody that is installed, for its line', () => {
    const version = readFileSync('/usr/lib/prosody/prosody.version', 'utf8').trim()
    const line = version.split('.').slice(0, 2).join('.')
    const registry = embeddedRegistry()
    expect(registry.prosodyLines).toContain(line)
    const installed = readRuntime('/usr/lib/prosody', line, ['/usr/bin/prosody', '/usr/bin/prosodyctl'])
    const known = registry.prosodyRuntime(line)
    // Of an older release than the table is of, all is in it: the line has only become more.
    const events = [...new Set([...(known?.events ?? []), ...installed.events])].sort()
    const isOlder = registry.prosodyLine(line)?.version !== version
    expect(known).toEqual({
      $schema: '../schema/runtime.schema.json',
      ...installed,
      ...(isOlder ? {events: known?.events, options: known?.options} : {}),
    })
    expect([...(known?.events ?? [])].sort()).toEqual(events)
    expect(Object.keys(known?.options ?? {})).toEqual(expect.arrayContaining(Object.keys(installed.options)))
  })
})
