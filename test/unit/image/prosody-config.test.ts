import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {prosodyConfig, type ProsodyConfig} from '../../../src/image/prosody-config.ts'

/** Reads a configuration as Prosody does: options belong to the host that was named last. Prints JSON. */
const reader = `
local function json(value)
  if type(value) == "string" then
    return '"' .. value:gsub('[%c"\\\\]', function (c) return ("\\\\u%04x"):format(c:byte()) end) .. '"'
  elseif type(value) ~= "table" then return tostring(value) end
  local parts = {}
  if #value > 0 or next(value) == nil then
    for _, one in ipairs(value) do parts[#parts + 1] = json(one) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, one in pairs(value) do parts[#parts + 1] = json(key) .. ":" .. json(one) end
  return "{" .. table.concat(parts, ",") .. "}"
end
local found = { { "*" } }
local function section(kind)
  return function (name)
    found[#found + 1] = { kind, name }
    return function (component) table.insert(found[#found], component) end
  end
end
local known = {
  VirtualHost = section "host", Component = section "component",
  RunScript = function (path) print(json({ "script", path })) end,
}
local world = setmetatable({}, {
  __index = known,
  __newindex = function (_, name, value) table.insert(found[#found], { name, value }) end,
})
if setfenv then setfenv(assert(loadfile(arg[1])), world)() else assert(loadfile(arg[1], "t", world))() end
for _, one in ipairs(found) do print(json(one)) end
`

function read(config: ProsodyConfig): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-prosody-config-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  writeFileSync(join(folder, 'prosody.cfg.lua'), prosodyConfig(config))
  const printed = execFileSync('lua5.4', ['-', join(folder, 'prosody.cfg.lua')], {
    input: reader,
    encoding: 'utf8',
  })
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

describe('a configuration of Prosody, as Lua reads it', () => {
  it('has options of the server, hosts and components, each with its own', () => {
    const found = read({
      script: '/tmp/probe.lua',
      options: {admins: ['a@example.org'], c2s_ports: [], use_ipv6: false, limit: 2.5},
      hosts: [
        {host: 'example.org', options: {modules_enabled: ['ping', 'mam'], authentication: 'internal_hashed'}},
        {host: 'rooms.example.org', component: 'muc', options: {restrict_room_creation: 'local'}},
        {host: 'bridge.example.org', component: '', options: {component_secret: 'x'}},
        {host: 'empty.example.org', options: {}},
      ],
    })
    expect(found).toEqual([
      ['script', '/tmp/probe.lua'],
      ['*', ['admins', ['a@example.org']], ['c2s_ports', []], ['use_ipv6', false], ['limit', 2.5]],
      ['host', 'example.org', ['modules_enabled', ['ping', 'mam']], ['authentication', 'internal_hashed']],
      ['component', 'rooms.example.org', 'muc', ['restrict_room_creation', 'local']],
      ['component', 'bridge.example.org', ['component_secret', 'x']],
      ['host', 'empty.example.org'],
    ])
  })

  it.each(['"', '\\', 'a\nb', 'a\r\n1', ']] --', '" } os.exit(1) --', '\u00001', '%d ${x}', 'é', ''])(
    'keeps %j as a value, in lists and tables, as a key, and as the name of a host',
    (text) => {
      const found = read({
        options: {one: text, list: [text, [text]], table: {inner: {[`k${text}`]: text}}},
        hosts: [{host: `h${text}`, component: `c${text}`, options: {}}],
      })
      expect(found).toEqual([
        ['*', ['one', text], ['list', [text, [text]]], ['table', {inner: {[`k${text}`]: text}}]],
        ['component', `h${text}`, `c${text}`],
      ])
    },
  )

  it('quotes keys that Lua takes for words of its own, and keeps plain ones plain', () => {
    const config = {options: {log: {end: 'x', info: '*console', '1': 'y', goto: 'z'}}, hosts: []}
    expect(read(config)).toEqual([['*', ['log', config.options.log]]])
    expect(prosodyConfig(config)).toContain('info = "*console";')
  })

  it('is laid out for people', () => {
    expect(
      prosodyConfig({
        options: {modules_enabled: ['disco']},
        hosts: [{host: 'feeds.localhost', component: 'pubsub', options: {modules_enabled: ['a', 'b']}}],
      }),
    ).toBe(
      'modules_enabled = { "disco"; }\n\nComponent "feeds.localhost" "pubsub"\n\tmodules_enabled = { "a"; "b"; }\n',
    )
  })
})
