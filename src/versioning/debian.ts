import {safeInteger} from './keys.ts'
import type {Version, VersionScheme} from './types.ts'

/** The scheme that versions of Debian packages follow: Debian policy 5.6.12. Key: epoch, upstream version, revision. */
export const debian: VersionScheme = {
  id: 'debian',
  spelling: 'a Debian package version such as 0.12.3-1+deb12u1 or 1:2.0~rc1-1',
  parse: parseDebian,
  compare: compareDebian,
  components: (version) => [Number(version.key[0])],
}

/** dpkg's limit for an epoch. */
const maxEpoch = 2 ** 31 - 1

/** epoch ":" upstream "-" revision; a hyphen in the upstream version needs a revision behind it. */
const shape = /^(?:(\d+):)?(\d[A-Za-z0-9.+~-]*?)(?:-([A-Za-z0-9+.~]+))?$/

function parseDebian(text: string): Version | undefined {
  const match = shape.exec(text)
  if (!match?.[2]) return undefined
  const [, digits = '0', upstream, revision = ''] = match
  const epoch = safeInteger(digits)
  if (epoch === undefined || epoch > maxEpoch || (!revision && upstream.includes('-'))) return undefined
  const spelled = revision ? `${upstream}-${revision}` : upstream
  return {scheme: 'debian', text: epoch ? `${epoch}:${spelled}` : spelled, key: [epoch, upstream, revision]}
}

function compareDebian(a: Version, b: Version): number {
  return (
    Number(a.key[0]) - Number(b.key[0]) ||
    comparePart(String(a.key[1]), String(b.key[1])) ||
    comparePart(String(a.key[2]), String(b.key[2]))
  )
}

/** Debian policy 5.6.12: by turns a stretch of non-digits and a stretch of digits; a missing number is 0. */
function comparePart(a: string, b: string): number {
  let [atA, atB] = [0, 0]
  while (atA < a.length || atB < b.length) {
    while (isOther(a, atA) || isOther(b, atB)) {
      const difference = weight(a, atA) - weight(b, atB)
      if (difference !== 0) return difference
      atA += 1
      atB += 1
    }
    const [endA, endB] = [endOfDigits(a, atA), endOfDigits(b, atB)]
    const difference = compareDigits(a.slice(atA, endA), b.slice(atB, endB))
    if (difference !== 0) return difference
    atA = endA
    atB = endB
  }
  return 0
}

/** Digits of any length: dates and hashes in versions outgrow safe integers. */
function compareDigits(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  if (x.length !== y.length) return x.length - y.length
  return x === y ? 0 : x < y ? -1 : 1
}

function endOfDigits(text: string, start: number): number {
  let end = start
  while (isDigit(text.charCodeAt(end))) end += 1
  return end
}

function isOther(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at))
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Debian policy 5.6.12: "~" sorts before the end, the end (or a digit) before letters, letters before the rest. */
function weight(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (Number.isNaN(code) || isDigit(code)) return 0
  if (code === 126) return -1
  return isLetter(code) ? code : code + 256
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}
