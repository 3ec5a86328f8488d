import {createHash} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {readSha256} from '../../../../src/recipe/any/digests.ts'
import {originOf} from '../../../../src/recipe/any/url-origin.ts'

const bytes = createHash('sha256').update('a module').digest()
const hex = bytes.toString('hex')

/** Writes 256 bits as Nix does, by arithmetic on the number that they are from their last byte on. */
function nixBase32(digest: Buffer): string {
  let number = BigInt(`0x${Buffer.from(digest).reverse().toString('hex')}`)
  const digits: string[] = []
  for (let count = 0; count < 52; count++) {
    digits.unshift('0123456789abcdfghijklmnpqrsvwxyz'.charAt(Number(number % 32n)))
    number /= 32n
  }
  return digits.join('')
}

describe('readSha256', () => {
  it.each([
    hex,
    hex.toUpperCase(),
    `sha256:${hex}`,
    `sha256-${bytes.toString('base64')}`,
    bytes.toString('base64'),
    nixBase32(bytes),
    `sha256:${nixBase32(bytes)}`,
  ])('reads %s', (text) => {
    expect(readSha256(text)).toBe(hex)
  })

  it.each(['', hex.slice(1), `md5:${hex.slice(32)}`, `sha512:${hex}${hex}`, 'tip', `${hex}0`])(
    'takes %j for none',
    (text) => {
      expect(readSha256(text)).toBeUndefined()
    },
  )
})

describe('originOf', () => {
  const cases: readonly (readonly [url: string, at: string])[] = [
    ['https://hg.example.org/a/b/rev/abc', 'hg https://hg.example.org/a/b abc '],
    ['https://hg.example.org/a/b/file/tip/mod_x/', 'hg https://hg.example.org/a/b tip mod_x'],
    ['https://hg.example.org/m/archive/abc.tar.gz', 'hg https://hg.example.org/m abc '],
    ['https://hg.example.org/m/archive/abc.zip/mod_x/', 'hg https://hg.example.org/m abc mod_x'],
    ['https://github.com/o/r/archive/refs/tags/v1.tar.gz', 'git https://github.com/o/r v1 '],
    [
      'https://github.com/o/r/archive/stable/jitsi-meet_5390.zip',
      'git https://github.com/o/r stable/jitsi-meet_5390 ',
    ],
    ['https://codeload.github.com/o/r/tar.gz/refs/heads/main', 'git https://github.com/o/r main '],
    ['https://github.com/o/r/tree/main/mod_x', 'git https://github.com/o/r main mod_x'],
    [
      'https://github.com/o/r/raw/stable/jitsi-meet_1/a/b.lua',
      'git https://github.com/o/r stable/jitsi-meet_1 a/b.lua',
    ],
    ['https://github.com/o/r.git', 'git https://github.com/o/r -  '],
    [
      'https://gitlab.example.org/g/s/r/-/raw/v1/mod_x.lua',
      'git https://gitlab.example.org/g/s/r v1 mod_x.lua',
    ],
    ['https://gitlab.example.org/g/r/-/archive/v1/r-v1.tar.gz', 'git https://gitlab.example.org/g/r v1 '],
    [
      'https://git.example.org/o/r/raw/branch/main/mod_x.lua',
      'git https://git.example.org/o/r main mod_x.lua',
    ],
    ['https://github.com/o/r/raw/{{ a/b }}/mod_x.lua', 'git https://github.com/o/r {{ a/b }} mod_x.lua'],
  ]

  it.each(cases)('reads %s', (url, at) => {
    const origin = originOf(url)
    if (origin.kind !== 'repository') throw new Error(`${origin.kind} of ${url}`)
    expect(`${origin.vcs} ${origin.url} ${origin.ref ?? '- '} ${origin.path}`).toBe(at)
  })

  it('reads rocks', () => {
    expect(originOf('https://luarocks.org/manifests/someone/basexx-0.4.1-1.src.rock')).toEqual({
      kind: 'rock',
      name: 'basexx',
      version: '0.4.1-1',
      server: 'https://luarocks.org/manifests/someone',
    })
    expect(originOf('https://luarocks.org/modules/someone/basexx')).toMatchObject({
      name: 'basexx',
      version: undefined,
    })
    expect(originOf('https://modules.prosody.im/rocks/mod_x-200-1.src.rock')).toMatchObject({
      name: 'mod_x',
      server: 'https://modules.prosody.im/rocks',
    })
  })

  it('takes releases and other files as their bytes', () => {
    const url = 'https://github.com/o/r/releases/download/v1/mod_x.tar.gz'
    expect(originOf(url)).toEqual({kind: 'url', url})
  })
})
