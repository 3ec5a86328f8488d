import type {MadeConfig} from './made-configs.ts'

/** Configurations that are hard to read, each with what makes it so. */
export const trickyConfigs: readonly MadeConfig[] = [
  ...[
    [
      'curried calls',
      'VirtualHost "a" { x = 1 } y = 2 Component "b" "muc" { z = 3 } w = 4 Component("c")("pubsub"); v = 5',
    ],
    [
      'a component with a table and no type',
      'Component "x.y" { component_secret = "s", modules_enabled = { "a" } } after = 1',
    ],
    ['hosts by all names', 'Host "a" x = 1 host "b" x = 2 component "c" "muc" x = 3'],
    ['names in capitals', 'VirtualHost "EXAMPLE.Org" x = 1 Component "MUC.Example.Org" "muc" x = 2'],
    ['a name beyond ASCII', 'VirtualHost "Bücher.Example" x = 1 VirtualHost "ＡＢＣ.example" x = 2'],
    ['a blank in a name', 'VirtualHost "a b.example" x = 1'],
    ['semicolons and nothing', ';;; a = 1; ; b = 2;;'],
    ['values beside one another', 'a, b, c = 1, 2 d, e = 3, 4, 5'],
    ['the same option twice', 'a, a = 1, 2 b = 1 b = 2'],
    ['nil takes an option away', 'a = 1 VirtualHost "x" a = 2 a = nil b = nil'],
    [
      'strings of all forms',
      `a = 'it\\'s' b = "\\x41\\65\\u{20ac}\\z   z" c = [[\nx\ny]] d = [==[ ]] ]==] e = "a\\\nb" f = '\\t\\\\'`,
    ],
    ['bytes that are no text', 'a = "\\255\\254" b = { "\\200" } c = "ok"'],
    [
      'numbers of all forms',
      'a = 0x10 b = 1e3 c = .5 d = 3. e = 0xA.8p1 f = 9007199254740993 g = -0 h = 1e400 i = 0xffffffffffffffff',
    ],
    [
      'arithmetic',
      'a = 7 // 2 b = -7 // 2 c = -7 % 3 d = 2 ^ 10 e = 7 / 2 f = 1 + 2 * 3 - 4 g = 10 % 3.5 h = 3 | 4 i = ~0 j = 1 << 4',
    ],
    [
      'numbers in texts',
      'a = 1 .. "" b = 1.0 .. "" c = 1.5 .. "x" d = -0.0 .. "" e = 2^53 .. "" f = 10 // 2 .. "" g = 100 / 10 .. ""',
    ],
    ['texts in arithmetic', 'a = "10" + 5 b = "3" * "4" c = 10 .. 20'],
    [
      'comparisons',
      'a = "a" < "b" b = 1 == 1.0 c = "1" == 1 d = "Z" < "a" e = not nil f = 2 >= 2 g = "" == "" h = nil == false',
    ],
    [
      'and, or, not',
      'a = nil or false b = false and 1 c = 1 and 2 d = nil and 1 or 3 e = not not 1 f = false or nil',
    ],
    [
      'tables in tables',
      'ssl = { key = "k", protocols = { "a", "b", x = { y = { 1, { 2 } } } }; [3] = "three", [true] = 1, [1.5] = 2 }',
    ],
    [
      'holes',
      'a = { nil, "b" } b = { "a", nil, "c" } c = { [1] = "x", [2] = "y" } d = { "p", [1] = "q" } e = { [2] = "n", "m" }',
    ],
    ['keys that are words', 'a = { ["end"] = 1, ["a b"] = 2, ["1"] = 3, [1] = 4, ["ü"] = 5 }'],
    [
      'a table under two names',
      'local t = { "a" } x = t y = t table.insert(t, "b") VirtualHost "h" modules_enabled = t',
    ],
    ['a table that is in itself', 'local t = { 1 } t.t = t a = t b = 2'],
    [
      'the very table of the whole server',
      'local m = { "a", "b" } modules_enabled = m modules_disabled = { "b" } VirtualHost "h" modules_enabled = m VirtualHost "i" modules_enabled = { "b" }',
    ],
    [
      'lists that grow',
      'local l = {} l[1] = "a" l[#l + 1] = "b" table.insert(l, "c") table.insert(l, 1, "z") l.k = 1 a = l n = #l',
    ],
    ['lists that shrink', 'local l = { "a", "b", "c" } table.remove(l) l[1] = nil a = l'],
    ['lists that are sorted', 'local l = { "b", "a" } table.sort(l) a = l'],
    [
      'lists behind a condition',
      'local l = { "a" } if os.getenv("SET_A") then table.insert(l, "b") end if ENV_UNSET then l[1] = "c" end a = l',
    ],
    [
      'unpacked lists',
      'local l = { 1, 2, 3 } a = { table.unpack(l) } b = { 0, table.unpack(l) } c = { table.unpack(l), 9 } d, e = table.unpack(l)',
    ],
    [
      'concatenated lists',
      'a = table.concat({ "a", "b", 3 }, ", ") b = table.concat({}) c = table.concat({ "x" })',
    ],
    [
      'text functions',
      'a = ("aB"):upper() b = string.lower("ÄB") c = ("abc"):sub(2) d = ("abc"):sub(-2, -2) e = ("ab"):rep(3, "-") f = #"ü" g = ("abc"):reverse() h = ("x"):len()',
    ],
    [
      'text functions that search',
      'a = ("a.b"):gsub("%.", "-") b = ("k=v"):match("=(.*)") c = ("a"):find("a") d = ("%d"):format(3) e = ("%5.1f"):format(2) f = ("%q"):format("x") g = ("%s"):format(nil)',
    ],
    [
      'numbers and texts',
      'a = tonumber("0x10") b = tonumber("10", 2) c = tonumber(" 5 ") d = tonumber("x") e = tostring(1.5) f = tostring(nil) g = tostring(10 // 1) h = type("") .. type({}) .. type(nil) .. type(print)',
    ],
    [
      'mathematics',
      'a = math.floor(2.7) b = math.max(1, 2, 3) c = math.min(2.5, 1) d = math.pi > 3 e = math.ceil(1.2) f = math.huge',
    ],
    [
      'variables of the environment',
      'a = os.getenv("SET_A") b = ENV_SET_A c = ENV_UNSET d = ENV_UNSET or "x" e = os.getenv("UNSET") or os.getenv("SET_B") or "y" f = ENV_EMPTY g = ENV_SET_A .. "!"',
    ],
    [
      'variables of the environment decide',
      'if ENV_SET_A == "alpha" then VirtualHost "a" x = 1 else VirtualHost "b" x = 2 end y = 3 VirtualHost "c" z = 4',
    ],
    [
      'hosts behind a condition',
      'if ENV_UNSET then VirtualHost "a" x = 1 end y = 2 if ENV_SET_A then Component "b" "muc" x = 1 end y = 3',
    ],
    [
      'what is reached in any case',
      'if 1 < 2 then a = 1 else a = 2 end if nil then b = 1 end if "" then c = 1 end while false do d = 1 end repeat e = 1 until true',
    ],
    [
      'what is reached on one way',
      'if ENV_UNSET then a = 1 elseif ENV_SET_A then a = 2 else a = 3 end b = a_not and 1 or 2',
    ],
    ['the end of a file in the middle', 'a = 1 if os.getenv("SET_A") then return end a = 2 b = 3'],
    ['the end of a file', 'a = 1 do return end a = 2'],
    [
      'loops over numbers',
      'for i = 1, 3 do VirtualHost("h" .. i) x = i end for i = 3, 1, -1 do y = i end for i = 1, 0 do z = 1 end for i = 1.0, 2 do w = i end',
    ],
    [
      'loops over lists',
      'for i, d in ipairs { "a", "b" } do VirtualHost(d .. ".example") n = i modules_enabled = { d } end',
    ],
    [
      'loops over keys',
      'for k, v in pairs { p = 1, q = 2 } do VirtualHost(k) x = v end local s = 0 for _, v in pairs { 1, 2, 3 } do s = s + v end sum = s',
    ],
    [
      'loops that end early',
      'local n = 0 for i = 1, 10 do if i > 3 then break end n = n + 1 end a = n while true do n = n - 1 if n == 0 then break end end b = n',
    ],
    [
      'loops whose turns are not known',
      'local n = 0 for w in ("a b c"):gmatch("%a") do n = n + 1 last = w end count = n local l = {} for w in ("a b"):gmatch("%a") do l[#l + 1] = w end list = l',
    ],
    ['loops until something', 'local i = 0 repeat local j = i i = i + 1 until j >= 4 a = i'],
    [
      'functions',
      'local function f(a, b) return a, b or "d" end a, b = f(1) c = { f(1, 2) } d = (f(1, 2)) local g = function(...) return select("#", ...), ... end e, f2 = g(nil, nil)',
    ],
    [
      'functions that set',
      'local function host(name, ...) VirtualHost(name) modules_enabled = { ... } end host("a", "x", "y") host("b") local m = {} function m.set(v) q = v end m.set(3) function m:n() return self end r = m:n() == m',
    ],
    [
      'functions that call themselves',
      'local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end a = fact(10) local function many(n) return n == 0 and 0 or many(n - 1) end b = many(30)',
    ],
    [
      'functions with a memory',
      'local n = 0 local function next_port() n = n + 1 return 5000 + n end a = next_port() b = next_port() c = { next_port(), next_port() }',
    ],
    ['functions of the configuration', 'function helper(x) y = x end z = 1'],
    [
      'calls that fail',
      'a = pcall(error, "x") local ok, value = pcall(function() b = 1 return 2 end) c, d = ok, value e = select(2, pcall(function() error("e") end)) ~= nil',
    ],
    ['sets in a call', 'pcall(function() VirtualHost "p" inner = 1 end) outer = 2'],
    [
      'a name that hides another',
      'local VirtualHost = function(x) hidden = x end VirtualHost "a" y = 1 do local y = 2 y = 3 end local log = "x" log = "y" z = log',
    ],
    ['names that are no options', 'host = "x" component = "y" Include = "z" include = nil a = 1'],
    [
      'code that is given all options',
      'local L = Lua or _G before = 1 L.load("hidden = 1", "x", "t", _ENV)() local f = L.load("local e = ... e.also = 2") f(_ENV)',
    ],
    [
      '_ENV and _G',
      'local e = _ENV _ENV.a = 1 e.b = 2 _ENV["c"] = 3 d = _G == _G _G.invented = 5 f = invented',
    ],
    [
      'Lua of its own',
      'local Lua = Lua or _G a = Lua.os.getenv("SET_A") b = Lua.tostring(5) c = Lua.string.format("%s", "x") for _, n in Lua.ipairs { "q" } do d = n end',
    ],
    [
      'libraries',
      'local json = require "util.json" a = json.encode({ 1 }) b = os.time() > 0 c = type(os.date()) local s = string d = s.upper("x") e = io.open("/nowhere") == nil',
    ],
    [
      'a table with a metatable',
      'local t = setmetatable({ 1 }, { __index = function() return "i" end }) a = t[1] b = t.x c = t[2]',
    ],
    [
      'options of a computed name',
      'VirtualHost "a" { [ENV_SET_A] = 1, plain = 2 } local n = "dyn" _ENV[n .. "_option"] = 3 _ENV[os.getenv("SET_A") .. "_x"] = 4',
    ],
    [
      'hosts of a computed name',
      'VirtualHost(os.getenv("SET_A") .. ".example") x = 1 Component("c." .. ENV_SET_A) "muc" y = 2 VirtualHost "plain" z = 3',
    ],
    ['a computed type', 'Component "a" (ENV_UNSET or "muc") x = 1 Component "b" (ENV_SET_A) { y = 2 } z = 3'],
    [
      'a type that is set anew',
      'Component "a" "muc" component_module = "other" Component "b" Component "b" "pubsub" x = 1',
    ],
    ['a jump', 'a = 1 goto done a = 2 ::done:: b = 3'],
    ['attributes of locals', 'local a <const> = 5 b = a * 2'],
    ['many levels', `a = ${'{'.repeat(30)}1${'}'.repeat(30)} b = ${'('.repeat(40)}2${')'.repeat(40)}`],
    [
      'many values',
      `modules_enabled = { ${Array.from({length: 400}, (_, index) => `"m${index}"`).join('; ')} }`,
    ],
    ['no value', '-- nothing\n--[[ a = 1 ]]\n--[==[ b = 2\n]==]'],
    ['line ends of Windows', 'a = 1\r\nVirtualHost "x"\r\n  b = [[one\r\ntwo]]\r\n'],
    ['a missing equals sign', 'a = 1 modules_enabled { "x" }'],
    ['a missing bracket', 'a = { 1, 2 b = 3'],
    ['a missing host name', 'a = 1 VirtualHost() b = 2'],
    ['a field of nothing', 'a = 1 b.c = 2'],
    ['a module for a host', 'VirtualHost "a" "muc"'],
    ['a host that is a component', 'VirtualHost "a" Component "a" "muc"'],
    ['an error of its own', 'a = 1 error("stop", 0)'],
    [
      'an error behind a condition',
      'if not ENV_SET_A then error("needs SET_A") end a = assert(ENV_SET_A) b = assert(1, "no")',
    ],
    ['a byte order mark', '\ufeffa = 1'],
    ['a first line for a shell', '#!/usr/bin/lua\na = 1'],
  ].map(([name = '', text = '']): MadeConfig => ({name, files: {'main.cfg.lua': text}})),
  {
    name: 'files in files',
    files: {
      'main.cfg.lua':
        'local l = 1 VirtualHost "a" x = 1 Include "sub/one.cfg.lua" y = 2 include("./sub/two.cfg.lua") z = l',
      'sub/one.cfg.lua': 'whole = l VirtualHost "b" w = 1 Include "three.cfg.lua" v = 2',
      'sub/two.cfg.lua': 'Include "../four.cfg.lua" Component "c" "muc"',
      'sub/three.cfg.lua': 'third = true',
      'four.cfg.lua': 'fourth = true return',
    },
  },
  {
    name: 'wildcards',
    files: {
      'main.cfg.lua':
        'VirtualHost "a" Include "conf.d/*.cfg.lua" Include "conf.d/?.lua" Include "none/*.nothing" x = 1 Include "*.inc"',
      'conf.d/b.cfg.lua': 'b = 1',
      'conf.d/a.cfg.lua': 'a = 1',
      'conf.d/.c.cfg.lua': 'hidden = 1',
      'conf.d/q.lua': 'q = 1',
      'conf.d/a.cfg_lua': 'no = 1',
      'none/x': '',
      'of-the-folder.inc': 'folder = 1',
    },
  },
  {
    name: 'one option in several files of a folder',
    files: {
      'main.cfg.lua': 'x = 0 Include "conf.d/*.lua" VirtualHost "h"',
      'conf.d/1.lua': 'x = 1 y = 1',
      'conf.d/2.lua': 'x = 2 Include "../deep/*.lua"',
      'conf.d/3.lua': 'z = 3',
      'deep/1.lua': 'y = 2',
      'deep/2.lua': 'w = 2',
    },
  },
  {
    name: 'a file twice',
    files: {'main.cfg.lua': 'Include "p.lua" VirtualHost "a" Include "p.lua" y = 1', 'p.lua': 'x = 1'},
  },
  {name: 'a file that is missing', files: {'main.cfg.lua': 'a = 1 Include "missing.lua" b = 2'}},
  {name: 'a file that is no Lua', files: {'main.cfg.lua': 'a = 1 Include "p.lua" b = 2', 'p.lua': 'x = = 1'}},
  {
    name: 'a computed file',
    files: {
      'main.cfg.lua': 'Include((ENV_UNSET or "p") .. ".lua") Include(ENV_UNSET or "p.lua")',
      'p.lua': 'x = 1',
    },
  },
  {
    name: 'a file that ends early',
    files: {'main.cfg.lua': 'Include "p.lua" y = 2', 'p.lua': 'if ENV_SET_A then return end x = 1'},
  },
  {name: 'a script', files: {'main.cfg.lua': 'RunScript "run.lua" a = 1', 'run.lua': 'local x = 1'}},
]

