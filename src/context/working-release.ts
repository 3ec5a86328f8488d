import {ProsodyModsError} from '../errors.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {contextPathOf, type Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {newestFirst} from '../resolve/choose.ts'
import {digestIn, hasModule, selectModule, sha256In} from '../resolve/layout.ts'
import {listReleases} from '../sources/index.ts'
import type {ReleaseRef} from '../sources/types.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import {schemes} from '../versioning/index.ts'
import type {Environment} from '../workbench/environment.ts'
import {rulesFor} from '../workbench/lint-target.ts'
import {hasReport} from '../workbench/read-lua.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {lintModule, ModulesRefused} from './lint-written.ts'
import {lockModule} from '../locking/lock-module.ts'
import {withWorkbench, type Workbench} from '../workbench/workbench.ts'

interface Beside {
  readonly lock: Lockfile
  readonly manifest: Manifest
}

/**
 * Returns an error that says which modules can't work with the newest release of each that does, and which locked ones need
 * them (`neededBy`), any other one as it is.
 */
export async function namingWorkingReleases(
  error: unknown,
  beside: Beside,
  bench: Workbench,
): Promise<unknown> {
  if (!(error instanceof ModulesRefused)) return error
  const works: string[] = []
  const older: ModuleKey[] = []
  for (const key of error.modules) {
    const {version, isCutOff} = await workingRelease(key, beside, bench)
    if (version !== undefined) works.push(`${key}@${version}`)
    else if (isCutOff) older.push(key)
  }
  const neededBy = needing(error.modules, beside.lock)
  const details = {...error.details, ...(neededBy.length === 0 ? {} : {neededBy})}
  if (works.length === 0)
    return error.with({...(older.length === 0 ? {} : {hint: olderHint(older)}), details})
  const isOne = works.length === 1
  return error.with({
    hint: `nothing was written; the newest ${isOne ? 'release that works' : 'releases that work'} here: prosody-mods add ${works.join(' ')}`,
    details: {...details, works},
  })
}

function olderHint(keys: readonly ModuleKey[]): string {
  const commands = keys.map((key) => `"prosody-mods versions ${key}"`)
  return `nothing was written; none of the newest ${mostFetched} releases with other code works here, and older ones were not tried: ${commands.join(', ')} lists them`
}

/** The locked modules that can't do without one of these. */
function needing(modules: readonly ModuleKey[], {modules: locked}: Lockfile): string[] {
  const isOne = new Set<string>(modules)
  return Object.entries(locked).flatMap(([key, {needs = {}}]) => {
    const servers = [...Object.values(needs.modules ?? {}), ...Object.values(needs.shared ?? {})]
    return servers.some((server) => isOne.has(server)) ? [key] : []
  })
}

/**
 * Finds, for modules that can't work, the newest release of each that does, as far as the store can tell; by key.
 * Asks no network.
 */
export async function storedWorkingReleases(
  keys: readonly ModuleKey[],
  project: Beside & {readonly folder: string},
  environment: Environment,
): Promise<ReadonlyMap<ModuleKey, string>> {
  return withWorkbench(environment, {...project, offline: true}, async (bench) => {
    const works = new Map<ModuleKey, string>()
    for (const key of keys) {
      const {version} = await workingRelease(key, project, bench)
      if (version !== undefined) works.set(key, version)
    }
    return works
  })
}

/** Releases with other code that are tried though what lint says of them is not known: each may have to be fetched. */
const mostFetched = 12

/** What was found of a module that can't work as it is. */
interface Found {
  /** The newest release that works. */
  readonly version: string | undefined
  /** Whether there are releases that were not tried. */
  readonly isCutOff: boolean
}

/**
 * Finds the newest release of a module that the registry knows and in which lint finds no error beside what else is
 * locked. None for parts of a tree, whose modules are all of one release.
 */
async function workingRelease(key: ModuleKey, {lock, manifest}: Beside, bench: Workbench): Promise<Found> {
  const definition = definitionFor(key, manifest, bench)
  if (definition.layout === 'flat') return {version: undefined, isCutOff: false}
  const [, name] = splitKey(key)
  let fetched = 0
  for (const ref of await candidates(definition, name, bench)) {
    if (!isLinted(ref, {key, definition, manifest}, bench)) fetched += 1
    if (fetched > mostFetched) return {version: undefined, isCutOff: true}
    try {
      const {locked} = await lockModule({definition, name, versionText: ref.version, ref}, manifest, bench)
      const modules = {...lock.modules, [key]: locked}
      const findings = lintModule(key, {lock: {...lock, modules}, manifest}, bench)
      if (!findings.some(({severity}) => severity === 'error')) return {version: ref.version, isCutOff: false}
    } catch (error) {
      // What can't be had, or read, is not what to advise.
      if (!(error instanceof ProsodyModsError)) throw error
    }
  }
  return {version: undefined, isCutOff: false}
}

/** Whether what lint says of all files of a release is known, or the store has them: nothing is to be fetched then. */
function isLinted(
  {contents}: ReleaseRef,
  {
    key,
    definition,
    manifest,
  }: Pick<Beside, 'manifest'> & {readonly key: ModuleKey; readonly definition: SourceDefinition},
  bench: Workbench,
): boolean {
  const rules = rulesFor(manifest, bench.environment.registry)
  if (contents === undefined || rules === undefined) return false
  const selected = selectModule(contents, definition.layout, splitKey(key)[1]) ?? []
  return [...selected].every(
    ([path, from]) =>
      !path.endsWith('.lua') ||
      hasReport(
        {module: key, path: contextPathOf(key, path), sha256: sha256In(contents, from)},
        rules,
        bench,
      ),
  )
}

/** Newest first; of releases in which the module is the same, the newest. */
async function candidates(
  definition: SourceDefinition,
  name: string,
  bench: Workbench,
): Promise<readonly ReleaseRef[]> {
  const known = newestFirst(await listReleases(definition, bench.context, name), schemes[definition.scheme])
  const seen = new Set<string>()
  return known
    .map(({ref}) => ref)
    .filter(({contents, foundBy}) => {
      if (foundBy !== undefined) return false
      if (contents === undefined || !hasModule(contents, definition.layout, name)) return false
      const selected = selectModule(contents, definition.layout, name) ?? []
      const code = [...selected].map(([path, from]) => `${path} ${digestIn(contents, from)}`)
      const key = code.sort().join('\n')
      const isNew = !seen.has(key)
      seen.add(key)
      return isNew
    })
}
