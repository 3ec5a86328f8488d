import {describe, expect, test} from 'vitest'
import {lintFile} from '../../../src/lint/index.ts'
import {factsOf} from '../../../src/facts/facts.ts'
import {problemIn} from '../../../src/lua/parse.ts'

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
    ['semicolons', fill(';', 150_000)],
    ['comments', fill('--[[ x ]] ')],
    ['characters of several bytes', `x = "${fill('ä')}"`],
    ['functions with long names', `x = {["${fill('a')}"] = {${fill('f = function() end,', 60_000)}}}`],
  ])('%s', {timeout: bound}, (_, text) => {
    expect(find(text).filter(({code}) => code === '011')).toEqual([])
  })
})

test('more findings than anybody reads are one', {timeout: bound}, () => {
  expect(find(';'.repeat(1_000_000))).toMatchObject([{code: '011', message: 'more than 200000 findings'}])
})

test('a file larger than Lua ever is is not parsed', () => {
  const text = Buffer.alloc(2 * 2 ** 20 + 1, ' ')
  expect(problemIn(text)).toMatchObject({message: 'larger than 2097152 bytes'})
  expect(factsOf(text, 'x').problem).toEqual(problemIn(text))
  expect(problemIn(text.subarray(1))).toBeUndefined()
})

describe('what the parser would read though it is not valid', () => {
  test.each(['f(,a)', 'f(,a)()', 'return ,a', 'f( -- (\n, a)', 'x = { y:z(--[[ , ]],1) }'])('%s', (text) => {
    expect(problemIn(Buffer.from(text))?.message).toBe("<expression> expected near ','")
    expect(find(text)).toMatchObject([{code: '011', message: "expected expression near ','"}])
  })

  test.each(["f('(', ',')", 'f( -- ,\na)', 'return -- ,\n1', 'x = "(,"'])('but not %s', (text) => {
    expect(problemIn(Buffer.from(text))).toBeUndefined()
  })
})

test('a problem at the first token does not depend on what was read before', () => {
  const after = (text: string) => {
    problemIn(Buffer.from(text))
    return problemIn(Buffer.from('\0'))
  }
  expect(after('x = "one"')).toEqual(after('y = [[two]] )'))
})

describe('floods of options take no longer than their number', () => {
  const many = (count: number, piece: (index: number) => string): string =>
    Array.from({length: count}, (_, index) => piece(index)).join('\n')
  test.each([
    ['laid upon each other', many(20_000, () => '-- luacheck: ignore 111')],
    ['different ones', many(20_000, (index) => `-- luacheck: globals a${index}`)],
    ['different ones on their lines', many(20_000, (index) => `x = 1 -- luacheck: globals a${index}`)],
  ])('%s', {timeout: bound}, (_, text) => {
    const found = find(text).filter(({code}) => code === '021')
    expect(found).toHaveLength(20_000 - 500)
    expect(found[0]?.message).toBe('more than 500 different stacks of inline options')
  })

  test.each([
    ['the same on many lines', many(20_000, () => 'x = 1 -- luacheck: ignore 111'), []],
    ['opened and closed', many(20_000, () => '-- luacheck: push\n-- luacheck: pop'), []],
    ['blanks', `x = 1 -- luacheck: ignore${' '.repeat(300_000)}111`, ['631']],
    ['parentheses', `x = 1 -- luacheck: ignore 111 ${'('.repeat(300_000)}`, ['021', '111', '631']],
    ['words', `x = 1 -- luacheck: ignore ${'111 '.repeat(1_000)}`, ['614', '631']],
    [
      'words without end',
      `x = 1 -- luacheck: ignore ${'a '.repeat(1_000_000)}`,
      ['021', '111', '614', '631'],
    ],
    [
      'a pattern of many ways',
      `local ${'a'.repeat(90)} -- luacheck: ignore ${'a*'.repeat(40)}b`,
      ['211', '631'],
    ],
  ])('%s', {timeout: bound}, (_, text, codes) => {
    const found = find(text).map(({code}) => code)
    expect(found.sort()).toEqual(codes)
  })
})

test(
  'thousands of jumps are refused, which the parser would compare with each other',
  {timeout: bound},
  () => {
    const jumps = (count: number): string => 'do goto x ::x:: end '.repeat(count)
    expect(problemIn(Buffer.from(jumps(5000)))).toBeUndefined()
    expect(find(jumps(100_000))).toMatchObject([{code: '011', message: 'there are more than 5000 jumps'}])
  },
)

test('names that stand for names that stand for names end somewhere', {timeout: bound}, () => {
  expect(find(`local a = string\n${'a = a.x\n'.repeat(40_000)}return a`).map(({code}) => code)).toEqual([
    '143',
  ])
})
