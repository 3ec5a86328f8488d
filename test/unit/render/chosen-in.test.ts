import {describe, expect, it} from 'vitest'
import {chosenIn} from '../../../src/render/ask.ts'

describe('which rows an answer means', () => {
  it.each([
    ['', []],
    ['2', [1]],
    ['3 1', [0, 2]],
    ['1,3', [0, 2]],
    ['2-4', [1, 2, 3]],
    ['1-2 2-3', [0, 1, 2]],
    ['a', [0, 1, 2, 3]],
    ['ALL', [0, 1, 2, 3]],
    ['*', [0, 1, 2, 3]],
  ])('%j: %j', (answer, places) => {
    expect(chosenIn(answer, 4)).toEqual(places)
  })

  it.each(['0', '5', '3-2', '1-5', 'x', '1 x', '-1', '1-', '1.5'])('%j: none', (answer) => {
    expect(chosenIn(answer, 4)).toBeUndefined()
  })
})
