import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import type {DiskState} from '../../../src/project/disk.ts'
import {planFiles} from '../../../src/project/plan.ts'

/** Digests are opaque to the plan. */
type State = 'absent' | 'other' | 'A' | 'B' | 'C'

function outcome([desired, owned, state]: readonly [string, string, State], force: boolean): string {
  const entries = (value: string): Map<string, string> => new Map(value === '-' ? [] : [['p', value]])
  const disk: DiskState = state === 'absent' || state === 'other' ? state : {sha256: state}
  try {
    const [change, ...more] = planFiles({
      desired: entries(desired),
      owned: entries(owned),
      generatedPaths: [],
      disk: () => disk,
      force,
    })
    expect(more).toEqual([])
    return change === undefined ? 'nothing' : `${change.before ?? 'absent'} → ${change.after ?? 'absent'}`
  } catch (error) {
    if (error instanceof ProsodyModsError) return error.code
    throw error
  }
}

const changed = 'OWNED_FILE_CHANGED'
const inTheWay = 'FILE_IN_THE_WAY'

// desired, owned ('-': not at all), what stands there, without and with --force
const table: readonly (readonly [string, string, State, string, string])[] = [
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
  const plan = (disk: Readonly<Record<string, DiskState>>, force = false): unknown =>
    planFiles({
      desired: new Map([
        ['b', 'B'],
        ['a', 'A'],
      ]),
      owned: new Map([
        ['c', 'C'],
        ['a', 'A0'],
      ]),
      generatedPaths: [],
      disk: (path) => disk[path] ?? 'absent',
      force,
    })

  it('come in the order of their paths', () => {
    expect(plan({a: {sha256: 'A0'}, c: {sha256: 'C'}})).toEqual([
      {path: 'a', before: 'A0', after: 'A'},
      {path: 'b', before: null, after: 'B'},
      {path: 'c', before: 'C', after: null},
    ])
  })

  it('are all named when they were changed', () => {
    expect(() => plan({a: {sha256: 'x'}, c: {sha256: 'y'}})).toThrow(
      expect.objectContaining({code: changed, exitCode: 4, details: {paths: ['a', 'c']}}) as Error,
    )
  })

  it('are told about what is in the way first, since no force helps there', () => {
    expect(() => plan({a: {sha256: 'x'}, b: {sha256: 'y'}})).toThrow(
      expect.objectContaining({code: inTheWay, details: {paths: ['b']}}) as Error,
    )
    expect(() => plan({a: {sha256: 'x'}, b: {sha256: 'y'}}, true)).toThrow(/^in the way[^]*\n {2}b$/)
  })
})
