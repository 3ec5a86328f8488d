import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {startProgress} from '../../../src/render/progress.ts'

const {isTTY, columns} = process.stderr
let written: string[] = []

beforeEach(() => {
  written = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
  Object.assign(process.stderr, {isTTY: true, columns: 40})
})

afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(process.stderr, {isTTY, columns})
})

describe('a line that stays', () => {
  it('is no wider than the terminal', () => {
    const progress = startProgress()
    progress.onEvent({
      type: 'still-waiting',
      holder: 'process 9068 on vm',
      end: 'it goes on when that process ends',
    })
    progress.end()
    const shown = written.join('').replaceAll('\r\u001b[K', '')
    expect(shown).toBe('still waiting for process 9068 on vm: it\n  goes on when that process ends\n')
  })
})
