import {describe, expect, it} from 'vitest'
import {toDigest, type Digest} from '../../../src/digest.ts'
import {integrityOf, type LockedModule, type Lockfile} from '../../../src/project/lockfile.ts'
import type {Manifest} from '../../../src/project/manifest.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {outOfDate} from '../../../src/resolve/out-of-date.ts'
import {digestIn, selectModule} from '../../../src/resolve/layout.ts'
import {knownReleases} from '../../../src/sources/known-releases.ts'
import type {Resolved} from '../../../src/sources/kinds.ts'
import {sha256Like} from '../../helpers/digest.ts'

const registry = embeddedRegistry()
const community = 'https://hg.prosody.im/prosody-modules'
const hex = sha256Like('ab')

function locked(version: string, resolved: Resolved, layout: 'flat' | 'folders' = 'folders'): LockedModule {
  return {version, layout, resolved, trust: {by: 'registry'}, integrity: integrityOf({}), files: {}}
}

/** As the registry knows it: path below the source's folder → digest. */
function filesOf(source: string, version: string, name: string): Record<string, Digest> {
  const definition = registry.source(source)
  if (definition?.kind !== 'github' && definition?.kind !== 'hg') throw new Error(`no source ${source}`)
  const contents = knownReleases(definition, {registry}, name).find(
    (one) => one.version === version,
  )?.contents
  const selected = contents && selectModule(contents, definition.layout, name)
  if (contents === undefined || selected === undefined) return {}
  return Object.fromEntries([...selected].map(([path, from]) => [path, digestIn(contents, from)]))
}

const moderation = {
  ...locked('2025.4.2', {kind: 'hg', repository: community, revision: 'f315edc39f3d'}),
  files: filesOf('community', '2025.4.2', 'muc_moderation'),
}

function jitsi(version: string): LockedModule {
  const files = filesOf('jitsi', version, '*')
  return {...bareJitsi(version), files}
}

function bareJitsi(version: string): LockedModule {
  return locked(
    version,
    {
      kind: 'github',
      repository: 'jitsi/jitsi-meet',
      revision: '0'.repeat(40),
      folder: 'resources/prosody-plugins',
    },
    'flat',
  )
}

const target = {prosody: '13.0', lua: '5.4', debian: 'trixie'}

function kinds(
  manifest: Manifest,
  modules: Lockfile['modules'],
  about: Partial<Lockfile> = {target},
): string[] {
  const whole = Object.fromEntries(Object.entries(modules).map(([key, one]) => [key, withMain(key, one)]))
  return outOfDate(manifest, {lockfileVersion: 1, ...about, modules: whole}, registry).map(
    ({key, kind}) => `${key}: ${kind}`,
  )
}

/** A module without a main file differs in that alone. */
function withMain(key: string, module: LockedModule): LockedModule {
  if (key.endsWith('/*')) return module
  const main = `mod_${key.slice(key.indexOf('/') + 1)}`
  return {...module, files: {[`${main}/${main}.lua`]: toDigest(hex)}}
}

it('a module that was locked without its main file is none', () => {
  const lock: Lockfile = {lockfileVersion: 1, target, modules: {'community/a': moderation}}
  expect(outOfDate({modules: {'community/a': '*'}}, lock, registry).map(({kind}) => kind)).toEqual([
    'without-main',
  ])
})

describe('presence', () => {
  it.each([
    ['nothing on both sides', {}, {}, []],
    ['only wanted', {'community/a': '*'}, {}, ['community/a: not-locked']],
    ['only locked', {}, {'community/a': moderation}, ['community/a: not-wanted']],
    ['both', {'community/a': '*'}, {'community/a': moderation}, []],
  ])('%s', (...[, modules, locks, expected]) => {
    expect(kinds({modules}, locks)).toEqual(expected)
  })

  it('a manifest without modules wants none', () => {
    expect(kinds({}, {'community/a': moderation})).toEqual(['community/a: not-wanted'])
  })
})

