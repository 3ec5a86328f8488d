import {execFileSync, spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync, mkdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {environmentLua} from '../../../src/image/container/lua/environment.ts'
import type {ImageModules} from '../../../src/image/container/modules.ts'
import {wrongValue} from '../../../src/image/container/values.ts'
import {profiles, variablesOf} from '../../../src/image/container/variables/index.ts'
import type {Variable, VariableType} from '../../../src/image/container/variables/types.ts'

const modules: ImageModules = {
  all: new Set(['greeting', 'muc_size', 'muc_max_occupants']),
  named: [{name: 'greeting', where: 'muc-component', archives: true}],
  unmet: new Map([['muc_size', ['net.url', 'other']]]),
}
const core = new Set(['disco', 'muc'])

let folder = ''
const file = (name: string): string => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-environment-'))
  for (const path of ['plugins/mod_greeting', 'core/muc']) mkdirSync(file(path), {recursive: true})
  writeFileSync(file('plugins/mod_greeting/mod_greeting.lua'), '')
  writeFileSync(file('core/mod_disco.lua'), '')
  writeFileSync(file('core/muc/mod_muc.lua'), '')
  for (const profile of profiles) {
    const folders = [file('plugins'), file('nowhere'), file('core')]
    writeFileSync(file(`${profile}.lua`), environmentLua({profile, modules, folders}))
  }
})
afterAll(() => rmSync(folder, {recursive: true}))

/** Prints values, a line each: lists with blanks between, pairs with =. */
const printing = `
local env = dofile(arg[1])
local function text(value)
	if type(value) ~= "table" then return tostring(value) end
	local parts = {}
	for _, one in ipairs(value) do
		parts[#parts + 1] = type(one) == "table" and one.host .. "=" .. tostring(one.kind or one.secret) or tostring(one)
	end
	return "[" .. table.concat(parts, " ") .. "]"
end
for i = 2, #arg do print(text(env[arg[i]])) end
`

interface Read {
  readonly values: readonly string[]
  readonly failure: string | undefined
}

function read(profile: string, names: readonly string[], env: Readonly<Record<string, string>>): Read {
  const required = profile === 'jitsi' ? {JICOFO_AUTH_PASSWORD: 'f', JVB_AUTH_PASSWORD: 'j'} : {}
  const {stdout, stderr, status} = spawnSync(
    'lua5.4',
    [
      '-e',
      `arg = {[0] = "", "${file(`${profile}.lua`)}", ${names.map((name) => `"${name}"`).join(', ')}}`,
      '-e',
      printing,
    ],
    {encoding: 'utf8', env: {PATH: process.env['PATH'] ?? '', ...required, ...env}},
  )
  if (status === 0) return {values: stdout.split('\n').slice(0, -1), failure: undefined}
  return {values: [], failure: /^lua5\.4: (.*)$/m.exec(stderr)?.[1] ?? stderr}
}

