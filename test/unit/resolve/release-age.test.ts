import {describe, expect, it} from 'vitest'
import {ageText, heldBack, namesRelease, youngIn} from '../../../src/resolve/release-age.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import type {ReleaseRef} from '../../../src/sources/types.ts'
import {schemes} from '../../../src/versioning/index.ts'

const rule = {
  minimum: {text: '2 days', milliseconds: 48 * 60 * 60 * 1000},
  now: Date.parse('2026-07-26T12:00:00Z'),
}

function ref(version: string, more: Partial<ReleaseRef> = {}): ReleaseRef {
  return {version, resolved: {kind: 'path', path: '.'}, ...more}
}

function youngOf(refs: readonly ReleaseRef[], scheme: 'build' | 'calendar' | 'date'): string[] {
  const isYoung = youngIn(refs, schemes[scheme], rule)
  return refs.filter((one) => isYoung(one)).map(({version}) => version)
}

describe('which releases are too young', () => {
  it('counts from the end of the day in UTC', () => {
    expect(youngOf([ref('2026.7.23'), ref('2026.7.24'), ref('2026.7.26')], 'calendar')).toEqual([
      '2026.7.24',
      '2026.7.26',
    ])
  })

  it('reads the day off versions that are one', () => {
    expect(youngOf([ref('20260723'), ref('20260725')], 'date')).toEqual(['20260725'])
  })

  it('takes what nobody dates for young, unless a later version is old enough', () => {
    const refs = [
      ref('9'),
      ref('10', {date: '2026-07-01'}),
      ref('11'),
      ref('12', {date: '2026-07-26'}),
      ref('13'),
    ]
    expect(youngOf(refs, 'build')).toEqual(['11', '12', '13'])
  })

  it('leaves alone what only its name finds, and news that a module is gone', () => {
    const refs = [ref('12', {foundBy: 'name'}), ref('13', {date: '2026-07-26', withoutMain: true})]
    expect(youngOf(refs, 'build')).toEqual([])
  })

  it('knows no age of what lies in the future', () => {
    const held = heldBack('community/bob', ref('2027.1.1'), {scheme: schemes.calendar, rule})
    expect(held).toMatchObject({date: '2027-01-01', days: 0, until: '2027-01-04T00:00:00.000Z'})
    expect(ageText(held)).toBe('2027.1.1 is 0 days old; minimumReleaseAge is 2 days')
  })
})

describe('whether a request names one release', () => {
  const definitionOf = (id: string) => {
    const definition = embeddedRegistry().source(id)
    if (definition === undefined) throw new Error(`no source ${id}`)
    return definition
  }

  it.for([
    ['community', undefined, false],
    ['community', '*', false],
    ['community', '2026', false],
    ['community', '^2026.1.2', false],
    ['community', '2026.1.2', true],
    ['community', '0971c99bfbc9', true],
    ['jitsi', '10008', true],
    ['jitsi', '>=10008', false],
    ['jitsi', '2.0.10008', true],
    ['jitsi-contrib', 'main', true],
    ['matrix-user-verification', '1', false],
  ] as const)('%s %s: %s', ([id, versionText, isNamed]) => {
    expect(namesRelease({definition: definitionOf(id), name: 'x', versionText})).toBe(isNamed)
  })
})
