import {describe, expect, it} from 'vitest'
import {enabledModules} from '../../../../src/prosody/config/enabled.ts'
import {hostsIn, optionFor} from '../../../../src/prosody/config/effective.ts'
import {readVariables} from '../../../../src/prosody/config/environment.ts'
import {readConfiguration} from '../../../../src/prosody/config/read.ts'
import type {Configuration, ConfigValue} from '../../../../src/prosody/config/types.ts'

function read(files: string | Readonly<Record<string, string>>, prosody = '13.0'): Configuration {
  const all = typeof files === 'string' ? {main: files} : files
  return readConfiguration(
    'main',
    {
      read: (path) => (Object.hasOwn(all, path) ? Buffer.from(all[path] ?? '') : undefined),
      list: (folder) =>
        Object.keys(all).flatMap((path) =>
          path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : [],
        ),
    },
    {prosody},
  )
}

/** A value with the lines of what is in it; `~` before what is not certain. */
function shown(value: ConfigValue | undefined): unknown {
  if (value?.kind === 'table')
    return [
      ...value.items.map((one) => `${one.certain ? '' : '~'}${String(shown(one.value))}:${one.line}`),
      ...value.fields.map(
        (one) => `${one.certain ? '' : '~'}${one.name}=${String(shown(one.value))}:${one.line}`,
      ),
      ...(value.complete ? [] : ['…']),
    ]
  if (value?.kind === 'unknown')
    return `?${value.text}${value.candidates.map((one) => ` ${String(shown(one))}`).join('')}`
  return value === undefined || value.kind === 'nil' ? null : value.value
}

function option(configuration: Configuration, name: string, host?: string): unknown {
  const found = hostsIn(configuration).find((one) => one.host === host) ?? null
  return shown(optionFor(configuration, found, name)?.value)
}

describe('what a configuration says', () => {
  it('has the line of each value', () => {
    const found = read(
      'admins = {\n  "a";\n  "b", k = {\n  1 } }\nlocal l = {\n"x" }\nl[#l + 1] = "y"\nm = l',
    )
    expect(option(found, 'admins')).toEqual(['a:2', 'b:3', 'k=1:4:3'])
    expect(option(found, 'm')).toEqual(['x:6', 'y:7'])
    expect(found.sections[0]?.settings.map(({name, line}) => `${name}:${line}`)).toEqual(['admins:1', 'm:8'])
  })

  it('is certain but for what stands under a condition, and says what may be', () => {
    const found = read(
      'x = os.getenv("X") or "d"\nif ENV_Y then y = 1 else y = 2 end\nVirtualHost "a"\nif ENV_Z then z = 3 end\nx = ENV_Q',
    )
    expect(option(found, 'x')).toBe('?os.getenv("X") or "d" d')
    expect(option(found, 'y')).toBe('?y 1 2')
    expect(option(found, 'z', 'a')).toBe('?z 3')
    expect(option(found, 'x', 'a')).toBe('?x d')
    expect(found.sections.map(({settings}) => settings.map(({certain}) => certain))).toEqual([
      [true, false, false],
      [false, true],
    ])
  })

  it('goes on behind what stops Prosody, and says where that is', () => {
    const found = read({
      main: 'a = 1\nb.c = 2\nInclude "no-lua"\nmodules_enable { "x" }\nd = 4',
      'no-lua': '\nx = = 1',
    })
    expect(found.problems.map(({file, line, column}) => `${file}:${line}:${column}`)).toEqual([
      'main:2:1',
      'no-lua:2:5',
      'main:4:1',
    ])
    expect(option(found, 'd')).toBe(4)
  })

  it('does not say which file of a folder comes first', () => {
    const files = {main: 'Include "d/*.lua"\nz = 0', 'd/a.lua': 'x = 1 y = 1', 'd/b.lua': 'x = 2 z = 2'}
    const found = read(files)
    expect([option(found, 'x'), option(found, 'y'), option(found, 'z')]).toEqual(['?x 1 2', 1, 0])
  })

  it('ends with loops that never do, and with calls without end', () => {
    expect(option(read('while true do end\na = 1'), 'a')).toBe(1)
    expect(read('for i = 1, 999 do for j = 1, 999 do a = j end end').problems).toHaveLength(1)
    expect(read('local function f() return f() end f()').problems).toHaveLength(1)
    expect(read('local t = {} for i = 1, 1e9 do t[i] = i end a = 1').problems).toEqual([])
    expect(option(read('local s = "x" for i = 1, 40 do s = s .. s end a = s'), 'a')).toMatch(/^\?/)
  })

  it('differs by line: from 13.0 on, it reads its own options', () => {
    const text = 'a = 1\nb = a or 2'
    expect([option(read(text), 'b'), option(read(text, '0.12'), 'b')]).toEqual([1, 2])
  })
})

