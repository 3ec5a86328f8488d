import {readFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import type {
  ProsodyFiles,
  ProsodyLine,
  RegistryLibraries,
  RegistryPackages,
  RegistryReleases,
  RegistrySource,
} from '../../src/registry/types.ts'
import {factsPath, openRegistry} from '../../src/registry/registry.ts'
import type {Advisory} from '../../src/registry/advisories.ts'
import {withDigests} from './advisories.ts'
import {buildIndex} from './build-index.ts'
import {buildTerms, checkTerms} from './build-terms.ts'
import {knownSources} from './check-advisories.ts'
import {checkRegistry} from './check.ts'
import {embeddedFolder, listRegistry, readFolder, readRegistry, writeBytes, writeRegistry} from './files.ts'
import {makeFacts} from './facts/make-facts.ts'
import {modulesRoot, readDeb} from './import-deb.ts'
import {importAliases, importNames, readProsodyLine} from './import-facts.ts'
import {readGit} from './import-git.ts'
import {historyPath, mergeHistories, readHistory, withStandings} from './import-history.ts'
import {importLibraries} from './import-libraries.ts'
import {importRock} from './import-rock.ts'
import {readMembers, type Listing} from './import-members.ts'
import {importProsodyFiles} from './import-prosody-files.ts'
import {readHgHistory} from './read-hg.ts'
import {readHistoryTable} from './read-history-table.ts'
import {importPackages} from './import-packages.ts'
import {readRuntime} from './import-runtime.ts'
import {readTable} from './import-table.ts'
import {type IncomingRelease, mergeReleases} from './releases.ts'
import {renovatePackages} from './renovate.ts'

const usage = `usage: main.ts <command> [--registry <folder>]
  import-git --source <id> --repository <git folder>
  import-deb --source <id> [--partial] [--root <folder>] [--pool <folder>] <file.deb>…
  import-table --source <id> [--partial] <file.ndjson>…
  import-history --source <id> (--repository <hg clone> | <file.ndjson>…)
  import-names --source <id> <file.json>…
  import-aliases --source <id> <file.json>…
  import-packages --source <id> <file.ndjson>…
  import-prosody-line <file.json>…
  import-runtime --line <line> <folder> [<prosody> <prosodyctl>]
  import-members --line <line> <folder> [<listing.json>]
  import-prosody-files <prosody_….deb or table.ndjson>…
  import-libraries --suite <suite> <Contents file>… <Packages file>
  import-rock --rock <name> --at <owner/name> --repository <git folder> --revision <tag> [--needs <library>]…
    <path>[=<path in Lua's folder>]…
  advisories
  facts --source <id> <git folder | hg folder | file.deb>…
  renovate --out <folder>
  index
  check`

interface Call {
  readonly folder: string
  readonly files: readonly string[]
  readonly options: Readonly<
    Partial<
      Record<
        'source' | 'repository' | 'root' | 'pool' | 'line' | 'suite' | 'rock' | 'at' | 'revision' | 'out',
        string
      >
    > & {
      partial?: boolean
      needs?: string[]
    }
  >
  readonly print: (line: string) => void
}

const commands: Readonly<Record<string, (call: Call) => void | Promise<void>>> = {
  'import-git': (call) => {
    const source = sourceOf(call)
    addReleases(
      call,
      source,
      readGit(call.options.repository ?? missing('--repository <git folder>'), source),
    )
  },
  'import-deb': importDebs,
  'import-table': (call) => {
    const source = sourceOf(call)
    addReleases(
      call,
      source,
      someFiles(call).flatMap((file) => readTable(file, source)),
    )
  },
  'import-history': importHistories,
  'import-names': (call) => {
    const table = someFiles(call).reduce(importNames, tableOf(call.folder, sourceOf(call)))
    writeTable(call, table)
  },
  'import-aliases': importAliasFiles,
  'import-packages': importPackageFiles,
  'import-prosody-line': (call) => {
    for (const line of someFiles(call).map(readProsodyLine)) write(call, `prosody/${line.line}.json`, line)
  },
  'import-runtime': (call) => {
    const line = call.options.line ?? missing('--line <line>')
    const [folder = '', ...programs] = someFiles(call)
    write(call, `runtime/${line}.json`, readRuntime(folder, line, programs))
  },
  'import-members': importMembers,
  'import-prosody-files': async (call) => {
    const known = readRegistry(call.folder, 'prosody-files.json') as ProsodyFiles | undefined
    const files = await importProsodyFiles(known ?? {releases: [], files: {}}, someFiles(call))
    write(call, 'prosody-files.json', files)
  },
  'import-libraries': importLibraryFiles,
  'import-rock': importRockFiles,
  advisories: writeAdvisories,
  facts: writeFacts,
  renovate: writeRenovate,
  index: (call) => {
    const others = listRegistry(call.folder).filter((path) => path !== 'index.json')
    for (const path of others) if (!path.startsWith('releases/')) rewrite(call, path)
    for (const table of readFolder(call.folder, 'releases') as RegistryReleases[]) writeReleases(call, table)
    writeIndex(call)
  },
  check: async (call) => {
    const faults = checkRegistry(call.folder)
    const problems = faults.length > 0 ? faults : await checkTerms(call.folder)
    if (problems.length > 0)
      throw new ProsodyModsError('REGISTRY_BROKEN', problems.join('\n'), {details: {problems}})
    call.print(`${listRegistry(call.folder).length} files, no problem found`)
  },
}

/**
 * The maintainers' command (docs/reference/registry.md): imports releases and facts into a registry,
 * rebuilds its index, checks it. Nothing is written when an input is refused.
 * @param argv command, options and files
 */
export async function runRegistryTool(argv: readonly string[], print: (line: string) => void): Promise<void> {
  const {values, positionals} = parse(argv)
  const [name = '', ...files] = positionals
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    throw new ProsodyModsError('USAGE', name === '' ? 'no command given' : `unknown command "${name}"`, {
      hint: usage,
    })
  }
  const {registry = embeddedFolder, ...options} = values
  await command({folder: registry, files, options, print})
}

