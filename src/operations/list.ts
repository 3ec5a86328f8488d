import type {Digest} from '../digest.ts'
import {emptyLock} from '../project/lockfile.ts'
import {versionIn} from '../project/manifest.ts'
import {outOfDate, type OutOfDate} from '../resolve/out-of-date.ts'
import type {Environment} from '../workbench/environment.ts'
import {openProject} from '../workbench/open-project.ts'
import {summaryOf, type ModuleSummary} from '../context/write-result.ts'
import {entriesIn} from '../module-key.ts'

/** A module of the project as it is locked. */
export interface ListedModule extends ModuleSummary {
  /** What the manifest asks for; null for what it no longer names. */
  readonly wanted: string | null
}

/** What `list` gives; the shape is part of --json (docs/reference/json.md). */
export interface ListResult {
  readonly modules: readonly ListedModule[]
  /** Patches of Prosody itself, which an image gets. */
  readonly prosodyPatches: readonly {readonly path: string; readonly digest: Digest}[]
  /** How manifest and lockfile disagree. */
  readonly differences: readonly OutOfDate[]
}

/** Lists the project's modules as they are locked. */
export async function list(environment: Environment): Promise<ListResult> {
  const {manifest, lock = emptyLock} = await openProject(environment)
  return {
    modules: entriesIn(lock.modules).map(([key, locked]) => ({
      ...summaryOf(key, locked),
      wanted: versionIn(manifest, key) ?? null,
    })),
    prosodyPatches: lock.patches ?? [],
    differences: outOfDate(manifest, lock, environment.registry),
  }
}
