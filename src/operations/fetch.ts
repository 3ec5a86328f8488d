import {ProsodyModsError} from '../errors.ts'
import type {FetchReport} from '../fetch/report.ts'
import {countModules, type ModuleCounts} from '../resolve/module-counts.ts'
import {outOfDate} from '../resolve/out-of-date.ts'
import type {Environment} from '../workbench/environment.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {neededFiles} from '../workbench/needed-files.ts'
import {openProject} from '../workbench/open-project.ts'
import {refuseFirstUse} from '../workbench/refuse-disputes.ts'
import {withWorkbench} from '../workbench/workbench.ts'
import {isLocal} from '../sources/kinds.ts'
import {keysIn} from '../module-key.ts'

/** What `fetch` brought into the store; the shape is part of --json (docs/reference/json.md). */
export interface FetchResult {
  /** Entries of the lockfile. */
  readonly modules: number
  readonly total: Pick<ModuleCounts, 'modules'>
  /** How many files the store holds now for this project; those of local folders are not among them. */
  readonly files: number
  readonly fetch: FetchReport
}

/**
 * Brings every file of the lockfile into the store, so that `install --offline` has all that it needs. The project
 * is not touched. Throws LOCKFILE_MISSING, LOCKFILE_OUTDATED, and what fetching throws.
 */
export async function fetchProject(environment: Environment): Promise<FetchResult> {
  const project = await openProject(environment)
  const {lock, manifest} = project
  if (lock === undefined) {
    throw new ProsodyModsError(
      'LOCKFILE_MISSING',
      'there is no prosody-mods.lock.json that says what to fetch',
      {
        hint: 'run "prosody-mods install" once and commit the lockfile',
      },
    )
  }
  const found = outOfDate(manifest, lock, environment.registry)
  if (found.length > 0) {
    throw new ProsodyModsError(
      'LOCKFILE_OUTDATED',
      `the lockfile does not follow the manifest\n  ${found.map(({text}) => text).join('\n  ')}`,
      {hint: 'run "prosody-mods install" and commit the lockfile', details: {differences: found}},
    )
  }
  refuseFirstUse(lock, manifest)
  const needed = neededFiles(lock).filter(({resolved}) => !isLocal(resolved))
  return withWorkbench(environment, {...project, offline: false}, async (bench) => {
    await fetchAndRead(needed, bench)
    return {
      modules: keysIn(lock.modules).length,
      total: {modules: countModules(lock).modules},
      files: new Set(needed.map(({sha256}) => sha256)).size,
      fetch: bench.session.report,
    }
  })
}
