import {compareLines} from '../../src/registry/lines.ts'
import {standingOf, statesOf, type Standing} from '../../src/registry/history.ts'
import type {
  ModuleChange,
  ModuleHistory,
  ProsodyLine,
  RegistryMove,
  RegistryReleases,
  RegistrySource,
} from '../../src/registry/types.ts'
import {schemes} from '../../src/versioning/index.ts'
import {moduleNames} from './module-names.ts'

export interface MoveFacts {
  readonly moves: readonly RegistryMove[]
  readonly sources: readonly RegistrySource[]
  readonly tables: readonly RegistryReleases[]
  /** Of Prosody, in any order. */
  readonly lines: readonly ProsodyLine[]
  /** Everything that a module of a source has been, where that is known. */
  readonly historyOf: (source: string, module: string) => ModuleHistory | undefined
}

/** One source through time, oldest release first. */
interface History {
  readonly source: RegistrySource
  readonly names: RegistryReleases['names']
  readonly releases: readonly Past[]
  /** Where modules come and go by themselves: what each of them has been. */
  readonly recorded: ((module: string) => Recorded | undefined) | undefined
}

/** How a module stands in the history of its own. */
interface Recorded extends Standing {
  readonly first: string | undefined
  readonly history: ModuleHistory
}

interface Past {
  readonly version: string
  /** Module → digest of its main file, where it has one. */
  readonly modules: ReadonlyMap<string, number | undefined>
}

/** A module that the newest release of its source lacks. */
interface Gone {
  readonly module: string
  readonly source: string
  /** The last release with it. */
  readonly until: string
  /** The first release after that. */
  readonly since: string
  /** Modules that came in that release with the same main file. */
  readonly same: readonly string[]
}

/**
 * Where moves.json is silent on what the tables show (a module that is gone, renamed, or part of Prosody), and where it
 * says what they contradict; one line each.
 */
export function checkMoves(facts: MoveFacts): string[] {
  const histories = facts.tables.flatMap((table) => historyOf(table, facts))
  const lines = [...facts.lines].sort((a, b) => compareLines(a.line, b.line))
  return [
    ...facts.moves.flatMap((move) =>
      contradictions(move, {histories, lines}).map((text) => `${move.module} (${move.change}): ${text}`),
    ),
    ...twice(facts.moves),
    ...histories.flatMap((history) => goneFrom(history).flatMap((gone) => silence(gone, facts.moves))),
    ...histories.flatMap((history) => coreWithoutEntry(history, lines, facts.moves)),
  ]
}

function historyOf(table: RegistryReleases, {sources, historyOf: read}: MoveFacts): History[] {
  const source = sources.find(({id}) => id === table.source)
  if (source === undefined) return []
  const releases = table.releases.map((release) => ({
    version: release.version,
    modules: new Map(
      [...moduleNames(source, [release])].map((name) => [
        name,
        Object.entries(release.files).find(([path]) => path.split('/').at(-1) === `mod_${name}.lua`)?.[1],
      ]),
    ),
  }))
  const known = table.history
  const before = new Map<string, Recorded | undefined>()
  const recorded = (module: string): Recorded | undefined => {
    if (!before.has(module)) before.set(module, recordOf(read(table.source, module), table))
    return before.get(module)
  }
  return [{source, names: table.names, releases, recorded: known === undefined ? undefined : recorded}]
}

function recordOf(history: ModuleHistory | undefined, table: RegistryReleases): Recorded | undefined {
  if (history === undefined || table.history === undefined) return undefined
  return {...standingOf(history, table), first: statesOf(history, table.history)[0]?.version, history}
}

interface Known {
  readonly histories: readonly History[]
  /** Oldest first. */
  readonly lines: readonly ProsodyLine[]
}

function contradictions(move: RegistryMove, {histories, lines}: Known): string[] {
  const own = histories.find(({source}) => source.id === move.source)
  return [
    ...(move.source === undefined || own !== undefined ? [] : [`no source ${move.source}`]),
    ...(own === undefined ? [] : sourceContradictions(move, own, histories)),
    ...(move.to ?? []).filter((to) => !exists(to, move, histories)).map((to) => `${to}: no such module`),
    ...(move.change === 'core' ? coreContradictions(move, lines) : []),
    ...(move.change === 'left-core' ? leftContradictions(move, lines) : []),
  ]
}

/** What a move is to that no known release has is taken on trust where the move is younger than all of them. */
function exists(to: string, move: RegistryMove, histories: readonly History[]): boolean {
  const [id = '', name = ''] = to.split('/')
  const history = histories.find(({source}) => source.id === id)
  if (history === undefined) return false
  return Object.hasOwn(history.names, name) || isLater(move.since, history)
}

function sourceContradictions(move: RegistryMove, own: History, histories: readonly History[]): string[] {
  const {module, since, until, change} = move
  if (!Object.hasOwn(own.names, module)) return [`${own.source.id} never had a module ${module}`]
  const {lastWith, first} = endOf(module, own)
  const ofSource = change === 'renamed' || change === 'replaced' || change === 'dropped'
  return [
    ...(until === lastWith
      ? []
      : expected('until', `${lastWith ?? 'absent'}, the last release with it`, until)),
    ...(ofSource ? sinceOf(since, first, own) : []),
    ...(change === 'official' ? officialSince(move, histories) : []),
  ]
}

/** The last version with a module, and the first without; neither where it is still there, or was never known. */
function endOf(
  module: string,
  {releases, recorded}: History,
): {readonly lastWith: string | undefined; readonly first: string | undefined} {
  if (recorded !== undefined) {
    const {newest, gone} = recorded(module) ?? {}
    return {lastWith: gone === undefined ? undefined : newest, first: gone}
  }
  const last = releases.findLastIndex(({modules}) => modules.has(module))
  return {lastWith: releases[last]?.version, first: releases[last + 1]?.version}
}

