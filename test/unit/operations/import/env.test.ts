import {describe, expect, it} from 'vitest'
import {envOrigins, modulesOfEnv} from '../../../../src/operations/import/env.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const text = `# of a server
JITSI_IMAGE_VERSION=stable-10888-1
XMPP_MODULES=first
XMPP_MODULES="mod_muc_census, end_conference" # again
XMPP_MUC_MODULES='token_affiliation,own thing,'
#GLOBAL_MODULES=none
GLOBAL_MODULES=\${MORE},x
export JWT_AUTH_TYPE=token
XMPP_MUC_CONFIGURATION='a = "b",c = 1'
XMPP_LOBBY_MUC_MODULES=
TZ=UTC
`

describe('an .env of docker-jitsi-meet', () => {
  const found = modulesOfEnv(text)

  it('says which modules are enabled, by which variable and line', () => {
    expect(found.version).toEqual({tag: 'stable-10888-1', line: 2})
    expect(found.modules).toEqual([
      {name: 'muc_census', variable: 'XMPP_MODULES', line: 4},
      {name: 'end_conference', variable: 'XMPP_MODULES', line: 4},
      {name: 'token_affiliation', variable: 'XMPP_MUC_MODULES', line: 5},
      {name: 'auth_token', variable: 'JWT_AUTH_TYPE', line: 8},
    ])
  })

  it('accounts for what names no module', () => {
    expect(found.other.map(({what, line, text: said}) => [what, line, said])).toEqual([
      ['replaced', 3, 'first'],
      ['word', 5, 'own thing'],
      ['computed', 7, '${MORE},x'],
      ['configuration', 9, 'a = "b",c = 1'],
    ])
    expect(modulesOfEnv('JITSI_IMAGE_VERSION=unstable\n')).toEqual({
      modules: [],
      version: undefined,
      other: [{variable: 'JITSI_IMAGE_VERSION', line: 1, what: 'moving', text: 'unstable'}],
    })
  })

  it('has modules of the image, of Prosody, and others', () => {
    const modules = ['end_conference', 'token_affiliation', 'http_health', 'mam', 'own'].map((name) => ({
      name,
      variable: 'XMPP_MODULES',
      line: 1,
    }))
    const of = (tag: string): (string | null)[] =>
      [...envOrigins({modules}, {tag, prosody: '13.0'}, embeddedRegistry()).values()].map((one) => one.of)
    expect(of('stable-10888')).toEqual([
      'jitsi 10888',
      'jitsi-contrib 20260306',
      'community',
      'Prosody 13.0',
      null,
    ])
    expect(of('stable-10978')).toEqual(['jitsi 10978', 'jitsi 10978', 'community', 'Prosody 13.0', null])
  })
})