describe('what a host enables', () => {
  it('is its own, and what it takes of the whole server', () => {
    const found = read(
      'modules_enabled = { "a"; "tls";\n"off" }\nmodules_disabled = { "off" }\nVirtualHost "h"\nmodules_enabled = { "b" }\nmodules_disabled = { "a" }\nComponent "c" "muc"\nmodules_enabled = {\n"d"; ENV_E }\nstorage = { x = "mem" }',
    )
    const enabled = hostsIn(found).map((host) => {
      const {modules, complete} = enabledModules(found, host)
      return [modules.map(({name, line, inherited}) => `${name}:${line}${inherited ? '*' : ''}`), complete]
    })
    expect(enabled).toEqual([
      [['tls:1*', 'b:5'], true],
      [['tls:1*', 'd:9', 'muc:7', 'storage_mem:10'], false],
    ])
  })
})

describe('a template', () => {
  const text = `{{ $A := .Env.A | default "x" -}}
admins = { {{ if .Env.B }}{{ range $i, $e := $L -}}{{ if $i }}, {{ end }}"{{ $e }}"{{ end }}{{ end }} }
VirtualHost "{{ $A }}"
  modules_enabled = {
    "a";
    {{ if $B -}}
    "b";
    {{ end }}
    "{{ join "\\";\\n\\"" (splitList "," .Env.XMPP_MODULES) }}";
  }
  flag = {{ $FLAG }}
  choice = {{ if $C }}true{{ else }}false{{ end }}
  {{ if .Env.D }}d = 1{{ end }}
{{ .Env.CONFIG }}
{{ if $E }}
Component "c.{{ $A }}" "muc"
  e = 1
{{ end }}
Component "f" "muc"
  f = 1
`
  it('has its lines, what may be left out, and values that are not known', () => {
    const found = read(text)
    expect(found.problems).toEqual([])
    expect(found.sections.map(({kind, host, line, certain}) => [kind, host, line, certain])).toEqual([
      ['global', null, 1, true],
      ['host', null, 3, true],
      ['component', null, 16, false],
      ['component', 'f', 19, true],
    ])
    const [, host, , last] = found.sections
    expect(host?.settings.map(({name, value, certain}) => [name, shown(value), certain])).toEqual([
      [
        'modules_enabled',
        ['a:5', '~b:7', '?"{{ join "\\";\\n\\"" (splitList "," .Env.XMPP_MODULES) }}":9', '…'],
        true,
      ],
      ['flag', '?{{ $FLAG }}', true],
      ['choice', '?{{ if $C }}true{{ else }}false{{ end }}', true],
      ['d', 1, false],
    ])
    expect(last?.settings.map(({name, certain}) => [name, certain])).toEqual([['f', true]])
    expect(found.unknown.map(({kind, line}) => `${kind}:${line}`)).toContain('option:14')
  })

  it('is not taken for one where Lua has tables in tables', () => {
    expect(shown(optionFor(read('a = {{"x"},{{ 1 }}}'), null, 'a')?.value)).toEqual(['x:1:1', '1:1:1:1'])
  })
})