function parse(argv: readonly string[]) {
  const text = {type: 'string'} as const
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        registry: text,
        source: text,
        repository: text,
        root: text,
        pool: text,
        line: text,
        suite: text,
        rock: text,
        at: text,
        revision: text,
        out: text,
        needs: {type: 'string', multiple: true},
        partial: {type: 'boolean'},
      },
    })
  } catch (error) {
    throw new ProsodyModsError('USAGE', messageOf(error), {hint: usage, cause: error})
  }
}

async function importDebs(call: Call): Promise<void> {
  const source = sourceOf(call)
  const {root = modulesRoot, pool} = call.options
  const releases: IncomingRelease[] = []
  for (const file of someFiles(call)) {
    releases.push(await readDeb({file, root, ...(pool === undefined ? {} : {pool})}))
  }
  addReleases(call, source, releases)
}

async function writeFacts(call: Call): Promise<void> {
  const {id} = sourceOf(call)
  const {bytes, files, missing} = await makeFacts(call.folder, id, someFiles(call))
  for (const {path, sha256} of missing) call.print(`not in the inputs: ${path} (${sha256})`)
  call.print(`${id}: facts of ${files} files, ${missing.length} missing`)
  const path = factsPath(id)
  call.print(`${path} ${writeBytes(call.folder, path, bytes) ? 'written' : 'unchanged'}`)
  write(call, 'terms.json', await buildTerms(call.folder))
}

async function importHistories(call: Call): Promise<void> {
  const source = sourceOf(call)
  const {repository} = call.options
  const incoming =
    repository === undefined ? someFiles(call).map(readHistoryTable) : [await readHgHistory(repository)]
  for (const one of incoming) {
    const {table, histories, added, known} = mergeHistories(
      {folder: call.folder, source},
      tableOf(call.folder, source),
      one,
    )
    call.print(`${source.id}: ${added} changes added, ${known} known already`)
    const changed = histories.filter((history) =>
      writeRegistry(call.folder, historyPath(source.id, history.module), history),
    )
    call.print(
      `history/${source.id}: ${changed.length} files written, ${histories.length - changed.length} unchanged`,
    )
    writeTable(call, table)
  }
}

function importAliasFiles(call: Call): void {
  let table = tableOf(call.folder, sourceOf(call))
  for (const file of someFiles(call)) {
    const imported = importAliases(table, file)
    table = imported.table
    if (imported.unknown.length > 0) call.print(`left out, no such release: ${imported.unknown.join(', ')}`)
  }
  writeTable(call, table)
}

function importPackageFiles(call: Call): void {
  const source = sourceOf(call)
  const path = `packages/${source.id}.json`
  let packages = readRegistry(call.folder, path) as RegistryPackages | undefined
  if (packages === undefined)
    throw new ProsodyModsError('USAGE', `the registry has no ${path}`, {
      hint: 'write it first, without packages: it says which archive, package and folder are meant',
    })
  const releases = tableOf(call.folder, source)
  for (const file of someFiles(call)) {
    const imported = importPackages(packages, releases, file)
    packages = imported.packages
    if (imported.unknown.length > 0) call.print(`left out, no such release: ${imported.unknown.join(', ')}`)
  }
  write(call, path, packages)
}

