import {describe, expect, it} from 'vitest'
import satisfiesSemver from 'semver/functions/satisfies.js'
import {schemes} from '../../../src/versioning/index.ts'
import {isExact, parseRange, satisfies} from '../../../src/versioning/range.ts'
import type {SchemeId} from '../../../src/versioning/types.ts'

const known: Readonly<Record<SchemeId, readonly string[]>> = {
  build: ['9364', '9955', '10008', '10741'],
  date: ['20241127', '20241128', '20260306', '20260523'],
  calendar: [
    '2021.1.30',
    '2025.3.31',
    '2025.4.1',
    '2025.4.2',
    '2025.4.30',
    '2025.12.31',
    '2026.1.1',
    '2026.7.23',
  ],
  semver: [
    '0.2.3',
    '0.2.9',
    '0.3.0',
    '1.7.0',
    '1.8.0',
    '1.8.1',
    '1.9.0-rc.1',
    '1.9.0',
    '2.0.0-rc.1',
    '2.0.0',
  ],
  debian: ['0.12.3-1', '0.12.3-1+deb12u1', '0.12.5-1~bookworm1', '13.0.1-1', '1:0.1'],
  single: ['local'],
}

function matching(scheme: SchemeId, range: string): string[] {
  const parsed = parseRange(schemes[scheme], range)
  return known[scheme].filter((text) => {
    const version = schemes[scheme].parse(text)
    return version !== undefined && satisfies(schemes[scheme], version, parsed)
  })
}

describe('build', () => {
  it.each([
    ['*', ['9364', '9955', '10008', '10741']],
    ['10008', ['10008']],
    ['stable-10008-1', ['10008']],
    ['=stable/jitsi-meet_10008', ['10008']],
    ['^10008', ['10008', '10741']],
    ['~10008', ['10008']],
    ['>=9955 <10741', ['9955', '10008']],
    ['>= 9955  < stable-10741', ['9955', '10008']],
    ['>9955', ['10008', '10741']],
    ['<=9955', ['9364', '9955']],
    ['9364||>10008', ['9364', '10741']],
    ['<9900 || 10008 || 10741', ['9364', '10008', '10741']],
    ['>10008 <10008', []],
    ['11248', []],
  ])('%s', (range, expected) => {
    expect(matching('build', range)).toEqual(expected)
  })
})

describe('date', () => {
  it.each([
    ['v20241128', ['20241128']],
    ['^20241128', ['20241128', '20260306', '20260523']],
    ['~20241128', ['20241128']],
    ['>=2024-11-28 <2026-05-23', ['20241128', '20260306']],
  ])('%s', (range, expected) => {
    expect(matching('date', range)).toEqual(expected)
  })
})

describe('calendar', () => {
  const of2025 = ['2025.3.31', '2025.4.1', '2025.4.2', '2025.4.30', '2025.12.31']
  const april = ['2025.4.1', '2025.4.2', '2025.4.30']
  it.each([
    ['2025.4.2', ['2025.4.2']],
    ['2025-04-02', ['2025.4.2']],
    ['2025', of2025],
    ['=2025', of2025],
    ['~2025', of2025],
    ['^2025', of2025],
    ['2025.x', of2025],
    ['2025.*', of2025],
    ['2025.x.x', of2025],
    ['2025.4', april],
    ['2025-04', april],
    ['2025.04.x', april],
    ['~2025.4', april],
    ['2025.12', ['2025.12.31']],
    ['^2025.4', ['2025.4.1', '2025.4.2', '2025.4.30', '2025.12.31']],
    ['^2025.4.2', ['2025.4.2', '2025.4.30', '2025.12.31']],
    ['~2025.4.2', ['2025.4.2', '2025.4.30']],
    ['~2025.12.1', ['2025.12.31']],
    ['>2025', ['2026.1.1', '2026.7.23']],
    ['>=2026', ['2026.1.1', '2026.7.23']],
    ['<2025', ['2021.1.30']],
    ['<=2025.3', ['2021.1.30', '2025.3.31']],
    ['>2025.4 <2026', ['2025.12.31']],
    ['2021 || >=2026.2', ['2021.1.30', '2026.7.23']],
  ])('%s', (range, expected) => {
    expect(matching('calendar', range)).toEqual(expected)
  })
})

