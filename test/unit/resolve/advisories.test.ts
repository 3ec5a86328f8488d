import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {toDigest} from '../../../src/digest.ts'
import {openRegistry} from '../../../src/registry/registry.ts'
import {flawsIn, toldFlaw} from '../../../src/resolve/advisories.ts'
import type {FileDigests} from '../../../src/resolve/compare.ts'

const registry = openRegistry(fileURLToPath(new URL('../../../registry/', import.meta.url)))

function filesIn(version: string): FileDigests {
  const {releases, digests} = registry.releases('jitsi')
  const files = releases.find((one) => one.version === version)?.files ?? {}
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, index]) => {
      const digest = digests[index]
      return digest === undefined ? [] : [[path, toDigest(digest.sha256)] as const]
    }),
  )
}

describe('known flaws', () => {
  it.each([
    {id: 'CVE-2021-39215', first: '2988', last: '5870'},
    {id: 'CVE-2024-33530', first: '4546', last: '9364'},
    {id: 'JSA-2022-0004', first: '6293', last: '7830'},
  ])('$id is found in each release of Jitsi from $first to $last, and in no other', ({id, first, last}) => {
    const versions = registry.releases('jitsi').releases.map(({version}) => version)
    const affected = versions.filter((version) =>
      flawsIn(filesIn(version), registry.advisories).some((flaw) => toldFlaw(flaw).id === id),
    )
    expect(affected).toEqual(versions.slice(versions.indexOf(first), versions.indexOf(last) + 1))
  })

  it('are found by the bytes alone, wherever they lie', () => {
    const polls = filesIn('6433')['mod_polls.lua']
    if (polls === undefined) throw new Error('6433 has no mod_polls.lua')
    const flaws = flawsIn({'vendored/b.lua': polls, 'a.lua': polls}, registry.advisories)
    expect(flaws.map(({paths, affected}) => [paths, affected.source])).toEqual([
      [['a.lua', 'vendored/b.lua'], 'jitsi'],
    ])
    expect(flawsIn({}, registry.advisories)).toEqual([])
    expect(flawsIn({'mod_polls.lua': polls}, [])).toEqual([])
  })

  it('are none where a registry has no folder for them', () => {
    expect(openRegistry('/nonexistent/').advisories).toEqual([])
  })
})
