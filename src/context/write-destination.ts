import {chmodSync, mkdirSync} from 'node:fs'
import {writeFailed} from '../durable.ts'
import {omissionsOf} from '../locking/left-out.ts'
import type {LockResult} from '../locking/lock-module.ts'
import {placesOf, type Destination} from '../project/destination.ts'
import {exclusively} from '../project/project.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import {countModules} from '../resolve/module-counts.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {neededFiles} from '../workbench/needed-files.ts'
import {blobOf, type Workbench} from '../workbench/workbench.ts'
import {configFolder, leftElsewhere, planDestination, type Placed} from './destination.ts'
import {applyContext, type ContextPlan} from './plan.ts'
import {toldWarnings} from '../warning.ts'
import {needWarnings, projectWarnings} from './warnings.ts'
import {lintedOrRefused, untilKept} from './write-project.ts'
import {reportChanges, type WriteResult} from './write-result.ts'

/** A destination, and what it shall become. */
export interface WantedPlaced extends Placed {
  /** Absolute. */
  readonly folder: string
  readonly destination: Destination
  readonly force: boolean
  readonly dryRun: boolean
  readonly closure: ClosureReport
  readonly resolved: readonly LockResult[]
}

/** Brings what lies in a folder to what is wanted: fetches what is missing, checks the Lua, then writes all or nothing. */
export async function writeDestination(wanted: WantedPlaced, bench: Workbench): Promise<WriteResult> {
  const {folder, destination, dryRun} = wanted
  let plan = await planDestination(folder, wanted, destination)
  const left = leftElsewhere(folder, wanted, destination)
  if (!dryRun) await untilKept(() => fetchPlanned(plan, wanted, bench))
  const lint = await lintedOrRefused(writtenOf(plan, wanted), wanted, bench)
  if (!dryRun) {
    bench.environment.signal.throwIfAborted()
    makeFolder(folder)
    plan = await exclusively(folder, {...bench.environment, destination}, () => applied(wanted, bench))
  }
  return {
    dryRun,
    changes: reportChanges(plan),
    unchanged: plan.unchanged,
    ...omissionsOf(wanted.resolved),
    ...toldWarnings([
      ...left,
      ...projectWarnings(configFolder(wanted), wanted, bench.environment.registry),
      ...needWarnings(wanted.closure, wanted.closure.problems),
    ]),
    total: countModules(wanted.lock),
    fetch: bench.session.report,
    lint,
    needs: wanted.closure,
    heldBack: [...bench.heldBack.values()],
  }
}

/** Others may have written meanwhile, or an earlier run was only now brought to its end. */
async function applied(wanted: WantedPlaced, bench: Workbench): Promise<ContextPlan> {
  const {folder, destination} = wanted
  const plan = await planDestination(folder, wanted, destination)
  await untilKept(async () => {
    await fetchPlanned(plan, wanted, bench)
    await applyContext({...bench.environment, folder, destination}, plan, (sha256, path) =>
      blobOf(bench, sha256, path),
    )
  })
  return plan
}

async function fetchPlanned(plan: ContextPlan, {lock}: WantedPlaced, bench: Workbench): Promise<void> {
  const missing = new Set(plan.changes.map(({after}) => after))
  await fetchAndRead(
    neededFiles(lock).filter(({sha256}) => missing.has(sha256)),
    bench,
  )
}

/** The files that are written, by their paths in a project. */
function writtenOf({changes}: ContextPlan, {lock, destination}: WantedPlaced): ReadonlySet<string> {
  const written = new Set(changes.filter(({after}) => after !== null).map(({path}) => path))
  const places = placesOf(lock, destination).filter(({place}) => written.has(place))
  return new Set(places.map(({path}) => path))
}

/** Whatever the umask: an image's Prosody, which runs as another user, has to enter it. */
function makeFolder(folder: string): void {
  try {
    if (mkdirSync(folder, {recursive: true}) !== undefined) chmodSync(folder, 0o755)
  } catch (error) {
    throw writeFailed(folder, error)
  }
}
