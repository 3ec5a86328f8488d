import {setTimeout} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {Beside, forEachLimited, Turns} from '../../src/limit.ts'

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

  it('tells the running ones that another has failed', async () => {
    const told: boolean[] = []
    const all = forEachLimited([1, 2], {limit: 2}, async (item, isOver) => {
      if (item === 1) throw new Error('one')
      told.push(isOver())
      await setTimeout(5)
      told.push(isOver())
    })
    await expect(all).rejects.toThrow('one')
    expect(told).toEqual([false, true])
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

describe('work beside', () => {
  it('goes on, so much at once and no more, until all of it has ended', async () => {
    const beside = new Beside(3)
    let running = 0
    let most = 0
    let ended = 0
    for (let index = 0; index < 20; index += 1)
      await beside.start(async () => {
        most = Math.max(most, (running += 1))
        await setTimeout(1)
        running -= 1
        ended += 1
      })
    expect(ended).toBeLessThan(20)
    await beside.finish()
    expect([most, ended]).toEqual([3, 20])
  })

  it('that fails is told to who starts more, and at the end, when the rest has ended', async () => {
    const beside = new Beside(2)
    let isEnded = false
    await beside.start(async () => {
      await setTimeout(5)
      throw new Error('first')
    })
    await beside.start(async () => {
      await setTimeout(50)
      isEnded = true
    })
    const later = beside.start(() => Promise.reject(new Error('never started')))
    await expect(later).rejects.toThrow('first')
    expect(isEnded).toBe(false)
    await expect(beside.finish()).rejects.toThrow('first')
    expect(isEnded).toBe(true)
  })

  it('that failed can be waited for by who has a failure of his own', async () => {
    const beside = new Beside(2)
    await beside.start(() => Promise.reject(new Error('first')))
    await expect(beside.settle()).resolves.toBeUndefined()
  })
})

describe('turns', () => {
  it('are taken so many at once and no more, in order, and given back by what fails too', async () => {
    const turns = new Turns(2)
    const order: number[] = []
    let running = 0
    let most = 0
    const all = [...Array(9).keys()].map((item) =>
      turns.during(async () => {
        order.push(item)
        most = Math.max(most, (running += 1))
        await setTimeout(2)
        running -= 1
        if (item % 3 === 0) throw new Error(String(item))
        return item
      }),
    )
    const states = await Promise.allSettled(all)
    expect(states.map(({status}) => status === 'fulfilled')).toEqual(
      [...Array(9).keys()].map((item) => item % 3 !== 0),
    )
    expect([most, order]).toEqual([2, [...Array(9).keys()]])
  })
})
