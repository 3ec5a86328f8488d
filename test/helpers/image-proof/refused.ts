import {expect} from 'vitest'
import type {Refusal} from './wrong-values.ts'

/** Fails unless each start has ended with one line that names the variable, what was expected and what was found. */
export function expectRefused(tried: readonly Refusal[]): void {
  expect(tried.length).toBeGreaterThan(10)
  for (const {name, environment, output} of tried) {
    const {code, stdout, stderr} = output
    const lines = (stdout + stderr).split('\n').filter((line) => line.startsWith('Error: '))
    expect({code, lines}, JSON.stringify(environment)).toEqual({
      code: 1,
      lines: [expect.stringMatching(new RegExp(`^Error: ${name}: expected .+, found .+$`))],
    })
  }
}
