import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {debian} from '../../../src/versioning/debian.ts'
import type {Version} from '../../../src/versioning/types.ts'

type Vector = readonly [a: string, b: string, order: 'lt' | 'eq' | 'gt']

/** What dpkg --compare-versions says of pairs of versions. */
const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/versions/deb-version-vectors.json', import.meta.url), 'utf8'),
) as readonly Vector[]

function parse(text: string): Version {
  const version = debian.parse(text)
  if (!version) throw new Error(`debian does not parse ${text}`)
  return version
}

function orderOf(a: string, b: string): Vector[2] {
  const order = debian.compare(parse(a), parse(b))
  return order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq'
}

describe('debian', () => {
  it('agrees with dpkg on all 552 vectors', () => {
    expect(vectors).toHaveLength(552)
    const wrong = vectors.filter(([a, b, order]) => orderOf(a, b) !== order)
    expect(wrong).toEqual([])
  })

  it('orders all versions of the vectors without contradiction', () => {
    const texts = [...new Set(vectors.flatMap(([a, b]) => [a, b]))]
    expect(texts).toHaveLength(24)
    const versions = texts.map(parse)
    for (const a of versions) {
      expect(debian.compare(a, a)).toBe(0)
      for (const b of versions) {
        const ab = Math.sign(debian.compare(a, b))
        expect(Math.sign(debian.compare(b, a)), `${b.text} and ${a.text}`).toBe(0 - ab)
        for (const c of versions) {
          if (ab > 0 || debian.compare(b, c) > 0) continue
          expect(debian.compare(a, c), `${a.text} ≤ ${b.text} ≤ ${c.text}`).toBeLessThanOrEqual(0)
        }
      }
    }
  })

  it.each<Vector>([
    // beyond the vectors, each asked of dpkg 1.21
    ['1.0-0', '1.0', 'eq'],
    ['0:1.0', '1.0', 'eq'],
    ['1.0~rc1-1', '1.0-1', 'lt'],
    ['1.0-1~bpo12+1', '1.0-1', 'lt'],
    ['1.0a+', '1.0a.', 'lt'],
    ['1.0Z', '1.0a', 'lt'],
    ['1.2-3-4', '1.2-3', 'gt'],
    ['1.99999999999999999998', '1.99999999999999999999', 'lt'],
    ['1.0a~', '1.0a', 'lt'],
    ['1.a~1', '1.a~~', 'gt'],
  ])('%s and %s: %s', (a, b, order) => {
    expect(orderOf(a, b)).toBe(order)
  })
})
