import {describe, expect, it} from 'vitest'
import {Once} from '../../../src/fetch/once.ts'
import {TransferError} from '../../../src/net/transfer-error.ts'

describe('Once', () => {
  it('does the work once for all who ask, at the same time or later', async () => {
    const once = new Once<number>()
    let done = 0
    const work = (): Promise<number> => Promise.resolve((done += 1))
    expect(await Promise.all([once.run('a', work), once.run('a', work)])).toEqual([1, 1])
    expect(await once.run('a', work)).toBe(1)
    expect(await once.run('b', work)).toBe(2)
    once.forget('a')
    expect(await once.run('a', work)).toBe(3)
  })

  it.each([
    {name: 'a passing failure until the next round', retryable: true, tries: 2},
    {name: 'a lasting failure for good', retryable: false, tries: 1},
  ])('remembers $name', async ({retryable, tries}) => {
    const once = new Once<never>()
    let done = 0
    const work = (): Promise<never> => {
      done += 1
      return Promise.reject(new TransferError('no', {retryable}))
    }
    await expect(once.run('a', work)).rejects.toThrow('no')
    await expect(once.run('a', work)).rejects.toThrow('no')
    expect(done).toBe(1)
    once.nextRound()
    await expect(once.run('a', work)).rejects.toThrow('no')
    expect(done).toBe(tries)
  })
})
