import {describe, expect, it} from 'vitest'
import {wrapped} from '../../../src/render/wrap.ts'

describe('wrapped', () => {
  it.for([
    ['what fits as it is', 'a line of 20 columns', 'a line of 20 columns'],
    ['between words, and moves the rest in', '  one two three four five', '  one two three four\n      five'],
    ['at blanks of any number, and drops them', 'one two three four  five', 'one two three four\n    five'],
    ['no word, however long', '  x /a/path/that/is/longer', '  x\n      /a/path/that/is/longer'],
    ['what is one word alone nowhere', '    /a/path/that/is/longer', '    /a/path/that/is/longer'],
    ['by columns, not by characters', '門門門門 門門門門 門', '門門門門 門門門門 門'],
    ['wide characters, too', '門門門門 門門門門 門門', '門門門門 門門門門\n    門門'],
    ['no line of a Dockerfile', '  RUN apt-get update && true', '  RUN apt-get update && true'],
    ['each line by itself', 'a\n\nb\n', 'a\n\nb\n'],
  ] as const)('breaks %s', ([, text, expected]) => {
    expect(wrapped(text, 20)).toBe(expected)
  })

  it('leaves lines whole where there is no room for anything', () => {
    expect(wrapped('one two three four five', 10)).toBe('one two three four five')
  })
})
