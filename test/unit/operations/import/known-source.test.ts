import {describe, expect, it} from 'vitest'
import {formerPlace, knownSource, versionIn} from '../../../../src/operations/import/known-source.ts'
import {repositoryPlace, type RepositoryPlace} from '../../../../src/recipe/place.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const registry = embeddedRegistry()

function placeOf(url: string): RepositoryPlace {
  const place = repositoryPlace({kind: 'url', url})
  if (place === undefined) throw new Error(`${url} is in no repository`)
  return place
}

describe('the source that a place is in', () => {
  it.each([
    ['https://raw.githubusercontent.com/jitsi/jitsi-meet/v1/resources/prosody-plugins/mod_a.lua', 'jitsi'],
    ['https://raw.githubusercontent.com/JITSI/Jitsi-Meet/v1/resources/prosody-plugins/mod_a.lua', 'jitsi'],
    ['https://github.com/jitsi-contrib/prosody-plugins/archive/v1.tar.gz', 'jitsi-contrib'],
    ['https://hg.prosody.im/prosody-modules/raw-file/tip/mod_a/mod_a.lua', 'community'],
    ['http://prosody-modules.googlecode.com/hg/mod_a/mod_a.lua', 'community'],
    ['https://github.com/somebody/prosody-modules/archive/v1.tar.gz', undefined],
    ['https://hg.example.org/prosody-modules/raw-file/tip/mod_a/mod_a.lua', undefined],
  ])('%s: %s', (url, expected) => {
    expect(knownSource(placeOf(url), registry)?.id).toBe(expected)
  })

  it('is that of the community for the repositories that its modules had one by one', () => {
    const former = formerPlace(
      placeOf('https://raw.githubusercontent.com/prosody-modules/mod_lib_ldap/master/ldap.lib.lua'),
    )
    expect(former).toMatchObject({vcs: 'hg', ref: undefined, path: 'mod_lib_ldap/ldap.lib.lua'})
    expect(knownSource(former, registry)?.id).toBe('community')
    const other = placeOf('https://raw.githubusercontent.com/prosody-modules/website/master/mod_a.lua')
    expect(formerPlace(other)).toBe(other)
  })
})

describe('the version that a reference names', () => {
  const jitsi = {id: 'jitsi', scheme: 'build'} as const
  const community = {id: 'community', scheme: 'calendar'} as const

  it.each([
    ['stable/jitsi-meet_5390', '5390'],
    ['5390', '5390'],
    ['0123456789abcdef0123456789abcdef01234567', '0123456789abcdef0123456789abcdef01234567'],
  ])('of a tree %s is %s', (ref, version) => {
    expect(versionIn(jitsi, ref, [])).toEqual({version, note: undefined})
  })

  it('of Mercurial is twelve digits', () => {
    expect(versionIn(community, '5f12c75fd2100123456789', [])).toEqual({
      version: '5f12c75fd210',
      note: undefined,
    })
  })

  it.each([undefined, 'tip', 'default', 'master', 'main', 'HEAD', 'trunk', 'latest'])(
    'is the newest, with a note, for %s',
    (ref) => {
      const {version, note} = versionIn(community, ref, [])
      expect(version).toBeUndefined()
      expect(note).toContain('no version of community was pinned')
    },
  )

  it.each([
    ['$V', []],
    [undefined, ['$(curl x)']],
    ['v$(curl x)', ['$(curl x)']],
  ])('is the newest, with a note, where nobody knows what %s is (%j)', (ref, unknown) => {
    const {version, note} = versionIn(jitsi, ref, unknown)
    expect(version).toBeUndefined()
    expect(note).toMatch(/^which version of jitsi .* stands for is not said/)
  })

  it('is none for what is no version', () => {
    expect(versionIn(jitsi, 'jitsi-meet_X.Y.Z', []).wrong).toBe('"jitsi-meet_X.Y.Z" is no version of jitsi')
  })
})
