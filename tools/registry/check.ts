import {messageOf} from '../../src/errors.ts'
import type {
  Deprecation,
  ModuleHistory,
  ProsodyLine,
  ProsodyMembers,
  ProsodyRuntime,
  RegistryDeprecations,
  RegistryLibraries,
  RegistryMoves,
  RegistryRelease,
  RegistryReleases,
  RegistrySource,
  RegistrySuites,
  RegistrySummaries,
} from '../../src/registry/types.ts'
import {factsPath} from '../../src/registry/registry.ts'
import {buildIndex} from './build-index.ts'
import {checkAdvisories} from './check-advisories.ts'
import {checkHistories} from './check-history.ts'
import {checkArchives} from './check-archives.ts'
import {checkLibraries} from './check-libraries.ts'
import {checkMoves} from './check-moves.ts'
import {checkSummaries} from './check-summaries.ts'
import {currentText, fileKind, listRegistry, readFolder, readRegistry, registryText} from './files.ts'
import {checkFacts} from './facts/check-facts.ts'
import {readHistory} from './import-history.ts'
import {moduleNames} from './module-names.ts'
import {inOrder} from './releases.ts'
import {schemaErrors} from './schemas.ts'

const required = [
  'deprecations.json',
  'index.json',
  'libraries.json',
  'moves.json',
  'suites.json',
  'summaries.json',
]

/** Everything that is wrong with a registry, one line a fault; empty when it is sound. */
export function checkRegistry(folder: string): string[] {
  const paths = listRegistry(folder)
  const missing = required
    .filter((path) => !paths.includes(path))
    .map((path) => `${path}: the file is missing`)
  const broken = [...missing, ...paths.flatMap((path) => guarded(path, () => checkFile(folder, path)))]
  // What follows trusts the shapes that the schemas prove.
  const wrong = broken.length > 0 ? broken : checkContents(folder)
  return wrong.length > 0 ? wrong : checkAllFacts(folder)
}

function checkAllFacts(folder: string): string[] {
  const tables = readFolder(folder, 'releases') as RegistryReleases[]
  return tables.flatMap((table) => guarded(factsPath(table.source), () => checkFacts(folder, table.source)))
}

function checkFile(folder: string, path: string): string[] {
  const value = readRegistry(folder, path) as Record<string, unknown> &
    Partial<Record<'id' | 'source' | 'line' | 'module', string>>
  const kind = fileKind(path)
  const errors = schemaErrors(kind.schema, value)
  if (errors.length > 0) return errors
  const own =
    value.module === undefined
      ? (value.id ?? value.source ?? value.line)
      : `${value.source ?? ''}/${value.module}`
  return [
    ...(value['$schema'] === kind.schemaPath ? [] : [`$schema must be ${kind.schemaPath}`]),
    ...(own === undefined || path.endsWith(`/${own}.json`) ? [] : [`the file is about ${own}`]),
    ...(registryText(path, value) === currentText(folder, path)
      ? []
      : ['the layout differs: write it with this tool']),
  ]
}

function checkContents(folder: string): string[] {
  const sources = readFolder(folder, 'sources') as RegistrySource[]
  const tables = readFolder(folder, 'releases') as RegistryReleases[]
  const lines = readFolder(folder, 'prosody') as ProsodyLine[]
  const ids = [...sources.map(({id}) => id), ...tables.map(({source}) => source)]
  const lone = ids.filter((id, _, all) => all.filter((other) => other === id).length !== 2)
  if (lone.length > 0) return lone.map((id) => `${id}: needs both sources/${id}.json and releases/${id}.json`)
  const {moves} = readRegistry(folder, 'moves.json') as RegistryMoves
  const {deprecations} = readRegistry(folder, 'deprecations.json') as RegistryDeprecations
  const runtimes = readFolder(folder, 'runtime') as ProsodyRuntime[]
  return [
    ...sources.flatMap((source) => {
      const table = tables.find((candidate) => candidate.source === source.id)
      return table === undefined ? [] : guarded(`releases/${source.id}.json`, () => checkTable(source, table))
    }),
    ...tables.flatMap((table) => checkHistories(table, historiesOf(folder, table.source))),
    ...guarded('moves.json', () =>
      checkMoves({moves, sources, tables, lines, historyOf: (...key) => readHistory(folder, ...key)}),
    ),
    ...checkRuntimes(lines, runtimes),
    ...checkMembers(lines, readFolder(folder, 'members') as ProsodyMembers[]),
    ...checkDeprecations(deprecations, lines),
    ...checkArchives(folder, tables),
    ...checkSuites(readRegistry(folder, 'suites.json') as RegistrySuites, lines),
    ...checkAdvisories(folder, (readRegistry(folder, 'suites.json') as RegistrySuites).suites),
    ...guarded('libraries.json', () =>
      checkLibraries(readRegistry(folder, 'libraries.json') as RegistryLibraries),
    ),
    ...guarded('summaries.json', () =>
      checkSummaries(readRegistry(folder, 'summaries.json') as RegistrySummaries, {sources, tables}),
    ),
    ...(registryText('index.json', buildIndex(tables)) === currentText(folder, 'index.json')
      ? []
      : ['index.json is out of date: run the index command']),
  ]
}

function historiesOf(folder: string, source: string): ModuleHistory[] {
  return listRegistry(folder)
    .filter((path) => path.startsWith(`history/${source}/`))
    .map((path) => readRegistry(folder, path) as ModuleHistory)
}

