import {realpathSync} from 'node:fs'
import {systemCode} from '../../errors.ts'
import {configFolder, destinationOf, planDestination, type Placed} from '../../context/destination.ts'
import {nothingLinted} from '../../context/lint-summary.ts'
import {toldWarnings} from '../../warning.ts'
import {lockWarnings, projectWarnings} from '../../context/warnings.ts'
import {nothingOmitted, summariesOf} from '../../context/write-result.ts'
import {nothingFetched} from '../../fetch/report.ts'
import {keysIn} from '../../module-key.ts'
import type {Destination} from '../../project/destination.ts'
import {needsRecovery} from '../../project/recovery.ts'
import {nothingNeeded} from '../../resolve/closure.ts'
import {countModules} from '../../resolve/module-counts.ts'
import {isLocal} from '../../sources/kinds.ts'
import type {Environment} from '../../workbench/environment.ts'
import {openProject} from '../../workbench/open-project.ts'
import {refuseFirstUse} from '../../workbench/refuse-disputes.ts'
import {frozenLock, refuseChanges} from './frozen.ts'
import type {InstallRequest, InstallResult} from './types.ts'

/** What goes where. */
interface Asked extends Placed {
  readonly folder: string
  readonly projectFolder: string
  readonly destination: Destination
  readonly force: boolean
  readonly dryRun: boolean
}

/**
 * Writes modules and configuration of a project into a folder that stands for the root of a file system. Throws
 * LOCKFILE_MISSING and LOCKFILE_OUTDATED, and what fetching and writing throw.
 */
export async function installInto(
  request: InstallRequest & {readonly destdir: string},
  environment: Environment,
): Promise<InstallResult> {
  const asked = await askedFor(request, environment)
  const {folder, projectFolder, lock} = asked
  const done = await nothingToDo(asked, environment)
  if (done !== undefined) return done
  const {withWorkbench, resolveLock, writeDestination} = await import('../../context/resolve-and-write.ts')
  const bench = {folder: projectFolder, manifest: asked.manifest, offline: request.offline, writes: true}
  return withWorkbench(environment, bench, async (workbench) => {
    const {manifest} = asked
    const outcome = await resolveLock({manifest, previous: lock, refresh: new Set(), frozen: true}, workbench)
    refuseChanges(lock, outcome.lock, '--destdir')
    const result = await writeDestination({...asked, ...outcome, lock}, workbench)
    const upToDate = result.changes.length === 0
    return {...result, modules: summariesOf(lock), upToDate, notes: [], destdir: folder}
  })
}

async function askedFor(
  request: InstallRequest & {readonly destdir: string},
  environment: Environment,
): Promise<Asked> {
  const project = await openProject(environment)
  const lock = frozenLock(project, environment, '--destdir')
  const {manifest, lockText = '', folder: projectFolder} = project
  const {force, dryRun, modulesPath} = request
  refuseFirstUse(lock, manifest)
  const from = {lock, lockText, manifest, modulesPath}
  const folder = realFolder(request.destdir)
  return {...from, folder, projectFolder, destination: destinationOf(from), force, dryRun}
}

/** It is the user who names the folder, so links to it are followed; one that is not there is made. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return folder
    throw error
  }
}

/** The result where all lies there as locked; undefined where something is to be done, or to be found out from code. */
async function nothingToDo(asked: Asked, {registry}: Environment): Promise<InstallResult | undefined> {
  const {folder, lock, manifest} = asked
  if (Object.values(lock.modules).some(({resolved}) => isLocal(resolved))) return undefined
  if (Object.values(lock.modules).some(({published, patches}) => published ?? patches)) return undefined
  if (keysIn(lock.modules).some((key) => !Object.hasOwn(manifest.modules ?? {}, key))) return undefined
  if (needsRecovery(folder)) return undefined
  const plan = await planDestination(folder, asked, asked.destination)
  if (plan.changes.length + plan.closed.length > 0) return undefined
  return {
    modules: summariesOf(lock),
    upToDate: true,
    notes: [],
    destdir: folder,
    dryRun: asked.dryRun,
    changes: [],
    unchanged: plan.unchanged,
    ...toldWarnings(
      projectWarnings(configFolder(asked), {manifest, lock}, registry),
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