describe('the reader of the environment', () => {
  it.each([
    ['a value', {XMPP_DOMAIN: 'meet.example.org'}, 'meet.example.org'],
    ['its default', {}, 'meet.jitsi'],
    ['empty as unset', {XMPP_DOMAIN: ''}, 'meet.jitsi'],
    ['lower case', {XMPP_DOMAIN: 'Meet.Example.ORG'}, 'meet.example.org'],
  ])('gives %s', (_what, env, expected) => {
    expect(read('jitsi', ['XMPP_DOMAIN', 'XMPP_MUC_DOMAIN'], env)).toEqual({
      values: [expected, `muc.${expected}`],
      failure: undefined,
    })
  })

  it('takes any text: quotes, commas, #, newlines, and from a file without its last line end', () => {
    const secret = 'p\'w"x, #1\nsecond \\ line %d $HOME'
    writeFileSync(file('secret'), `${secret}\n`)
    for (const env of [{JWT_APP_SECRET: secret}, {JWT_APP_SECRET_FILE: file('secret')}])
      expect(read('jitsi', ['JWT_APP_SECRET'], env).values.join('\n')).toBe(secret)
  })

  it('takes $CREDENTIALS_DIRECTORY last', () => {
    mkdirSync(file('credentials'))
    writeFileSync(file('credentials/JWT_APP_SECRET'), 'from credentials\n')
    writeFileSync(file('other'), 'from a file')
    const where = {CREDENTIALS_DIRECTORY: file('credentials')}
    const name = ['JWT_APP_SECRET']
    expect(read('jitsi', name, where).values).toEqual(['from credentials'])
    expect(read('jitsi', name, {...where, JWT_APP_SECRET_FILE: file('other')}).values).toEqual([
      'from a file',
    ])
    expect(read('jitsi', name, {...where, JWT_APP_SECRET: 'itself'}).values).toEqual(['itself'])
  })

  it.each([
    [
      'both',
      {JWT_APP_ID: 'a', JWT_APP_ID_FILE: '/b'},
      'JWT_APP_ID: expected either it or JWT_APP_ID_FILE, found both',
    ],
    [
      'a file that is not there',
      {JWT_APP_ID_FILE: '/no/such'},
      'JWT_APP_ID_FILE: expected the path of a file that can be read, found /no/such: No such file or directory',
    ],
    [
      'a folder',
      {JWT_APP_ID_FILE: '/'},
      'JWT_APP_ID_FILE: expected the path of a file that can be read, found "/"',
    ],
    ['nothing', {JVB_AUTH_PASSWORD: ''}, 'JVB_AUTH_PASSWORD: expected a value, found nothing'],
    ['a choice', {AUTH_TYPE: 'ldap'}, 'AUTH_TYPE: expected one of internal, jwt, found "ldap"'],
    [
      'a module with a slip',
      {XMPP_MUC_MODULES: 'greetin'},
      'XMPP_MUC_MODULES: expected names of modules of this image, found "greetin"; did you mean greeting?',
    ],
    [
      'a module whose library is not there',
      {XMPP_MUC_MODULES: 'muc_size'},
      'XMPP_MUC_MODULES: expected modules whose libraries are in this image, found muc_size, which needs net.url, other',
    ],
    [
      'a secret in a wrong form',
      {JWT_PUBLIC_KEY: 'top secret'},
      'JWT_PUBLIC_KEY: expected a public key in PEM, found something else',
    ],
    ['lines', {XMPP_DOMAIN: 'a\nb'}, 'XMPP_DOMAIN: expected a domain name, found "a\\nb"'],
  ])('ends with one line for %s', (_what, env, expected) => {
    expect(read('jitsi', [], env).failure).toBe(expected)
  })

  it('says what has no effect, where that was asked for', () => {
    const {stderr} = spawnSync('lua5.4', ['-e', `prosody = {process_type = "prosody"}`, file('jitsi.lua')], {
      encoding: 'utf8',
      env: {
        ...{PATH: process.env['PATH'] ?? '', JICOFO_AUTH_PASSWORD: 'f', JVB_AUTH_PASSWORD: 'j'},
        ...{ENABLE_VISITORS: '1', PROSODY_MODE: 'client', LDAP_URL: 'ldap://x', ENABLE_S2S: '0'},
      },
    })
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      'note: ENABLE_VISITORS has no effect: visitors and several servers are not set up by this image',
      'note: LDAP_URL has no effect: there is no LDAP in this image',
    ])
  })

  it.each([
    ['a = 1,b = "x, y"', '1 nil|x, y'],
    ['a = { 1, 2 },b = f("a,b", { c = "}" })', 'table nil|a,b'],
    ["a = 1; b = 'it\\'s, so'", "1 nil|it's, so"],
    ['a = 1\\nb = "2"', '1 nil|2'],
    ['a = 1\nb = "2"', '1 nil|2'],
  ])('reads %s as lines of configuration', (text, expected) => {
    const script = `local env = dofile(arg[1])
      local section = { f = function (x) return x end }
      env.lines("XMPP_CONFIGURATION", section)()
      local a = type(section.a) == "table" and "table" or section.a
      print(a, section.c) print(section.b)`
    const {stdout, stderr} = spawnSync('lua5.4', ['-', file('jitsi.lua')], {
      input: script,
      encoding: 'utf8',
      env: {JICOFO_AUTH_PASSWORD: 'f', JVB_AUTH_PASSWORD: 'j', XMPP_CONFIGURATION: text},
    })
    expect(stdout.trim().replace('\t', ' ').replace('\n', '|'), stderr).toBe(expected)
  })

  it('knows no variable that no table declares', () => {
    expect(read('minimal', ['XMPP_DOMAIN'], {}).failure).toContain('the configuration reads XMPP_DOMAIN')
  })
})