/** Each suite once, oldest first, and one at least that ships each line of prosody/. */
function checkSuites({suites}: RegistrySuites, lines: readonly ProsodyLine[]): string[] {
  const numbers = suites.map(({number}) => Number(number))
  return [
    ...suites
      .filter((_, index) => index > 0 && (numbers[index] ?? 0) <= (numbers[index - 1] ?? 0))
      .map(({name}) => `suites.json: ${name} is not newer than the one before`),
    ...suites
      .filter(({name}, index) => suites.findIndex((other) => other.name === name) !== index)
      .map(({name}) => `suites.json: ${name} stands there twice`),
    ...lines
      .filter(({line}) => !suites.some(({prosody}) => prosody === line))
      .map(({line}) => `suites.json: no suite ships Prosody ${line}, which prosody/ describes`),
  ]
}

function checkTable(source: RegistrySource, table: RegistryReleases): string[] {
  const versions = table.releases.map(({version}) => version)
  const canonical = inOrder(source, table.releases).map(({version}) => version)
  const used = new Set(table.releases.flatMap(({files}) => Object.values(files)))
  const sha256s = new Set(table.digests.map(({sha256}) => sha256))
  const missing = [...moduleNames(source, table.releases)].filter((name) => !(name in table.names))
  return [
    ...(versions.join() === canonical.join()
      ? []
      : ['releases must stand oldest first, in canonical spelling']),
    ...(new Set(versions).size === versions.length ? [] : ['a version stands twice']),
    ...(sha256s.size === table.digests.length ? [] : ['a digest stands twice']),
    ...table.digests.flatMap((_, index) => (used.has(index) ? [] : [`digest ${index} is used by no file`])),
    ...missing.map((name) => `${name} is missing in names`),
    ...aliasesInTwo(table.releases),
    ...table.releases.flatMap((release) => checkRelease(release, table.digests.length)),
  ]
}

function checkRelease({version, files, links}: RegistryRelease, digests: number): string[] {
  const paths = Object.keys(files)
  const broken = Object.entries(links ?? {}).filter(
    ([link, to]) => link in files || !paths.some((path) => path === to || path.startsWith(`${to}/`)),
  )
  return [
    ...paths
      .filter((path) => (files[path] ?? 0) >= digests)
      .map((path) => `${version}: ${path} has no digest`),
    ...broken.map(([link]) => `${version}: link ${link} leads nowhere, or a file has its path`),
  ]
}

/** Two tags on one commit share their package number (Jitsi's 3547 and 3548); two commits never do. */
function aliasesInTwo(releases: readonly RegistryRelease[]): string[] {
  const revisions = new Map<string, string>()
  return releases.flatMap(({version, revision, aliases = []}) =>
    aliases.flatMap((alias) => {
      const first = revisions.get(alias) ?? revision
      revisions.set(alias, first)
      return first === revision ? [] : [`${version}: alias ${alias} belongs to another revision`]
    }),
  )
}

function checkRuntimes(lines: readonly ProsodyLine[], runtimes: readonly ProsodyRuntime[]): string[] {
  const known = runtimes.map(({line}) => line)
  const missing = lines.filter(({line}) => !known.includes(line))
  const lone = known.filter((line) => !lines.some((one) => one.line === line))
  return [
    ...missing.map(({line}) => `prosody/${line}.json: needs runtime/${line}.json`),
    ...lone.map((line) => `runtime/${line}.json: needs prosody/${line}.json`),
    ...runtimes.flatMap(({line, moduleApiOf}) => {
      const core = lines.find((one) => one.line === line)?.coreModules ?? []
      return Object.entries(moduleApiOf)
        .filter(([, module]) => !core.includes(module))
        .map(([method, module]) => `runtime/${line}.json: ${method}: no core module ${module}`)
    }),
  ]
}

function checkMembers(lines: readonly ProsodyLine[], all: readonly ProsodyMembers[]): string[] {
  const missing = lines.filter(({line}) => !all.some((one) => one.line === line))
  return [
    ...missing.map(({line}) => `prosody/${line}.json: needs members/${line}.json`),
    ...all.flatMap(({line, read, run, moduleLibs}) => {
      const facts = lines.find((one) => one.line === line)
      const names = new Set([...(facts?.libs ?? []), ...(facts?.moduleLibs ?? [])])
      return Object.keys({...read, ...run, ...moduleLibs})
        .filter((name) => !names.has(name))
        .map((name) => `members/${line}.json: prosody/${line}.json has no library ${name}`)
    }),
  ]
}

function checkDeprecations(all: readonly Deprecation[], lines: readonly ProsodyLine[]): string[] {
  const known = lines.map(({line}) => line)
  return all.flatMap(({kind, name, since, until = since}, index) => {
    const at = `deprecations.json: ${kind} ${name}`
    const overlaps = all
      .slice(0, index)
      .some((one) => one.kind === kind && one.name === name && Number(one.until ?? Infinity) >= Number(since))
    const line = lines.find((one) => one.line === since)
    const isThere =
      kind === 'method'
        ? line?.moduleApi.includes(name)
        : kind === 'library'
          ? line?.libs.includes(name)
          : kind === 'function'
            ? line?.libs.includes(name.replace(/\.[^.]+$/, ''))
            : true
    return [
      ...[since, until].filter((one) => !known.includes(one)).map((one) => `${at}: no line ${one}`),
      ...(overlaps ? [`${at}: stands twice`] : []),
      ...(isThere === false ? [`${at}: Prosody ${since} does not have it`] : []),
    ]
  })
}

function guarded(path: string, check: () => string[]): string[] {
  try {
    return check().map((problem) => `${path}: ${problem}`)
  } catch (error) {
    return [`${path}: ${messageOf(error)}`]
  }
}
