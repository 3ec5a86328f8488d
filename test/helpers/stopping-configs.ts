import type {MadeConfig} from './made-configs.ts'

/** A configuration at which Prosody stops with an error, and the line of its first file where it does. */
export interface StoppingConfig extends MadeConfig {
  readonly line: number
}

/** Each on its last line. */
const texts: readonly string[] = [
  'VirtualHost "a"\nlocal domain = nil\nVirtualHost ("x." .. domain)',
  'local domain\nVirtualHost ("x." .. domain)',
  'a = "x" .. nosuch',
  'a = nosuch .. "x"',
  'a = nosuch .. nosuch',
  'a = nosuch .. ENV_SET_A .. "x"',
  'a = "x" .. {}',
  'a = true .. "x"',
  'a = "x" .. function() end',
  'a = "x" .. VirtualHost',
  'a = 1 b = nosuch + 1',
  'a = {} + 1',
  'a = "x" * 2',
  'a = true - 1',
  'a = -nosuch',
  'a = -"x"',
  'a = #nosuch',
  'a = #5',
  'a = 1 < "2"',
  'a = nosuch < 1',
  'a = {} <= {}',
  'if nosuch > 1 then a = 1 end',
  'local f\nf()',
  'local f = "text"\na = f(1)',
  'nosuch("x")',
  'nosuch "x"',
  'a = ("x")()',
  'a = (5)(1)',
  'local t = {}\nt.f()',
  'local t = {}\nt:f()',
  'a = nosuch.x',
  'a = nosuch.x.y',
  'local t = {}\na = t.x.y',
  'a = (5).x',
  'a = (true).x',
  'local function f() end\na = f.x',
  'local t\nt.x = 1',
  'local function f(x) return "x" .. x end a = 1 b = f()',
  'for _, one in ipairs(nosuch) do a = one end',
  'for _, one in pairs(nosuch) do a = one end',
  'for i = 1, nosuch do a = i end',
  'for i = "x", 2 do a = i end',
  'local l\ntable.insert(l, "x")',
  'a = table.concat(nosuch, ",")',
  'a = string.upper(nosuch)',
  'VirtualHost (nosuch)',
  'Component (nosuch) "muc"',
  'VirtualHost "a" "muc"',
  'local t = setmetatable({}, nil)\na = "x" .. t.y',
  'if ENV_SET_A == nil then a = 1 else a = 2 end\nb = "x" .. nosuch',
]

/** Before 13.0, who reads an option finds nothing. */
const unreadable: readonly string[] = [
  'base = ",DC=org"\ngroup = ",OU=Groups" .. base',
  'a = 5\nb = a + 1',
  'a = { "x" }\na.y = 1',
  'modules_enabled = { "x" }\ntable.insert(modules_enabled, "y")',
  'modules_enabled = { "x" }\nmodules_enabled:append { "y" }',
  'modules_enabled = { "x" }\nmodules_enabled[1] = "y"',
  'f = function() end\nf()',
]

/** From 13.0 on, an option that is a table is read as something else. */
const options: readonly string[] = [
  'a = { "x" }\nb = "x" .. a',
  'a = { "x" }\nb = a.y',
  'a = { "x" }\nb = a[1]',
  'a = { "x" }\na:insert("y")',
  'a = { "x" }\nb = a + 1',
  'a = { "x" }\nb = a < 1',
  'a = 5\na(1)',
  'a = 5\nVirtualHost "b"\nc = "x" .. a',
]

/** Returns those of a line of Prosody. */
export function stoppingConfigs(line: '0.12' | '13.0'): readonly StoppingConfig[] {
  return [...texts, ...(line === '0.12' ? unreadable : options)].map((text) => ({
    name: text,
    files: {'main.cfg.lua': `${text}\n`},
    line: text.split('\n').length,
  }))
}
