import {emptyLock} from '../project/lockfile.ts'
import {versionIn} from '../project/manifest.ts'
import {differences, type Difference} from '../resolve/differences.ts'
import type {Environment} from '../workbench/environment.ts'
import {openProject} from '../workbench/open-project.ts'
import {summaryOf, type ModuleSummary} from '../context/results.ts'
import {entriesIn} from '../module-key.ts'

/** A module of the project as it is locked. */
export interface ListedModule extends ModuleSummary {
  /** What the manifest asks for; null for what it no longer names. */
  readonly wanted: string | null
}

/** What `list` gives; the shape is part of --json (docs/reference/json.md). */
export interface ListResult {
  readonly modules: readonly ListedModule[]
  /** How manifest and lockfile disagree. */
  readonly differences: readonly Difference[]
}

/** Lists the project's modules as they are locked. */
export async function list(environment: Environment): Promise<ListResult> {
  const {manifest, lock = emptyLock} = await openProject(environment)
  return {
    modules: entriesIn(lock.modules).map(([key, locked]) => ({
      ...summaryOf(key, locked),
      wanted: versionIn(manifest, key) ?? null,
    })),
    differences: differences(manifest, lock, environment.registry),
  }
}
