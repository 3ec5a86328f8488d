import {isSha256} from '../../digest.ts'

const nixAlphabet = '0123456789abcdfghijklmnpqrsvwxyz'

/**
 * Reads a sha256 as people write it beside a URL: 64 hexadecimal digits, with `sha256:` in front or not; the SRI form
 * `sha256-…=`; base64 alone; or the base32 of Nix. Returns 64 hexadecimal digits in lower case; undefined for anything else.
 */
export function readSha256(text: string): string | undefined {
  const bare = text.trim().replace(/^sha-?256[:=-]/i, '')
  if (isSha256(bare.toLowerCase())) return bare.toLowerCase()
  if (/^[A-Za-z0-9+/]{43}=$/.test(bare)) return Buffer.from(bare, 'base64').toString('hex')
  return /^[0-9a-df-np-sv-z]{52}$/.test(bare) ? fromNixBase32(bare) : undefined
}

/** Nix writes the bits of the digest from its last byte to its first, five to a character. */
function fromNixBase32(text: string): string | undefined {
  const bytes = new Uint8Array(33)
  for (let index = 0; index < text.length; index++) {
    const value = nixAlphabet.indexOf(text[text.length - 1 - index] ?? '') << ((index * 5) & 7)
    const at = (index * 5) >> 3
    bytes[at] = (bytes[at] ?? 0) | (value & 0xff)
    if (value > 0xff) bytes[at + 1] = (bytes[at + 1] ?? 0) | (value >> 8)
  }
  return bytes[32] === 0 ? Buffer.from(bytes.subarray(0, 32)).toString('hex') : undefined
}