describe('what stops Prosody', () => {
  const problems = (text: string, line = '13.0'): string[] =>
    read(text, line).problems.map((one) => `${one.line} ${one.message}`)

  it.each([
    ['a = "x" .. nosuch', '1 it stops with an error: it concatenates nosuch, which is nil'],
    ['a = 5 .. nil', '1 it stops with an error: it concatenates nil'],
    [
      'a = { } b = a .. "x"',
      '1 it stops with an error: it concatenates a, which is an option that is a table',
    ],
    ['local a\nb = -a', '2 it stops with an error: it computes with a, which is nil'],
    ['a = 1 < "2"', '1 it stops with an error: it compares a number with a string'],
    ['a = #5', '1 it stops with an error: it takes the length of 5, which is a number'],
    ['for i = 1, nosuch do end', '1 it stops with an error: it counts by nosuch, nil'],
    ['a = string.upper(nosuch)', '1 it stops with an error: string.upper(nosuch) works on nil'],
    ['local f f()', '1 it stops with an error: f() calls what is no function'],
    ['a = (5).x', '1 it stops with an error: (5).x is a field of a number'],
  ])('%s', (text, found) => {
    expect(problems(text)).toEqual([found])
  })

  it('is an option that is read, before 13.0', () => {
    const text = 'base = ",DC=org"\ngroup = ",OU=Groups" .. base'
    expect(problems(text)).toEqual([])
    expect(problems(text, '0.12')).toEqual([
      '2 it stops with an error: it concatenates base, which is nil: this Prosody does not give back the options that are set',
    ])
  })

  it('is told once, and not of what comes of it', () => {
    expect(problems('local a = "x" .. nosuch\nb = a .. "y"\nVirtualHost (a)')).toHaveLength(1)
    expect(problems('b = "x" .. nosuch\nc = b .. "y"')).toHaveLength(1)
  })

  it.each([
    ['a condition that is not known', 'a = ENV_X and "x" .. b if ENV_Y then c = "x" .. d end'],
    ['other code that may set variables', 'Lua.dofile("/x") a = "x" .. b'],
    ['a module of Lua', 'local m = Lua.require "m" m.go() a = "x" .. b'],
    ['a variable that is set by a function', 'Lua.rawset(Lua._G, "b", "x") a = "x" .. b'],
    ['a file that is not here', 'Include "/nowhere/own.cfg.lua" a = "x" .. b'],
    ['a table that may act as anything', 'local t = setmetatable({}, {}) a = t() b = t .. "x" c = t + 1'],
    ['what libraries have', 'package.path = package.path .. ";x" a = math.pi .. "" b = math.pi < 4'],
  ])('is not told of behind %s', (_, text) => {
    expect(problems(text)).toEqual([])
  })

  it('is not told of in lines of which the rest is not here', () => {
    const value = 'x="a" .. own_domain'
    expect(
      readVariables('.env', [{name: 'XMPP_CONFIGURATION', value, line: 1, computed: false}]).problems,
    ).toEqual([])
  })
})

describe('variables of docker-jitsi-meet', () => {
  const lines = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value], index) => ({
      name,
      value,
      line: index + 1,
      computed: value.includes('$'),
    }))

  it('are modules and options of the hosts that they name', () => {
    const found = readVariables('.env', [
      ...lines({XMPP_DOMAIN: 'meet.example', XMPP_MODULES: 'a,,b', XMPP_CONFIGURATION: 'x=1,y="z"'}),
      ...lines({XMPP_MUC_MODULES: 'c', GLOBAL_CONFIG: 'p = 1\\nVirtualHost "q"\\nr = {\\n 2 }', OTHER: 'x'}),
    ])
    expect(
      found.sections.map(({host, line, settings}) => [
        host,
        line,
        settings.map(({name, value}) => [name, shown(value)]),
      ]),
    ).toEqual([
      ['meet.example', 2, [['modules_enabled', ['a:2', 'b:2', '…']]]],
      [
        'meet.example',
        3,
        [
          ['x', 1],
          ['y', 'z'],
        ],
      ],
      ['muc.meet.jitsi', 1, [['modules_enabled', ['c:1', '…']]]],
      [null, 2, [['p', 1]]],
      ['q', 2, [['r', ['2:2']]]],
    ])
  })

  it('are cut at commas, and not known with others in them', () => {
    const found = readVariables('.env', lines({XMPP_MUC_CONFIGURATION: 'x={1,2', XMPP_MODULES: '${MORE}'}))
    expect(found.problems.map(({file, line}) => `${file}:${line}`)).toEqual(['.env:1'])
    expect(found.unknown.map(({text}) => text)).toEqual(['XMPP_MODULES has other variables in it'])
    expect(readVariables('.env', lines({A: 'b'})).files).toEqual([])
  })
})
