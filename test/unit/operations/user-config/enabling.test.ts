import {describe, expect, it} from 'vitest'
import type {Placement} from '../../../../src/facts/placement.ts'
import {enablingOf, placesOf} from '../../../../src/operations/user-config/enabling.ts'
import {readVariables} from '../../../../src/prosody/config/environment.ts'
import {readConfiguration} from '../../../../src/prosody/config/read.ts'
import type {Configuration} from '../../../../src/prosody/config/types.ts'

const read = (text: string): Configuration =>
  readConfiguration('p.cfg.lua', {
    read: (path) => (path === 'p.cfg.lua' ? Buffer.from(text) : undefined),
    list: () => undefined,
  })

const told = (
  name: string,
  where: Placement['where'] | Pick<Placement, 'where' | 'component'>,
  configuration: Configuration,
): unknown => {
  const placement = {evidence: '', ...(typeof where === 'string' ? {where} : where)}
  return enablingOf(name, placement, configuration).map(({what, text, line}) => [what, text, line])
}

const whole = read(`modules_enabled = { "roster" }
authentication = "internal_hashed"
VirtualHost "a.example"
VirtualHost "b.example"
  modules_enabled = { "carbons" }
Component "rooms.a.example" "muc"
  modules_enabled = {
    "muc_mam",
    "mod_odd",
  }
Component "bare.a.example" "muc"
Component "calls.a.example" "speakerstats_component"
if os.getenv("X") then
  Component "x.a.example" "maybe"
end
`)

describe('what to do for a module to be loaded', () => {
  it('is nothing where it is enabled, and its place', () => {
    expect(told('muc_mam', 'muc-component', whole)).toEqual([['enabled', 'it is enabled', 8]])
    expect(told('roster', 'host', whole)).toEqual([['enabled', 'it is enabled', 1]])
    expect(told('speakerstats_component', 'component', whole)).toEqual([['enabled', 'it is enabled', 12]])
    expect(told('auth_internal_hashed', 'authentication', whole)).toEqual([['enabled', 'it is enabled', 2]])
  })

  it('is said to be done perhaps where a condition decides', () => {
    expect(told('maybe', 'component', whole)).toEqual([
      ['perhaps', 'it is enabled there under a condition', 14],
    ])
  })

  it('names each component of rooms, with the list or without one', () => {
    expect(told('x', 'muc-component', whole)).toEqual([
      ['name', 'add "x" to modules_enabled of Component "rooms.a.example" "muc"', 7],
      ['list', 'write below Component "bare.a.example" "muc": modules_enabled = { "x" }', 11],
    ])
    expect(told('x', {where: 'in-component', component: 'speakerstats_component'}, whole)).toEqual([
      [
        'list',
        'write below Component "calls.a.example" "speakerstats_component": modules_enabled = { "x" }',
        12,
      ],
    ])
  })

  it('names the list of the whole server and those of hosts', () => {
    expect(told('x', 'global', whole)).toEqual([['name', 'add "x" to modules_enabled at the top', 1]])
    expect(told('x', 'host', whole)).toEqual([
      ['name', 'add "x" to modules_enabled at the top, for every VirtualHost', 1],
      ['name', 'add "x" to modules_enabled of VirtualHost "b.example"', 5],
    ])
  })

  it('is an option for what checks passwords and what stores', () => {
    expect(told('auth_x', 'authentication', whole)).toEqual([
      ['option', 'authentication = "x", in place of what is set', 2],
    ])
    expect(told('storage_x', 'storage', whole)).toEqual([['option', 'write at the top: storage = "x"', null]])
    expect(told('auth_x', 'authentication', read('VirtualHost "a"'))).toEqual([
      ['option', 'write below VirtualHost "a": authentication = "x"', 1],
    ])
  })

  it('is a whole block only where there is none', () => {
    expect(told('x_y', 'component', whole)).toEqual([
      ['host', 'make a host of it: Component "x-y.a.example" "x_y"', null],
    ])
    const bare = read('VirtualHost "a"')
    expect(told('x', 'muc-component', bare)).toEqual([
      ['host', 'make a host: Component "conference.a" "muc", and below it modules_enabled = { "x" }', null],
    ])
    expect(told('x', 'global', bare)).toEqual([
      ['list', 'write at the top, above every host: modules_enabled = { "x" }', null],
    ])
  })

  it("names docker-jitsi-meet's variable", () => {
    const variables = readVariables('.env', [
      {name: 'XMPP_MUC_MODULES', value: 'muc_mam', line: 3, computed: false},
    ])
    expect(told('muc_mam', 'muc-component', variables)).toEqual([['enabled', 'it is enabled', 3]])
    expect(told('x', 'muc-component', variables)).toEqual([
      ['name', 'add x to XMPP_MUC_MODULES in .env, set apart by a comma', null],
    ])
    expect(told('x', 'host', variables)).toEqual([
      ['name', 'add x to XMPP_MODULES in .env, set apart by a comma', null],
    ])
  })
})

describe('where a configuration names a module', () => {
  it('is every place, each once, with the prefix too', () => {
    expect(placesOf('odd', whole)).toMatchObject([{name: 'mod_odd', by: 'modules_enabled', line: 9}])
    expect(placesOf('roster', whole)).toHaveLength(1)
    expect(placesOf('nobody', whole)).toEqual([])
  })
})
