import {describe, expect, it} from 'vitest'
import {sha256Of} from '../../../../src/digest.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import {compareLines} from '../../../../src/registry/lines.ts'
import type {
  ProsodyLine,
  RegistryMove,
  RegistryReleases,
  RegistrySource,
} from '../../../../src/registry/types.ts'
import {checkMoves, type MoveFacts} from '../../../../tools/registry/check-moves.ts'

const embedded = embeddedRegistry()

function sourceOf(id: string): RegistrySource {
  const source = embedded.source(id)
  if (source === undefined) throw new Error(`no source ${id}`)
  return source
}

function embeddedFacts(): MoveFacts {
  const {index, moves} = embedded
  return {
    moves,
    sources: index.sources.map(sourceOf),
    tables: index.sources.map((id) => embedded.releases(id)),
    lines: embedded.prosodyLines.flatMap((line) => embedded.prosodyLine(line) ?? []),
    historyOf: (source, module) => embedded.history(source, module),
  }
}

/** Releases of Jitsi as version → module → what its file holds. */
function jitsi(releases: Readonly<Record<string, Readonly<Record<string, string>>>>): MoveFacts {
  const texts = [...new Set(Object.values(releases).flatMap((modules) => Object.values(modules)))]
  const table: RegistryReleases = {
    source: 'jitsi',
    digests: texts.map((text) => ({sha256: sha256Of(text), size: 1, basis: 'upstream'})),
    releases: Object.entries(releases).map(([version, modules]) => ({
      version,
      revision: version,
      date: '2026-01-02',
      files: Object.fromEntries(
        Object.entries(modules).map(([name, text]) => [`mod_${name}.lua`, texts.indexOf(text)]),
      ),
    })),
    names: Object.fromEntries(
      Object.values(releases).flatMap((modules) => Object.keys(modules).map((name) => [name, {}])),
    ),
  }
  const line = (id: string, coreModules: readonly string[]) => ({line: id, coreModules}) as ProsodyLine
  return {
    moves: [],
    sources: [sourceOf('jitsi')],
    tables: [table],
    historyOf: () => undefined,
    lines: [line('0.12', ['muc', 'smacks']), line('13.0', ['muc', 'smacks', 'flags'])],
  }
}

const text = {note: 'What became of it.', evidence: 'this test'}
const gone = {'1': {a: 'a', b: 'b'}, '2': {a: 'a'}, '3': {a: 'a'}}
const dropped: RegistryMove = {
  module: 'b',
  source: 'jitsi',
  change: 'dropped',
  since: '2',
  until: '1',
  ...text,
}
const core: RegistryMove = {module: 'smacks', change: 'core', since: '0.12', ...text}

function problems(facts: MoveFacts, ...moves: readonly RegistryMove[]): string[] {
  return checkMoves({...facts, moves})
}

describe('the embedded registry', () => {
  it('says of every module that left, moved or is part of Prosody what became of it', () => {
    expect(checkMoves(embeddedFacts())).toEqual([])
  })

  it('would be caught without any one of the entries that the tables ask for', () => {
    const facts = embeddedFacts()
    const without = (module: string, change: string): string[] =>
      checkMoves({
        ...facts,
        moves: facts.moves.filter((move) => move.module !== module || move.change !== change),
      })
    for (const [module, change] of [
      ['xxl_conference', 'renamed'],
      ['muc_transcription_filter', 'replaced'],
      ['jibri_queue', 'dropped'],
      ['token_affiliation', 'renamed'],
      ['http_upload', 'core'],
      ['spam_report_forwarder', 'renamed'],
      ['openid', 'dropped'],
      ['carbons', 'core'],
    ] as const)
      expect(without(module, change).join('\n')).toContain(`/${module}: `)
  })

  it('has evidence by number, commit or tag in every entry, and one sentence for the user', () => {
    for (const {note, evidence} of embedded.moves) {
      expect(evidence).toMatch(/\d/)
      expect(note).toMatch(/^\S[^\n]*[^.\s]\.$/)
    }
  })
})

