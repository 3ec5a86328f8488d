import {describe, expect, it} from 'vitest'
import {shortCode, shortCodes} from '../../../src/text/short-code.ts'

const long = 'a'.repeat(100)

describe('code that is shown', () => {
  it('is one line', () => {
    expect(shortCode(' {\n\t"a";\n} ')).toBe('{ "a"; }')
  })

  it('is cut where it is long', () => {
    expect(shortCode(`"${long}"`)).toBe(`"${'a'.repeat(88)}…`)
    expect(shortCode('b'.repeat(90))).toBe('b'.repeat(90))
  })

  it('shows what differs, however far behind', () => {
    expect(shortCodes(`${long} = 1`, `${long} = 2`)).toEqual([
      `…${'a'.repeat(17)} = 1`,
      `…${'a'.repeat(17)} = 2`,
    ])
    expect(shortCodes('1', '2')).toEqual(['1', '2'])
    expect(shortCodes(`1${long}`, `2${long}`).map((text) => text.slice(0, 2))).toEqual(['1a', '2a'])
    expect(shortCodes(long, `${long}b`)).toEqual([`…${'a'.repeat(20)}`, `…${'a'.repeat(20)}b`])
    expect(shortCodes('x\ny', 'x y')).toEqual(['x y', 'x y'])
  })
})
