import {describe, expect, it} from 'vitest'
import {gatherWanted} from '../../../../src/operations/import/gather.ts'
import type {Meaning} from '../../../../src/operations/import/wanted.ts'
import type {Thing} from '../../../../src/recipe/follow/thing.ts'

function thing(line: number): Thing {
  return {
    id: line,
    kind: 'url',
    from: `https://x.example/${line}`,
    vcs: undefined,
    ref: undefined,
    sha256: undefined,
    line,
    unknown: [],
    condition: undefined,
  }
}

/** @param texts specs as `add` takes them, one for each thing */
function gathered(...texts: readonly string[]): ReturnType<typeof gatherWanted> {
  const meanings = new Map<Thing, Meaning>(
    texts.map((text, at) => {
      const [spec = '', version] = text.split('@')
      const wanted = {spec, name: spec.split('/')[1], version, except: []}
      return [thing(at + 1), {kind: 'modules', wanted: [wanted], notes: []}]
    }),
  )
  return gatherWanted(meanings, [], {
    isFlat: (source) => source === 'jitsi',
    last: (_, name) => (name === 'gone' ? {version: '7', gone: '8'} : undefined),
  })
}

const told = ({specs}: ReturnType<typeof gatherWanted>): string[] =>
  specs.map(({text, lines, things}) => `${text} ${lines.join(',')} of ${things.length}`)

describe('what is brought in more than once', () => {
  it.each([
    [
      ['a/x@1', 'a/y@1'],
      ['a/x@1 1 of 1', 'a/y@1 2 of 1'],
    ],
    [['a/x', 'a/x@1'], ['a/x@1 1,2 of 2']],
    [['a/x@1', 'a/x@2'], ['a/x@2 1,2 of 2']],
    [['jitsi@1', 'jitsi/x@1', 'jitsi/y'], ['jitsi@1 1,2,3 of 3']],
    [['jitsi/x@1', 'jitsi@1'], ['jitsi@1 1,2 of 2']],
    [['jitsi@1', 'jitsi/x@2'], ['jitsi@1 1 of 1']],
    [['a/x@1', 'b/x@1'], ['a/x@1 1 of 1']],
  ])('%j', (texts, expected) => {
    expect(told(gathered(...texts))).toEqual(expected)
  })

  it.each([
    [['a/gone'], ['a/gone@7 1 of 1']],
    [['a/gone@3'], ['a/gone@3 1 of 1']],
    [['jitsi/gone'], ['jitsi/gone@7 1 of 1']],
    // Of what nobody pinned, what the newest release has.
    [['jitsi/gone', 'jitsi/x'], ['jitsi/x 2 of 1']],
    [
      ['jitsi/gone', 'jitsi/x', 'jitsi/y'],
      ['jitsi/x 2 of 1', 'jitsi/y 3 of 1'],
    ],
    // What nobody pinned comes from the release that something was pinned to.
    [
      ['jitsi/gone', 'jitsi/x@5', 'jitsi/y'],
      ['jitsi/gone@5 1 of 1', 'jitsi/x@5 2 of 1', 'jitsi/y@5 3 of 1'],
    ],
    [['jitsi@5', 'jitsi/gone'], ['jitsi@5 1,2 of 2']],
  ])('%j, of which one is gone', (texts, expected) => {
    expect(told(gathered(...texts))).toEqual(expected)
  })

  it('tells which is not published any more, if it is taken', () => {
    expect(gathered('a/gone').notes).toEqual([
      'a/gone is no longer published since 8, so the last version is taken, 7',
    ])
    const left = gathered('jitsi/gone', 'jitsi/x')
    expect(left.notes).toEqual([])
    expect([...left.left.values()].map(({why}) => why)).toEqual([
      'jitsi/gone is in no release after 7, and jitsi/x is at the newest release (line 2): modules of jitsi share files, so all of them come from one release',
    ])
  })

  it('is told where something of it is left out', () => {
    expect(gathered('jitsi@1', 'jitsi/x@2').notes).toEqual([
      'jitsi/x 2 (line 2) is left out: the tree of jitsi is at 1, and all of its modules come from one release',
    ])
    expect(gathered('a/x@1', 'b/x@1').notes).toHaveLength(1)
    expect(gathered('a/x@1', 'a/x@2').notes).toHaveLength(1)
    expect(gathered('jitsi@1', 'jitsi/x@1').notes).toEqual([])
  })

  it('is told where single modules of a tree are of two releases: those of the fewer are left out', () => {
    const found = gathered('jitsi/x@1', 'jitsi/y@2', 'jitsi/z@2', 'a/x2@1', 'a/y2@2')
    expect(told(found)).toEqual(['jitsi/y@2 2 of 1', 'jitsi/z@2 3 of 1', 'a/x2@1 4 of 1', 'a/y2@2 5 of 1'])
    expect([...found.left].map(([{line}, {why}]) => `${line}: ${why}`)).toEqual([
      '1: jitsi/x is fetched at 1, and jitsi/y is at 2 (line 2): modules of jitsi share files, so all of them come from one release',
    ])
    expect(gathered('jitsi/x@1', 'jitsi/y').left.size).toBe(0)
  })
})