const texts: Readonly<Record<VariableType, readonly string[]>> = {
  text: ['x', ' ', 'ä"\''],
  secret: ['x'],
  list: ['a,b', ',', ' a , b '],
  configuration: ['a = 1'],
  key: [
    '-----BEGIN PUBLIC KEY-----\nx',
    '-----BEGIN RSA PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----',
    'x',
  ],
  domain: [
    'a',
    'A.B',
    'a..b',
    '.a',
    'a.',
    '-a.b',
    'a-.b',
    'a-b.c',
    'a_b',
    'bücher.example',
    'a b',
    'x'.repeat(254),
    '127.0.0.1',
  ],
  domains: ['a,b', ',', 'a,b..c', ' a , b '],
  flag: ['1', '0', 'TRUE', 'off', 'On', 'maybe', '2', 'yes ', 'y'],
  integer: ['0', '1', '00', '65535', '65536', '-1', '1.0', '1e3', 'x', ' 5'],
  choice: ['internal', 'Internal', 'jwt', 'sql', 'x', 'PostgreSQL', 'info', 'HS256'],
  modules: ['greeting', 'disco, muc', 'nobody', 'muc_size', ',', 'mod_greeting'],
  rate: ['10kb/s', '10 kb/s', '10', '10KB/s', '10mb/s', '10b/s', 'kb/s', '10kb'],
  jids: ['a@b', 'a@b,c@d.e', 'a', '@b', 'a@', 'a@b/c', 'a@b..c', ',', 'a@@b'],
  addresses: [
    '127.0.0.1',
    '::1',
    '10.0.0.0/8',
    '10.0.0.0/33',
    '256.1.1.1',
    'fe80::/10',
    'fe80::/129',
    '::ffff:1.2.3.4',
    'x',
    '1.2.3.4/',
    '1.2.3',
    ',',
  ],
  path: ['/a', 'a', './a', '/'],
  url: ['http://a', 'https://a/b c', 'ftp://a', 'https://', 'https://a'],
  components: ['a:muc', 'a.b:disco,c:muc', 'a', 'a:nobody', 'a..b:muc', 'a:muc:x', ','],
  externals: ['a', 'a:b', 'a:b:c', 'a..b:c', ':c', 'a:', ','],
}

describe('image check judges values as the image does', () => {
  const cases = profiles.flatMap((profile) =>
    variablesOf(profile, modules).map((variable) => ({profile, variable, name: variable.name})),
  )
  const types = new Map<string, {readonly profile: string; readonly variable: Variable}>()
  for (const one of cases) {
    const {type, choices, range} = one.variable
    const key = JSON.stringify([type, choices, range])
    if (!types.has(key)) types.set(key, one)
  }

  it('of every type', () => {
    expect(new Set([...types.values()].map(({variable}) => variable.type))).toEqual(
      new Set(Object.keys(texts)),
    )
  })

  it.each([...types.values()])('$variable.type: $variable.name', ({profile, variable}) => {
    for (const text of texts[variable.type]) {
      const wrong = wrongValue(variable, text, {modules, core})
      const {failure} = read(profile, [], {[variable.name]: text})
      expect(failure === undefined, `${variable.name}=${text}: ${failure ?? ''}`).toBe(wrong === undefined)
      if (wrong !== undefined)
        expect(failure).toContain(`${variable.name}: expected ${wrong.expected}, found `)
    }
  })
})

it('all Lua of images is valid for every Lua that Prosody runs with', () => {
  for (const profile of profiles)
    for (const lua of ['lua5.1', 'lua5.4'])
      execFileSync(lua, ['-e', `assert(loadfile("${file(`${profile}.lua`)}"))`])
})
