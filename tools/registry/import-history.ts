import type {ModuleHistory, RegistryName, RegistryReleases, RegistrySource} from '../../src/registry/types.ts'
import {standingOf} from '../../src/registry/history.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {readRegistry} from './files.ts'
import {mergeHistory, type IncomingHistory} from './history.ts'
import {withNames} from './releases.ts'

/** What an import of changes makes of a registry; nothing of it is written yet. */
export interface MergedHistories {
  readonly table: RegistryReleases
  readonly histories: readonly ModuleHistory[]
  /** How many changes were not known. */
  readonly added: number
  readonly known: number
}

/** The history of a module in a registry's folder; undefined where it has none. */
export function readHistory(folder: string, source: string, module: string): ModuleHistory | undefined {
  return readRegistry(folder, historyPath(source, module)) as ModuleHistory | undefined
}

/** Path of a module's history in a registry. */
export function historyPath(source: string, module: string): string {
  return `history/${source}/${module}.json`
}

/** Adds changes to the histories of a source. Throws USAGE for a source that has none, and DIGEST_MISMATCH. */
export function mergeHistories(
  {folder, source}: {readonly folder: string; readonly source: RegistrySource},
  table: RegistryReleases,
  {until, modules}: IncomingHistory,
): MergedHistories {
  if (source.kind !== 'hg') {
    throw new ProsodyModsError('USAGE', `${source.id} has no history of single modules`, {
      hint: 'only modules of a Mercurial source change by themselves: the others are released as a whole',
    })
  }
  let added = 0
  let known = 0
  const histories = [...modules].map(([module, changes]) => {
    const before = readHistory(folder, source.id, module)
    const about = {source: source.id, module, ...(before === undefined ? {} : {known: before})}
    const now = mergeHistory(about, changes)
    const fresh = now.changes.length - (before?.changes.length ?? 0)
    added += fresh
    known += changes.length - fresh
    return now
  })
  const isNewer = table.history === undefined || until.date >= table.history.date
  const {source: id, digests, releases, names} = table
  const history = isNewer ? until : table.history
  const merged = {source: id, history, digests, releases, names: withNames(names, modules.keys())}
  return {table: merged, histories, added, known}
}

/** The table with what follows from histories for each name: its newest version, and since when it is gone. */
export function withStandings(
  table: RegistryReleases,
  historyOf: (module: string) => ModuleHistory | undefined,
): RegistryReleases {
  if (table.history === undefined) return table
  const names = Object.entries(table.names).map(([name, known]): [string, RegistryName] => {
    const history = historyOf(name)
    const facts = Object.entries(known).filter(([key]) => key !== 'newest' && key !== 'gone')
    return [
      name,
      {...Object.fromEntries(facts), ...(history === undefined ? {} : standingOf(history, table))},
    ]
  })
  return {...table, names: Object.fromEntries(names)}
}
