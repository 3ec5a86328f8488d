import {describe, expect, it} from 'vitest'
import type {Sha256} from '../../../src/digest.ts'
import {ProsodyModsError} from '../../../src/errors.ts'
import type {DiskState} from '../../../src/project/disk.ts'
import {planFiles} from '../../../src/project/plan.ts'
import {sha256Like} from '../../helpers/digest.ts'

/** Digests are opaque to the plan: letters stand for them. */
type Letter = 'A' | 'B' | 'C'
type State = 'absent' | 'other' | Letter

const letters = {A: sha256Like('a'), B: sha256Like('b'), C: sha256Like('c')} satisfies Record<Letter, Sha256>
const other = sha256Like('0')

function letterOf(sha256: Sha256 | null): string {
  return sha256?.charAt(0).toUpperCase() ?? 'absent'
}

function outcome(
  [desired, owned, state]: readonly [Letter | '-', Letter | '-', State],
  force: boolean,
): string {
  const entries = (value: Letter | '-'): Map<string, Sha256> =>
    new Map(value === '-' ? [] : [['p', letters[value]]])
  const disk: DiskState = state === 'absent' || state === 'other' ? state : {sha256: letters[state]}
  try {
    const [change, ...more] = planFiles({
      desired: entries(desired),
      owned: entries(owned),
      generatedPaths: [],
      disk: () => disk,
      force,
    })
    expect(more).toEqual([])
    return change === undefined ? 'nothing' : `${letterOf(change.before)} → ${letterOf(change.after)}`
  } catch (error) {
    if (error instanceof ProsodyModsError) return error.code
    throw error
  }
}

const changed = 'OWNED_FILE_CHANGED'
const inTheWay = 'FILE_IN_THE_WAY'

// desired, owned ('-': not at all), what stands there, without and with --force
const table: readonly (readonly [Letter | '-', Letter | '-', State, string, string])[] = [
  ['A', '-', 'absent', 'absent → A', 'absent → A'],
  ['A', '-', 'A', 'nothing', 'nothing'],
  ['A', '-', 'B', inTheWay, inTheWay],
  ['A', '-', 'other', inTheWay, inTheWay],
  ['A', 'A', 'absent', 'absent → A', 'absent → A'],
  ['A', 'A', 'A', 'nothing', 'nothing'],
  ['A', 'A', 'C', changed, 'C → A'],
  ['A', 'A', 'other', inTheWay, inTheWay],
  ['A', 'B', 'absent', 'absent → A', 'absent → A'],
  ['A', 'B', 'A', 'nothing', 'nothing'],
  ['A', 'B', 'B', 'B → A', 'B → A'],
  ['A', 'B', 'C', changed, 'C → A'],
  ['A', 'B', 'other', inTheWay, inTheWay],
  ['-', 'B', 'absent', 'nothing', 'nothing'],
  ['-', 'B', 'B', 'B → absent', 'B → absent'],
  ['-', 'B', 'C', changed, 'C → absent'],
  ['-', 'B', 'other', inTheWay, inTheWay],
]

describe('desired, owned, on disk', () => {
  it.each(table)('%s, %s, %s: %s, with force %s', (...[desired, owned, state, plain, forced]) => {
    expect(outcome([desired, owned, state], false)).toBe(plain)
    expect(outcome([desired, owned, state], true)).toBe(forced)
  })
})

describe('several files', () => {
  const older = sha256Like('9')
  const plan = (disk: Readonly<Record<string, DiskState>>, force = false): unknown =>
    planFiles({
      desired: new Map([
        ['b', letters.B],
        ['a', letters.A],
      ]),
      owned: new Map([
        ['c', letters.C],
        ['a', older],
      ]),
      generatedPaths: [],
      disk: (path) => disk[path] ?? 'absent',
      force,
    })

  it('come in the order of their paths', () => {
    expect(plan({a: {sha256: older}, c: {sha256: letters.C}})).toEqual([
      {path: 'a', before: older, after: letters.A},
      {path: 'b', before: null, after: letters.B},
      {path: 'c', before: letters.C, after: null},
    ])
  })

  it('are all named when they were changed', () => {
    expect(() => plan({a: {sha256: other}, c: {sha256: other}})).toThrow(
      expect.objectContaining({code: changed, exitCode: 4, details: {paths: ['a', 'c']}}) as Error,
    )
  })

  it('are told about what is in the way first, since no force helps there', () => {
    expect(() => plan({a: {sha256: other}, b: {sha256: other}})).toThrow(
      expect.objectContaining({code: inTheWay, details: {paths: ['b']}}) as Error,
    )
    expect(() => plan({a: {sha256: other}, b: {sha256: other}}, true)).toThrow(/^in the way[^]*\n {2}b$/)
  })
})

describe('a file of ours that somebody has edited, so that nobody knows what was written', () => {
  const plan = (force: boolean, desired = new Map([['p', letters.A]])): unknown =>
    planFiles({
      desired,
      owned: new Map([['p', 'edited' as const]]),
      generatedPaths: ['p'],
      disk: () => ({sha256: letters.C}),
      onlyLineEnds: (_, written) => written === letters.B,
      force,
    })

  it('is changed by force alone, removed as well as replaced', () => {
    expect(() => plan(false)).toThrow(/^changed since[^]*\n {2}p$/)
    expect(plan(true)).toEqual([{path: 'p', before: letters.C, after: letters.A}])
    expect(() => plan(false, new Map())).toThrow(/^changed since[^]*\n {2}p$/)
    expect(plan(true, new Map())).toEqual([{path: 'p', before: letters.C, after: null}])
  })

  it('has other line ends alone where it is what would be written but for them', () => {
    expect(() => plan(false, new Map([['p', letters.B]]))).toThrow(/^only line ends were changed/)
  })
})