describe('semver', () => {
  it.each([
    ['1.8.1', ['1.8.1']],
    ['v1.8.1', ['1.8.1']],
    ['1.8', ['1.8.0', '1.8.1']],
    ['v1.8.x', ['1.8.0', '1.8.1']],
    ['1', ['1.7.0', '1.8.0', '1.8.1', '1.9.0']],
    ['^1.8.0', ['1.8.0', '1.8.1', '1.9.0']],
    ['^0.2.3', ['0.2.3', '0.2.9']],
    ['~1.8', ['1.8.0', '1.8.1']],
    ['>=1.9.0-rc.1 <2.0.0', ['1.9.0-rc.1', '1.9.0']],
    ['>=1.9', ['1.9.0', '2.0.0']],
    ['2.0.0-rc.1', ['2.0.0-rc.1']],
  ])('%s', (range, expected) => {
    expect(matching('semver', range)).toEqual(expected)
  })

  it('takes the same versions as the semver package', () => {
    const versions = [
      '0.0.0-a',
      '0.0.0',
      '0.0.3',
      '0.1.0-0',
      '0.1.2',
      '1.0.0-0',
      '1.0.0-rc.1',
      '1.0.0',
      '1.2.3-b',
      '1.2.3',
    ].concat(['1.2.4-a', '1.2.4', '1.3.0-0', '1.3.0', '2.0.0-0', '2.0.0-rc.1', '2.0.0', '2.1.0', '10.0.0'])
    const bases = [
      '*',
      '1',
      '0',
      '2.x',
      '1.2',
      '0.0',
      '1.2.x',
      '0.0.3',
      '1.2.3',
      '1.2.3-b',
      '1.2.3-0',
      'v2.0.0-rc.1',
    ]
    const operators = ['', '=', '^', '~', '>', '>=', '<', '<=', '>= ']
    const terms = bases.flatMap((base) => (base === '*' ? [base] : operators.map((op) => op + base)))
    const pairs = terms.flatMap((a, at) => [`${a} ${terms[(at * 31 + 17) % terms.length] ?? ''}`])
    for (const range of [...terms, ...pairs]) {
      const parsed = parseRange(schemes.semver, range)
      for (const text of versions) {
        const version = schemes.semver.parse(text)
        expect(version && satisfies(schemes.semver, version, parsed), `${text} in ${range}`).toBe(
          satisfiesSemver(text, range),
        )
      }
    }
  })
})

describe('debian', () => {
  it.each([
    ['*', known.debian],
    ['0.12.3-1', ['0.12.3-1']],
    ['>=0.12.3-1 <0.12.5-1', ['0.12.3-1', '0.12.3-1+deb12u1', '0.12.5-1~bookworm1']],
    ['>13', ['13.0.1-1', '1:0.1']],
    ['<=0.12.5-1~bookworm1 || 1:0.1', ['0.12.3-1', '0.12.3-1+deb12u1', '0.12.5-1~bookworm1', '1:0.1']],
    ['=1.2.x', []],
  ])('%s', (range, expected) => {
    expect(matching('debian', range)).toEqual(expected)
  })
})

describe('single', () => {
  it('has one version', () => {
    expect(matching('single', 'local')).toEqual(['local'])
    expect(matching('single', '*')).toEqual(['local'])
  })
})

describe('every version', () => {
  it.each(['', '  ', '*', ' * ', 'x', 'X', '* || *'])('is what "%s" means', (range) => {
    for (const scheme of ['build', 'date', 'calendar', 'debian', 'single'] as const) {
      expect(matching(scheme, range)).toEqual(known[scheme])
      expect(isExact(parseRange(schemes[scheme], range))).toBe(false)
    }
    expect(matching('semver', range)).toEqual(known.semver.filter((text) => !text.includes('-')))
  })
})

describe('an exact pin', () => {
  it.each<[SchemeId, string, string]>([
    ['build', 'stable-10008-1', '10008'],
    ['build', '~10008', '10008'],
    ['date', ' =2026-03-06 ', '20260306'],
    ['calendar', '2025-04-02', '2025.4.2'],
    ['semver', 'v1.8.1', '1.8.1'],
    ['semver', '=2.0.0-rc.1', '2.0.0-rc.1'],
    ['debian', '1:2.0~rc1-1', '1:2.0~rc1-1'],
    ['single', 'local', 'local'],
  ])('%s: %s', (scheme, text, exact) => {
    const range = parseRange(schemes[scheme], text)
    expect(isExact(range)).toBe(true)
    expect(range.exact?.text).toBe(exact)
    expect(range.text).toBe(text.trim())
  })

  it.each<[SchemeId, string]>([
    ['build', '^10008'],
    ['build', '10008 || 10741'],
    ['build', '10008 >=1'],
    ['build', '>=10008'],
    ['calendar', '2025'],
    ['calendar', '2025.4'],
    ['calendar', '~2025.4.2'],
    ['semver', '1.8'],
    ['semver', '1.8.x'],
    ['semver', '^1.8.1'],
  ])('%s: %s is none', (scheme, text) => {
    expect(isExact(parseRange(schemes[scheme], text))).toBe(false)
  })
})
