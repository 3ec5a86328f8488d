import {describe, expect, it} from 'vitest'
import {digestOf, type Digest} from '../../../src/digest.ts'
import {compareFiles, compareModules, sameFiles} from '../../../src/resolve/compare.ts'
import {moduleOfPath} from '../../../src/resolve/layout.ts'
import {lineCounts, lineShare} from '../../../src/text/line-share.ts'
import {digestsOf as of} from '../../helpers/digest.ts'

const nothing = {added: [], removed: [], renamed: [], changed: []}
const noHints = {known: new Map<string, string>(), share: () => undefined}

/** What texts of one digit share is looked up. */
function shares(table: Readonly<Record<string, number>>) {
  const digits = new Map(Array.from('123456789').map((digit) => [digestOf(digit), digit]))
  const told = (digest: Digest): string => digits.get(digest) ?? ''
  return {known: new Map<string, string>(), share: (a: Digest, b: Digest) => table[`${told(a)} ${told(b)}`]}
}

describe('files', () => {
  it('that are the same are no difference', () => {
    expect(compareFiles(of({a: '1', b: '2'}), of({b: '2', a: '1'}))).toEqual(nothing)
  })

  it('come, go and change', () => {
    expect(compareFiles(of({a: '1', b: '2', z: '9'}), of({b: '3', c: '4', z: '9'}))).toEqual({
      added: ['c'],
      removed: ['a'],
      renamed: [],
      changed: ['b'],
    })
  })

  it('with the same bytes elsewhere are renamed, those of the same name first', () => {
    expect(compareFiles(of({'a/x': '1', 'b/y': '1'}), of({'c/y': '1', 'd/z': '1'}))).toEqual({
      ...nothing,
      renamed: [
        {from: 'a/x', to: 'd/z'},
        {from: 'b/y', to: 'c/y'},
      ],
    })
  })

  it('are paired one to one', () => {
    expect(compareFiles(of({a: '1', b: '1'}), of({c: '1'}))).toEqual({
      ...nothing,
      removed: ['b'],
      renamed: [{from: 'a', to: 'c'}],
    })
  })

  it('may be named like a member of every object', () => {
    expect(compareFiles({}, of({constructor: '1', __proto__x: '2'})).added).toEqual([
      '__proto__x',
      'constructor',
    ])
    expect(sameFiles(of({a: '1'}), of({toString: '1'}))).toBe(false)
  })
})

it.each([
  ['mod_polls.lua', 'polls'],
  ['mod_firewall/marks.lib.lua', 'firewall'],
  ['mod_auth_jitsi-anonymous.lua', 'auth_jitsi-anonymous'],
  ['util.lib.lua', undefined],
  ['token/util.lib.lua', undefined],
  ['mod_polls.lib.lua', undefined],
  ['x/mod_polls.lua', undefined],
])('%s belongs to module %s', (path, name) => {
  expect(moduleOfPath(path)).toBe(name)
})

describe('modules', () => {
  it('come, go and change; libraries are none', () => {
    const before = of({'mod_a.lua': '1', 'mod_b.lua': '2', 'mod_w/mod_w.lua': '5', 'util.lib.lua': '3'})
    const after = of({'mod_b.lua': '4', 'mod_c.lua': '6', 'mod_w/mod_w.lua': '5', 'util.lib.lua': '7'})
    expect(compareModules(before, after, noHints)).toEqual({
      added: ['c'],
      removed: ['a'],
      renamed: [],
      changed: ['b'],
    })
  })

  it('change with any file of their folder, new ones too', () => {
    const before = of({'mod_w/mod_w.lua': '1', 'mod_v/mod_v.lua': '1', 'mod_v/x.lib.lua': '2'})
    const after = {...before, ...of({'mod_w/new.lib.lua': '3', 'mod_v/x.lib.lua': '4'})}
    expect(compareModules(before, after, noHints)).toEqual({...nothing, changed: ['v', 'w']})
  })

  it('with the same main file are renamed', () => {
    const hints = shares({'1 1': 1})
    expect(compareModules(of({'mod_a.lua': '1'}), of({'mod_b/mod_b.lua': '1'}), hints).renamed).toEqual([
      {from: 'a', to: 'b', evidence: 'same-files', share: 1},
    ])
  })

  it('with half of their lines in common are renamed, with less they are not', () => {
    const [before, after] = [of({'mod_a.lua': '1'}), of({'mod_b.lua': '2'})]
    expect(compareModules(before, after, shares({'1 2': 0.5})).renamed).toEqual([
      {from: 'a', to: 'b', evidence: 'similar', share: 0.5},
    ])
    expect(compareModules(before, after, shares({'1 2': 0.49}))).toEqual({
      ...nothing,
      added: ['b'],
      removed: ['a'],
    })
  })

  it('are paired with what they resemble most', () => {
    const before = of({'mod_a.lua': '1', 'mod_b.lua': '2'})
    const after = of({'mod_c.lua': '3', 'mod_d.lua': '4'})
    const {renamed} = compareModules(before, after, shares({'1 3': 0.6, '1 4': 0.7, '2 3': 0.5, '2 4': 0.9}))
    expect(renamed.map(({from, to}) => `${from} ${to}`)).toEqual(['a c', 'b d'])
  })

  it('are renamed where the registry says so, whatever they have in common', () => {
    const known = new Map([['a', 'c']])
    const after = of({'mod_b.lua': '2', 'mod_c.lua': '3'})
    const hints = {known, share: shares({'1 2': 0.9}).share}
    expect(compareModules(of({'mod_a.lua': '1'}), after, hints)).toEqual({
      ...nothing,
      added: ['b'],
      renamed: [{from: 'a', to: 'c', evidence: 'registry', share: null}],
    })
  })

  it('that stay are not renamed, though the registry names another', () => {
    const hints = {known: new Map([['a', 'c']]), share: () => undefined}
    const result = compareModules(of({'mod_a.lua': '1'}), of({'mod_a.lua': '1', 'mod_c.lua': '3'}), hints)
    expect(result).toEqual({...nothing, added: ['c']})
  })
})

describe('lines in common', () => {
  const share = (a: string, b: string): number => lineShare(lineCounts(a), lineCounts(b))

  it('are counted wherever they stand, with their number', () => {
    const [x, y] = ['local one = 1', 'local two = 2']
    expect(share(`${x}\n${y}\n`, `  ${y}\r\n${x}`)).toBe(1)
    expect(share(`${x}\n${x}\n${x}`, x)).toBe(0.5)
    expect(share(x, y)).toBe(0)
  })

  it('that say nothing do not count', () => {
    expect(share('end\n}\nend);\n\n', 'end\n}\nend);\n\n')).toBe(0)
  })
})
