import {describe, expect, test} from 'vitest'
import {lintFile} from '../../src/lint/index.ts'

const find = (text: string | Buffer) => lintFile(Buffer.from(text), {layers: []})

/** As milliseconds; the bound of a test is well above what the slowest of these takes. */
const bound = 30_000

describe('what is no Lua gives one finding', () => {
  test.each([
    ['an unfinished block', 'local x = 1\nif x then\n'],
    ['a jump to nowhere', 'goto nowhere\n'],
    ['bytes', Buffer.from(Array.from({length: 4096}, (_, index) => (index * 7) % 256))],
    ['zeros', Buffer.alloc(100_000)],
    ['an unfinished string', '"'.repeat(99_999)],
    ['50 MB', Buffer.alloc(50 * 2 ** 20, 'x = 1\n')],
    ['parentheses 10,000 deep', `x = ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['blocks 10,000 deep', `${'do '.repeat(10_000)}${'end '.repeat(10_000)}`],
    ['functions 10,000 deep', `${'return function() '.repeat(10_000)}${'end '.repeat(10_000)}`],
    ['tables 10,000 deep', `x = ${'{'.repeat(10_000)}${'}'.repeat(10_000)}`],
  ])('%s', {timeout: bound}, (_, text) => {
    expect(find(text).map(({code}) => code)).toEqual(['011'])
  })
})

describe('a megabyte on one line is checked', () => {
  const fill = (piece: string, size = 1_000_000): string => piece.repeat(Math.ceil(size / piece.length))
  test.each([
    ['assignments', fill('x = 1 ')],
    ['a sum', `local a = 1${fill(' + 1')} print(a)`],
    ['calls in a row', `a${fill(':b()')}`],
    ['fields in a row', `local a = b${fill('.c')} print(a)`],
    ['a table', `local a = {${fill('1,')}} print(a)`],
    ['blocks', fill('do local x = 1; print(x) end ')],
    ['closures over one variable', `local x ${fill('f(function() x = x end) ', 60_000)}`],
    ['branches that set one variable', `local x ${fill('if a then x = 1 end ', 400_000)} print(x)`],
    ['loops that use one variable', `local x ${fill('while x do x = x() end ', 200_000)}`],
    ['semicolons', fill(';')],
    ['comments', fill('--[[ x ]] ')],
    ['characters of several bytes', `x = "${fill('ä')}"`],
  ])('%s', {timeout: bound}, (_, text) => {
    expect(find(text).filter(({code}) => code === '011')).toEqual([])
  })
})
