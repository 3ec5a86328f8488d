import {describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {knownRelease, knownReleases} from '../../../src/sources/known-releases.ts'
import {revisionOf} from '../../../src/sources/revision.ts'
import type {ReleaseRef} from '../../../src/sources/types.ts'

const registry = embeddedRegistry()
const sources = registry.index.sources.filter((id) => registry.releases(id).releases.length > 0)

/** With what is looked up late, and is the same for all of a module. */
function told(ref: ReleaseRef | undefined): object | undefined {
  return ref && {...ref, contents: ref.contents === undefined ? undefined : [...ref.contents.files]}
}

describe('knownRelease', () => {
  it.each(sources)('finds of %s what is first among all', (id) => {
    const source = registry.source(id)
    if (source === undefined) throw new Error(`no source ${id}`)
    let compared = 0
    for (const module of Object.keys(registry.releases(id).names)) {
      const all = knownReleases(source, {registry}, module)
      const pairs = new Map(all.map((ref) => [`${ref.version} ${revisionOf(ref) ?? ''}`, ref] as const))
      for (const {version, resolved} of [...pairs.values()].slice(-20)) {
        const isRevision = (revision: string): boolean => revision === revisionOf({resolved})
        const expected = all.find((ref) => ref.version === version && isRevision(revisionOf(ref) ?? ''))
        const found = knownRelease(source, {module, version, isRevision}, {registry})
        expect(told(found), `${module}@${version}`).toEqual(told(expected))
        compared += 1
      }
      expect(knownRelease(source, {module, version: '1.1.1', isRevision: () => true}, {registry})).toBe(
        undefined,
      )
    }
    expect(compared).toBeGreaterThan(0)
  })
})
