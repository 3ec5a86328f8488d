import {describe, expect, it} from 'vitest'
import {gatheredSources} from '../../../../src/operations/import/gathered-sources.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

const sources = gatheredSources(embeddedRegistry())

describe('the last version', () => {
  it.each([
    ['community', 'http_upload', /^2024\.10\.\d+ 2024\.10\.27$/],
    // A tree of which all comes from one release.
    ['jitsi', 'speakerstats', /^10978 11031$/],
  ])('of %s/%s, which is retired', (source, name, expected) => {
    const last = sources.last(source, name)
    expect(`${last?.version} ${last?.gone}`).toMatch(expected)
  })

  it.each([
    ['community', 'pastebin'],
    ['jitsi', 'muc_size'],
    ['jitsi', 'none_such'],
    ['none-such', 'polls'],
  ])('of %s/%s is none', (source, name) => {
    expect(sources.last(source, name)).toBeUndefined()
  })
})

it('only Jitsi is a flat tree', () => {
  expect(['jitsi', 'community', 'none-such'].map(sources.isFlat)).toEqual([true, false, false])
})