function officialSince({to = [], since}: RegistryMove, histories: readonly History[]): string[] {
  const [id = '', name = ''] = to[0]?.split('/') ?? []
  const history = histories.find(({source}) => source.id === id)
  if (history === undefined) return []
  const first =
    history.recorded?.(name)?.first ?? history.releases.find(({modules}) => modules.has(name))?.version
  return sinceOf(since, first, history)
}

function sinceOf(since: string, first: string | undefined, history: History): string[] {
  if (first !== undefined)
    return since === first ? [] : expected('since', `${first}, the first release that shows it`, since)
  return isLater(since, history)
    ? []
    : expected('since', `a number after the last release that is known, ${newestOf(history)}`, since)
}

function isLater(version: string, history: History): boolean {
  const scheme = schemes[history.source.scheme]
  const [one, newest] = [scheme.parse(version), scheme.parse(newestOf(history))]
  return one !== undefined && newest !== undefined && scheme.compare(one, newest) > 0
}

function newestOf({releases}: History): string {
  return releases.at(-1)?.version ?? ''
}

function expected(field: string, what: string, got: string | undefined): string[] {
  return [`${field}: expected ${what}, got ${got ?? 'nothing'}`]
}

/** The registry does not describe lines before its oldest: what that has may be older. */
function coreContradictions({module, core, since}: RegistryMove, lines: readonly ProsodyLine[]): string[] {
  return (core ?? [module]).flatMap((name) => {
    const first = lines.findIndex(({coreModules}) => coreModules.includes(name))
    const line = lines[first]
    if (line === undefined) return [`no core module ${name} in any known line of Prosody`]
    // That one of Prosody's modules has taken over another's work may be younger than the module.
    const order = compareLines(since, line.line)
    const fits = core === undefined ? (first === 0 ? order <= 0 : order === 0) : first === 0 || order >= 0
    return fits ? [] : expected('since', `${line.line}, the first line with ${name}`, since)
  })
}

function leftContradictions({module, since}: RegistryMove, lines: readonly ProsodyLine[]): string[] {
  return lines
    .filter(({line, coreModules}) => compareLines(line, since) >= 0 && coreModules.includes(module))
    .map(({line}) => `Prosody ${line} has a core module ${module}`)
}

function twice(moves: readonly RegistryMove[]): string[] {
  const keyOf = ({module, source, change}: RegistryMove): string => `${source ?? '*'}/${module} (${change})`
  const keys = moves.map(keyOf)
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))].map(
    (key) => `${key} stands twice`,
  )
}

function goneFrom(history: History): Gone[] {
  const {recorded, names} = history
  if (recorded === undefined) return goneFromReleases(history)
  return Object.keys(names).flatMap((module) => {
    const own = recorded(module)
    if (own?.gone === undefined) return []
    const {newest: until = 'its own day', gone: since} = own
    return [{module, source: history.source.id, until, since, same: copiesOf(own, history)}]
  })
}

/** Modules that came with the changeset that took another away, with its main file's bytes. */
function copiesOf({history: {module, changes, digests}}: Recorded, {names, recorded}: History): string[] {
  const main = ({files = {}}: ModuleChange): number | undefined => files[`mod_${module}.lua`]
  const at = changes.findLastIndex((change) => main(change) !== undefined)
  const [last, removal] = [changes[at], changes[at + 1]]
  const sha256 = last === undefined ? undefined : digests[main(last) ?? -1]?.sha256
  if (sha256 === undefined) return []
  return Object.keys(names).filter((name) => {
    const other = recorded?.(name)?.history
    const first = other?.changes[0]
    const index = first?.files?.[`mod_${name}.lua`]
    return first?.revision === removal?.revision && other?.digests[index ?? -1]?.sha256 === sha256
  })
}

function goneFromReleases({source, releases}: History): Gone[] {
  const newest = releases.at(-1)
  return releases.slice(0, -1).flatMap((release, index) => {
    const next = releases[index + 1]
    const later = releases.slice(index + 1)
    if (next === undefined || newest === undefined) return []
    return [...release.modules]
      .filter(([module]) => !later.some(({modules}) => modules.has(module)))
      .map(([module, digest]) => ({
        module,
        source: source.id,
        until: release.version,
        since: next.version,
        same: [...next.modules]
          .filter(([name, other]) => digest !== undefined && other === digest && !release.modules.has(name))
          .map(([name]) => name),
      }))
  })
}

function silence({module, source, until, since, same}: Gone, moves: readonly RegistryMove[]): string[] {
  const own = moves.filter(
    (move) =>
      move.module === module &&
      (move.source === source || (move.source === undefined && move.change === 'core')),
  )
  const where = `${source}/${module}: ${until} has it and ${since} has not`
  if (own.length === 0) return [`${where}, and no entry says what became of it`]
  return same
    .filter((name) => !own.some(({to}) => to?.includes(`${source}/${name}`)))
    .map((name) => `${where}, but ${name} with the same bytes, which no entry says`)
}

function coreWithoutEntry(
  {source, names}: History,
  lines: readonly ProsodyLine[],
  moves: readonly RegistryMove[],
): string[] {
  const told = new Set(
    moves.filter((move) => move.change === 'core' && move.core === undefined).map(({module}) => module),
  )
  return Object.keys(names).flatMap((module) => {
    const line = lines.find(({coreModules}) => coreModules.includes(module))
    return line === undefined || told.has(module)
      ? []
      : [`${source.id}/${module}: Prosody ${line.line} has a core module of that name, which no entry says`]
  })
}
