import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {generatedFiles} from '../../image/generated-files.ts'
import {forThisRun} from '../../image/plugin-base.ts'
import {modulesPathOf, type Manifest} from '../../project/manifest.ts'
import {contextFolder, emptyLock, type Lockfile} from '../../project/lockfile.ts'
import {isInterrupted, type Project} from '../../project/project.ts'
import {outOfDate} from '../../resolve/out-of-date.ts'
import {planContext, type ContextPlan, type WantedState} from '../../context/plan.ts'
import type {Environment} from '../../workbench/environment.ts'
import {changeProject, openProject} from '../../workbench/open-project.ts'
import {refuseFirstUse} from '../../workbench/refuse-disputes.ts'
import {nothingLinted} from '../../context/lint-summary.ts'
import {nothingOmitted, summariesOf} from '../../context/write-result.ts'
import {nothingNeeded} from '../../resolve/closure.ts'
import {countModules} from '../../resolve/module-counts.ts'
import {nothingFetched} from '../../fetch/report.ts'
import {toldWarnings} from '../../warning.ts'
import {lockWarnings, projectWarnings} from '../../context/warnings.ts'
import {isLocal} from '../../sources/kinds.ts'
import {keysIn} from '../../module-key.ts'
import {frozenLock, refuseChanges} from './frozen.ts'
import type {InstallRequest, InstallResult} from './types.ts'

/**
 * Brings the context (and, unless frozen, the lockfile) to what the manifest says. Throws LOCKFILE_MISSING
 * and LOCKFILE_OUTDATED when frozen, and whatever fetching and writing throw.
 */
export async function install(request: InstallRequest, environment: Environment): Promise<InstallResult> {
  if (request.destdir !== undefined) {
    const {installInto} = await import('./into.ts')
    return installInto({...request, destdir: request.destdir}, environment)
  }
  const seen = isInterrupted(environment) ? undefined : await openProject(environment)
  const done = seen && nothingToDo(seen, request, environment)
  if (done !== undefined) return done
  const options = {seen, dryRun: request.dryRun}
  return changeProject(environment, (project) => work(project, request, environment), options)
}

async function work(
  project: Project,
  request: InstallRequest,
  environment: Environment,
): Promise<InstallResult> {
  // Fetching and Lua are loaded only here, so that a run with nothing to do starts fast.
  const {withWorkbench, resolveLock, writeProject} = await import('../../context/resolve-and-write.ts')
  const bench = {folder: project.folder, manifest: project.manifest, offline: request.offline, writes: true}
  return withWorkbench(environment, bench, async (workbench) => {
    const previous = request.frozen
      ? frozenLock(project, environment, '--frozen')
      : (project.lock ?? emptyLock)
    const {manifest} = project
    const {frozen} = request
    const outcome = await resolveLock({manifest, previous, refresh: new Set(), frozen}, workbench)
    const {lock, closure, resolved} = outcome
    if (request.frozen) refuseChanges(previous, lock, '--frozen')
    const wanted = {...wantedOf(project, lock, request), closure, resolved, dryRun: request.dryRun}
    const result = await writeProject(project, wanted, workbench)
    return {
      ...result,
      modules: summariesOf(lock),
      upToDate: result.changes.length === 0,
      notes: pathNotes(request, manifest),
    }
  })
}

/** With --frozen, whoever writes the line into a script says it each time. */
function pathNotes({frozen, modulesPath}: InstallRequest, manifest: Manifest): string[] {
  const written = modulesPathOf(manifest)
  if (frozen || modulesPath === undefined || modulesPath === written) return []
  return [forThisRun(modulesPath, written)]
}

/** The result when lockfile, manifest and every file on disk agree; undefined when there is work. */
function nothingToDo(
  project: Project,
  request: InstallRequest,
  {registry}: Environment,
): InstallResult | undefined {
  const {lock, manifest} = project
  if (lock === undefined || outOfDate(manifest, lock, registry).length > 0) return undefined
  if (Object.values(lock.modules).some(({resolved}) => isLocal(resolved))) return undefined
  // What patches make of files is found out from them, and not from the lockfile.
  const {patches: ofProsody, modules} = lock
  if (ofProsody ?? Object.values(modules).some(({published, patches}) => published ?? patches))
    return undefined
  // That others need a module is proved by their code, and not by the lockfile.
  if (keysIn(lock.modules).some((key) => !Object.hasOwn(manifest.modules ?? {}, key))) return undefined
  refuseFirstUse(lock, manifest)
  // As in an image: nothing is there to be compared.
  if (keysIn(lock.modules).length > 0 && !existsSync(join(project.folder, contextFolder))) return undefined
  const plan = planWithoutLock(project, wantedOf(project, lock, request))
  if (plan === undefined || plan.changes.length + plan.closed.length > 0) return undefined
  return {
    modules: summariesOf(lock),
    upToDate: true,
    notes: pathNotes(request, manifest),
    dryRun: request.dryRun,
    changes: [],
    unchanged: plan.unchanged,
    ...toldWarnings(
      projectWarnings(project.folder, {manifest, lock}, registry),
      lockWarnings({manifest, lock}, registry),
    ),
    total: countModules(lock),
    fetch: nothingFetched,
    lint: nothingLinted,
    ...nothingOmitted,
    heldBack: [],
    needs: nothingNeeded,
  }
}

/** Another process may be writing: what looks wrong is judged by the one who holds the project's lock. */
function planWithoutLock(project: Project, wanted: WantedState): ContextPlan | undefined {
  try {
    return planContext(project, wanted, generatedFiles(wanted))
  } catch (error) {
    if (error instanceof ProsodyModsError) return undefined
    throw error
  }
}

function wantedOf(project: Project, lock: Lockfile, request: InstallRequest): WantedState {
  return {
    lock,
    manifest: project.manifest,
    manifestText: project.manifestText,
    modulesPath: request.modulesPath,
    writeLock: !request.frozen,
    force: request.force,
  }
}
