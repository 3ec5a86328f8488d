import {calendar} from '../../src/versioning/calendar.ts'
import {standingOf, statesOf, type ModuleState} from '../../src/registry/history.ts'
import type {
  ModuleHistory,
  RegistryName,
  RegistryRelease,
  RegistryReleases,
} from '../../src/registry/types.ts'

/** What is wrong with the histories of a source's modules, alone and beside its table; one line a fault. */
export function checkHistories(table: RegistryReleases, histories: readonly ModuleHistory[]): string[] {
  const {source, history: known} = table
  if (known === undefined)
    return histories.length === 0 ? [] : [`releases/${source}.json says not how far history/${source} goes`]
  const recorded = histories.map((history) => ({history, states: statesOf(history, known)}))
  return [
    ...histories.flatMap((history) =>
      checkHistory(history).map((text) => `history/${source}/${history.module}.json: ${text}`),
    ),
    ...checkNames(table, histories),
    ...table.releases
      .filter(({date}) => date <= known.date)
      .flatMap((release) => checkSnapshot(release, table, recorded))
      .map((text) => `releases/${source}.json: ${text}`),
    ...confirmed(table, histories),
  ]
}

function checkHistory({digests, changes}: ModuleHistory): string[] {
  const used = new Set(changes.flatMap(({files = {}}) => Object.values(files)))
  return [
    ...(new Set(changes.map(({revision}) => revision)).size === changes.length
      ? []
      : ['a revision stands twice']),
    ...(new Set(digests.map(({sha256}) => sha256)).size === digests.length ? [] : ['a digest stands twice']),
    ...digests.flatMap((_, index) => (used.has(index) ? [] : [`digest ${index} is used by no file`])),
    ...changes.flatMap(({revision, files = {}}) =>
      Object.keys(files)
        .filter((path) => digests[files[path] ?? 0] === undefined)
        .map((path) => `${revision}: ${path} has no digest`),
    ),
  ]
}

/** What names say of versions follows from the rest. */
function checkNames(table: RegistryReleases, histories: readonly ModuleHistory[]): string[] {
  const standings = new Map(histories.map((history) => [history.module, standingOf(history, table)]))
  const wrong = Object.entries(table.names).filter(([name, facts]) => {
    const {newest, gone} = standings.get(name) ?? {}
    return facts.newest !== newest || facts.gone !== gone
  })
  const missing = [...standings.keys()].filter((name) => !Object.hasOwn(table.names, name))
  return [
    ...missing.map((name) => `releases/${table.source}.json: ${name} is missing in names`),
    ...wrong.map(
      ([name, facts]) =>
        `releases/${table.source}.json: ${name}: ${said(facts)} is not what its history says: run the index command`,
    ),
  ]
}

function said({newest, gone}: RegistryName): string {
  return `newest ${newest ?? 'none'}, gone ${gone ?? 'never'}`
}

interface Recorded {
  readonly history: ModuleHistory
  readonly states: readonly ModuleState[]
}

/** A snapshot that the histories reach has what they say of its day, but for what Debian changed or took out. */
function checkSnapshot(
  release: RegistryRelease,
  {digests}: RegistryReleases,
  recorded: readonly Recorded[],
): string[] {
  const lacking: string[] = []
  const wrong: string[] = []
  for (const {history, states} of recorded) {
    const then = statesOn(release.version, states)
    const folder = `mod_${history.module}/`
    const paths = Object.keys(release.files).filter((path) => path.startsWith(folder))
    if (paths.length === 0) {
      if (then.every(({isModule}) => isModule) && then.length > 0) lacking.push(history.module)
      continue
    }
    for (const path of paths) {
      const digest = digests[release.files[path] ?? -1]
      const found = then.map(({change}) => history.digests[change.files?.[path.slice(folder.length)] ?? -1])
      if (digest?.basis === 'upstream' && !found.some((one) => one?.sha256 === digest.sha256))
        wrong.push(`${release.version}: ${path}: ${digest.sha256} is not what its history has of that day`)
    }
  }
  const isPartial = release.partial === true
  if (isPartial === lacking.length > 0) return wrong
  const [first = ''] = lacking
  return [
    ...wrong,
    isPartial
      ? `${release.version}: "partial", though it lacks no module of that day`
      : `${release.version}: it lacks ${lacking.length} modules of that day (${first}): it is "partial"`,
  ]
}

/** What a module was on a day, at its beginning, its end, and between. */
function statesOn(version: string, states: readonly ModuleState[]): readonly ModuleState[] {
  const day = calendar.parse(version)
  if (day === undefined) return []
  return states.filter(({version: from, until}, index) => {
    const first = calendar.parse(from)
    const last = calendar.parse(until ?? from)
    if (first === undefined || last === undefined || calendar.compare(first, day) > 0) return false
    const next = states[index + 1]
    return calendar.compare(last, day) >= 0 || next?.version === day.text
  })
}

/** The publisher's own repository is upstream, whoever else has the bytes. */
function confirmed(table: RegistryReleases, histories: readonly ModuleHistory[]): string[] {
  const seen = new Set(histories.flatMap(({digests}) => digests.map(({sha256}) => sha256)))
  return table.digests
    .filter(({sha256, basis}) => basis !== 'upstream' && seen.has(sha256))
    .map(({sha256, basis}) => `releases/${table.source}.json: ${sha256} is "${basis}", and a history has it`)
}
