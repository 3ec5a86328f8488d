import {describe, expect, it} from 'vitest'
import {conditionsOf, confirms, validatorsOf} from '../../../src/net/validators.ts'

const date = 'Sun, 22 Nov 2026 10:00:00 GMT'
const earlier = 'Sun, 22 Nov 2026 09:59:58 GMT'
const justNow = 'Sun, 22 Nov 2026 09:59:59 GMT'
const seconds = (text: string): number => Date.parse(text) / 1000

describe('of an answer are kept', () => {
  it.each([
    ['a strong tag', {etag: '"abc"'}, {etag: '"abc"'}],
    ['a weak tag', {etag: 'W/"abc"'}, {etag: 'W/"abc"'}],
    ['a settled time', {date, 'last-modified': earlier}, {lastModified: earlier}],
    ['both', {date, etag: '"abc"', 'last-modified': earlier}, {etag: '"abc"', lastModified: earlier}],
    ["hgweb's settled second", {date, etag: `W/"${seconds(earlier)}"`}, {etag: `W/"${seconds(earlier)}"`}],
    ['a tag beside what is no time', {date, etag: '"a"', 'last-modified': 'yesterday'}, {etag: '"a"'}],
  ])('%s', (_name, headers, validators) => {
    expect(validatorsOf(headers)).toEqual(validators)
  })

  it.each([
    ['nothing', {date}],
    ['a time that may come again', {date, 'last-modified': justNow}],
    ['a tag beside a time that may come again', {date, etag: '"a"', 'last-modified': justNow}],
    ['a time without a clock to compare it with', {'last-modified': earlier}],
    [
      "hgweb's second, which may come again",
      {date, etag: `W/"${seconds(justNow)}"`, 'last-modified': earlier},
    ],
    ["hgweb's second without a clock", {etag: `W/"${seconds(earlier)}"`}],
    ['what must not be stored', {etag: '"abc"', 'cache-control': 'private, No-Store'}],
    ['a tag without quotes', {etag: 'abc'}],
    ['a tag that is none', {etag: '"a" "b"'}],
    ['a tag with a line end', {etag: '"a\r\nx: y"'}],
    ['a tag of many bytes', {etag: `"${'a'.repeat(300)}"`}],
    ['two tags', {etag: ['"a"', '"b"']}],
    ['a time that is none', {date, 'last-modified': 'yesterday'}],
  ])('no validators: %s', (_name, headers) => {
    expect(validatorsOf(headers)).toBeUndefined()
  })
})

it('are sent as conditions', () => {
  expect(conditionsOf({etag: 'W/"a"', lastModified: earlier})).toEqual({
    'if-none-match': 'W/"a"',
    'if-modified-since': earlier,
  })
  expect(conditionsOf({})).toEqual({})
})

it.each([
  [{}, true],
  [{etag: '"a"'}, true],
  [{etag: '"b"'}, false],
])('are confirmed by %j: %j', (headers, confirmed) => {
  expect(confirms(headers, {etag: 'W/"a"'})).toBe(confirmed)
  expect(confirms(headers, {lastModified: earlier})).toBe(true)
})
