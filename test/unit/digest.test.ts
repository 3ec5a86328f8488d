import {execFileSync} from 'node:child_process'
import {describe, expect, expectTypeOf, it} from 'vitest'
import {
  digestOf,
  Hasher,
  isSha256,
  sha256Of,
  shortDigest,
  toDigest,
  toSha256,
  type Digest,
  type Sha256,
} from '../../src/digest.ts'

const hex = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'

type Case = readonly [what: string, text: string]

const none: readonly Case[] = [
  ['nothing', ''],
  ['a digit too few', hex.slice(1)],
  ['a digit too many', `${hex}0`],
  ['upper case', hex.toUpperCase()],
  ['another letter', `g${hex.slice(1)}`],
  ['a line end behind it', `${hex}\n`],
  ['a space before it', ` ${hex}`],
  ['two lines', `${hex}\n${hex}`],
]

describe('hashing', () => {
  it.each([
    ['nothing', ''],
    ['a text', 'hello world'],
    ['a text in UTF-8', 'ä𝄞\0'],
    ['bytes', Buffer.from([0, 255, 128])],
  ])('%s is what sha256sum says, whole and in pieces', (_, data) => {
    const [told] = execFileSync('sha256sum', {input: data, encoding: 'utf8'}).split(' ')
    expect(sha256Of(data)).toBe(told)
    expect(digestOf(data)).toBe(`sha256:${told ?? ''}`)
    const bytes = Buffer.from(data)
    const hasher = new Hasher()
    for (const byte of bytes) hasher.update(Buffer.of(byte))
    expect(hasher.sha256()).toBe(told)
  })

  it('in pieces may be asked in between', () => {
    const hasher = new Hasher()
    expect(hasher.sha256()).toBe(sha256Of(''))
    hasher.update(Buffer.from('hello'))
    expect(hasher.sha256()).toBe(sha256Of('hello'))
    hasher.update(Buffer.from(' world'))
    expect(hasher.sha256()).toBe(hex)
  })
})

describe('a sha256', () => {
  it('is 64 lower-case hex digits', () => {
    expect(isSha256(hex)).toBe(true)
    expect(isSha256(`sha256:${hex}`)).toBe(false)
  })

  it.each(none)('is not %s', (_, text) => {
    expect(isSha256(text)).toBe(false)
  })

  it('is spelled in two ways, one turned into the other', () => {
    const sha256 = sha256Of('hello world')
    expect(toDigest(sha256)).toBe(`sha256:${hex}`)
    expect(toSha256(toDigest(sha256))).toBe(hex)
    expect(shortDigest(sha256, 16)).toBe('sha256:b94d27b9934d3e08…')
  })
})

// What a schema let pass, or an assertion in a test: the types know nothing of it.
describe('what is none in spite of its type', () => {
  it.each<Case>([...none, ['the other spelling', `sha256:${hex}`]])(
    'is refused by toDigest: %s',
    (_, text) => {
      expect(() => toDigest(text as Sha256)).toThrow(
        `expected 64 lower-case hex digits, got ${JSON.stringify(text)}`,
      )
    },
  )

  it.each<Case>([
    ['the other spelling', hex],
    ['another algorithm', `sha512:${hex}`],
    ['another case', `SHA256:${hex}`],
    ...none.map(([what, text]) => [what, `sha256:${text}`] satisfies Case),
  ])('is refused by toSha256: %s', (_, text) => {
    expect(() => toSha256(text as Digest)).toThrow(
      `expected sha256: and 64 lower-case hex digits, got ${JSON.stringify(text)}`,
    )
  })
})

// `npm run typecheck` is what tells.
it('a spelling is no plain string, nor the other one; both can be read as strings', () => {
  expectTypeOf<string>().not.toExtend<Sha256>()
  expectTypeOf<string>().not.toExtend<Digest>()
  expectTypeOf<`sha256:${string}`>().not.toExtend<Digest>()
  expectTypeOf<''>().not.toExtend<Sha256>()
  expectTypeOf<Digest>().not.toExtend<Sha256>()
  expectTypeOf<Sha256>().not.toExtend<Digest>()
  expectTypeOf<Sha256 | Digest>().toExtend<string>()
})
