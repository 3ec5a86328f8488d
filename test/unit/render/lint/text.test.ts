import {describe, expect, test} from 'vitest'
import {cellsOf} from '../../../../src/render/lint/cells.ts'
import {excerpt} from '../../../../src/render/lint/excerpt.ts'
import {renderLint} from '../../../../src/render/lint/text.ts'
import {finding, viewOf} from '../../../helpers/lint-view.ts'

/** The text that stands above the carets, by the width of what is before it. */
function above({text, carets}: {readonly text: string; readonly carets: string}): string {
  const [, blanks = '', run = ''] = /^( *)(\^+)$/.exec(carets) ?? []
  let at = 0
  let found = ''
  for (const {text: shown, width} of cellsOf(text)) {
    if (at >= blanks.length && at < blanks.length + run.length) found += shown
    at += width
  }
  return found
}

describe('carets stand below what was found', () => {
  test.each([
    ['a tab', 'if x then\tlocal\tname = 1', 'name'],
    ['wide characters', 'local 名前 = "日本語" .. name', 'name'],
    ['a picture', 'x = "🎉🎉" .. name', 'name'],
    ['a picture of several characters', 'x = "👩‍👩‍👧❤️🇩🇪👍🏽" .. name', 'name'],
    ['combining characters', 'x = "e\u0301o\u0308" .. name', 'name'],
    ['Hangul in pieces', 'x = "\u1112\u1161\u11ab" .. name', 'name'],
    ['controls', 'x = "\u001b[31m\u0007\u009b\u007f" .. name', 'name'],
    ['text of the other direction', 'x = "\u202eabc\u2066" .. name', 'name'],
  ])('behind %s', (_what, source, marked) => {
    const column = Array.from(source.slice(0, source.indexOf(marked))).length + 1
    const shown = excerpt({source}, {column, endColumn: column + marked.length - 1}, 80)
    expect(above(shown)).toBe(marked)
    expect(shown.carets.trim()).toBe('^'.repeat(marked.length))
  })

  test('as many columns as a terminal gives them', () => {
    const width = (text: string): number => cellsOf(text).reduce((sum, cell) => sum + cell.width, 0)
    expect(['a', 'ä', '日', 'ｱ', '！', '🎉', '👩‍👩‍👧', '🇩🇪', 'e\u0301', '\u0301', '❤', '❤️'].map(width)).toEqual([
      1, 1, 2, 1, 2, 2, 2, 2, 1, 0, 1, 2,
    ])
  })

  test('below something wide, all of it', () => {
    expect(excerpt({source: 'x = "日本"'}, {column: 6, endColumn: 7}, 80).carets).toBe('     ^^^^')
  })

  test('behind the end of a line, and below an empty one', () => {
    expect(excerpt({source: 'x ='}, {column: 4, endColumn: 4}, 80)).toEqual({text: 'x =', carets: '   ^'})
    expect(excerpt({source: ''}, {column: 1, endColumn: 1}, 80)).toEqual({text: '', carets: '^'})
  })
})

test('nothing that drives a terminal is printed', () => {
  const source = Array.from({length: 0x2100}, (_, code) => String.fromCharCode(code)).join('')
  const shown = cellsOf(source.replaceAll(/[\n\r]/g, '')).map(({text}) => text)
  expect(shown.join('').match(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu)).toBeNull()
  const text = renderLint(
    viewOf([
      finding({path: 'a\u001b[2J\n.lua', message: 'un\u001b[1m\ntold', hint: 'x\u0007', source: '\u001b]0;'}),
    ]),
  )
  expect(text.replaceAll('\n', '').match(/\p{Cc}/gu)).toBeNull()
  expect(text.split('\n').length).toBe(10)
})

describe('a long line is cut around the finding', () => {
  const source = `${'a'.repeat(300)} name ${'b'.repeat(300)}`

  test.each([302, 1, 600, 150])('at column %i', (column) => {
    const shown = excerpt({source}, {column, endColumn: column + 3}, 60)
    expect(above(shown)).toBe(source.slice(column - 1, column + 3))
    expect(shown.text.length).toBeLessThanOrEqual(60)
    expect(shown.text.startsWith('…')).toBe(column > 100)
    expect(shown.text.endsWith('…')).toBe(column < 600)
  })

  test('also where wide characters stand before it', () => {
    const wide = `${'日'.repeat(100)}name${'本'.repeat(100)}`
    const shown = excerpt({source: wide}, {column: 101, endColumn: 104}, 60)
    expect(above(shown)).toBe('name')
  })

  test('with a caret run that ends with the excerpt', () => {
    const shown = excerpt({source}, {column: 302, endColumn: 606}, 60)
    expect(above(shown)).toBe(shown.text.slice(shown.text.indexOf('name'), -1))
    expect(shown.text).toContain('name')
  })

  test('of which a part alone is known', () => {
    const part = {source: source.slice(100), sourceColumn: 101}
    const shown = excerpt(part, {column: 302, endColumn: 305}, 60)
    expect(above(shown)).toBe('name')
    expect(shown.text.startsWith('…')).toBe(true)
  })
})

test('findings stand with their file, with severity, code and hint', () => {
  const text = renderLint(
    viewOf(
      [
        finding({
          line: 9,
          column: 7,
          endColumn: 10,
          source: 'local name',
          severity: 'error',
          code: '011',
          rule: 'luacheck',
        }),
        finding({path: 'mod_b.lua', severity: 'note', hint: 'do it in another way'}),
        finding({line: 10, fix: {start: 0, end: 1, text: ''}}),
      ],
      {files: 3},
    ),
  )
  expect(text).toBe(`mod_a.lua  1 error, 1 warning

mod_a.lua:9:7: error: a message [011]
   9 | local name
     |       ^^^^

mod_a.lua:10:1: warning: a message [some-rule]
  10 | print(1)
     | ^

mod_b.lua  1 note

mod_b.lua:1:1: note: a message [some-rule]
  1 | print(1)
    | ^
    hint: do it in another way

1 error, 1 warning, 1 note in 3 files; --fix can mend 1
too many warnings: 1, and --max-warnings allows 0
`)
})

test.each([
  [2, 2, false],
  [3, 2, true],
  [0, 0, false],
])('%i warnings, of which %i are allowed: too many is %j', (warnings, maxWarnings, said) => {
  const findings = Array.from({length: warnings}, () => finding())
  const notes = Array.from({length: 5}, () => finding({severity: 'note'}))
  const text = renderLint(viewOf([...findings, ...notes], {maxWarnings}))
  expect(text.includes(`--max-warnings allows ${maxWarnings}`)).toBe(said)
})

test('what was fixed is told, and what was not', () => {
  const files = [{path: 'a.lua', problems: 2}]
  const fixed = {dryRun: false, problems: 2, files, skipped: ['b.lua']}
  expect(renderLint(viewOf([], {fixed}))).toBe(
    'b.lua: not fixed: it was changed meanwhile\nfixed 2 problems in 1 file\nno findings in 1 file\n',
  )
  expect(renderLint(viewOf([], {fixed: {...fixed, skipped: [], dryRun: true}}))).toContain(
    'would fix 2 problems in 1 file\n',
  )
})
