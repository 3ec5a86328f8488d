import {execFileSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {folded, foldedCommand} from '../../../src/render/fold.ts'

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

  it('begin such a word further to the left, as far as it needs', () => {
    expect(folded('    see (a/file/of/a/module.lua)', 30)).toBe('    see\n      (a/file/of/a/module.lua)')
    expect(folded('    see (a/file/of/a/module.lua)', 27)).toBe('    see\n   (a/file/of/a/module.lua)')
    expect(folded('  got          sha256:01234567', 22)).toBe('  got\n    sha256:01234567')
    expect(folded('  got    sha256:0123456789', 20)).toBe('  got\n   sha256:0123456789')
  })

  it('go on behind a backslash where they are commands to copy', () => {
    expect(folded('RUN apt-get install --yes --no-install-recommends lua-cjson lua-basexx', 40)).toBe(
      'RUN apt-get install --yes \\\n    --no-install-recommends lua-cjson \\\n    lua-basexx',
    )
    expect(folded(`  next: prosody-mods add community/something`, 30)).toBe(
      '  next: prosody-mods add \\\n      community/something',
    )
  })

  it('keep words of a command whole that a shell takes for one', () => {
    expect(folded(`prosody-mods add 'jitsi/*@>=9955 <11000' "a b" c\\ d`, 20)).toBe(
      `prosody-mods add \\\n    'jitsi/*@>=9955 <11000' \\\n    "a b" c\\ d`,
    )
  })

  it('stay as they are where a backslash would be lost in a comment', () => {
    const line = 'prosody-mods install --frozen # as CI does'
    expect(folded(line, 20)).toBe(line)
  })
})

describe('commands that are folded', () => {
  it.each([
    `printf '%s|' one 'two  three' "four five" six\\ seven eight`,
    `printf '%s|' "$HOME" && printf '%s|' 'it'\\''s' two`,
  ])('mean the same to a shell: %s', (line) => {
    const folds = foldedCommand(line, 18)
    expect(folds.split('\n').length).toBeGreaterThan(2)
    const run = (text: string): string => execFileSync('sh', ['-c', text]).toString()
    expect(run(folds)).toBe(run(line))
  })
})
