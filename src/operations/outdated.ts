import {versionIn} from '../project/manifest.ts'
import {splitKey, entriesIn, type ModuleKey} from '../module-key.ts'
import {asPublished, type Lockfile} from '../project/lockfile.ts'
import {flawsIn, toldFlaw, type ToldFlaw} from '../resolve/advisories.ts'
import {stillSatisfies} from '../resolve/choose.ts'
import {countIn, countModules} from '../resolve/module-counts.ts'
import type {HeldBack} from '../resolve/release-age.ts'
import type {Environment} from '../workbench/environment.ts'
import {originOf, type Origin} from '../locking/origin.ts'
import {lockModule} from '../locking/lock-module.ts'
import {lockedProject, type ProjectWithLock} from '../workbench/open-project.ts'
import {reportOf, type ChangeReport} from './diff/report.ts'
import {newsOf} from '../locking/news.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {goneModule, type GoneModule} from '../locking/where-it-went.ts'
import {withWorkbench, type Workbench} from '../workbench/workbench.ts'

/** A module for which there are newer files than the locked ones. */
export interface OutdatedModule {
  /** source/name */
  readonly module: ModuleKey
  readonly current: string
  /**
   * The newest version that the manifest admits; null where that is what is locked, has the same files, or others need
   * it.
   */
  readonly allowed: string | null
  readonly latest: string
  readonly latestFrom: Origin
}

/** What `outdated` found; the shape is part of --json (docs/reference/json.md). */
export interface OutdatedResult {
  readonly outdated: readonly OutdatedModule[]
  /** Modules that their publishers have retired; no newer release has them. */
  readonly gone: readonly GoneModule[]
  /** Flaws that locked files are known to have, as they were published. */
  readonly advisories: readonly (ToldFlaw & {readonly module: ModuleKey})[]
  /** Newer releases that the manifest's minimumReleaseAge keeps out of `outdated`. */
  readonly heldBack: readonly HeldBack[]
  /** How many entries of the lockfile were looked at. */
  readonly checked: number
  /** Modules, those of trees one by one; current: those with nothing newer that are not gone. */
  readonly total: {readonly modules: number; readonly current: number}
  /** What moving would mean, as `diff` tells it; null where it was not asked for. */
  readonly report: ChangeReport | null
  /** Modules whose publisher was not asked or did not answer: only the registry speaks of them. */
  readonly notAsked: readonly {readonly module: ModuleKey; readonly reason: string}[]
}

/** What `outdated` is asked for. */
export interface OutdatedRequest {
  readonly offline: boolean
  /** Whether to tell what moving to the releases that the manifest admits, else to the newest, would mean. */
  readonly explain: boolean
}

/**
 * Finds locked modules of which newer releases have other files; a newer release with the same files is no news. Throws
 * LOCKFILE_MISSING, TAG_MOVED, UPSTREAM_GARBLED; a publisher that can't be reached is told in the result.
 */
export async function outdated(
  {offline, explain}: OutdatedRequest,
  environment: Environment,
): Promise<OutdatedResult> {
  const project = await lockedProject(environment)
  return withWorkbench(environment, {...project, offline}, async (bench) => {
    const found: OutdatedModule[] = []
    const retired: GoneModule[] = []
    const notAsked: {module: ModuleKey; reason: string}[] = []
    const modules = entriesIn(project.lock.modules)
    for (const [module, locked] of modules) {
      const definition = definitionFor(module, project.manifest, bench)
      const wanted = {definition, name: splitKey(module)[1], versionText: versionIn(project.manifest, module)}
      const {news, gone, reason} = await newsOf(wanted, locked, bench)
      if (gone !== null) retired.push(goneModule(module, {gone, locked, ...project}, bench))
      if (reason !== null) notAsked.push({module, reason})
      const [latest] = news
      if (latest === undefined) continue
      // What others need moves with them.
      const isWanted = Object.hasOwn(project.manifest.modules ?? {}, module)
      found.push({
        module,
        current: locked.version,
        allowed: isWanted ? (news.find((ref) => stillSatisfies(wanted, ref))?.version ?? null) : null,
        latest: latest.version,
        latestFrom: originOf(latest, definition),
      })
    }
    const report = explain ? await explained(found, project, bench) : null
    const heldBack = [...bench.heldBack.values()]
    const advisories = modules.flatMap(([module, locked]) =>
      flawsIn(asPublished(locked).files, bench.environment.registry.advisories).map((flaw) => ({
        module,
        ...toldFlaw(flaw),
      })),
    )
    return {
      ...{outdated: found, gone: retired, advisories, heldBack},
      ...{checked: modules.length, total: totalOf([...found, ...retired], project.lock), report, notAsked},
    }
  })
}

function totalOf(old: readonly {readonly module: ModuleKey}[], lock: Lockfile): OutdatedResult['total'] {
  const {modules} = countModules(lock)
  return {modules, current: modules - countIn(new Set(old.map(({module}) => module)), lock)}
}

/** As if all moved, each by itself: what others need moves along only when it is done. */
async function explained(
  outdated: readonly OutdatedModule[],
  project: ProjectWithLock,
  bench: Workbench,
): Promise<ChangeReport> {
  const {manifest, lock} = project
  const modules = {...lock.modules}
  for (const {module, allowed, latest} of outdated) {
    const definition = definitionFor(module, manifest, bench)
    const wanted = {definition, name: splitKey(module)[1], versionText: allowed ?? latest}
    modules[module] = (await lockModule(wanted, manifest, bench)).locked
  }
  return reportOf(lock, {...lock, modules}, {project, bench})
}
