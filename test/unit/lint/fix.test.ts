import {describe, expect, test} from 'vitest'
import {fixFile} from '../../../src/lint/fix-file.ts'
import type {Fix} from '../../../src/lint/fix.ts'
import {lintFile} from '../../../src/lint/index.ts'

/** The source after every fix that its findings bring, in rounds as --fix does it. */
function fixed(source: string): string {
  let bytes = Buffer.from(source, 'latin1')
  for (let round = 0; round < 10; round += 1) {
    const fixes = lintFile(bytes, {layers: []}).flatMap(({fix}) => (fix === undefined ? [] : [fix]))
    const next = fixFile(bytes, fixes)
    if (next === undefined) break
    bytes = Buffer.from(next.bytes)
  }
  return bytes.toString('latin1')
}

describe('white space', () => {
  test.each([
    ['at the end of code', 'print(1)  \nprint(2)\t\n', 'print(1)\nprint(2)\n'],
    ['as a whole line', 'print(1)\n \t \nprint(2)\n', 'print(1)\n\nprint(2)\n'],
    ['at the end of comments', '-- a  \n--[[ b  \n\t\nc ]] print(1)\n', '-- a\n--[[ b\n\nc ]] print(1)\n'],
    ['before CRLF', 'print(1) \r\n\t\r\nprint(2)\r\n', 'print(1)\r\n\r\nprint(2)\r\n'],
    ['before other line ends', 'print(1) \rprint(2) \n\rprint(3)', 'print(1)\rprint(2)\n\rprint(3)'],
    ['without a last line end', 'print(1)\nprint(2)  ', 'print(1)\nprint(2)'],
    ['beside bytes that are no UTF-8', 'print("\xff\xc3")  \n', 'print("\xff\xc3")\n'],
  ])('%s goes', (_where, source, expected) => {
    expect(fixed(source)).toBe(expected)
  })

  test.each([
    ['in a long string', 'print([[a  \n  \n\t\nb]])\n'],
    ['in a string over lines', 'print("a  \\\n  \\\nb")\n'],
    ['skipped in a string', 'print("a\\z  \n  \n  b")\n'],
    ['of the line that starts a script', '#!/usr/bin/lua -i  \nprint(1)\n'],
  ])('%s stays', (_where, source) => {
    expect(fixed(source)).toBe(source)
  })
})

describe('empty statements', () => {
  test.each([
    ['behind another semicolon', 'print(1);;\n', 'print(1);\n'],
    ['several', 'print(1);;;;print(2)\n', 'print(1);print(2)\n'],
    ['with blanks around', 'print(1); ; \nprint(2)\n', 'print(1);\nprint(2)\n'],
    ['on a line of its own', 'if x then\n  ;\n  print(1)\nend\n', 'if x then\n  print(1)\nend\n'],
    ['on the last line', 'print(1);\n;', 'print(1);\n'],
    ['between words', 'do;print(1) end\n', 'do print(1) end\n'],
    ['before a parenthesis', 'local f = print;;\n(f or print)(1)\n', 'local f = print;\n(f or print)(1)\n'],
    ['before one, on lines of their own', 'print(x);\n;\n(f or g)()\n', 'print(x);\n(f or g)()\n'],
    ['at the start, before one', ';(f or g)()\n', '(f or g)()\n'],
    ['after arguments of a function', 'function f(a) ;(a)() end\n', 'function f(a) (a)() end\n'],
    ['behind a comment', 'print(1); -- a\n; -- b\n', 'print(1); -- a\n -- b\n'],
  ])('%s go', (_where, source, expected) => {
    expect(fixed(source)).toBe(expected)
  })

  test.each([
    ['ends a statement', 'local f = print;\n(f or print)(1)\n'],
    ['ends a return', 'return 1;\n'],
    ['parts fields of a table', 'return {1; 2;}\n'],
    ['is text', 'print(";;") -- ;;\n'],
  ])('a semicolon that %s stays', (_what, source) => {
    expect(fixed(source)).toBe(source)
  })
})

describe('fixes of any rule', () => {
  const make = (source: string, fixes: readonly Fix[]): string | undefined =>
    fixFile(Buffer.from(source, 'latin1'), fixes)?.bytes.toString('latin1')

  test('may change tokens', () => {
    expect(make('a.b(1) c()', [{start: 2, end: 3, text: 'long_name'}])).toBe('a.long_name(1) c()')
    expect(make('f(1)', [{start: 3, end: 3, text: ', "\xe4"'}])).toBe('f(1, "\xe4")')
  })

  test('count a byte order mark', () => {
    expect(make('\xef\xbb\xbff(1)', [{start: 3, end: 4, text: 'g'}])).toBe('\xef\xbb\xbfg(1)')
  })

  test('that meet are made one after the other, those of layout first', () => {
    const fixes = [
      {start: 0, end: 4, text: 'g(1)'},
      {start: 2, end: 3, text: '9'},
      {start: 4, end: 6, text: ''},
    ]
    expect(make('f(1)  \n', fixes)).toBe('f(1)\n')
    expect(make('f(1)  \n', fixes.slice(0, 2))).toBe('g(1)  \n')
    expect(
      make(
        'f(1)\n',
        [fixes[1], fixes[1]].filter((fix) => fix !== undefined),
      ),
    ).toBe('f(9)\n')
  })

  test.each([
    ['break the syntax', 'f(1)', {start: 3, end: 4, text: ''}],
    ['cut a token in two', 'print(1)', {start: 0, end: 2, text: 'x'}],
    ['cut a string in two', 'print("a  \\\nb")', {start: 8, end: 10, text: ''}],
    ['join their neighbours', 'do print(1) end', {start: 2, end: 3, text: ''}],
    ['join what they put in to a neighbour', 'print(1)', {start: 0, end: 0, text: 'x'}],
    ['make a comment of what follows', 'print(1) print(2)', {start: 8, end: 9, text: ' --'}],
    ['open a string', 'print(1)', {start: 6, end: 7, text: '[['}],
    ['take a semicolon that parts statements', 'a = f;(g)()', {start: 5, end: 6, text: ''}],
    ['lie outside', 'print(1)', {start: 8, end: 10, text: ' '}],
    ['are turned around', 'print(1)', {start: 3, end: 1, text: ''}],
  ] as const)('that %s are not made', (_what, source, fix) => {
    expect(make(source, [fix])).toBeUndefined()
  })

  test('are not made in what is not Lua', () => {
    expect(make('print(1)  \nend', [{start: 8, end: 10, text: ''}])).toBeUndefined()
  })
})
