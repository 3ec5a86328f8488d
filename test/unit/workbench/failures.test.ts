import {describe, expect, it} from 'vitest'
import {ProsodyModsError, type ErrorCode} from '../../../src/errors.ts'
import {Failures} from '../../../src/workbench/failures.ts'

async function thrown(errors: readonly (readonly [subject: string, error: ProsodyModsError])[]) {
  const failures = new Failures()
  for (const [subject, error] of errors) await failures.judge(subject, () => Promise.reject(error))
  try {
    failures.throwIfAny()
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
  }
  return undefined
}

function failed(code: ErrorCode, message: string, hint?: string): ProsodyModsError {
  return new ProsodyModsError(code, message, hint === undefined ? {} : {hint})
}

describe('several failures in one run', () => {
  it('of one reason are told once, with all that it concerns', async () => {
    const broken = failed('ARCHIVE_CORRUPT', 'github.com: damaged archive', 'fetch it again')
    const error = await thrown([
      ['a/x', broken],
      ['a/y', failed('ARCHIVE_CORRUPT', 'github.com: damaged archive', 'fetch it again')],
    ])
    expect(error).toMatchObject({
      code: 'ARCHIVE_CORRUPT',
      message: 'a/x, a/y: github.com: damaged archive',
      hint: 'fetch it again',
      details: {errors: [{subject: 'a/x'}, {subject: 'a/y'}]},
    })
  })

  it('are counted by their reasons, and the worst gives the code', async () => {
    const silent = failed('UNREACHABLE', 'example.org: no answer')
    const error = await thrown([
      ['a/x', silent],
      ['b/z', failed('MODULE_UNKNOWN', 'b/z: there is no such module', 'did you mean b/y?')],
      ['a/y', silent],
    ])
    expect(error?.code).toBe('MODULE_UNKNOWN')
    expect(error?.message.split('\n')).toEqual([
      '2 things are wrong with what was asked for',
      '- a/x, a/y: example.org: no answer',
      '- b/z: there is no such module',
      '  hint: did you mean b/y?',
    ])
  })

  it('one alone is thrown as it is, and none throws nothing', async () => {
    const one = failed('MODULE_UNKNOWN', 'b/z: there is no such module')
    expect(await thrown([['b/z', one]])).toBe(one)
    expect(await thrown([])).toBeUndefined()
  })
})
