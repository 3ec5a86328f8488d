import {describe, expect, it} from 'vitest'
import {pageColumns, termRows, wrap} from '../../../src/render/wrap.ts'

describe('wrap', () => {
  it('breaks at blanks, with a margin of its own for the first line', () => {
    expect(wrap('one two three four', {columns: 10, indent: 2, hang: 4})).toEqual([
      '  one two',
      '    three',
      '    four',
    ])
  })

  it('leaves a word that is too wide whole', () => {
    expect(wrap('a https://example.org/long b', {columns: 10})).toEqual([
      'a',
      'https://example.org/long',
      'b',
    ])
  })

  it('keeps together what no-break spaces join, and prints them as blanks', () => {
    expect(wrap('run a\u00a0b\u00a0c now', {columns: 8})).toEqual(['run', 'a b c', 'now'])
  })

  it('counts columns and not characters', () => {
    expect(wrap('日本 日本', {columns: 8})).toEqual(['日本', '日本'])
  })

  it('has one line of nothing', () => {
    expect(wrap('', {columns: 8, indent: 2})).toEqual([''])
  })
})

describe('rows of terms', () => {
  it('have all texts in one column', () => {
    const rows = [
      ['a', 'first text here'],
      ['abc', 'second'],
    ] as const
    expect(termRows(rows, {columns: 30, indent: 2})).toEqual(['  a    first text here', '  abc  second'])
  })

  it('wrap the texts below each other, and put wide terms on lines of their own', () => {
    const rows = [['a-very-wide-term', 'some words of it']] as const
    expect(termRows(rows, {columns: 20, indent: 0})).toEqual([
      'a-very-wide-term',
      '        some words',
      '        of it',
    ])
  })
})

it('pages are as wide as the terminal, within reason', () => {
  expect(pageColumns({})).toBe(80)
  expect(pageColumns({isTTY: true, columns: 60})).toBe(60)
  expect(pageColumns({isTTY: true, columns: 300})).toBe(100)
  expect(pageColumns({isTTY: true, columns: 3})).toBe(30)
  expect(pageColumns({isTTY: false, columns: 60})).toBe(80)
})
