import {describe, expect, it} from 'vitest'
import type {Judging} from '../../../../src/operations/import/judging.ts'
import {bringsOthers, meaningOf} from '../../../../src/operations/import/meaning.ts'
import {specText, type Meaning} from '../../../../src/operations/import/wanted.ts'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import {readScript} from '../../../../src/recipe/read-script.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const judging: Judging = {
  registry: embeddedRegistry(),
  names: new Set(),
  isConfigured: false,
  pluginPaths: [],
  line: '13.0',
}

function meant(text: string, more: Partial<Judging> = {}): Meaning {
  const followed = follow(readScript(text), {has: () => false, read: () => undefined})
  const [thing] = followed.things.filter(({kind}) => kind !== 'text')
  if (thing === undefined) throw new Error('nothing is brought in')
  return meaningOf(
    thing,
    followed.placed.filter(({piece}) => piece.thing === thing),
    {...judging, ...more},
  )
}

function specs(text: string, more: Partial<Judging> = {}): string[] {
  const meaning = meant(text, more)
  return meaning.kind === 'modules' ? meaning.wanted.map((one) => specText(one)) : [meaning.kind]
}

const hg = 'https://hg.prosody.im/prosody-modules'

describe('what is fetched becomes', () => {
  it.each([
    [
      'a module of a source that is known, at its revision',
      `curl -o /m/mod_muc_moderation.lua ${hg}/raw-file/5f12c75fd210/mod_muc_moderation/mod_muc_moderation.lua`,
      ['community/muc_moderation@5f12c75fd210'],
    ],
    [
      'the newest where nothing is pinned',
      `curl -o /m/mod_pastebin.lua ${hg}/raw-file/tip/mod_pastebin/mod_pastebin.lua`,
      ['community/pastebin'],
    ],
    [
      'a whole tree',
      'curl -L https://github.com/jitsi/jitsi-meet/archive/stable/jitsi-meet_5390.tar.gz | tar xz -C /t --strip 1; cp -r /t/resources/prosody-plugins/* /m; rm -rf /t',
      ['jitsi@5390'],
    ],
    [
      'some of its modules',
      'git clone -b stable/jitsi-meet_5390 https://github.com/jitsi/jitsi-meet /t; cp /t/resources/prosody-plugins/mod_polls.lua /m/; rm -rf /t',
      ['jitsi/polls@5390'],
    ],
    [
      'a folder of a repository of modules',
      `hg clone -r 5f12c75fd210 ${hg} /t; cp -r /t/mod_pastebin /m/; rm -rf /t`,
      ['community/pastebin@5f12c75fd210'],
    ],
    [
      'the file itself where nobody knows its repository',
      'curl -o /m/mod_a.lua https://x.example/mod_a.lua',
      ['https://x.example/mod_a.lua'],
    ],
    [
      'a source that is declared',
      'git clone -b v1 https://github.com/o/some-plugins /t; cp /t/sub/mod_a.lua /m/; rm -rf /t',
      ['some-plugins/a@v1'],
    ],
    ['nothing, where it is about no module', 'curl -o /usr/bin/tini https://x.example/tini', ['unrelated']],
    [
      'nothing, where Prosody has it itself by now',
      `curl -o /m/mod_smacks.lua ${hg}/raw-file/tip/mod_smacks/mod_smacks.lua`,
      ['core'],
    ],
    ['nothing, where none of it is left', `hg clone ${hg} /t; rm -rf /t`, ['unused']],
    [
      'a question, where the address has no value',
      'curl -o /m/mod_a.lua https://x.example/$V/mod_a.lua',
      ['open'],
    ],
    [
      'a question, where the version is none',
      'curl -L https://github.com/jitsi/jitsi-meet/archive/stable/jitsi-meet_X.tar.gz | tar xz -C /m --strip 3',
      ['open'],
    ],
  ])('%s', (...[, text, expected]) => {
    expect(specs(text)).toEqual(expected)
  })

  it('what is named of a repository that is fetched whole', () => {
    const text = `hg clone ${hg} /m/modules`
    expect(specs(text, {names: new Set(['pastebin', 'nobody_has_it'])})).toEqual(['community/pastebin'])
    expect(specs(text, {names: new Set(['*'])}).length).toBeGreaterThan(300)
  })

  it.each([
    ['nothing says', {}, /and nothing here says which .*: all that can be had are taken/],
    [
      'configuration enables none',
      {isConfigured: true},
      /and the configuration here enables none .* are taken/,
    ],
  ] as const)('all of a repository that is fetched whole, where %s which are enabled', (_, judging, note) => {
    const meaning = meant(`hg clone ${hg} /m/modules`, judging)
    if (meaning.kind !== 'modules') throw new Error('expected modules')
    expect(meaning.wanted.length).toBeGreaterThan(300)
    expect(meaning.wanted.every(({isOneOfAll}) => isOneOfAll === true)).toBe(true)
    expect(meaning.notes.join('\n')).toMatch(note)
    const then = meant(`hg clone -r 2bb42ba342f3 ${hg} /m/modules`, judging)
    // What has gone since may have been there then.
    expect(then.kind === 'modules' && then.wanted.length).toBeGreaterThan(meaning.wanted.length)
  })

  it('what is taken by name out of a repository that is fetched whole', () => {
    const text = `hg clone ${hg} /m/all; mkdir /m/on; for one in mod_pastebin mod_http_status; do ln -s ../all/$one /m/on/$one; done`
    expect(specs(text)).toEqual(['community/pastebin', 'community/http_status'])
  })

  it('all of it beside what is taken by name, where Prosody searches it', () => {
    const text = `hg clone ${hg} /m/all; cp -r /m/all/mod_pastebin /m/on`
    expect(specs(text)).toEqual(['community/pastebin'])
    expect(specs(text, {pluginPaths: ['/m/all']}).length).toBeGreaterThan(300)
    // Pages and pictures are no module that is used.
    expect(specs(`hg clone ${hg} /m/all; cp /m/all/mod_pastebin/README.md /doc/`).length).toBeGreaterThan(300)
  })

  it.each([
    ['a folder', 'rm -rf /m/all/mod_pastebin'],
    ['folders by a pattern', 'rm -rf /m/all/mod_paste*'],
    ['a main file', 'rm /m/all/mod_pastebin/mod_pastebin.lua'],
  ])('all of it without %s that is removed', (_, removal) => {
    const found = specs(`hg clone ${hg} /m/all; ${removal}`)
    expect(found.length).toBeGreaterThan(300)
    expect(found).not.toContain('community/pastebin')
    expect(specs(`hg clone ${hg} /m/all`)).toContain('community/pastebin')
  })

  it('a question, where what is removed of it can not be told, or none of it is what was asked for', () => {
    const text = `hg clone ${hg} /m/all`
    const followed = follow(readScript(text), {has: () => false, read: () => undefined})
    const [own] = followed.things
    if (own === undefined) throw new Error('nothing is brought in')
    expect(meaningOf(own, followed.placed, {...judging, thinned: new Set([own])})).toMatchObject({
      kind: 'open',
      why: expect.stringContaining('taken away again') as string,
    })
    expect(meant(text, {isAsked: true, names: new Set(['past_ebin'])})).toMatchObject({
      kind: 'open',
      why: expect.stringContaining('none of them is named') as string,
    })
  })

  it('a question, where a folder of it has no name here', () => {
    expect(meant(`hg clone ${hg} /m/all; cp -r /m/all/mod_$NAME /m/on; rm -rf /m/all`)).toMatchObject({
      kind: 'open',
      why: 'which modules of community it fetches is not said: mod_$NAME has no value here',
    })
  })

  it('none of an archive that nothing here unpacks', () => {
    const archive = `wget -O /m/tip.tar.gz ${hg}/archive/tip.tar.gz`
    expect(meant(`${archive}; mv /m/tip.tar.gz /start/`)).toMatchObject({
      kind: 'open',
      why: 'the archive of community is kept as it is, and nothing that is understood here unpacks it',
    })
    expect(specs(`${archive}; tar xf /m/tip.tar.gz -C /m`).length).toBeGreaterThan(300)
  })

  it.each([
    ['modules alone', 'cp -r /tmp/j/resources/prosody-plugins /m', false],
    ['other things, too', 'cp -r /tmp/j/resources/prosody-plugins /m; cp -r /tmp/j/css /css', true],
    [
      'modules, the rest being thrown away',
      'cp -r /tmp/j/resources/prosody-plugins /m; cp -r /tmp/j/css /tmp/css',
      false,
    ],
  ])('of a tarball what is kept: %s', (_, copying, expected) => {
    const tag = 'https://github.com/jitsi/jitsi-meet/archive/refs/tags/stable/jitsi-meet_10888.tar.gz'
    const text = `mkdir /tmp/j; curl -L ${tag} | tar xz -C /tmp/j --strip-components=1; ${copying}; rm -rf /tmp/j`
    const {things, placed} = follow(readScript(text), {has: () => false, read: () => undefined})
    const [thing] = things
    if (thing === undefined) throw new Error('nothing is brought in')
    expect(bringsOthers(thing, placed, judging.registry)).toBe(expected)
  })

  it('nothing about modules, where only other things of it are kept', () => {
    const tag = 'https://github.com/jitsi/jitsi-meet/archive/refs/tags/stable/jitsi-meet_10888.tar.gz'
    expect(
      specs(`curl -L ${tag} | tar xz -C /tmp --strip-components=1; cp -r /tmp/css /css; rm -rf /tmp/css`),
    ).toEqual(['unrelated'])
  })

  it('none of a repository that other text speaks of', () => {
    expect(meant(`hg clone ${hg} /m/modules`, {isLoose: true})).toMatchObject({
      kind: 'open',
      why: expect.stringContaining('nothing here says which') as string,
    })
  })

  it('what is named in configuration, but not what was retired: that is told', () => {
    const meaning = meant(`hg clone ${hg} /m/modules`, {
      names: new Set(['pastebin', 'http_upload', 'carbons', 'none_such']),
    })
    expect(meaning).toMatchObject({wanted: [{spec: 'community/pastebin'}]})
    expect(meaning.kind === 'modules' ? meaning.notes.join('\n') : '').toMatch(
      /it has no more: http_upload since 2024\.10\.27 \([^,]*\)$/m,
    )
  })

  it('a tree without what is taken out of it', () => {
    const meaning = meant(
      'git clone -b stable/jitsi-meet_5390 https://github.com/jitsi/jitsi-meet /t; cp -r /t/resources/prosody-plugins/* /m; rm /m/mod_smacks.lua; rm -rf /t',
    )
    expect(meaning).toMatchObject({wanted: [{spec: 'jitsi', except: ['smacks']}]})
  })
})
