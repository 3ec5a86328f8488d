import {resolve} from 'node:path'
import {emptyLock} from '../../project/lockfile.ts'
import {ensureBeside} from './files-beside.ts'
import {newProject, refuseExisting, withNewFolder, type NewProjectFlags} from './new-project.ts'
import type {InitTarget} from './target.ts'
import {nothingLinted} from '../../context/lint-summary.ts'
import {exclusively} from '../../project/project.ts'
import type {Environment} from '../../workbench/environment.ts'
import {reportChanges, nothingOmitted, type WriteResult} from '../../context/write-result.ts'
import {nothingNeeded} from '../../resolve/closure.ts'
import {noModules} from '../../resolve/module-counts.ts'
import {nothingFetched} from '../../fetch/report.ts'
import {applyContext, planContext} from '../../context/plan.ts'
import {generatedFiles} from '../../image/generated-files.ts'
import {projectWarnings} from '../../context/warnings.ts'

/** What `init` is asked for. */
export interface InitRequest extends NewProjectFlags {
  readonly dryRun: boolean
}

/** What `init` made; the shape is part of --json (docs/reference/json.md). */
export interface InitResult extends WriteResult {
  /** Absolute folder of the new project. */
  readonly folder: string
  readonly target: InitTarget
  /** What is left to do by hand. */
  readonly notes: readonly string[]
}

/**
 * Makes a project: manifest, empty lockfile, configuration, and what .gitattributes and .dockerignore lack for it. Throws MANIFEST_EXISTS, MANIFEST_INVALID, USAGE.
 */
export async function init(request: InitRequest, environment: Environment): Promise<InitResult> {
  const folder = resolve(environment.cwd)
  refuseExisting(folder)
  const {target, manifestText, manifest} = await newProject(folder, request, environment)
  const wanted = {lock: emptyLock, manifest, manifestText, writeLock: true, force: false}
  const plan = (): ReturnType<typeof planContext> =>
    planContext(
      {folder, lock: undefined, lockText: undefined, manifestText: ''},
      wanted,
      generatedFiles(wanted),
    )
  const done = request.dryRun ? plan() : await create(folder, environment, plan)
  const beside = ensureBeside(folder, request.dryRun)
  return {
    folder,
    target,
    notes: beside.notes,
    dryRun: request.dryRun,
    changes: [...beside.changes, ...reportChanges(done)],
    unchanged: done.unchanged,
    warnings: projectWarnings(folder, {manifest, lock: emptyLock}, environment.registry),
    knownWarnings: [],
    total: noModules,
    fetch: nothingFetched,
    lint: nothingLinted,
    needs: nothingNeeded,
    ...nothingOmitted,
    heldBack: [],
  }
}

async function create(
  folder: string,
  environment: Environment,
  plan: () => ReturnType<typeof planContext>,
): Promise<ReturnType<typeof planContext>> {
  return withNewFolder(folder, () =>
    exclusively(folder, environment, async () => {
      refuseExisting(folder)
      const planned = plan()
      await applyContext({...environment, folder}, planned, () => Buffer.alloc(0))
      return planned
    }),
  )
}
