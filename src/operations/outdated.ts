import {splitKey, type LockedModule} from '../project/lockfile.ts'
import {selectModule} from '../resolve/layout.ts'
import {stillSatisfies, type Wanted} from '../resolve/choose.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {schemes} from '../versioning/index.ts'
import {allReleases} from './all-releases.ts'
import type {Environment} from './environment.ts'
import {openProject} from './open-project.ts'
import {definitionFor} from './resolve-lock.ts'
import {withWorkbench, type Workbench} from './workbench.ts'

/** A module for which there are newer files than the locked ones. */
export interface OutdatedModule {
  /** source/name */
  readonly module: string
  readonly current: string
  /** The newest that the manifest admits; null where that is what is locked, or has the same files. */
  readonly allowed: string | null
  readonly latest: string
  /** registry: its digests are known; publisher: it would be trusted on first use. */
  readonly latestFrom: 'registry' | 'publisher'
}

export interface OutdatedResult {
  readonly outdated: readonly OutdatedModule[]
  /** Modules that were looked at. */
  readonly checked: number
  /** Modules whose publisher was not asked or did not answer: only the registry speaks of them. */
  readonly notAsked: readonly {readonly module: string; readonly reason: string}[]
}

/**
 * Locked modules of which newer releases have other files; a newer release with the same files is no news. Throws
 * TAG_MOVED, UPSTREAM_GARBLED; a publisher that can't be reached is told in the result.
 */
export async function outdated(
  {offline}: {readonly offline: boolean},
  environment: Environment,
): Promise<OutdatedResult> {
  const project = await openProject(environment)
  return withWorkbench(environment, {...project, offline}, async (bench) => {
    const found: OutdatedModule[] = []
    const notAsked: {module: string; reason: string}[] = []
    const modules = Object.entries(project.lock?.modules ?? {})
    for (const [module, locked] of modules) {
      const definition = definitionFor(module, project.manifest, bench)
      const wanted = {definition, name: splitKey(module)[1], versionText: project.manifest.modules?.[module]}
      const {news, reason} = await newsOf(wanted, locked, bench)
      if (reason !== null) notAsked.push({module, reason})
      const [latest] = news
      if (latest === undefined) continue
      found.push({
        module,
        current: locked.version,
        allowed: news.find((ref) => stillSatisfies(wanted, ref))?.version ?? null,
        latest: latest.version,
        latestFrom: latest.contents === undefined ? 'publisher' : 'registry',
      })
    }
    return {outdated: found, checked: modules.length, notAsked}
  })
}

/** Newer releases that have the module with other files than the locked ones, newest first. */
async function newsOf(
  wanted: Wanted,
  locked: LockedModule,
  bench: Workbench,
): Promise<{readonly news: readonly ReleaseRef[]; readonly reason: string | null}> {
  const {definition, name} = wanted
  const scheme = schemes[definition.scheme]
  const current = scheme.parse(locked.version)
  const {refs, reason} = await allReleases(definition, name, bench)
  const news = refs.filter((ref) => {
    const version = scheme.parse(ref.version)
    if (current === undefined || version === undefined || scheme.compare(version, current) <= 0) return false
    return hasOtherFiles(ref, wanted, locked)
  })
  return {news, reason}
}

/** What is not known may be anything. */
function hasOtherFiles(
  {contents}: ReleaseRef,
  {definition, name}: Wanted,
  {files, from = {}}: LockedModule,
): boolean {
  if (contents === undefined) return true
  const selection = selectModule(contents, definition.layout, name)
  if (selection === undefined) return false
  if ([...selection.keys()].some((path) => !Object.hasOwn(files, path))) return true
  return Object.entries(files).some(([path, digest]) => {
    const real = selection.get(path) ?? (Object.hasOwn(from, path) ? from[path] : undefined) ?? path
    return `sha256:${contents.files.get(real)?.sha256 ?? ''}` !== digest
  })
}
