import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../src/errors.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {movesOf, ownerOf, type OwnerQuery} from '../../src/resolve/owners.ts'

const registry = embeddedRegistry()
const query = (name: string, more: Partial<OwnerQuery> = {}): OwnerQuery => ({
  name,
  manifestKeys: [],
  declaredSources: [],
  ...more,
})

function problemOf(name: string, more: Partial<OwnerQuery> = {}): ProsodyModsError {
  try {
    ownerOf(query(name, more), registry)
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
  throw new Error('has an owner')
}

describe('a bare name', () => {
  it('belongs to its one publisher', () => {
    expect(ownerOf(query('muc_moderation'), registry)).toEqual({source: 'community', name: 'muc_moderation'})
    expect(ownerOf(query('muc_lobby_rooms'), registry)).toEqual({source: 'jitsi', name: 'muc_lobby_rooms'})
  })

  it('of a source means its whole tree', () => {
    expect(ownerOf(query('jitsi'), registry)).toEqual({source: 'jitsi', name: '*'})
    expect(ownerOf(query('own', {declaredSources: ['own']}), registry)).toEqual({source: 'own', name: '*'})
  })

  it('means what the manifest has, before any publisher', () => {
    const manifestKeys = ['acme/muc_moderation', 'acme/muc_moderation_extra']
    expect(ownerOf(query('muc_moderation', {manifestKeys}), registry)).toEqual({
      source: 'acme',
      name: 'muc_moderation',
    })
  })

  it('that several publish is ambiguous, with the qualified candidates', () => {
    const [name = '', publishers = []] =
      Object.entries(registry.index.names).find(([, ids]) => ids.length > 1) ?? []
    const error = problemOf(name)
    const candidates = publishers.map((id) => `${id}/${name}`)
    expect(error).toMatchObject({code: 'MODULE_AMBIGUOUS', exitCode: 3, details: {name, candidates}})
    for (const candidate of candidates) expect(error.message).toContain(`\n  ${candidate}`)
    expect(ownerOf(query(name, {manifestKeys: [candidates[1] ?? '']}), registry)).toEqual({
      source: publishers[1],
      name,
    })
    // Two entries of one name in the manifest settle nothing.
    expect(problemOf(name, {manifestKeys: candidates}).code).toBe('MODULE_AMBIGUOUS')
  })

  it('that nobody publishes is unknown, with the nearest', () => {
    const error = problemOf('muc_moderatoin')
    expect(error).toMatchObject({code: 'MODULE_UNKNOWN', exitCode: 3})
    expect(error.details['similar']).toContain('muc_moderation')
    expect(error.message).toContain('similar names: muc_moderation')
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', ''])(
    '%j is no name that the registry has by accident',
    (name) => expect(problemOf(name).code).toBe('MODULE_UNKNOWN'),
  )
})

describe('moves', () => {
  it('are told with an unknown or ambiguous name', () => {
    const told = registry.moves.filter(({module}) => {
      const publishers = Object.hasOwn(registry.index.names, module) ? registry.index.names[module] : []
      return publishers?.length !== 1
    })
    for (const {module, note} of told) expect(problemOf(module).message).toContain(note)
  })

  it('are those of one source, or of all', () => {
    const all = movesOf('token_affiliation', undefined, registry)
    expect(all.length).toBeGreaterThan(0)
    expect(movesOf('token_affiliation', 'jitsi-contrib', registry).length).toBeGreaterThan(0)
    expect(movesOf('token_affiliation', 'matrix-user-verification', registry)).toEqual(
      all.filter(({source}) => source === undefined),
    )
    expect(movesOf('__proto__', undefined, registry)).toEqual([])
  })
})