function importMembers(call: Call): void {
  const line = call.options.line ?? missing('--line <line>')
  const facts = readRegistry(call.folder, `prosody/${line}.json`) as ProsodyLine | undefined
  if (facts === undefined) throw new ProsodyModsError('USAGE', `the registry knows no Prosody ${line}`)
  const [folder = '', file] = someFiles(call)
  const listing = file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Listing)
  write(call, `members/${line}.json`, readMembers(folder, facts, listing))
}

async function importLibraryFiles(call: Call): Promise<void> {
  const suite = call.options.suite ?? missing('--suite <suite>')
  const known = (readRegistry(call.folder, 'libraries.json') ?? {
    packages: {},
    copies: {},
    rocks: {},
    none: {},
  }) as RegistryLibraries
  const packages = await importLibraries(known.packages, {suite, files: someFiles(call)})
  write(call, 'libraries.json', {...known, packages})
}

function importRockFiles(call: Call): void {
  const {rock, at, repository, revision, needs = []} = call.options
  const known = readRegistry(call.folder, 'libraries.json') as RegistryLibraries
  const rocks = importRock(known.rocks, {
    rock: rock ?? missing('--rock <name>'),
    at: at ?? missing('--at <owner/name>'),
    repository: repository ?? missing('--repository <git folder>'),
    revision: revision ?? missing('--revision <tag>'),
    needs,
    files: someFiles(call),
  })
  write(call, 'libraries.json', {...known, rocks})
}

function writeAdvisories(call: Call): void {
  const known = knownSources(call.folder)
  for (const advisory of readFolder(call.folder, 'advisories') as Advisory[])
    write(call, `advisories/${advisory.id}.json`, withDigests(advisory, known))
}

function writeRenovate({folder, options, print}: Call): void {
  const out = options.out ?? missing('--out <folder>')
  const packages = renovatePackages(openRegistry(`${folder}/`))
  let written = 0
  for (const [path, one] of packages)
    if (writeBytes(out, path, Buffer.from(`${JSON.stringify(one)}\n`))) written += 1
  print(`${out}: ${written} files written, ${packages.size - written} unchanged`)
}

function addReleases(call: Call, source: RegistrySource, read: readonly IncomingRelease[]): void {
  const incoming =
    call.options.partial === true ? read.map((one) => ({...one, partial: true as const})) : read
  const {table, added, known} = mergeReleases(source, tableOf(call.folder, source), incoming)
  call.print(`${source.id}: ${added.length} releases added, ${known.length} known already`)
  writeTable(call, table)
}

function writeTable(call: Call, table: RegistryReleases): void {
  writeReleases(call, table)
  writeIndex(call)
}

function writeReleases(call: Call, table: RegistryReleases): void {
  const {source} = table
  const whole = withStandings(table, (module) => readHistory(call.folder, source, module))
  write(call, `releases/${source}.json`, whole)
}

function writeIndex(call: Call): void {
  write(call, 'index.json', buildIndex(readFolder(call.folder, 'releases') as RegistryReleases[]))
}

function rewrite(call: Call, path: string): void {
  const value = readRegistry(call.folder, path) as object
  if (path.startsWith('history/')) writeRegistry(call.folder, path, value)
  else write(call, path, value)
}

function write(call: Call, path: string, value: object): void {
  call.print(`${path} ${writeRegistry(call.folder, path, value) ? 'written' : 'unchanged'}`)
}

function sourceOf({folder, options}: Call): RegistrySource {
  const id = options.source ?? missing('--source <id>')
  const source = /^[a-z0-9][a-z0-9_-]*$/.test(id) ? readRegistry(folder, `sources/${id}.json`) : undefined
  if (source !== undefined) return source as RegistrySource
  throw new ProsodyModsError('SOURCE_UNKNOWN', `the registry has no source "${id}"`, {
    hint: `write sources/${id}.json first`,
  })
}

function tableOf(folder: string, {id}: RegistrySource): RegistryReleases {
  const table = readRegistry(folder, `releases/${id}.json`) as RegistryReleases | undefined
  return table ?? {source: id, digests: [], releases: [], names: {}}
}

function someFiles({files}: Call): readonly string[] {
  return files.length > 0 ? files : missing('a file')
}

function missing(what: string): never {
  throw new ProsodyModsError('USAGE', `this command needs ${what}`, {hint: usage})
}
