import {setTimeout} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {forEachLimited} from '../../src/limit.ts'

describe('forEachLimited', () => {
  it('works on every item, so many at once and no more', async () => {
    let running = 0
    let most = 0
    const seen: number[] = []
    await forEachLimited([...Array(20).keys()], {limit: 3}, async (item) => {
      most = Math.max(most, (running += 1))
      await setTimeout(1)
      running -= 1
      seen.push(item)
    })
    expect(most).toBe(3)
    expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()])
  })

  it('starts nothing after a failure, and rejects once the running ones have ended', async () => {
    const started: number[] = []
    const ended: number[] = []
    const all = forEachLimited([0, 1, 2, 3, 4], {limit: 2}, async (item) => {
      started.push(item)
      if (item === 0) throw new Error('first')
      await setTimeout(20)
      ended.push(item)
    })
    await expect(all).rejects.toThrow('first')
    expect(started).toEqual([0, 1])
    expect(ended).toEqual([1])
  })

  it('starts nothing once it is called off', async () => {
    const controller = new AbortController()
    const started: number[] = []
    const all = forEachLimited([0, 1, 2], {limit: 1, signal: controller.signal}, (item) => {
      started.push(item)
      controller.abort(new Error('called off'))
      return Promise.resolve()
    })
    await expect(all).rejects.toThrow('called off')
    expect(started).toEqual([0])
  })

  it('takes an empty list', async () => {
    await forEachLimited([], {limit: 6}, () => Promise.reject(new Error('never')))
  })
})
