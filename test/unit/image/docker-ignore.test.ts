import {describe, expect, it} from 'vitest'
import {isIgnored} from '../../../src/image/docker-ignore.ts'

describe('what a .dockerignore keeps from the builder', () => {
  it.each([
    ['', 'a', false],
    ['# a\n\n', 'a', false],
    ['*', 'a/b', true],
    ['*\n!a', 'a/b', false],
    ['!a\n*', 'a/b', true],
    ['/a/', 'a/b', true],
    ['./a', 'a', true],
    ['a', 'b/a', false],
    ['*/a', 'b/a/c', true],
    ['**/a', 'b/c/a', true],
    ['**/a', 'a', true],
    ['**/*.lua', 'a/b.lua', true],
    ['a/**', 'a/b/c', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[ab].lua', 'b.lua', true],
    ['[z-a]', 'z', false],
    ['a.b', 'axb', false],
    ['*\r\n ! a \r\n', 'a', false],
  ])('%j: %s', (text, path, expected) => {
    expect(isIgnored(text, path)).toBe(expected)
  })
})
