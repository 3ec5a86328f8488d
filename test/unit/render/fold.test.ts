import {describe, expect, it} from 'vitest'
import {folded} from '../../../src/render/fold.ts'

describe('lines that are wider than the terminal', () => {
  it('are broken between words, with what follows moved in', () => {
    expect(folded('one two three four\n', 9)).toBe('one two\n  three\n  four\n')
    expect(folded('  one two three\n', 9)).toBe('  one two\n    three\n')
  })

  it('stay as they are where they fit to the column', () => {
    expect(folded('one two three', 13)).toBe('one two three')
    expect(folded('', 1)).toBe('')
    expect(folded('\n\n', 1)).toBe('\n\n')
  })

  it('go on below the last column of a table that leaves room', () => {
    expect(folded('name  what it does here', 16)).toBe('name  what it\n      does here')
    // The last column begins too far to the right.
    expect(folded('a name and more  what it does', 18)).toBe('a name and more\n  what it does')
  })

  it('let a word that is too wide stand out', () => {
    expect(folded('see https://example.org/a/long/address now', 12)).toBe(
      'see\n  https://example.org/a/long/address\n  now',
    )
  })

  it('count wide characters as a terminal does', () => {
    expect(folded('日本 日本 日本', 9)).toBe('日本 日本\n  日本')
  })

  it('are never broken where they are commands to copy', () => {
    const run = 'RUN apt-get install --yes --no-install-recommends lua-cjson lua-basexx'
    expect(folded(run, 20)).toBe(run)
    expect(folded(`  next: prosody-mods add community/something`, 20)).toBe(
      '  next: prosody-mods add community/something',
    )
  })
})