/** What only Prosody 13 reads. */
export const laterConfigs: readonly MadeConfig[] = [
  ...[
    [
      'options that are read',
      'data = "/d" a = data .. "/x" b = data l = { "p" } n = #data VirtualHost "h" c = data d = data or "none"',
    ],
    [
      'options that are appended to',
      'modules_enabled = { "a" } modules_enabled:append { "b", "c" } modules_enabled { "d" } VirtualHost "h" modules_enabled = { "x" } modules_enabled:append { "y" }',
    ],
    [
      'options that are appended to later',
      'm = { k = 1 } m:append { j = 2 } v = m:value() w = m VirtualHost "h" m:append { 1 }',
    ],
    [
      'options that depend',
      'x = { "a" } if ENV_SET_A then x:append { "b" } end y = 1 if ENV_UNSET then y = 2 end z = y',
    ],
    ['an option that is no list', 'x = { "a" } y = x:nothing()'],
    ['functions as options', 'function helper(v) made = v end helper(3)'],
    ['Lua of its own', 'a = Lua.os.getenv("SET_A") b = Lua.string.rep("x", 3) c = Lua.tostring(1)'],
    ['an option with the name of a library', 'math = 5 a = math table = { "x" } Lua.table.insert({}, 1)'],
  ].map(([name = '', text = '']): MadeConfig => ({name: `13: ${name}`, files: {'main.cfg.lua': text}})),
  {
    name: '13: what is in files',
    files: {
      'main.cfg.lua':
        'a = FileContents("f.txt") b = FileLine("f.txt") c = FileLines("f.txt") d = Credential("secret") e = Credential("secret", "*l") f = { FileLine "f.txt", "x" }',
      'f.txt': 'one\ntwo\n',
    },
  },
]
