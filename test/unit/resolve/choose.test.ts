import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {chooseRelease, pinAfter, pinOf, stillSatisfies} from '../../../src/resolve/choose.ts'
import {revisionOf} from '../../../src/sources/revision.ts'
import type {Wanted} from '../../../src/resolve/meaning.ts'
import {listReleases} from '../../../src/sources/index.ts'
import type {ReleaseRef, SourceContext} from '../../../src/sources/types.ts'
import type {SourceDefinition} from '../../../src/sources/kinds.ts'

const registry = embeddedRegistry()
const context: SourceContext = {
  registry,
  projectFolder: '/project',
  allowed: {folders: [], except: [], config: ''},
  debianMirrors: () => Promise.resolve({urls: [], reason: 'not in this test'}),
}

function wanted(key: string, versionText?: string): Wanted {
  const [id = '', name = ''] = key.split('/')
  const definition = registry.source(id)
  if (definition === undefined) throw new Error(`no source ${id}`)
  return {definition, name, versionText}
}

async function choose(key: string, versionText?: string): Promise<ReleaseRef> {
  const request = wanted(key, versionText)
  return chooseRelease(request, await listReleases(request.definition, context, request.name))
}

async function problemOf(key: string, versionText?: string): Promise<ProsodyModsError> {
  try {
    await choose(key, versionText)
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
  throw new Error('was chosen')
}

describe('a Jitsi release', () => {
  it.each([
    '10008',
    'stable-10008',
    'stable-10008-1',
    'stable/jitsi-meet_10008',
    'jitsi-meet_10008',
    '2.0.10008',
    '2.0.10008-1',
    '1.0.8384',
    '1.0.8384-1',
    '=10008',
  ])('%s is 10008, and pinned so', async (text) => {
    const ref = await choose('jitsi/*', text)
    expect(ref.version).toBe('10008')
    expect(pinOf(wanted('jitsi/*', text), ref)).toBe('10008')
    expect(stillSatisfies(wanted('jitsi/*', text), ref)).toBe(true)
  })

  it.each([
    ['*', '11146'],
    ['^9000', '11146'],
    ['<9000', '8960'],
    ['>=8000 <9000 || 7001', '8960'],
    ['>=10008', '11146'],
  ])('the range %s gives %s, and stays a range', async (text, expected) => {
    const ref = await choose('jitsi/*', text)
    expect(ref.version).toBe(expected)
    expect(pinOf(wanted('jitsi/*', text), ref)).toBe(text)
  })

  it('without a version is the newest, by number', async () => {
    const ref = await choose('jitsi/*')
    expect(ref.version).toBe('11146')
    expect(pinOf(wanted('jitsi/*'), ref)).toBe('11146')
  })

  it('that does not exist is told with what does', async () => {
    const error = await problemOf('jitsi/*', '10009')
    expect(error).toMatchObject({code: 'VERSION_UNSATISFIABLE', exitCode: 3})
    const available = error.details['available'] as string[]
    expect(available[0]).toBe('11146')
    expect(available.length).toBeGreaterThan(60)
    expect(error.message).toMatch(
      /^jitsi\/\*@10009: no known release satisfies it\n {2}expected one of 11146, /,
    )
  })

  it.each(['1.0.1', '999999999999999999999', '1.0.8384.1', 'abc', '2.1.10008'])(
    '%s is none',
    async (text) => {
      expect([2, 3]).toContain((await problemOf('jitsi/*', text)).exitCode)
    },
  )

  it('without the module is told apart from one that does not exist', async () => {
    const refs = await listReleases(wanted('jitsi/x').definition, context, '*')
    const has = (ref: ReleaseRef): boolean => ref.contents?.files.has('mod_polls.lua') === true
    const lacking = refs.find((ref) => !has(ref))
    const error = await problemOf('jitsi/polls', lacking?.version)
    expect(error).toMatchObject({code: 'VERSION_UNSATISFIABLE'})
    expect(error.message).toContain('the releases that it names do not have this module')
    expect(error.details['available']).not.toContain(lacking?.version)
  })
})

describe('a community module', () => {
  it('is found by revision and by any beginning of it of seven digits or more', async () => {
    for (let length = 7; length <= 12; length += 1) {
      const ref = await choose('community/muc_moderation', 'f315edc39f3d'.slice(0, length))
      expect(ref.version).toBe('2025.4.2')
      expect(pinOf(wanted('community/muc_moderation', 'f315edc39f3d'), ref)).toBe('2025.4.2')
    }
    // The registry may know twelve digits where the user has forty.
    const full = `f315edc39f3d${'0'.repeat(28)}`
    const refs = await listReleases(wanted('community/x').definition, context, '*')
    const known = refs.find(({version}) => version === '2025.4.2')?.resolved
    if (known?.kind === 'hg' && known.revision.length === 12)
      expect((await choose('community/muc_moderation', full)).version).toBe('2025.4.2')
  })

  it('by year is the last of that year, pinned', async () => {
    const ref = await choose('community/muc_moderation', '2024')
    expect(ref.version).toBe('2024.10.22')
    expect(pinOf(wanted('community/muc_moderation', '2024'), ref)).toBe('2024.10.22')
    expect(stillSatisfies(wanted('community/muc_moderation', '2024'), ref)).toBe(true)
    // It was so until another change, in January 2025.
    expect(stillSatisfies(wanted('community/muc_moderation', '2025'), ref)).toBe(true)
    expect(stillSatisfies(wanted('community/muc_moderation', '2026'), ref)).toBe(false)
  })

  it.each([
    // A snapshot that was a version before is what it was.
    ['2025.4.2', '2025.4.2', 'f315edc39f3d'],
    ['2025-04-02', '2025.4.2', 'f315edc39f3d'],
    // What the repository had then.
    ['2025.4.1', '2025.1.24', 'a58fb6a05412'],
    ['2025.4', '2025.1.24', 'a58fb6a05412'],
    ['2025.1.24', '2025.1.24', 'a58fb6a05412'],
    ['2025.1.23', '2025.1.17', 'bcad6baa4fc3'],
    ['2025', '2025.6.13', 'fe0a58b863db'],
    ['<2026 >=2025', '2025.6.13', 'fe0a58b863db'],
    ['>=2025', '2025.6.13', 'fe0a58b863db'],
    ['<2025', '2024.10.22', '31ea29adb894'],
    ['^2024.8.1', '2024.10.22', '31ea29adb894'],
    ['~2024.8.1', '2024.7.29', '4b677e445b8a'],
    ['a58fb6a', '2025.1.24', 'a58fb6a05412'],
    // A newer snapshot has it so, too.
    ['2026', '2025.6.13', 'fe0a58b863db'],
    ['2026.7.22', '2025.6.13', 'fe0a58b863db'],
    ['2026.7.23', '2026.7.23', '0971c99bfbc9'],
  ])('%s is %s', async (text, version, revision) => {
    const ref = await choose('community/muc_moderation', text)
    expect(ref.version).toBe(version)
    expect(revisionOf(ref)?.slice(0, 12)).toBe(revision)
  })

  it.each(['2026.7.24', '>2026.7.23', '2027'])(
    'is not known at %s, which lies behind all that is known',
    async (text) => {
      expect(await problemOf('community/muc_moderation', text)).toMatchObject({
        code: 'VERSION_UNSATISFIABLE',
      })
    },
  )

  it('that is gone says since when, and an older one is there', async () => {
    expect(await problemOf('community/bind2')).toMatchObject({
      code: 'MODULE_GONE',
      details: {release: '2024.12.21', newestWithAll: '2021.11.28'},
    })
    expect(await problemOf('community/bind2', '2025')).toMatchObject({code: 'MODULE_GONE'})
    expect((await choose('community/bind2', '2024')).version).toBe('2021.11.28')
    expect((await choose('community/bind2', '2021.11.28')).version).toBe('2021.11.28')
  })

  it.each(['0000000', 'f315edc39f3e'])('%s is a revision that nobody knows', async (text) => {
    expect(await problemOf('community/muc_moderation', text)).toMatchObject({code: 'VERSION_UNSATISFIABLE'})
  })

  it('that has no release with digests is unknown', async () => {
    const error = await problemOf('community/nosuchmodule')
    expect(error).toMatchObject({code: 'MODULE_UNKNOWN', exitCode: 3})
    for (const name of ['constructor', '__proto__'])
      expect(await problemOf(`community/${name}`)).toMatchObject({code: 'MODULE_UNKNOWN'})
  })
})

describe('revisions that begin alike', () => {
  const definition: SourceDefinition = {...wanted('community/x').definition}
  const ref = (version: string, revision: string): ReleaseRef => ({
    version,
    resolved: {kind: 'hg', repository: 'https://hg.example/x', revision},
  })
  const refs = [ref('2024.1.1', 'abcdef0123456789'), ref('2024.1.2', 'abcdef0999999999')]
  const request = (versionText: string): Wanted => ({definition, name: 'x', versionText})

  it('are ambiguous', () => {
    expect(() => chooseRelease(request('abcdef0'), refs)).toThrow(
      expect.objectContaining({
        code: 'VERSION_AMBIGUOUS',
        exitCode: 3,
        details: {candidates: ['2024.1.2', '2024.1.1']},
      }) as Error,
    )
  })

  it('are told apart by one more digit', () => {
    expect(chooseRelease(request('abcdef01'), refs).version).toBe('2024.1.1')
    expect(chooseRelease(request('abcdef09'), refs).version).toBe('2024.1.2')
  })

  it('are one where both releases have the same revision', () => {
    const same = [ref('2024.1.1', 'abcdef0123456789'), ref('2024.1.2', 'abcdef0123456789')]
    expect(chooseRelease(request('abcdef0'), same).version).toBe('2024.1.2')
  })
})

it('jitsi-contrib’s token_affiliation is taken where it last was', async () => {
  expect((await choose('jitsi-contrib/token_affiliation')).version).toBe('20260306')
  expect((await choose('jitsi-contrib/token_affiliation_legacy')).version).toBe('20260523')
  expect(await problemOf('jitsi-contrib/token_affiliation', '20260523')).toMatchObject({
    code: 'VERSION_UNSATISFIABLE',
  })
  // Eight digits are a date before they are a revision.
  expect((await choose('jitsi-contrib/token_affiliation', 'v20260306')).version).toBe('20260306')
})

describe('pins', () => {
  const local: SourceDefinition = {id: 'own', kind: 'path', scheme: 'single', layout: 'folders', path: './x'}
  const debian: SourceDefinition = {id: 'd', kind: 'debian', scheme: 'debian', layout: 'folders', debs: []}
  const ref = (version: string): ReleaseRef => ({version, resolved: {kind: 'path', path: './x'}})
  const semver = wanted('matrix-user-verification/x').definition

  it.each([
    [local, undefined, 'local', '*'],
    [local, 'local', 'local', '*'],
    [debian, '0.0~hg1-1', '0.0~hg1-1', '0.0~hg1-1'],
    [debian, '>=0.0~hg1', '0.0~hg1-1', '>=0.0~hg1'],
    [semver, '1.8', '1.8.1', '1.8.1'],
    [semver, '1.8.x', '1.8.1', '1.8.x'],
    [semver, '~1.8', '1.8.1', '~1.8'],
    [semver, 'v1.8.1', '1.8.1', '1.8.1'],
    [semver, '', '1.8.1', '1.8.1'],
  ])('%#: %o', (...[definition, versionText, version, pin]) => {
    expect(pinOf({definition, name: 'x', versionText}, ref(version))).toBe(pin)
  })
})

describe('the manifest after a move', () => {
  it.for([
    ['an exact pin becomes the new one', '9955', undefined, '11146'],
    ['an exact pin becomes the version, however it was asked for', '9955', 'stable-10008', '10008'],
    ['an exact pin becomes the range that was asked for', '9955', '^10008', '^10008'],
    ['a range that admits the release stays', '>=9955', '10008', '>=9955'],
    ['a range gives way to another one that was asked for', '>=9955', '^10008', '^10008'],
    ['a range that does not becomes the pin', '<10000', undefined, '11146'],
    ['a range that does not becomes the range that was asked for', '<10000', '>=10000', '>=10000'],
    ['the same version in another spelling stays', 'stable-10008', '10008', 'stable-10008'],
    ['the same version becomes the range that was asked for', '10008', '^10008', '^10008'],
  ] as const)('%s', async ([, current, asked, expected]) => {
    expect(pinAfter(current, wanted('jitsi/*', asked), await choose('jitsi/*', asked))).toBe(expected)
  })

  it('a revision that no registry knows stays one', () => {
    const revision = 'f315edc39f3d0123456789012345678901234567'
    const ref: ReleaseRef = {
      version: '2026.7.23',
      resolved: {kind: 'hg', repository: 'https://hg.prosody.im/prosody-modules', revision},
    }
    const asked = wanted('community/bob', 'f315edc')
    expect(pinAfter('2025.4.2', asked, ref)).toBe('f315edc39f3d')
    expect(pinAfter('2026.7.23', asked, ref)).toBe('f315edc39f3d')
    expect(pinAfter('2026', asked, ref)).toBe('f315edc39f3d')
    expect(pinAfter('^2026.1.1', asked, ref)).toBe('^2026.1.1')
  })
})