describe('silence', () => {
  it('on a module that left is told, on one that came back is none', () => {
    expect(problems(jitsi(gone))).toEqual([
      'jitsi/b: 1 has it and 2 has not, and no entry says what became of it',
    ])
    expect(problems(jitsi(gone), dropped)).toEqual([])
    expect(problems(jitsi({...gone, '3': {a: 'a', b: 'b'}}))).toEqual([])
  })

  it('of another source or name does not count', () => {
    expect(problems(jitsi(gone), {...dropped, module: 'a'}).join('\n')).toContain('jitsi/b: 1 has it')
    const {source, ...everywhere} = dropped
    expect(source).toBe('jitsi')
    expect(problems(jitsi(gone), {...everywhere, change: 'left-core', to: ['jitsi/a']})).toContain(
      'jitsi/b: 1 has it and 2 has not, and no entry says what became of it',
    )
  })

  it('on the same bytes under another name is told', () => {
    const facts = jitsi({'1': {old_name: 'x'}, '2': {new_name: 'x'}})
    const move: RegistryMove = {...dropped, module: 'old_name'}
    expect(problems(facts, move)).toEqual([
      'jitsi/old_name: 1 has it and 2 has not, but new_name with the same bytes, which no entry says',
    ])
    expect(problems(facts, {...move, change: 'renamed', to: ['jitsi/new_name']})).toEqual([])
  })

  it('on a module of Prosody is told, whichever line has it', () => {
    const facts = jitsi({'1': {smacks: 's', flags: 'f'}})
    expect(problems(facts)).toEqual([
      'jitsi/smacks: Prosody 0.12 has a core module of that name, which no entry says',
      'jitsi/flags: Prosody 13.0 has a core module of that name, which no entry says',
    ])
    expect(problems(facts, core, {...core, module: 'flags', since: '13.0'})).toEqual([])
  })
})

describe('contradictions', () => {
  it.each([
    {
      what: 'since',
      move: {...dropped, since: '3'},
      says: 'b (dropped): since: expected 2, the first release that shows it, got 3',
    },
    {
      what: 'until',
      move: {...dropped, until: '2'},
      says: 'b (dropped): until: expected 1, the last release with it, got 2',
    },
    {
      what: 'no until',
      move: {...dropped, until: undefined} as unknown as RegistryMove,
      says: 'b (dropped): until: expected 1, the last release with it, got nothing',
    },
    {
      what: 'a module that never was',
      move: {...dropped, module: 'c'},
      says: 'c (dropped): jitsi never had a module c',
    },
    {
      what: 'a source that is none',
      move: {...dropped, source: 'nobody'},
      says: 'b (dropped): no source nobody',
    },
    {
      what: 'a successor that is none',
      move: {...dropped, change: 'replaced', to: ['jitsi/c']},
      says: 'b (replaced): jitsi/c: no such module',
    },
  ] as const)('$what', ({move, says}) => expect(problems(jitsi(gone), move)).toContain(says))

  it('what leaves after the last known release has a number of its own, and may go to what is not known yet', () => {
    const facts = jitsi({'1': {a: 'a'}})
    const later: RegistryMove = {
      ...dropped,
      module: 'a',
      change: 'replaced',
      since: '2',
      until: '1',
      to: ['jitsi/new'],
    }
    expect(problems(facts, later)).toEqual([])
    expect(problems(facts, {...later, since: '1'})[0]).toContain(
      'a number after the last release that is known, 1',
    )
    // Once the tables have that release, they decide.
    expect(problems(jitsi({'1': {a: 'a'}, '5': {b: 'b'}}), later)[0]).toContain('since: expected 5')
  })

  it('official counts from the first release of the other source with the name', () => {
    const facts = jitsi({'1': {a: 'a', b: 'b'}, '2': {a: 'a', c: 'c'}})
    const official: RegistryMove = {...dropped, change: 'official', to: ['jitsi/c']}
    expect(problems(facts, official)).toEqual([])
    expect(problems(facts, {...official, since: '1'})[0]).toContain('since: expected 2')
  })

  it('of Prosody: the first line, or an older one than all that are known', () => {
    const facts = jitsi({'1': {smacks: 's'}})
    expect(problems(facts, {...core, since: '0.9'})).toEqual([])
    expect(problems(facts, {...core, since: '13.0'})).toEqual([
      'smacks (core): since: expected 0.12, the first line with smacks, got 13.0',
    ])
    expect(problems(facts, core, {...core, module: 'flags', since: '0.12'})[0]).toContain(
      'since: expected 13.0',
    )
    expect(problems(facts, core, {...core, module: 'old', core: ['nobody']})).toEqual([
      'old (core): no core module nobody in any known line of Prosody',
    ])
    // A module of Prosody may take over another's work later than it came.
    expect(problems(facts, core, {...core, module: 'old', core: ['muc'], since: '13.0'})).toEqual([])
    expect(problems(facts, core, {...core, module: 'old', core: ['flags'], since: '0.12'})[0]).toContain(
      '13.0',
    )
    expect(
      problems(facts, core, {
        ...core,
        module: 'muc',
        change: 'left-core',
        since: '13.0',
        to: ['jitsi/smacks'],
      }),
    ).toEqual(['muc (left-core): Prosody 13.0 has a core module muc'])
  })

  it('an entry that stands twice', () => {
    expect(problems(jitsi(gone), dropped, dropped)).toEqual(['jitsi/b (dropped) stands twice'])
  })
})

it('Prosody’s lines are ordered by their numbers', () => {
  expect(['13.0', '0.9', '0.12', '0.10'].sort(compareLines)).toEqual(['0.9', '0.10', '0.12', '13.0'])
})
