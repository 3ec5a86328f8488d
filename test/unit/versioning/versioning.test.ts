import {describe, expect, it} from 'vitest'
import compareSemver from 'semver/functions/compare.js'
import {packageAlias} from '../../../src/versioning/build.ts'
import {calendarSpan, looksLikeRevision} from '../../../src/versioning/calendar.ts'
import {schemes} from '../../../src/versioning/index.ts'
import type {SchemeId, Version} from '../../../src/versioning/types.ts'

function parse(scheme: SchemeId, text: string): Version {
  const version = schemes[scheme].parse(text)
  if (!version) throw new Error(`${scheme} does not parse ${text}`)
  return version
}

/** Scheme, canonical text, other spellings of it. */
const spellings: readonly (readonly [SchemeId, string, readonly string[]])[] = [
  [
    'build',
    '10008',
    [
      'stable-10008',
      'stable-10008-1',
      'stable/jitsi-meet_10008',
      'jitsi-meet_10008',
      '2.0.10008',
      '2.0.10008-1',
    ],
  ],
  ['build', '10888', ['stable-10888-1', 'stable-10888-12']],
  ['build', '830', ['stable/jitsi-meet_830']],
  ['build', '9007199254740991', ['stable-9007199254740991']],
  ['date', '20260306', ['v20260306', '2026-03-06']],
  ['date', '20240229', ['v20240229']],
  ['calendar', '2025.4.2', ['2025.04.02', '2025-04-02', '2025-4-2', '2025.4.02']],
  ['calendar', '2024.2.29', ['2024-02-29']],
  ['semver', '1.8.1', ['v1.8.1', '1.8.1+build.7']],
  ['semver', '2.0.0-rc.1', ['v2.0.0-rc.1']],
  ['debian', '0.12.3-1+deb12u1', ['0:0.12.3-1+deb12u1', '00:0.12.3-1+deb12u1']],
  ['debian', '1:0.1', ['01:0.1']],
  ['debian', '1-2-3', []],
  ['debian', '1.0~', []],
  ['single', 'local', []],
]

/** Scheme, texts that are no version of it. */
const refused: readonly (readonly [SchemeId, readonly string[]])[] = [
  [
    'build',
    ['0', '010008', '10008.', 'v10008', '1.0.8384', '1.0.8384-1', '2.1.10008', 'stable-', 'stable/10008'],
  ],
  [
    'build',
    [
      'stable/jitsi-meet_${VERSION}',
      'stable-10008-',
      '10008-1',
      'stable-010008',
      '2.0.010008',
      '-1',
      '1e4',
      '0x10',
      '9007199254740992',
    ],
  ],
  [
    'date',
    [
      '20260230',
      '20261301',
      '20260300',
      '20230229',
      '2026030',
      '202603061',
      '2026.03.06',
      'v2026-03-06',
      'v',
    ],
  ],
  ['date', ['00010101', '2026-3-6', '2026-0306']],
  [
    'calendar',
    ['2025.2.29', '2025.13.1', '2025.0.1', '2025.4.0', '2025.4.31', '2025', '2025.4', '2025.04-02'],
  ],
  ['calendar', ['f315edc39f3d', '20250402', 'v2025.4.2', '2025.4.2.1', '0025.4.2', '25.4.2', '2025.004.2']],
  [
    'semver',
    ['1', '1.8', '1.8.x', '=1.8.1', 'vv1.8.1', '1.8.1-', '01.8.1', '1.8.1.0', '1.8.9007199254740992'],
  ],
  [
    'debian',
    ['1-', ':1', '1:', '1_2', 'a1', '~1', '-1', '1-_', '1-a:b', '1:2:3', '2147483648:1', '1:-1', 'é'],
  ],
  ['single', ['Local', 'localhost', '1', '0']],
]

describe('spellings', () => {
  it.each(spellings)('%s: %s is canonical, and its other spellings mean it', (scheme, text, others) => {
    const version = parse(scheme, text)
    expect(version).toMatchObject({scheme, text})
    for (const other of others) {
      expect(parse(scheme, other)).toEqual(version)
      expect(schemes[scheme].compare(parse(scheme, other), version)).toBe(0)
    }
  })

  it.each(refused)('%s refuses what is no version of it', (scheme, texts) => {
    const parsed = texts.filter((text) => schemes[scheme].parse(text) !== undefined)
    expect(parsed).toEqual([])
  })

  it.each(Object.keys(schemes) as SchemeId[])(
    '%s: nothing, white space and newlines are no version',
    (scheme) => {
      const [, example = ''] = spellings.find(([id]) => id === scheme) ?? []
      const texts = [
        '',
        ' ',
        ` ${example}`,
        `${example} `,
        `${example}\n`,
        `\t${example}`,
        `${example}\u00a0`,
      ]
      expect(parse(scheme, example).text).toBe(example)
      expect(texts.filter((text) => schemes[scheme].parse(text) !== undefined)).toEqual([])
    },
  )

  it.each(Object.entries(schemes))(
    '%s says how it is spelled with an example that it parses',
    (id, scheme) => {
      const words = scheme.spelling.split(/[\s(),;]+/)
      expect(words.filter((word) => scheme.parse(word) !== undefined)).not.toEqual([])
      expect(scheme.id).toBe(id)
    },
  )
})

