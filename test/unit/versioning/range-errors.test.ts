import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import {schemes} from '../../../src/versioning/index.ts'
import {parseRange} from '../../../src/versioning/range.ts'
import type {SchemeId} from '../../../src/versioning/types.ts'

/** Scheme, text, offset of the bad term, the bad term, what is said about it. */
const refused: readonly (readonly [SchemeId, string, number, string, string])[] = [
  ['build', 'latest', 0, 'latest', 'expected a release number such as 10008'],
  ['build', '>=9364 <stable', 7, '<stable', 'expected a release number'],
  ['build', '>=1.0.8384', 0, '>=1.0.8384', 'is a package number'],
  ['build', '10008.x', 0, '10008.x', 'expected a release number'],
  ['build', '9364 - 10008', 5, '-', 'hyphen ranges are not supported: write >=a <=b'],
  ['build', '>=', 0, '>=', 'a version is missing after >='],
  ['build', '9364 || ', 7, '', 'a version is missing beside ||'],
  ['build', '|| 9364', 0, '', 'a version is missing beside ||'],
  ['build', '9364 | 10008', 5, '|', 'expected a release number'],
  ['build', '>=9364<10008', 0, '>=9364<10008', 'expected a release number'],
  ['build', '>*', 0, '>*', '> has no meaning before *'],
  ['build', '9364 || >> 10008', 8, '>>', 'expected a release number'],
  ['build', '!=9364', 0, '!=9364', 'expected a release number'],
  ['date', '2026', 0, '2026', 'expected a date such as 20260306'],
  ['date', '20260230', 0, '20260230', 'expected a date'],
  ['calendar', '2025.13', 0, '2025.13', "expected the revision's UTC date such as 2025.4.2"],
  ['calendar', '2025.2.30', 0, '2025.2.30', 'expected the revision'],
  ['calendar', '2025.x.3', 0, '2025.x.3', 'expected the revision'],
  ['calendar', '>=2025 <f315edc39f3d', 7, '<f315edc39f3d', 'expected the revision'],
  ['semver', '1.x.3', 0, '1.x.3', 'expected a semantic version such as 1.8.1'],
  ['semver', '1.2.3.4', 0, '1.2.3.4', 'expected a semantic version'],
  ['semver', '^one', 0, '^one', 'expected a semantic version'],
  ['semver', '99999999999999999999', 0, '99999999999999999999', 'expected a semantic version'],
  ['semver', '~>1.2', 0, '~>1.2', 'expected a semantic version'],
  ['debian', '^1.0', 0, '^1.0', '^ ranges do not exist for Debian versions'],
  ['debian', '>1 ~1.0', 3, '~1.0', '~ ranges do not exist for Debian versions'],
  ['debian', '1.0.x', 0, '1.0.x', 'x is no wildcard in Debian versions'],
  ['debian', '1.*', 0, '1.*', '* is no wildcard in Debian versions'],
  ['single', '1.0', 0, '1.0', 'expected the word local'],
]

describe('what is no range', () => {
  const cases = refused.map(([scheme, text, at, got, reason]) => ({scheme, text, at, got, reason}))
  it.each(cases)('$scheme: "$text" is refused at $at', ({scheme, text, at, got, reason}) => {
    const error = errorOf(() => parseRange(schemes[scheme], text))
    expect(error).toMatchObject({code: 'VERSION_INVALID', exitCode: 2, details: {text, scheme, at, got}})
    expect(error.message).toContain(`"${text}" is not a version or range`)
    expect(error.message).toContain(reason)
    expect(error.message).toContain(`"${got}" at character ${at + 1}`)
    expect(error.hint).toContain(text === 'latest' ? '--latest' : '||')
  })
})

function errorOf(action: () => unknown): ProsodyModsError {
  try {
    action()
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
