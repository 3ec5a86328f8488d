import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import {embeddedRegistry, type Registry} from '../../../src/registry/registry.ts'
import {candidatesFor, movesOf, ownerOf, type OwnerQuery} from '../../../src/resolve/owners.ts'
import {moduleKey, type ModuleKey} from '../../../src/module-key.ts'

const registry = embeddedRegistry()

/** The registry as it was while it knew Jitsi's releases to 10008. */
const older = {
  ...registry,
  index: {...registry.index, names: {...registry.index.names, token_affiliation: ['jitsi-contrib']}},
  publishers: (name: string) =>
    name === 'token_affiliation' ? ['jitsi-contrib'] : registry.publishers(name),
}

const query = (name: string, more: Partial<OwnerQuery> = {}): OwnerQuery => ({
  name,
  manifestKeys: [],
  declaredSources: [],
  ...more,
})

function problemOf(
  name: string,
  more: Partial<OwnerQuery> = {},
  known: Registry = registry,
): ProsodyModsError {
  try {
    ownerOf(query(name, more), known)
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
    const manifestKeys: ModuleKey[] = ['acme/muc_moderation', 'acme/muc_moderation_extra']
    expect(ownerOf(query('muc_moderation', {manifestKeys}), registry)).toEqual({
      source: 'acme',
      name: 'muc_moderation',
    })
  })

  it('that several publish is ambiguous, with the qualified candidates', () => {
    const [name = '', publishers = []] =
      Object.entries(registry.index.names).find(([, ids]) => ids.length > 1) ?? []
    const error = problemOf(name)
    const candidates = publishers.map((id) => moduleKey(id, name))
    expect(error).toMatchObject({code: 'MODULE_AMBIGUOUS', exitCode: 3, details: {name, candidates}})
    for (const candidate of candidates) expect(error.message).toContain(`\n  ${candidate}`)
    expect(ownerOf(query(name, {manifestKeys: candidates.slice(1, 2)}), registry)).toEqual({
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

describe('a bare name beside a flat tree of which the project has a release', () => {
  const own = (key: ModuleKey, has: boolean, whole = false) => ({
    own: new Map([[key, {version: '11000', whole, has}]]),
  })

  it('is not that of a release without the module', () => {
    expect(ownerOf(query('firewall', own('jitsi/firewall', false)), registry)).toEqual({
      source: 'community',
      name: 'firewall',
    })
    // Where nobody else has it, asking for it says why not.
    expect(ownerOf(query('polls', own('jitsi/polls', false)), registry)).toEqual({
      source: 'jitsi',
      name: 'polls',
    })
  })

  it('may be that of a release with it, which the index does not know yet', () => {
    const name = 'token_affiliation'
    expect(candidatesFor(name, older)).toEqual(['jitsi/token_affiliation', 'jitsi-contrib/token_affiliation'])
    expect(ownerOf(query(name), older)).toEqual({source: 'jitsi-contrib', name})
    expect(ownerOf(query(name, own('jitsi/token_affiliation', false)), older)).toEqual({
      source: 'jitsi-contrib',
      name,
    })
    const error = problemOf(name, own('jitsi/token_affiliation', true, true), older)
    expect(error).toMatchObject({
      code: 'MODULE_AMBIGUOUS',
      details: {candidates: candidatesFor(name, older)},
    })
    expect(error.message).toContain(
      '\n  jitsi/token_affiliation (comes with jitsi/* 11000, which this project has)\n',
    )
    const single = problemOf(name, own('jitsi/token_affiliation', true), older)
    expect(single.message).toContain(
      '\n  jitsi/token_affiliation (jitsi 11000, which this project has, has it)\n',
    )
  })
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

  it('are not told of names that are merely similar', () => {
    for (const name of ['polls2', 'speaker_stats', 'auth_ldapp']) {
      const {message, details} = problemOf(name)
      expect(details['moves']).toEqual([])
      for (const {note} of registry.moves) expect(message).not.toContain(note)
    }
  })
})