describe('keys and components', () => {
  it('are numbers, so that 9999 comes before 10008', () => {
    expect(parse('build', 'stable-10008-1').key).toEqual([10008])
    expect(parse('date', 'v20260306').key).toEqual([20260306])
    expect(parse('calendar', '2025-04-02').key).toEqual([2025, 4, 2])
    expect(schemes.calendar.components(parse('calendar', '2025.4.2'))).toEqual([2025, 4, 2])
    expect(schemes.semver.components(parse('semver', '1.8.1-rc.1'))).toEqual([1, 8, 1])
    for (const scheme of ['build', 'date', 'debian', 'single'] as const) {
      const [, text = ''] = spellings.find(([id]) => id === scheme) ?? []
      expect(schemes[scheme].components(parse(scheme, text))).toHaveLength(1)
    }
  })
})

/** Oldest first. */
const orders: readonly (readonly [SchemeId, readonly string[]])[] = [
  ['build', ['830', '2988', '9955', '10008', '11248', '9007199254740991']],
  ['date', ['20230803', '20240117', '20241127', '20241128', '20260306', '20260523']],
  ['calendar', ['2021.1.30', '2023.2.23', '2025.4.2', '2025.4.10', '2025.10.1', '2026.7.23']],
  [
    'semver',
    [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
    ].concat(['1.0.0', '1.2.0', '1.10.0', '2.0.0-0', '2.0.0']),
  ],
]

describe('order', () => {
  it.each(orders)('%s: every pair stands in the order of the list', (scheme, texts) => {
    const versions = texts.map((text) => parse(scheme, text))
    for (const [i, a] of versions.entries()) {
      for (const [j, b] of versions.entries()) {
        expect(Math.sign(schemes[scheme].compare(a, b)), `${a.text} and ${b.text}`).toBe(Math.sign(i - j))
      }
    }
    expect(versions.toReversed().sort((a, b) => schemes[scheme].compare(a, b))).toEqual(versions)
  })

  it('of semantic versions is that of the semver package', () => {
    const tails = [
      '',
      '-0',
      '-1',
      '-10',
      '-a',
      '-a.1',
      '-a.1.0',
      '-a.b',
      '-1.a',
      '-A',
      '-a-b',
      '-rc1',
      '+x',
      '-a+x',
    ]
    const texts = ['0.0.0', '0.0.1', '0.1.0', '1.0.0', '1.0.10', '1.0.9'].flatMap((base) =>
      tails.map((tail) => base + tail),
    )
    for (const a of texts) {
      for (const b of texts) {
        const order = schemes.semver.compare(parse('semver', a), parse('semver', b))
        expect(Math.sign(order), `${a} and ${b}`).toBe(compareSemver(a, b))
      }
    }
  })
})

describe('calendarSpan', () => {
  it('ends at a real day, in December too', () => {
    expect(calendarSpan(2025)).toMatchObject({from: {text: '2025.1.1'}, before: {text: '2026.1.1'}})
    expect(calendarSpan(2025, 2)).toMatchObject({from: {text: '2025.2.1'}, before: {text: '2025.3.1'}})
    expect(calendarSpan(2025, 12)).toMatchObject({from: {text: '2025.12.1'}, before: {text: '2026.1.1'}})
  })
})

describe('what is no version', () => {
  it('is a package number, written as the registry lists it', () => {
    expect(packageAlias('1.0.8384')).toBe('1.0.8384')
    expect(packageAlias('1.0.8384-1')).toBe('1.0.8384')
    const others = ['2.0.10008', '1.0.8384-', '1.0.08384', '1.0', 'x1.0.8384', '10008', '', '1.0.8384\n']
    expect(others.filter((text) => packageAlias(text) !== undefined)).toEqual([])
  })

  it('is a revision of 7 to 40 hex digits', () => {
    const revisions = ['f315edc', 'f315edc39f3d', '04a38dd1d0e0e0c6a2ae2ed4ecbe1e0e9a46cfbc', '1234567']
    expect(revisions.filter((text) => !looksLikeRevision(text))).toEqual([])
    const others = [
      'f315ed',
      'g315edc39f3d',
      '2025.4.2',
      '',
      '0'.repeat(41),
      'default',
      'F315EDC39F3D',
      'f315edc\n',
    ]
    expect(others.filter(looksLikeRevision)).toEqual([])
  })

  it('is told from a date by the scheme, which comes first', () => {
    expect(looksLikeRevision('20260306')).toBe(true)
    expect(parse('date', '20260306').text).toBe('20260306')
    expect(schemes.calendar.parse('20260306')).toBeUndefined()
  })
})