describe('needs', () => {
  const needing = {
    ...moderation,
    needs: {modules: {b: 'community/b', http: 'prosody'}, shared: {c: 'community/c'}},
  }
  const wanted = {modules: {'community/a': '*'}}

  it('keep modules that the manifest does not name, through others', () => {
    const b = {...moderation, needs: {modules: {d: 'community/d', a: 'community/a'}}}
    const all = {
      'community/a': needing,
      'community/b': b,
      'community/c': moderation,
      'community/d': moderation,
    }
    expect(kinds(wanted, all)).toEqual([])
    expect(kinds({}, all)).toEqual(Object.keys(all).map((key) => `${key}: not-wanted`))
  })

  it('ask for what is not locked', () => {
    expect(kinds(wanted, {'community/a': needing})).toEqual([
      'community/b: not-locked',
      'community/c: not-locked',
    ])
  })

  it('that a module does without keep nothing', () => {
    const a = {...moderation, needs: {optional: {modules: {b: 'community/b'}}}}
    expect(kinds(wanted, {'community/a': a, 'community/b': moderation})).toEqual(['community/b: not-wanted'])
  })

  it('are for a target, which the manifest may change', () => {
    const locks = {'community/a': moderation}
    expect(kinds(wanted, locks, {})).toEqual([': other-target'])
    expect(kinds({prosody: '13.0'}, {}, {})).toEqual([])
    for (const other of [{prosody: '0.12'}, {image: {debian: 'bookworm'}}, {image: {lua: '5.3'}}])
      expect(kinds({...wanted, ...other}, locks)).toEqual([': other-target'])
    // Of a line that nobody knows nothing can be looked up.
    expect(kinds({...wanted, prosody: '99'}, locks, {})).toEqual([])
    expect(kinds({...wanted, prosody: '99'}, locks)).toEqual([': other-target'])
  })
})

describe('versions', () => {
  it.each([
    ['2025.4.2', true],
    ['2025-04-02', true],
    ['2025', true],
    ['^2025.1.1', true],
    ['f315edc39f3d', true],
    ['f315edc', true],
    ['2026', false],
    ['2025.4.3', false],
    ['0971c99', false],
    ['<2025', false],
  ])('%s for a locked 2025.4.2 (%s)', (text, fits) => {
    expect(
      kinds({modules: {'community/muc_moderation': text}}, {'community/muc_moderation': moderation}),
    ).toEqual(fits ? [] : ['community/muc_moderation: other-version'])
  })

  it.each([
    ['stable/jitsi-meet_10008', true],
    ['1.0.8384', true],
    ['1.0.8339', false],
    ['10009', false],
    ['>=9000', true],
  ])('%s for a locked 10008 (%s)', (text, fits) => {
    expect(kinds({modules: {'jitsi/*': text}}, {'jitsi/*': jitsi('10008')})).toEqual(
      fits ? [] : ['jitsi/*: other-version'],
    )
  })

  it('say both in the line for a person', () => {
    const lock: Lockfile = {lockfileVersion: 1, modules: {'jitsi/*': jitsi('10008')}}
    expect(outOfDate({modules: {'jitsi/*': '9955'}}, lock, registry)[0]?.text).toBe(
      'jitsi/*: the manifest wants 9955, the lockfile has 10008',
    )
  })
})

describe('sources', () => {
  const deb = {package: 'x1', version: '1', path: 'pool/x.deb', sha256: hex, root: 'usr/lib'}
  it.each<[string, NonNullable<Manifest['sources']>[string], Resolved, boolean]>([
    ['the same folder', {kind: 'path', path: './x'}, {kind: 'path', path: './x'}, true],
    ['another folder', {kind: 'path', path: './y'}, {kind: 'path', path: './x'}, false],
    ['another layout', {kind: 'path', path: './x', layout: 'flat'}, {kind: 'path', path: './x'}, false],
    ['another kind', {kind: 'url', url: 'https://h.example/x'}, {kind: 'path', path: './x'}, false],
    [
      'the same URL',
      {kind: 'url', url: 'https://h.example/x'},
      {kind: 'url', url: 'https://h.example/x'},
      true,
    ],
    [
      'another URL',
      {kind: 'url', url: 'https://h.example/y'},
      {kind: 'url', url: 'https://h.example/x'},
      false,
    ],
    [
      'a digest that was added',
      {kind: 'url', url: 'https://h.example/x', sha256: hex},
      {kind: 'url', url: 'https://h.example/x'},
      false,
    ],
    ['the same package', {kind: 'debian', debs: [deb]}, {kind: 'debian', ...deb}, true],
    [
      'a package with another root',
      {kind: 'debian', debs: [{...deb, root: 'usr'}]},
      {kind: 'debian', ...deb},
      false,
    ],
    ['no such package', {kind: 'debian', debs: []}, {kind: 'debian', ...deb}, false],
  ])('%s', (...[, source, resolved, fits]) => {
    const version = resolved.kind === 'debian' ? '1' : 'local'
    expect(
      kinds({modules: {'own/x': '*'}, sources: {own: source}}, {'own/x': locked(version, resolved)}),
    ).toEqual(fits ? [] : ['own/x: other-source'])
  })

  it('of the registry under another address', () => {
    const elsewhere = locked('2025.4.2', {
      kind: 'hg',
      repository: 'https://evil.example/x',
      revision: 'f315edc39f3d',
    })
    expect(kinds({modules: {'community/a': '*'}}, {'community/a': elsewhere})).toEqual([
      'community/a: other-source',
    ])
  })
})
