import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../../src/errors.ts'
import {
  neededBy,
  readInstalls,
  withOutcome,
  type ReadInstalls,
} from '../../../../src/operations/import/installs.ts'
import {specText} from '../../../../src/operations/import/wanted.ts'
import {follow} from '../../../../src/recipe/follow/follow.ts'
import {readDockerfile} from '../../../../src/recipe/read-dockerfile.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const registry = embeddedRegistry()
const judging = {registry, names: new Set<string>(), isConfigured: false, pluginPaths: [], line: '13.0'}

function read(...lines: readonly string[]): ReadInstalls {
  const recipe = readDockerfile(`FROM debian:trixie\n${lines.map((line) => `RUN ${line}\n`).join('')}`)
  return readInstalls(follow(recipe, {has: () => false, read: () => undefined}), judging)
}

const judged = ({judgements}: ReadInstalls): string[] =>
  [...judgements.values()].map(({state, what, hint}) =>
    [state, what, ...(hint === undefined ? [] : [hint])].join(': '),
  )

describe('what is installed by name', () => {
  it.each([
    ['prosodyctl install mod_pastebin', ['community/pastebin'], 'taken: community/pastebin'],
    [
      'prosodyctl install --server=https://modules.prosody.im/rocks/ mod_pastebin',
      ['community/pastebin'],
      'taken: community/pastebin',
    ],
    ['luarocks install prosody-mod-pastebin', ['community/pastebin'], 'taken: community/pastebin'],
    [
      'apt-get install -y jitsi-meet-prosody=1.0.8384-1',
      ['jitsi@1.0.8384'],
      'taken: jitsi@1.0.8384, in place of the package jitsi-meet-prosody',
    ],
  ])('%s', (line, specs, told) => {
    const found = read(line)
    expect(found.wanted.map(({wanted}) => specText(wanted))).toEqual(specs)
    expect(judged(found)).toEqual([told])
  })

  it.each([
    ['prosodyctl install mod_no_such_thing', /^not-understood: the community has no module no_such_thing: /],
    [
      'prosodyctl install --server=https://rocks.example/ mod_pastebin',
      /^not-understood: mod_pastebin comes from the rocks server /,
    ],
    ['prosodyctl install $WHICH', /^not-understood: which modules it installs is not said: \$WHICH /],
    ['prosodyctl install mod_cloud_notify', /^not-needed: Prosody 13\.0 has cloud_notify itself/],
    [
      'apt-get install -y jitsi-meet-prosody',
      /^stays: jitsi-meet-prosody: it brings the modules of jitsi, of whatever version/,
    ],
    ['apt-get install -y prosody-modules', /^stays: prosody-modules: to pin the modules of it that you use/],
    ['apt-get install -y lua-sec curl', /^stays: lua-sec, curl$/],
  ])('brings nothing: %s', (line, told) => {
    const found = read(line)
    expect(found.wanted).toEqual([])
    expect(judged(found)[0]).toMatch(told)
  })

  it('is taken out of a list by hand where packages stand in it', () => {
    expect(judged(read('apt-get install -y curl jitsi-meet-prosody=1.0.8384-1'))).toEqual([
      'taken: jitsi@1.0.8384, in place of the package jitsi-meet-prosody: take it out of the list, which has 1 other package',
    ])
  })

  it('is told with a note where no revision is pinned', () => {
    expect(read('prosodyctl install mod_pastebin').notes).toEqual([
      'no revision of community/pastebin was pinned, so the newest that is known is taken',
    ])
    expect(read('apt-get install -y jitsi-meet-prosody=1.0.8384-1').notes).toEqual([])
  })

  it('is told as what became of it', () => {
    const found = read('prosodyctl install mod_pastebin')
    const nothing = {folder: '/', added: null, failed: new Map(), patches: {}, notes: []}
    const became = {key: 'community/pastebin', version: '2025.10.3'}
    const versions = new Map([['community/pastebin', became]])
    const [taken] = withOutcome(found, {...nothing, versions, failedSpecs: new Map()}).values()
    expect(taken?.what).toBe('community/pastebin 2025.10.3')
    const failedSpecs = new Map([
      ['community/pastebin', new ProsodyModsError('MODULE_UNKNOWN', 'it is gone\nlong ago', {hint: 'look'})],
    ])
    const [open] = withOutcome(found, {...nothing, versions: new Map(), failedSpecs}).values()
    expect(open).toEqual({state: 'not-understood', what: 'it is gone', hint: 'look'})
  })
})

describe('a library that is installed', () => {
  it('is for the modules that need what it serves', () => {
    const needs = [
      {module: 'a/x', servers: ['cjson']},
      {module: 'a/y', servers: ['basexx']},
    ]
    const rock = {by: 'luarocks', name: 'lua-cjson', version: null, line: 1} as const
    expect(neededBy(rock, needs, registry)).toEqual(['a/x'])
    expect(neededBy({...rock, by: 'apt', name: 'lua-basexx'}, needs, registry)).toEqual(['a/y'])
    expect(neededBy({...rock, by: 'apt', name: 'curl'}, needs, registry)).toEqual([])
  })
})
